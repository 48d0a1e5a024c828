#include "runtime/kernels/vec.h"

/* Some of the channels: the gradient of one input of a concatenation.
 *
 *   x [PIXELS][XS]  ->  y [PIXELS][YS] = channels FIRST to FIRST+C-1, then zeros */
KERNEL void slice(const float *restrict x, float *restrict y,
                  int PIXELS, int XS, int FIRST, int C, int YS)
{
    for (int i = 0; i < PIXELS; i++) {
        for (int c = 0; c < C; c++)
            y[i * YS + c] = x[i * XS + FIRST + c];
        for (int c = C; c < YS; c++)
            y[i * YS + c] = 0;
    }
}
