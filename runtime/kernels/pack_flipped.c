#include "runtime/kernels/vec.h"

/* Weights turned by 180 degrees with input and output changing places, for the gradient of a convolution's
 * input: block `task` of CV input channels. Zeros where there is no such channel. A group has K output channels, side by
 * side, and GC input channels, of which C are such.
 *
 *   w [R][S][C][KS]     u [..][R][S][K][CV] */
KERNEL void pack_flipped(const float *restrict w, float *restrict u, int task, int R, int S, int C, int K, int KS,
                         int GC, int CV)
{
    float *to = u + task * R * S * K * CV;

    for (int tap = R * S - 1; tap >= 0; tap--)
        for (int k = 0; k < K; k++)
            for (int i = 0; i < CV; i++) {
                int group = (task * CV + i) / GC, c = (task * CV + i) % GC;
                *to++ = c < C ? w[(tap * C + c) * KS + group * K + k] : 0;
            }
}
