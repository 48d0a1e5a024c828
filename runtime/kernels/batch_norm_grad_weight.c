#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* What an image adds to the gradients of w and b: the sums over pixels of dy, times what x is off the mean (the
 * deviation is divided by at the end), and of dy alone. Behind a relu, CUT tells of which, only what passed it counts;
 * w and b are for that.
 *
 *   x, dy [PIXELS][XS]      mean, variance, w, b [XS]       part [2][XS]
 *
 * A tile is TP pixels by CB vectors of channels, held in registers. */
KERNEL void batch_norm_grad_weight(const float *restrict x, const float *restrict mean, const float *restrict variance,
                                   const float *restrict w, const float *restrict b, const float *restrict dy,
                                   float *restrict part, int PIXELS, int XS, int TP, int CB, int CUT, float EPSILON)
{
    vf dw[TP][CB], db[TP][CB], middle[CB], scale[CB], shift[CB];

    for (int c = 0; c < XS; c += CB * VL) {
        int i;

        UNROLL for (int m = 0; m < CB; m++) {
            int k = c + m * VL;
            middle[m] = load(mean + k);
            scale[m] = shift[m] = (vf){0};
            if (CUT) {
                scale[m] = load(w + k) * inverse_deviation(load(variance + k), EPSILON);
                shift[m] = load(b + k);
            }
            UNROLL for (int t = 0; t < TP; t++)
                dw[t][m] = db[t][m] = (vf){0};
        }
        for (i = 0; i + TP <= PIXELS; i += TP)
            UNROLL for (int t = 0; t < TP; t++)
                UNROLL for (int m = 0; m < CB; m++) {
                    int at = (i + t) * XS + c + m * VL;
                    vf v = load(x + at), d = passed(load(dy + at), normed(v, middle[m], scale[m], shift[m]), CUT);
                    dw[t][m] += d * (v - middle[m]);
                    db[t][m] += d;
                }
        for (; i < PIXELS; i++)
            UNROLL for (int m = 0; m < CB; m++) {
                int at = i * XS + c + m * VL;
                vf v = load(x + at), d = passed(load(dy + at), normed(v, middle[m], scale[m], shift[m]), CUT);
                dw[0][m] += d * (v - middle[m]);
                db[0][m] += d;
            }
        UNROLL for (int m = 0; m < CB; m++) {
            float *to = part + c + m * VL;
            UNROLL for (int t = 1; t < TP; t++) {
                dw[0][m] += dw[t][m];
                db[0][m] += db[t][m];
            }
            store(to, load(to) + dw[0][m]);
            store(to + XS, load(to + XS) + db[0][m]);
        }
    }
}
