#include "runtime/kernels/loss.h"
#include "runtime/kernels/vec.h"

/* 1 - (2 sum(p t) + 1) / (sum(p) + sum(t) + 1) over an image's pixels, where p = 1 / (1 + e^-z) and t is the
 * target: soft dice (F. Milletari et al., "V-Net", 3DV 2016, without the squares). The ones keep an image that
 * lacks the thing from dividing by 0.
 *
 *   z [PIXELS][XS], of which the first counts; target as TRUTH reads it  ->  loss [1]; right [1]: the share of
 *   pixels whose answer, more or less than a half, is the target's
 *
 * Sums go lane by lane, in double. */
KERNEL void dice_loss(const float *restrict z, const void *restrict target, float *restrict loss,
                      float *restrict right, int PIXELS, int XS, float WEIGHT)
{
    double both[VL] = {0}, either[VL] = {0};
    vi counted = {0}, good = {0};
    for (int e = 0; e < PIXELS; e += VL) {
        Truth truth = TRUTH(target, e, PIXELS - e);
        vf v = elements(z, e, PIXELS - e, 1, XS), t = truth.share;
        vf p = vector_sigmoid(v);
        add_lanes(both, keep_where(truth.counts, p * t));
        add_lanes(either, keep_where(truth.counts, p + t));
        good += truth.counts & (v == v) & ((v > (vf){0}) == (t > splat(0.5f)));
        counted += truth.counts;
    }
    double shared = 2 * total_of_lanes(both) + 1, all = total_of_lanes(either) + 1;
    *loss = (float)(WEIGHT * ((all - shared) / all));
    *right = mean_of(count_of_lanes(good), count_of_lanes(counted), 1);
}
