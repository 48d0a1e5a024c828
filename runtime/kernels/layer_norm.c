#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* Each pixel by the mean and the deviation of its own channels: y = (x - mean) / deviation * w + b.
 *
 *   x, y [PIXELS][XS], of which C channels count      w, b [XS] */
KERNEL void layer_norm(const float *restrict x, const float *restrict w, const float *restrict b, float *restrict y,
                       int PIXELS, int C, int XS, float EPSILON)
{
    for (int i = 0; i < PIXELS; i++) {
        const float *xi = x + i * XS;
        vf mean = pixel_mean(xi, C, XS), inverse = pixel_inverse(xi, mean, C, XS, EPSILON);

        for (int c = 0; c < XS; c += VL)
            store(y + i * XS + c, (load(xi + c) - mean) * inverse * load(w + c) + load(b + c));
    }
}
