/* infer.c - the shape rule of every op: what it makes of its inputs, or why it cannot. */

#include "compiler/ir/ir.h"

#include <string.h>

static void image(Value *out, int h, int w, int c)
{
    *out = (Value){ .per_image = true, .dims = 3, .dim = { h, w, c } };
}

static void like(Value *out, const Value *in)
{
    out->per_image = in->per_image;
    out->dims = in->dims;
    memcpy(out->dim, in->dim, sizeof out->dim);
}

static bool same(const Value *a, const Value *b)
{
    return a->per_image == b->per_image && a->dims == b->dims
        && !memcmp(a->dim, b->dim, (size_t)a->dims * sizeof *a->dim);
}

static int covered(int size, int window, int stride, int dilation)
{
    return (size - ((window - 1) * dilation + 1)) / stride + 1;
}

#define REQUIRE(fact) do { if (!(fact)) return "requires " #fact; } while (0)
#define RULE(ID) static const char *infer_##ID(const Op *op, Value *const *in, Value *out)

/* Leaves have shapes of their own. */
RULE(INPUT)     { (void)in; like(out, op->out[0]); REQUIRE(out->per_image); return NULL; }
RULE(TARGET)    { (void)in; like(out, op->out[0]); REQUIRE(out->per_image); return NULL; }
RULE(PARAMETER) { (void)in; like(out, op->out[0]); REQUIRE(!out->per_image); return NULL; }
RULE(STATE)     { (void)in; like(out, op->out[0]); REQUIRE(!out->per_image); return NULL; }

RULE(PAD)
{
    const Padding *p = &op->padding;
    REQUIRE(in[0]->per_image);
    image(out, in[0]->dim[0] + p->top + p->bottom, in[0]->dim[1] + p->left + p->right, in[0]->dim[2]);
    return NULL;
}

RULE(CROP)
{
    const Padding *p = &op->padding;
    REQUIRE(in[0]->per_image && in[0]->dim[0] > p->top + p->bottom && in[0]->dim[1] > p->left + p->right);
    image(out, in[0]->dim[0] - p->top - p->bottom, in[0]->dim[1] - p->left - p->right, in[0]->dim[2]);
    return NULL;
}

RULE(CONV)
{
    const Value *x = in[0], *w = in[1];
    const Padding *p = &op->padding;
    int rows = x->dim[0] + p->top + p->bottom, columns = x->dim[1] + p->left + p->right;
    REQUIRE(x->per_image && !w->per_image && w->dims == 4);
    REQUIRE(x->dim[2] == w->dim[2] * groups_of(op) && w->dim[3] % groups_of(op) == 0);
    REQUIRE(op->stride.h > 0 && op->stride.w > 0 && op->dilation.h > 0 && op->dilation.w > 0);
    REQUIRE(rows > (w->dim[0] - 1) * op->dilation.h && columns > (w->dim[1] - 1) * op->dilation.w);
    image(out, covered(rows, w->dim[0], op->stride.h, op->dilation.h),
          covered(columns, w->dim[1], op->stride.w, op->dilation.w), w->dim[3]);
    return NULL;
}

RULE(BIAS)
{
    (void)op;
    REQUIRE(in[0]->per_image && !in[1]->per_image && in[1]->dims == 1 && in[1]->dim[0] == in[0]->dim[2]);
    like(out, in[0]);
    return NULL;
}

RULE(RELU)    { (void)op; REQUIRE(in[0]->per_image); like(out, in[0]); return NULL; }
RULE(SIGMOID) { (void)op; REQUIRE(in[0]->per_image); like(out, in[0]); return NULL; }
RULE(SOFTMAX) { (void)op; REQUIRE(in[0]->per_image); like(out, in[0]); return NULL; }

static bool is_elementwise(ActivationKind kind)
{
    return kind > ACTIVATION_NONE && kind < ACTIVATION_SOFTMAX;
}

RULE(ACTIVATION)
{
    REQUIRE(in[0]->per_image && is_elementwise(op->activation) && op->rate >= 0);
    like(out, in[0]);
    return NULL;
}

RULE(DROPOUT) { REQUIRE(in[0]->per_image && op->rate >= 0 && op->rate < 1); like(out, in[0]); return NULL; }

