/* choose_each.c - activations, products and what training loses: pixel by pixel. */

#include "compiler/plan/choose.h"

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

/* What makes a sum adds its bias: fuse sees to it, since nobody else reads the sum. */
CHOOSE(BIAS)
{
    (void)plan;
    (void)op;
    assert(!"a bias apart from its sum");
}

CHOOSE(RELU)         { whole_size(plan, op, elementwise(plan, op, "relu")); }

/* Where no map is a part of a wider one, all are like one pixel. */
CHOOSE(RELU_GRAD)
{
    Call *call = elementwise(plan, op, "relu_grad");
    int y = stride(plan, op->in[0]), dy = stride(plan, op->in[1]), dx = stride(plan, op->out[0]);
    bool alike = y == dx && dy == dx;
    long all = at(plan, op->out[0])->count;
    size(call, "PIXELS", alike ? 1 : pixels(op->out[0]));
    size(call, "YS", alike ? all : y);
    size(call, "GS", alike ? all : dy);
    size(call, "XS", alike ? all : dx);
}

CHOOSE(SIGMOID)      { pixel_sizes(plan, op, elementwise(plan, op, "sigmoid")); }
CHOOSE(SIGMOID_GRAD) { whole_size(plan, op, elementwise(plan, op, "sigmoid_grad")); }
CHOOSE(SOFTMAX)      { pixel_sizes(plan, op, elementwise(plan, op, "softmax")); }
CHOOSE(SOFTMAX_GRAD) { pixel_sizes(plan, op, elementwise(plan, op, "softmax_grad")); }

/* Where zeros stay zeros, a map is a row of numbers. */
CHOOSE(ACTIVATION)
{
    const ActivationInfo *info = &activation_info[op->activation];
    Call *call = call_images(plan, op, "activation", info->word);
    reads(call, at(plan, op->in[0]));
    writes(call, at(plan, op->out[0]));
    call->activation = op->activation;
    long all = at(plan, op->out[0])->count;
    size(call, "PIXELS", info->keeps_zero ? 1 : pixels(op->out[0]));
    size(call, "C", info->keeps_zero ? all : op->out[0]->dim[2]);
    size(call, "XS", info->keeps_zero ? all : stride(plan, op->out[0]));
}

CHOOSE(ACTIVATION_GRAD)
{
    const char *word = activation_info[op->activation].word;
    Call *call = call_images(plan, op, "activation_grad", arena_printf(plan->arena, "%s_grad", word));
    reads(call, at(plan, op->in[0]));
    reads(call, at(plan, op->in[1]));
    writes(call, at(plan, op->out[0]));
    call->activation = op->activation;
    whole_size(plan, op, call);
}

CHOOSE(BIAS_GRAD)
{
    const Value *dy = op->in[0];
    long padded = lanes_up(plan, dy->dim[2]);
    Buffer *part = helper_buffer(plan, op, "bias.shards", STORE_SHARD, ELEMENT_FLOAT, padded);
    Call *call = call_images(plan, op, "bias_grad", "grad_bias");
    reads(call, at(plan, dy));
    writes(call, part);
    size(call, "PIXELS", pixels(dy));
    size(call, "XS", stride(plan, dy));
    size(call, "KS", padded);
    sum_of(plan, op, "sum_bias", part, at(plan, op->out[0]));
}

/* Where each number has a factor of its own, the map is like one pixel. */
CHOOSE(MULTIPLY)
{
    const Value *x = op->in[0], *s = op->in[1];
    bool spreads = value_size(s) != value_size(x);
    Call *call = elementwise(plan, op, "multiply");
    size(call, "PIXELS", spreads ? pixels(x) : 1);
    size(call, "XS", spreads ? stride(plan, x) : at(plan, x)->count);
}

CHOOSE(MULTIPLY_GRAD)
{
    Call *call = elementwise(plan, op, "multiply_grad");
    size(call, "PIXELS", pixels(op->in[0]));
    size(call, "XS", stride(plan, op->in[0]));
}

/* What is lost is drawn anew each time, and what is kept grows. */
static Call *call_losing(Plan *plan, const Op *op, const char *kernel)
{
    Call *call = elementwise(plan, op, kernel);
    hand(call, HANDED_SEED);
    hand(call, HANDED_EPOCH);
    hand(call, HANDED_POSITION);
    argument(call, (Argument){ .handed = HANDED_PURPOSE, .number = op->salt });
    size(call, "LOST", (long)(op->rate * 4294967296.0));
    factor(call, "SCALE", 1 / (1 - op->rate));
    return call;
}

static void choose_dropout(Plan *plan, const Op *op)
{
    pixel_sizes(plan, op, call_losing(plan, op, "dropout"));
}

static void choose_drop_path(Plan *plan, const Op *op)
{
    whole_size(plan, op, call_losing(plan, op, "drop_path"));
}

CHOOSE(DROPOUT)      { choose_dropout(plan, op); }
CHOOSE(DROPOUT_GRAD) { choose_dropout(plan, op); }

CHOOSE(DROP_PATH)      { choose_drop_path(plan, op); }
CHOOSE(DROP_PATH_GRAD) { choose_drop_path(plan, op); }
