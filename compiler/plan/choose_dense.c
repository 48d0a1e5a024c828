/* choose_dense.c - dense layers, the updates of all parameters, and how long their gradient may be. */

#include "compiler/plan/choose.h"

/* The largest divisor of `count` up to `most`. */
static int smaller_divisor(int count, int most)
{
    while (count % most)
        most--;
    return most;
}

static bool makes_zeros(ActivationKind kind)
{
    return kind == ACTIVATION_RELU || kind == ACTIVATION_RELU6;
}

/* Behind a relu a good part is zeros: what they would add is left out. */
static bool is_sparse(const Value *x)
{
    const Op *op = x->maker;
    switch (op->kind) {
    case OP_RELU:
        return true;
    case OP_CONV_BLOCK: case OP_CONV_POOL: case OP_DENSE_BLOCK: case OP_BATCH_NORM_BLOCK: case OP_ACTIVATION:
        return makes_zeros(op->activation);
    case OP_MAX_POOL: case OP_RESHAPE: case OP_DROPOUT:
        return is_sparse(op->in[0]);
    default:
        return false;
    }
}

/* Tiles of some images by some vectors of outputs, which divide those of a tile of weights; what remains of
 * the images goes one by one. */
static Picked forward_tile(const Plan *plan, const Op *op, int all)
{
    const Target *target = plan->target;
    int usual = smaller_divisor(all, target->dense_tile_vectors);
    Cuts cuts = cuts_begin((Cut){{ target->dense_tile_images, usual }});
    for (int vectors = 1; vectors <= all; vectors++)
        for (int images = 1; images <= plan->batch && fits_registers(target, images, vectors); images++)
            if (all % vectors == 0)
                cuts_try(&cuts, (Cut){{ images, vectors }},
                         (plan->batch / images * tile_cycles(images, vectors)
                          + plan->batch % images * tile_cycles(1, vectors)) * (all / vectors));
    return cuts_pick(plan, op, arena_printf(plan->arena, "dense_partial of %d", plan->batch), &cuts);
}

/* What such a tile gains depends on the pictures: it is not timed. */
static Picked sparse_tile(const Plan *plan, int all)
{
    int vectors = smaller_divisor(all, plan->target->dense_tile_vectors);
    return (Picked){ .size = { plan->target->dense_live_images, vectors } };
}

/* A long sum is split by the card: in as many parts as there are shards, of whole tiles. */
CHOOSE(DENSE_BLOCK)
{
    const Value *x = op->in[0], *w = op->in[1], *y = op->out[0];
    Tile tile = home_of(plan, w)->tile;
    int padded = (int)round_up(w->dim[1], tile.columns), inputs = w->dim[0];
    int splits = smaller(SHARDS, (inputs + tile.rows - 1) / tile.rows);
    Buffer *part = helper_buffer(plan, op, "parts", STORE_TABLE, ELEMENT_FLOAT, (long)splits * plan->batch * padded);

    Call *call = call_batch(plan, op, "dense_partial", "partial", splits);
    reads(call, at(plan, x));
    reads(call, at(plan, w));
    writes(call, part);
    hand(call, HANDED_COUNT);
    hand(call, HANDED_TASK);
    size(call, "J", inputs);
    size(call, "XS", stride(plan, x));
    size(call, "OS", padded);
    size(call, "JT", tile.rows);
    size(call, "OT", tile.columns);
    size(call, "SPLIT", splits);
    size(call, "BATCH", plan->batch);
    Picked cut = is_sparse(x) ? sparse_tile(plan, tile.columns / plan->target->lanes)
                              : forward_tile(plan, op, tile.columns / plan->target->lanes);
    size(call, "NT", cut.size[0]);
    size(call, "OV", cut.size[1]);
    call->key = cut.key;

    call = call_images(plan, op, "dense_sum", "forward");
    reads(call, part);
    reads_or_nothing(call, op->ins > 2 ? at(plan, op->in[2]) : NULL);
    writes(call, at(plan, y));
    hand(call, HANDED_IMAGE);
    size(call, "SPLITS", splits);
    size(call, "BATCH", plan->batch);
    size(call, "OS", stride(plan, y));
    call->after = AFTER_SUM;
    call->bias = op->ins > 2;
    call->activation = op->activation;
}

