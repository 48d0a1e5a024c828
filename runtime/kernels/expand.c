#include "runtime/kernels/vec.h"

/* A vector as a picture, with zeros between its pixels: the reverse of compact.
 *
 *   x [PIXELS * C]  ->  y [PIXELS][XS] */
KERNEL void expand(const float *restrict x, float *restrict y, int PIXELS, int C, int XS)
{
    for (int i = 0; i < PIXELS; i++) {
        for (int c = 0; c < C; c++)
            y[i * XS + c] = x[i * C + c];
        for (int c = C; c < XS; c++)
            y[i * XS + c] = 0;
    }
}
