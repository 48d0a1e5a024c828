#include "runtime/kernels/vec.h"

/* The gradient of a bias: db += the sum over pixels, in their order.
 *
 *   dy [PIXELS][XS]  ->  db [KS] */
KERNEL void bias_grad(const float *restrict dy, float *restrict db, int PIXELS, int XS, int KS)
{
    for (int k = 0; k < KS; k += VL) {
        vf sum = {0};
        for (int i = 0; i < PIXELS; i++)
            sum += load(dy + i * XS + k);
        store(db + k, load(db + k) + sum);
    }
}
