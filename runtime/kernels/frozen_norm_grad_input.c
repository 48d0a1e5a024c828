#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* dx = dy * w / deviation, by channel: of a norm whose statistics are given.
 *
 *   dy, dx [PIXELS][XS]     variance, w [XS]
 *
 * Each CB vectors of channels hold their numbers in registers. */
KERNEL void frozen_norm_grad_input(const float *restrict variance, const float *restrict w, const float *restrict dy,
                                   float *restrict dx, int PIXELS, int XS, int CB, float EPSILON)
{
    vf scale[CB];

    for (int c = 0; c < XS; c += CB * VL) {
        UNROLL for (int m = 0; m < CB; m++) {
            int k = c + m * VL;
            scale[m] = load(w + k) * inverse_deviation(load(variance + k), EPSILON);
        }
        for (int i = 0; i < PIXELS; i++)
            UNROLL for (int m = 0; m < CB; m++) {
                int at = i * XS + c + m * VL;
                store(dx + at, load(dy + at) * scale[m]);
            }
    }
}
