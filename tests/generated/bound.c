/* bound.c - how far a float program may be from the evaluator, value by value. A sum is exact, and its
 * bound 0, where its terms are whole multiples of a grain and all of them together, without their
 * signs, stay below 2^24 grains: then no partial sum rounds, whatever the order. Otherwise, and behind
 * it, the bound is 4 sqrt(K) 2^-24 sum|ab| for K terms, and what the inputs' bounds make of it. Where a
 * program may sum by Winograd's tiles, nothing but zeros is exact, and the bound is tiles.c's. */

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "compiler/plan/choose.h"
#include "tests/generated/reference.h"
#include "tests/generated/tiles.h"

#define ROUNDING 0x1p-24

/* A gap between logits behind which nothing of a probability is left in a float. */
#define GAP 128

typedef struct {
    Evaluated *all;
    const Op *op;
    int n;
    long count;                 /* of out[0] */
    double *x[2], *error[2];    /* values and bounds of the first two inputs */
    double *y, *bound;          /* of out[0] */
} Rule;

static Arena *arena_of(const Rule *r)
{
    return r->all->graph->arena;
}

/* Room for other inputs, all NULL. */
static double **inputs(const Rule *r)
{
    return arena_array(arena_of(r), double *, r->op->ins);
}

/* The op alone on other inputs; in[] by the op's inputs, NULL: as they are. Returns out[0]. */
static double *apply(const Rule *r, double *const *in)
{
    const Evaluation *e = &r->all->evaluation;
    Graph one = *r->all->graph;
    Op *op = (Op *)r->op;
    one.op = &op;
    one.ops = 1;
    Evaluation changed = *e;
    changed.data = arena_array(one.arena, double *, one.values);
    memcpy(changed.data, e->data, sizeof *e->data * (size_t)one.values);
    for (int i = 0; i < op->ins; i++)
        if (in[i])
            changed.data[op->in[i]->id] = in[i];
    for (int i = 0; i < MOST_OUTS; i++)
        if (op->out[i])
            changed.data[op->out[i]->id] = arena_array(one.arena, double, value_count(op->out[i], r->n));
    graph_evaluate(&one, &changed);
    return changed.data[op->out[0]->id];
}

static bool is_product(OpKind kind)
{
    return kind == OP_CONV || kind == OP_CONV_GRAD_INPUT || kind == OP_CONV_GRAD_WEIGHT || kind == OP_DECONV
        || kind == OP_DECONV_GRAD_INPUT || kind == OP_DENSE || kind == OP_DENSE_GRAD_INPUT
        || kind == OP_DENSE_GRAD_WEIGHT || kind == OP_MULTIPLY || kind == OP_MULTIPLY_GRAD;
}

/* Parts of a pixel between four are multiples of one over these many. */
static bool is_bilinear(OpKind kind)
{
    return kind == OP_UPSAMPLE_BILINEAR || kind == OP_UPSAMPLE_BILINEAR_GRAD;
}

static bool is_average(OpKind kind)
{
    return kind == OP_AVERAGE_POOL || kind == OP_AVERAGE_POOL_GRAD;
}

/* ---- exact sums ---- */

/* The largest power of two of which all elements are multiples; infinite for zeros alone. */
static double grain_of(const double *x, long count)
{
    double grain = INFINITY;
    for (long i = 0; i < count; i++) {
        if (x[i] == 0)
            continue;
        int exponent;
        double m = frexp(fabs(x[i]), &exponent);
        unsigned long long bits = (unsigned long long)ldexp(m, 53);
        grain = fmin(grain, ldexp(1, exponent - 53 + __builtin_ctzll(bits)));
    }
    return grain;
}

static bool are_floats(const double *x, long count)
{
    for (long i = 0; i < count; i++)
        if ((double)(float)x[i] != x[i])
            return false;
    return true;
}

