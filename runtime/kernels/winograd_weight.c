#include "runtime/kernels/vec.h"
#include "runtime/kernels/winograd.h"

/* Weights of a 3x3 window as Winograd's F(4x4,3x3) multiplies by them: output channels task*VL and the next. A
 * tap's weights are STEP floats from one input channel to the next, and those of the next task NEXT floats on.
 *
 *   w [3][3][C][STEP]       u [36][KS/KV][C][KV], with a vector between its planes */
KERNEL void winograd_weight(const float *restrict w, float *restrict u, int task, int C, int KS, int KV, int STEP,
                            int NEXT)
{
    vf half[6][3], g[3], o[6];
    float *to = u + task * VL / KV * (C * KV) + task * VL % KV;

    for (int c = 0; c < C; c++) {
        UNROLL for (int s = 0; s < 3; s++) {
            UNROLL for (int r = 0; r < 3; r++)
                g[r] = load(w + task * NEXT + ((r * 3 + s) * C + c) * STEP);
            winograd_weight_row(o, g);
            UNROLL for (int i = 0; i < 6; i++)
                half[i][s] = o[i];
        }
        UNROLL for (int i = 0; i < 6; i++) {
            winograd_weight_row(o, half[i]);
            UNROLL for (int j = 0; j < 6; j++)
                store(to + (i * 6 + j) * (C * KS + VL) + c * KV, o[j]);
        }
    }
}
