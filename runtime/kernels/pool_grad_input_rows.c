#include "runtime/kernels/list.h"
#include "runtime/kernels/vec.h"

/* Gradient of the input of a convolution that 2x2 max-pooling follows, for any window. Only winners carry gradient:
 * for each place of dy and each of its four results they are listed by channel, and the lists are walked. A row of
 * the window is RB blocks of RV floats side by side in dx.
 *
 *   winner, dy [PH][PW][KS]     u [RB][K][R][RV]    dx [H][W][XS]
 *   offset, value [PW][KS] and a vector more: the lists; start [PW][5]: where each begins and the last ends
 *
 * A tile is R*RV sums, held in registers. */
KERNEL void pool_grad_input_rows(const int8_t *restrict winner, const float *restrict dy, const float *restrict u,
                                 float *restrict dx, int *restrict offset, float *restrict value, int *restrict start,
                                 int H, int W, int XS, int R, int SH, int SW, int PH, int PW, int K, int KS, int RB,
                                 int RV)
{
    vf acc[R][RV / VL];

    memset(dx, 0, sizeof(float) * H * W * XS);
    for (int ph = 0; ph < PH; ph++) {
        for (int pw = 0; pw < PW; pw++) {
            int from = (ph * PW + pw) * KS, n = pw * KS;

            for (int q = 0; q < 4; q++) {
                start[pw * 5 + q] = n;
                for (int k = 0; k < KS; k += VL) {
                    vi live = (load8(winner + from + k) == q) & (k + lanes() < K);
                    n += append(offset + n, value + n, live, (k + lanes()) * (R * RV), load(dy + from + k));
                }
            }
            start[pw * 5 + 4] = n;
        }

        for (int b = 0; b < RB; b++)
            for (int pw = 0; pw < PW; pw++)
                for (int q = 0; q < 4; q++) {
                    const float *ub = u + b * (K * R * RV);
                    float *to = dx + ((2 * ph + q / 2) * SH * W + (2 * pw + q % 2) * SW) * XS + b * RV;
                    int from = start[pw * 5 + q], end = start[pw * 5 + q + 1];

                    if (from == end)
                        continue;
                    UNROLL for (int r = 0; r < R; r++)
                        UNROLL for (int m = 0; m < RV / VL; m++)
                            acc[r][m] = loadu(to + r * W * XS + m * VL);
                    ROLLED for (int e = from; e < end; e++) {
                        const float *ue = ub + offset[e];
                        vf a = splat(value[e]);
                        UNROLL for (int r = 0; r < R; r++)
                            UNROLL for (int m = 0; m < RV / VL; m++)
                                acc[r][m] += a * load(ue + r * RV + m * VL);
                    }
                    UNROLL for (int r = 0; r < R; r++)
                        UNROLL for (int m = 0; m < RV / VL; m++)
                            storeu(to + r * W * XS + m * VL, acc[r][m]);
                }
    }
}
