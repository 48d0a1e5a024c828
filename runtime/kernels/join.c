#include "runtime/kernels/vec.h"

/* One input of a concatenation, put at its channels.
 *
 *   x [PIXELS][XS]  ->  y [PIXELS][YS], channels FIRST to FIRST+C-1; with END zeros beyond them */
KERNEL void join(const float *restrict x, float *restrict y,
                 int PIXELS, int C, int XS, int FIRST, int YS, int END)
{
    for (int i = 0; i < PIXELS; i++) {
        for (int c = 0; c < C; c++)
            y[i * YS + FIRST + c] = x[i * XS + c];
        if (END)
            for (int c = FIRST + C; c < YS; c++)
                y[i * YS + c] = 0;
    }
}
