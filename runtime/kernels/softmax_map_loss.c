#include "runtime/kernels/loss.h"
#include "runtime/kernels/vec.h"

/* The crossentropy of an image's pixels with their targets, their mean: -sum t log p, where p is what softmax
 * makes of the logits and t the target's shares, of which SMOOTH is evenly spread. Of equal classes the first is
 * the answer. A vector holds as many pixels.
 *
 *   z [PIXELS][XS], of which C channels count; target as SHARE reads it  ->  loss [1]; right [1]: the share of
 *   pixels whose answer is the class of the largest share
 *   class_weight [C] or NULL: how much the classes count
 *   channel [whole vectors of C][VL]: the pixels at hand, a vector for each class
 *
 * The sum goes lane by lane, in double. */
KERNEL void softmax_map_loss(const float *restrict z, const void *restrict target, float *restrict loss,
                             float *restrict right, float *restrict channel, const float *restrict class_weight,
                             int PIXELS, int C, int XS, float WEIGHT, float SMOOTH)
{
    double sum[VL] = {0};
    vi counted = {0}, good = {0};
    for (int e = 0; e < PIXELS; e += VL) {
        const int left = PIXELS - e;
        load_pixels(channel, z, e, left, C, XS);
        vf most = load(channel), largest = SHARE(target, 0, e, left, C).share;
        vi answer = {0}, wanted = {0}, counts = SHARE(target, 0, e, left, C).counts;
        for (int k = 1; k < C; k++) {
            vf v = load(channel + k * VL), t = SHARE(target, k, e, left, C).share;
            answer = ipick(v > most, isplat(k), answer);
            most = pick((v > most) | (v != v), v, most);
            wanted = ipick(t > largest, isplat(k), wanted);
            largest = pick(t > largest, t, largest);
        }
        vf powers = {0};
        for (int k = 0; k < C; k++)
            powers += vector_exp(load(channel + k * VL) - most);
        vf log_sum = vector_log(powers), l = {0}, weight = splat(class_weight ? 0.f : 1.f);
        for (int k = 0; k < C; k++) {
            vf t = SHARE(target, k, e, left, C).share;
            if (class_weight)
                weight += t * class_weight[k];
            t = t * (1.f - SMOOTH) + SMOOTH / C;
            l += keep_where(t != (vf){0}, t * (log_sum + (most - load(channel + k * VL))));
        }
        add_lanes(sum, keep_where(counts, l * weight));
        good += counts & (most == most) & (answer == wanted);
        counted += counts;
    }
    int counting = count_of_lanes(counted);
    *loss = mean_of(total_of_lanes(sum), counting, WEIGHT);
    *right = mean_of(count_of_lanes(good), counting, 1);
}