RULE(DROP_PATH) { return infer_DROPOUT(op, in, out); }

static bool is_pixel(const Value *value)
{
    return value->per_image && value->dim[0] == 1 && value->dim[1] == 1;
}

RULE(MULTIPLY)
{
    (void)op;
    REQUIRE(in[0]->per_image && (same(in[0], in[1]) || (is_pixel(in[1]) && in[0]->dim[2] == in[1]->dim[2])));
    like(out, in[0]);
    return NULL;
}

static const char *enlarged(const Op *op, Value *const *in, Value *out)
{
    REQUIRE(in[0]->per_image && op->window.h > 0 && op->window.w > 0);
    image(out, in[0]->dim[0] * op->window.h, in[0]->dim[1] * op->window.w, in[0]->dim[2]);
    return NULL;
}

RULE(UPSAMPLE_NEAREST)  { return enlarged(op, in, out); }
RULE(UPSAMPLE_BILINEAR) { return enlarged(op, in, out); }

static const char *pooled(const Op *op, Value *const *in, Value *out)
{
    const Padding *p = &op->padding;
    REQUIRE(in[0]->per_image && op->stride.h > 0 && op->stride.w > 0);
    int h = in[0]->dim[0] + p->top + p->bottom, w = in[0]->dim[1] + p->left + p->right;
    REQUIRE(op->window.h > 0 && op->window.w > 0 && h >= op->window.h && w >= op->window.w);
    image(out, covered(h, op->window.h, op->stride.h, 1), covered(w, op->window.w, op->stride.w, 1), in[0]->dim[2]);
    return NULL;
}

RULE(AVERAGE_POOL) { return pooled(op, in, out); }

RULE(MAX_POOL)
{
    const char *wrong = pooled(op, in, out);
    like(&out[1], &out[0]);
    return wrong;
}

RULE(RESHAPE)
{
    REQUIRE(in[0]->per_image && value_size(in[0]) == shape_size(op->shape));
    image(out, op->shape.h, op->shape.w, op->shape.c);
    return NULL;
}

RULE(DENSE)
{
    (void)op;
    REQUIRE(in[0]->per_image && in[0]->dim[0] == 1 && in[0]->dim[1] == 1);
    REQUIRE(!in[1]->per_image && in[1]->dims == 2 && in[1]->dim[0] == in[0]->dim[2]);
    image(out, 1, 1, in[1]->dim[1]);
    return NULL;
}

RULE(ADD)
{
    for (int i = 0; i < op->ins; i++)
        REQUIRE(in[i]->per_image && same(in[i], in[0]));
    like(out, in[0]);
    return NULL;
}

RULE(CONCAT)
{
    int channels = 0;
    for (int i = 0; i < op->ins; i++) {
        REQUIRE(in[i]->per_image && in[i]->dim[0] == in[0]->dim[0] && in[i]->dim[1] == in[0]->dim[1]);
        channels += in[i]->dim[2];
    }
    image(out, in[0]->dim[0], in[0]->dim[1], channels);
    return NULL;
}

/* A number for each channel of x, of the whole batch. */
static bool is_by_channel(const Value *value, const Value *x)
{
    return !value->per_image && value->dims == 1 && value->dim[0] == x->dim[2];
}

RULE(BATCH_MOMENTS)
{
    (void)op;
    REQUIRE(in[0]->per_image);
    out[0] = out[1] = (Value){ .dims = 1, .dim = { in[0]->dim[2] } };
    return NULL;
}

RULE(RUNNING_MEAN)
{
    REQUIRE(!in[0]->per_image && same(in[0], in[1]) && op->keep >= 0 && op->keep < 1);
    like(out, in[0]);
    return NULL;
}

RULE(BATCH_NORM)
{
    REQUIRE(in[0]->per_image && op->epsilon > 0);
    for (int i = 1; i < 5; i++)
        REQUIRE(is_by_channel(in[i], in[0]));
    like(out, in[0]);
    return NULL;
}

RULE(LAYER_NORM)
{
    REQUIRE(in[0]->per_image && op->epsilon > 0 && is_by_channel(in[1], in[0]) && is_by_channel(in[2], in[0]));
    like(out, in[0]);
    return NULL;
}