CHOOSE(DENSE) { choose_DENSE_BLOCK(plan, op); }

/* An update takes the old value's place. */
static void update_in_place(Plan *plan, const Op *op, int first_state_in, int first_state_out, const Value *w)
{
    share_home(plan, op->out[0], w, stride(plan, w));
    for (int i = first_state_in; i < op->ins; i++)
        share_home(plan, op->out[first_state_out + i - first_state_in], op->in[i], stride(plan, op->in[i]));
}

/* Lies in a row of states as the parameter does among the parameters. */
static void put_beside(Buffer *state, Buffer *parameter, int row)
{
    state->like = parameter;
    state->row = row;
}

static void states(Plan *plan, const Op *op, int first, Call *call, const Value *w)
{
    for (int i = first; i < first + 2; i++) {
        if (i >= op->ins) {
            hand(call, HANDED_NOTHING);
            continue;
        }
        writes(call, at(plan, op->in[i]));
        put_beside(at(plan, op->in[i]), at(plan, w), i - first);
    }
}

/* What a dense layer's backward pass is of: without dx, or without x, only the other gradient is wanted. */
typedef struct {
    const Value *x, *w, *dy, *dx;
    Buffer *to;                 /* the weights to be updated, or where their gradient goes */
} Backward;

/* Its calls, up to what UPDATE takes: that is the caller's to fill in, then dense_sizes(). */
static Call *dense_backward(Plan *plan, const Op *op, const Backward *b, const char *suffix)
{
    Tile tile = home_of(plan, b->w)->tile;
    int ns = (int)lanes_up(plan, plan->batch);
    Buffer *turned = helper_buffer(plan, op, "turned", STORE_TABLE, ELEMENT_FLOAT, (long)stride(plan, b->dy) * ns);
    Buffer *blocks = helper_buffer(plan, op, "blocks", STORE_TABLE, ELEMENT_FLOAT, (long)stride(plan, b->dy) * ns);

    Call *call = call_images(plan, op, "column", "column");
    reads(call, at(plan, b->dy));
    writes(call, turned);
    writes(call, blocks);
    hand(call, HANDED_IMAGE);
    size(call, "OS", stride(plan, b->dy));
    size(call, "NS", ns);
    size(call, "OT", tile.columns);

    call = call_batch(plan, op, "dense_update", suffix, (b->w->dim[0] + tile.rows - 1) / tile.rows);
    reads_or_nothing(call, b->x ? at(plan, b->x) : NULL);
    reads(call, turned);
    reads(call, blocks);
    if (b->x)
        writes(call, b->to);
    else
        reads(call, b->to);
    if (b->dx) {
        writes(call, at(plan, b->dx));
        writes(call, helper_buffer(plan, op, "sum", STORE_SCRATCH, ELEMENT_FLOAT, (long)tile.rows * ns));
    } else {
        hand(call, HANDED_NOTHING);
        hand(call, HANDED_NOTHING);
    }
    if (b->x)
        writes(call, helper_buffer(plan, op, "live", STORE_SCRATCH, ELEMENT_INT, (long)tile.rows * ((ns + 31) / 32)));
    else
        hand(call, HANDED_NOTHING);
    return call;
}

static void dense_sizes(Plan *plan, const Backward *b, Call *call, int count)
{
    const Target *target = plan->target;
    Tile tile = home_of(plan, b->w)->tile;
    int ns = (int)lanes_up(plan, plan->batch);
    hand(call, HANDED_COUNT);
    hand(call, HANDED_TASK);
    hand(call, HANDED_RATES);
    size(call, "J", lanes_up(plan, b->w->dim[0]));
    size(call, "XS", stride(plan, b->x ? b->x : b->dx));
    size(call, "OS", stride(plan, b->dy));
    size(call, "JT", tile.rows);
    size(call, "OT", tile.columns);
    size(call, "NS", ns);
    size(call, "DX", b->dx != NULL);
    size(call, "DW", b->x != NULL);
    size(call, "STATES", count);
    size(call, "JR", target->dense_back_inputs);
    size(call, "NV", smaller_divisor(ns / target->lanes, target->dense_back_vectors));
    size(call, "JG", b->x && is_sparse(b->x) ? target->dense_live_inputs : target->dense_grad_inputs);
    size(call, "OV", smaller_divisor(tile.columns / target->lanes, target->dense_grad_vectors));
}

