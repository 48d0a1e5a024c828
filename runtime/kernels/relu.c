#include "runtime/kernels/vec.h"

/* y = x, but 0 where x < 0; a NaN passes. SIZE numbers. */
KERNEL void relu(const float *restrict x, float *restrict y, int SIZE)
{
    for (int i = 0; i < SIZE; i += VL) {
        vf v = load(x + i);
        store(y + i, keep_where(~(v < (vf){0}), v));
    }
}
