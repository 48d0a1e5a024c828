#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* The gradient of the mean of softmax_loss over n images, for one of them: (p - 1 at the target) / n.
 *
 *   z [C], target [1]: 0 to C-1  ->  dz [XS], zeros after C */
KERNEL void softmax_loss_grad(const float *restrict z, const int32_t *restrict target,
                              float *restrict dz, int n, int C, int XS)
{
    float most = z[0];
    for (int c = 1; c < C; c++)
        if (z[c] > most)
            most = z[c];
    double sum = 0;
    for (int c = 0; c < C; c++)
        sum += exact_exp((double)z[c] - most);
    for (int c = 0; c < C; c++) {
        double p = exact_exp((double)z[c] - most) / sum;
        dz[c] = (float)((c == target[0] ? p - 1 : p) / n);
    }
    for (int c = C; c < XS; c++)
        dz[c] = 0;
}
