/* choose_norm.c - norms: sums over images in shards, then each number by its channel's statistics. */

#include "compiler/plan/choose.h"

#include <string.h>

/* A tile of pixels by vectors of channels, of which each sum waits for the one before: four of them hide that. */
typedef struct { int pixels, vectors; } Tiling;

static Tiling tiling_of(const Plan *plan, int padded)
{
    int all = padded / plan->target->lanes, vectors = 4;
    while (all % vectors)
        vectors--;
    return (Tiling){ 4 / vectors, vectors };
}

static void area_sizes(Plan *plan, Call *call, const Value *x)
{
    size(call, "PIXELS", pixels(x));
    size(call, "XS", stride(plan, x));
}

/* So many pixels lie in a part of the first cache. */
static long block_of(long pixels, int padded)
{
    enum { FLOATS = 4096 };
    long most = FLOATS / padded;
    return most < 1 ? 1 : most < pixels ? most : pixels;
}

CHOOSE(BATCH_MOMENTS)
{
    const Value *x = op->in[0];
    int padded = stride(plan, x);
    Tiling tiling = tiling_of(plan, padded);
    Buffer *part = helper_buffer(plan, op, "moments.shards", STORE_SHARD, ELEMENT_FLOAT, 3L * padded);
    Call *call = call_images(plan, op, "batch_moments", "moments");
    reads(call, at(plan, x));
    writes(call, part);
    area_sizes(plan, call, x);
    size(call, "BLOCK", block_of(pixels(x), padded));
    size(call, "TP", tiling.pixels);
    size(call, "CB", tiling.vectors);

    call = call_batch(plan, op, "batch_moments_sum", "join_moments", 1);
    reads(call, part);
    writes(call, at(plan, op->out[0]));
    writes(call, at(plan, op->out[1]));
    size(call, "XS", padded);
    size(call, "SHARDS", SHARDS);
}

CHOOSE(RUNNING_MEAN)
{
    const Value *old = op->in[0];
    share_home(plan, op->out[0], old, stride(plan, old));
    const char *suffix = strrchr(old->name, '.') + 1;
    Call *call = call_batch(plan, op, "running_mean", suffix, 1);
    writes(call, at(plan, old));
    reads(call, at(plan, op->in[1]));
    size(call, "XS", stride(plan, old));
    factor(call, "SHARE", 1 - op->keep);
}

CHOOSE(BATCH_NORM_BLOCK)
{
    Call *call = call_images(plan, op, "batch_norm", "forward");
    for (int i = 0; i < 5; i++)
        reads(call, at(plan, op->in[i]));
    reads_or_nothing(call, op->ins > 5 ? at(plan, op->in[5]) : NULL);
    writes(call, at(plan, op->out[0]));
    call->after = AFTER_SUM;
    call->bias = op->ins > 5;
    call->activation = op->activation;
    area_sizes(plan, call, op->in[0]);
    size(call, "CB", tiling_of(plan, stride(plan, op->in[0])).vectors);
    factor(call, "EPSILON", op->epsilon);
}

CHOOSE(BATCH_NORM) { choose_BATCH_NORM_BLOCK(plan, op); }

/* Where an activation is part of a gradient, what it passed: as norm.h tells. */
static int cut_of(const Op *op)
{
    return op->activation == ACTIVATION_RELU6 ? 2 : op->activation == ACTIVATION_RELU;
}

CHOOSE(BATCH_NORM_GRAD_WEIGHT)
{
    const Value *x = op->in[0];
    int padded = stride(plan, x);
    Tiling tiling = tiling_of(plan, padded);
    Buffer *part = helper_buffer(plan, op, "norm.shards", STORE_SHARD, ELEMENT_FLOAT, 2L * padded);
    Call *call = call_images(plan, op, "batch_norm_grad_weight", "grad_weight");
    reads(call, at(plan, x));
    reads(call, at(plan, op->in[1]));
    reads(call, at(plan, op->in[2]));
    reads_or_nothing(call, op->activation ? at(plan, op->in[4]) : NULL);
    reads_or_nothing(call, op->activation ? at(plan, op->in[5]) : NULL);
    reads(call, at(plan, op->in[3]));
    writes(call, part);
    size(call, "CUT", cut_of(op));
    factor(call, "EPSILON", op->epsilon);
    area_sizes(plan, call, x);
    size(call, "TP", tiling.pixels);
    size(call, "CB", tiling.vectors);

    call = call_batch(plan, op, "batch_norm_grad_sum", "sum_weight", 1);
    reads(call, part);
    reads(call, at(plan, op->in[2]));
    writes(call, at(plan, op->out[0]));
    writes(call, at(plan, op->out[1]));
    size(call, "XS", padded);
    size(call, "SHARDS", SHARDS);
    factor(call, "EPSILON", op->epsilon);
}

static void grad_input_sizes(Plan *plan, const Op *op, Call *call)
{
    const Value *dx = op->out[0];
    writes(call, at(plan, dx));
    area_sizes(plan, call, dx);
    size(call, "CB", tiling_of(plan, stride(plan, dx)).vectors);
    factor(call, "EPSILON", op->epsilon);
}

CHOOSE(BATCH_NORM_GRAD_INPUT)
{
    Call *call = call_images(plan, op, "batch_norm_grad_input", "grad_input");
    for (int i = 0; i < 7; i++)
        reads(call, at(plan, op->in[i]));
    reads_or_nothing(call, op->activation ? at(plan, op->in[7]) : NULL);
    grad_input_sizes(plan, op, call);
    hand(call, HANDED_COUNT);
    size(call, "CUT", cut_of(op));
}

