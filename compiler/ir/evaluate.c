/* evaluate.c - what every op means, in plain loops over double. It is the reference that the generated
 * code is held against, so nothing here is clever. A value of an image is [n][H][W][C]; what stands for
 * the batch has its own dimensions. Fused ops are evaluated as the chain that they replace.
 * Norms and losses have files of their own.
 * Keras's semantics: https://keras.io/api/layers, and RMSprop's epsilon within the root. */

#include "compiler/ir/evaluate.h"

#include <assert.h>
#include <math.h>
#include <string.h>

EVALUATE(INPUT)     { (void)f; }
EVALUATE(TARGET)    { (void)f; }
EVALUATE(PARAMETER) { (void)f; }
EVALUATE(STATE)     { (void)f; }

/* ---- moving numbers ---- */

/* Copies the H x W x C of `small` from or to the inside of a larger picture. */
static void inside(double *large, Shape ls, double *small, Shape ss, int top, int left, int n, bool out_of)
{
    for (int i = 0; i < n; i++)
        for (int h = 0; h < ss.h; h++) {
            double *l = large + i * shape_size(ls) + ((long)(h + top) * ls.w + left) * ls.c;
            double *s = small + i * shape_size(ss) + (long)h * ss.w * ss.c;
            memcpy(out_of ? s : l, out_of ? l : s, sizeof(double) * (size_t)ss.w * (size_t)ss.c);
        }
}

EVALUATE(PAD)
{
    inside(f->out[0], image_shape(f->op->out[0]), f->in[0], in_shape(f, 0),
           f->op->padding.top, f->op->padding.left, f->n, false);
}

EVALUATE(CROP)
{
    inside(f->in[0], in_shape(f, 0), f->out[0], image_shape(f->op->out[0]),
           f->op->padding.top, f->op->padding.left, f->n, true);
}

EVALUATE(RESHAPE)
{
    memcpy(f->out[0], f->in[0], sizeof(double) * (size_t)(f->n * in_size(f, 0)));
}

EVALUATE(CONCAT)
{
    Shape os = image_shape(f->op->out[0]);
    long pixels = (long)f->n * os.h * os.w;
    for (int i = 0, first = 0; i < f->op->ins; first += in_shape(f, i).c, i++)
        for (long p = 0; p < pixels; p++)
            memcpy(f->out[0] + p * os.c + first, f->in[i] + p * in_shape(f, i).c,
                   sizeof(double) * (size_t)in_shape(f, i).c);
}

EVALUATE(SLICE)
{
    Shape is = in_shape(f, 0);
    int c = f->op->shape.c;
    for (long p = 0; p < (long)f->n * is.h * is.w; p++)
        memcpy(f->out[0] + p * c, f->in[0] + p * is.c + f->op->offset, sizeof(double) * (size_t)c);
}

EVALUATE(ADD)
{
    for (long j = 0; j < f->n * in_size(f, 0); j++) {
        f->out[0][j] = 0;
        for (int i = 0; i < f->op->ins; i++)
            f->out[0][j] += f->in[i][j];
    }
}

EVALUATE(MULTIPLY)
{
    int c = in_shape(f, 0).c;
    bool spreads = in_size(f, 1) != in_size(f, 0);
    for (int i = 0; i < f->n; i++)
        for (long j = 0; j < in_size(f, 0); j++)
            f->out[0][i * in_size(f, 0) + j] =
                f->in[0][i * in_size(f, 0) + j] * f->in[1][i * in_size(f, 1) + (spreads ? j % c : j)];
}

EVALUATE(MULTIPLY_GRAD)
{
    int c = in_shape(f, 0).c;
    for (int i = 0; i < f->n; i++)
        for (long j = i * in_size(f, 0); j < (i + 1) * in_size(f, 0); j++)
            f->out[0][i * c + j % c] += f->in[0][j] * f->in[1][j];
}

/* ---- enlarging ---- */

