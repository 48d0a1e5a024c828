/* norm.h - what the kernels of norms share. Needs vec.h and math.h. One product a sum. */

#ifndef RUNTIME_KERNELS_NORM_H
#define RUNTIME_KERNELS_NORM_H

#include "runtime/kernels/math.h"
#include "runtime/kernels/vec.h"

INLINE vf inverse_deviation(vf variance, float epsilon)
{
    return 1.f / square_root(variance + epsilon);
}

/* (x - mean) / deviation * w + b, where `scale` is w / deviation: the same bits forward and backward. */
INLINE vf normed(vf x, vf mean, vf scale, vf b)
{
    return (x - mean) * scale + b;
}

/* The gradient dy of what z became: cut 0, z itself; 1, relu, which was cut off below 0; 2, relu6, which was above 6,
 * too. */
INLINE vf passed(vf dy, vf z, int cut)
{
    if (cut)
        dy = keep_where(~(z <= (vf){0}), dy);
    if (cut == 2)
        dy = keep_where(~(z >= splat(6.f)), dy);
    return dy;
}

/* All lanes together, in a fixed tree. */
INLINE float lanes_sum(vf v)
{
    float sum[VL];
    memcpy(sum, &v, sizeof sum);
    for (int step = VL / 2; step; step /= 2)
        for (int i = 0; i < step; i++)
            sum[i] += sum[i + step];
    return sum[0];
}

/* ---- over the channels of a pixel, of which the first C count ---- */

INLINE vf pixel_mean(const float *x, int C, int XS)
{
    vf sum = {0};
    for (int c = 0; c < XS; c += VL)
        sum += load(x + c);
    return splat(lanes_sum(sum) / (float)C);
}

INLINE vf pixel_inverse(const float *x, vf mean, int C, int XS, float epsilon)
{
    vf sum = {0};
    for (int c = 0; c < XS; c += VL) {
        vf off = keep_where(lanes_below(C - c), load(x + c) - mean);
        sum += off * off;
    }
    return inverse_deviation(splat(lanes_sum(sum) / (float)C), epsilon);
}

/* ---- over groups of channels and all pixels ---- */

/* Each of the C numbers becomes the mean of its group's over so many pixels; what is no channel's, 0. */
INLINE void mean_of_groups(float *sum, int pixels, int C, int XS, int groups)
{
    int each = C / groups;
    for (int g = 0; g < C; g += each) {
        float all = 0;
        for (int c = g; c < g + each; c++)
            all += sum[c];
        for (int c = g; c < g + each; c++)
            sum[c] = all / ((float)each * (float)pixels);
    }
    for (int c = C; c < XS; c++)
        sum[c] = 0;
}

/* An image's mean and 1 / deviation of each channel's group; of what is no channel 0. */
INLINE void group_moments(const float *x, float *mean, float *inverse, int PIXELS, int C, int XS, int GROUPS,
                          float epsilon)
{
    for (int c = 0; c < XS; c += VL) {
        vf sum = {0};
        for (int i = 0; i < PIXELS; i++)
            sum += load(x + i * XS + c);
        store(mean + c, sum);
    }
    mean_of_groups(mean, PIXELS, C, XS, GROUPS);
    for (int c = 0; c < XS; c += VL) {
        vf sum = {0}, middle = load(mean + c);
        for (int i = 0; i < PIXELS; i++) {
            vf off = load(x + i * XS + c) - middle;
            sum += off * off;
        }
        store(inverse + c, sum);
    }
    mean_of_groups(inverse, PIXELS, C, XS, GROUPS);
    for (int c = 0; c < XS; c += VL)
        store(inverse + c, keep_where(lanes_below(C - c), inverse_deviation(load(inverse + c), epsilon)));
}

#endif
