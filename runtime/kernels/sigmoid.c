#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* y = 1 / (1 + e^-x), and 0 in the pads.
 *
 *   x, y [PIXELS][XS], of which C channels count */
KERNEL void sigmoid(const float *restrict x, float *restrict y, int PIXELS, int C, int XS)
{
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < XS; c += VL)
            store(y + i * XS + c,
                  keep_where(lanes_below(C - c), vector_sigmoid(load(x + i * XS + c))));
}
