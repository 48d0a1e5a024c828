#include "runtime/kernels/vec.h"

/* y = a + b, of SIZE numbers each */
KERNEL void add2(const float *a, const float *b, float *y, int SIZE)
{
    for (int i = 0; i < SIZE; i += VL)
        store(y + i, load(a + i) + load(b + i));
}
