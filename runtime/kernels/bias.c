#include "runtime/kernels/vec.h"

/* A number a channel, added.
 *
 *   x [PIXELS][XS], b [XS]  ->  y [PIXELS][XS] */
KERNEL void bias(const float *restrict x, const float *restrict b, float *restrict y,
                 int PIXELS, int XS)
{
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < XS; c += VL)
            store(y + i * XS + c, load(x + i * XS + c) + load(b + c));
}
