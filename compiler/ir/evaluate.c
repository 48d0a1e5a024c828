/* evaluate.c - what every op means, in plain loops over double. It is the reference that the generated
 * code is held against, so nothing here is clever. A value of an image is [n][H][W][C]; what stands for
 * the batch has its own dimensions. Fused ops are evaluated as the chain that they replace.
 * Keras's semantics: https://keras.io/api/layers, and RMSprop's epsilon within the root. */

#include "compiler/ir/ir.h"

#include <assert.h>
#include <math.h>
#include <string.h>

typedef struct {
    const Graph *graph;
    const Op *op;
    Evaluation *evaluation;
    int n;
    double **in;
    double *out[MOST_OUTS];     /* NULL: not wanted */
} Frame;

#define EVALUATE(ID) static void evaluate_##ID(const Frame *f)

static Shape in_shape(const Frame *f, int i)  { return image_shape(f->op->in[i]); }
static long  in_size(const Frame *f, int i)   { return value_size(f->op->in[i]); }
static long  out_size(const Frame *f, int i)  { return value_size(f->op->out[i]); }

static double *scratch(const Frame *f, long count)
{
    return arena_array(f->graph->arena, double, count);
}

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

static double log_sum_exp(const double *z, int c)
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

/* ---- batch norm: Ioffe and Szegedy 2015; as Keras has it, the variance is divided by the count ---- */

EVALUATE(BATCH_MOMENTS)
{
    int c = in_shape(f, 0).c;
    long all = f->n * in_size(f, 0);
    double count = (double)(all / c), *mean = f->out[0], *variance = f->out[1] ? f->out[1] : scratch(f, c);
    for (long j = 0; j < all; j++)
        mean[j % c] += f->in[0][j] / count;
    for (long j = 0; j < all; j++) {
        double off = f->in[0][j] - mean[j % c];
        variance[j % c] += off * off / count;
    }
}

EVALUATE(RUNNING_MEAN)
{
    for (long j = 0; j < in_size(f, 0); j++)
        f->out[0][j] = f->op->keep * f->in[0][j] + (1 - f->op->keep) * f->in[1][j];
}

static double normed(const Frame *f, long j, const double *w, const double *b)
{
    int k = (int)(j % in_shape(f, 0).c);
    return (f->in[0][j] - f->in[1][k]) / sqrt(f->in[2][k] + f->op->epsilon) * w[k] + b[k];
}

/* Element j of dy, before the activation that may be part of the op. */
static double before_activation(const Frame *f, const double *dy, long j, const double *w, int b)
{
    const Op *op = f->op;
    if (!op->activation)
        return dy[j];
    double y = activation_value(op->activation, op->rate, normed(f, j, w, f->in[b]));
    return dy[j] * activation_slope(op->activation, op->rate, y);
}

EVALUATE(BATCH_NORM)
{
    for (long j = 0; j < f->n * in_size(f, 0); j++)
        f->out[0][j] = normed(f, j, f->in[3], f->in[4]);
}

EVALUATE(BATCH_NORM_GRAD_WEIGHT)
{
    const double *mean = f->in[1], *variance = f->in[2];
    int c = in_shape(f, 0).c;
    for (long j = 0; j < f->n * in_size(f, 0); j++) {
        double dy = before_activation(f, f->in[3], j, f->op->activation ? f->in[4] : NULL, 5);
        if (f->out[0])
            f->out[0][j % c] += dy * (f->in[0][j] - mean[j % c]) / sqrt(variance[j % c] + f->op->epsilon);
        if (f->out[1])
            f->out[1][j % c] += dy;
    }
}