RULE(GROUP_NORM)
{
    REQUIRE(op->groups > 0 && in[0]->dim[2] % op->groups == 0);
    return infer_LAYER_NORM(op, in, out);
}

RULE(LOCAL_NORM)
{
    REQUIRE(in[0]->per_image && op->size > 0 && op->alpha >= 0 && op->beta >= 0 && op->level > 0);
    like(out, in[0]);
    return NULL;
}

/* A target holds one number for each pixel, or one for each of the answer's. */
static const char *meets_target(const Op *op, Value *const *in)
{
    bool classes = op->target == TARGET_CLASS || op->target == TARGET_MASK;
    REQUIRE(in[0]->per_image && in[1]->maker->kind == OP_TARGET);
    REQUIRE(in[0]->dim[0] == in[1]->dim[0] && in[0]->dim[1] == in[1]->dim[1]);
    REQUIRE(in[1]->dim[2] == (classes ? 1 : in[0]->dim[2]));
    return NULL;
}

static const char *loss(const Op *op, Value *const *in, Value *out)
{
    for (int i = 0; i < op_info[op->kind].outs; i++)
        image(&out[i], 1, 1, 1);
    return meets_target(op, in);
}

static const char *loss_grad(const Op *op, Value *const *in, Value *out)
{
    like(out, in[0]);
    return meets_target(op, in);
}

RULE(SIGMOID_LOSS)      { return loss(op, in, out); }
RULE(SOFTMAX_LOSS)      { return loss(op, in, out); }
RULE(DICE_LOSS)         { REQUIRE(in[0]->dim[2] == 1); return loss(op, in, out); }
RULE(MSE_LOSS)          { return loss(op, in, out); }
RULE(MAE_LOSS)          { return loss(op, in, out); }
RULE(HUBER_LOSS)        { return loss(op, in, out); }
RULE(SIGMOID_LOSS_GRAD) { return loss_grad(op, in, out); }
RULE(SOFTMAX_LOSS_GRAD) { return loss_grad(op, in, out); }
RULE(DICE_LOSS_GRAD)    { return loss_grad(op, in, out); }
RULE(MSE_LOSS_GRAD)     { return loss_grad(op, in, out); }
RULE(MAE_LOSS_GRAD)     { return loss_grad(op, in, out); }
RULE(HUBER_LOSS_GRAD)   { return loss_grad(op, in, out); }

RULE(LOSS_SUM)
{
    (void)op;
    REQUIRE(value_size(in[0]) == 1 && same(in[0], in[1]));
    like(out, in[0]);
    return NULL;
}

/* The shape of an input cannot be had from the output where a stride left rows over: op->shape. */
RULE(CONV_GRAD_INPUT)
{
    REQUIRE(in[0]->per_image && !in[1]->per_image && in[1]->dims == 4 && in[0]->dim[2] == in[1]->dim[3]);
    REQUIRE(op->shape.c == in[1]->dim[2] * groups_of(op));
    image(out, op->shape.h, op->shape.w, op->shape.c);
    return NULL;
}

/* A deconv is a conv the other way round, and its gradient is the conv. */
RULE(DECONV)            { return infer_CONV_GRAD_INPUT(op, in, out); }
RULE(DECONV_GRAD_INPUT) { return infer_CONV(op, in, out); }

RULE(CONV_GRAD_WEIGHT)
{
    REQUIRE(in[0]->per_image && in[1]->per_image && in[0]->dim[2] % groups_of(op) == 0);
    int channels = in[0]->dim[2] / groups_of(op);
    *out = (Value){ .dims = 4, .dim = { op->window.h, op->window.w, channels, in[1]->dim[2] } };
    return NULL;
}

RULE(BIAS_GRAD)
{
    (void)op;
    REQUIRE(in[0]->per_image);
    *out = (Value){ .dims = 1, .dim = { in[0]->dim[2] } };
    return NULL;
}

