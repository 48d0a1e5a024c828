#include "runtime/kernels/vec.h"

/* A running mean goes on to the batch's: SHARE of the way. XS numbers. */
KERNEL void running_mean(float *restrict mean, const float *restrict batch, int XS, float SHARE)
{
    for (int c = 0; c < XS; c += VL) {
        vf old = load(mean + c);
        store(mean + c, old + SHARE * (load(batch + c) - old));
    }
}
