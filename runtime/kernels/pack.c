#include "runtime/kernels/vec.h"

/* Weights in the order in which a convolution reads them: block `task` of KV output channels.
 *
 *   w [ROWS][KS]        u [KS/KV][ROWS][KV] */
KERNEL void pack(const float *restrict w, float *restrict u, int task, int ROWS, int KS, int KV)
{
    for (int row = 0; row < ROWS; row++)
        for (int k = 0; k < KV; k += VL)
            store(u + (task * ROWS + row) * KV + k, load(w + row * KS + task * KV + k));
}
