#include "runtime/kernels/loss.h"
#include "runtime/kernels/vec.h"

/* The binary crossentropy of an image's elements with their targets, their mean: for the share t of what sigmoid
 * makes p of z, -t log p - (1 - t) log(1 - p) = max(z, 0) - t z + log(1 + e^-|z|), which overflows nowhere.
 *
 *   z [PIXELS][XS], of which C channels count; target as TRUTH reads it  ->  loss [1]; right [1]: the share of
 *   elements whose answer, more or less than a half, is the target's
 *   class_weight [C], of one channel [2], or NULL: how much the classes count
 *
 * The sum goes lane by lane, in double. */
KERNEL void sigmoid_map_loss(const float *restrict z, const void *restrict target, float *restrict loss,
                             float *restrict right, const float *restrict class_weight,
                             int PIXELS, int C, int XS, float WEIGHT)
{
    const int count = PIXELS * C;
    double sum[VL] = {0};
    vi counted = {0}, good = {0};
    for (int e = 0; e < count; e += VL) {
        Truth truth = TRUTH(target, e, count - e);
        vf v = elements(z, e, count - e, C, XS), t = truth.share;
        vf l = pick(v < (vf){0}, (vf){0}, v) - t * v + log1p_exp(v);
        add_lanes(sum, keep_where(truth.counts, l * element_weights(class_weight, t, e, C)));
        good += truth.counts & (v == v) & ((v > (vf){0}) == (t > splat(0.5f)));
        counted += truth.counts;
    }
    int counting = count_of_lanes(counted);
    *loss = mean_of(total_of_lanes(sum), counting, WEIGHT);
    *right = mean_of(count_of_lanes(good), counting, 1);
}
