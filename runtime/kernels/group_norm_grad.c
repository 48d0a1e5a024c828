#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* The gradient of a group norm, of an image; off = (x - mean) / deviation, by the channel's group:
 *
 *   dx = (dy w - mean of dy w - off * mean of dy w off) / deviation;  dw += dy off;  db += dy
 *
 *   x, dy, dx [PIXELS][XS], of which C channels count     w, dw, db [XS]
 *   mean, inverse, level, slope [XS]: room
 *
 * Wu and He 2018. */
KERNEL void group_norm_grad(const float *restrict x, const float *restrict w, const float *restrict dy,
                            float *restrict dx, float *restrict dw, float *restrict db, float *restrict mean,
                            float *restrict inverse, float *restrict level, float *restrict slope, int PIXELS, int C,
                            int XS, int GROUPS, float EPSILON)
{
    group_moments(x, mean, inverse, PIXELS, C, XS, GROUPS, EPSILON);
    for (int c = 0; c < XS; c += VL) {
        vf sum = {0}, turned = {0}, middle = load(mean + c);
        for (int i = 0; i < PIXELS; i++) {
            vf d = load(dy + i * XS + c);
            sum += d;
            turned += d * (load(x + i * XS + c) - middle);
        }
        turned *= load(inverse + c);
        IN_REGISTER(turned);
        store(dw + c, load(dw + c) + turned);
        store(db + c, load(db + c) + sum);
        store(level + c, load(w + c) * sum);
        store(slope + c, load(w + c) * turned);
    }
    mean_of_groups(level, PIXELS, C, XS, GROUPS);
    mean_of_groups(slope, PIXELS, C, XS, GROUPS);
    for (int c = 0; c < XS; c += VL) {
        vf middle = load(mean + c), scale = load(inverse + c), gain = load(w + c);
        vf lift = load(level + c), tilt = load(slope + c) * scale;
        for (int i = 0; i < PIXELS; i++) {
            vf rest = load(dy + i * XS + c) * gain - lift - (load(x + i * XS + c) - middle) * tilt;
            store(dx + i * XS + c, rest * scale);
        }
    }
}