CHOOSE(FROZEN_NORM_GRAD_INPUT)
{
    Call *call = call_images(plan, op, "frozen_norm_grad_input", "grad_input");
    for (int i = 0; i < 3; i++)
        reads(call, at(plan, op->in[i]));
    grad_input_sizes(plan, op, call);
}

/* ---- over parts of an image ---- */

static Buffer *room_for(Plan *plan, const Op *op, const char *suffix, long floats)
{
    return helper_buffer(plan, op, suffix, STORE_SCRATCH, ELEMENT_FLOAT, floats);
}

static void channel_sizes(Plan *plan, const Op *op, Call *call)
{
    const Value *x = op->in[0];
    size(call, "PIXELS", pixels(x));
    size(call, "C", x->dim[2]);
    size(call, "XS", stride(plan, x));
    if (op->groups)
        size(call, "GROUPS", op->groups);
    factor(call, "EPSILON", op->epsilon);
}

static void take_room(Plan *plan, const Op *op, Call *call, const char *const *suffix, int count)
{
    for (int i = 0; i < count; i++)
        writes(call, room_for(plan, op, suffix[i], stride(plan, op->in[0])));
}

CHOOSE(LAYER_NORM) { channel_sizes(plan, op, elementwise(plan, op, "layer_norm")); }

CHOOSE(GROUP_NORM)
{
    static const char *const room[] = { "mean", "inverse" };
    Call *call = elementwise(plan, op, "group_norm");
    take_room(plan, op, call, room, 2);
    channel_sizes(plan, op, call);
}

static void choose_part_grad(Plan *plan, const Op *op, const char *kernel)
{
    static const char *const room[] = { "mean", "inverse", "level", "slope" };
    int padded = stride(plan, op->in[0]);
    Buffer *weight = helper_buffer(plan, op, "weight.shards", STORE_SHARD, ELEMENT_FLOAT, padded);
    Buffer *bias = helper_buffer(plan, op, "bias.shards", STORE_SHARD, ELEMENT_FLOAT, padded);
    Call *call = elementwise(plan, op, kernel);
    writes(call, weight);
    writes(call, bias);
    if (op->kind == OP_GROUP_NORM_GRAD)
        take_room(plan, op, call, room, 4);
    channel_sizes(plan, op, call);
    sum_of(plan, op, "sum_weight", weight, at(plan, op->out[1]));
    sum_of(plan, op, "sum_bias", bias, at(plan, op->out[2]));
}

CHOOSE(LAYER_NORM_GRAD) { choose_part_grad(plan, op, "layer_norm_grad"); }
CHOOSE(GROUP_NORM_GRAD) { choose_part_grad(plan, op, "group_norm_grad"); }

/* ---- over neighbouring channels ---- */

/* A window that reaches further than the channels finds nothing there. */
static void choose_local(Plan *plan, const Op *op, const char *kernel)
{
    const Value *x = op->in[0];
    int before = smaller(op->size / 2, x->dim[2]), behind = smaller((op->size - 1) / 2, x->dim[2]);
    long framed = (long)stride(plan, x) + before + behind;
    Call *call = elementwise(plan, op, kernel);
    writes(call, room_for(plan, op, "square", framed));
    if (op->kind == OP_LOCAL_NORM_GRAD) {
        writes(call, room_for(plan, op, "pull", framed));
        writes(call, room_for(plan, op, "direct", stride(plan, x)));
    }
    area_sizes(plan, call, x);
    size(call, "BEFORE", before);
    size(call, "BEHIND", behind);
    factor(call, "LEVEL", op->level);
    factor(call, "ALPHA", op->alpha);
    factor(call, "BETA", op->beta);
}

CHOOSE(LOCAL_NORM)      { choose_local(plan, op, "local_norm"); }
CHOOSE(LOCAL_NORM_GRAD) { choose_local(plan, op, "local_norm_grad"); }

/* ---- batch norms to predict with ---- */

/* In tasks of some bands of the weight's tiles. */
CHOOSE(FOLD)
{
    Value *const *norm = op->in + op->ins - 4;
    const Value *w = op->in[0];
    Tile tile = home_of(plan, w)->tile;
    int padded = (int)round_up(w->dim[w->dims - 1], tile.columns);
    long bands = at(plan, w)->count / ((long)padded * tile.rows);
    long each = larger(1, (int)(plan->target->update_chunk / ((long)padded * tile.rows)));
    Call *call = call_batch(plan, op, "fold_weight", "fold_weight", (bands + each - 1) / each);
    reads(call, at(plan, w));
    reads(call, at(plan, norm[0]));
    reads(call, at(plan, norm[3]));
    writes(call, at(plan, op->out[0]));
    hand(call, HANDED_TASK);
    size(call, "BANDS", bands);
    size(call, "EACH", each);
    size(call, "ROWS", tile.rows);
    size(call, "OS", padded);
    size(call, "OT", tile.columns);
    factor(call, "EPSILON", op->epsilon);

    call = call_batch(plan, op, "fold_bias", "fold_bias", 1);
    reads_or_nothing(call, op->ins > 5 ? at(plan, op->in[1]) : NULL);
    for (int i = 0; i < 4; i++)
        reads(call, at(plan, norm[i]));
    writes(call, at(plan, op->out[1]));
    size(call, "OS", stride(plan, op->out[1]));
    factor(call, "EPSILON", op->epsilon);
}
