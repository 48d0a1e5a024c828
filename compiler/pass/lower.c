/* lower.c - from a card's layers to ops.
 * requires: sound card with model and train section.
 * leaves: verified forward graph; every value that ends a layer bears the layer's name, those within a
 * layer LAYER/OP. The card is not needed any more. */

#include "compiler/pass/pass.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What a layer makes. */
typedef struct { const Layer *layer; Value *value; } Made;

typedef struct {
    Graph *graph;
    Made *made;                 /* by the layer's address, so that it is found among a hundred thousand */
    int layers, draws;          /* draws: the layers that draw random numbers */
    bool frozen;                /* the layer at hand, in the phase at hand */
    double factor;
} Lowering;

static Value *append(Lowering *l, const Layer *layer, OpKind kind, const Op *like, Value *const *in, int ins)
{
    Op *op = graph_op(l->graph, kind, like, layer->name, layer->span, in, ins);
    for (int i = 0; i < MOST_OUTS; i++)
        if (op->out[i])
            op->out[i]->name = arena_printf(l->graph->arena, "%s/%s%s", layer->name, op_info[kind].word,
                                            i ? ".winner" : "");
    return op->out[0];
}

static Value *append_one(Lowering *l, const Layer *layer, OpKind kind, Value *x)
{
    return append(l, layer, kind, NULL, &x, 1);
}

/* Variance-scaling initialisers: Glorot and Bengio 2010, He et al. 2015, LeCun et al. 1998. Keras draws
 * the normal ones from a normal distribution truncated at two deviations, and divides by the deviation
 * that the truncation leaves. */
static Start start_of(InitKind init, double fan_in, double fan_out)
{
    static const double left_by_truncation = 0.87962566103423978;
    double fan = init == INIT_GLOROT || init == INIT_GLOROT_NORMAL ? (fan_in + fan_out) / 2 : fan_in;
    double scale = init == INIT_HE || init == INIT_HE_NORMAL ? 2 : 1;
    switch (init) {
    case INIT_ZERO:
        return (Start){ 0 };
    case INIT_GLOROT: case INIT_HE: case INIT_LECUN:
        return (Start){ .limit = sqrt(3 * scale / fan) };
    default:
        return (Start){ .deviation = sqrt(scale / fan) / left_by_truncation };
    }
}

static Value *parameter(Lowering *l, const Layer *layer, const char *suffix, int dims, const int *dim, Start start)
{
    const char *name = arena_printf(l->graph->arena, "%s.%s", layer->name, suffix);
    Value *value = graph_leaf(l->graph, OP_PARAMETER, name, layer->name, layer->span, false, dims, dim);
    value->maker->start = start;
    value->maker->frozen = l->frozen;
    value->maker->factor = l->factor;
    return value;
}

static Value *with_bias(Lowering *l, const Layer *layer, Value *x)
{
    if (!layer->bias)
        return x;
    Value *in[] = { x, parameter(l, layer, "bias", 1, &layer->filters, (Start){ 0 }) };
    return append(l, layer, OP_BIAS, NULL, in, 2);
}

static Value *activated(Lowering *l, const Layer *layer, Value *x)
{
    Op like = { .activation = layer->activation, .rate = layer->rate };
    switch (layer->activation) {
    case ACTIVATION_NONE:    return x;
    case ACTIVATION_RELU:    return append_one(l, layer, OP_RELU, x);
    case ACTIVATION_SIGMOID: return append_one(l, layer, OP_SIGMOID, x);
    case ACTIVATION_SOFTMAX: return append_one(l, layer, OP_SOFTMAX, x);
    default:                 return append(l, layer, OP_ACTIVATION, &like, &x, 1);
    }
}

static bool is_padded(Padding p)
{
    return p.top || p.bottom || p.left || p.right;
}

/* Keras reckons the fans from a weight's shape in files, which of a depthwise one is [R][S][C][multiplier]. */
static Value *conv_weight(Lowering *l, const Layer *layer, int channels)
{
    int dim[] = { layer->window.h, layer->window.w, channels / layer->groups, layer->filters };
    double area = (double)dim[0] * dim[1];
    double in = layer->depthwise ? channels : dim[2], out = layer->depthwise ? layer->filters / channels : dim[3];
    Value *w = parameter(l, layer, "weight", 4, dim, start_of(layer->init, area * in, area * out));
    w->maker->groups = layer->depthwise ? layer->groups : 0;
    return w;
}

