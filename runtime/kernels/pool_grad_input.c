#include "runtime/kernels/list.h"
#include "runtime/kernels/vec.h"

/* Gradient of the input of a convolution that 2x2 max-pooling follows. Only winners carry gradient: for each place of
 * dy and each of its four results KT channels are listed at a time, and the lists are walked. KT divides KS, and its
 * weights for a vector of input channels stay in the first cache.
 *
 *   winner, dy [PH][PW][KS]     u [KS/KT][XS/VL][KT][R][S][VL]      dx [H][W][XS]
 *   offset, value [PW][4][KT and a vector more]: the lists; count [PW][4]: how long they are
 *
 * What one place of dy can reach, a patch of R+SH rows and S+SW columns, is held in registers; the columns that the
 * next place reaches, too, stay there. */
KERNEL void pool_grad_input(const int8_t *restrict winner, const float *restrict dy, const float *restrict u,
                            float *restrict dx, int *restrict offset, float *restrict value, int *restrict count, int H,
                            int W, int XS, int R, int S, int SH, int SW, int PH, int PW, int K, int KS, int KT)
{
    vf acc[R + SH][S + SW];
    int clear = 0;                                              /* rows of dx that are cleared or begun */

    for (int ph = 0; ph < PH; ph++) {
        int end = (2 * ph + 1) * SH + R;

        memset(dx + clear * W * XS, 0, sizeof(float) * (end - clear) * W * XS);
        clear = end;
        for (int block = 0; block < KS; block += KT) {
            for (int pw = 0; pw < PW; pw++) {
                int n[4] = {0}, from = (ph * PW + pw) * KS + block;

                for (int k = 0; k < KT; k += VL) {
                    vi who = load8(winner + from + k) | ~(block + k + lanes() < K);
                    vf v = load(dy + from + k);

                    UNROLL for (int q = 0; q < 4; q++) {
                        int at = (pw * 4 + q) * (KT + VL) + n[q];
                        n[q] += append(offset + at, value + at, who == q, (k + lanes()) * (R * S * VL), v);
                    }
                }
                UNROLL for (int q = 0; q < 4; q++)
                    count[pw * 4 + q] = n[q];
            }

            for (int c = 0; c < XS; c += VL) {
                const float *uc = u + (block * XS + c * KT) * (R * S);
                float *to = dx + 2 * ph * (SH * W * XS) + c;

                UNROLL for (int r = 0; r < R + SH; r++)
                    UNROLL for (int s = 0; s < S - SW; s++)
                        acc[r][s] = load(to + (r * W + s) * XS);
                for (int pw = 0; pw < PW; pw++) {
                    UNROLL for (int r = 0; r < R + SH; r++)
                        UNROLL for (int s = S - SW; s < S + SW; s++)
                            acc[r][s] = load(to + (r * W + s) * XS);
                    UNROLL for (int q = 0; q < 4; q++) {
                        const int *o = offset + (pw * 4 + q) * (KT + VL);
                        const float *v = value + (pw * 4 + q) * (KT + VL);

                        ROLLED for (int e = 0; e < count[pw * 4 + q]; e++) {
                            const float *ue = uc + o[e];
                            vf a = splat(v[e]);
                            UNROLL for (int r = 0; r < R; r++)
                                UNROLL for (int s = 0; s < S; s++)
                                    acc[q / 2 * SH + r][q % 2 * SW + s] += a * load(ue + (r * S + s) * VL);
                        }
                    }
                    UNROLL for (int r = 0; r < R + SH; r++) {
                        UNROLL for (int s = 0; s < 2 * SW; s++)
                            store(to + (r * W + s) * XS, acc[r][s]);
                        UNROLL for (int s = 0; s < S - SW; s++)
                            acc[r][s] = acc[r][s + 2 * SW];
                    }
                    to += 2 * SW * XS;
                }
                UNROLL for (int r = 0; r < R + SH; r++)
                    UNROLL for (int s = 0; s < S - SW; s++)
                        store(to + (r * W + s) * XS, acc[r][s]);
            }
        }
    }
    memset(dx + clear * W * XS, 0, sizeof(float) * (H - clear) * W * XS);
}
