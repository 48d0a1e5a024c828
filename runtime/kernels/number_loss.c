#include "runtime/kernels/loss.h"
#include "runtime/kernels/vec.h"

/* The mean over an image's elements of the PENALTY for what y is off from its target by.
 *
 *   y [PIXELS][XS], of which C channels count; target [PIXELS][C]  ->  loss [1]
 *
 * The sum goes lane by lane, in double. */
KERNEL void number_loss(const float *restrict y, const float *restrict target, float *restrict loss,
                        int PIXELS, int C, int XS, float WEIGHT, float DELTA)
{
    const int count = PIXELS * C;
    double sum[VL] = {0};
    for (int e = 0; e < count; e += VL) {
        vf off = elements(y, e, count - e, C, XS) - elements(target, e, count - e, 1, 1);
        add_lanes(sum, keep_where(lanes_below(count - e), PENALTY(off, DELTA)));
    }
    *loss = mean_of(total_of_lanes(sum), count, WEIGHT);
}
