#include "runtime/kernels/vec.h"

/* y = x * s, where all pixels share a factor for each channel; where they do not, a map is one pixel.
 *
 *   x [PIXELS][XS], s [XS]  ->  y [PIXELS][XS] */
KERNEL void multiply(const float *x, const float *s, float *restrict y, int PIXELS, int XS)
{
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < XS; c += VL)
            store(y + i * XS + c, load(x + i * XS + c) * load(s + c));
}