static Value *conv(Lowering *l, const Layer *layer, Value *x)
{
    Op like = { .stride = layer->stride, .dilation = layer->dilation, .groups = layer->groups > 1 ? layer->groups : 0 };
    if (is_padded(layer->padding))
        x = append(l, layer, OP_PAD, &(Op){ .padding = layer->padding }, &x, 1);
    Value *in[] = { x, conv_weight(l, layer, x->dim[2]) };
    return activated(l, layer, with_bias(l, layer, append(l, layer, OP_CONV, &like, in, 2)));
}

static Value *deconv(Lowering *l, const Layer *layer, Value *x)
{
    Op like = { .stride = layer->stride, .dilation = layer->dilation, .padding = layer->padding, .shape = layer->shape };
    int dim[] = { layer->window.h, layer->window.w, layer->filters, x->dim[2] };
    double area = (double)dim[0] * dim[1];
    Value *in[] = { x, parameter(l, layer, "weight", 4, dim, start_of(layer->init, area * dim[2], area * dim[3])) };
    return activated(l, layer, with_bias(l, layer, append(l, layer, OP_DECONV, &like, in, 2)));
}

static Value *dense(Lowering *l, const Layer *layer, Value *x)
{
    int dim[] = { x->dim[2], layer->filters };
    Value *in[] = { x, parameter(l, layer, "weight", 2, dim, start_of(layer->init, dim[0], dim[1])) };
    return activated(l, layer, with_bias(l, layer, append(l, layer, OP_DENSE, NULL, in, 2)));
}

/* ---- norms ---- */

static Value *statistic(Lowering *l, const Layer *layer, const char *suffix, const Value *x, double value)
{
    Value *leaf = parameter(l, layer, suffix, 1, &x->dim[2], (Start){ .value = value });
    leaf->maker->untrained = true;
    return leaf;
}

/* Lets a statistic of the batch go on into the running one; returns that of the batch. */
static Value *running(Lowering *l, const Layer *layer, Value *old, Value *of_batch, const char *what)
{
    Op like = { .keep = layer->keep };
    Value *in[] = { old, of_batch };
    Op *op = graph_op(l->graph, OP_RUNNING_MEAN, &like, layer->name, layer->span, in, 2);
    op->out[0]->name = arena_printf(l->graph->arena, "%s.new", old->name);
    of_batch->name = arena_printf(l->graph->arena, "%s/%s", layer->name, what);
    return of_batch;
}

/* In training the batch's own statistics are taken, and go on into the running ones; of a layer that is frozen, as
 * outside training, the running ones are. */
static Value *batch_norm(Lowering *l, const Layer *layer, Value *x, Value *w, Value *b)
{
    Op like = { .epsilon = layer->epsilon };
    Value *mean = statistic(l, layer, "running_mean", x, 0), *variance = statistic(l, layer, "running_var", x, 1);
    if (l->graph->use == USE_TRAIN && !l->frozen) {
        Op *moments = graph_op(l->graph, OP_BATCH_MOMENTS, NULL, layer->name, layer->span, &x, 1);
        mean = running(l, layer, mean, moments->out[0], "mean");
        variance = running(l, layer, variance, moments->out[1], "variance");
    }
    Value *in[] = { x, mean, variance, w, b };
    return append(l, layer, OP_BATCH_NORM, &like, in, 5);
}

static Value *local_norm(Lowering *l, const Layer *layer, Value *x)
{
    Op like = { .size = layer->size, .alpha = layer->alpha, .beta = layer->beta, .level = layer->level };
    return append(l, layer, OP_LOCAL_NORM, &like, &x, 1);
}

/* Tensors are called and ordered as Keras has them. */
static Value *norm(Lowering *l, const Layer *layer, Value *x)
{
    if (layer->norm == NORM_LOCAL)
        return activated(l, layer, local_norm(l, layer, x));
    Value *w = parameter(l, layer, "weight", 1, &x->dim[2], (Start){ .value = 1 });
    Value *b = parameter(l, layer, "bias", 1, &x->dim[2], (Start){ 0 }), *in[] = { x, w, b };
    if (layer->norm == NORM_BATCH)
        return activated(l, layer, batch_norm(l, layer, x, w, b));
    bool group = layer->norm == NORM_GROUP;
    Op like = { .epsilon = layer->epsilon, .groups = group ? layer->groups : 0 };
    return activated(l, layer, append(l, layer, group ? OP_GROUP_NORM : OP_LAYER_NORM, &like, in, 3));
}