/* The pixels on both sides of the middle of an enlarged one, at (p + 1/2) / times - 1/2, and how far it is from
 * the first to the second. Of the nearest there is but one. */
typedef struct { int at[2]; double part; } Spot;

static Spot spot_of(int p, int times, int size, bool bilinear)
{
    if (!bilinear)
        return (Spot){ { p / times, p / times }, 0 };
    double middle = fmin(fmax((p + 0.5) / times - 0.5, 0), size - 1);
    int first = (int)floor(middle);
    return (Spot){ { first, first + 1 < size ? first + 1 : first }, middle - first };
}

/* large is the sum of its parts of small; the gradient goes the other way. */
static void enlarge(const Frame *f, double *small, Shape ss, double *large, bool bilinear, bool back)
{
    Extent times = f->op->window;
    Shape ls = { ss.h * times.h, ss.w * times.w, ss.c };
    for (int i = 0; i < f->n; i++)
        for (int p = 0; p < ls.h; p++)
            for (int q = 0; q < ls.w; q++)
                for (int corner = 0; corner < 4; corner++) {
                    Spot row = spot_of(p, times.h, ss.h, bilinear), column = spot_of(q, times.w, ss.w, bilinear);
                    double part = (corner / 2 ? row.part : 1 - row.part) * (corner % 2 ? column.part : 1 - column.part);
                    double *s = small + i * shape_size(ss) + ((long)row.at[corner / 2] * ss.w + column.at[corner % 2]) * ss.c;
                    double *l = large + i * shape_size(ls) + ((long)p * ls.w + q) * ls.c;
                    for (int c = 0; c < ss.c; c++)
                        if (back)
                            s[c] += part * l[c];
                        else
                            l[c] += part * s[c];
                }
}

EVALUATE(UPSAMPLE_NEAREST)  { enlarge(f, f->in[0], in_shape(f, 0), f->out[0], false, false); }
EVALUATE(UPSAMPLE_BILINEAR) { enlarge(f, f->in[0], in_shape(f, 0), f->out[0], true, false); }

EVALUATE(UPSAMPLE_NEAREST_GRAD)
{
    enlarge(f, f->out[0], image_shape(f->op->out[0]), f->in[0], false, true);
}

EVALUATE(UPSAMPLE_BILINEAR_GRAD)
{
    enlarge(f, f->out[0], image_shape(f->op->out[0]), f->in[0], true, true);
}

/* ---- convolution ---- */

/* Calls visit for every product x*w -> y of one convolution: indices into one image's x and y, and w. Of x
 * there may be a part alone, less the op's padding. A filter sees the channels of its group alone. */
typedef void Visit(void *context, long x, long w, long y);

static void convolve(const Op *op, Shape x, const int w[4], Shape y, Visit *visit, void *context)
{
    int filters = w[3] / groups_of(op);
    for (int p = 0; p < y.h; p++)
        for (int q = 0; q < y.w; q++)
            for (int r = 0; r < w[0]; r++)
                for (int s = 0; s < w[1]; s++) {
                    long row = p * op->stride.h + r * op->dilation.h - op->padding.top;
                    long column = q * op->stride.w + s * op->dilation.w - op->padding.left;
                    if (row < 0 || row >= x.h || column < 0 || column >= x.w)
                        continue;
                    for (int c = 0; c < w[2]; c++)
                        for (int k = 0; k < w[3]; k++)
                            visit(context, (row * x.w + column) * x.c + k / filters * w[2] + c,
                                  (((long)r * w[1] + s) * w[2] + c) * w[3] + k,
                                  ((long)p * y.w + q) * y.c + k);
                }
}

typedef struct { double *x, *w, *y; } Product;

static void into_y(void *context, long x, long w, long y) { Product *t = context; t->y[y] += t->x[x] * t->w[w]; }
static void into_x(void *context, long x, long w, long y) { Product *t = context; t->x[x] += t->y[y] * t->w[w]; }
static void into_w(void *context, long x, long w, long y) { Product *t = context; t->w[w] += t->x[x] * t->y[y]; }

