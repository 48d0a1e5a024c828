#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* Each channel of an image by the mean and the deviation of its group, one of GROUPS of as many channels:
 * y = (x - mean) / deviation * w + b.
 *
 *   x, y [PIXELS][XS], of which C channels count      w, b [XS]       mean, inverse [XS]: room */
KERNEL void group_norm(const float *restrict x, const float *restrict w, const float *restrict b, float *restrict y,
                       float *restrict mean, float *restrict inverse, int PIXELS, int C, int XS, int GROUPS,
                       float EPSILON)
{
    group_moments(x, mean, inverse, PIXELS, C, XS, GROUPS, EPSILON);
    for (int c = 0; c < XS; c += VL) {
        vf middle = load(mean + c), scale = load(inverse + c) * load(w + c), shift = load(b + c);
        for (int i = 0; i < PIXELS; i++)
            store(y + i * XS + c, (load(x + i * XS + c) - middle) * scale + shift);
    }
}
