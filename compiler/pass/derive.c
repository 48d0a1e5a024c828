/* derive.c - reverse-mode differentiation: one rule for each op, from the gradient of what it makes to
 * gradients of what it takes. A value with several users gets the sum of their gradients.
 * requires: verified forward graph, for training with a loss, for viewing with logits.
 * leaves: behind the forward ops backward ones, and for training an update of every parameter; the answer of a
 * training step is what its loss reads. Of a view nothing learns: all goes back from the logits, along the direction
 * that it is given there, to the input, and values know their gradients. A graph that predicts stays as it is. */

#include "compiler/pass/pass.h"

#include <assert.h>
#include <string.h>

typedef struct { Value **value; int count, room; } List;

typedef struct {
    Graph *graph;
    List *arrived;              /* by value: the gradients that its users have sent */
    bool *needed;               /* by value: a parameter lies behind it that learns; of a view, the input */
} Derivation;

/* Whether anybody behind x has a use for its gradient. */
static bool wanted(const Derivation *d, const Value *x)
{
    return d->needed[x->id];
}

static Value *emit(Derivation *d, const Op *of, OpKind kind, const Op *like, Value *a, Value *b)
{
    Value *in[] = { a, b };
    return graph_op(d->graph, kind, like, of->name, of->span, in, b ? 2 : 1)->out[0];
}

/* Adds a gradient to those of a value. One that passes through (of a bias, of a sum) keeps its name. */
static void send(Derivation *d, const Value *towards, Value *gradient)
{
    List *list = &d->arrived[towards->id];
    *arena_push(d->graph->arena, list->value, list->count, list->room) = gradient;
    if (gradient->name != gradient->maker->name)
        return;
    gradient->name = list->count > 1
        ? arena_printf(d->graph->arena, "%s.gradient/%d", towards->name, list->count)
        : arena_printf(d->graph->arena, "%s.gradient", towards->name);
}

/* The whole gradient of a value, once all its users have sent theirs; NULL where none did. */
static Value *total(Derivation *d, const Value *value)
{
    const List *list = &d->arrived[value->id];
    if (list->count < 2)
        return list->count ? list->value[0] : NULL;
    Value *sum = graph_op(d->graph, OP_ADD, NULL, value->maker->name, value->maker->span, list->value,
                          list->count)->out[0];
    sum->name = arena_printf(d->graph->arena, "%s.gradient/sum", value->name);
    return sum;
}

/* ---- the rules. dy is the gradient of op->out[0] ---- */

#define RULE(ID) static void derive_##ID(Derivation *d, const Op *op, Value *dy)
#define NO_RULE(ID) RULE(ID) { (void)d; (void)op; (void)dy; assert(!"a forward op"); }

RULE(INPUT)     { (void)op; d->graph->input_gradient = dy; }
RULE(TARGET)    { (void)d; (void)op; (void)dy; }
RULE(PARAMETER) { (void)d; (void)op; (void)dy; }
RULE(STATE)     { (void)d; (void)op; (void)dy; }

RULE(PAD)
{
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_CROP, &(Op){ .padding = op->padding }, dy, NULL));
}

RULE(CROP)
{
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_PAD, &(Op){ .padding = op->padding }, dy, NULL));
}

RULE(CONV)
{
    Value *x = op->in[0], *w = op->in[1];
    Op like = { .stride = op->stride, .dilation = op->dilation, .groups = op->groups };
    if (wanted(d, x)) {
        like.shape = image_shape(x);
        send(d, x, emit(d, op, OP_CONV_GRAD_INPUT, &like, dy, w));
    }
    like.shape = (Shape){ 0 };
    like.window = (Extent){ w->dim[0], w->dim[1] };
    if (wanted(d, w))
        send(d, w, emit(d, op, OP_CONV_GRAD_WEIGHT, &like, x, dy));
}