static void convolve_batch(const Frame *f, double *x, Shape xs, double *w, const int *ws, double *y, Shape ys,
                           Visit *visit)
{
    for (int i = 0; i < f->n; i++) {
        Product product = { x + i * shape_size(xs), w, y + i * shape_size(ys) };
        convolve(f->op, xs, ws, ys, visit, &product);
    }
}

EVALUATE(CONV)
{
    convolve_batch(f, f->in[0], in_shape(f, 0), f->in[1], f->op->in[1]->dim, f->out[0],
                   image_shape(f->op->out[0]), into_y);
}

EVALUATE(CONV_GRAD_INPUT)
{
    convolve_batch(f, f->out[0], image_shape(f->op->out[0]), f->in[1], f->op->in[1]->dim, f->in[0],
                   in_shape(f, 0), into_x);
}

EVALUATE(DECONV)            { evaluate_CONV_GRAD_INPUT(f); }
EVALUATE(DECONV_GRAD_INPUT) { evaluate_CONV(f); }

EVALUATE(CONV_GRAD_WEIGHT)
{
    convolve_batch(f, f->in[0], in_shape(f, 0), f->out[0], f->op->out[0]->dim, f->in[1], in_shape(f, 1),
                   into_w);
}

/* ---- bias and activations ---- */

EVALUATE(BIAS)
{
    int c = in_shape(f, 0).c;
    for (long j = 0; j < f->n * in_size(f, 0); j++)
        f->out[0][j] = f->in[0][j] + f->in[1][j % c];
}

EVALUATE(BIAS_GRAD)
{
    int c = in_shape(f, 0).c;
    for (long j = 0; j < f->n * in_size(f, 0); j++)
        f->out[0][j % c] += f->in[0][j];
}

static void activate(const Frame *f, ActivationKind kind)
{
    for (long j = 0; j < f->n * in_size(f, 0); j++)
        f->out[0][j] = activation_value(kind, f->op->rate, f->in[0][j]);
}

static void activate_grad(const Frame *f, ActivationKind kind)
{
    for (long j = 0; j < f->n * in_size(f, 0); j++)
        f->out[0][j] = f->in[1][j] * activation_slope(kind, f->op->rate, f->in[0][j]);
}

EVALUATE(RELU)            { activate(f, ACTIVATION_RELU); }
EVALUATE(RELU_GRAD)       { activate_grad(f, ACTIVATION_RELU); }
EVALUATE(SIGMOID)         { activate(f, ACTIVATION_SIGMOID); }
EVALUATE(SIGMOID_GRAD)    { activate_grad(f, ACTIVATION_SIGMOID); }
EVALUATE(ACTIVATION)      { activate(f, f->op->activation); }
EVALUATE(ACTIVATION_GRAD) { activate_grad(f, f->op->activation); }

double log_sum_exp(const double *z, int c)
{
    double most = z[0], sum = 0;
    for (int k = 1; k < c; k++)
        most = z[k] > most ? z[k] : most;
    for (int k = 0; k < c; k++)
        sum += exp(z[k] - most);
    return most + log(sum);
}

EVALUATE(SOFTMAX)
{
    int c = in_shape(f, 0).c;
    for (long p = 0; p < f->n * in_size(f, 0); p += c)
        for (int k = 0; k < c; k++)
            f->out[0][p + k] = exp(f->in[0][p + k] - log_sum_exp(f->in[0] + p, c));
}

EVALUATE(SOFTMAX_GRAD)
{
    int c = in_shape(f, 0).c;
    for (long p = 0; p < f->n * in_size(f, 0); p += c) {
        const double *y = f->in[0] + p, *dy = f->in[1] + p;
        double dot = 0;
        for (int k = 0; k < c; k++)
            dot += y[k] * dy[k];
        for (int k = 0; k < c; k++)
            f->out[0][p + k] = y[k] * (dy[k] - dot);
    }
}