RULE(RELU_GRAD)    { (void)op; REQUIRE(same(in[0], in[1])); like(out, in[0]); return NULL; }
RULE(SIGMOID_GRAD) { (void)op; REQUIRE(same(in[0], in[1])); like(out, in[0]); return NULL; }
RULE(SOFTMAX_GRAD) { (void)op; REQUIRE(same(in[0], in[1])); like(out, in[0]); return NULL; }

RULE(ACTIVATION_GRAD)
{
    REQUIRE(same(in[0], in[1]) && is_elementwise(op->activation));
    like(out, in[0]);
    return NULL;
}

RULE(DROPOUT_GRAD) { (void)op; REQUIRE(in[0]->per_image); like(out, in[0]); return NULL; }

RULE(DROP_PATH_GRAD) { return infer_DROPOUT_GRAD(op, in, out); }

RULE(MULTIPLY_GRAD)
{
    (void)op;
    REQUIRE(in[0]->per_image && same(in[0], in[1]));
    image(out, 1, 1, in[0]->dim[2]);
    return NULL;
}

static const char *shrunk(const Op *op, Value *const *in, Value *out)
{
    REQUIRE(in[0]->per_image && op->window.h > 0 && op->window.w > 0);
    REQUIRE(in[0]->dim[0] % op->window.h == 0 && in[0]->dim[1] % op->window.w == 0);
    image(out, in[0]->dim[0] / op->window.h, in[0]->dim[1] / op->window.w, in[0]->dim[2]);
    return NULL;
}

RULE(UPSAMPLE_NEAREST_GRAD)  { return shrunk(op, in, out); }
RULE(UPSAMPLE_BILINEAR_GRAD) { return shrunk(op, in, out); }

RULE(MAX_POOL_GRAD)
{
    REQUIRE(same(in[0], in[1]) && op->shape.c == in[1]->dim[2]);
    image(out, op->shape.h, op->shape.w, op->shape.c);
    return NULL;
}

RULE(AVERAGE_POOL_GRAD)
{
    REQUIRE(in[0]->per_image && op->shape.c == in[0]->dim[2]);
    image(out, op->shape.h, op->shape.w, op->shape.c);
    return NULL;
}

RULE(DENSE_GRAD_INPUT)
{
    (void)op;
    REQUIRE(in[0]->per_image && in[1]->dims == 2 && in[0]->dim[2] == in[1]->dim[1]);
    image(out, 1, 1, in[1]->dim[0]);
    return NULL;
}

RULE(DENSE_GRAD_WEIGHT)
{
    (void)op;
    REQUIRE(in[0]->per_image && in[1]->per_image);
    *out = (Value){ .dims = 2, .dim = { in[0]->dim[2], in[1]->dim[2] } };
    return NULL;
}

/* Where an activation is part of it, w and b tell what that was of. */
RULE(BATCH_NORM_GRAD_WEIGHT)
{
    REQUIRE(op->ins == (op->activation ? 6 : 4));
    REQUIRE(same(in[0], in[3]) && op->epsilon > 0);
    REQUIRE(is_by_channel(in[1], in[0]) && is_by_channel(in[2], in[0]));
    out[0] = out[1] = (Value){ .dims = 1, .dim = { in[0]->dim[2] } };
    return NULL;
}

RULE(BATCH_NORM_GRAD_INPUT)
{
    REQUIRE(in[0]->per_image && same(in[0], in[4]) && op->epsilon > 0);
    REQUIRE(op->ins == (op->activation ? 8 : 7));
    for (int i = 1; i < op->ins; i++)
        REQUIRE(i == 4 || is_by_channel(in[i], in[0]));
    like(out, in[0]);
    return NULL;
}

RULE(FROZEN_NORM_GRAD_INPUT)
{
    REQUIRE(in[2]->per_image && op->epsilon > 0);
    REQUIRE(is_by_channel(in[0], in[2]) && is_by_channel(in[1], in[2]));
    like(out, in[2]);
    return NULL;
}

RULE(LAYER_NORM_GRAD)
{
    REQUIRE(in[0]->per_image && same(in[0], in[2]) && op->epsilon > 0 && is_by_channel(in[1], in[0]));
    like(&out[0], in[0]);
    like(&out[1], in[1]);
    like(&out[2], in[1]);
    return NULL;
}

