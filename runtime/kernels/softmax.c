#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* y = e^x over the sum of e^x over the channels, and 0 in the pads.
 *
 *   x, y [PIXELS][XS], of which C channels count
 *
 * Sums go channel by channel in double, so that they do not depend on the vector. */
KERNEL void softmax(const float *restrict x, float *restrict y, int PIXELS, int C, int XS)
{
    for (int i = 0; i < PIXELS; i++) {
        const float *xi = x + i * XS;
        float *yi = y + i * XS;
        float most = xi[0];
        for (int c = 1; c < C; c++)
            if (xi[c] > most || xi[c] != xi[c])
                most = xi[c];
        for (int c = 0; c < XS; c += VL)
            store(yi + c, keep_where(lanes_below(C - c), vector_exp(load(xi + c) - splat(most))));
        double sum = 0;
        for (int c = 0; c < C; c++)
            sum += yi[c];
        for (int c = 0; c < XS; c += VL)
            store(yi + c, keep_where(lanes_below(C - c), load(yi + c) / splat((float)sum)));
    }
}
