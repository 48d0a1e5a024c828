/* choose_conv.c - convolutions, alone or with what follows; and the direct way, which gradients take, too. */

#include "compiler/plan/choose_conv.h"

int channel_vectors(const Plan *plan, int padded)
{
    int vectors = plan->target->conv_vectors;
    return padded / plan->target->lanes % vectors ? 1 : vectors;
}

/* Of those that fill half the room for sums, the last tile of a row overlaps the least. */
int positions(const Plan *plan, int columns, int vectors, int each)
{
    int most = smaller(columns, plan->target->conv_sums / (vectors * each));
    int best = most < 1 ? 1 : most;
    for (int count = best - 1; 2 * count > most; count--)
        if ((columns + count - 1) / count * count < (columns + best - 1) / best * best)
            best = count;
    return best;
}

bool is_matrix_product(const Op *op, const int *window)
{
    const Padding *p = &op->padding;
    return window[0] == 1 && window[1] == 1 && op->stride.h == 1 && op->stride.w == 1
        && !p->top && !p->bottom && !p->left && !p->right;
}

void join_rows(const Plan *plan, Convolution *c)
{
    if (!is_matrix_product(c->op, c->window) || c->pool || plan->graph->use == USE_SINGLE)
        return;
    c->w = c->q = c->p * c->q;
    c->p = 1;
}

Picked tile_of(const Plan *plan, const Convolution *c)
{
    int wide = c->ks / c->groups, all = wide / plan->target->lanes;
    int vectors = channel_vectors(plan, wide), each = c->pool ? 4 : 1;
    Cuts cuts = cuts_begin((Cut){{ positions(plan, c->q, vectors, each), vectors }});
    for (vectors = 1; vectors <= smaller(all, 4); vectors++)
        for (int across = 1; across <= c->q && fits_registers(plan->target, across * each, vectors); across++)
            if (all % vectors == 0)
                cuts_try(&cuts, (Cut){{ across, vectors }},
                         (c->q + across - 1) / across * (all / vectors) * tile_cycles(across * each, vectors));
    const char *kernel = c->pool ? "conv_pool" : c->p == 1 ? "conv of a row" : "conv";
    return cuts_pick(plan, c->op, arena_printf(plan->arena, "%s %s", kernel, c->suffix), &cuts);
}

Runs runs_of(int s, int c, int pixel, int dilation)
{
    return pixel == c && dilation == 1 ? (Runs){ 1, s * c } : (Runs){ s, c };
}

/* Of w [rows][padded]. */
static Buffer *packed(Plan *plan, const Op *op, Buffer *w, long rows, int padded, int vectors)
{
    int block = vectors * plan->target->lanes;
    if (padded == block)
        return w;
    Buffer *u = helper_buffer(plan, op, "packed", STORE_TABLE, ELEMENT_FLOAT, rows * padded);
    Call *call = call_batch(plan, op, "pack", "pack", padded / block);
    reads(call, w);
    writes(call, u);
    hand(call, HANDED_TASK);
    size(call, "ROWS", rows);
    size(call, "KS", padded);
    size(call, "KV", block);
    return u;
}

void conv_sizes(Call *call, int w, int pixel, const int *window, Runs runs, Extent step, Extent dilation)
{
    size(call, "W", w);
    size(call, "XS", pixel);
    size(call, "R", window[0]);
    size(call, "RUNS", runs.runs);
    size(call, "RUN", runs.run);
    size(call, "SH", step.h);
    size(call, "SW", step.w);
    size(call, "DH", dilation.h);
    size(call, "DW", dilation.w);
}

void call_direct(Plan *plan, const Convolution *c, Buffer *weight, Picked tile)
{
    Call *call = call_rows(plan, c->op, c->pool ? "conv_pool" : "conv", c->suffix, (Rows){ c->p, c->p, 1 }, 1);
    reads(call, c->x);
    reads(call, weight);
    reads_or_nothing(call, c->bias);
    writes_results(call, c);
    if (c->pool)
        writes_winner(call, c);
    hand(call, HANDED_FROM);
    hand(call, HANDED_TO);
    conv_sizes(call, c->w, c->xs, c->window, runs_of(c->window[1], c->c, c->xs, c->dilation.w), c->step, c->dilation);
    size(call, c->pool ? "PW" : "Q", c->q);
    if (!c->pool)
        size(call, "YS", c->ys);
    size(call, "KS", c->ks);
    if (!c->pool) {
        size(call, "GK", c->ks / c->groups);
        size(call, "GC", c->c);
    }
    size(call, "TW", tile.size[0]);
    size(call, "KB", tile.size[1]);
    call->key = tile.key;
}

static void choose_conv(Plan *plan, const Op *op, bool pool)
{
    const Value *x = op->in[0], *w = op->in[1], *y = op->out[0];
    Groups g = groups_in(plan, op, y->dim[2]);
    int padded = g.groups * g.wide;
    Convolution c = {
        .op = op, .suffix = work_suffix(op), .x = at(plan, x), .w = x->dim[1], .xs = stride(plan, x), .c = w->dim[2],
        .groups = g.groups, .window = w->dim, .step = op->stride, .dilation = op->dilation,
        .bias = op->ins > 2 ? spread_table(plan, op, "spread_bias", op->in[2], g) : NULL,
        .activation = op->activation, .pool = pool, .y = wide_map(plan, op, "spread", y, g), .winner = pool && op->out[1] && op->out[1]->users ? at(plan, op->out[1]) : NULL,
        .p = y->dim[0], .q = y->dim[1], .ks = padded,
        .ys = g.groups > 1 ? padded : stride(plan, y),
    };
    if (winograd_wins(plan, &c)) {
        call_winograd(plan, &c, at(plan, w), padded, plan->target->lanes);
        return;
    }
    join_rows(plan, &c);
    Picked tile = tile_of(plan, &c);
    Buffer *weight = spread_table(plan, op, "spread_weight", w, g);
    call_direct(plan, &c, packed(plan, op, weight, value_size(w) / w->dim[3], padded, tile.size[1]), tile);
    gather_map(plan, op, "gather", c.y, y, g);
}

CHOOSE(CONV_BLOCK)
{
    if (is_depthwise(op))
        choose_depthwise(plan, op);
    else
        choose_conv(plan, op, false);
}

CHOOSE(CONV)              { choose_CONV_BLOCK(plan, op); }
CHOOSE(CONV_POOL)         { choose_conv(plan, op, true); }
CHOOSE(DECONV_GRAD_INPUT) { choose_conv(plan, op, false); }
