#include "runtime/kernels/vec.h"

/* The largest of each WH x WW window, SH rows and SW columns apart. What lies outside the picture
 * counts for nothing; a NaN wins.
 *
 *   x [H][W][XS]  ->  y [P][Q][YS], winner [P][Q][YS]: which of the window, row by row
 *
 * The first window begins TOP rows and LEFT columns outside. */
KERNEL void max_pool(const float *restrict x, float *restrict y, int32_t *restrict winner,
                     int H, int W, int XS, int WH, int WW, int SH, int SW, int TOP, int LEFT,
                     int P, int Q, int YS)
{
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++)
            for (int c = 0; c < YS; c += VL) {
                int at = (p * Q + q) * YS + c;
                vf best = splat(-__builtin_inff());
                vi who = isplat(-1);
                for (int r = 0; r < WH; r++)
                    for (int s = 0; s < WW; s++) {
                        int h = p * SH + r - TOP, w = q * SW + s - LEFT;
                        if (h < 0 || h >= H || w < 0 || w >= W)
                            continue;
                        vf v = load(x + (h * W + w) * XS + c);
                        vi more = (v > best) | (v != v) | (who < 0);
                        best = pick(more, v, best);
                        who = ipick(more, isplat(r * WW + s), who);
                    }
                store(y + at, best);
                *(vi *)(winner + at) = who;
            }
}
