/* moments.h - mean and variance without large sums: of a few numbers at a time, each set of which is then joined
 * to those before. Needs vec.h.
 *
 * Formula: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing
 * sample variances", 1979. */

#ifndef RUNTIME_KERNELS_MOMENTS_H
#define RUNTIME_KERNELS_MOMENTS_H

#include "runtime/kernels/vec.h"

/* Of some numbers a lane: how many, their mean, the sum of their squares about it. All 0 of none. */
typedef struct { vf count, mean, squares; } Moments;

/* Of both sets together. */
INLINE Moments joined(Moments a, Moments b)
{
    vf count = a.count + b.count, apart = b.mean - a.mean;
    vf share = keep_where(count > (vf){0}, b.count / count);
    return (Moments){
        count,
        a.mean + apart * share,
        a.squares + (b.squares + apart * apart * (a.count * share)),
    };
}

/* They lie one behind the other, [3][size]. */
INLINE Moments load_moments(const float *part, int size)
{
    return (Moments){ load(part), load(part + size), load(part + 2 * size) };
}

INLINE void store_moments(float *part, int size, Moments m)
{
    store(part, m.count);
    store(part + size, m.mean);
    store(part + 2 * size, m.squares);
}

#endif
