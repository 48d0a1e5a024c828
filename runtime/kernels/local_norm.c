#include "runtime/kernels/neighbours.h"
#include "runtime/kernels/power.h"
#include "runtime/kernels/vec.h"

/* Each number by the squares of its neighbours in other channels, BEFORE it and BEHIND it, as far as there are any:
 * y = x / (LEVEL + ALPHA * sum of squares)^BETA.
 *
 *   x, y [PIXELS][XS]       square [BEFORE+XS+BEHIND]: room
 *
 * Krizhevsky, Sutskever and Hinton 2012, section 3.3. */
KERNEL void local_norm(const float *restrict x, float *restrict y, float *restrict square, int PIXELS, int XS,
                       int BEFORE, int BEHIND, float LEVEL, float ALPHA, float BETA)
{
    memset(square, 0, sizeof(float) * BEFORE);
    memset(square + BEFORE + XS, 0, sizeof(float) * BEHIND);
    for (int i = 0; i < PIXELS; i++) {
        store_squares(x + i * XS, square + BEFORE, XS);
        for (int c = 0; c < XS; c += VL) {
            vf sum = sum_behind(square + c, BEFORE + BEHIND);
            store(y + i * XS + c, load(x + i * XS + c) * vector_power(LEVEL + ALPHA * sum, -BETA));
        }
    }
}
