/* choose.c - which kernels do an op's work, with which tiles, over which memory.
 * requires: verified graph that fuse and dead have run over.
 * fills: Plan.home, Plan.buffer (all but places), Plan.call in the graph's order.
 *
 * Layout: a value of an image is [H][W][stride], its channels padded to whole vectors with zeros (the
 * network's own input is not padded). A conv's weight is [R][S][C][K], K padded; a dense layer's lies
 * in tiles. The arguments of each kernel stand in its file in runtime/kernels. */

#include <assert.h>
#include <string.h>

#include "compiler/plan/plan.h"

/* ---- buffers ---- */

static Buffer *new_buffer(Plan *plan, const char *name, Store store, Element element, long count)
{
    Buffer *buffer = arena_new(plan->arena, Buffer);
    *buffer = (Buffer){ .number = plan->buffers, .name = name, .store = store, .element = element, .count = count,
                        .first = -1, .last = -1 };
    *arena_push(plan->arena, plan->buffer, plan->buffers, plan->buffer_room) = buffer;
    return buffer;
}

static Buffer *helper_buffer(Plan *plan, const Op *op, const char *suffix, Store store, Element element, long count)
{
    return new_buffer(plan, arena_printf(plan->arena, "%s/%s", op->name, suffix), store, element, count);
}

static long lanes_up(const Plan *plan, long count)
{
    return round_up(count, plan->target->lanes);
}

/* Four vectors of outputs, or as many of them as divide the layer's. */
Tile dense_tile(const Target *target, int outputs)
{
    int vectors = (outputs + target->lanes - 1) / target->lanes, across = 4;
    while (vectors % across)
        across--;
    return (Tile){ 64, across * target->lanes };
}

static long parameter_count(const Plan *plan, const Value *value)
{
    if (value->dims == 2) {
        Tile tile = dense_tile(plan->target, value->dim[1]);
        return round_up(value->dim[0], tile.rows) * round_up(value->dim[1], tile.columns);
    }
    int last = value->dim[value->dims - 1];
    return value_size(value) / last * lanes_up(plan, last);
}

/* A winner is a place in a window: one of four after a convolution, any number of them elsewhere. */
static Element element_of(const Plan *plan, const Value *value)
{
    OpKind kind = value->maker->kind;
    bool second = value == value->maker->out[1];
    if (kind == OP_TARGET || value == plan->graph->right || (second && kind == OP_MAX_POOL))
        return ELEMENT_INT;
    return second && kind == OP_CONV_POOL ? ELEMENT_BYTE : ELEMENT_FLOAT;
}

static Store store_of(const Value *value)
{
    switch (value->maker->kind) {
    case OP_INPUT:     return STORE_INPUT;
    case OP_TARGET:    return STORE_TARGET;
    case OP_PARAMETER: return STORE_PARAMETER;
    case OP_STATE:     return STORE_STATE;
    default:           return value->per_image ? STORE_BATCH : STORE_TABLE;
    }
}

static bool is_loss(const Plan *plan, const Value *value)
{
    return value == plan->graph->loss || value == plan->graph->right;
}

/* Where a value lies; made when it is first asked for. */
static Home *home(Plan *plan, const Value *value)
{
    Home *home = &plan->home[value->id];
    if (home->buffer)
        return home;
    Store store = store_of(value);
    long count;
    if (value->per_image) {
        int channels = value->dim[2];
        bool plain = store == STORE_INPUT || store == STORE_TARGET || is_loss(plan, value);
        home->stride = plain ? channels : (int)lanes_up(plan, channels);
        count = (long)value->dim[0] * value->dim[1] * home->stride;
    } else {
        home->stride = (int)lanes_up(plan, value->dim[value->dims - 1]);
        count = parameter_count(plan, value);
    }
    home->buffer = new_buffer(plan, value->name, store, element_of(plan, value), count);
    return home;
}

static void same_home(Plan *plan, const Value *value, const Value *as, int stride)
{
    plan->home[value->id] = (Home){ home(plan, as)->buffer, stride };
}

/* ---- calls ---- */

static Call *new_call(Plan *plan, const Op *op, const char *kernel, const char *suffix, bool per_image, int tasks)
{
    Call *call = arena_new(plan->arena, Call);
    *call = (Call){ .kernel = kernel, .op = op, .per_image = per_image, .tasks = tasks, .segment = -1 };
    call->name = arena_printf(plan->arena, "%s_%s", op->name, suffix);
    *arena_push(plan->arena, plan->call, plan->calls, plan->call_room) = call;
    return call;
}

