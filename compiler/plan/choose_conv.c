/* choose_conv.c - convolutions, alone or with what follows, and their gradients. */

#include "compiler/plan/choose.h"

/* Vectors of output channels in a tile: two, where they divide the channels. */
static int channel_vectors(const Plan *plan, int padded)
{
    return padded / plan->target->lanes % 2 ? 1 : 2;
}

/* Positions in a tile: the accumulators leave room for the weights and one pixel. */
static int positions(const Plan *plan, int vectors, int each)
{
    int room = plan->target->registers >= 32 ? 24 : 12;
    int count = room / (vectors * each);
    return count < 1 ? 1 : count;
}

/* A kernel's row of taps is one run of floats where pixels are dense and next to each other. */
typedef struct { int runs, run; } Runs;

static Runs runs_of(int s, int c, int pixel, int dilation)
{
    return pixel == c && dilation == 1 ? (Runs){ 1, s * c } : (Runs){ s, c };
}

static Buffer *packed(Plan *plan, const Op *op, const Value *w, int padded, int vectors)
{
    int block = vectors * plan->target->lanes;
    long rows = (long)w->dim[0] * w->dim[1] * w->dim[2];
    if (padded == block)
        return at(plan, w);
    Buffer *u = helper_buffer(plan, op, "packed", STORE_TABLE, ELEMENT_FLOAT, rows * padded);
    Call *call = call_batch(plan, op, "pack", "pack", padded / block);
    reads(call, at(plan, w));
    writes(call, u);
    hand(call, HANDED_TASK);
    size(call, "ROWS", rows);
    size(call, "KS", padded);
    size(call, "KV", block);
    return u;
}

static void conv_sizes(Call *call, int w, int pixel, const int *window, Runs runs, Extent step, Extent dilation)
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

static void choose_conv(Plan *plan, const Op *op, bool pool)
{
    const Value *x = op->in[0], *w = op->in[1], *y = op->out[0];
    int padded = stride(plan, y), vectors = channel_vectors(plan, padded);
    Buffer *u = packed(plan, op, w, padded, vectors);
    Call *call = call_images(plan, op, pool ? "conv_pool" : "conv", "forward");
    reads(call, at(plan, x));
    reads(call, u);
    if (op->ins > 2)
        reads(call, at(plan, op->in[2]));
    else
        hand(call, HANDED_NOTHING);
    writes(call, at(plan, y));
    if (pool)
        writes(call, op->out[1] ? at(plan, op->out[1])
                                : helper_buffer(plan, op, "winner", STORE_SCRATCH, ELEMENT_BYTE, pixels(y) * padded));
    conv_sizes(call, x->dim[1], stride(plan, x), w->dim, runs_of(w->dim[1], x->dim[2], stride(plan, x), op->dilation.w),
               op->stride, op->dilation);
    size(call, pool ? "PH" : "P", y->dim[0]);
    size(call, pool ? "PW" : "Q", y->dim[1]);
    size(call, "KS", padded);
    size(call, "TW", smaller(y->dim[1], positions(plan, vectors, pool ? 4 : 1)));
    size(call, "KB", vectors);
    call->bias = op->ins > 2;
    call->relu = op->relu;
}

CHOOSE(CONV)       { choose_conv(plan, op, false); }
CHOOSE(CONV_BLOCK) { choose_conv(plan, op, false); }
CHOOSE(CONV_POOL)  { choose_conv(plan, op, true); }

CHOOSE(CONV_GRAD_WEIGHT)
{
    const Value *x = op->in[0], *dy = op->in[1], *dw = op->out[0];
    int padded = stride(plan, dy), vectors = channel_vectors(plan, padded);
    Runs runs = runs_of(dw->dim[1], x->dim[2], stride(plan, x), op->dilation.w);
    Buffer *part = helper_buffer(plan, op, "weight.shards", STORE_SHARD, ELEMENT_FLOAT, parameter_count(plan, dw));
    Call *call = call_images(plan, op, "conv_grad_weight", "grad_weight");
    reads(call, at(plan, x));
    reads(call, at(plan, dy));
    writes(call, part);
    conv_sizes(call, x->dim[1], stride(plan, x), dw->dim, runs, op->stride, op->dilation);
    size(call, "P", dy->dim[0]);
    size(call, "Q", dy->dim[1]);
    size(call, "KS", padded);
    size(call, "ET", smaller(runs.run, plan->target->registers >= 32 ? 8 : 5));
    size(call, "KB", vectors);
    sum_of(plan, op, "sum_weight", part, dw);
}

/* The gradient of a conv's input is a conv of its output's, spread over the input with zeros between
 * and around, with the weights turned by half a turn. */
CHOOSE(CONV_GRAD_INPUT)
{
    const Value *dy = op->in[0], *w = op->in[1], *dx = op->out[0];
    int ks = stride(plan, dy), cs = stride(plan, dx), vectors = channel_vectors(plan, cs);
    int reach_h = (w->dim[0] - 1) * op->dilation.h, reach_w = (w->dim[1] - 1) * op->dilation.w;
    int zh = dx->dim[0] + reach_h, zw = dx->dim[1] + reach_w, block = vectors * plan->target->lanes;
    Buffer *z = helper_buffer(plan, op, "spread", STORE_BATCH, ELEMENT_FLOAT, (long)zh * zw * ks);
    Buffer *u = helper_buffer(plan, op, "flipped", STORE_TABLE, ELEMENT_FLOAT, value_size(w) / w->dim[2] * cs);

    Call *call = call_batch(plan, op, "pack_flipped", "pack_flipped", cs / block);
    reads(call, at(plan, w));
    writes(call, u);
    hand(call, HANDED_TASK);
    size(call, "R", w->dim[0]);
    size(call, "S", w->dim[1]);
    size(call, "C", w->dim[2]);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "CV", block);

    call = call_images(plan, op, "spread", "spread");
    reads(call, at(plan, dy));
    writes(call, z);
    size(call, "P", dy->dim[0]);
    size(call, "Q", dy->dim[1]);
    size(call, "KS", ks);
    size(call, "SH", op->stride.h);
    size(call, "SW", op->stride.w);
    size(call, "TOP", reach_h);
    size(call, "LEFT", reach_w);
    size(call, "ZH", zh);
    size(call, "ZW", zw);

    call = call_images(plan, op, "conv", "grad_input");
    reads(call, z);
    reads(call, u);
    hand(call, HANDED_NOTHING);
    writes(call, at(plan, dx));
    conv_sizes(call, zw, ks, w->dim, runs_of(w->dim[1], w->dim[3], ks, op->dilation.w), (Extent){ 1, 1 }, op->dilation);
    size(call, "P", dx->dim[0]);
    size(call, "Q", dx->dim[1]);
    size(call, "KS", cs);
    size(call, "TW", smaller(dx->dim[1], positions(plan, vectors, 1)));
    size(call, "KB", vectors);
}
