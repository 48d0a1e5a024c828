#include "runtime/kernels/steps.h"
#include "runtime/kernels/vec.h"

/* Gradient of a convolution's weights, from one image: dw += sum over positions of x * dy. A row of the window
 * is RUNS runs of RUN floats that lie side by side in x. The first window begins TOP rows above x and LEFT columns
 * beside it, and where LEFT is not 0 RUNS is the window's width; of what lies outside there are no products.
 *
 *   x [H][W][XS]        dy [P][Q][KS]       dw [R*RUNS*RUN][KS]
 *
 * Groups have GK channels of dy each, and their channels of x begin GC further on from group to group.
 * A tile is ET weights of a run by KB vectors of channels, held in registers; what remains of a run goes one by
 * one. All tiles go over PT rows of positions before any goes on, while these rows are in the cache and the next
 * come. */
KERNEL void conv_grad_weight(const float *restrict x, const float *restrict dy, float *restrict dw,
                             int H, int W, int XS, int TOP, int LEFT, int R, int RUNS, int RUN, int SH, int SW,
                             int DH, int DW, int P, int Q, int KS, int GK, int GC, int PT, int ET,
                             int KB)
{
    vf acc[ET][KB], one[KB];
    vf u[KB];

    for (int first = 0; first < P; first += PT)
        for (int k = 0; k < KS; k += KB * VL)
            for (int tap = 0; tap < R * RUNS; tap++) {
                int top = TOP - tap / RUNS * DH, left = LEFT - tap % RUNS * DW, e = 0;
                int begin = later(steps_to(top, SH), first), begin_q = steps_to(left, SW);
                int end = earlier(steps_to(top + H, SH), earlier(first + PT, P));
                int end_q = earlier(steps_to(left + W, SW), Q);
                const float *xg = x + k / GK * GC;
                float *to = dw + tap * RUN * KS + k;

                for (; e + ET <= RUN; e += ET) {
                    UNROLL for (int i = 0; i < ET; i++)
                        UNROLL for (int m = 0; m < KB; m++)
                            acc[i][m] = load(to + (e + i) * KS + m * VL);
                    for (int p = begin; p < end; p++)
                        ROLLED for (int q = begin_q; q < end_q; q++) {
                            const float *xp = xg + ((p * SH - top) * W + q * SW - left) * XS + e;
                            __builtin_prefetch(xp + PT * SH * W * XS, 0, 2);
                            UNROLL for (int m = 0; m < KB; m++) {
                                u[m] = load(dy + (p * Q + q) * KS + k + m * VL);
                                IN_REGISTER(u[m]);
                            }
                            UNROLL for (int i = 0; i < ET; i++) {
                                vf v = splat(xp[i]);
                                UNROLL for (int m = 0; m < KB; m++)
                                    acc[i][m] += v * u[m];
                            }
                        }
                    UNROLL for (int i = 0; i < ET; i++)
                        UNROLL for (int m = 0; m < KB; m++)
                            store(to + (e + i) * KS + m * VL, acc[i][m]);
                }

                for (; e < RUN; e++) {
                    UNROLL for (int m = 0; m < KB; m++)
                        one[m] = load(to + e * KS + m * VL);
                    for (int p = begin; p < end; p++)
                        ROLLED for (int q = begin_q; q < end_q; q++) {
                            vf v = splat(xg[((p * SH - top) * W + q * SW - left) * XS + e]);
                            UNROLL for (int m = 0; m < KB; m++)
                                one[m] += v * load(dy + (p * Q + q) * KS + k + m * VL);
                        }
                    UNROLL for (int m = 0; m < KB; m++)
                        store(to + e * KS + m * VL, one[m]);
                }
            }
}
