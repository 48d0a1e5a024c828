#include "runtime/kernels/steps.h"
#include "runtime/kernels/vec.h"

/* Gradient of a depthwise convolution's input: each number of dx is a sum over the taps of the window that met it,
 * which are the same ones for every SH-th row and every SW-th column.
 *
 *   dy [P][Q][CS]       w [R][S][CS]
 *   dx [H][W][XS], XS <= CS: what begins at row TOP, column LEFT of the input with its frame
 *
 * A tile is TW pixels, SW columns apart, all taps of which lie within dy's row: there are so many, or TW is 1. */
KERNEL void depthwise_grad_input(const float *restrict dy, const float *restrict w, float *restrict dx, int H, int W,
                                 int XS, int TOP, int LEFT, int R, int S, int SH, int SW, int DH, int DW, int P,
                                 int Q, int CS, int TW)
{
    vf acc[TW];

    for (int h = 0; h < H; h++)
        for (int phase = 0; phase < SW && phase < W; phase++) {
            int columns = (W - phase + SW - 1) / SW;
            int begin = earlier(steps_to((S - 1) * DW - LEFT - phase, SW), columns);
            int end = later(begin, earlier(Q - (LEFT + phase) / SW, columns));

            for (int t = begin; t < end; t += TW) {
                /* the last tile overlaps its neighbour, so there is no edge case */
                int j = t + TW <= end ? t : end - TW;

                for (int c = 0; c < XS; c += VL) {
                    UNROLL for (int i = 0; i < TW; i++)
                        acc[i] = (vf){0};
                    for (int r = 0; r < R; r++) {
                        int p = TOP + h - r * DH;
                        if (p % SH != 0 || p < 0 || p >= P * SH)
                            continue;
                        UNROLL for (int s = 0; s < S; s++) {
                            int q = LEFT + phase - s * DW;
                            if (q % SW != 0)
                                continue;
                            const float *from = dy + (p / SH * Q + j + q / SW) * CS + c;
                            vf u = load(w + (r * S + s) * CS + c);
                            IN_REGISTER(u);
                            UNROLL for (int i = 0; i < TW; i++)
                                acc[i] += load(from + i * CS) * u;
                        }
                    }
                    UNROLL for (int i = 0; i < TW; i++)
                        store(dx + (h * W + phase + (j + i) * SW) * XS + c, acc[i]);
                }
            }

            for (int j = begin ? 0 : end; j < columns; j = j + 1 == begin ? end : j + 1)
                for (int c = 0; c < XS; c += VL) {
                    vf sum = (vf){0};
                    for (int r = 0; r < R; r++)
                        for (int s = 0; s < S; s++) {
                            int p = TOP + h - r * DH, q = LEFT + phase + j * SW - s * DW;
                            if (p % SH == 0 && q % SW == 0 && p >= 0 && q >= 0 && p < P * SH && q < Q * SW)
                                sum += load(dy + (p / SH * Q + q / SW) * CS + c) * load(w + (r * S + s) * CS + c);
                        }
                    store(dx + (h * W + phase + j * SW) * XS + c, sum);
                }
        }
}
