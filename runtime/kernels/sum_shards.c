#include "runtime/kernels/vec.h"

/* The sum of the shards' partial sums, in a fixed tree: ((0+1)+(2+3))+((4+5)+(6+7)). SHARDS is a power of two and
 * SIZE whole vectors.
 *
 *   part [SHARDS][SIZE]     g [SIZE] */
KERNEL void sum_shards(const float *restrict part, float *restrict g, int SIZE, int SHARDS)
{
    vf sum[SHARDS];

    for (int at = 0; at < SIZE; at += VL) {
        UNROLL for (int i = 0; i < SHARDS; i++)
            sum[i] = load(part + (long)i * SIZE + at);
        UNROLL for (int step = 1; step < SHARDS; step *= 2)
            UNROLL for (int i = 0; i < SHARDS; i += 2 * step)
                sum[i] += sum[i + step];
        store(g + at, sum[0]);
    }
}
