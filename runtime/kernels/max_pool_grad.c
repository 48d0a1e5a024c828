#include "runtime/kernels/vec.h"

/* Each gradient goes to what won its window.
 *
 *   winner, dy [P][Q][XS]  ->  dx [H][W][XS]; the windows are max_pool's */
KERNEL void max_pool_grad(const int32_t *restrict winner, const float *restrict dy,
                          float *restrict dx,
                          int H, int W, int XS, int WH, int WW, int SH, int SW, int TOP, int LEFT,
                          int P, int Q)
{
    memset(dx, 0, (size_t)(H * W * XS) * sizeof *dx);
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++)
            for (int c = 0; c < XS; c += VL) {
                int at = (p * Q + q) * XS + c;
                vf g = load(dy + at);
                vi who = *(const vi *)(winner + at);
                for (int r = 0; r < WH; r++)
                    for (int s = 0; s < WW; s++) {
                        int h = p * SH + r - TOP, w = q * SW + s - LEFT;
                        if (h < 0 || h >= H || w < 0 || w >= W)
                            continue;
                        float *to = dx + (h * W + w) * XS + c;
                        store(to, load(to) + keep_where(who == isplat(r * WW + s), g));
                    }
            }
}
