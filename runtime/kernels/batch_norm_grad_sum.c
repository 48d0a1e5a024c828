#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* The shards' sums, added in a fixed tree, and by the deviation, which what x is off the mean was not divided by yet.
 * SHARDS is a power of two.
 *
 *   part [SHARDS][2][XS]    variance [XS]  ->  dw, db [XS] */
KERNEL void batch_norm_grad_sum(const float *restrict part, const float *restrict variance, float *restrict dw,
                                float *restrict db, int XS, int SHARDS, float EPSILON)
{
    vf sum[SHARDS][2];

    for (int c = 0; c < XS; c += VL) {
        UNROLL for (int i = 0; i < SHARDS; i++)
            UNROLL for (int k = 0; k < 2; k++)
                sum[i][k] = load(part + (2 * i + k) * XS + c);
        UNROLL for (int step = 1; step < SHARDS; step *= 2)
            UNROLL for (int i = 0; i < SHARDS; i += 2 * step)
                UNROLL for (int k = 0; k < 2; k++)
                    sum[i][k] += sum[i + step][k];
        store(dw + c, sum[0][0] * inverse_deviation(load(variance + c), EPSILON));
        store(db + c, sum[0][1]);
    }
}
