#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* The gradient of the mean of sigmoid_loss over n images, for one of them: (p - target) / n.
 *
 *   z [1], target [1]: 0 or 1  ->  dz [XS], zeros after the first */
KERNEL void sigmoid_loss_grad(const float *restrict z, const int32_t *restrict target,
                              float *restrict dz, int n, int XS)
{
    double wrong = target[0] ? -(double)z[0] : (double)z[0];
    double p = 1 / (1 + exact_exp(-wrong));                 /* that the answer is wrong */
    dz[0] = (float)((target[0] ? -p : p) / n);
    for (int c = 1; c < XS; c++)
        dz[c] = 0;
}