RULE(GROUP_NORM_GRAD)
{
    REQUIRE(op->groups > 0 && in[0]->dim[2] % op->groups == 0);
    return infer_LAYER_NORM_GRAD(op, in, out);
}

RULE(LOCAL_NORM_GRAD)
{
    REQUIRE(same(in[0], in[1]));
    return infer_LOCAL_NORM(op, in, out);
}

/* Channels op->offset and on, as many as op->shape has. */
RULE(SLICE)
{
    REQUIRE(in[0]->per_image && op->offset >= 0 && op->offset + op->shape.c <= in[0]->dim[2]);
    image(out, in[0]->dim[0], in[0]->dim[1], op->shape.c);
    return NULL;
}

static const char *updated(const Op *op, Value *const *in, Value *out)
{
    for (int i = 0; i < op->ins; i++)
        REQUIRE(!in[i]->per_image && same(in[i], in[0]));
    like(&out[0], in[0]);
    for (int i = 2; i < op->ins; i++)
        like(&out[i - 1], in[i]);
    return NULL;
}

RULE(CLIP)
{
    for (int i = 0; i < op->ins; i++)
        REQUIRE(!in[i]->per_image);
    *out = (Value){ .dims = 1, .dim = { 1 } };
    return NULL;
}

RULE(SCALE)
{
    (void)op;
    REQUIRE(!in[0]->per_image && !in[1]->per_image && in[1]->dims == 1 && in[1]->dim[0] == 1);
    like(out, in[0]);
    return NULL;
}

RULE(SGD)     { return updated(op, in, out); }
RULE(RMSPROP) { return updated(op, in, out); }
RULE(ADAM)    { return updated(op, in, out); }
RULE(ADAMW)   { return updated(op, in, out); }

/* The norm's numbers are the last four. */
RULE(FOLD)
{
    int channels = in[0]->dim[in[0]->dims - 1];
    REQUIRE(!in[0]->per_image && op->epsilon > 0);
    for (int i = 1; i < op->ins; i++)
        REQUIRE(!in[i]->per_image && in[i]->dims == 1 && in[i]->dim[0] == channels);
    like(&out[0], in[0]);
    out[1] = (Value){ .dims = 1, .dim = { channels } };
    return NULL;
}

RULE(CONV_BLOCK)
{
    return infer_CONV(op, in, out);
}

RULE(BATCH_NORM_BLOCK)
{
    REQUIRE(op->ins == 5 || same(in[5], in[0]));
    return infer_BATCH_NORM(op, in, out);
}

RULE(CONV_POOL)
{
    Value full = { 0 };
    const char *wrong = infer_CONV(op, in, &full);
    if (wrong)
        return wrong;
    REQUIRE(full.dim[0] >= 2 && full.dim[1] >= 2);
    image(&out[0], full.dim[0] / 2, full.dim[1] / 2, full.dim[2]);
    like(&out[1], &out[0]);
    return NULL;
}

RULE(CONV_POOL_GRAD)
{
    (void)op;
    REQUIRE(same(in[2], in[3]) && in[1]->dims == 4);
    like(&out[0], in[1]);
    out[1] = (Value){ .dims = 1, .dim = { in[1]->dim[3] } };
    like(&out[2], in[0]);
    return NULL;
}

RULE(DECONV_BLOCK)
{
    return infer_DECONV(op, in, out);
}

RULE(DENSE_BLOCK)
{
    return infer_DENSE(op, in, out);
}

RULE(DENSE_UPDATE)
{
    REQUIRE(is_update(op->update) && in[1]->dims == 2);
    like(&out[0], in[1]);
    like(&out[1], in[0]);
    for (int i = 3; i < op->ins; i++)
        like(&out[i - 1], in[i]);
    return NULL;
}

const char *infer(const Op *op, Value out[MOST_OUTS])
{
    static const char *(*const rule[OP_COUNT])(const Op *, Value *const *, Value *) = {
#define X(id, ...) [OP_##id] = infer_##id,
#include "compiler/ir/ops.def"
#undef X
    };
    if (op->ins < op_info[op->kind].least || op->ins > op_info[op->kind].most)
        return "has the wrong number of inputs";
    return rule[op->kind](op, op->in, out);
}