/* Each number on its own, or all of an image together. */
static void drop(const Frame *f, bool all)
{
    long size = in_size(f, 0);
    for (int i = 0; i < f->n; i++)
        for (long j = 0; j < size; j++)
            f->out[0][i * size + j] = f->evaluation->keep(f->op, i, all ? 0 : j)
                ? f->in[0][i * size + j] / (1 - f->op->rate) : 0;
}

EVALUATE(DROPOUT)        { drop(f, false); }
EVALUATE(DROPOUT_GRAD)   { drop(f, false); }
EVALUATE(DROP_PATH)      { drop(f, true); }
EVALUATE(DROP_PATH_GRAD) { drop(f, true); }

/* ---- pools ---- */

/* The window of output (p, q) without what lies in the padding. */
typedef struct { int top, bottom, left, right; } Window;

static Window window_at(const Op *op, Shape x, int p, int q)
{
    int top = p * op->stride.h - op->padding.top, left = q * op->stride.w - op->padding.left;
    Window w = { top, top + op->window.h, left, left + op->window.w };
    w.top = w.top < 0 ? 0 : w.top;
    w.left = w.left < 0 ? 0 : w.left;
    w.bottom = w.bottom > x.h ? x.h : w.bottom;
    w.right = w.right > x.w ? x.w : w.right;
    return w;
}

/* The first of equals wins; its number is that within the whole window, padding included. */
static void max_pool(const Op *op, const double *x, Shape xs, double *y, double *winner, Shape ys, int n)
{
    for (int i = 0; i < n; i++)
        for (int p = 0; p < ys.h; p++)
            for (int q = 0; q < ys.w; q++)
                for (int c = 0; c < ys.c; c++) {
                    Window w = window_at(op, xs, p, q);
                    double best = -INFINITY;
                    int who = 0;
                    for (int h = w.top; h < w.bottom; h++)
                        for (int v = w.left; v < w.right; v++) {
                            double e = x[i * shape_size(xs) + ((long)h * xs.w + v) * xs.c + c];
                            if (e > best || e != e) {
                                best = e;
                                who = (h - p * op->stride.h + op->padding.top) * op->window.w
                                    + v - q * op->stride.w + op->padding.left;
                            }
                        }
                    long at = i * shape_size(ys) + ((long)p * ys.w + q) * ys.c + c;
                    y[at] = best;
                    winner[at] = who;
                }
}

static void max_pool_grad(const Op *op, const double *winner, const double *dy, Shape ys, double *dx, Shape xs,
                          int n)
{
    for (int i = 0; i < n; i++)
        for (int p = 0; p < ys.h; p++)
            for (int q = 0; q < ys.w; q++)
                for (int c = 0; c < ys.c; c++) {
                    long at = i * shape_size(ys) + ((long)p * ys.w + q) * ys.c + c;
                    int who = (int)winner[at];
                    if (who >= op->window.h * op->window.w)
                        continue;
                    int h = p * op->stride.h - op->padding.top + who / op->window.w;
                    int v = q * op->stride.w - op->padding.left + who % op->window.w;
                    dx[i * shape_size(xs) + ((long)h * xs.w + v) * xs.c + c] += dy[at];
                }
}

EVALUATE(MAX_POOL)
{
    Shape ys = image_shape(f->op->out[0]);
    double *winner = f->out[1] ? f->out[1] : scratch(f, f->n * shape_size(ys));
    max_pool(f->op, f->in[0], in_shape(f, 0), f->out[0], winner, ys, f->n);
}

EVALUATE(MAX_POOL_GRAD)
{
    max_pool_grad(f->op, f->in[0], f->in[1], in_shape(f, 1), f->out[0], image_shape(f->op->out[0]), f->n);
}

