#include "runtime/kernels/steps.h"
#include "runtime/kernels/vec.h"

/* Convolution of each channel with a window of its own, and what follows it pixel by pixel. The first window begins
 * TOP rows above x and LEFT columns beside it; what lies outside adds nothing.
 *
 *   x [H][W][XS]        w [R][S][CS]        y [..][Q][YS]: rows `from` to `to`
 *
 * Vectors lie along channels. Where no window of a row reaches beyond its ends, a tile of TW pixels is held in
 * registers, so that a weight is read once for all of them; there are TW such pixels, or none. */
KERNEL void depthwise(const float *restrict x, const float *restrict w, const float *restrict b, float *restrict y,
                      int from, int to, int H, int W, int XS, int TOP, int LEFT, int R, int S, int SH, int SW, int DH,
                      int DW, int Q, int YS, int CS, int TW)
{
    vf acc[TW];
    int begin = earlier(steps_to(LEFT, SW), Q);
    int end = later(begin, earlier(steps_to(W + LEFT - (S - 1) * DW, SW), Q));

    for (int p = from; p < to; p++) {
        for (int t = begin; t < end; t += TW) {
            /* the last tile overlaps its neighbour, so there is no edge case */
            int q = t + TW <= end ? t : end - TW;

            for (int c = 0; c < CS; c += VL) {
                UNROLL for (int i = 0; i < TW; i++)
                    acc[i] = (vf){0};
                for (int r = 0; r < R; r++) {
                    int h = p * SH + r * DH - TOP;
                    if (h < 0 || h >= H)
                        continue;
                    const float *xr = x + (h * W + q * SW - LEFT) * XS + c;
                    UNROLL for (int s = 0; s < S; s++) {
                        vf u = load(w + (r * S + s) * CS + c);
                        IN_REGISTER(u);
                        UNROLL for (int i = 0; i < TW; i++)
                            acc[i] += load(xr + (i * SW + s * DW) * XS) * u;
                    }
                }
                UNROLL for (int i = 0; i < TW; i++)
                    store(y + (p * Q + q + i) * YS + c, AFTER(acc[i], b, c));
            }
        }

        for (int q = begin ? 0 : end; q < Q; q = q + 1 == begin ? end : q + 1)
            for (int c = 0; c < CS; c += VL) {
                vf sum = (vf){0};
                for (int r = 0; r < R; r++)
                    for (int s = 0; s < S; s++) {
                        int h = p * SH + r * DH - TOP, v = q * SW + s * DW - LEFT;
                        if (h >= 0 && h < H && v >= 0 && v < W)
                            sum += load(x + (h * W + v) * XS + c) * load(w + (r * S + s) * CS + c);
                    }
                store(y + (p * Q + q) * YS + c, AFTER(sum, b, c));
            }
    }
}