static Call *of_images(Plan *plan, const Op *op, const char *kernel, const char *suffix)
{
    return new_call(plan, op, kernel, suffix, true, 0);
}

static Call *of_batch(Plan *plan, const Op *op, const char *kernel, const char *suffix, long tasks)
{
    return new_call(plan, op, kernel, suffix, false, (int)tasks);
}

static void argument(Call *call, Argument a)
{
    assert(call->arguments < MOST_ARGS);
    call->argument[call->arguments++] = a;
}

static void reads(Call *call, Buffer *buffer)  { argument(call, (Argument){ .buffer = buffer }); }
static void writes(Call *call, Buffer *buffer) { argument(call, (Argument){ .buffer = buffer, .writes = true }); }
static void word(Call *call, const char *text) { argument(call, (Argument){ .word = text }); }

static void size(Call *call, const char *name, long value)
{
    assert(call->sizes < MOST_SIZES);
    call->size[call->sizes++] = (Size){ name, value };
}

static Buffer *at(Plan *plan, const Value *value)  { return home(plan, value)->buffer; }
static int stride(Plan *plan, const Value *value)  { return home(plan, value)->stride; }

/* ---- leaves need no work ---- */

#define CHOOSE(ID) static void choose_##ID(Plan *plan, const Op *op)

/* What reads pictures with their channels unpadded: scalars of x against vectors of weights. */
static bool takes_any_stride(OpKind kind)
{
    return kind == OP_CONV || kind == OP_CONV_BLOCK || kind == OP_CONV_POOL || kind == OP_CONV_POOL_GRAD
        || kind == OP_CONV_GRAD_WEIGHT || kind == OP_PAD;
}

/* For any other reader the input is copied once, its channels padded. */
CHOOSE(INPUT)
{
    const Value *x = op->out[0];
    Home raw = *home(plan, x);
    int padded = (int)lanes_up(plan, x->dim[2]);
    bool serves = true;
    for (int i = 0; i < x->users; i++)
        serves &= takes_any_stride(x->user[i]->kind);
    if (serves || raw.stride == padded)
        return;
    long pixels = (long)x->dim[0] * x->dim[1];
    Buffer *wide = new_buffer(plan, "input/wide", STORE_BATCH, ELEMENT_FLOAT, pixels * padded);
    Call *call = of_images(plan, op, "slice", "widen");
    reads(call, raw.buffer);
    writes(call, wide);
    size(call, "PIXELS", pixels);
    size(call, "XS", x->dim[2]);
    size(call, "FIRST", 0);
    size(call, "C", x->dim[2]);
    size(call, "YS", padded);
    plan->home[x->id] = (Home){ wide, padded };
}

CHOOSE(TARGET)    { home(plan, op->out[0]); }
CHOOSE(PARAMETER) { home(plan, op->out[0]); }
CHOOSE(STATE)     { home(plan, op->out[0]); }

/* ---- convolution ---- */

static int smaller(int a, int b) { return a < b ? a : b; }

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
    Call *call = of_batch(plan, op, "pack", "pack", padded / block);
    reads(call, at(plan, w));
    writes(call, u);
    word(call, "task");
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
    Call *call = of_images(plan, op, pool ? "conv_pool" : "conv", "forward");
    reads(call, at(plan, x));
    reads(call, u);
    if (op->ins > 2)
        reads(call, at(plan, op->in[2]));
    else
        word(call, "NULL");
    writes(call, at(plan, y));
    if (pool && op->out[1])
        writes(call, at(plan, op->out[1]));
    else if (pool)
        writes(call, helper_buffer(plan, op, "winner", STORE_BATCH, ELEMENT_BYTE, shape_size(image_shape(y)) / y->dim[2] * padded));
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

/* The parts of a sum over images, one a shard, added in a fixed tree. */
static void sum_of(Plan *plan, const Op *op, const char *suffix, Buffer *part, const Value *gradient)
{
    Call *call = of_batch(plan, op, "sum_shards", suffix, 1);
    reads(call, part);
    writes(call, at(plan, gradient));
    size(call, "SIZE", part->count);
    size(call, "SHARDS", SHARDS);
}

