#include "runtime/kernels/vec.h"

/* dx = dy * y (1 - y), by the result y. SIZE numbers. */
KERNEL void sigmoid_grad(const float *restrict y, const float *restrict dy, float *restrict dx,
                         int SIZE)
{
    for (int i = 0; i < SIZE; i += VL) {
        vf v = load(y + i);
        store(dx + i, load(dy + i) * (v * (1.f - v)));
    }
}
