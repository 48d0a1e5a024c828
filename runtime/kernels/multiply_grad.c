#include "runtime/kernels/vec.h"

/* The gradient of a factor that all pixels share: the sum of x * dy over the pixels, in their order.
 *
 *   x, dy [PIXELS][XS]  ->  ds [XS] */
KERNEL void multiply_grad(const float *x, const float *dy, float *restrict ds, int PIXELS, int XS)
{
    for (int c = 0; c < XS; c += VL) {
        vf sum = {0};
        for (int i = 0; i < PIXELS; i++)
            sum += load(x + i * XS + c) * load(dy + i * XS + c);
        store(ds + c, sum);
    }
}