CHOOSE(CONV_GRAD_WEIGHT)
{
    const Value *x = op->in[0], *dy = op->in[1], *dw = op->out[0];
    int padded = stride(plan, dy), vectors = channel_vectors(plan, padded);
    Runs runs = runs_of(dw->dim[1], x->dim[2], stride(plan, x), op->dilation.w);
    Buffer *part = helper_buffer(plan, op, "weight.shards", STORE_SHARD, ELEMENT_FLOAT, parameter_count(plan, dw));
    Call *call = of_images(plan, op, "conv_grad_weight", "grad_weight");
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

    Call *call = of_batch(plan, op, "pack_flipped", "pack_flipped", cs / block);
    reads(call, at(plan, w));
    writes(call, u);
    word(call, "task");
    size(call, "R", w->dim[0]);
    size(call, "S", w->dim[1]);
    size(call, "C", w->dim[2]);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "CV", block);

    call = of_images(plan, op, "spread", "spread");
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

    call = of_images(plan, op, "conv", "grad_input");
    reads(call, z);
    reads(call, u);
    word(call, "NULL");
    writes(call, at(plan, dx));
    conv_sizes(call, zw, ks, w->dim, runs_of(w->dim[1], w->dim[3], ks, op->dilation.w), (Extent){ 1, 1 }, op->dilation);
    size(call, "P", dx->dim[0]);
    size(call, "Q", dx->dim[1]);
    size(call, "KS", cs);
    size(call, "TW", smaller(dx->dim[1], positions(plan, vectors, 1)));
    size(call, "KB", vectors);
}

/* Floats of a kernel row that stay in registers for all rows of the window: a divisor, so that blocks
 * are equal. */
static int row_block(const Plan *plan, int rows, long floats)
{
    int lanes = plan->target->lanes, vectors = (int)(floats / lanes);
    int most = (plan->target->registers >= 32 ? 18 : 9) / rows;
    for (int v = smaller(vectors, most < 1 ? 1 : most); v > 1; v--)
        if (vectors % v == 0)
            return v * lanes;
    return lanes;
}

static void sparse_sizes(Plan *plan, Call *call, const Op *op, const Value *y, const Value *w, long row, int block)
{
    size(call, "SH", op->stride.h);
    size(call, "SW", op->stride.w);
    size(call, "PH", y->dim[0]);
    size(call, "PW", y->dim[1]);
    size(call, "K", w->dim[3]);
    size(call, "KS", stride(plan, y));
    size(call, "RB", row / block);
    size(call, "RV", block);
}

static void choose_pool_grad_weight(Plan *plan, const Op *op)
{
    const Value *x = op->in[0], *w = op->in[1], *winner = op->in[2];
    int ks = stride(plan, winner), xs = stride(plan, x), r = w->dim[0];
    long run = (long)w->dim[1] * xs, row = lanes_up(plan, run);
    int block = row_block(plan, r, row);
    long count = (long)w->dim[3] * r * row, list = (long)ks * (winner->dim[1] + 4);
    Buffer *part = helper_buffer(plan, op, "weight.shards", STORE_SHARD, ELEMENT_FLOAT, count);
    Buffer *bias = helper_buffer(plan, op, "bias.shards", STORE_SHARD, ELEMENT_FLOAT, ks);

    Call *call = of_images(plan, op, "pool_grad_weight", "grad_weight");
    reads(call, at(plan, x));
    reads(call, at(plan, winner));
    reads(call, at(plan, op->in[3]));
    writes(call, part);
    writes(call, bias);
    writes(call, helper_buffer(plan, op, "list.offset", STORE_BATCH, ELEMENT_INT, list));
    writes(call, helper_buffer(plan, op, "list.value", STORE_BATCH, ELEMENT_FLOAT, list));
    size(call, "W", x->dim[1]);
    size(call, "XS", xs);
    size(call, "R", r);
    size(call, "RUN", run);
    sparse_sizes(plan, call, op, winner, w, row, block);
    size(call, "E", r * block / plan->target->lanes < 5 ? 2 : 1);

    call = of_batch(plan, op, "sum_rows", "sum_weight", 1);
    reads(call, part);
    writes(call, at(plan, op->out[0]));
    size(call, "R", r);
    size(call, "S", w->dim[1]);
    size(call, "C", w->dim[2]);
    size(call, "XS", xs);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "RB", row / block);
    size(call, "RV", block);
    size(call, "SHARDS", SHARDS);
    size(call, "SIZE", count);
    if (op->out[1])
        sum_of(plan, op, "sum_bias", bias, op->out[1]);
}

