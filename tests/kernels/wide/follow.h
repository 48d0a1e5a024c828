/* follow.h - what follows a convolution's sum, as the generator composes it; here it changes from call to call.
 * And the same in plain loops. Needs wide.h. */

#ifndef TESTS_KERNELS_WIDE_FOLLOW_H
#define TESTS_KERNELS_WIDE_FOLLOW_H

#include "tests/kernels/wide/wide.h"

static bool with_bias, with_relu;

INLINE vf after(vf v, const float *b, int k)
{
    if (with_bias)
        v += load(b + k);
    return with_relu ? keep_where(~(v < (vf){0}), v) : v;
}

INLINE void after_pool(vf *v, vi *who, const float *b, int k)
{
    *v += with_bias ? load(b + k) : (vf){0};
    if (!with_relu)
        return;
    *who = ipick(*v <= (vf){0}, isplat(4), *who);
    *v = keep_where(~(*v < (vf){0}), *v);
}

/* ---- in plain loops ---- */

static inline double naive_after(double sum, const float *b, int k)
{
    double v = sum + (with_bias ? b[k] : 0);
    return with_relu && v < 0 ? 0 : v;
}

/* The first of the largest, or the last NaN. */
static inline int naive_winner(const double v[4])
{
    int best = 0;
    for (int i = 1; i < 4; i++)
        if (v[i] > v[best] || v[i] != v[i])
            best = i;
    return best;
}

/* Of a window of sums: the winner, 4 where it is cut to zero; its value. */
static inline int8_t naive_after_pool(const double v[4], const float *b, int k, float *value)
{
    int best = naive_winner(v);
    double sum = v[best] + (with_bias ? b[k] : 0);
    *value = (float)naive_after(v[best], b, k);
    return (int8_t)(with_relu && sum <= 0 ? 4 : best);
}

#endif