/* Both gradients are those of the conv the other way round, x and dy in each other's place. */
RULE(DECONV)
{
    Value *x = op->in[0], *w = op->in[1];
    Op like = { .stride = op->stride, .dilation = op->dilation };
    const Padding *cut = &op->padding;
    if (cut->top || cut->bottom || cut->left || cut->right) {
        dy = emit(d, op, OP_PAD, &(Op){ .padding = *cut }, dy, NULL);
        dy->name = arena_printf(d->graph->arena, "%s.gradient/pad", op->out[0]->name);
    }
    if (wanted(d, x))
        send(d, x, emit(d, op, OP_DECONV_GRAD_INPUT, &like, dy, w));
    like.window = (Extent){ w->dim[0], w->dim[1] };
    if (wanted(d, w))
        send(d, w, emit(d, op, OP_CONV_GRAD_WEIGHT, &like, dy, x));
}

RULE(BIAS)
{
    if (wanted(d, op->in[1]))
        send(d, op->in[1], emit(d, op, OP_BIAS_GRAD, NULL, dy, NULL));
    if (wanted(d, op->in[0]))
        send(d, op->in[0], dy);
}

static void derive_activation(Derivation *d, const Op *op, OpKind kind, Value *dy)
{
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, kind, NULL, op->out[0], dy));
}

RULE(RELU)    { derive_activation(d, op, OP_RELU_GRAD, dy); }
RULE(SIGMOID) { derive_activation(d, op, OP_SIGMOID_GRAD, dy); }
RULE(SOFTMAX) { derive_activation(d, op, OP_SOFTMAX_GRAD, dy); }

/* By the result where that tells the slope: then nothing else has to be kept. */
RULE(ACTIVATION)
{
    Value *told = activation_info[op->activation].by == SLOPE_BY_RESULT ? op->out[0] : op->in[0];
    Op like = { .activation = op->activation, .rate = op->rate };
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_ACTIVATION_GRAD, &like, told, dy));
}

RULE(MAX_POOL)
{
    Op like = { .window = op->window, .stride = op->stride, .padding = op->padding,
                .shape = image_shape(op->in[0]) };
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_MAX_POOL_GRAD, &like, op->out[1], dy));
}

RULE(AVERAGE_POOL)
{
    Op like = { .window = op->window, .stride = op->stride, .padding = op->padding,
                .shape = image_shape(op->in[0]) };
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_AVERAGE_POOL_GRAD, &like, dy, NULL));
}

RULE(RESHAPE)
{
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_RESHAPE, &(Op){ .shape = image_shape(op->in[0]) }, dy, NULL));
}

RULE(DENSE)
{
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_DENSE_GRAD_INPUT, NULL, dy, op->in[1]));
    if (wanted(d, op->in[1]))
        send(d, op->in[1], emit(d, op, OP_DENSE_GRAD_WEIGHT, NULL, op->in[0], dy));
}

RULE(DROPOUT)
{
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_DROPOUT_GRAD, &(Op){ .rate = op->rate, .salt = op->salt }, dy, NULL));
}

/* The norm's rule reaches through the statistics to x. */
RULE(BATCH_MOMENTS) { (void)d; (void)op; (void)dy; }

/* Both sums over the batch are needed for x, too, where its statistics are the batch's own. */
RULE(BATCH_NORM)
{
    Value *x = op->in[0], *mean = op->in[1], *variance = op->in[2], *w = op->in[3], *b = op->in[4];
    bool of_batch = mean->maker->kind == OP_BATCH_MOMENTS;
    Op like = { .epsilon = op->epsilon };
    Value *in[] = { x, mean, variance, dy };
    Op *sums = graph_op(d->graph, OP_BATCH_NORM_GRAD_WEIGHT, &like, op->name, op->span, in, 4);
    sums->out[1]->name = sums->name;
    send(d, w, sums->out[0]);
    send(d, b, sums->out[1]);
    if (!wanted(d, x))
        return;
    Value *of_all[] = { x, mean, variance, w, dy, sums->out[0], sums->out[1] }, *of_each[] = { variance, w, dy };
    Op *input = of_batch
        ? graph_op(d->graph, OP_BATCH_NORM_GRAD_INPUT, &like, op->name, op->span, of_all, 7)
        : graph_op(d->graph, OP_FROZEN_NORM_GRAD_INPUT, &like, op->name, op->span, of_each, 3);
    send(d, x, input->out[0]);
}

