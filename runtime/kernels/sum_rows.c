#include "runtime/kernels/vec.h"

/* The sum of the shards' weight gradients as pool_grad_weight leaves them, in the weights' own order. Shards are
 * added in a fixed tree, ((0+1)+(2+3))+((4+5)+(6+7)); SHARDS is a power of two.
 *
 *   part [SHARDS] of [K][RB][R][RUNS][RV], SIZE floats apart        g [R][S][C][KS] */
KERNEL void sum_rows(const float *restrict part, float *restrict g, int R, int S, int C, int XS, int K, int KS,
                     int RUNS, int RUN, int RB, int RV, int SHARDS, int SIZE)
{
    vf sum[SHARDS];

    for (int row = 0; row < R * S * C; row++)
        for (int k = K; k < KS; k++)
            g[row * KS + k] = 0;

    for (int k = 0; k < K; k++)
        for (int b = 0; b < RB; b++)
            for (int row = 0; row < R * RUNS; row++)
                for (int v = 0; v < RV; v += VL) {
                    UNROLL for (int i = 0; i < SHARDS; i++)
                        sum[i] = load(part + (long)i * SIZE + ((k * RB + b) * (R * RUNS) + row) * RV + v);
                    UNROLL for (int step = 1; step < SHARDS; step *= 2)
                        UNROLL for (int i = 0; i < SHARDS; i += 2 * step)
                            sum[i] += sum[i + step];
                    for (int i = 0; i < VL; i++) {
                        int e = b * RV + v + i, tap = row * RUN / XS + e / XS, c = e % XS;
                        if (e < RUN && c < C)
                            g[(tap * C + c) * KS + k] = sum[0][i];
                    }
                }
}
