#include "runtime/kernels/vec.h"

/* A picture as a vector, without the pads between its pixels.
 *
 *   x [PIXELS][XS]  ->  y [YS]: SIZE = PIXELS * C numbers, then zeros */
KERNEL void compact(const float *restrict x, float *restrict y,
                    int PIXELS, int C, int XS, int SIZE, int YS)
{
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < C; c++)
            y[i * C + c] = x[i * XS + c];
    for (int i = SIZE; i < YS; i++)
        y[i] = 0;
}