static void choose_pool_grad_input(Plan *plan, const Op *op)
{
    const Value *w = op->in[1], *winner = op->in[2], *dx = op->out[2];
    int ks = stride(plan, winner), cs = stride(plan, dx), r = w->dim[0];
    long row = (long)w->dim[1] * cs, list = (long)ks * winner->dim[1] + plan->target->lanes;
    int block = row_block(plan, r, row);
    Buffer *u = helper_buffer(plan, op, "rows", STORE_TABLE, ELEMENT_FLOAT, (long)w->dim[3] * r * row);

    Call *call = of_batch(plan, op, "pack_rows", "pack_rows", row / block);
    reads(call, at(plan, w));
    writes(call, u);
    word(call, "task");
    size(call, "R", r);
    size(call, "S", w->dim[1]);
    size(call, "C", w->dim[2]);
    size(call, "CS", cs);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "RV", block);

    call = of_images(plan, op, "pool_grad_input", "grad_input");
    reads(call, at(plan, winner));
    reads(call, at(plan, op->in[3]));
    reads(call, u);
    writes(call, at(plan, dx));
    writes(call, helper_buffer(plan, op, "row.offset", STORE_BATCH, ELEMENT_INT, list));
    writes(call, helper_buffer(plan, op, "row.value", STORE_BATCH, ELEMENT_FLOAT, list));
    size(call, "H", dx->dim[0]);
    size(call, "W", dx->dim[1]);
    size(call, "XS", cs);
    size(call, "R", r);
    sparse_sizes(plan, call, op, winner, w, row, block);
}

CHOOSE(CONV_POOL_GRAD)
{
    choose_pool_grad_weight(plan, op);
    if (op->out[2])
        choose_pool_grad_input(plan, op);
}

/* ---- moving numbers ---- */

static void choose_frame(Plan *plan, const Op *op, const char *kernel, const Value *large, const Value *small)
{
    bool pad = op->kind == OP_PAD;
    Call *call = of_images(plan, op, kernel, kernel);
    reads(call, at(plan, op->in[0]));
    writes(call, at(plan, op->out[0]));
    if (pad)
        size(call, "H", small->dim[0]);
    size(call, "W", op->in[0]->dim[1]);
    size(call, "XS", stride(plan, op->in[0]));
    size(call, "TOP", op->padding.top);
    size(call, "LEFT", op->padding.left);
    size(call, "OH", pad ? large->dim[0] : small->dim[0]);
    size(call, "OW", pad ? large->dim[1] : small->dim[1]);
}

/* A padded input keeps the input's unpadded channels, where its readers can take them. */
CHOOSE(PAD)
{
    if (at(plan, op->in[0])->store == STORE_INPUT) {
        Home *out = home(plan, op->out[0]);
        out->stride = stride(plan, op->in[0]);
        out->buffer->count = value_size(op->out[0]);
    }
    choose_frame(plan, op, "pad", op->out[0], op->in[0]);
}

CHOOSE(CROP) { choose_frame(plan, op, "crop", op->in[0], op->out[0]); }

static bool is_dense_layout(Plan *plan, const Value *value)
{
    return stride(plan, value) == value->dim[2] || value->dim[0] * value->dim[1] == 1;
}

/* The same memory under another shape, where no channel is padded; else a copy without the padding. */
CHOOSE(RESHAPE)
{
    const Value *x = op->in[0], *y = op->out[0];
    bool gather = y->dim[0] * y->dim[1] == 1;
    int whole = (int)lanes_up(plan, y->dim[2]);
    if (is_dense_layout(plan, x) && whole == y->dim[2] && at(plan, x)->store != STORE_INPUT) {
        same_home(plan, y, x, whole);
        return;
    }
    const Value *image = gather ? x : y;
    Call *call = of_images(plan, op, gather ? "compact" : "expand", gather ? "compact" : "expand");
    reads(call, at(plan, x));
    writes(call, at(plan, y));
    size(call, "PIXELS", (long)image->dim[0] * image->dim[1]);
    size(call, "C", image->dim[2]);
    size(call, "XS", stride(plan, image));
    size(call, "SIZE", value_size(image));
    size(call, "YS", stride(plan, gather ? y : x));
}

