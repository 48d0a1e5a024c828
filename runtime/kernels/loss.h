/* loss.h - what the kernels of losses share: the elements of a map, a vector at a time; targets, as job.h tells
 * of them; sums in a fixed order.
 *
 * An answer is [PIXELS][XS], of which C channels count; its elements are those without the pads, in the order of
 * pixels and channels. A target has no pads. What lies behind the last element counts for nothing. */

#ifndef RUNTIME_KERNELS_LOSS_H
#define RUNTIME_KERNELS_LOSS_H

#include "runtime/kernels/list.h"
#include "runtime/kernels/math.h"
#include "runtime/kernels/power.h"
#include "runtime/kernels/vec.h"

/* ---- elements ---- */

INLINE long element_place(int e, int c, int xs)
{
    return (long)(e / c) * xs + e % c;
}

/* The elements from e on, of which `left` are left: behind them the last is repeated. */
INLINE vf elements(const float *x, int e, int left, int c, int xs)
{
    vf v = {0};
    if (c == 1 && xs == 1 && left >= VL)
        return loadu(x + e);
    if (left >= VL) {
        UNROLL for (int i = 0; i < VL; i++)
            v[i] = x[element_place(e + i, c, xs)];
        return v;
    }
    for (int i = 0; i < VL; i++)
        v[i] = x[element_place(e + (i < left ? i : left - 1), c, xs)];
    return v;
}

/* Puts them there, and zeros into the pads of their pixels where c is 1. */
INLINE void put_elements(float *x, vf v, int e, int left, int c, int xs)
{
    for (int i = 0; i < VL && i < left; i++) {
        float *to = x + element_place(e + i, c, xs);
        for (int pad = 0; pad < xs && c == 1; pad += VL)
            store(to + pad, (vf){0});
        *to = v[i];
    }
}

/* Zeros into the pads of all pixels, which put_elements leaves as they are where c is not 1. */
INLINE void clear_pads(float *x, int pixels, int c, int xs)
{
    for (int i = 0; i < pixels && c > 1; i++)
        for (int pad = c; pad < xs; pad++)
            x[(long)i * xs + pad] = 0;
}

/* ---- pixels, as many as a vector has lanes: a vector for each channel ---- */

/* Of x's pixels from e on, of which `left` are left: behind them the last is repeated. */
INLINE void load_pixels(float *restrict channel, const float *restrict x, int e, int left, int c, int xs)
{
    for (int k = 0; k < c; k += VL) {
        vf v[VL];
        UNROLL for (int i = 0; i < VL; i++)
            v[i] = load(x + (long)(e + (i < left ? i : left - 1)) * xs + k);
        turn(v);
        UNROLL for (int i = 0; i < VL; i++)
            store(channel + (k + i) * VL, v[i]);
    }
}

/* Back again, zeros into the pads. */
INLINE void store_pixels(float *restrict x, const float *restrict channel, int e, int left, int c, int xs)
{
    for (int k = 0; k < xs; k += VL) {
        vf v[VL];
        UNROLL for (int i = 0; i < VL; i++)
            v[i] = k + i < c ? load(channel + (k + i) * VL) : (vf){0};
        turn(v);
        UNROLL for (int i = 0; i < VL; i++)
            if (i < left)
                store(x + (long)(e + i) * xs + k, v[i]);
    }
}

/* ---- targets ---- */

typedef struct {
    vf share;                   /* of the second class or of the label; a number to meet */
    vi counts;
} Truth;

/* A class each, of two; less than 0 does not count. */
INLINE Truth truth_of_class(const void *target, int e, int left)
{
    vi class = (vi)elements(target, e, left, 1, 1);
    return (Truth){ keep_where(class > 0, splat(1.f)), lanes_below(left) & (class >= 0) };
}

/* A share each; less than 0 does not count. */
INLINE Truth truth_of_share(const void *target, int e, int left)
{
    vf share = elements(target, e, left, 1, 1);
    return (Truth){ share, lanes_below(left) & (share >= (vf){0}) };
}

