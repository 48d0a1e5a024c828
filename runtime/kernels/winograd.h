/* winograd.h - Winograd's F(4x4,3x3): a tile of 4x4 results of a 3x3 window by 36 products for each channel instead
 * of 144. A tile of 6x6 of the input and the window's weights are transformed, multiplied number by number, and
 * transformed back. Needs vec.h and window.h.
 *
 * Formulas: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, https://arxiv.org/abs/1509.09308.
 * One product in each sum, so that no compiler may choose which to fuse; weights are divided, which is exact where
 * the quotient is a float. */

#ifndef RUNTIME_KERNELS_WINOGRAD_H
#define RUNTIME_KERNELS_WINOGRAD_H

#include "runtime/kernels/vec.h"
#include "runtime/kernels/window.h"

INLINE void winograd_input(vf o[6], const vf d[6])
{
    vf a = d[4] - 4.f * d[2], b = d[3] - 4.f * d[1], c = d[4] - d[2], e = d[3] - d[1];
    o[0] = 4.f * d[0] + (d[4] - 5.f * d[2]);
    o[1] = a + b;
    o[2] = a - b;
    o[3] = c + 2.f * e;
    o[4] = c - 2.f * e;
    o[5] = 4.f * d[1] + (d[5] - 5.f * d[3]);
}

INLINE void winograd_weight_row(vf o[6], const vf g[3])
{
    vf even = (g[0] + g[2]) / -6.f, odd = g[1] / -6.f, far = (g[0] + 4.f * g[2]) / 24.f, step = g[1] / 12.f;
    o[0] = g[0] / 4.f;
    o[1] = even + odd;
    o[2] = even - odd;
    o[3] = far + step;
    o[4] = far - step;
    o[5] = g[2];
}

INLINE void winograd_output(vf y[4], const vf m[6])
{
    vf s = m[1] + m[2], d = m[1] - m[2], t = m[3] + m[4], e = m[3] - m[4];
    y[0] = m[0] + s + t;
    y[1] = d + 2.f * e;
    y[2] = s + 4.f * t;
    y[3] = (d + m[5]) + 8.f * e;
}

/* A tile of x, its pixels `pixel` and its rows `row` floats apart, into 36 planes of v. */
INLINE void winograd_split(const float *x, int row, int pixel, float *v, int plane)
{
    vf half[6][6], d[6], o[6];

    UNROLL for (int j = 0; j < 6; j++) {
        UNROLL for (int i = 0; i < 6; i++)
            d[i] = load(x + i * row + j * pixel);
        winograd_input(o, d);
        UNROLL for (int i = 0; i < 6; i++)
            half[i][j] = o[i];
    }
    UNROLL for (int i = 0; i < 6; i++) {
        winograd_input(o, half[i]);
        UNROLL for (int j = 0; j < 6; j++)
            store(v + (i * 6 + j) * plane, o[j]);
    }
}

/* Its results from 36 planes of m. */
INLINE void winograd_join(const float *m, int plane, vf out[4][4])
{
    vf half[4][6], d[6], o[4];

    UNROLL for (int j = 0; j < 6; j++) {
        UNROLL for (int i = 0; i < 6; i++)
            d[i] = load(m + (i * 6 + j) * plane);
        winograd_output(o, d);
        UNROLL for (int i = 0; i < 4; i++)
            half[i][j] = o[i];
    }
    UNROLL for (int i = 0; i < 4; i++)
        winograd_output(out[i], half[i]);
}

/* What becomes of a tile's results at y[at], whose rows are `row` and pixels `pixel` floats apart: each by itself. */
INLINE void winograd_each(vf out[4][4], float *y, int8_t *winner, int at, int row, int pixel, const float *b, int k,
                          vf (*after)(vf v, const float *b, int k))
{
    (void)winner;
    UNROLL for (int i = 0; i < 4; i++)
        UNROLL for (int j = 0; j < 4; j++)
            store(y + at + i * row + j * pixel, after(out[i][j], b, k));
}

/* ... or the largest of each of four windows, and which it was, in places like y's. */
INLINE void winograd_largest(vf out[4][4], float *y, int8_t *winner, int at, int row, int pixel, const float *b, int k,
                             void (*after)(vf *v, vi *who, const float *b, int k))
{
    UNROLL for (int i = 0; i < 4; i += 2)
        UNROLL for (int j = 0; j < 4; j += 2) {
            vf window[4] = { out[i][j], out[i][j + 1], out[i + 1][j], out[i + 1][j + 1] };
            vi who;
            vf best = largest(window, &who);
            int to = at + i / 2 * row + j / 2 * pixel;

            after(&best, &who, b, k);
            store(y + to, best);
            if (winner)
                store8(winner + to, who);
        }
}

#endif