EVALUATE(AVERAGE_POOL)
{
    Shape xs = in_shape(f, 0), ys = image_shape(f->op->out[0]);
    for (int i = 0; i < f->n; i++)
        for (int p = 0; p < ys.h; p++)
            for (int q = 0; q < ys.w; q++)
                for (int c = 0; c < ys.c; c++) {
                    Window w = window_at(f->op, xs, p, q);
                    double sum = 0;
                    for (int h = w.top; h < w.bottom; h++)
                        for (int v = w.left; v < w.right; v++)
                            sum += f->in[0][i * shape_size(xs) + ((long)h * xs.w + v) * xs.c + c];
                    f->out[0][i * shape_size(ys) + ((long)p * ys.w + q) * ys.c + c] =
                        sum / ((w.bottom - w.top) * (w.right - w.left));
                }
}

EVALUATE(AVERAGE_POOL_GRAD)
{
    Shape ys = in_shape(f, 0), xs = image_shape(f->op->out[0]);
    for (int i = 0; i < f->n; i++)
        for (int p = 0; p < ys.h; p++)
            for (int q = 0; q < ys.w; q++)
                for (int c = 0; c < ys.c; c++) {
                    Window w = window_at(f->op, xs, p, q);
                    double share = f->in[0][i * shape_size(ys) + ((long)p * ys.w + q) * ys.c + c]
                                 / ((w.bottom - w.top) * (w.right - w.left));
                    for (int h = w.top; h < w.bottom; h++)
                        for (int v = w.left; v < w.right; v++)
                            f->out[0][i * shape_size(xs) + ((long)h * xs.w + v) * xs.c + c] += share;
                }
}

/* ---- dense ---- */

static void dense(const double *x, const double *w, double *y, int n, int inputs, int outputs)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < inputs; j++)
            for (int o = 0; o < outputs; o++)
                y[i * outputs + o] += x[(long)i * inputs + j] * w[(long)j * outputs + o];
}

static void dense_grad_input(const double *dy, const double *w, double *dx, int n, int inputs, int outputs)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < inputs; j++)
            for (int o = 0; o < outputs; o++)
                dx[(long)i * inputs + j] += dy[i * outputs + o] * w[(long)j * outputs + o];
}

static void dense_grad_weight(const double *x, const double *dy, double *dw, int n, int inputs, int outputs)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < inputs; j++)
            for (int o = 0; o < outputs; o++)
                dw[(long)j * outputs + o] += x[(long)i * inputs + j] * dy[i * outputs + o];
}

EVALUATE(DENSE)
{
    const int *w = f->op->in[1]->dim;
    dense(f->in[0], f->in[1], f->out[0], f->n, w[0], w[1]);
}

EVALUATE(DENSE_GRAD_INPUT)
{
    const int *w = f->op->in[1]->dim;
    dense_grad_input(f->in[0], f->in[1], f->out[0], f->n, w[0], w[1]);
}

EVALUATE(DENSE_GRAD_WEIGHT)
{
    const int *w = f->op->out[0]->dim;
    dense_grad_weight(f->in[0], f->in[1], f->out[0], f->n, w[0], w[1]);
}

/* ---- updates ---- */

EVALUATE(CLIP)
{
    double squares = 0;
    for (int i = 0; i < f->op->ins; i++)
        for (long j = 0; j < in_size(f, i); j++)
            squares += f->in[i][j] * f->in[i][j];
    f->out[0][0] = squares > f->op->length * f->op->length ? f->op->length / sqrt(squares) : 1;
}

EVALUATE(SCALE)
{
    for (long j = 0; j < in_size(f, 0); j++)
        f->out[0][j] = f->in[1][0] * f->in[0][j];
}

/* One number's update. s: the states, changed in place. Formulas: Keras's optimizers; the rate of Adam
 * is corrected for the start of its means (Kingma and Ba 2015, section 2, last paragraph). w has decayed already
 * where that is apart from the gradient (Loshchilov and Hutter 2019). */
