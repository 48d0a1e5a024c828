#include "runtime/kernels/norm.h"
#include "runtime/kernels/vec.h"

/* The bias of a layer whose norm is folded into it: shift + (bias - mean) / deviation * gain. `bias` may be NULL.
 *
 *   bias, gain, shift, mean, variance, u [OS] */
KERNEL void fold_bias(const float *restrict bias, const float *restrict gain, const float *restrict shift,
                      const float *restrict mean, const float *restrict variance, float *restrict u, int OS,
                      float EPSILON)
{
    for (int o = 0; o < OS; o += VL) {
        vf off = (bias ? load(bias + o) : (vf){0}) - load(mean + o);
        vf scale = load(gain + o) * inverse_deviation(load(variance + o), EPSILON);
        store(u + o, load(shift + o) + off * scale);
    }
}
