/* bound_curve.c - how far off functions that bend may be: see bound.c. */

#include "tests/generated/bound.h"

#include <math.h>

void sigmoid_rule(Rule *r)
{
    for (long k = 0; k < r->count; k++)
        r->bound[k] = r->error[0][k] / 4 + 8 * ROUNDING * r->y[k] + 0x1p-148;
}

void sigmoid_grad_rule(Rule *r)
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
void activation_rule(Rule *r)
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

void activation_grad_rule(Rule *r)
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

double softmax_factor(const double *z, const double *e, int c)
{
    double off = 0, most = -INFINITY, least = INFINITY;
    for (int k = 0; k < c; k++) {
        off = fmax(off, e[k]);
        most = fmax(most, z[k]);
        least = fmin(least, z[k]);
    }
    return expm1(2 * off + 4 * ROUNDING * (fmin(most - least, GAP) + 8));
}

void softmax_rule(Rule *r)
{
    int c = r->op->out[0]->dim[2];
    for (long p = 0; p < r->count; p += c)
        for (int k = 0; k < c; k++)
            r->bound[p + k] = r->y[p + k] * softmax_factor(r->x[0] + p, r->error[0] + p, c) + 0x1p-148;
}

void softmax_grad_rule(Rule *r)
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