/* Through the statistics each number hangs on all others of its channel: section 3 of the paper. */
EVALUATE(BATCH_NORM_GRAD_INPUT)
{
    const double *mean = f->in[1], *variance = f->in[2], *w = f->in[3], *dw = f->in[5], *db = f->in[6];
    int c = in_shape(f, 0).c;
    long all = f->n * in_size(f, 0);
    double count = (double)(all / c);
    for (long j = 0; j < all; j++) {
        double deviation = sqrt(variance[j % c] + f->op->epsilon), off = (f->in[0][j] - mean[j % c]) / deviation;
        double dy = before_activation(f, f->in[4], j, w, 7);
        f->out[0][j] = w[j % c] / deviation * (dy - db[j % c] / count - off * dw[j % c] / count);
    }
}

EVALUATE(FROZEN_NORM_GRAD_INPUT)
{
    const double *variance = f->in[0], *w = f->in[1], *dy = f->in[2];
    int c = in_shape(f, 2).c;
    for (long j = 0; j < f->n * in_size(f, 2); j++)
        f->out[0][j] = dy[j] * w[j % c] / sqrt(variance[j % c] + f->op->epsilon);
}

/* ---- norms of parts of an image: Ba et al. 2016, Wu and He 2018 ---- */

/* Which part element j of an image belongs to, and how many there are: the channels of each pixel, or groups of
 * channels over all pixels. */
static long part_of(const Op *op, Shape s, long j)
{
    bool pixels = op->kind == OP_LAYER_NORM || op->kind == OP_LAYER_NORM_GRAD;
    return pixels ? j / s.c : j % s.c / (s.c / op->groups);
}

static long parts_of(const Op *op, Shape s)
{
    return part_of(op, s, shape_size(s) - 1) + 1;
}

/* Of an image's parts; both arrays are cleared. */
static void part_moments(const Op *op, const double *x, Shape s, double *mean, double *variance)
{
    double count = (double)(shape_size(s) / parts_of(op, s));
    for (long j = 0; j < shape_size(s); j++)
        mean[part_of(op, s, j)] += x[j] / count;
    for (long j = 0; j < shape_size(s); j++) {
        double off = x[j] - mean[part_of(op, s, j)];
        variance[part_of(op, s, j)] += off * off / count;
    }
}

static void part_norm(const Frame *f)
{
    Shape s = in_shape(f, 0);
    for (int i = 0; i < f->n; i++) {
        double *mean = scratch(f, parts_of(f->op, s)), *variance = scratch(f, parts_of(f->op, s));
        const double *x = f->in[0] + i * shape_size(s);
        part_moments(f->op, x, s, mean, variance);
        for (long j = 0; j < shape_size(s); j++) {
            long part = part_of(f->op, s, j);
            f->out[0][i * shape_size(s) + j] =
                (x[j] - mean[part]) / sqrt(variance[part] + f->op->epsilon) * f->in[1][j % s.c] + f->in[2][j % s.c];
        }
    }
}

EVALUATE(LAYER_NORM) { part_norm(f); }
EVALUATE(GROUP_NORM) { part_norm(f); }

/* As a batch norm's, over each part. */
static void part_norm_grad(const Frame *f)
{
    const Op *op = f->op;
    const double *w = f->in[1];
    Shape s = in_shape(f, 0);
    long parts = parts_of(op, s), size = shape_size(s);
    double count = (double)(size / parts);
    for (int i = 0; i < f->n; i++) {
        double *mean = scratch(f, parts), *variance = scratch(f, parts);
        double *level = scratch(f, parts), *slope = scratch(f, parts), *off = scratch(f, size);
        const double *x = f->in[0] + i * size, *dy = f->in[2] + i * size;
        part_moments(op, x, s, mean, variance);
        for (long j = 0; j < size; j++) {
            long part = part_of(op, s, j);
            off[j] = (x[j] - mean[part]) / sqrt(variance[part] + op->epsilon);
            f->out[1][j % s.c] += dy[j] * off[j];
            f->out[2][j % s.c] += dy[j];
            level[part] += dy[j] * w[j % s.c] / count;
            slope[part] += dy[j] * w[j % s.c] * off[j] / count;
        }
        for (long j = 0; j < size; j++) {
            long part = part_of(op, s, j);
            f->out[0][i * size + j] = (dy[j] * w[j % s.c] - level[part] - off[j] * slope[part])
                                    / sqrt(variance[part] + op->epsilon);
        }
    }
}

