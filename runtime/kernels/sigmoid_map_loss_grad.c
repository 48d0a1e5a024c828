#include "runtime/kernels/loss.h"
#include "runtime/kernels/vec.h"

/* The gradient of the mean of sigmoid_map_loss over n images, for one of them: (p - t) times what the element
 * counts, over all that count.
 *
 *   z [PIXELS][XS], of which C channels count; target as TRUTH reads it  ->  dz [PIXELS][XS], zeros in the pads
 *   class_weight [C], of one channel [2], or NULL: how much the classes count */
KERNEL void sigmoid_map_loss_grad(const float *restrict z, const void *restrict target, float *restrict dz,
                                  const float *restrict class_weight, int n,
                                  int PIXELS, int C, int XS, float WEIGHT)
{
    const int count = PIXELS * C;
    vi counted = {0};
    for (int e = 0; e < count; e += VL)
        counted += TRUTH(target, e, count - e).counts;
    float scale = mean_of(1.0 / n, count_of_lanes(counted), WEIGHT);
    clear_pads(dz, PIXELS, C, XS);
    for (int e = 0; e < count; e += VL) {
        Truth truth = TRUTH(target, e, count - e);
        vf off = vector_sigmoid(elements(z, e, count - e, C, XS)) - truth.share;
        vf slope = scale * (off * element_weights(class_weight, truth.share, e, C));
        put_elements(dz, keep_where(truth.counts, slope), e, count - e, C, XS);
    }
}
