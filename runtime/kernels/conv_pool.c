#include "runtime/kernels/vec.h"
#include "runtime/kernels/window.h"

/* Convolution without padding, the largest of each 2x2 results, and what follows it, in one pass over memory.
 * A row of the window is RUNS runs of RUN floats that lie side by side in x.
 *
 *   x [H][W][XS]        w [KS/(KB*VL)][R*RUNS*RUN][KB*VL]
 *   y [..][PW][KS]: rows `from` to `to`
 *   winner, like y: which of the four it was (0..3), or what AFTER makes of it (4: cut to zero), or NULL
 *
 * A tile is 2 x 2*TW results by KB vectors of channels, held in registers. */
KERNEL void conv_pool(const float *restrict x, const float *restrict w, const float *restrict b, float *restrict y,
                      int8_t *restrict winner, int from, int to, int W, int XS, int R, int RUNS, int RUN, int SH,
                      int SW, int DH, int DW, int PW, int KS, int TW, int KB)
{
    vf acc[4 * TW][KB];
    vf u[KB];

    for (int k = 0; k < KS; k += KB * VL)
        for (int ph = from; ph < to; ph++)
            for (int t = 0; t < PW; t += TW) {
                /* the last tile overlaps its neighbour, so there is no edge case */
                int pw = t + TW <= PW ? t : PW - TW;
                const float *wr = w + k * R * RUNS * RUN;

                UNROLL for (int i = 0; i < 4 * TW; i++)
                    UNROLL for (int m = 0; m < KB; m++)
                        acc[i][m] = (vf){0};

                for (int r = 0; r < R; r++)
                    for (int s = 0; s < RUNS; s++) {
                        const float *xr = x + ((2 * ph * SH + r * DH) * W + 2 * pw * SW + s * DW) * XS;

                        ROLLED for (int c = 0; c < RUN; c++) {
                            UNROLL for (int m = 0; m < KB; m++) {
                                u[m] = load(wr + m * VL);
                                IN_REGISTER(u[m]);
                            }
                            UNROLL for (int i = 0; i < 4 * TW; i++) {
                                vf v = splat(xr[c + i / (2 * TW) * (SH * W * XS) + i % (2 * TW) * (SW * XS)]);
                                UNROLL for (int m = 0; m < KB; m++)
                                    acc[i][m] += v * u[m];
                            }
                            wr += KB * VL;
                        }
                    }

                UNROLL for (int j = 0; j < TW; j++)
                    UNROLL for (int m = 0; m < KB; m++) {
                        vi who;
                        vf window[4] = { acc[2 * j][m], acc[2 * j + 1][m],
                                         acc[2 * (TW + j)][m], acc[2 * (TW + j) + 1][m] };
                        vf best = largest(window, &who);
                        AFTER(&best, &who, b, k + m * VL);
                        int at = (ph * PW + pw + j) * KS + k + m * VL;
                        store(y + at, best);
                        if (winner)
                            store8(winner + at, who);
                    }
            }
}
