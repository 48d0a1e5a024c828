/* bound_update.c - how far off weights may be, and what optimisers keep: see bound.c. */

#include "tests/generated/bound.h"

#include <math.h>

/* A length's error is at most that of the vector; floats add squares one after another in each lane. */
void clip_rule(Rule *r)
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

void scale_rule(Rule *r)
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

void update_rule(Rule *r)
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
