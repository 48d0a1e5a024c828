#include "runtime/kernels/loss.h"
#include "runtime/kernels/vec.h"

/* The gradient of the mean of dice_loss over n images, for one of them: (dice - 2 t) / (sum(p) + sum(t) + 1)
 * times p (1 - p).
 *
 *   z [PIXELS][XS], of which the first counts; target as TRUTH reads it  ->  dz [PIXELS][XS], zeros in the pads
 *
 * Sums go lane by lane, in double. */
KERNEL void dice_loss_grad(const float *restrict z, const void *restrict target, float *restrict dz, int n,
                           int PIXELS, int XS, float WEIGHT)
{
    double both[VL] = {0}, either[VL] = {0};
    for (int e = 0; e < PIXELS; e += VL) {
        Truth truth = TRUTH(target, e, PIXELS - e);
        vf p = vector_sigmoid(elements(z, e, PIXELS - e, 1, XS));
        add_lanes(both, keep_where(truth.counts, p * truth.share));
        add_lanes(either, keep_where(truth.counts, p + truth.share));
    }
    double all = total_of_lanes(either) + 1;
    float dice = (float)((2 * total_of_lanes(both) + 1) / all), scale = (float)(WEIGHT / (all * n));
    for (int e = 0; e < PIXELS; e += VL) {
        Truth truth = TRUTH(target, e, PIXELS - e);
        vf power = vector_exp(negative_magnitude(elements(z, e, PIXELS - e, 1, XS))), below = 1.f + power;
        vf bend = power / (below * below);          /* p (1 - p) */
        vf slope = scale * (bend * (dice - (truth.share + truth.share)));
        put_elements(dz, keep_where(truth.counts, slope), e, PIXELS - e, 1, XS);
    }
}