/* ---- layers of several inputs ---- */

/* What spreads over the pixels comes second. */
static Value *multiply(Lowering *l, const Layer *layer, Value **in)
{
    bool spreads = value_size(in[0]) < value_size(in[1]);
    return append(l, layer, OP_MULTIPLY, NULL, (Value *[]){ in[spreads], in[!spreads] }, 2);
}

/* Of larger maps the middle; an odd pixel is left out below and right. */
static Value *concat(Lowering *l, const Layer *layer, Value **in)
{
    for (int i = 0; i < layer->inputs; i++) {
        int h = in[i]->dim[0] - layer->shape.h, w = in[i]->dim[1] - layer->shape.w;
        if (!h && !w)
            continue;
        Op like = { .padding = { h / 2, h - h / 2, w / 2, w - w / 2 } };
        in[i] = append(l, layer, OP_CROP, &like, &in[i], 1);
        in[i]->name = arena_printf(l->graph->arena, "%s/%d", in[i]->name, i + 1);
    }
    return append(l, layer, OP_CONCAT, NULL, in, layer->inputs);
}

static Value *lower_layer(Lowering *l, const Layer *layer, Value **in)
{
    switch (layer->kind) {
    case LAYER_INPUT: {
        const int dim[] = { layer->shape.h, layer->shape.w, layer->shape.c };
        return graph_leaf(l->graph, OP_INPUT, layer->name, layer->name, layer->span, true, 3, dim);
    }
    case LAYER_CONV:
        return conv(l, layer, in[0]);
    case LAYER_DECONV:
        return deconv(l, layer, in[0]);
    case LAYER_DENSE:
        return dense(l, layer, in[0]);
    case LAYER_POOL: {
        Op like = { .window = layer->window, .stride = layer->stride, .padding = layer->padding };
        return append(l, layer, layer->pool == POOL_MAX ? OP_MAX_POOL : OP_AVERAGE_POOL, &like, in, 1);
    }
    case LAYER_UPSAMPLE:
        return append(l, layer, layer->upsampling == UPSAMPLING_NEAREST ? OP_UPSAMPLE_NEAREST : OP_UPSAMPLE_BILINEAR,
                      &(Op){ .window = layer->window }, in, 1);
    case LAYER_FLATTEN: case LAYER_RESHAPE:
        return append(l, layer, OP_RESHAPE, &(Op){ .shape = layer->shape }, in, 1);
    case LAYER_NORM:
        return norm(l, layer, in[0]);
    case LAYER_DROPOUT: case LAYER_DROP_PATH: {
        if (l->graph->use != USE_TRAIN)
            return in[0];
        Op like = { .rate = layer->rate, .salt = ++l->draws };
        return append(l, layer, layer->kind == LAYER_DROPOUT ? OP_DROPOUT : OP_DROP_PATH, &like, in, 1);
    }
    case LAYER_ACTIVATION:
        return activated(l, layer, in[0]);
    case LAYER_ADD:
        return append(l, layer, OP_ADD, NULL, in, layer->inputs);
    case LAYER_MULTIPLY:
        return multiply(l, layer, in);
    case LAYER_CONCAT:
        return concat(l, layer, in);
    }
    assert(!"a layer");
    return NULL;
}

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const Made *)a)->layer, y = (uintptr_t)((const Made *)b)->layer;
    return (x > y) - (x < y);
}

static Made *made_by(const Lowering *l, const Layer *layer)
{
    const Made wanted = { .layer = layer };
    Made *made = bsearch(&wanted, l->made, (size_t)l->layers, sizeof *made, by_address);
    assert(made);
    return made;
}

static Value **inputs_of(const Lowering *l, const Layer *layer)
{
    Value **in = arena_array(l->graph->arena, Value *, layer->inputs);
    for (int i = 0; i < layer->inputs; i++)
        in[i] = made_by(l, layer->input[i])->value;
    return in;
}

