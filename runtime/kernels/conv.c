#include "runtime/kernels/vec.h"

/* Convolution without padding, and what follows it pixel by pixel. A row of the window is RUNS runs of RUN floats
 * that lie side by side in x.
 *
 *   x [H][W][XS]        w [KS/(KB*VL)][R*RUNS*RUN][KB*VL]       y [..][Q][YS]: rows `from` to `to`
 *
 * Groups make GK channels each, of input channels that begin GC further on from group to group.
 * A tile is TW pixels by KB vectors of channels, held in registers. */
KERNEL void conv(const float *restrict x, const float *restrict w, const float *restrict b, float *restrict y,
                 int from, int to, int W, int XS, int R, int RUNS, int RUN, int SH, int SW, int DH, int DW, int Q,
                 int YS, int KS, int GK, int GC, int TW, int KB)
{
    vf acc[TW][KB];
    vf u[KB];

    for (int k = 0; k < KS; k += KB * VL)
        for (int p = from; p < to; p++)
            for (int t = 0; t < Q; t += TW) {
                /* the last tile overlaps its neighbour, so there is no edge case */
                int q = t + TW <= Q ? t : Q - TW;
                const float *wr = w + k * R * RUNS * RUN;

                UNROLL for (int i = 0; i < TW; i++)
                    UNROLL for (int m = 0; m < KB; m++)
                        acc[i][m] = (vf){0};

                for (int r = 0; r < R; r++)
                    for (int s = 0; s < RUNS; s++) {
                        const float *xr = x + ((p * SH + r * DH) * W + q * SW + s * DW) * XS + k / GK * GC;

                        ROLLED for (int c = 0; c < RUN; c++) {
                            UNROLL for (int m = 0; m < KB; m++) {
                                u[m] = load(wr + m * VL);
                                IN_REGISTER(u[m]);
                            }
                            UNROLL for (int i = 0; i < TW; i++) {
                                vf v = splat(xr[c + i * SW * XS]);
                                UNROLL for (int m = 0; m < KB; m++)
                                    acc[i][m] += v * u[m];
                            }
                            wr += KB * VL;
                        }
                    }

                UNROLL for (int i = 0; i < TW; i++)
                    UNROLL for (int m = 0; m < KB; m++)
                        store(y + (p * Q + q + i) * YS + k + m * VL, AFTER(acc[i][m], b, k + m * VL));
            }
}