static long pixels(const Value *value)
{
    return (long)value->dim[0] * value->dim[1];
}

CHOOSE(CONCAT)
{
    for (int i = 0, first = 0; i < op->ins; first += op->in[i]->dim[2], i++) {
        Call *call = of_images(plan, op, "join", "join");
        reads(call, at(plan, op->in[i]));
        writes(call, at(plan, op->out[0]));
        size(call, "PIXELS", pixels(op->out[0]));
        size(call, "C", op->in[i]->dim[2]);
        size(call, "XS", stride(plan, op->in[i]));
        size(call, "FIRST", first);
        size(call, "YS", stride(plan, op->out[0]));
        size(call, "END", i == op->ins - 1);
    }
}

CHOOSE(SLICE)
{
    Call *call = of_images(plan, op, "slice", "slice");
    reads(call, at(plan, op->in[0]));
    writes(call, at(plan, op->out[0]));
    size(call, "PIXELS", pixels(op->out[0]));
    size(call, "XS", stride(plan, op->in[0]));
    size(call, "FIRST", op->offset);
    size(call, "C", op->out[0]->dim[2]);
    size(call, "YS", stride(plan, op->out[0]));
}

/* From the left, two at a time. */
CHOOSE(ADD)
{
    Buffer *sum = at(plan, op->out[0]);
    for (int i = 1; i < op->ins; i++) {
        Call *call = of_images(plan, op, "add2", "add");
        reads(call, i == 1 ? at(plan, op->in[0]) : sum);
        reads(call, at(plan, op->in[i]));
        writes(call, sum);
        size(call, "SIZE", sum->count);
    }
    if (op->ins == 1)
        same_home(plan, op->out[0], op->in[0], stride(plan, op->in[0]));
}

/* ---- bias and activations ---- */

static Call *elementwise(Plan *plan, const Op *op, const char *kernel)
{
    Call *call = of_images(plan, op, kernel, kernel);
    for (int i = 0; i < op->ins; i++)
        reads(call, at(plan, op->in[i]));
    writes(call, at(plan, op->out[0]));
    return call;
}

static void whole_size(Plan *plan, const Op *op, Call *call)
{
    size(call, "SIZE", at(plan, op->out[0])->count);
}

static void pixel_sizes(Plan *plan, const Op *op, Call *call)
{
    size(call, "PIXELS", pixels(op->out[0]));
    size(call, "C", op->out[0]->dim[2]);
    size(call, "XS", stride(plan, op->out[0]));
}

CHOOSE(BIAS)
{
    Call *call = elementwise(plan, op, "bias");
    size(call, "PIXELS", pixels(op->out[0]));
    size(call, "XS", stride(plan, op->out[0]));
}

CHOOSE(RELU)         { whole_size(plan, op, elementwise(plan, op, "relu")); }
CHOOSE(RELU_GRAD)    { whole_size(plan, op, elementwise(plan, op, "relu_grad")); }
CHOOSE(SIGMOID)      { pixel_sizes(plan, op, elementwise(plan, op, "sigmoid")); }
CHOOSE(SIGMOID_GRAD) { whole_size(plan, op, elementwise(plan, op, "sigmoid_grad")); }
CHOOSE(SOFTMAX)      { pixel_sizes(plan, op, elementwise(plan, op, "softmax")); }
CHOOSE(SOFTMAX_GRAD) { pixel_sizes(plan, op, elementwise(plan, op, "softmax_grad")); }

CHOOSE(BIAS_GRAD)
{
    const Value *dy = op->in[0];
    Buffer *part = helper_buffer(plan, op, "bias.shards", STORE_SHARD, ELEMENT_FLOAT, stride(plan, dy));
    Call *call = of_images(plan, op, "bias_grad", "grad_bias");
    reads(call, at(plan, dy));
    writes(call, part);
    size(call, "PIXELS", pixels(dy));
    size(call, "KS", stride(plan, dy));
    sum_of(plan, op, "sum_bias", part, op->out[0]);
}

static void choose_dropout(Plan *plan, const Op *op)
{
    Call *call = elementwise(plan, op, "dropout");
    word(call, "seed");
    word(call, "epoch");
    word(call, "position + image");
    size(call, "SALT", op->salt);
    pixel_sizes(plan, op, call);
    size(call, "LOST", (long)(op->rate * 4294967296.0));
}

