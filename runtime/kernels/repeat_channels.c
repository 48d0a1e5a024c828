#include "runtime/kernels/vec.h"

/* Each channel TIMES times side by side: what a depthwise convolution of several filters a channel reads.
 *
 *   x [PIXELS][XS]  ->  y [PIXELS][YS], C*TIMES channels, then zeros */
KERNEL void repeat_channels(const float *restrict x, float *restrict y, int PIXELS, int C, int XS, int TIMES, int YS)
{
    for (int i = 0; i < PIXELS; i++) {
        for (int k = 0; k < C * TIMES; k++)
            y[i * YS + k] = x[i * XS + k / TIMES];
        for (int k = C * TIMES; k < YS; k++)
            y[i * YS + k] = 0;
    }
}
