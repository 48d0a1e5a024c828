/* bound.h - what the files share that tell how far a float may be off: bound.c with sums and what moves, bound_curve.c,
 * bound_norm.c, bound_loss.c, bound_update.c. */

#ifndef TESTS_GENERATED_BOUND_H
#define TESTS_GENERATED_BOUND_H

#include "tests/generated/reference.h"

#define ROUNDING 0x1p-24

/* A gap between logits behind which nothing of a probability is left in a float. */
#define GAP 128

/* One op while its bounds are filled in. */
typedef struct {
    Evaluated *all;
    const Op *op;
    int n;
    long count;                 /* of out[0] */
    double *x[2], *error[2];    /* values and bounds of the first two inputs */
    double *y, *bound;          /* of out[0] */
} Rule;

static inline Arena *arena_of(const Rule *r)                { return r->all->graph->arena; }
static inline const double *value_of(const Rule *r, int i)  { return r->all->evaluation.data[r->op->in[i]->id]; }
static inline const double *bound_of(const Rule *r, int i)  { return r->all->bound[r->op->in[i]->id]; }

/* Room for other inputs, all NULL. */
double **other_inputs(const Rule *r);

/* The op alone on other inputs; in[] by the op's inputs, NULL: as they are. Returns out[0]. */
double *evaluate_alone(const Rule *r, double *const *in);

/* The largest power of two of which all elements are multiples; infinite for zeros alone. */
double grain_of(const double *x, long count);
bool   are_floats(const double *x, long count);
double largest(const double *x, long count);

/* How far off the probabilities of c logits z may be whose bounds are e, relative to them: a step of each logit, and of
 * the sum, times e to it. */
double softmax_factor(const double *z, const double *e, int c);

/* bound_curve.c */
void sigmoid_rule(Rule *r), sigmoid_grad_rule(Rule *r), activation_rule(Rule *r),
     activation_grad_rule(Rule *r), softmax_rule(Rule *r), softmax_grad_rule(Rule *r);

/* bound_norm.c */
void batch_moments_rule(Rule *r), running_mean_rule(Rule *r), batch_norm_rule(Rule *r),
     batch_norm_grad_weight_rule(Rule *r), batch_norm_grad_input_rule(Rule *r),
     frozen_norm_grad_input_rule(Rule *r), part_norm_rule(Rule *r), part_norm_grad_rule(Rule *r),
     local_norm_rule(Rule *r), local_norm_grad_rule(Rule *r);

/* bound_loss.c */
void loss_rule(Rule *r), loss_grad_rule(Rule *r), dice_grad_rule(Rule *r), number_loss_rule(Rule *r),
     number_loss_grad_rule(Rule *r);

/* bound_update.c */
void clip_rule(Rule *r), scale_rule(Rule *r), update_rule(Rule *r);

#endif
