#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* The gradient of a layer norm, pixel by pixel; off = (x - mean) / deviation:
 *
 *   dx = (dy w - mean of dy w - off * mean of dy w off) / deviation;  dw += dy off;  db += dy
 *
 *   x, dy, dx [PIXELS][XS], of which C channels count     w, dw, db [XS]
 *
 * Ba, Kiros and Hinton 2016, section 3. */
KERNEL void layer_norm_grad(const float *restrict x, const float *restrict w, const float *restrict dy,
                            float *restrict dx, float *restrict dw, float *restrict db, int PIXELS, int C, int XS,
                            float EPSILON)
{
    for (int i = 0; i < PIXELS; i++) {
        const float *xi = x + i * XS, *di = dy + i * XS;
        vf mean = pixel_mean(xi, C, XS), inverse = pixel_inverse(xi, mean, C, XS, EPSILON);
        vf sum = {0}, turned = {0};

        for (int c = 0; c < XS; c += VL) {
            vf off = (load(xi + c) - mean) * inverse, g = load(di + c) * load(w + c);
            sum += g;
            turned += g * off;
            store(dw + c, load(dw + c) + load(di + c) * off);
            store(db + c, load(db + c) + load(di + c));
        }
        vf level = splat(lanes_sum(sum) / (float)C), slope = splat(lanes_sum(turned) / (float)C);
        for (int c = 0; c < XS; c += VL) {
            vf off = (load(xi + c) - mean) * inverse;
            vf rest = load(di + c) * load(w + c) - level - off * slope;
            store(dx + i * XS + c, keep_where(lanes_below(C - c), rest * inverse));
        }
    }
}
