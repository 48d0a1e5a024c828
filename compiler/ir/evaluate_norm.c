/* evaluate_norm.c - what normalising ops mean: see evaluate.c. */

#include "compiler/ir/evaluate.h"

#include <math.h>
#include <string.h>

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
