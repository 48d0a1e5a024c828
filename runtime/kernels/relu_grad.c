#include "runtime/kernels/vec.h"

/* dx = dy, but 0 where the result y was cut. SIZE numbers. */
KERNEL void relu_grad(const float *restrict y, const float *restrict dy, float *restrict dx, int SIZE)
{
    for (int i = 0; i < SIZE; i += VL)
        store(dx + i, keep_where(~(load(y + i) <= (vf){0}), load(dy + i)));
}
