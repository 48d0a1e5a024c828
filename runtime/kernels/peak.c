/* peak.c - products and sums from registers alone, as many as the processor can do: of this a profile's shares
 * of peak are shares. sums [SUMS][VL] = sums / 2 + 1, `rounds` times. */

#include "runtime/kernels/vec.h"

KERNEL void peak(float *restrict sums, int rounds, int SUMS)
{
    vf sum[SUMS], half = splat(0.5f), one = splat(1);
    UNROLL for (int i = 0; i < SUMS; i++)
        sum[i] = load(sums + i * VL);
    ROLLED for (int round = 0; round < rounds; round++)
        UNROLL for (int i = 0; i < SUMS; i++)
            sum[i] = sum[i] * half + one;
    UNROLL for (int i = 0; i < SUMS; i++)
        store(sums + i * VL, sum[i]);
}
