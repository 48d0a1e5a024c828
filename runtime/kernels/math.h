/* math.h - exp and log without a libm, so that they give the same bits wherever the same instructions
 * run. Needs vec.h before it. A sum holds one product, which any compiler contracts the same way. */

#ifndef RUNTIME_KERNELS_MATH_H
#define RUNTIME_KERNELS_MATH_H

#include "runtime/kernels/vec.h"

/* True for the first n of the lanes: the channels of a last vector that are no pads. */
INLINE vi lanes_below(int n)
{
    vi lane = {0};
    UNROLL for (int i = 0; i < VL; i++)
        lane[i] = i;
    return lane < isplat(n);
}

INLINE vf negative_magnitude(vf v)
{
    return (vf)((vi)v | isplat(INT32_MIN));
}

/* 2^n, where -126 <= n <= 127 */
INLINE vf vector_power2(vi n)
{
    return (vf)((n + 127) << 23);
}

/* e^r - 1 and n, where x = n log 2 + r and |r| <= log 2 / 2: adding 1.5 * 2^23 rounds to a whole n, which the low
 * bits of the sum then hold. x is kept to where 2^n r has a use, so that n is not too large. */
INLINE vf vector_exp_reduced(vf x, vi *n)
{
    const vf shift = splat(0x1.8p23f);
    x = pick(x > splat(89.f), splat(89.f), x);
    x = pick(x < splat(-104.f), splat(-104.f), x);
    vf t = x * 0x1.715476p+0f + shift;
    *n = (vi)t - (vi)shift;
    vf whole = t - shift;
    vf r = x - whole * 0x1.62e4p-1f;        /* exact: few bits times few bits */
    r = r - whole * 0x1.7f7d1cp-20f;
    vf p = splat(0x1.a0cf0ap-13f);
    p = p * r + 0x1.6e87bap-10f;
    p = p * r + 0x1.1112p-7f;
    p = p * r + 0x1.55544ap-5f;
    p = p * r + 0x1.555554p-3f;
    p = p * r + 0.5f;
    vf square = r * r;
    return p * square + r;
}

/* e^x, within an ulp or so; 0 and infinity where they are due, NaN of NaN. */
INLINE vf vector_exp(vf x)
{
    vi n;
    vf y = 1.f + vector_exp_reduced(x, &n);
    vi half = n >> 1;                       /* in two steps, since 2^n may not be a float */
    return y * vector_power2(half) * vector_power2(n - half);
}

/* 1 / (1 + e^-x) = e^x / (1 + e^x): whichever has no large power */
INLINE vf vector_sigmoid(vf x)
{
    vf e = vector_exp(negative_magnitude(x));
    return pick(x < (vf){0}, e, splat(1.f)) / (1.f + e);
}

static inline __attribute__((unused)) double power2(int n)
{
    uint64_t bits = (uint64_t)(n + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* e^x, within 1e-15 of it */
static inline __attribute__((unused)) double exact_exp(double x)
{
    if (x != x)
        return x;
    x = x > 710 ? 710 : x < -746 ? -746 : x;
    double t = x * 0x1.71547652b82fep+0 + 0x1.8p52;
    double whole = t - 0x1.8p52;
    double r = x - whole * 0x1.62e42feep-1;
    r = r - whole * 0x1.a39ef35793c76p-33;
    double p = 1.0 / 6227020800;
    p = p * r + 1.0 / 479001600;
    p = p * r + 1.0 / 39916800;
    p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    int n = (int)whole, half = n / 2;
    return p * power2(half) * power2(n - half);
}

/* log x, within 1e-15 of it: x = 2^n m with m near 1, and the series of log((1 + s) / (1 - s)) */
static inline __attribute__((unused)) double exact_log(double x)
{
    if (x != x || x < 0)
        return __builtin_nan("");
    if (x == 0 || x > 0x1.fffffffffffffp1023)
        return x == 0 ? -__builtin_inf() : x;
    int n = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        n = -54;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    n += (int)(bits >> 52) - 1023;
    bits = (bits & (UINT64_MAX >> 12)) | (uint64_t)1023 << 52;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 0x1.6a09e667f3bcdp0) {
        m *= 0.5;
        n++;
    }
    double s = (m - 1) / (m + 1), square = s * s;
    double p = 1.0 / 23;
    for (int k = 21; k >= 3; k -= 2)
        p = p * square + 1.0 / k;
    p = p * square;
    double twice = s + s;
    double near = twice + twice * p;
    return n * 0x1.62e42fefa39efp-1 + near;
}

/* log(1 + x): what 1 + x rounds away comes back as a factor (W. Kahan) */
static inline __attribute__((unused)) double exact_log1p(double x)
{
    double u = 1 + x;
    if (u == 1 || u > 0x1.fffffffffffffp1023)
        return x;
    double y = u > 0 ? exact_log(u) * (x / (u - 1)) : exact_log(u);
    IN_REGISTER(y);                         /* a product that must not merge with a caller's sum */
    return y;
}

#endif