CHOOSE(DROPOUT)      { choose_dropout(plan, op); }
CHOOSE(DROPOUT_GRAD) { choose_dropout(plan, op); }

/* ---- pools ---- */

static void choose_pool(Plan *plan, const Op *op, Call *call, const Value *x, const Value *y)
{
    size(call, "H", x->dim[0]);
    size(call, "W", x->dim[1]);
    size(call, "XS", stride(plan, x));
    size(call, "WH", op->window.h);
    size(call, "WW", op->window.w);
    size(call, "SH", op->stride.h);
    size(call, "SW", op->stride.w);
    size(call, "TOP", op->padding.top);
    size(call, "LEFT", op->padding.left);
    size(call, "P", y->dim[0]);
    size(call, "Q", y->dim[1]);
}

CHOOSE(MAX_POOL)
{
    Call *call = elementwise(plan, op, "max_pool");
    writes(call, at(plan, op->out[1]));
    choose_pool(plan, op, call, op->in[0], op->out[0]);
}

CHOOSE(MAX_POOL_GRAD)     { choose_pool(plan, op, elementwise(plan, op, "max_pool_grad"), op->out[0], op->in[1]); }
CHOOSE(AVERAGE_POOL)      { choose_pool(plan, op, elementwise(plan, op, "average_pool"), op->in[0], op->out[0]); }
CHOOSE(AVERAGE_POOL_GRAD) { choose_pool(plan, op, elementwise(plan, op, "average_pool_grad"), op->out[0], op->in[0]); }

/* ---- dense ---- */

/* The largest divisor of `count` up to `most`. */
static int smaller_divisor(int count, int most)
{
    while (count % most)
        most--;
    return most;
}

/* A long sum is split by the card: in as many parts as there are shards, of whole tiles. */
CHOOSE(DENSE_BLOCK)
{
    const Value *x = op->in[0], *w = op->in[1], *y = op->out[0];
    Tile tile = dense_tile(plan->target, w->dim[1]);
    int padded = (int)round_up(w->dim[1], tile.columns), inputs = w->dim[0];
    int splits = smaller(SHARDS, (inputs + tile.rows - 1) / tile.rows);
    Buffer *part = helper_buffer(plan, op, "parts", STORE_TABLE, ELEMENT_FLOAT, (long)splits * plan->batch * padded);

    Call *call = of_batch(plan, op, "dense_partial", "partial", splits);
    reads(call, at(plan, x));
    reads(call, at(plan, w));
    writes(call, part);
    word(call, "n");
    word(call, "task");
    size(call, "J", inputs);
    size(call, "XS", stride(plan, x));
    size(call, "OS", padded);
    size(call, "JT", tile.rows);
    size(call, "OT", tile.columns);
    size(call, "SPLIT", splits);
    size(call, "BATCH", plan->batch);
    size(call, "NT", plan->target->registers >= 32 ? 4 : 2);
    size(call, "OV", smaller_divisor(tile.columns / plan->target->lanes, plan->target->registers >= 32 ? 4 : 2));

    call = of_images(plan, op, "dense_sum", "forward");
    reads(call, part);
    if (op->ins > 2)
        reads(call, at(plan, op->in[2]));
    else
        word(call, "NULL");
    writes(call, at(plan, y));
    word(call, "image");
    size(call, "SPLITS", splits);
    size(call, "BATCH", plan->batch);
    size(call, "OS", stride(plan, y));
    call->bias = op->ins > 2;
    call->relu = op->relu;
}

CHOOSE(DENSE) { choose_DENSE_BLOCK(plan, op); }

/* An update takes the old value's place. */
static void update_in_place(Plan *plan, const Op *op, int first_state_in, int first_state_out, const Value *w)
{
    same_home(plan, op->out[0], w, stride(plan, w));
    for (int i = first_state_in; i < op->ins; i++)
        same_home(plan, op->out[first_state_out + i - first_state_in], op->in[i], stride(plan, op->in[i]));
}

static void states(Plan *plan, const Op *op, int first, Call *call)
{
    for (int i = first; i < first + 2; i++)
        if (i < op->ins)
            writes(call, at(plan, op->in[i]));
        else
            word(call, "NULL");
}

