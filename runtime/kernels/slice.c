#include "runtime/kernels/vec.h"

/* Some of the channels: the gradient of one input of a concatenation.
 *
 *   x [PIXELS][XS]  ->  y [PIXELS][YS] = channels FIRST to FIRST+C-1, then zeros */
KERNEL void slice(const float *restrict x, float *restrict y,
                  int PIXELS, int XS, int FIRST, int C, int YS)
{
    for (int i = 0; i < PIXELS; i++) {
        memcpy(y + i * YS, x + i * XS + FIRST, C * sizeof *x);
        memset(y + i * YS + C, 0, (YS - C) * sizeof *y);
    }
}
