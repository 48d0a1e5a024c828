/* choose_winograd.c - 3x3 convolutions by Winograd's F(4x4,3x3): whether, and in which blocks and tiles.
 *
 * Costs are cycles of one core, in which it multiplies and adds one vector; the target knows them. A wrong
 * guess costs time, never bits: the way is the target's and the card's. */

#include "compiler/plan/choose_conv.h"

enum { PRODUCTS = 36 };         /* of a tile, for each pair of channels */

/* How tiles are cut: `block` of them are transformed at once, `tile` of which the product takes together. */
typedef struct {
    int across, tiles, block, tile, vectors;
    double cycles;              /* of an image */
} Tiling;

static int parts(int count, int part)
{
    return (count + part - 1) / part;
}

static double cycles_of(const Plan *plan, const Convolution *c, const Tiling *t)
{
    const Target *target = plan->target;
    int lanes = target->lanes, blocks = parts(t->tiles, t->block);
    int held = t->tile * t->vectors, loads = t->tile + t->vectors, busy = held > loads ? held : loads;
    double product = (double)PRODUCTS * c->c * (c->ks / lanes) * (busy + 1) / held;
    double transforms = (double)c->xs / lanes * target->winograd_split_cycles
                      + (double)c->ks / lanes * target->winograd_join_cycles;
    double weights = 4.0 * PRODUCTS * c->c * c->ks;
    bool far = weights > 1024 * target->winograd_kilobytes;
    double streaming = weights / (far ? target->winograd_far : target->winograd_near);
    double work = t->block * product;
    return blocks * (t->block * transforms + (work > streaming ? work : streaming));
}

static double direct_cycles(const Plan *plan, const Convolution *c)
{
    double each = plan->target->direct_percent / 100.0;
    return each * 9 * c->c * (c->ks / plan->target->lanes) * c->p * c->q * (c->pool ? 4 : 1);
}

/* As many as the cache holds, of so many at most. */
static int largest_block(const Target *target, const Convolution *c, int tiles)
{
    int most = smaller(tiles, 1024 * target->winograd_kilobytes / (4 * PRODUCTS * (c->xs + c->ks)));
    return most < 1 ? 1 : most;
}

/* Among equals, more weights at once and then larger blocks. */
static bool is_better(const Tiling *t, const Tiling *best)
{
    bool same = t->tile == best->tile && t->vectors == best->vectors;
    return best->cycles < 0 || t->cycles < best->cycles || (same && t->cycles == best->cycles);
}

/* The cheapest of the tiles that fit the registers and the blocks that fit the cache; for so many threads to
 * share. */
static Tiling tiling_of(const Plan *plan, const Convolution *c, int sharing)
{
    Tiling best = { .cycles = -1 }, t;
    int each = c->pool ? 2 : 4;               /* results of y that a tile has in a row */
    int held = plan->target->winograd_sums, vectors = c->ks / plan->target->lanes;
    t.across = parts(c->q, each);
    t.tiles = t.across * parts(c->p, each);
    int most = largest_block(plan->target, c, t.tiles / sharing);
    for (t.vectors = plan->target->winograd_vectors; t.vectors >= 1; t.vectors /= 2)
        for (t.tile = smaller(most, held / t.vectors); t.tile >= 1 && vectors % t.vectors == 0; t.tile--)
            for (t.block = t.tile; t.block <= most; t.block += t.tile) {
                t.cycles = cycles_of(plan, c, &t);
                if (is_better(&t, &best))
                    best = t;
            }
    return best;
}

/* Beside the one that is reckoned the cheapest, the best block for every other tile, and halves and quarters
 * of its own block. One image that all threads share is cut for that. */
