#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* y = (x - mean) / deviation * w + b, by channel, and what follows, to which r may be added first.
 *
 *   x, y, r [PIXELS][XS]        mean, variance, w, b [XS]
 *
 * Each CB vectors of channels hold their numbers in registers. */
KERNEL void batch_norm(const float *restrict x, const float *restrict mean, const float *restrict variance,
                       const float *restrict w, const float *restrict b, const float *restrict r, float *restrict y,
                       int PIXELS, int XS, int CB, float EPSILON)
{
    vf middle[CB], scale[CB], shift[CB];

    for (int c = 0; c < XS; c += CB * VL) {
        UNROLL for (int m = 0; m < CB; m++) {
            int k = c + m * VL;
            middle[m] = load(mean + k);
            scale[m] = load(w + k) * inverse_deviation(load(variance + k), EPSILON);
            shift[m] = load(b + k);
        }
        for (int i = 0; i < PIXELS; i++)
            UNROLL for (int m = 0; m < CB; m++) {
                int at = i * XS + c + m * VL;
                store(y + at, AFTER(normed(load(x + at), middle[m], scale[m], shift[m]), r, at));
            }
    }
}
