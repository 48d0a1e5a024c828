/* power.h - logarithms and powers of vectors, without a libm: see math.h. */

#ifndef RUNTIME_KERNELS_POWER_H
#define RUNTIME_KERNELS_POWER_H

#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* log x of a positive number, within an ulp or two: x = 2^n m with m near 1, and the series of
 * log((1 + s) / (1 - s)) */
INLINE vf vector_log(vf x)
{
    vi bits = (vi)x, n = (bits - 0x3f3504f3) >> 23;     /* m from the root of 1/2 to that of 2 */
    vf m = (vf)(bits - (n << 23)), whole = __builtin_convertvector(n, vf);
    vf s = (m - 1.f) / (m + 1.f), square = s * s;
    vf p = splat(0x1.c71c72p-3f);                       /* 2/9, 2/7, 2/5, 2/3 */
    p = p * square + 0x1.24924ap-2f;
    p = p * square + 0x1.99999ap-2f;
    p = p * square + 0x1.555556p-1f;
    p = p * square;
    vf near = s * p + (s + s);
    vf y = whole * 0x1.7f7d1cp-20f + near;
    return whole * 0x1.62e4p-1f + y;                    /* exact: few bits times few bits */
}

/* x^e of a positive number */
INLINE vf vector_power(vf x, float e)
{
    return vector_exp(vector_log(x) * e);
}

#endif
