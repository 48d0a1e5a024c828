#include "runtime/kernels/loss.h"
#include "runtime/kernels/vec.h"

/* The gradient of the mean of number_loss over n images, for one of them: the PENALTY's slope, over all elements.
 *
 *   y [PIXELS][XS], of which C channels count; target [PIXELS][C]  ->  dy [PIXELS][XS], zeros in the pads */
KERNEL void number_loss_grad(const float *restrict y, const float *restrict target, float *restrict dy, int n,
                             int PIXELS, int C, int XS, float WEIGHT, float DELTA)
{
    const int count = PIXELS * C;
    const float scale = mean_of(1.0 / n, count, WEIGHT);
    clear_pads(dy, PIXELS, C, XS);
    for (int e = 0; e < count; e += VL) {
        vf off = elements(y, e, count - e, C, XS) - elements(target, e, count - e, 1, 1);
        put_elements(dy, scale * PENALTY(off, DELTA), e, count - e, C, XS);
    }
}
