#include "runtime/kernels/activation.h"
#include "runtime/kernels/vec.h"

/* dx = dy * SLOPE(told), of an activation: by its result, or by what it was of. SIZE numbers. */
KERNEL void activation_grad(const float *restrict told, const float *restrict dy, float *restrict dx, int SIZE)
{
    for (int i = 0; i < SIZE; i += VL)
        store(dx + i, load(dy + i) * SLOPE(load(told + i)));
}