CHOOSE(DENSE_UPDATE)
{
    const Value *x = op->in[0], *w = op->in[1], *dy = op->in[2];
    Tile tile = dense_tile(plan->target, w->dim[1]);
    int ns = (int)lanes_up(plan, plan->batch);
    Buffer *turned = helper_buffer(plan, op, "turned", STORE_TABLE, ELEMENT_FLOAT, (long)stride(plan, dy) * ns);

    Call *call = of_images(plan, op, "column", "column");
    reads(call, at(plan, dy));
    writes(call, turned);
    word(call, "image");
    size(call, "OS", stride(plan, dy));
    size(call, "NS", ns);

    call = of_batch(plan, op, "dense_update", "update", (w->dim[0] + tile.rows - 1) / tile.rows);
    reads(call, at(plan, x));
    reads(call, at(plan, dy));
    reads(call, turned);
    writes(call, at(plan, w));
    if (op->out[1])
        writes(call, at(plan, op->out[1]));
    else
        word(call, "NULL");
    states(plan, op, 3, call);
    word(call, "n");
    word(call, "task");
    word(call, "rates");
    size(call, "J", lanes_up(plan, w->dim[0]));
    size(call, "XS", stride(plan, x));
    size(call, "OS", stride(plan, dy));
    size(call, "JT", tile.rows);
    size(call, "OT", tile.columns);
    size(call, "NS", ns);
    size(call, "DX", op->out[1] != NULL);
    size(call, "JR", plan->target->lanes >= 16 ? 8 : 4);
    size(call, "NV", ns / plan->target->lanes % 2 ? 1 : 2);
    size(call, "OV", smaller_divisor(tile.columns / plan->target->lanes, plan->target->registers >= 32 ? 4 : 2));
    update_in_place(plan, op, 3, 2, w);
}

/* fuse leaves these to dense_update: an op that has no other reader is always fused. */
CHOOSE(DENSE_GRAD_INPUT)  { (void)plan; (void)op; assert(!"fused into dense_update"); }
CHOOSE(DENSE_GRAD_WEIGHT) { (void)plan; (void)op; assert(!"fused into dense_update"); }

static void choose_update(Plan *plan, const Op *op)
{
    enum { CHUNK = 16384 };
    const Value *w = op->in[0];
    long count = at(plan, w)->count;
    Call *call = of_batch(plan, op, "update", w->dims > 1 ? "update_weight" : "update_bias", (count + CHUNK - 1) / CHUNK);
    writes(call, at(plan, w));
    reads(call, at(plan, op->in[1]));
    states(plan, op, 2, call);
    word(call, "task");
    word(call, "rates");
    size(call, "SIZE", count);
    size(call, "CHUNK", CHUNK);
    update_in_place(plan, op, 2, 1, w);
}

CHOOSE(SGD)     { choose_update(plan, op); }
CHOOSE(RMSPROP) { choose_update(plan, op); }
CHOOSE(ADAM)    { choose_update(plan, op); }

/* ---- losses ---- */

static void choose_loss(Plan *plan, const Op *op, const char *kernel)
{
    Call *call = elementwise(plan, op, kernel);
    if (op->out[1])
        writes(call, at(plan, op->out[1]));
    else
        word(call, "n");
    if (op->kind == OP_SOFTMAX_LOSS || op->kind == OP_SOFTMAX_LOSS_GRAD)
        size(call, "C", op->in[0]->dim[2]);
    if (op->kind == OP_SIGMOID_LOSS_GRAD || op->kind == OP_SOFTMAX_LOSS_GRAD)
        size(call, "XS", stride(plan, op->out[0]));
}

CHOOSE(SIGMOID_LOSS)      { choose_loss(plan, op, "sigmoid_loss"); }
CHOOSE(SOFTMAX_LOSS)      { choose_loss(plan, op, "softmax_loss"); }
CHOOSE(SIGMOID_LOSS_GRAD) { choose_loss(plan, op, "sigmoid_loss_grad"); }
CHOOSE(SOFTMAX_LOSS_GRAD) { choose_loss(plan, op, "softmax_loss_grad"); }

void plan_choose(Plan *plan)
{
    static void (*const rule[OP_COUNT])(Plan *, const Op *) = {
#define X(id, ...) [OP_##id] = choose_##id,
#include "compiler/ir/ops.def"
#undef X
    };
    for (int i = 0; i < plan->graph->ops; i++)
        rule[plan->graph->op[i]->kind](plan, plan->graph->op[i]);
}