static double largest(const double *x, long count)
{
    double most = 0;
    for (long i = 0; i < count; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* `total`: the sums of the terms without their signs. */
static bool is_exact(const Rule *r, const double *total)
{
    const Op *op = r->op;
    double grain = is_product(op->kind) ? 1 : INFINITY, most = largest(total, r->count);
    for (int i = 0; i < op->ins; i++) {
        if (op->kind == OP_MAX_POOL_GRAD && i == 0)
            continue;           /* the winners */
        long count = value_count(op->in[i], r->n);
        if (largest(r->all->bound[op->in[i]->id], count) > 0)
            return false;
        double g = grain_of(r->all->evaluation.data[op->in[i]->id], count);
        grain = is_product(op->kind) ? grain * g : fmin(grain, g);
    }
    double area = op->window.h * (double)op->window.w;
    if (op->kind == OP_AVERAGE_POOL)
        most *= area;
    if (op->kind == OP_AVERAGE_POOL_GRAD)
        grain /= area;
    if (is_bilinear(op->kind))
        grain /= 4 * area;
    return (most == 0 || most / grain < 0x1p24) && are_floats(r->y, r->count);
}

/* ---- sums and products ---- */

static double *magnitudes(const Rule *r, int i, bool with_error)
{
    long count = value_count(r->op->in[i], r->n);
    const double *x = r->all->evaluation.data[r->op->in[i]->id], *e = r->all->bound[r->op->in[i]->id];
    double *m = arena_array(arena_of(r), double, count);
    for (long k = 0; k < count; k++)
        m[k] = fabs(x[k]) + (with_error ? e[k] : 0);
    return m;
}

static double *ones(const Rule *r, int i)
{
    long count = value_count(r->op->in[i], r->n);
    double *m = arena_array(arena_of(r), double, count);
    for (long k = 0; k < count; k++)
        m[k] = 1;
    return m;
}

static void sum_rule(Rule *r)
{
    double **exact = inputs(r), **off = inputs(r), **one = inputs(r);
    for (int i = r->op->kind == OP_MAX_POOL_GRAD; i < r->op->ins; i++)
        exact[i] = magnitudes(r, i, false);
    double *total = apply(r, exact);
    bool tiles = !r->all->recipe->direct && has_tiles(r->op);
    if (is_exact(r, total) && (!tiles || largest(exact[0], value_count(r->op->in[0], r->n)) == 0))
        return;
    for (int i = r->op->kind == OP_MAX_POOL_GRAD; i < r->op->ins; i++) {
        off[i] = magnitudes(r, i, true);
        one[i] = ones(r, i);
    }
    const double *reached = apply(r, off), *terms = apply(r, one);
    /* A pixel near another one is reached by the whole way from the first of the two. */
    bool way = r->op->kind == OP_UPSAMPLE_BILINEAR;
    double beyond = way ? 4 * ROUNDING * largest(r->x[0], value_count(r->op->in[0], r->n)) : 0;
    for (long k = 0; k < r->count; k++) {
        double many = is_average(r->op->kind) ? r->op->window.h * r->op->window.w : terms[k] + 1;
        r->bound[k] = reached[k] - total[k] + 4 * sqrt(many) * ROUNDING * reached[k] + beyond;
    }
    const double *rounding = tiles ? tiles_bound(arena_of(r), r->op, r->n, off[0], off[1]) : NULL;
    for (long k = 0; k < r->count && tiles; k++)
        r->bound[k] = fmax(r->bound[k], reached[k] - total[k] + rounding[k]);
}

/* Numbers that only move carry their bounds with them. */
static void move_rule(Rule *r)
{
    double **error = inputs(r);
    for (int i = 0; i < r->op->ins; i++)
        error[i] = r->all->bound[r->op->in[i]->id];
    memcpy(r->bound, apply(r, error), sizeof *r->bound * (size_t)r->count);
}

/* ---- where rounding may decide ---- */

static void relu_rule(Rule *r)
{
    for (long k = 0; k < r->count; k++) {
        double e = r->error[0][k];
        r->bound[k] = r->x[0][k] < -e ? 0 : e;
        r->all->unsure += e > 0 && fabs(r->x[0][k]) <= e;
    }
}

static void relu_grad_rule(Rule *r)
{
    for (long k = 0; k < r->count; k++)
        r->bound[k] = r->x[0][k] > 0 ? r->error[1][k] : 0;
}

/* Who else comes so near to the winner of a window that rounding may change it. Who is its equal is a copy of
 * it, from windows that overlapped before, and stays its equal. */
static void count_near_winners(Rule *r)
{
    const Op *op = r->op;
    Shape xs = image_shape(op->in[0]), ys = image_shape(op->out[0]);
    const double *winner = r->all->evaluation.data[op->out[1]->id];
    for (long k = 0; k < r->count; k++) {
        long c = k % ys.c, q = k / ys.c % ys.w, p = k / ys.c / ys.w % ys.h, image = k / shape_size(ys);
        long top = p * op->stride.h - op->padding.top, left = q * op->stride.w - op->padding.left;
        for (int i = 0; i < op->window.h * op->window.w; i++) {
            long h = top + i / op->window.w, w = left + i % op->window.w;
            if (i == winner[k] || h < 0 || h >= xs.h || w < 0 || w >= xs.w)
                continue;
            long at = image * shape_size(xs) + (h * xs.w + w) * xs.c + c;
            double reach = r->bound[k] + r->error[0][at];
            r->all->unsure += reach > 0 && r->x[0][at] >= r->y[k] - reach && r->x[0][at] != r->y[k];
        }
    }
}

static void max_pool_rule(Rule *r)
{
    double *in[] = { r->error[0] };
    memcpy(r->bound, apply(r, in), sizeof *r->bound * (size_t)r->count);
    count_near_winners(r);
}

/* ---- functions that bend ---- */

static void sigmoid_rule(Rule *r)
{
    for (long k = 0; k < r->count; k++)
        r->bound[k] = r->error[0][k] / 4 + 8 * ROUNDING * r->y[k] + 0x1p-148;
}

static void sigmoid_grad_rule(Rule *r)
{
    for (long k = 0; k < r->count; k++) {
        double y = r->x[0][k], ey = r->error[0][k], dy = fabs(r->x[1][k]), ed = r->error[1][k];
        double slope = y * (1 - y), off = ey + ey * ey + 4 * ROUNDING * slope;
        r->bound[k] = ed * (slope + off) + dy * off + 2 * ROUNDING * fabs(r->y[k]);
    }
}

/* Of each activation: how steep it is at most, and how steep its slope is by what tells it; how far off floats are, in
 * halves of a last place of the value, and of 1 (see tests/kernels/wide/smooth.c). What jumps is not for slopes. */
typedef struct { double slope, bend, units, slope_halves; } Curve;

static const Curve curves[ACTIVATIONS] = {
    [ACTIVATION_RELU6] = { 1, 0, 0, 0 },
    [ACTIVATION_LEAKY] = { 1, 0, 2, 1 },
    [ACTIVATION_ELU] = { 1, 1, 4, 2 },
    [ACTIVATION_GELU] = { 1.13, 0.8, 16, 10 },
    [ACTIVATION_SILU] = { 1.1, 0.5, 8, 8 },
    [ACTIVATION_TANH] = { 1, 2, 8, 2 },
    [ACTIVATION_HARD_SIGMOID] = { 1.0 / 6, 0, 4, 1 },
    [ACTIVATION_HARD_SWISH] = { 1.5, 1.0 / 3, 6, 3 },
};

/* Where an activation's slope jumps, an x that is near goes to one side or to the other. */
static bool is_near_a_corner(ActivationKind kind, double x, double e)
{
    switch (kind) {
    case ACTIVATION_LEAKY:
        return fabs(x) <= e;
    case ACTIVATION_RELU6:
        return fabs(x) <= e || fabs(x - 6) <= e;
    case ACTIVATION_HARD_SIGMOID: case ACTIVATION_HARD_SWISH:
        return fabs(fabs(x) - 3) <= e + 4 * ROUNDING;
    default:
        return false;
    }
}

/* Where it is flat, all of a neighbourhood has one value, which no rounding reaches. */
static bool is_flat(ActivationKind kind, double x, double e)
{
    switch (kind) {
    case ACTIVATION_RELU6:
        return x < -e || x > 6 + e;
    case ACTIVATION_HARD_SIGMOID:
        return fabs(x) > 3 + e + 4 * ROUNDING;
    case ACTIVATION_HARD_SWISH:
        return x < -3 - e - 4 * ROUNDING;
    default:
        return false;
    }
}

/* A float that times a whole number is rounded by nothing. */
static void activation_rule(Rule *r)
{
    ActivationKind kind = r->op->activation;
    const Curve *curve = &curves[kind];
    for (long k = 0; k < r->count; k++) {
        double x = r->x[0][k], e = r->error[0][k], y = r->y[k];
        bool share = kind == ACTIVATION_LEAKY && are_floats(&r->op->rate, 1) && are_floats(&y, 1);
        bool same = (e == 0 && (share || y == x || y == 0)) || is_flat(kind, x, e);
        double steep = kind == ACTIVATION_LEAKY ? fmax(1, r->op->rate) : curve->slope;
        double squared = kind == ACTIVATION_GELU ? x * x : 0;
        r->bound[k] = same ? 0 : e * steep + (curve->units + squared) * ROUNDING * (fabs(y) + e) + 0x1p-148;
        r->all->unsure += e > 0 && is_near_a_corner(kind, x, e);
    }
}

static void activation_grad_rule(Rule *r)
{
    const Curve *curve = &curves[r->op->activation];
    for (long k = 0; k < r->count; k++) {
        double slope = activation_slope(r->op->activation, r->op->rate, r->x[0][k]);
        double dy = fabs(r->x[1][k]), ed = r->error[1][k];
        bool whole = r->error[0][k] == 0 && (double)(float)slope == slope && ed == 0;
        double off = whole ? 0 : r->error[0][k] * curve->bend + curve->slope_halves * ROUNDING;
        bool same = whole && (double)(float)r->y[k] == r->y[k];
        r->bound[k] = same ? 0 : ed * (fabs(slope) + off) + dy * off + 2 * ROUNDING * fabs(r->y[k]) + 0x1p-148;
    }
}

/* Relative: a step of each logit, and of the sum, times e to it. */
static double softmax_factor(const double *z, const double *e, int c)
{
    double off = 0, most = -INFINITY, least = INFINITY;
    for (int k = 0; k < c; k++) {
        off = fmax(off, e[k]);
        most = fmax(most, z[k]);
        least = fmin(least, z[k]);
    }
    return expm1(2 * off + 4 * ROUNDING * (fmin(most - least, GAP) + 8));
}

static void softmax_rule(Rule *r)
{
    int c = r->op->out[0]->dim[2];
    for (long p = 0; p < r->count; p += c)
        for (int k = 0; k < c; k++)
            r->bound[p + k] = r->y[p + k] * softmax_factor(r->x[0] + p, r->error[0] + p, c) + 0x1p-148;
}

static void softmax_grad_rule(Rule *r)
{
    int c = r->op->out[0]->dim[2];
    for (long p = 0; p < r->count; p += c) {
        const double *y = r->x[0] + p, *ey = r->error[0] + p, *dy = r->x[1] + p, *ed = r->error[1] + p;
        double dot = 0, off = 0;
        for (int k = 0; k < c; k++) {
            dot += fabs(y[k] * dy[k]);
            off += ey[k] * fabs(dy[k]) + (y[k] + ey[k]) * ed[k];
        }
        off += ROUNDING * dot;
        for (int k = 0; k < c; k++) {
            double inner = fabs(dy[k]) + dot, inner_off = ed[k] + off + ROUNDING * inner;
            r->bound[p + k] = ey[k] * inner + (y[k] + ey[k]) * inner_off + ROUNDING * fabs(r->y[p + k]);
        }
    }
}

/* ---- batch norm: nothing of it is exact, since it divides by a root ---- */

static const double *value_of(const Rule *r, int i) { return r->all->evaluation.data[r->op->in[i]->id]; }
static const double *bound_of(const Rule *r, int i) { return r->all->bound[r->op->in[i]->id]; }

/* 1 / deviation, and how far off it may be, relative to it. */
typedef struct { double is, off; } Inverse;

static Inverse inverse_of(const Rule *r, double variance, double off)
{
    double all = variance + r->op->epsilon, least = fmax(all - off, r->op->epsilon);
    return (Inverse){ 1 / sqrt(all), sqrt(all / least) - 1 + 4 * ROUNDING };
}

/* Numbers that are moved all alike have the variance that they had. */
static void batch_moments_rule(Rule *r)
{
    int c = r->op->out[0]->dim[0];
    long all = value_count(r->op->in[0], r->n);
    double count = (double)(all / c), rounding = 4 * sqrt(count) * ROUNDING;
    const double *variance = r->all->evaluation.data[r->op->out[1]->id];
    double *of_variance = r->all->bound[r->op->out[1]->id];
    for (int k = 0; k < c; k++) {
        double size = 0, off = 0, turned = 0;
        for (long j = k; j < all; j += c) {
            double e = r->error[0][j];
            size += fabs(r->x[0][j]) / count;
            off += e / count;
            turned += (2 * fabs(r->x[0][j] - r->y[k]) + e) * e / count;
        }
        r->bound[k] = off + rounding * (size + off);
        of_variance[k] = turned + r->bound[k] * r->bound[k] + rounding * variance[k]
                       + 4 * sqrt(variance[k]) * rounding * size;
    }
}

static void running_mean_rule(Rule *r)
{
    double keep = r->op->keep;
    for (long k = 0; k < r->count; k++)
        r->bound[k] = keep * r->error[0][k] + (1 - keep) * r->error[1][k]
                    + 4 * ROUNDING * (fabs(r->x[0][k]) + fabs(r->x[1][k]));
}

/* How far x is off its mean, and by how much that may be wrong. */
static double off_mean(const Rule *r, long j, int k, double *error)
{
    double off = fabs(value_of(r, 0)[j] - value_of(r, 1)[k]);
    *error = bound_of(r, 0)[j] + bound_of(r, 1)[k] + ROUNDING * off;
    return off;
}

static void batch_norm_rule(Rule *r)
{
    const double *w = value_of(r, 3), *b = value_of(r, 4);
    int c = r->op->out[0]->dim[2];
    for (long j = 0; j < r->count; j++) {
        int k = (int)(j % c);
        Inverse inverse = inverse_of(r, value_of(r, 2)[k], bound_of(r, 2)[k]);
        double error, off = off_mean(r, j, k, &error), scale = fabs(w[k]) * inverse.is;
        r->bound[j] = scale * (error + inverse.off * (off + error))
                    + 4 * ROUNDING * (scale * off + fabs(b[k]) + fabs(r->y[j]));
    }
}

static void batch_norm_grad_weight_rule(Rule *r)
{
    int c = r->op->out[0]->dim[0];
    long all = value_count(r->op->in[0], r->n);
    double rounding = 4 * sqrt((double)(all / c)) * ROUNDING, *of_db = r->all->bound[r->op->out[1]->id];
    const double *dy = value_of(r, 3), *edy = bound_of(r, 3);
    for (int k = 0; k < c; k++) {
        Inverse inverse = inverse_of(r, value_of(r, 2)[k], bound_of(r, 2)[k]);
        double size = 0, wrong = 0, level = 0;
        for (long j = k; j < all; j += c) {
            double error, off = off_mean(r, j, k, &error);
            size += fabs(dy[j]) * off;
            wrong += (fabs(dy[j]) + edy[j]) * error + edy[j] * off;
            level += fabs(dy[j]);
            of_db[k] += edy[j];
        }
        r->bound[k] = inverse.is * (wrong + (inverse.off + rounding) * (size + wrong));
        of_db[k] += rounding * (level + of_db[k]);
    }
}

static void batch_norm_grad_input_rule(Rule *r)
{
    const double *w = value_of(r, 3), *dy = value_of(r, 4), *dw = value_of(r, 5), *db = value_of(r, 6);
    int c = r->op->out[0]->dim[2];
    double count = (double)(r->count / c);
    for (long j = 0; j < r->count; j++) {
        int k = (int)(j % c);
        Inverse inverse = inverse_of(r, value_of(r, 2)[k], bound_of(r, 2)[k]);
        double error, off = off_mean(r, j, k, &error), scale = fabs(w[k]) * inverse.is;
        double slope = fabs(dw[k]) * inverse.is / count;
        double eslope = inverse.is * (1 + inverse.off) * bound_of(r, 5)[k] / count + slope * (inverse.off + 4 * ROUNDING);
        double size = fabs(dy[j]) + fabs(db[k]) / count + off * slope;
        double wrong = bound_of(r, 4)[j] + bound_of(r, 6)[k] / count + (off + error) * eslope + error * slope;
        r->bound[j] = scale * (wrong + (inverse.off + 8 * ROUNDING) * (size + wrong));
    }
}

static void frozen_norm_grad_input_rule(Rule *r)
{
    const double *w = value_of(r, 1), *dy = value_of(r, 2), *edy = bound_of(r, 2);
    int c = r->op->out[0]->dim[2];
    for (long j = 0; j < r->count; j++) {
        Inverse inverse = inverse_of(r, value_of(r, 0)[j % c], bound_of(r, 0)[j % c]);
        r->bound[j] = fabs(w[j % c]) * inverse.is * (edy[j] + (inverse.off + 2 * ROUNDING) * (fabs(dy[j]) + edy[j]));
    }
}

/* ---- norms of parts of an image ---- */

/* The parts of all images, and of each its moments, with how far off they may be. */
typedef struct {
    Shape shape;
    long parts;                 /* of an image */
    double count, rounding;     /* numbers in a part; of a sum of so many, relative */
    double *mean, *emean, *variance, *evariance;
} Parts;

static long part_at(const Rule *r, const Parts *p, long j)
{
    long image = j / shape_size(p->shape), at = j % shape_size(p->shape);
    bool by_pixel = r->op->kind == OP_LAYER_NORM || r->op->kind == OP_LAYER_NORM_GRAD;
    return image * p->parts + (by_pixel ? at / p->shape.c : at % p->shape.c / (p->shape.c / r->op->groups));
}

static Parts parts_of(const Rule *r)
{
    Parts p = { .shape = image_shape(r->op->in[0]) };
    p.parts = r->op->groups ? r->op->groups : (long)p.shape.h * p.shape.w;
    p.count = (double)(shape_size(p.shape) / p.parts);
    p.rounding = 4 * sqrt(p.count) * ROUNDING;
    long all = r->n * shape_size(p.shape), parts = r->n * p.parts;
    double **room[] = { &p.mean, &p.emean, &p.variance, &p.evariance };
    for (int i = 0; i < 4; i++)
        *room[i] = arena_array(arena_of(r), double, parts);
    double *size = arena_array(arena_of(r), double, parts);
    for (long j = 0; j < all; j++) {
        p.mean[part_at(r, &p, j)] += r->x[0][j] / p.count;
        p.emean[part_at(r, &p, j)] += r->error[0][j] / p.count;
        size[part_at(r, &p, j)] += fabs(r->x[0][j]) / p.count;
    }
    for (long k = 0; k < parts; k++)
        p.emean[k] += p.rounding * (size[k] + p.emean[k]);
    for (long j = 0; j < all; j++) {
        long k = part_at(r, &p, j);
        double off = r->x[0][j] - p.mean[k], e = r->error[0][j];
        p.variance[k] += off * off / p.count;
        p.evariance[k] += (2 * fabs(off) + e) * e / p.count;
    }
    for (long k = 0; k < parts; k++)
        p.evariance[k] += p.emean[k] * p.emean[k] + p.rounding * (p.variance[k] + 4 * sqrt(p.variance[k]) * size[k]);
    return p;
}

/* What x is off its part's mean, over the deviation. */
static double off_part(const Rule *r, const Parts *p, long j, Inverse *inverse, double *error)
{
    long k = part_at(r, p, j);
    *inverse = inverse_of(r, p->variance[k], p->evariance[k]);
    double off = fabs(r->x[0][j] - p->mean[k]) * inverse->is;
    *error = inverse->is * (1 + inverse->off) * (r->error[0][j] + p->emean[k]) + off * (inverse->off + 2 * ROUNDING);
    return off;
}

static void part_norm_rule(Rule *r)
{
    Parts p = parts_of(r);
    const double *w = value_of(r, 1), *b = value_of(r, 2);
    for (long j = 0; j < r->count; j++) {
        Inverse inverse;
        double error, off = off_part(r, &p, j, &inverse, &error);
        int k = (int)(j % p.shape.c);
        r->bound[j] = fabs(w[k]) * error + 4 * ROUNDING * (fabs(w[k]) * (off + error) + fabs(b[k]) + fabs(r->y[j]));
    }
}

static void part_norm_grad_rule(Rule *r)
{
    Parts p = parts_of(r);
    long parts = r->n * p.parts;
    const double *w = value_of(r, 1), *dy = value_of(r, 2), *edy = bound_of(r, 2);
    double *dw = r->all->bound[r->op->out[1]->id], *db = r->all->bound[r->op->out[2]->id];
    double *sum[4];             /* level and slope, and what they are off */
    for (int i = 0; i < 4; i++)
        sum[i] = arena_array(arena_of(r), double, parts);
    double rounding = 4 * sqrt((double)(r->count / p.shape.c)) * ROUNDING;
    for (long j = 0; j < r->count; j++) {
        Inverse inverse;
        double error, off = off_part(r, &p, j, &inverse, &error);
        long k = part_at(r, &p, j), c = j % p.shape.c;
        double g = fabs(dy[j] * w[c]), eg = fabs(w[c]) * edy[j] + ROUNDING * g;
        double turned = g * off, eturned = eg * (off + error) + g * error;
        sum[0][k] += g / p.count;
        sum[1][k] += (eg + p.rounding * (g + eg)) / p.count;
        sum[2][k] += turned / p.count;
        sum[3][k] += (eturned + p.rounding * (turned + eturned)) / p.count;
        double wrong = edy[j] * (off + error) + fabs(dy[j]) * error;
        dw[c] += wrong + rounding * (fabs(dy[j]) * off + wrong);
        db[c] += edy[j] + rounding * (fabs(dy[j]) + edy[j]);
    }
    for (long j = 0; j < r->count; j++) {
        Inverse inverse;
        double error, off = off_part(r, &p, j, &inverse, &error);
        long k = part_at(r, &p, j), c = j % p.shape.c;
        double g = fabs(dy[j] * w[c]), eg = fabs(w[c]) * edy[j] + ROUNDING * g;
        double size = g + sum[0][k] + off * sum[2][k];
        double wrong = eg + sum[1][k] + (off + error) * sum[3][k] + error * sum[2][k];
        r->bound[j] = inverse.is * (wrong + (inverse.off + 8 * ROUNDING) * (size + wrong));
    }
}

/* ---- local response normalisation ---- */

/* What a number is divided by the beta'th power of; the power, and how far off that is, relative to it. */
typedef struct { double by, power, off; } Response;

static Response response_at(const Rule *r, long j)
{
    const Op *op = r->op;
    int c = op->in[0]->dim[2];
    long pixel = j - j % c, first = j - op->size / 2, last = j + (op->size - 1) / 2;
    Response found = { .by = op->level };
    double off = 0;
    for (long k = first < pixel ? pixel : first; k <= last && k < pixel + c; k++) {
        found.by += op->alpha * r->x[0][k] * r->x[0][k];
        off += op->alpha * (2 * fabs(r->x[0][k]) + r->error[0][k]) * r->error[0][k];
    }
    off += (op->size + 3) * ROUNDING * (found.by + off);
    found.power = pow(found.by, -op->beta);
    found.off = expm1(op->beta * off / fmax(found.by - off, op->level)
                      + 8 * ROUNDING * (1 + fabs(op->beta * log(found.by))));
    return found;
}

static void local_norm_rule(Rule *r)
{
    for (long j = 0; j < r->count; j++) {
        Response response = response_at(r, j);
        double x = fabs(r->x[0][j]), e = r->error[0][j];
        r->bound[j] = response.power * (e + (x + e) * response.off) + 2 * ROUNDING * fabs(r->y[j]);
    }
}

static void local_norm_grad_rule(Rule *r)
{
    const Op *op = r->op;
    int c = op->in[0]->dim[2];
    double factor = 2 * op->alpha * op->beta, rounding = (op->size + 4) * ROUNDING;
    for (long j = 0; j < r->count; j++) {
        Response own = response_at(r, j);
        double x = fabs(r->x[0][j]), ex = r->error[0][j], dy = fabs(r->x[1][j]), edy = r->error[1][j];
        r->bound[j] += own.power * (edy + (dy + edy) * (own.off + 2 * ROUNDING));
        long pixel = j - j % c, first = j - (op->size - 1) / 2, last = j + op->size / 2;
        for (long k = first < pixel ? pixel : first; k <= last && k < pixel + c; k++) {
            Response of = response_at(r, k);
            double xk = fabs(r->x[0][k]), exk = r->error[0][k], dk = fabs(r->x[1][k]), edk = r->error[1][k];
            double pull = dk * xk * of.power / of.by, most = (dk + edk) * (xk + exk) * of.power / of.by;
            double wrong = most - pull + most * ((1 + 1 / op->beta) * of.off + 4 * ROUNDING);
            r->bound[j] += factor * ((x + ex) * (wrong + rounding * (pull + wrong)) + ex * pull);
        }
    }
}

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
static void loss_rule(Rule *r)
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

static void loss_grad_rule(Rule *r)
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
static void dice_grad_rule(Rule *r)
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

static void number_loss_rule(Rule *r)
{
    long size = value_size(r->op->in[0]), count = r->n * size;
    double **in = inputs(r), *off = off_by(r, count);
    in[0] = arena_array(arena_of(r), double, count);
    for (long k = 0; k < count; k++)
        in[0][k] = r->x[0][k] + (r->x[0][k] < r->x[1][k] ? -off[k] : off[k]);
    const double *most = apply(r, in);
    for (int i = 0; i < r->n; i++) {
        bool exact = largest(off + i * size, size) == 0 && are_floats(&r->y[i], 1);
        r->bound[i] = exact ? 0 : most[i] - r->y[i] + 8 * ROUNDING * most[i];
    }
}

static void number_loss_grad_rule(Rule *r)
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

/* ---- updates ---- */

/* A length's error is at most that of the vector; floats add squares one after another in each lane. */
static void clip_rule(Rule *r)
{
    double squares = 0, errors = 0, count = 0;
    for (int i = 0; i < r->op->ins; i++) {
        const Value *g = r->op->in[i];
        long size = value_size(g);
        for (long k = 0; k < size; k++) {
            squares += pow(r->all->evaluation.data[g->id][k], 2);
            errors += pow(r->all->bound[g->id][k], 2);
        }
        count += (double)size;
    }
    double length = sqrt(squares), off = sqrt(errors) + length * ROUNDING * (8 + count / 4);
    if (length + off <= r->op->length)
        return;
    r->bound[0] = fmin(1, r->op->length / fmax(length - off, 1e-30)) - r->op->length / (length + off) + ROUNDING;
}

static void scale_rule(Rule *r)
{
    double factor = r->x[1][0], off = r->error[1][0];
    for (long k = 0; k < r->count; k++)
        r->bound[k] = factor == 1 && off == 0 ? r->error[0][k]
                    : (factor + off) * r->error[0][k] + (off + 2 * ROUNDING) * fabs(r->x[0][k]);
}

typedef struct {
    const JobTrain *train;
    double w, g, eg, rate;      /* eg: the bound of g */
    double s[2];                /* the states before */
} Change;

static bool is_adam(OpKind kind)
{
    return kind == OP_ADAM || kind == OP_ADAMW;
}

/* Bounds of the new weight and states. */
static void step_bound(OpKind kind, const Change *p, double *w, double s[2])
{
    const JobTrain *t = p->train;
    double g = fabs(p->g), size = fabs(p->w);
    if (kind == OP_SGD) {
        double speed = t->momentum * fabs(p->s[0]) + p->rate * g;
        s[0] = p->rate * p->eg + 4 * ROUNDING * speed;
        *w = (1 + t->momentum) * s[0] + 4 * ROUNDING * (size + 2 * speed);
        return;
    }
    bool adam = is_adam(kind);
    double rho = adam ? t->beta2 : t->rho, v = p->s[adam];
    double square = rho * v + (1 - rho) * g * g;
    double ev = (1 - rho) * (2 * g + p->eg) * p->eg + 8 * ROUNDING * (v + square);
    double root = sqrt(square + (adam ? 0 : t->epsilon)) + (adam ? t->epsilon : 0);
    double top = adam ? t->beta1 * fabs(p->s[0]) + (1 - t->beta1) * g : g;
    double etop = adam ? (1 - t->beta1) * p->eg + 8 * ROUNDING * (fabs(p->s[0]) + g) : p->eg;
    double step = p->rate * top / root;
    *w = p->rate * etop / root + step * ev / square + 16 * ROUNDING * step + 2 * ROUNDING * size;
    s[adam] = ev;
    if (adam)
        s[0] = etop;
}

static void update_rule(Rule *r)
{
    const Op *op = r->op;
    const JobTrain *train = r->all->graph->train;
    double decay = op->out[0]->dims > 1 ? train->decay : 0, update = (double)r->all->evaluation.update;
    double rate = train->rate * (op->factor != 0 ? op->factor : 1);
    bool plain = op->kind == OP_SGD && op->ins == 2 && decay == 0 && rate == 1;
    double grain = fmin(grain_of(r->x[0], r->count), grain_of(r->x[1], r->count));
    Change step = { .train = train, .rate = rate };
    if (is_adam(op->kind))
        step.rate *= sqrt(1 - pow(train->beta2, update)) / (1 - pow(train->beta1, update));
    for (long k = 0; k < r->count; k++) {
        double s[2] = { 0 };
        step.w = r->x[0][k];
        step.g = r->x[1][k] + (op->kind == OP_ADAMW ? 0 : decay * step.w);
        step.eg = r->error[1][k];
        if (decay != 0)
            step.eg += 2 * ROUNDING * fabs(decay * step.w) + ROUNDING * fabs(step.g);
        for (int i = 2; i < op->ins; i++)
            step.s[i - 2] = r->all->evaluation.data[op->in[i]->id][k];
        if (plain && step.eg == 0 && (fabs(step.w) + fabs(step.g)) / grain < 0x1p24)
            continue;
        step_bound(op->kind, &step, &r->bound[k], s);
        for (int i = 2; i < op->ins; i++)
            r->all->bound[op->out[i - 1]->id][k] = s[i - 2];
    }
}

/* ---- all ---- */

static void choose_rule(Rule *r)
{
    switch (r->op->kind) {
    case OP_INPUT: case OP_TARGET: case OP_PARAMETER: case OP_STATE:
        break;
    case OP_PAD: case OP_CROP: case OP_RESHAPE: case OP_CONCAT: case OP_SLICE: case OP_UPSAMPLE_NEAREST:
        move_rule(r); break;
    case OP_RELU:              relu_rule(r); break;
    case OP_RELU_GRAD:         relu_grad_rule(r); break;
    case OP_MAX_POOL:          max_pool_rule(r); break;
    case OP_SIGMOID:           sigmoid_rule(r); break;
    case OP_SIGMOID_GRAD:      sigmoid_grad_rule(r); break;
    case OP_SOFTMAX:           softmax_rule(r); break;
    case OP_SOFTMAX_GRAD:      softmax_grad_rule(r); break;
    case OP_ACTIVATION:        activation_rule(r); break;
    case OP_ACTIVATION_GRAD:   activation_grad_rule(r); break;
    case OP_LAYER_NORM: case OP_GROUP_NORM:
        part_norm_rule(r); break;
    case OP_LAYER_NORM_GRAD: case OP_GROUP_NORM_GRAD:
        part_norm_grad_rule(r); break;
    case OP_LOCAL_NORM:        local_norm_rule(r); break;
    case OP_LOCAL_NORM_GRAD:   local_norm_grad_rule(r); break;
    case OP_BATCH_MOMENTS:     batch_moments_rule(r); break;
    case OP_RUNNING_MEAN:      running_mean_rule(r); break;
    case OP_BATCH_NORM:        batch_norm_rule(r); break;
    case OP_BATCH_NORM_GRAD_WEIGHT:
        batch_norm_grad_weight_rule(r); break;
    case OP_BATCH_NORM_GRAD_INPUT:
        batch_norm_grad_input_rule(r); break;
    case OP_FROZEN_NORM_GRAD_INPUT:
        frozen_norm_grad_input_rule(r); break;
    case OP_SIGMOID_LOSS: case OP_SOFTMAX_LOSS: case OP_DICE_LOSS:
        loss_rule(r); break;
    case OP_DICE_LOSS_GRAD:    dice_grad_rule(r); break;
    case OP_MSE_LOSS: case OP_MAE_LOSS: case OP_HUBER_LOSS:
        number_loss_rule(r); break;
    case OP_MSE_LOSS_GRAD: case OP_MAE_LOSS_GRAD: case OP_HUBER_LOSS_GRAD:
        number_loss_grad_rule(r); break;
    case OP_SIGMOID_LOSS_GRAD: case OP_SOFTMAX_LOSS_GRAD:
        loss_grad_rule(r); break;
    case OP_SGD: case OP_RMSPROP: case OP_ADAM: case OP_ADAMW:
        update_rule(r); break;
    case OP_CLIP:              clip_rule(r); break;
    case OP_SCALE:             scale_rule(r); break;
    default:
        sum_rule(r);
    }
}

void bound_all(Evaluated *all)
{
    for (int i = 0; i < all->graph->ops; i++) {
        const Op *op = all->graph->op[i];
        Rule r = { .all = all, .op = op, .n = all->recipe->n,
                   .count = value_count(op->out[0], all->recipe->n),
                   .y = all->evaluation.data[op->out[0]->id], .bound = all->bound[op->out[0]->id] };
        for (int k = 0; k < op->ins && k < 2; k++) {
            r.x[k] = all->evaluation.data[op->in[k]->id];
            r.error[k] = all->bound[op->in[k]->id];
        }
        choose_rule(&r);
    }
}
