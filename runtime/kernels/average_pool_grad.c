#include "runtime/kernels/vec.h"

/* Each gradient goes in equal parts to its window.
 *
 *   dy [P][Q][XS]  ->  dx [H][W][XS]; the windows are average_pool's */
KERNEL void average_pool_grad(const float *restrict dy, float *restrict dx,
                              int H, int W, int XS, int WH, int WW, int SH, int SW,
                              int TOP, int LEFT, int P, int Q)
{
    memset(dx, 0, (size_t)(H * W * XS) * sizeof *dx);
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++) {
            int top = p * SH - TOP, left = q * SW - LEFT, bottom = top + WH, right = left + WW;
            top = top > 0 ? top : 0;
            left = left > 0 ? left : 0;
            bottom = bottom < H ? bottom : H;
            right = right < W ? right : W;
            vf count = splat((float)((bottom - top) * (right - left)));
            for (int c = 0; c < XS; c += VL) {
                vf g = load(dy + (p * Q + q) * XS + c) / count;
                for (int h = top; h < bottom; h++)
                    for (int w = left; w < right; w++) {
                        float *to = dx + (h * W + w) * XS + c;
                        store(to, load(to) + g);
                    }
            }
        }
}
