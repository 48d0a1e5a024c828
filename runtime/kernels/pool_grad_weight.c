#include "runtime/kernels/list.h"
#include "runtime/kernels/vec.h"

/* Gradient of the weights and the bias of a convolution that 2x2 max-pooling follows, from one image. Only winners
 * carry gradient: for each row of dy and each channel they are listed by their place in x, and the lists are walked.
 * A row of the window is RUN floats side by side in x, in RB blocks of RV; what a block reads past RUN is junk, and
 * so is that part of dw.
 *
 *   x [H][W][XS]        winner, dy [PH][PW][KS]     dw [K][RB][R][RV], db [KS]: added to
 *   offset, value [KS][PW+4]: the lists
 *
 * A tile is E copies of R*RV sums, held in registers; the copies take turns and are added at the end. */
KERNEL void pool_grad_weight(const float *restrict x, const int8_t *restrict winner, const float *restrict dy,
                             float *restrict dw, float *restrict db, int *restrict offset, float *restrict value,
                             int W, int XS, int R, int RUN, int SH, int SW, int PH, int PW, int K, int KS, int RB,
                             int RV, int E)
{
    vf acc[E][R][RV / VL];
    int place[5] = { 0, SW * XS, SH * W * XS, (SH * W + SW) * XS, 0 };

    (void)RUN;
    for (int k = 0; k < KS; k += VL) {
        vf sum = load(db + k);
        for (int p = 0; p < PH * PW; p++)
            sum += keep_where(load8(winner + p * KS + k) < 4, load(dy + p * KS + k));
        store(db + k, sum);
    }

    for (int ph = 0; ph < PH; ph++)
        for (int k = 0; k < K; k++) {
            const int8_t *who = winner + ph * PW * KS + k;
            const float *g = dy + ph * PW * KS + k;
            int *o = offset + k * (PW + 4), n = 0;
            float *v = value + k * (PW + 4);

            ROLLED for (int pw = 0; pw < PW; pw++) {
                int q = who[pw * KS];
                o[n] = pw * (2 * SW * XS) + place[q];
                v[n] = g[pw * KS];
                n += q < 4;
            }
            o[n] = 0;                                           /* so that E divides the list */
            v[n] = 0;

            for (int b = 0; b < RB; b++) {
                const float *xb = x + ph * (2 * SH * W * XS) + b * RV;
                float *to = dw + (k * RB + b) * (R * RV);

                UNROLL for (int r = 0; r < R; r++)
                    UNROLL for (int m = 0; m < RV / VL; m++) {
                        acc[0][r][m] = load(to + r * RV + m * VL);
                        UNROLL for (int i = 1; i < E; i++)
                            acc[i][r][m] = (vf){0};
                    }
                ROLLED for (int e = 0; e < n; e += E)
                    UNROLL for (int i = 0; i < E; i++) {
                        const float *xe = xb + o[e + i];
                        vf a = splat(v[e + i]);
                        UNROLL for (int r = 0; r < R; r++)
                            UNROLL for (int m = 0; m < RV / VL; m++)
                                acc[i][r][m] += a * loadu(xe + r * W * XS + m * VL);
                    }
                UNROLL for (int r = 0; r < R; r++)
                    UNROLL for (int m = 0; m < RV / VL; m++) {
                        UNROLL for (int i = 1; i < E; i++)
                            acc[0][r][m] += acc[i][r][m];
                        store(to + r * RV + m * VL, acc[0][r][m]);
                    }
            }
        }
}