/* A number each, of which all count. */
INLINE Truth truth_of_number(const void *target, int e, int left)
{
    return (Truth){ elements(target, e, left, 1, 1), lanes_below(left) };
}

/* By class, of several: the shares of class k at the pixels from e on, of a target that holds a class for each
 * of them, or c shares. */
INLINE Truth share_of_class(const void *target, int k, int e, int left, int c)
{
    (void)c;
    vi class = (vi)elements(target, e, left, 1, 1);
    return (Truth){ keep_where(class == k, splat(1.f)), lanes_below(left) & (class >= 0) };
}

INLINE Truth share_of_share(const void *target, int k, int e, int left, int c)
{
    vf share = elements((const float *)target + k, e, left, 1, c);
    return (Truth){ share, lanes_below(left) & (share >= (vf){0}) };
}

/* How much elements count: by their label; of one channel, by both classes' shares. NULL: all alike. */
INLINE vf element_weights(const float *class_weight, vf share, int e, int c)
{
    if (!class_weight)
        return splat(1.f);
    if (c == 1)
        return class_weight[0] + share * (class_weight[1] - class_weight[0]);
    vf weight = {0};
    UNROLL for (int i = 0; i < VL; i++)
        weight[i] = class_weight[(e + i) % c];
    return weight;
}

/* ---- sums ---- */

/* Each lane for itself, in double; then in a tree. */
INLINE void add_lanes(double sum[VL], vf v)
{
    UNROLL for (int i = 0; i < VL; i++)
        sum[i] += v[i];
}

INLINE double total_of_lanes(double sum[VL])
{
    for (int half = VL / 2; half; half /= 2)
        for (int i = 0; i < half; i++)
            sum[i] += sum[i + half];
    return sum[0];
}

/* How often a mask was true, of which `minus` holds the sum. */
INLINE int count_of_lanes(vi minus)
{
    int count = 0;
    for (int i = 0; i < VL; i++)
        count -= minus[i];
    return count;
}

/* `sum` over `count`, 0 where that is 0: nothing of the image counts. */
INLINE float mean_of(double sum, int count, double weight)
{
    return count ? (float)(weight * (sum / count)) : 0;
}

/* ---- functions ---- */

/* log(1 + e^-|x|), by the series of log((1 + s) / (1 - s)), where s is at most 1/3 */
INLINE vf log1p_exp(vf x)
{
    vf e = vector_exp(negative_magnitude(x));
    vf s = e / (2.f + e), square = s * s;
    vf p = splat(1.f / 15);
    p = p * square + 1.f / 13;
    p = p * square + 1.f / 11;
    p = p * square + 1.f / 9;
    p = p * square + 1.f / 7;
    p = p * square + 1.f / 5;
    p = p * square + 1.f / 3;
    vf twice = s + s;
    return twice + twice * (p * square);
}

/* Of what a number is off by: its square, its size, a square that goes over into a line at delta; and their
 * slopes. */
INLINE vf magnitude(vf v) { return (vf)((vi)v & isplat(INT32_MAX)); }

INLINE vf squared(vf off, float delta) { (void)delta; return off * off; }
INLINE vf squared_slope(vf off, float delta) { (void)delta; return off + off; }
INLINE vf absolute(vf off, float delta) { (void)delta; return magnitude(off); }
INLINE vf absolute_slope(vf off, float delta)
{
    (void)delta;
    return pick(off != off, off, keep_where(off > (vf){0}, splat(1.f)) - keep_where(off < (vf){0}, splat(1.f)));
}

INLINE vf huber(vf off, float delta)
{
    vf size = magnitude(off);
    return pick(size > splat(delta), delta * (size - 0.5f * delta), 0.5f * off * off);
}

INLINE vf huber_slope(vf off, float delta)
{
    off = pick(off > splat(delta), splat(delta), off);
    return pick(off < splat(-delta), splat(-delta), off);
}

#endif
