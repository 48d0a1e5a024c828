#include "runtime/kernels/list.h"
#include "runtime/kernels/vec.h"

/* Gradient of the weights and the bias of a convolution that 2x2 max-pooling follows, from one image. Only winners
 * carry gradient: for PB rows of dy and each channel they are listed by their place in x, and the lists are walked.
 * A row of the window is RUNS runs of RUN floats that lie side by side in x, each in RB blocks of RV; what a block
 * reads past RUN is junk, and so is that part of dw. Lists count PX floats a pixel. Where that is RV instead of XS, a
 * block of the rows that they reach is first laid together: vectors are whole lines of the cache then, and use all
 * of its sets.
 *
 *   x [H][W][XS]        winner, dy [PH][PW][KS]     dw [K][RB][R][RUNS][RV], db [KS]: added to
 *   offset, value [KS][PB*PW and a vector more]: the lists; count [KS]: how long they are
 *   band [2*PB*SH - SH + R rows][W][RV], of which only PX = RV makes use
 *
 * A tile is E copies of R*RUNS*RV sums, held in registers; the copies take turns and are added at the end. */
KERNEL void pool_grad_weight(const float *restrict x, const int8_t *restrict winner, const float *restrict dy,
                             float *restrict dw, float *restrict db, int *restrict offset, float *restrict value,
                             int *restrict count, float *restrict band, int W, int XS, int R, int RUNS, int RUN,
                             int SH, int SW, int PH, int PW, int K, int KS, int PB, int RB, int RV, int PX, int E)
{
    vf acc[E][R][RUNS][RV / VL];
    vf grad[VL];
    vb won[VL];
    int8_t turned[VL][VL];
    int corner[PB * PW + VL];                               /* of each pooled position's windows, in PX */
    int ahead = (2 * PB * SH * W * XS / 16 + K - 1) / K;    /* of the next lists' rows come in with each channel */

    for (int p = 0; p < PB * PW + VL; p++)
        corner[p] = (2 * SH * W * (p / PW) + 2 * SW * (p % PW)) * PX;
    for (int k = 0; k < KS; k += VL) {
        vf sum = load(db + k);
        for (int p = 0; p < PH * PW; p++)
            sum += keep_where(load8(winner + p * KS + k) < 4, load(dy + p * KS + k));
        store(db + k, sum);
    }

    for (int top = 0; top < PH; top += PB) {
        int rows = top + PB <= PH ? PB : PH - top;

        for (int k = 0; k < KS; k += VL) {
            int n[VL] = {0};

            for (int p = 0; p < rows * PW; p += VL) {
                int last = rows * PW - 1 - p, from = (top * PW + p) * KS + k;
                vi at = (vi)loadu((const float *)(corner + p));

                UNROLL for (int i = 0; i < VL; i++)
                    won[i] = *(const vb *)(winner + from + (i < last ? i : last) * KS);
                turn_bytes(won);
                UNROLL for (int i = 0; i < VL; i++)
                    *(vb *)turned[i] = won[i];
                UNROLL for (int i = 0; i < VL; i++)
                    grad[i] = load(dy + from + (i < last ? i : last) * KS);
                turn(grad);
                UNROLL for (int i = 0; i < VL; i++) {
                    int list = (k + i) * (PB * PW + VL) + n[i];
                    vi w = load8(turned[i]), place = at + (w >> 1) * (SH * W * PX) + (w & 1) * (SW * PX);
                    n[i] += append(offset + list, value + list, (w < 4) & (lanes() <= last), place, grad[i]);
                }
            }
            UNROLL for (int i = 0; i < VL; i++) {
                int end = (k + i) * (PB * PW + VL) + n[i];
                count[k + i] = n[i];
                UNROLL for (int more = 0; more < E - 1; more++) {   /* so that E divides the list */
                    offset[end + more] = 0;
                    value[end + more] = 0;
                }
            }
        }

        for (int b = 0; b < RB; b++) {
            const float *near = x + top * (2 * SH * W * XS) + b * RV;
            if (PX != XS) {
                for (int i = 0; i < ((2 * rows - 1) * SH + R) * W - (RUN - 1) / XS; i++)
                    UNROLL for (int m = 0; m < RV; m += VL)
                        store(band + i * RV + m, loadu(near + i * XS + m));
                near = band;
            }

            for (int k = 0; k < K; k++) {
                const int *o = offset + k * (PB * PW + VL);
                const float *v = value + k * (PB * PW + VL);
                float *to = dw + (k * RB + b) * (R * RUNS * RV);

                if (b == 0)
                    ROLLED for (int i = k * ahead; i < (k + 1) * ahead; i++)
                        __builtin_prefetch(x + (top + PB) * (2 * SH * W * XS) + i * 16, 0, 2);
                UNROLL for (int r = 0; r < R; r++)
                    UNROLL for (int s = 0; s < RUNS; s++)
                        UNROLL for (int m = 0; m < RV / VL; m++) {
                            acc[0][r][s][m] = load(to + (r * RUNS + s) * RV + m * VL);
                            UNROLL for (int i = 1; i < E; i++)
                                acc[i][r][s][m] = (vf){0};
                        }
                ROLLED for (int e = 0; e < count[k]; e += E)
                    UNROLL for (int i = 0; i < E; i++) {
                        const float *xe = near + o[e + i];
                        vf a = splat(v[e + i]);
                        UNROLL for (int r = 0; r < R; r++)
                            UNROLL for (int s = 0; s < RUNS; s++)
                                UNROLL for (int m = 0; m < RV / VL; m++)
                                    acc[i][r][s][m] += a * loadu(xe + r * W * PX + s * PX + m * VL);
                    }
                UNROLL for (int r = 0; r < R; r++)
                    UNROLL for (int s = 0; s < RUNS; s++)
                        UNROLL for (int m = 0; m < RV / VL; m++) {
                            UNROLL for (int i = 1; i < E; i++)
                                acc[0][r][s][m] += acc[i][r][s][m];
                            store(to + (r * RUNS + s) * RV + m * VL, acc[0][r][s][m]);
                        }
            }
        }
    }
}
