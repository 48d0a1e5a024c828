/* bound_norm.c - how far off what is normalised may be: see bound.c. */

#include "tests/generated/bound.h"

#include <math.h>

/* ---- batch norm: nothing of it is exact, since it divides by a root ---- */

/* 1 / deviation, and how far off it may be, relative to it. */
typedef struct { double is, off; } Inverse;

static Inverse inverse_of(const Rule *r, double variance, double off)
{
    double all = variance + r->op->epsilon, least = fmax(all - off, r->op->epsilon);
    return (Inverse){ 1 / sqrt(all), sqrt(all / least) - 1 + 4 * ROUNDING };
}

/* Numbers that are moved all alike have the variance that they had. */
void batch_moments_rule(Rule *r)
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

void running_mean_rule(Rule *r)
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

void batch_norm_rule(Rule *r)
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

void batch_norm_grad_weight_rule(Rule *r)
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

void batch_norm_grad_input_rule(Rule *r)
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

void frozen_norm_grad_input_rule(Rule *r)
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

void part_norm_rule(Rule *r)
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

void part_norm_grad_rule(Rule *r)
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

void local_norm_rule(Rule *r)
{
    for (long j = 0; j < r->count; j++) {
        Response response = response_at(r, j);
        double x = fabs(r->x[0][j]), e = r->error[0][j];
        r->bound[j] = response.power * (e + (x + e) * response.off) + 2 * ROUNDING * fabs(r->y[j]);
    }
}

void local_norm_grad_rule(Rule *r)
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
