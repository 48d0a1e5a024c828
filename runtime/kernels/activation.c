#include "runtime/kernels/activation.h"
#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* y = CURVE(x), an activation, and 0 in the pads.
 *
 *   x, y [PIXELS][XS], of which C channels count */
KERNEL void activation(const float *restrict x, float *restrict y, int PIXELS, int C, int XS)
{
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < XS; c += VL) {
            vf v = CURVE(load(x + i * XS + c));
            store(y + i * XS + c, C == XS ? v : keep_where(lanes_below(C - c), v));
        }
}
