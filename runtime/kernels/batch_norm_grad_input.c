#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* The gradient of a batch norm's input, whose statistics hang on all n images of it:
 *
 *   dx = w / deviation * (dy - (db + (x - mean) / deviation * dw) / count)
 *
 * Behind a relu, CUT tells of which, dy is what passed it; b is for that.
 *
 *   x, dy, dx [PIXELS][XS]      mean, variance, w, dw, db, b [XS]
 *
 * Ioffe and Szegedy 2015, section 3. Each CB vectors of channels hold their numbers in registers. */
KERNEL void batch_norm_grad_input(const float *restrict x, const float *restrict mean, const float *restrict variance,
                                  const float *restrict w, const float *restrict dy, const float *restrict dw,
                                  const float *restrict db, const float *restrict b, float *restrict dx, int n,
                                  int PIXELS, int XS, int CB, int CUT, float EPSILON)
{
    vf middle[CB], scale[CB], shift[CB], slope[CB], level[CB];
    float count = (float)n * (float)PIXELS;

    for (int c = 0; c < XS; c += CB * VL) {
        UNROLL for (int m = 0; m < CB; m++) {
            int k = c + m * VL;
            vf inverse = inverse_deviation(load(variance + k), EPSILON);
            middle[m] = load(mean + k);
            scale[m] = load(w + k) * inverse;
            shift[m] = (vf){0};
            if (CUT)
                shift[m] = load(b + k);
            slope[m] = load(dw + k) * inverse / count;
            level[m] = load(db + k) / count;
        }
        for (int i = 0; i < PIXELS; i++)
            UNROLL for (int m = 0; m < CB; m++) {
                int at = i * XS + c + m * VL;
                vf v = load(x + at), d = passed(load(dy + at), normed(v, middle[m], scale[m], shift[m]), CUT);
                store(dx + at, scale[m] * ((d - level[m]) - (v - middle[m]) * slope[m]));
            }
    }
}
