#include "runtime/kernels/vec.h"

/* dx = dy, but 0 where the result y was cut.
 *
 *   y [PIXELS][YS], dy [PIXELS][GS]  ->  dx [PIXELS][XS] */
KERNEL void relu_grad(const float *restrict y, const float *restrict dy, float *restrict dx, int PIXELS, int YS, int GS,
                      int XS)
{
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < XS; c += VL)
            store(dx + i * XS + c, keep_where(~(load(y + i * YS + c) <= (vf){0}), load(dy + i * GS + c)));
}
