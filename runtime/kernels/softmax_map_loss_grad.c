#include "runtime/kernels/loss.h"
#include "runtime/kernels/vec.h"

/* The gradient of the mean of softmax_map_loss over n images, for one of them: (p - t) times what the pixel
 * counts, over all that count. A vector holds as many pixels.
 *
 *   z [PIXELS][XS], of which C channels count; target as SHARE reads it  ->  dz [PIXELS][XS], zeros in the pads
 *   class_weight [C] or NULL: how much the classes count
 *   channel [whole vectors of C][VL]: the pixels at hand, a vector for each class: z, e^z, dz */
KERNEL void softmax_map_loss_grad(const float *restrict z, const void *restrict target, float *restrict dz,
                                  float *restrict channel, const float *restrict class_weight, int n,
                                  int PIXELS, int C, int XS, float WEIGHT, float SMOOTH)
{
    vi counted = {0};
    for (int e = 0; e < PIXELS; e += VL)
        counted += SHARE(target, 0, e, PIXELS - e, C).counts;
    const float scale = mean_of(1.0 / n, count_of_lanes(counted), WEIGHT);
    for (int e = 0; e < PIXELS; e += VL) {
        const int left = PIXELS - e;
        vi counts = SHARE(target, 0, e, left, C).counts;
        load_pixels(channel, z, e, left, C, XS);
        vf most = load(channel);
        for (int k = 1; k < C; k++) {
            vf v = load(channel + k * VL);
            most = pick((v > most) | (v != v), v, most);
        }
        vf powers = {0}, all = {0}, weight = splat(class_weight ? 0.f : 1.f);
        for (int k = 0; k < C; k++) {
            vf t = SHARE(target, k, e, left, C).share, power = vector_exp(load(channel + k * VL) - most);
            store(channel + k * VL, power);
            powers += power;
            all += t;
            if (class_weight)
                weight += t * class_weight[k];
        }
        all = all * (1.f - SMOOTH) + SMOOTH;
        vf factor = all / powers;
        for (int k = 0; k < C; k++) {
            vf t = SHARE(target, k, e, left, C).share * (1.f - SMOOTH) + SMOOTH / C;
            vf slope = load(channel + k * VL) * factor - t;
            store(channel + k * VL, keep_where(counts, scale * (slope * weight)));
        }
        store_pixels(dz, channel, e, left, C, XS);
    }
}
