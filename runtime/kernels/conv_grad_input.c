#include "runtime/kernels/vec.h"

/* Gradient of a convolution's input, and what follows it where it is a deconv's result: each number of dx is a sum over the taps of the window that met it. With a
 * stride they are few, and the same ones for every SH-th row and every SW-th column.
 *
 *   z [P][ZW][KS]: dy with zeros beside its rows, dy[p][q] at z[p][LEFT+q]
 *   u [XS/(KB*VL)][R][S][K][KB*VL]: the weights turned by half a turn
 *   dx [H][W][YS], XS channels: what begins at row FIRST_H, column FIRST_W of the input
 *
 * Groups have GC channels of dx each, and K of dy, side by side.
 * A tile is TW pixels, SW columns apart, by KB vectors of channels, held in registers. */
KERNEL void conv_grad_input(const float *restrict z, const float *restrict u, const float *restrict b, float *restrict dx,
                            int H, int W, int YS, int XS, int FIRST_H, int FIRST_W, int R, int S, int K, int SH, int SW, int DH,
                            int DW, int P, int ZW, int LEFT, int KS, int GC, int TW, int KB)
{
    vf acc[TW][KB];
    vf v[KB];

    for (int c = 0; c < XS; c += KB * VL)
        for (int h = 0; h < H; h++)
            for (int phase = 0; phase < SW && phase < W; phase++) {
                int columns = (W - phase + SW - 1) / SW;

                for (int t = 0; t < columns; t += TW) {
                    /* the last tile overlaps its neighbour, so there is no edge case */
                    int w = phase + (t + TW <= columns ? t : columns - TW) * SW;

                    UNROLL for (int i = 0; i < TW; i++)
                        UNROLL for (int m = 0; m < KB; m++)
                            acc[i][m] = (vf){0};

                    for (int tap = 0; tap < R * S; tap++) {
                        int p = FIRST_H + h - tap / S * DH, q = FIRST_W + w - tap % S * DW;
                        if (p % SH != 0 || q % SW != 0 || p < 0 || p >= P * SH)
                            continue;
                        const float *zp = z + (p / SH * ZW + LEFT + q / SW) * KS + c / GC * K;
                        const float *ut = u + (c * R * S + (R * S - 1 - tap) * KB * VL) * K;

                        ROLLED for (int k = 0; k < K; k++) {
                            UNROLL for (int m = 0; m < KB; m++) {
                                v[m] = load(ut + (k * KB + m) * VL);
                                IN_REGISTER(v[m]);
                            }
                            UNROLL for (int i = 0; i < TW; i++) {
                                vf a = splat(zp[k + i * KS]);
                                UNROLL for (int m = 0; m < KB; m++)
                                    acc[i][m] += a * v[m];
                            }
                        }
                    }

                    UNROLL for (int i = 0; i < TW; i++)
                        UNROLL for (int m = 0; m < KB; m++)
                            store(dx + (h * W + w + i * SW) * YS + c + m * VL, AFTER(acc[i][m], b, c + m * VL));
                }
            }
}