static const struct {
    OpKind op;
    bool of_logits;
} losses[LOSS_COUNT] = {
    [LOSS_BINARY_CROSSENTROPY] = { OP_SIGMOID_LOSS, true },
    [LOSS_CROSSENTROPY] = { OP_SOFTMAX_LOSS, true },
    [LOSS_DICE] = { OP_DICE_LOSS, true },
    [LOSS_MSE] = { OP_MSE_LOSS, false },
    [LOSS_MAE] = { OP_MAE_LOSS, false },
    [LOSS_HUBER] = { OP_HUBER_LOSS, false },
};

/* What classes weigh counts in training alone. */
static bool is_weighted(const Graph *graph, const Job *job)
{
    return graph->use == USE_TRAIN && job_weighs_classes(job);
}

/* The answer, or where it comes from the activation that the loss goes with, as `check` has seen, what is before that. */
static Value *read_by_loss(const Graph *graph, LossKind loss)
{
    const Op *last = graph->output->maker;
    assert(!losses[loss].of_logits || last->kind == OP_SIGMOID || last->kind == OP_SOFTMAX);
    return losses[loss].of_logits ? last->in[0] : graph->output;
}

static const Op *add_loss(Graph *graph, const Job *job, const JobLoss *loss, Value *target, int number)
{
    Value *answer = read_by_loss(graph, loss->kind);
    Op like = { .target = job->target.kind, .weighted = is_weighted(graph, job), .weight = loss->weight,
                .smooth = loss->smooth, .delta = loss->kind == LOSS_HUBER ? loss->delta : 0 };
    const char *name = number ? arena_printf(graph->arena, "loss%d", number + 1) : "loss";
    Op *op = graph_op(graph, losses[loss->kind].op, &like, name, graph->output->maker->span, (Value *[]){ answer, target }, 2);
    op->out[0]->name = arena_printf(graph->arena, "%s/value", name);
    if (op->out[1])
        op->out[1]->name = arena_printf(graph->arena, "%s/right", name);
    return op;
}

static void add_losses(Graph *graph, const Job *job, const JobTrain *train)
{
    const Shape shape = job->target.shape;
    Value *target = graph_leaf(graph, OP_TARGET, "loss/target", "loss", graph->output->maker->span, true, 3,
                               (int[]){ shape.h, shape.w, shape.c });
    target->maker->target = job->target.kind;
    for (int i = 0; i < train->losses; i++) {
        const Op *op = add_loss(graph, job, &train->loss[i], target, i);
        if (!i) {
            graph->loss = op->out[0];
            graph->right = job->target.kind == TARGET_NUMBERS ? NULL : op->out[1];
            continue;
        }
        Value *two[] = { graph->loss, op->out[0] };
        graph->loss = graph_op(graph, OP_LOSS_SUM, NULL, "loss", op->span, two, 2)->out[0];
        graph->loss->name = arena_printf(graph->arena, "loss/sum%d", i);
    }
}

Graph *lower_phase(Arena *arena, const Card *card, UseKind use, int phase)
{
    const JobTrain *train = card->job.phases ? &card->job.phase[phase] : &card->job.train;
    Lowering l = { .graph = graph_new(arena, use, train), .layers = card->layers };
    l.made = arena_array(arena, Made, card->layers);
    for (int i = 0; i < card->layers; i++)
        l.made[i].layer = card->layer[i];
    qsort(l.made, (size_t)card->layers, sizeof *l.made, by_address);
    for (int i = 0; i < card->layers; i++) {
        const Layer *layer = card->layer[i];
        if (card->phase && use == USE_TRAIN) {
            l.frozen = card->phase[phase].frozen[i];
            l.factor = card->phase[phase].factor[i];
        }
        Value *value = lower_layer(&l, layer, inputs_of(&l, layer));
        if (value->maker->name == layer->name)
            value->name = layer->name;
        made_by(&l, layer)->value = value;
        l.graph->output = value;
    }
    if (use == USE_VIEW)
        l.graph->logits = read_by_loss(l.graph, train->loss[0].kind);
    else
        add_losses(l.graph, &card->job, train);
    return l.graph;
}

Graph *lower(Arena *arena, const Card *card, UseKind use)
{
    return lower_phase(arena, card, use, 0);
}
