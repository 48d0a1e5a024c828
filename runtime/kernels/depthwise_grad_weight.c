#include "runtime/kernels/steps.h"
#include "runtime/kernels/vec.h"

/* Gradient of a depthwise convolution's weights, from one image: dw += sum over positions of x * dy. The first window
 * begins TOP rows above x and LEFT columns beside it; of what lies outside there are no products.
 *
 *   x [H][W][XS]        dy [P][Q][CS]       dw [R][S][CS]
 *
 * A tile is RT rows of a vector of windows, held in registers. All tiles go over PT rows of positions before any goes
 * on, while these rows are in the cache. */
KERNEL void depthwise_grad_weight(const float *restrict x, const float *restrict dy, float *restrict dw, int H, int W,
                                  int XS, int TOP, int LEFT, int R, int S, int SH, int SW, int DH, int DW, int P,
                                  int Q, int CS, int PT, int RT)
{
    vf acc[RT][S];
    int begin = earlier(steps_to(LEFT, SW), Q);
    int end = later(begin, earlier(steps_to(W + LEFT - (S - 1) * DW, SW), Q));

    for (int first = 0; first < P; first += PT)
        for (int c = 0; c < CS; c += VL)
            for (int top = 0; top < R; top += RT) {
                UNROLL for (int r = 0; r < RT; r++)
                    UNROLL for (int s = 0; s < S; s++)
                        acc[r][s] = top + r < R ? load(dw + ((top + r) * S + s) * CS + c) : (vf){0};

                for (int p = first; p < earlier(first + PT, P); p++) {
                    int h = p * SH + top * DH - TOP;
                    int inside = h >= 0 && h + (RT - 1) * DH < H && top + RT <= R;

                    for (int q = 0; q < Q; q++) {
                        int at = (h * W + q * SW - LEFT) * XS + c;
                        vf g = load(dy + (p * Q + q) * CS + c);

                        if (inside && q >= begin && q < end) {
                            UNROLL for (int r = 0; r < RT; r++)
                                UNROLL for (int s = 0; s < S; s++)
                                    acc[r][s] += load(x + at + (r * DH * W + s * DW) * XS) * g;
                            continue;
                        }
                        UNROLL for (int r = 0; r < RT; r++) {
                            if (h + r * DH < 0 || h + r * DH >= H || top + r >= R)
                                continue;
                            UNROLL for (int s = 0; s < S; s++)
                                if (q * SW + s * DW - LEFT >= 0 && q * SW + s * DW - LEFT < W)
                                    acc[r][s] += load(x + at + (r * DH * W + s * DW) * XS) * g;
                        }
                    }
                }

                UNROLL for (int r = 0; r < RT; r++)
                    UNROLL for (int s = 0; s < S; s++)
                        if (top + r < R)
                            store(dw + ((top + r) * S + s) * CS + c, acc[r][s]);
            }
}
