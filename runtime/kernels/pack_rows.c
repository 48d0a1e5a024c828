#include "runtime/kernels/vec.h"

/* Weights by output channel: block `task` of RV floats out of each row of the window, which is S*CS floats in
 * memory. Zeros in the channels' padding and past the row's end.
 *
 *   w [R][S][C][KS]     u [..][K][R][RV] */
KERNEL void pack_rows(const float *restrict w, float *restrict u, int task, int R, int S, int C, int CS, int K, int KS,
                      int RV)
{
    for (int r = 0; r < R; r++)
        for (int i = 0; i < RV; i++) {
            int e = task * RV + i, s = e / CS, c = e % CS;
            const float *from = w + ((r * S + s) * C + c) * KS;
            float *to = u + task * K * R * RV + r * RV + i;

            for (int k = 0; k < K; k++)
                to[k * R * RV] = s < S && c < C ? from[k] : 0;
        }
}