EVALUATE(LAYER_NORM_GRAD) { part_norm_grad(f); }
EVALUATE(GROUP_NORM_GRAD) { part_norm_grad(f); }

/* ---- local response normalisation: Krizhevsky et al. 2012, section 3.3 ---- */

/* What number j of x is divided by the beta'th power of. */
static double response(const Op *op, const double *x, int channels, long j)
{
    long pixel = j - j % channels, first = j - op->size / 2, last = j + (op->size - 1) / 2;
    double sum = 0;
    for (long k = first < pixel ? pixel : first; k <= last && k < pixel + channels; k++)
        sum += x[k] * x[k];
    return op->level + op->alpha * sum;
}

EVALUATE(LOCAL_NORM)
{
    int c = in_shape(f, 0).c;
    for (long j = 0; j < f->n * in_size(f, 0); j++)
        f->out[0][j] = f->in[0][j] * pow(response(f->op, f->in[0], c, j), -f->op->beta);
}

EVALUATE(LOCAL_NORM_GRAD)
{
    const Op *op = f->op;
    const double *x = f->in[0], *dy = f->in[1];
    int c = in_shape(f, 0).c;
    for (long j = 0; j < f->n * in_size(f, 0); j++) {
        double by = response(op, x, c, j), power = pow(by, -op->beta);
        long pixel = j - j % c, first = j - op->size / 2, last = j + (op->size - 1) / 2;
        f->out[0][j] += dy[j] * power;
        for (long k = first < pixel ? pixel : first; k <= last && k < pixel + c; k++)
            f->out[0][k] -= 2 * op->alpha * op->beta * dy[j] * x[j] * power / by * x[k];
    }
}

EVALUATE(FOLD)
{
    double *const *norm = f->in + f->op->ins - 4;
    const double *w = norm[0], *b = norm[1], *mean = norm[2], *variance = norm[3];
    long c = in_size(f, 1);
    for (long j = 0; j < in_size(f, 0); j++)
        f->out[0][j] = f->in[0][j] * w[j % c] / sqrt(variance[j % c] + f->op->epsilon);
    for (long k = 0; k < c; k++) {
        double bias = f->op->ins > 5 ? f->in[1][k] : 0;
        f->out[1][k] = b[k] + (bias - mean[k]) * w[k] / sqrt(variance[k] + f->op->epsilon);
    }
}

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

/* ---- losses: job.h tells what targets are; gradients are those of the mean over n ---- */

/* What one pixel of an answer is held against. */
typedef struct {
    bool counts;
    double *share;              /* [C], or numbers */
    double *weight;             /* [C], of each channel's loss */
    double all;                 /* that of the classes, by their shares */
} Truth;

static double weight_of(const Frame *f, int class)
{
    const double *weight = f->op->weighted ? f->evaluation->class_weight : NULL;
    return weight ? weight[class] : 1;
}

static void fill_shares(const Frame *f, long pixel, int c, Truth *truth)
{
    bool classes = f->op->target == TARGET_CLASS || f->op->target == TARGET_MASK;
    int class = classes ? (int)f->in[1][pixel] : 0;
    truth->counts = class >= 0;
    for (int k = 0; k < c; k++)
        truth->share[k] = !classes ? f->in[1][pixel * c + k] : c == 1 ? class : class == k;
}

/* One channel tells two classes apart, of which it is the second's. */
static Truth truth_at(const Frame *f, long pixel)
{
    int c = in_shape(f, 0).c;
    Truth truth = { .share = scratch(f, c), .weight = scratch(f, c) };
    fill_shares(f, pixel, c, &truth);
    if (!f->op->weighted || !truth.counts)
        truth.all = 1;
    for (int k = 0; k < c; k++) {
        double t = truth.share[k];
        truth.weight[k] = !f->op->weighted ? 1 : c == 1 ? weight_of(f, 0) * (1 - t) + weight_of(f, 1) * t
                                                        : weight_of(f, k);
        truth.all += f->op->weighted && truth.counts ? t * weight_of(f, k) : 0;
    }
    return truth;
}

