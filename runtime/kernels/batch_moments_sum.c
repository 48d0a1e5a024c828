#include "runtime/kernels/moments.h"
#include "runtime/kernels/vec.h"

/* The shards' moments, joined in a fixed tree. SHARDS is a power of two.
 *
 *   part [SHARDS][3][XS]  ->  mean, variance [XS]: the squares' sum divided by the count */
KERNEL void batch_moments_sum(const float *restrict part, float *restrict mean, float *restrict variance, int XS,
                              int SHARDS)
{
    Moments all[SHARDS];

    for (int c = 0; c < XS; c += VL) {
        UNROLL for (int i = 0; i < SHARDS; i++)
            all[i] = load_moments(part + 3 * i * XS + c, XS);
        UNROLL for (int step = 1; step < SHARDS; step *= 2)
            UNROLL for (int i = 0; i < SHARDS; i += 2 * step)
                all[i] = joined(all[i], all[i + step]);
        store(mean + c, all[0].mean);
        store(variance + c, all[0].squares / all[0].count);
    }
}
