#include "runtime/kernels/vec.h"

/* The sum of each TIMES channels that lie side by side: the gradient of what repeat_channels takes.
 *
 *   dy [PIXELS][YS]  ->  dx [PIXELS][XS], C channels, then zeros */
KERNEL void sum_channels(const float *restrict dy, float *restrict dx, int PIXELS, int C, int XS, int TIMES, int YS)
{
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < XS; c++) {
            float sum = 0;
            for (int m = 0; m < TIMES && c < C; m++)
                sum += dy[i * YS + c * TIMES + m];
            dx[i * XS + c] = sum;
        }
}
