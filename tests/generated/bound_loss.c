/* bound_loss.c - how far off losses and their gradients may be: see bound.c. */

#include "tests/generated/bound.h"

#include <math.h>

#include "compiler/plan/choose.h"

/* ---- losses ---- */

/* Whether the answer is sure: its logit leads by so much that no float tells its probability from 1. */
static bool is_decided(const double *z, const double *e, int c)
{
    if (c == 1)
        return fabs(z[0]) - e[0] > GAP;
    int best = 0, near = 0;
    for (int k = 1; k < c; k++)
        best = z[k] > z[best] ? k : best;
    for (int k = 0; k < c; k++)
        near += k != best && z[best] - z[k] - e[best] - e[k] < GAP;
    return !near;
}

/* Of an image: its elements, the largest weight of one, whether all of them are sure. */
typedef struct {
    const double *z, *e;
    long size;
    double weight, off;         /* off: the largest of e */
    bool exact;
} Image;

static double heaviest(const Rule *r)
{
    return r->op->weighted ? largest(reference_weights, REFERENCE_WEIGHTS) : 1;
}

static Image image_of(const Rule *r, int i)
{
    long size = value_size(r->op->in[0]);
    int c = r->op->in[0]->dim[2];
    bool softmax = r->op->kind == OP_SOFTMAX_LOSS || r->op->kind == OP_SOFTMAX_LOSS_GRAD;
    Image image = { .z = r->x[0] + i * size, .e = r->error[0] + i * size, .size = size,
                    .weight = r->op->weight * heaviest(r) };
    image.off = largest(image.e, size);
    image.exact = image.off == 0 && r->op->smooth == 0;
    int step = softmax ? c : 1;
    for (long k = 0; k < size; k += step)
        image.exact &= is_decided(image.z + k, image.e + k, step);
    return image;
}

/* The share of an image's answers that may turn. */
static double turning(const Rule *r, const Image *image)
{
    int c = r->op->kind == OP_SOFTMAX_LOSS ? r->op->in[0]->dim[2] : 1;
    long turns = 0;
    for (long p = 0; p < image->size && image->off > 0; p += c) {
        const double *z = image->z + p;
        double lead = c == 1 ? fabs(z[0]) : INFINITY;
        int best = 0;
        for (int k = 1; k < c; k++)
            best = z[k] > z[best] ? k : best;
        for (int k = 0; k < c && c > 1; k++)
            lead = k == best ? lead : fmin(lead, z[best] - z[k]);
        turns += lead <= 2 * image->off;
    }
    return turns ? 1 : 0;
}

/* No loss is steeper than 2 in a logit, and dice less so. */
void loss_rule(Rule *r)
{
    double *right = r->all->bound[r->op->out[1]->id];
    for (int i = 0; i < r->n; i++) {
        Image image = image_of(r, i);
        right[i] = turning(r, &image);
        double rounding = 8 * ROUNDING * (2 * largest(image.z, image.size) + 2 + log((double)image.size));
        if (is_plain_loss(r->op))
            rounding = 2 * ROUNDING * fabs(r->y[i]);
        bool exact = image.exact && r->op->kind != OP_DICE_LOSS && are_floats(&r->y[i], 1);
        r->bound[i] = exact ? 0 : image.weight * (2 * image.off + rounding);
    }
}

/* Of p - t, for each element: how far off p may be. */
static double probability_off(const Rule *r, const Image *image, long k)
{
    int c = r->op->in[0]->dim[2];
    if (r->op->kind == OP_SIGMOID_LOSS_GRAD)
        return image->e[k] / 4;
    return softmax_factor(image->z + k / c * c, image->e + k / c * c, c);
}

void loss_grad_rule(Rule *r)
{
    bool plain = is_plain_loss(r->op);
    for (int i = 0; i < r->n; i++) {
        Image image = image_of(r, i);
        long count = r->op->kind == OP_SOFTMAX_LOSS_GRAD ? pixels(r->op->in[0]) : image.size;
        double parts = (double)(count * r->n);
        bool power = frexp(parts, &(int){ 0 }) == 0.5;
        for (long k = 0; k < image.size; k++) {
            double round = ROUNDING * fabs(r->y[i * image.size + k]) * (plain ? 1 : 4);
            double off = image.weight * (probability_off(r, &image, k) + (plain ? 0 : 8 * ROUNDING));
            /* Where pixels do not count, the others count more. */
            off *= r->op->target == TARGET_MASK ? (double)count : 1;
            r->bound[i * image.size + k] = image.exact ? (power ? 0 : round) : round + off / parts;
        }
    }
}

/* What dice divides by is 1 at least. */
void dice_grad_rule(Rule *r)
{
    for (int i = 0; i < r->n; i++) {
        Image image = image_of(r, i);
        double off = 0;
        for (long k = 0; k < image.size; k++)
            off += image.e[k] / 4 + 4 * ROUNDING;
        for (long k = 0; k < image.size; k++)
            r->bound[i * image.size + k] = r->op->weight / r->n * (image.e[k] / 2 + 2 * off + 16 * ROUNDING);
    }
}

/* ---- losses of numbers ---- */

/* How far what they are off by may be off; the sign of it may turn. */
static double *off_by(const Rule *r, long count)
{
    double *off = arena_array(arena_of(r), double, count);
    for (long k = 0; k < count; k++) {
        double d = fabs(r->x[0][k] - r->x[1][k]);
        off[k] = r->error[0][k] == 0 && are_floats(&d, 1) ? 0 : r->error[0][k] + ROUNDING * d;
    }
    return off;
}

void number_loss_rule(Rule *r)
{
    long size = value_size(r->op->in[0]), count = r->n * size;
    double **in = other_inputs(r), *off = off_by(r, count);
    in[0] = arena_array(arena_of(r), double, count);
    for (long k = 0; k < count; k++)
        in[0][k] = r->x[0][k] + (r->x[0][k] < r->x[1][k] ? -off[k] : off[k]);
    const double *most = evaluate_alone(r, in);
    for (int i = 0; i < r->n; i++) {
        bool exact = largest(off + i * size, size) == 0 && are_floats(&r->y[i], 1);
        r->bound[i] = exact ? 0 : most[i] - r->y[i] + 8 * ROUNDING * most[i];
    }
}

void number_loss_grad_rule(Rule *r)
{
    double *off = off_by(r, r->count), parts = (double)(r->n * value_size(r->op->in[0]));
    bool power = frexp(parts, &(int){ 0 }) == 0.5;
    for (long k = 0; k < r->count; k++) {
        double d = fabs(r->x[0][k] - r->x[1][k]), slope = r->op->kind == OP_MAE_LOSS_GRAD ? 0 : 2;
        r->all->unsure += slope == 0 && off[k] > 0 && d <= off[k];
        r->bound[k] = off[k] == 0 && power && are_floats(&r->y[k], 1)
            ? 0 : r->op->weight * slope * off[k] / parts + 4 * ROUNDING * fabs(r->y[k]);
    }
}
