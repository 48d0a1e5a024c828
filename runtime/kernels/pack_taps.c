#include "runtime/kernels/vec.h"

/* Weights by output channel and tap, a vector of input channels each: block `task` of KT output channels. Zeros in
 * the channels' padding.
 *
 *   w [R][S][C][KS]     u [KS/KT][XS/VL][KT][R*S][VL] */
KERNEL void pack_taps(const float *restrict w, float *restrict u, int task, int R, int S, int C, int XS, int K, int KS,
                      int KT)
{
    float *to = u + task * KT * (R * S * XS);

    for (int c = 0; c < XS; c += VL)
        for (int k = task * KT; k < (task + 1) * KT; k++)
            for (int tap = 0; tap < R * S; tap++)
                for (int i = 0; i < VL; i++)
                    *to++ = k < K && c + i < C ? w[(tap * C + c + i) * KS + k] : 0;
}
