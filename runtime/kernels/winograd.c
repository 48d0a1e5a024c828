#include "runtime/kernels/vec.h"
#include "runtime/kernels/window.h"
#include "runtime/kernels/winograd.h"

/* 3x3 convolution without padding to P x Q results, and what follows it, by Winograd's F(4x4,3x3): ACROSS tiles side
 * by side, and TB tiles a block. Made are tiles `from` to `to`, TB at least. FINISH takes a tile's results; one of y's
 * is made of POOL x POOL of them.
 *
 *   x [H][W][XS]        u [36][KS/(KB*VL)][C][KB*VL], transformed, a vector between its 36 planes
 *   y [..][YW][YS]      winner, like y: what FINISH keeps beside, or NULL
 *   v [36][TB][XS], m [36][TB][KS], with a vector between their planes: a block, transformed
 *
 * A tile of the product is TT tiles by KB vectors of channels, held in registers. */
KERNEL void winograd(const float *restrict x, const float *restrict u, const float *restrict b, float *restrict y,
                     int8_t *restrict winner, float *restrict v, float *restrict m, int from, int to, int W, int C,
                     int XS, int P, int Q, int POOL, int YW, int YS, int KS, int ACROSS, int TB, int TT, int KB)
{
    vf acc[TT][KB];
    vf w[KB];

    for (int block = from; block < to; block += TB) {
        /* the last block overlaps its neighbour, and so does the last tile of a row or a column */
        int first = block + TB <= to ? block : to - TB;

        for (int t = 0; t < TB; t++) {
            int p = (first + t) / ACROSS * 4, q = (first + t) % ACROSS * 4;
            const float *xt = x + ((p + 4 <= P ? p : P - 4) * W + (q + 4 <= Q ? q : Q - 4)) * XS;

            for (int c = 0; c < XS; c += VL)
                winograd_split(xt + c, W * XS, XS, v + t * XS + c, TB * XS + VL);
        }

        for (int plane = 0; plane < 36; plane++)
            for (int k = 0; k < KS; k += KB * VL)
                for (int t = 0; t < TB; t += TT) {
                    const float *vt = v + plane * (TB * XS + VL) + t * XS;
                    const float *uk = u + plane * (C * KS + VL) + k * C;

                    UNROLL for (int i = 0; i < TT; i++)
                        UNROLL for (int n = 0; n < KB; n++)
                            acc[i][n] = (vf){0};
                    ROLLED for (int c = 0; c < C; c++) {
                        UNROLL for (int n = 0; n < KB; n++) {
                            w[n] = load(uk + c * (KB * VL) + n * VL);
                            IN_REGISTER(w[n]);
                        }
                        UNROLL for (int i = 0; i < TT; i++) {
                            vf a = splat(vt[i * XS + c]);
                            UNROLL for (int n = 0; n < KB; n++)
                                acc[i][n] += a * w[n];
                        }
                    }
                    UNROLL for (int i = 0; i < TT; i++)
                        UNROLL for (int n = 0; n < KB; n++)
                            store(m + plane * (TB * KS + VL) + (t + i) * KS + k + n * VL, acc[i][n]);
                }

        for (int t = 0; t < TB; t++) {
            int p = (first + t) / ACROSS * 4, q = (first + t) % ACROSS * 4;
            int at = ((p + 4 <= P ? p : P - 4) / POOL * YW + (q + 4 <= Q ? q : Q - 4) / POOL) * YS;

            for (int k = 0; k < KS; k += VL) {
                vf out[4][4];
                winograd_join(m + t * KS + k, TB * KS + VL, out);
                FINISH(out, y, winner, at + k, YW * YS, YS, b, k, AFTER);
            }
        }
    }
}
