/* norm.h - what the kernels of batch norm share. Needs vec.h. One product a sum. */

#ifndef RUNTIME_KERNELS_NORM_H
#define RUNTIME_KERNELS_NORM_H

#include "runtime/kernels/vec.h"

INLINE vf inverse_deviation(vf variance, float epsilon)
{
    return 1.f / square_root(variance + epsilon);
}

#endif
