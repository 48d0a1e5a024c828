#include "runtime/kernels/vec.h"

/* One input of a concatenation, put at its channels.
 *
 *   x [PIXELS][XS]  ->  y [PIXELS][YS], channels FIRST to FIRST+C-1; with END zeros beyond them */
KERNEL void join(const float *restrict x, float *restrict y,
                 int PIXELS, int C, int XS, int FIRST, int YS, int END)
{
    for (int i = 0; i < PIXELS; i++) {
        memcpy(y + i * YS + FIRST, x + i * XS, C * sizeof *x);
        if (END)
            memset(y + i * YS + FIRST + C, 0, (YS - FIRST - C) * sizeof *y);
    }
}