static double updated(OpKind kind, const JobTrain *t, double rate, long update, double w, double g, double *s[2], long at)
{
    switch (kind) {
    case OP_SGD:
        if (!s[0])
            return w - rate * g;
        s[0][at] = t->momentum * s[0][at] - rate * g;
        return t->nesterov ? w + t->momentum * s[0][at] - rate * g : w + s[0][at];
    case OP_RMSPROP:
        s[0][at] = t->rho * s[0][at] + (1 - t->rho) * g * g;
        return w - rate * g / sqrt(s[0][at] + t->epsilon);
    case OP_ADAM: case OP_ADAMW:
        s[0][at] = t->beta1 * s[0][at] + (1 - t->beta1) * g;
        s[1][at] = t->beta2 * s[1][at] + (1 - t->beta2) * g * g;
        double adam_rate = rate * sqrt(1 - pow(t->beta2, (double)update)) / (1 - pow(t->beta1, (double)update));
        return w - adam_rate * s[0][at] / (sqrt(s[1][at]) + t->epsilon);
    default:
        assert(!"an optimiser");
        return w;
    }
}

/* states_in: the first input that is a state; states_out: the first output. */
static void update_all(const Frame *f, OpKind kind, const double *w, const double *g, long size, int states_in,
                       int states_out)
{
    const JobTrain *train = f->graph->train;
    double rate = f->op->factor != 0 ? f->op->factor * train->rate : train->rate;
    double *s[2] = { 0 };
    for (int i = 0; i < f->op->ins - states_in; i++) {
        s[i] = f->out[states_out + i];
        memcpy(s[i], f->in[states_in + i], sizeof(double) * (size_t)size);
    }
    double decay = f->op->out[0]->dims > 1 ? train->decay : 0;   /* biases do not decay */
    bool apart = kind == OP_ADAMW;
    for (long j = 0; j < size; j++) {
        double shrunk = apart ? w[j] - rate * decay * w[j] : w[j], pull = apart ? 0 : decay * w[j];
        f->out[0][j] = updated(kind, train, rate, f->evaluation->update, shrunk, g[j] + pull, s, j);
    }
}

EVALUATE(SGD)     { update_all(f, OP_SGD, f->in[0], f->in[1], in_size(f, 0), 2, 1); }
EVALUATE(RMSPROP) { update_all(f, OP_RMSPROP, f->in[0], f->in[1], in_size(f, 0), 2, 1); }
EVALUATE(ADAM)    { update_all(f, OP_ADAM, f->in[0], f->in[1], in_size(f, 0), 2, 1); }
EVALUATE(ADAMW)   { update_all(f, OP_ADAMW, f->in[0], f->in[1], in_size(f, 0), 2, 1); }

/* ---- fused ---- */

static void bias_and_activation(const Frame *f, double *y, long size, int c)
{
    for (long j = 0; j < f->n * size; j++) {
        if (f->op->ins > 2)
            y[j] += f->in[2][j % c];
        if (f->op->activation)
            y[j] = activation_value(f->op->activation, f->op->rate, y[j]);
    }
}

EVALUATE(CONV_BLOCK)
{
    evaluate_CONV(f);
    bias_and_activation(f, f->out[0], out_size(f, 0), image_shape(f->op->out[0]).c);
}

EVALUATE(BATCH_NORM_BLOCK)
{
    evaluate_BATCH_NORM(f);
    for (long j = 0; j < f->n * in_size(f, 0); j++) {
        if (f->op->ins > 5)
            f->out[0][j] += f->in[5][j];
        if (f->op->activation)
            f->out[0][j] = activation_value(f->op->activation, f->op->rate, f->out[0][j]);
    }
}

static Shape before_pool(const Op *op, Shape x, const int *w)
{
    return (Shape){ (x.h - (w[0] - 1) * op->dilation.h - 1) / op->stride.h + 1,
                    (x.w - (w[1] - 1) * op->dilation.w - 1) / op->stride.w + 1, w[3] };
}

