#include "runtime/kernels/vec.h"

/* The mean of each WH x WW window, SH rows and SW columns apart. What lies outside the picture counts
 * for nothing.
 *
 *   x [H][W][XS]  ->  y [P][Q][YS]
 *
 * The first window begins TOP rows and LEFT columns outside. */
KERNEL void average_pool(const float *restrict x, float *restrict y,
                         int H, int W, int XS, int WH, int WW, int SH, int SW, int TOP, int LEFT,
                         int P, int Q, int YS)
{
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++)
            for (int c = 0; c < YS; c += VL) {
                int at = (p * Q + q) * YS + c;
                vf sum = {0};
                int count = 0;
                for (int r = 0; r < WH; r++)
                    for (int s = 0; s < WW; s++) {
                        int h = p * SH + r - TOP, w = q * SW + s - LEFT;
                        if (h < 0 || h >= H || w < 0 || w >= W)
                            continue;
                        sum += load(x + (h * W + w) * XS + c);
                        count++;
                    }
                store(y + at, sum / splat((float)count));
            }
}