static long pixels_of(const Frame *f)
{
    return (long)in_shape(f, 0).h * in_shape(f, 0).w;
}

/* Of an image, at least 1. */
static double counted(const Frame *f, int image)
{
    long count = 0;
    for (long p = image * pixels_of(f); p < (image + 1) * pixels_of(f); p++)
        count += f->op->target != TARGET_MASK || f->in[1][p] >= 0;
    return count ? (double)count : 1;
}

static bool is_right(const double *z, const double *share, int c)
{
    int best = 0, first = 0;
    for (int k = 1; k < c; k++) {
        best = z[k] > z[best] ? k : best;
        first = share[k] > share[first] ? k : first;
    }
    return best == first;
}

/* ---- of logits, so that nothing overflows ---- */

EVALUATE(SIGMOID_LOSS)
{
    int c = in_shape(f, 0).c;
    for (int i = 0; i < f->n; i++)
        for (long p = i * pixels_of(f); p < (i + 1) * pixels_of(f); p++) {
            Truth truth = truth_at(f, p);
            for (int k = 0; k < c && truth.counts; k++) {
                double z = f->in[0][p * c + k], t = truth.share[k];
                double loss = (z > 0 ? z : 0) - z * t + log1p(exp(-fabs(z)));
                f->out[0][i] += f->op->weight * truth.weight[k] * loss / (counted(f, i) * c);
                f->out[1][i] += ((z > 0) == (t > 0.5)) / (counted(f, i) * c);
            }
        }
}

EVALUATE(SIGMOID_LOSS_GRAD)
{
    int c = in_shape(f, 0).c;
    for (long p = 0; p < f->n * pixels_of(f); p++) {
        Truth truth = truth_at(f, p);
        double parts = counted(f, (int)(p / pixels_of(f))) * c * f->n;
        for (int k = 0; k < c && truth.counts; k++)
            f->out[0][p * c + k] =
                f->op->weight * truth.weight[k] * (activation_value(ACTIVATION_SIGMOID, 0, f->in[0][p * c + k]) - truth.share[k]) / parts;
    }
}

/* The share that is aimed at, some of it evenly spread: Szegedy et al. 2016, section 7. */
static double smoothed(const Frame *f, double share)
{
    return share * (1 - f->op->smooth) + f->op->smooth / in_shape(f, 0).c;
}

EVALUATE(SOFTMAX_LOSS)
{
    int c = in_shape(f, 0).c;
    for (int i = 0; i < f->n; i++)
        for (long p = i * pixels_of(f); p < (i + 1) * pixels_of(f); p++) {
            const double *z = f->in[0] + p * c;
            Truth truth = truth_at(f, p);
            double sum = log_sum_exp(z, c), loss = 0;
            for (int k = 0; k < c; k++) {
                double t = smoothed(f, truth.share[k]);
                loss += t != 0 ? t * (sum - z[k]) : 0;
            }
            if (!truth.counts)
                continue;
            f->out[0][i] += f->op->weight * truth.all * loss / counted(f, i);
            f->out[1][i] += is_right(z, truth.share, c) / counted(f, i);
        }
}

EVALUATE(SOFTMAX_LOSS_GRAD)
{
    int c = in_shape(f, 0).c;
    for (long p = 0; p < f->n * pixels_of(f); p++) {
        Truth truth = truth_at(f, p);
        double sum = log_sum_exp(f->in[0] + p * c, c), all = 0;
        double scale = f->op->weight * truth.all / (counted(f, (int)(p / pixels_of(f))) * f->n);
        for (int k = 0; k < c; k++)
            all += smoothed(f, truth.share[k]);
        for (int k = 0; k < c && truth.counts; k++)
            f->out[0][p * c + k] = scale * (exp(f->in[0][p * c + k] - sum) * all - smoothed(f, truth.share[k]));
    }
}

