#include "runtime/kernels/between.h"
#include "runtime/kernels/vec.h"

/* Each gradient goes to the four pixels that its pixel lies between, in their parts.
 *
 *   dy [H*NH][W*NW][XS]  ->  dx [H][W][XS]; the rest is upsample_bilinear's */
KERNEL void upsample_bilinear_grad(const float *restrict dy, float *restrict dx, int H, int W, int XS, int NH, int NW)
{
    memset(dx, 0, (size_t)(H * W * XS) * sizeof *dx);
    for (int p = 0; p < H * NH; p++) {
        Between row = between(p, NH, H);
        for (int q = 0; q < W * NW; q++) {
            Between column = between(q, NW, W);
            int at[4] = {row.before * W + column.before, row.before * W + column.after,
                         row.after * W + column.before, row.after * W + column.after};
            float part[4] = {(1 - row.part) * (1 - column.part), (1 - row.part) * column.part,
                             row.part * (1 - column.part), row.part * column.part};
            for (int c = 0; c < XS; c += VL) {
                vf g = load(dy + (p * W * NW + q) * XS + c);
                UNROLL for (int i = 0; i < 4; i++) {
                    float *to = dx + at[i] * XS + c;
                    store(to, load(to) + g * part[i]);
                }
            }
        }
    }
}