static Picked pick_tiling(const Plan *plan, const Convolution *c, const Tiling *best)
{
    Cuts cuts = cuts_begin((Cut){{ best->block, best->tile, best->vectors }});
    Tiling t = *best;
    int most = largest_block(plan->target, c, t.tiles);
    for (int part = 2; part <= 4; part *= 2)
        cuts_try(&cuts, (Cut){{ parts(parts(best->block, part), t.tile) * t.tile, t.tile, t.vectors }}, 0);
    for (t.vectors = 1; t.vectors <= 4; t.vectors++)
        for (t.tile = 1; t.tile <= most && fits_registers(plan->target, t.tile, t.vectors); t.tile++) {
            t.block = most / t.tile * t.tile;
            if (c->ks / plan->target->lanes % t.vectors == 0)
                cuts_try(&cuts, (Cut){{ t.block, t.tile, t.vectors }}, cycles_of(plan, c, &t));
        }
    if (plan->graph->use == USE_SINGLE)
        cuts.cuts = 1;
    return cuts_pick(plan, c->op, arena_printf(plan->arena, "winograd %s", c->suffix), &cuts);
}

/* Numbers of the weights, transformed. */
static long table_size(const Plan *plan, const Convolution *c)
{
    return PRODUCTS * ((long)c->c * c->ks + plan->target->lanes);
}

bool winograd_wins(const Plan *plan, const Convolution *c)
{
    bool square = c->window[0] == 3 && c->window[1] == 3, dense = c->dilation.h == 1 && c->dilation.w == 1;
    int least = c->pool ? 2 : 4;              /* the last tile of a row begins that much before its end */
    if (plan->direct || c->groups > 1 || !square || !dense || c->step.h != 1 || c->step.w != 1
        || c->xs % plan->target->lanes || c->p < least || c->q < least)
        return false;
    if (table_size(plan, c) > INT_MAX)
        return false;
    return tiling_of(plan, c, 1).cycles < direct_cycles(plan, c);       /* for every use alike, as the bits must be */
}

static Buffer *transformed(Plan *plan, const Convolution *c, Buffer *weight, int block, long step, long next)
{
    int lanes = plan->target->lanes;
    Buffer *u = helper_buffer(plan, c->op, "transformed", STORE_TABLE,
                              ELEMENT_FLOAT, table_size(plan, c));
    Call *call = call_batch(plan, c->op, "winograd_weight", "transform", c->ks / lanes);
    reads(call, weight);
    writes(call, u);
    hand(call, HANDED_TASK);
    size(call, "C", c->c);
    size(call, "KS", c->ks);
    size(call, "KV", block);
    size(call, "STEP", step);
    size(call, "NEXT", next);
    return u;
}

static Buffer *planes(Plan *plan, const Convolution *c, const char *name, long count)
{
    return helper_buffer(plan, c->op, name, STORE_SCRATCH, ELEMENT_FLOAT, PRODUCTS * (count + plan->target->lanes));
}

void call_winograd(Plan *plan, const Convolution *c, Buffer *weight, long step, long next)
{
    Tiling t = tiling_of(plan, c, plan->graph->use == USE_SINGLE ? 4 : 1);
    const Picked cut = pick_tiling(plan, c, &t);
    t.block = cut.size[0];
    t.tile = cut.size[1];
    t.vectors = cut.size[2];
    int pool = c->pool ? 2 : 1, p = c->p * pool, q = c->q * pool;
    Buffer *u = transformed(plan, c, weight, t.vectors * plan->target->lanes, step, next);
    Call *call = call_rows(plan, c->op, "winograd", c->suffix, (Rows){ t.tiles, p / 4, t.across },
                           parts(t.block, t.across));       /* the last row goes with what it overlaps */
    reads(call, c->x);
    reads(call, u);
    reads_or_nothing(call, c->bias);
    writes_results(call, c);
    writes_winner(call, c);
    writes(call, planes(plan, c, "input.planes", (long)t.block * c->xs));
    writes(call, planes(plan, c, "product.planes", (long)t.block * c->ks));
    hand(call, HANDED_FROM);
    hand(call, HANDED_TO);
    size(call, "W", c->w);
    size(call, "C", c->c);
    size(call, "XS", c->xs);
    size(call, "P", p);
    size(call, "Q", q);
    size(call, "POOL", pool);
    size(call, "YW", c->q);
    size(call, "YS", c->ys);
    size(call, "KS", c->ks);
    size(call, "ACROSS", t.across);
    size(call, "TB", t.block);
    size(call, "TT", t.tile);
    size(call, "KB", t.vectors);
    call->key = cut.key;
}
