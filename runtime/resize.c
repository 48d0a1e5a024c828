/* resize.c - each filter is a table for the rows and one for the columns: how many parts of
 * which source pixels make a pixel of the result. Parts are whole numbers, so their sums, being
 * below 2^53, are exact in doubles, in whatever order and way they are added. */

#include "runtime/resize.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/memory.h"

typedef struct {
    int first, count;           /* source pixels; the weight of k is weight[k - first] */
    const double *weight;
} Taps;

typedef struct {
    Taps *taps;                 /* [out] */
    double *weights;            /* what they point into */
    double total;               /* sum of the weights of any one */
} Filter;

/* From `start`, `in` source pixels become `out`. */
typedef struct {
    int start, in, out;
} Side;

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* ---- the filters: parts of source pixels ---- */

static void nearest(Side side, int i, Taps *taps, double *weight)
{
    *taps = (Taps){ .first = (int)((2L * i + 1) * side.in / (2L * side.out)), .count = 1 };
    weight[0] = 1;
}

/* In parts of 1/(2 out): (i + 1/2) in/out - 1/2 = ((2i + 1) in - out) / (2 out). */
static void bilinear(Side side, int i, Taps *taps, double *weight)
{
    long whole = 2L * side.out, place = (2L * i + 1) * side.in - side.out;
    long left = place < 0 ? -1 : place / whole;
    long part = place - left * whole;
    *taps = (Taps){ .first = clamp((int)left, 0, side.in - 1), .count = 2 };
    weight[0] = (double)(whole - part);
    weight[1] = (double)part;
    if (left < 0 || left >= side.in - 1) {
        taps->count = 1;
        weight[0] = (double)whole;
    }
}

/* In parts of 1/out: the result's pixel covers i*in to (i+1)*in, a source pixel k*out to
 * (k+1)*out. */
static void area(Side side, int i, Taps *taps, double *weight)
{
    long from = (long)i * side.in, to = from + side.in;
    long first = from / side.out, last = (to - 1) / side.out;
    *taps = (Taps){ .first = (int)first, .count = (int)(last - first + 1) };
    for (long k = first; k <= last; k++) {
        long start = k * side.out, end = start + side.out;
        weight[k - first] = (double)((end < to ? end : to) - (start > from ? start : from));
    }
}

typedef void Weigh(Side side, int i, Taps *taps, double *weight);

static Weigh *const weigh[FILTER_COUNT] = {
    [FILTER_BILINEAR] = bilinear, [FILTER_NEAREST] = nearest, [FILTER_AREA] = area,
};

static Filter make_filter(FilterKind kind, Side side)
{
    long most = side.in / side.out + 2;  /* source pixels that one can touch */
    Filter filter = {
        .taps = need_memory((size_t)side.out * sizeof(Taps)),
        .weights = need_memory((size_t)(side.out * most) * sizeof(double)),
    };
    for (int i = 0; i < side.out; i++) {
        double *weight = filter.weights + i * most;
        weigh[kind](side, i, &filter.taps[i], weight);
        filter.taps[i].first += side.start;
        filter.taps[i].weight = weight;
    }
    for (int k = 0; k < filter.taps[0].count; k++)
        filter.total += filter.weights[k];
    return filter;
}

static void free_filter(Filter *filter)
{
    free(filter->taps);
    free(filter->weights);
}

/* ---- the picture ---- */

/* One source row, `weight` times, at the result's columns. */
static void add_row(const uint8_t *row, int channels, const Filter *columns, int out, double weight,
                    double *sum)
{
    for (int j = 0; j < out; j++, sum += channels) {
        const Taps *taps = &columns->taps[j];
        const uint8_t *pixel = row + (long)taps->first * channels;
        for (int k = 0; k < taps->count; k++, pixel += channels) {
            double part = weight * taps->weight[k];
            for (int c = 0; c < channels; c++)
                sum[c] += part * pixel[c];
        }
    }
}

/* Whole numbers sum/total, halves up. The half of a half keeps the quotient's rounding error, which
 * is far below it, from ever crossing a whole number. */
static void round_row(const double *sum, long values, double total, uint8_t *result)
{
    double scale = 1 / (2 * total);
    for (long i = 0; i < values; i++)
        result[i] = (uint8_t)((2 * sum[i] + total + 0.5) * scale);
}

static void resample(const Picture *picture, FilterKind kind, Side rows, Side columns,
                     uint8_t *result, long stride)
{
    int channels = picture->c;
    Filter down = make_filter(kind, rows), across = make_filter(kind, columns);
    long values = (long)columns.out * channels;
    double *sum = need_memory((size_t)values * sizeof *sum);
    for (int i = 0; i < rows.out; i++, result += stride) {
        const Taps *taps = &down.taps[i];
        memset(sum, 0, (size_t)values * sizeof *sum);
        for (int k = 0; k < taps->count; k++)
            add_row(picture->pixel + (long)(taps->first + k) * picture->w * channels, channels,
                    &across, columns.out, taps->weight[k], sum);
        round_row(sum, values, down.total * across.total, result);
    }
    free(sum);
    free_filter(&down);
    free_filter(&across);
}

/* a*b/c to the nearest, at least 1 and at most `most`. */
static int proportion(int a, int b, int c, int most)
{
    return clamp((int)((2L * a * b + c) / (2L * c)), 1, most);
}

void resize_picture(const Picture *picture, const JobInput *input, uint8_t *result)
{
    Shape shape = input->shape;
    Side rows = { 0, picture->h, shape.h }, columns = { 0, picture->w, shape.w };
    long stride = (long)shape.w * shape.c;
    bool too_wide = (long)picture->w * shape.h > (long)picture->h * shape.w;
    if (input->resize == RESIZE_CROP && too_wide) {
        columns.in = proportion(picture->h, shape.w, shape.h, picture->w);
        columns.start = (picture->w - columns.in) / 2;
    } else if (input->resize == RESIZE_CROP) {
        rows.in = proportion(picture->w, shape.h, shape.w, picture->h);
        rows.start = (picture->h - rows.in) / 2;
    } else if (input->resize == RESIZE_PAD) {
        memset(result, 0, (size_t)shape_size(shape));
        if (too_wide)
            rows.out = proportion(picture->h, shape.w, picture->w, shape.h);
        else
            columns.out = proportion(picture->w, shape.h, picture->h, shape.w);
        result += (shape.h - rows.out) / 2 * stride + (shape.w - columns.out) / 2 * shape.c;
    }
    resample(picture, input->filter, rows, columns, result, stride);
}
