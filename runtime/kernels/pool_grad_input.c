#include "runtime/kernels/list.h"
#include "runtime/kernels/vec.h"

/* Gradient of the input of a convolution that 2x2 max-pooling follows. Only winners carry gradient: for each place of
 * dy and each of its four results a bit tells of KT channels at a time, and the bits are walked. KT divides KS, is at
 * most 64, and its weights for a vector of input channels stay in the first cache.
 *
 *   winner, dy [PH][PW][KS]     u [KS/KT][XS/VL][KT][R][S][VL]      dx [H][W][XS]
 *   won [PW][4]: the bits
 *
 * What one place of dy can reach, a patch of R+SH rows and S+SW columns, is held in registers; the columns that the
 * next place reaches, too, stay there. */
KERNEL void pool_grad_input(const int8_t *restrict winner, const float *restrict dy, const float *restrict u,
                            float *restrict dx, uint64_t *restrict won, int H, int W, int XS, int R, int S, int SH, int SW, int PH, int PW, int K, int KS, int KT)
{
    vf acc[R + SH][S + SW];
    int clear = 0;                                              /* rows of dx that are cleared or begun */

    for (int ph = 0; ph < PH; ph++) {
        int end = (2 * ph + 1) * SH + R;

        memset(dx + clear * W * XS, 0, sizeof(float) * (end - clear) * W * XS);
        clear = end;
        for (int block = 0; block < KS; block += KT) {
            for (int pw = 0; pw < PW; pw++) {
                const int8_t *who = winner + (ph * PW + pw) * KS + block;

                UNROLL for (int q = 0; q < 4; q++) {
                    uint64_t bits = 0;
                    UNROLL for (int k = 0; k < KT; k += VL)
                        bits |= (uint64_t)bits_of_bytes(*(const vb *)(who + k) == (int8_t)q) << k;
                    won[pw * 4 + q] = K - block < KT ? bits & (((uint64_t)1 << (K - block)) - 1) : bits;
                }
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
                        const float *v = dy + (ph * PW + pw) * KS + block;

                        ROLLED for (uint64_t left = won[pw * 4 + q]; left; left &= left - 1) {
                            int k = __builtin_ctzll(left);
                            const float *ue = uc + k * (R * S * VL);
                            vf a = splat(v[k]);
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
