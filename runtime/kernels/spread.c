#include "runtime/kernels/vec.h"

/* The gradient of a convolution's result, laid out so that a convolution with the flipped weights makes the
 * gradient of its input: SH-1 and SW-1 zeros between neighbours, and zeros around.
 *
 *   dy [P][Q][KS]       z [ZH][ZW][KS], dy[p][q] at z[TOP+p*SH][LEFT+q*SW] */
KERNEL void spread(const float *restrict dy, float *restrict z, int P, int Q, int KS, int SH, int SW, int TOP, int LEFT,
                   int ZH, int ZW)
{
    memset(z, 0, sizeof(float) * ZH * ZW * KS);
    for (int p = 0; p < P; p++)
        for (int q = 0; q < Q; q++)
            for (int k = 0; k < KS; k += VL)
                store(z + ((TOP + p * SH) * ZW + LEFT + q * SW) * KS + k, load(dy + (p * Q + q) * KS + k));
}
