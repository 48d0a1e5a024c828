#include "runtime/kernels/vec.h"

/* The sum of the NH x NW pixels that a pixel became, row by row.
 *
 *   dy [H*NH][W*NW][XS]  ->  dx [H][W][XS] */
KERNEL void upsample_nearest_grad(const float *restrict dy, float *restrict dx, int H, int W, int XS, int NH, int NW)
{
    for (int h = 0; h < H; h++)
        for (int w = 0; w < W; w++)
            for (int c = 0; c < XS; c += VL) {
                vf sum = {0};
                for (int r = 0; r < NH; r++)
                    for (int s = 0; s < NW; s++)
                        sum += load(dy + ((h * NH + r) * W * NW + w * NW + s) * XS + c);
                store(dx + (h * W + w) * XS + c, sum);
            }
}
