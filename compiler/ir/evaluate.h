/* evaluate.h - what the files of the evaluator share: evaluate.c with most ops, evaluate_norm.c, evaluate_loss.c. */

#ifndef IR_EVALUATE_H
#define IR_EVALUATE_H

#include "compiler/ir/ir.h"

/* One op while it is evaluated. */
typedef struct {
    const Graph *graph;
    const Op *op;
    Evaluation *evaluation;
    int n;
    double **in;
    double *out[MOST_OUTS];     /* NULL: not wanted */
} Frame;

/* What an op means. One for each row of ops.def. */
#define EVALUATE(ID) void evaluate_##ID(const Frame *f)
#define X(id, ...) EVALUATE(id);
#include "compiler/ir/ops.def"
#undef X

static inline Shape in_shape(const Frame *f, int i)  { return image_shape(f->op->in[i]); }
static inline long  in_size(const Frame *f, int i)   { return value_size(f->op->in[i]); }
static inline long  out_size(const Frame *f, int i)  { return value_size(f->op->out[i]); }

static inline double *scratch(const Frame *f, long count)
{
    return arena_array(f->graph->arena, double, count);
}

/* log of the sum of e^z over c numbers, without overflow. */
double log_sum_exp(const double *z, int c);

#endif
