#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* dx = y (dy - the sum of y dy over the channels), by the result y, and 0 in the pads.
 *
 *   y, dy, dx [PIXELS][XS], of which C channels count */
KERNEL void softmax_grad(const float *restrict y, const float *restrict dy, float *restrict dx,
                         int PIXELS, int C, int XS)
{
    for (int i = 0; i < PIXELS; i++) {
        const float *yi = y + i * XS, *dyi = dy + i * XS;
        double sum = 0;
        for (int c = 0; c < C; c++)
            sum += (double)yi[c] * dyi[c];
        for (int c = 0; c < XS; c += VL)
            store(dx + i * XS + c,
                  keep_where(lanes_below(C - c),
                             load(yi + c) * (load(dyi + c) - splat((float)sum))));
    }
}
