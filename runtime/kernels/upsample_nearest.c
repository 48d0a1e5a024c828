#include "runtime/kernels/vec.h"

/* Each pixel as NH x NW pixels.
 *
 *   x [H][W][XS]  ->  y [H*NH][W*NW][XS] */
KERNEL void upsample_nearest(const float *restrict x, float *restrict y, int H, int W, int XS, int NH, int NW)
{
    for (int p = 0; p < H * NH; p++)
        for (int q = 0; q < W * NW; q++)
            for (int c = 0; c < XS; c += VL)
                store(y + (p * W * NW + q) * XS + c, load(x + (p / NH * W + q / NW) * XS + c));
}
