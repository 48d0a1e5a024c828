/* neighbours.h - sums over neighbouring channels of a pixel, for local response normalisation. */

#ifndef RUNTIME_KERNELS_NEIGHBOURS_H
#define RUNTIME_KERNELS_NEIGHBOURS_H

#include "runtime/kernels/vec.h"

/* square [channels] = x [channels], each times itself; whole vectors */
INLINE void store_squares(const float *x, float *square, int channels)
{
    for (int c = 0; c < channels; c += VL) {
        vf v = load(x + c);
        storeu(square + c, v * v);
    }
}

/* Of each lane the sum of what lies 0 to `last` channels behind `from`, in this order. */
INLINE vf sum_behind(const float *from, int last)
{
    vf sum = {0};
    for (int k = 0; k <= last; k++)
        sum += loadu(from + k);
    return sum;
}

#endif