RULE(DROP_PATH)
{
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_DROP_PATH_GRAD, &(Op){ .rate = op->rate, .salt = op->salt }, dy, NULL));
}

/* Of a factor that all pixels share, the sum over them. */
RULE(MULTIPLY)
{
    Value *x = op->in[0], *s = op->in[1];
    bool spreads = value_size(s) != value_size(x);
    if (wanted(d, x))
        send(d, x, emit(d, op, OP_MULTIPLY, NULL, dy, s));
    if (wanted(d, s))
        send(d, s, emit(d, op, spreads ? OP_MULTIPLY_GRAD : OP_MULTIPLY, NULL, spreads ? x : dy, spreads ? dy : x));
}

static void derive_upsample(Derivation *d, const Op *op, OpKind kind, Value *dy)
{
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, kind, &(Op){ .window = op->window }, dy, NULL));
}

RULE(UPSAMPLE_NEAREST)  { derive_upsample(d, op, OP_UPSAMPLE_NEAREST_GRAD, dy); }
RULE(UPSAMPLE_BILINEAR) { derive_upsample(d, op, OP_UPSAMPLE_BILINEAR_GRAD, dy); }

static void derive_part_norm(Derivation *d, const Op *op, OpKind kind, Value *dy)
{
    Value *in[] = { op->in[0], op->in[1], dy };
    Op *gradient = graph_op(d->graph, kind, &(Op){ .epsilon = op->epsilon, .groups = op->groups }, op->name, op->span,
                            in, 3);
    for (int i = 0; i < 3; i++) {
        gradient->out[i]->name = gradient->name;
        send(d, op->in[i], gradient->out[i]);
    }
}

RULE(LAYER_NORM) { derive_part_norm(d, op, OP_LAYER_NORM_GRAD, dy); }
RULE(GROUP_NORM) { derive_part_norm(d, op, OP_GROUP_NORM_GRAD, dy); }

RULE(LOCAL_NORM)
{
    Op like = { .size = op->size, .alpha = op->alpha, .beta = op->beta, .level = op->level };
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, OP_LOCAL_NORM_GRAD, &like, op->in[0], dy));
}

RULE(ADD)
{
    for (int i = 0; i < op->ins; i++)
        if (wanted(d, op->in[i]))
            send(d, op->in[i], dy);
}

RULE(CONCAT)
{
    for (int i = 0, first = 0; i < op->ins; first += op->in[i]->dim[2], i++)
        if (wanted(d, op->in[i]))
            send(d, op->in[i], emit(d, op, OP_SLICE,
                                    &(Op){ .offset = first, .shape = image_shape(op->in[i]) }, dy, NULL));
}

/* A loss is where gradients begin: dy is missing. */
static void derive_loss(Derivation *d, const Op *op, OpKind kind)
{
    Op like = { .target = op->target, .weighted = op->weighted, .weight = op->weight, .smooth = op->smooth,
                .delta = op->delta };
    if (wanted(d, op->in[0]))
        send(d, op->in[0], emit(d, op, kind, &like, op->in[0], op->in[1]));
}

RULE(SIGMOID_LOSS) { (void)dy; derive_loss(d, op, OP_SIGMOID_LOSS_GRAD); }
RULE(SOFTMAX_LOSS) { (void)dy; derive_loss(d, op, OP_SOFTMAX_LOSS_GRAD); }
RULE(DICE_LOSS)    { (void)dy; derive_loss(d, op, OP_DICE_LOSS_GRAD); }
RULE(MSE_LOSS)     { (void)dy; derive_loss(d, op, OP_MSE_LOSS_GRAD); }
RULE(MAE_LOSS)     { (void)dy; derive_loss(d, op, OP_MAE_LOSS_GRAD); }
RULE(HUBER_LOSS)   { (void)dy; derive_loss(d, op, OP_HUBER_LOSS_GRAD); }
RULE(LOSS_SUM)     { (void)d; (void)op; (void)dy; }

