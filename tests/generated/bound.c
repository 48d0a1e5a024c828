/* bound.c - how far a float program may be from the evaluator, value by value. A sum is exact, and its
 * bound 0, where its terms are whole multiples of a grain and all of them together, without their
 * signs, stay below 2^24 grains: then no partial sum rounds, whatever the order. Otherwise, and behind
 * it, the bound is 4 sqrt(K) 2^-24 sum|ab| for K terms, and what the inputs' bounds make of it. Where a
 * program may sum by Winograd's tiles, nothing but zeros is exact, and the bound is tiles.c's. */

#include "tests/generated/bound.h"

#include <math.h>
#include <string.h>

#include "tests/generated/tiles.h"

double **other_inputs(const Rule *r)
{
    return arena_array(arena_of(r), double *, r->op->ins);
}

double *evaluate_alone(const Rule *r, double *const *in)
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

double grain_of(const double *x, long count)
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

bool are_floats(const double *x, long count)
{
    for (long i = 0; i < count; i++)
        if ((double)(float)x[i] != x[i])
            return false;
    return true;
}

double largest(const double *x, long count)
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
    double **exact = other_inputs(r), **off = other_inputs(r), **one = other_inputs(r);
    for (int i = r->op->kind == OP_MAX_POOL_GRAD; i < r->op->ins; i++)
        exact[i] = magnitudes(r, i, false);
    double *total = evaluate_alone(r, exact);
    bool tiles = !r->all->recipe->direct && has_tiles(r->op);
    if (is_exact(r, total) && (!tiles || largest(exact[0], value_count(r->op->in[0], r->n)) == 0))
        return;
    for (int i = r->op->kind == OP_MAX_POOL_GRAD; i < r->op->ins; i++) {
        off[i] = magnitudes(r, i, true);
        one[i] = ones(r, i);
    }
    const double *reached = evaluate_alone(r, off), *terms = evaluate_alone(r, one);
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
    double **error = other_inputs(r);
    for (int i = 0; i < r->op->ins; i++)
        error[i] = r->all->bound[r->op->in[i]->id];
    memcpy(r->bound, evaluate_alone(r, error), sizeof *r->bound * (size_t)r->count);
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
    memcpy(r->bound, evaluate_alone(r, in), sizeof *r->bound * (size_t)r->count);
    count_near_winners(r);
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
