#include "runtime/kernels/between.h"
#include "runtime/kernels/vec.h"

/* Enlarged NH times by NW times: each pixel between the four that are nearest to its middle; beyond the
 * outermost middles the outermost pixels go on.
 *
 *   x [H][W][XS]  ->  y [H*NH][W*NW][XS] */
KERNEL void upsample_bilinear(const float *restrict x, float *restrict y, int H, int W, int XS, int NH, int NW)
{
    for (int p = 0; p < H * NH; p++) {
        Between row = between(p, NH, H);
        const float *above = x + row.before * W * XS, *below = x + row.after * W * XS;
        for (int q = 0; q < W * NW; q++) {
            Between column = between(q, NW, W);
            int left = column.before * XS, right = column.after * XS;
            for (int c = 0; c < XS; c += VL) {
                vf top = load(above + left + c), bottom = load(below + left + c);
                top += (load(above + right + c) - top) * column.part;
                bottom += (load(below + right + c) - bottom) * column.part;
                top += (bottom - top) * row.part;
                store(y + (p * W * NW + q) * XS + c, top);
            }
        }
    }
}
