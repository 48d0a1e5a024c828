#include "runtime/kernels/vec.h"

/* y = a + b.
 *
 *   a [PIXELS][AS], b [PIXELS][BS]  ->  y [PIXELS][YS]; y may be a */
KERNEL void add2(const float *a, const float *b, float *y, int PIXELS, int AS, int BS, int YS)
{
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < YS; c += VL)
            store(y + i * YS + c, load(a + i * AS + c) + load(b + i * BS + c));
}
