#include "runtime/kernels/neighbours.h"
#include "runtime/kernels/power.h"
#include "runtime/kernels/vec.h"

/* The gradient of a local norm, where by = LEVEL + ALPHA * sum of squares and power = by^-BETA:
 *
 *   dx = dy power - 2 ALPHA BETA x * sum of (dy x power / by) over those in whose windows it lies
 *
 *   x, dy, dx [PIXELS][XS]      square [BEFORE+XS+BEHIND], pull [BEHIND+XS+BEFORE], direct [XS]: room */
KERNEL void local_norm_grad(const float *restrict x, const float *restrict dy, float *restrict dx,
                            float *restrict square, float *restrict pull, float *restrict direct, int PIXELS, int XS,
                            int BEFORE, int BEHIND, float LEVEL, float ALPHA, float BETA)
{
    memset(square, 0, sizeof(float) * BEFORE);
    memset(square + BEFORE + XS, 0, sizeof(float) * BEHIND);
    memset(pull, 0, sizeof(float) * BEHIND);
    memset(pull + BEHIND + XS, 0, sizeof(float) * BEFORE);
    for (int i = 0; i < PIXELS; i++) {
        store_squares(x + i * XS, square + BEFORE, XS);
        for (int c = 0; c < XS; c += VL) {
            vf sum = sum_behind(square + c, BEFORE + BEHIND);
            vf by = LEVEL + ALPHA * sum, passed = load(dy + i * XS + c) * vector_power(by, -BETA);
            store(direct + c, passed);
            storeu(pull + BEHIND + c, passed * load(x + i * XS + c) / by);
        }
        for (int c = 0; c < XS; c += VL) {
            vf sum = sum_behind(pull + c, BEFORE + BEHIND);
            vf back = load(x + i * XS + c) * (2.f * ALPHA * BETA);
            store(dx + i * XS + c, load(direct + c) - back * sum);
        }
    }
}
