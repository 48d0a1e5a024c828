/* activation.h - the activations of base/activations.def, a vector at a time: vector_WORD of x, and
 * vector_WORD_slope of what tells the slope there, y or x. A NaN passes. */

#ifndef RUNTIME_KERNELS_ACTIVATION_H
#define RUNTIME_KERNELS_ACTIVATION_H

#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

/* e^x - 1 of x <= 0, within two ulps or so: near 0 nothing cancels. */
INLINE vf vector_expm1(vf x)
{
    vi n;
    vf y = vector_exp_reduced(x, &n);
    n = ipick(n < -40, isplat(-40), n);     /* from there on it is -1 */
    vf power = vector_power2(n);
    return y * power + (power - 1.f);
}

/* (e^2x - 1) / (e^2x + 1), of -|x|, within four ulps or so; the sign comes back at the end. */
INLINE vf vector_tanh(vf x)
{
    vf t = vector_expm1(2.f * negative_magnitude(x));
    vf y = t / (t + 2.f);                   /* from -1 to 0 */
    return (vf)(((vi)y & isplat(INT32_MAX)) | ((vi)x & isplat(INT32_MIN)));
}

/* The share of the normal distribution that lies below x, where power is e^(-x^2/2). Far from 0 it is power times
 * a function that falls slowly, here a polynomial in u = 1 / (1 + 5/16 |x|), as Abramowitz and Stegun have one in
 * 26.2.17; this one is within 1.1e-8 of it, relatively, up to where power is 0. */
INLINE vf vector_normal(vf x, vf power)
{
    vf u = 1.f / (1.f - 0.3125f * negative_magnitude(x));
    vf p = splat(-0x1.37bfa8p-6f);
    p = p * u + 0x1.768c96p-4f;
    p = p * u + -0x1.35734ep-3f;
    p = p * u + 0x1.3047cep-4f;
    p = p * u + -0x1.4aa4fp-9f;
    p = p * u + 0x1.c6db24p-5f;
    p = p * u + 0x1.7109ap-4f;
    p = p * u + 0x1.ca4494p-4f;
    p = p * u + 0x1.fefa6ap-4f;
    p = p * u + 0x1.fea118p-4f;
    vf beyond = p * u * power;
    IN_REGISTER(beyond);                    /* a product that must not merge with the sum that follows */
    vf y = pick(x > (vf){0}, 1.f - beyond, beyond);
    IN_REGISTER(y);
    return y;
}

INLINE vf clamped(vf x, float most)
{
    x = keep_where(~(x < (vf){0}), x);
    return pick(x > splat(most), splat(most), x);
}

/* 1 inside, 0 at 0 and `most`, where it was clamped. */
INLINE vf is_inside(vf y, float most)
{
    return keep_where(~(y <= (vf){0}) & ~(y >= splat(most)), splat(1.f));
}

INLINE vf vector_relu(vf x)                 { return keep_where(~(x < (vf){0}), x); }
INLINE vf vector_relu_slope(vf y)           { return keep_where(~(y <= (vf){0}), splat(1.f)); }

INLINE vf vector_relu6(vf x)                { return clamped(x, 6.f); }
INLINE vf vector_relu6_slope(vf y)          { return is_inside(y, 6.f); }

/* The file of a card with such a layer has vector_leaky_SHARE and its slope, by these. */
INLINE vf leaky(vf x, float share)          { return pick(x < (vf){0}, x * share, x); }
INLINE vf leaky_slope(vf y, float share)    { return pick(y > (vf){0}, splat(1.f), splat(share)); }

INLINE vf vector_elu(vf x)                  { return pick(x > (vf){0}, x, vector_expm1(x)); }
INLINE vf vector_elu_slope(vf y)            { return pick(y > (vf){0}, splat(1.f), 1.f + y); }

INLINE vf vector_gelu(vf x)
{
    return x * vector_normal(x, vector_exp(x * x * -0.5f));
}

INLINE vf vector_gelu_slope(vf x)
{
    vf power = vector_exp(x * x * -0.5f);
    vf density = power * 0x1.988454p-2f;    /* 1 / sqrt(2 pi) */
    return vector_normal(x, power) + x * density;
}

INLINE vf vector_silu(vf x)                 { return x * vector_sigmoid(x); }

INLINE vf vector_silu_slope(vf x)
{
    vf e = vector_exp(negative_magnitude(x)), one = splat(1.f);     /* of the sigmoids of x and of -x */
    vf below = pick(x < (vf){0}, e, one) / (1.f + e), above = pick(x > (vf){0}, e, one) / (1.f + e);
    vf grown = x * above + 1.f;
    return below * grown;
}

INLINE vf vector_tanh_slope(vf y)           { return 1.f - y * y; }
INLINE vf vector_sigmoid_slope(vf y)        { return y * (1.f - y); }

INLINE vf vector_hard_sigmoid(vf x)         { return clamped(x + 3.f, 6.f) * 0x1.555556p-3f; }
INLINE vf vector_hard_sigmoid_slope(vf y)   { return is_inside(y, 1.f) * 0x1.555556p-3f; }

INLINE vf vector_hard_swish(vf x)           { return x * vector_hard_sigmoid(x); }

INLINE vf vector_hard_swish_slope(vf x)
{
    vf slope = x * 0x1.555556p-2f + 0.5f;
    slope = keep_where(~(x <= splat(-3.f)), slope);
    return pick(x >= splat(3.f), splat(1.f), slope);
}

#endif