NO_RULE(RUNNING_MEAN)
NO_RULE(CONV_GRAD_INPUT)
NO_RULE(CONV_GRAD_WEIGHT)
NO_RULE(DECONV_GRAD_INPUT)
NO_RULE(BIAS_GRAD)
NO_RULE(RELU_GRAD)
NO_RULE(SIGMOID_GRAD)
NO_RULE(SOFTMAX_GRAD)
NO_RULE(ACTIVATION_GRAD)
NO_RULE(MAX_POOL_GRAD)
NO_RULE(AVERAGE_POOL_GRAD)
NO_RULE(DENSE_GRAD_INPUT)
NO_RULE(DENSE_GRAD_WEIGHT)
NO_RULE(DROPOUT_GRAD)
NO_RULE(BATCH_NORM_GRAD_WEIGHT)
NO_RULE(BATCH_NORM_GRAD_INPUT)
NO_RULE(FROZEN_NORM_GRAD_INPUT)
NO_RULE(DROP_PATH_GRAD)
NO_RULE(MULTIPLY_GRAD)
NO_RULE(UPSAMPLE_NEAREST_GRAD)
NO_RULE(UPSAMPLE_BILINEAR_GRAD)
NO_RULE(LAYER_NORM_GRAD)
NO_RULE(GROUP_NORM_GRAD)
NO_RULE(LOCAL_NORM_GRAD)
NO_RULE(SLICE)
NO_RULE(SIGMOID_LOSS_GRAD)
NO_RULE(SOFTMAX_LOSS_GRAD)
NO_RULE(DICE_LOSS_GRAD)
NO_RULE(MSE_LOSS_GRAD)
NO_RULE(MAE_LOSS_GRAD)
NO_RULE(HUBER_LOSS_GRAD)
NO_RULE(CLIP)
NO_RULE(SCALE)
NO_RULE(SGD)
NO_RULE(RMSPROP)
NO_RULE(ADAM)
NO_RULE(ADAMW)
NO_RULE(FOLD)
NO_RULE(CONV_BLOCK)
NO_RULE(BATCH_NORM_BLOCK)
NO_RULE(CONV_POOL)
NO_RULE(CONV_POOL_GRAD)
NO_RULE(DECONV_BLOCK)
NO_RULE(DENSE_BLOCK)
NO_RULE(DENSE_UPDATE)

/* ---- updates ---- */

static const struct {
    OpKind op;
    const char *state[2];
} optimizers[OPTIMIZER_COUNT] = {
    [OPTIMIZER_SGD] = { OP_SGD, { "momentum" } },
    [OPTIMIZER_RMSPROP] = { OP_RMSPROP, { "mean_square" } },
    [OPTIMIZER_ADAM] = { OP_ADAM, { "mean", "mean_square" } },
    [OPTIMIZER_ADAMW] = { OP_ADAMW, { "mean", "mean_square" } },
};

static void add_update(Graph *graph, Value *w, Value *gradient)
{
    const JobTrain *train = graph->train;
    Value *in[4] = { w, gradient };
    int ins = 2;
    for (int i = 0; i < 2 && optimizers[train->optimizer].state[i]; i++) {
        if (train->optimizer == OPTIMIZER_SGD && train->momentum == 0)
            break;
        const char *name = arena_printf(graph->arena, "%s.%s", w->name, optimizers[train->optimizer].state[i]);
        in[ins++] = graph_leaf(graph, OP_STATE, name, w->maker->name, w->maker->span, false, w->dims, w->dim);
    }
    Op like = { .factor = w->maker->factor };
    Op *op = graph_op(graph, optimizers[train->optimizer].op, &like, w->maker->name, w->maker->span, in, ins);
    op->out[0]->name = arena_printf(graph->arena, "%s.new", w->name);
    for (int i = 2; i < ins; i++)
        op->out[i - 1]->name = arena_printf(graph->arena, "%s.new", in[i]->name);
    if (ins == 2)
        op->out[1] = NULL;
}

/* What learns, with its whole gradient, in the order of parameters. */
typedef struct { Value **w, **gradient; int count; } Learning;