CHOOSE(DENSE_UPDATE)
{
    const Value *w = op->in[1];
    const Backward b = { op->in[0], w, op->in[2], op->out[1], at(plan, w) };
    Call *call = dense_backward(plan, op, &b, "update");
    states(plan, op, 3, call, w);
    call->decays = true;
    dense_sizes(plan, &b, call, op->ins - 3);
    update_in_place(plan, op, 3, 2, w);
}

/* Where weights do not learn, or not yet: fuse leaves no other. */
CHOOSE(DENSE_GRAD_INPUT)
{
    const Value *w = op->in[1];
    const Backward b = { NULL, w, op->in[0], op->out[0], at(plan, w) };
    Call *call = dense_backward(plan, op, &b, "grad_input");
    call->keeps = true;
    hand(call, HANDED_NOTHING);
    hand(call, HANDED_NOTHING);
    dense_sizes(plan, &b, call, 0);
}

CHOOSE(DENSE_GRAD_WEIGHT)
{
    const Value *dw = op->out[0];
    const Backward b = { op->in[0], dw, op->in[1], NULL, at(plan, dw) };
    Call *call = dense_backward(plan, op, &b, "grad_weight");
    call->keeps = true;
    hand(call, HANDED_NOTHING);
    hand(call, HANDED_NOTHING);
    dense_sizes(plan, &b, call, 0);
}

/* ---- updates of all parameters ---- */

/* The gradient waits until all are known, and is read by what it is multiplied with. */
static void choose_update(Plan *plan, const Op *op)
{
    const Value *w = op->in[0], *g = op->in[1];
    const Op *scale = g->maker->kind == OP_SCALE ? g->maker : NULL;
    long count = at(plan, w)->count, chunk = plan->target->update_chunk;
    Call *call = call_batch(plan, op, scale ? "update_clipped" : "update", w->dims > 1 ? "update_weight" : "update_bias",
                            (count + chunk - 1) / chunk);
    writes(call, at(plan, w));
    reads(call, at(plan, g));
    if (scale) {
        reads(call, at(plan, scale->in[1]));
        put_beside(at(plan, g), at(plan, w), op->ins - 2);
    }
    states(plan, op, 2, call, w);
    call->decays = w->dims > 1;
    hand(call, HANDED_TASK);
    hand(call, HANDED_RATES);
    size(call, "SIZE", count);
    size(call, "CHUNK", chunk);
    update_in_place(plan, op, 2, 1, w);
}

CHOOSE(SGD)     { choose_update(plan, op); }
CHOOSE(RMSPROP) { choose_update(plan, op); }
CHOOSE(ADAM)    { choose_update(plan, op); }
CHOOSE(ADAMW)   { choose_update(plan, op); }

/* A part for each chunk of a gradient, of one vector. */
CHOOSE(CLIP)
{
    long chunk = plan->target->update_chunk, parts = 0;
    for (int i = 0; i < op->ins; i++)
        parts += (at(plan, op->in[i])->count + chunk - 1) / chunk;
    Buffer *part = helper_buffer(plan, op, "squares", STORE_TABLE, ELEMENT_FLOAT, parts * plan->target->lanes);
    for (int i = 0, first = 0; i < op->ins; i++) {
        const Buffer *g = at(plan, op->in[i]);
        int tasks = (int)((g->count + chunk - 1) / chunk);
        Call *call = call_batch(plan, op, "square_sum", "squares", tasks);
        reads(call, at(plan, op->in[i]));
        writes_its_own(call, part);
        hand(call, HANDED_TASK);
        size(call, "SIZE", g->count);
        size(call, "CHUNK", chunk);
        size(call, "FIRST", first);
        first += tasks;
    }
    Call *call = call_batch(plan, op, "clip", "factor", 1);
    reads(call, part);
    writes(call, at(plan, op->out[0]));
    size(call, "PARTS", parts);
    factor(call, "LENGTH", op->length);
}

CHOOSE(SCALE) { share_home(plan, op->out[0], op->in[0], stride(plan, op->in[0])); }