static const Op pool_2x2 = { .window = { 2, 2 }, .stride = { 2, 2 } };

EVALUATE(CONV_POOL)
{
    const int *w = f->op->in[1]->dim;
    Shape ys = image_shape(f->op->out[0]), full = before_pool(f->op, in_shape(f, 0), w);
    double *y = scratch(f, f->n * shape_size(full));
    double *winner = f->out[1] ? f->out[1] : scratch(f, f->n * shape_size(ys));
    convolve_batch(f, f->in[0], in_shape(f, 0), f->in[1], w, y, full, into_y);
    bias_and_activation(f, y, shape_size(full), full.c);
    max_pool(&pool_2x2, y, full, f->out[0], winner, ys, f->n);
    for (long j = 0; f->op->activation && j < f->n * shape_size(ys); j++)
        if (!(f->out[0][j] > 0))
            winner[j] = 4;
}

EVALUATE(CONV_POOL_GRAD)
{
    const int *w = f->op->in[1]->dim;
    Shape xs = in_shape(f, 0), ys = in_shape(f, 2), full = before_pool(f->op, xs, w);
    double *dy = scratch(f, f->n * shape_size(full));
    max_pool_grad(&pool_2x2, f->in[2], f->in[3], ys, dy, full, f->n);
    convolve_batch(f, f->in[0], xs, f->out[0], w, dy, full, into_w);
    for (long j = 0; f->out[1] && j < f->n * shape_size(full); j++)
        f->out[1][j % full.c] += dy[j];
    if (f->out[2])
        convolve_batch(f, f->out[2], xs, f->in[1], w, dy, full, into_x);
}

EVALUATE(DECONV_BLOCK)
{
    evaluate_DECONV(f);
    bias_and_activation(f, f->out[0], out_size(f, 0), image_shape(f->op->out[0]).c);
}

EVALUATE(DENSE_BLOCK)
{
    evaluate_DENSE(f);
    bias_and_activation(f, f->out[0], out_size(f, 0), image_shape(f->op->out[0]).c);
}

EVALUATE(DENSE_UPDATE)
{
    const int *w = f->op->in[1]->dim;
    double *dw = scratch(f, (long)w[0] * w[1]);
    dense_grad_weight(f->in[0], f->in[2], dw, f->n, w[0], w[1]);
    if (f->out[1])
        dense_grad_input(f->in[2], f->in[1], f->out[1], f->n, w[0], w[1]);
    update_all(f, f->op->update, f->in[1], dw, (long)w[0] * w[1], 3, 2);
}

void graph_evaluate(const Graph *graph, Evaluation *evaluation)
{
    static void (*const rule[OP_COUNT])(const Frame *) = {
#define X(id, ...) [OP_##id] = evaluate_##id,
#include "compiler/ir/ops.def"
#undef X
    };
    for (int i = 0; i < graph->values; i++)
        if (!evaluation->data[i]) {
            const Value *value = graph->value[i];
            long size = value_size(value) * (value->per_image ? evaluation->n : 1);
            evaluation->data[i] = arena_array(graph->arena, double, size);
        }
    int most = 0;
    for (int i = 0; i < graph->ops; i++)
        most = graph->op[i]->ins > most ? graph->op[i]->ins : most;
    double **in = arena_array(graph->arena, double *, most);
    for (int i = 0; i < graph->ops; i++) {
        Frame f = { graph, graph->op[i], evaluation, evaluation->n, in, { 0 } };
        for (int k = 0; k < f.op->ins; k++)
            f.in[k] = evaluation->data[f.op->in[k]->id];
        for (int k = 0; k < MOST_OUTS; k++)
            f.out[k] = f.op->out[k] ? evaluation->data[f.op->out[k]->id] : NULL;
        rule[f.op->kind](&f);
    }
}