static Learning collect_learning(Derivation *d, int forward)
{
    Arena *arena = d->graph->arena;
    Learning all = { arena_array(arena, Value *, forward), arena_array(arena, Value *, forward), 0 };
    for (int i = 0; i < forward; i++) {
        const Op *op = d->graph->op[i];
        Value *w = op->out[0];
        if (op->kind != OP_PARAMETER || !wanted(d, w) || !d->arrived[w->id].count)
            continue;
        all.w[all.count] = w;
        all.gradient[all.count++] = total(d, w);
    }
    return all;
}

/* All gradients together are one vector, which is made shorter where it is longer than the card allows. */
static void clip_all(Graph *graph, Learning *all)
{
    const Op *last = graph->loss->maker;
    Op *clip = graph_op(graph, OP_CLIP, &(Op){ .length = graph->train->clip }, "clip", last->span, all->gradient,
                        all->count);
    clip->out[0]->name = "clip/factor";
    for (int i = 0; i < all->count; i++) {
        const Op *of = all->w[i]->maker;
        Value *in[] = { all->gradient[i], clip->out[0] };
        Value *clipped = graph_op(graph, OP_SCALE, NULL, of->name, of->span, in, 2)->out[0];
        clipped->name = arena_printf(graph->arena, "%s.clipped", all->w[i]->name);
        all->gradient[i] = clipped;
    }
}

static void update_all(Derivation *d, int forward)
{
    Learning all = collect_learning(d, forward);
    if (d->graph->train->clip != 0 && all.count)
        clip_all(d->graph, &all);
    for (int i = 0; i < all.count; i++)
        add_update(d->graph, all.w[i], all.gradient[i]);
}

/* ---- views ---- */

/* The caller's numbers lie without gaps, and a gradient as its value does. */
static void send_direction(Derivation *d)
{
    Graph *graph = d->graph;
    Value *logits = graph->logits;
    const Op *last = logits->maker;
    Value *asked = graph_leaf(graph, OP_TARGET, "view/direction", last->name, last->span, true, 3, logits->dim);
    asked->maker->target = TARGET_NUMBERS;
    send(d, logits, emit(d, last, OP_RESHAPE, &(Op){ .shape = image_shape(logits) }, asked, NULL));
}

/* ---- the pass ---- */

/* Where gradients are to go. */
static bool is_sought(const Graph *graph, const Op *op)
{
    if (graph->use == USE_VIEW)
        return op->kind == OP_INPUT;
    return op->kind == OP_PARAMETER && !op->untrained && !op->frozen;
}

static void find_needed(Derivation *d, int forward)
{
    for (int i = 0; i < forward; i++) {
        const Op *op = d->graph->op[i];
        bool needed = is_sought(d->graph, op);
        for (int k = 0; k < op->ins; k++)
            needed |= d->needed[op->in[k]->id];
        for (int k = 0; k < MOST_OUTS; k++)
            if (op->out[k])
                d->needed[op->out[k]->id] = needed;
    }
}

static void run_backward(Derivation *d, int forward)
{
    static void (*const rule[OP_COUNT])(Derivation *, const Op *, Value *) = {
#define X(id, ...) [OP_##id] = derive_##id,
#include "compiler/ir/ops.def"
#undef X
    };
    for (int i = forward - 1; i >= 0; i--) {
        const Op *op = d->graph->op[i];
        Value *dy = op->kind == OP_PARAMETER ? NULL : total(d, op->out[0]);
        if (d->graph->use == USE_VIEW)
            op->out[0]->gradient = dy;
        if (dy || is_loss(op->kind))
            rule[op->kind](d, op, dy);
    }
}

void derive(Graph *graph)
{
    if (graph->use != USE_TRAIN && graph->use != USE_VIEW)
        return;
    int forward = graph->ops, values = graph->values;
    Derivation d = { graph, arena_array(graph->arena, List, values), arena_array(graph->arena, bool, values) };
    find_needed(&d, forward);
    if (graph->use == USE_VIEW)
        send_direction(&d);
    run_backward(&d, forward);
    if (graph->use == USE_VIEW)
        return;
    update_all(&d, forward);
    graph->output = first_loss(graph)->in[0];
}
