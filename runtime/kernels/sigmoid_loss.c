#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* The loss of one image with two classes: -log p of the right one, where p = 1 / (1 + e^-z) is for class 1.
 *
 *   z [1], target [1]: 0 or 1  ->  loss [1], right [1]: 1 where the answer is the target */
KERNEL void sigmoid_loss(const float *restrict z, const int32_t *restrict target,
                         float *restrict loss, int32_t *restrict right)
{
    double wrong = target[0] ? -(double)z[0] : (double)z[0];        /* log of the odds against it */
    double most = wrong < 0 ? 0 : wrong;
    *loss = (float)(most + exact_log1p(exact_exp(wrong < 0 ? wrong : -wrong)));
    *right = z[0] == z[0] && (z[0] > 0) == (target[0] != 0);
}
