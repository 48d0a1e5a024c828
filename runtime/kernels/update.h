/* update.h - what an optimiser does to a vector of weights, given their gradient. A kernel calls UPDATE, which
 * the generator composes of these. A weight that is padding has no gradient and stays zero.
 *
 * `share` is 1 minus the memory of a mean (rho, beta), handed over as such since 1.f - 0.999f is 5e-5 off.
 * One product a sum, so that no compiler may choose which to fuse. Needs vec.h.
 *
 * Formulas: Keras's optimizers, https://keras.io/api/optimizers; RMSprop's epsilon is within the root. */

#ifndef RUNTIME_KERNELS_UPDATE_H
#define RUNTIME_KERNELS_UPDATE_H

#include "runtime/kernels/vec.h"

/* What changes from one update to the next. */
typedef struct {
    float rate;
    float adam_rate;            /* rate * sqrt(1 - beta2^t) / (1 - beta1^t) at update t = 1, 2, ... */
} Rates;

/* The gradient with weight decay, before any of the below. */
INLINE vf decayed(vf w, vf g, float decay)
{
    return g + decay * w;
}

/* Decay apart from the gradient (Loshchilov and Hutter 2019), before the step itself. */
INLINE void shrink(vf *w, float rate, float decay)
{
    *w -= rate * decay * *w;
}

INLINE void sgd(vf *w, vf g, float rate)
{
    *w -= rate * g;
}

INLINE vf sgd_speed(vf g, float *speed, float rate, float momentum)
{
    vf step = rate * g;
    IN_REGISTER(step);
    vf v = momentum * load(speed) - step;
    store(speed, v);
    return v;
}

INLINE void sgd_momentum(vf *w, vf g, float *speed, float rate, float momentum)
{
    *w += sgd_speed(g, speed, rate, momentum);
}

INLINE void sgd_nesterov(vf *w, vf g, float *speed, float rate, float momentum)
{
    vf step = rate * g;
    IN_REGISTER(step);
    vf ahead = momentum * sgd_speed(g, speed, rate, momentum) - step;
    *w += ahead;
}

INLINE void rmsprop(vf *w, vf g, float *mean_square, float rate, float share, float epsilon)
{
    vf v = load(mean_square);
    v += share * (g * g - v);
    store(mean_square, v);
    *w -= rate * g / square_root(v + epsilon);
}

INLINE void adam(vf *w, vf g, float *mean, float *mean_square, float rate, float share1, float share2, float epsilon)
{
    vf m = load(mean), v = load(mean_square);
    m += share1 * (g - m);
    v += share2 * (g * g - v);
    store(mean, m);
    store(mean_square, v);
    *w -= rate * m / (square_root(v) + epsilon);
}

#endif
