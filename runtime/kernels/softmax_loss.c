#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* The loss of one image: -log of the target's share in the sum of e^z. Of equal classes the first is the answer.
 *
 *   z [C], target [1]: 0 to C-1  ->  loss [1], right [1]: 1 where the answer is the target */
KERNEL void softmax_loss(const float *restrict z, const int32_t *restrict target,
                         float *restrict loss, int32_t *restrict right, int C)
{
    int answer = 0;
    for (int c = 1; c < C; c++)
        if (z[c] > z[answer])
            answer = c;
    double sum = 0;
    for (int c = 0; c < C; c++)
        sum += exact_exp((double)z[c] - z[answer]);
    *loss = (float)(exact_log(sum) + ((double)z[answer] - z[target[0]]));
    *right = sum == sum && answer == target[0];
}