/* The sums of an image that dice is made of; what they say, with 1 added above and below the line, so that an
 * image without the thing has a loss too. Milletari et al. 2016, equation 3, without the squares. */
typedef struct { double both, either; } Overlap;

static Overlap overlap_of(const Frame *f, int image)
{
    Overlap o = { 0 };
    for (long p = image * pixels_of(f); p < (image + 1) * pixels_of(f); p++) {
        Truth truth = truth_at(f, p);
        double y = activation_value(ACTIVATION_SIGMOID, 0, f->in[0][p]);
        o.both += truth.counts ? y * truth.share[0] : 0;
        o.either += truth.counts ? y + truth.share[0] : 0;
    }
    return o;
}

static double dice_of(Overlap o)
{
    return (2 * o.both + 1) / (o.either + 1);
}

EVALUATE(DICE_LOSS)
{
    for (int i = 0; i < f->n; i++) {
        f->out[0][i] = f->op->weight * (1 - dice_of(overlap_of(f, i)));
        for (long p = i * pixels_of(f); p < (i + 1) * pixels_of(f); p++) {
            Truth truth = truth_at(f, p);
            f->out[1][i] += truth.counts ? ((f->in[0][p] > 0) == (truth.share[0] > 0.5)) / counted(f, i) : 0;
        }
    }
}

EVALUATE(DICE_LOSS_GRAD)
{
    for (int i = 0; i < f->n; i++) {
        Overlap o = overlap_of(f, i);
        for (long p = i * pixels_of(f); p < (i + 1) * pixels_of(f); p++) {
            Truth truth = truth_at(f, p);
            double y = activation_value(ACTIVATION_SIGMOID, 0, f->in[0][p]), slope = (dice_of(o) - 2 * truth.share[0]) / (o.either + 1);
            f->out[0][p] = truth.counts ? f->op->weight * slope * y * (1 - y) / f->n : 0;
        }
    }
}

/* ---- of numbers ---- */

/* Of what an answer is off by: the loss of it, and its slope. Huber 1964. */
typedef struct { double loss, slope; } Penalty;

static Penalty penalty_of(OpKind kind, double delta, double off)
{
    double size = fabs(off), sign = off > 0 ? 1 : off < 0 ? -1 : 0;
    switch (kind) {
    case OP_MSE_LOSS: case OP_MSE_LOSS_GRAD:
        return (Penalty){ off * off, 2 * off };
    case OP_MAE_LOSS: case OP_MAE_LOSS_GRAD:
        return (Penalty){ size, sign };
    default:
        return size <= delta ? (Penalty){ off * off / 2, off }
                             : (Penalty){ delta * (size - delta / 2), delta * sign };
    }
}

static void number_loss(const Frame *f)
{
    long size = in_size(f, 0);
    for (long j = 0; j < f->n * size; j++)
        f->out[0][j / size] +=
            f->op->weight * penalty_of(f->op->kind, f->op->delta, f->in[0][j] - f->in[1][j]).loss / (double)size;
}

static void number_loss_grad(const Frame *f)
{
    long size = in_size(f, 0);
    for (long j = 0; j < f->n * size; j++)
        f->out[0][j] = f->op->weight * penalty_of(f->op->kind, f->op->delta, f->in[0][j] - f->in[1][j]).slope
                     / ((double)size * f->n);
}

EVALUATE(MSE_LOSS)        { number_loss(f); }
EVALUATE(MAE_LOSS)        { number_loss(f); }
EVALUATE(HUBER_LOSS)      { number_loss(f); }
EVALUATE(MSE_LOSS_GRAD)   { number_loss_grad(f); }
EVALUATE(MAE_LOSS_GRAD)   { number_loss_grad(f); }
EVALUATE(HUBER_LOSS_GRAD) { number_loss_grad(f); }

EVALUATE(LOSS_SUM)
{
    for (int i = 0; i < f->n; i++)
        f->out[0][i] = f->in[0][i] + f->in[1][i];
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
