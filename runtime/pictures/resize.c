/* resize.c - each filter is a table for the rows and one for the columns: how many parts of
 * which source pixels make a pixel of the result. Parts are whole numbers. A source row is summed at the
 * result's columns in 32 bits, which hold 255 times the parts of any side; rows are summed in doubles, which
 * hold whole numbers below 2^53. So every sum is exact, in whatever order and way it is made. */

#include "runtime/pictures/resize.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/numbers/lanes.h"
#include "runtime/system/memory.h"

typedef struct {
    int first, count;           /* source pixels; the weight of k is weight[k - first] */
    const int32_t *weight;
} Taps;

typedef struct {
    Taps *taps;                 /* [out] */
    int32_t *weights;           /* what they point into */
    int32_t total;              /* sum of the weights of any one */
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

static void nearest(Side side, int i, Taps *taps, int32_t *weight)
{
    *taps = (Taps){ .first = (int)((2L * i + 1) * side.in / (2L * side.out)), .count = 1 };
    weight[0] = 1;
}

/* In parts of 1/(2 out): (i + 1/2) in/out - 1/2 = ((2i + 1) in - out) / (2 out). */
static void bilinear(Side side, int i, Taps *taps, int32_t *weight)
{
    long whole = 2L * side.out, place = (2L * i + 1) * side.in - side.out;
    long left = place < 0 ? -1 : place / whole;
    long part = place - left * whole;
    *taps = (Taps){ .first = clamp((int)left, 0, side.in - 1), .count = 2 };
    weight[0] = (int32_t)(whole - part);
    weight[1] = (int32_t)part;
    if (left < 0 || left >= side.in - 1) {
        taps->count = 1;
        weight[0] = (int32_t)whole;
    }
}

/* In parts of 1/out: the result's pixel covers i*in to (i+1)*in, a source pixel k*out to
 * (k+1)*out. */
static void area(Side side, int i, Taps *taps, int32_t *weight)
{
    long from = (long)i * side.in, to = from + side.in;
    long first = from / side.out, last = (to - 1) / side.out;
    *taps = (Taps){ .first = (int)first, .count = (int)(last - first + 1) };
    for (long k = first; k <= last; k++) {
        long start = k * side.out, end = start + side.out;
        weight[k - first] = (int32_t)((end < to ? end : to) - (start > from ? start : from));
    }
}

typedef void Weigh(Side side, int i, Taps *taps, int32_t *weight);

static Weigh *const weigh[FILTER_COUNT] = {
    [FILTER_BILINEAR] = bilinear, [FILTER_NEAREST] = nearest, [FILTER_AREA] = area,
};

static Filter make_filter(FilterKind kind, Side side)
{
    long most = side.in / side.out + 2;  /* source pixels that one can touch */
    Filter filter = {
        .taps = need_memory((size_t)side.out * sizeof(Taps)),
        .weights = need_memory((size_t)(side.out * most) * sizeof(int32_t)),
    };
    for (int i = 0; i < side.out; i++) {
        int32_t *weight = filter.weights + i * most;
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

/* ---- one source row at the result's columns ---- */

/* At most two neighbours of three channels make a pixel: the common case, six bytes that lie together. */
typedef struct {
    long offset;                /* of the left one, in bytes */
    int16_t weight[2];
} Pair;

/* What stays the same from row to row, and the two rows that were summed last: whatever the filter,
 * one result row shares no more than one source row with the next. */
typedef struct {
    const Picture *picture;
    Filter across;
    int out;                    /* columns of the result */
    long values;                /* out * channels */
    Pair *pair;                 /* [out], or NULL: no common case */
    int32_t *row[2];            /* [values], and lanes beyond */
    int held[2];                /* the source row in it, or -1 */
} Columns;

static bool has_pairs(const Columns *columns)
{
    bool pairs = columns->picture->c == 3 && columns->across.total <= INT16_MAX;
    for (int j = 0; j < columns->out && pairs; j++)
        pairs = columns->across.taps[j].count <= 2;
    return pairs;
}

static Columns open_columns(const Picture *picture, FilterKind kind, Side side)
{
    Columns columns = { .picture = picture, .across = make_filter(kind, side), .out = side.out,
                        .values = (long)side.out * picture->c, .held = { -1, -1 } };
    size_t room = (size_t)columns.values * sizeof(int32_t) + sizeof(Ints);
    for (int i = 0; i < 2; i++)
        columns.row[i] = need_memory(room);
    if (!has_pairs(&columns))
        return columns;
    columns.pair = need_memory((size_t)side.out * sizeof(Pair));
    for (int j = 0; j < side.out; j++) {
        const Taps *taps = &columns.across.taps[j];
        columns.pair[j] = (Pair){ .offset = 3L * taps->first, .weight = { (int16_t)taps->weight[0] } };
        if (taps->count == 2)
            columns.pair[j].weight[1] = (int16_t)taps->weight[1];
    }
    return columns;
}

static void close_columns(Columns *columns)
{
    for (int i = 0; i < 2; i++)
        free(columns->row[i]);
    free(columns->pair);
    free_filter(&columns->across);
}

/* Each step stores a lane too many, which the next one overwrites. */
static void sum_pairs(const uint8_t *row, const Pair *pair, int out, int32_t *sum)
{
    for (int j = 0; j < out; j++, sum += 3)
        store_ints(sum, add_products(pairs_of_three(row + pair[j].offset), pair_in_lanes(pair[j].weight)));
}

static void sum_taps(const uint8_t *row, int channels, const Taps *taps, int out, int32_t *sum)
{
    for (int j = 0; j < out; j++, sum += channels) {
        const uint8_t *pixel = row + (long)taps[j].first * channels;
        for (int c = 0; c < channels; c++) {
            sum[c] = 0;
            for (int k = 0; k < taps[j].count; k++)
                sum[c] += taps[j].weight[k] * pixel[k * channels + c];
        }
    }
}

static const int32_t *source_row(Columns *columns, int y)
{
    int slot = y & 1;
    if (columns->held[slot] == y)
        return columns->row[slot];
    columns->held[slot] = y;
    const Picture *picture = columns->picture;
    const uint8_t *row = picture->pixel + (long)y * picture->w * picture->c;
    if (columns->pair)
        sum_pairs(row, columns->pair, columns->out, columns->row[slot]);
    else
        sum_taps(row, picture->c, columns->across.taps, columns->out, columns->row[slot]);
    return columns->row[slot];
}

/* ---- rows ---- */

/* The whole number that sum/total is nearest to, halves up. The half of a half keeps the quotient's
 * rounding error, which is far below it, from ever crossing a whole number. */
typedef struct {
    double half, scale;
} Rounding;

static inline uint8_t rounded(double sum, Rounding rounding)
{
    return (uint8_t)(int)((sum + rounding.half) * rounding.scale);
}

static void mix_two(const int32_t *restrict above, double more, const int32_t *restrict below, double less,
                    long values, Rounding rounding, uint8_t *restrict result)
{
    for (long i = 0; i < values; i++)
        result[i] = rounded(above[i] * more + below[i] * less, rounding);
}

static void mix_many(Columns *columns, const Taps *taps, Rounding rounding, double *restrict sum,
                     uint8_t *restrict result)
{
    long values = columns->values;
    memset(sum, 0, (size_t)values * sizeof *sum);
    for (int k = 0; k < taps->count; k++) {
        const int32_t *restrict row = source_row(columns, taps->first + k);
        double weight = taps->weight[k];
        for (long i = 0; i < values; i++)
            sum[i] += row[i] * weight;
    }
    for (long i = 0; i < values; i++)
        result[i] = rounded(sum[i], rounding);
}

static void resample(const Picture *picture, FilterKind kind, Side rows, Side columns,
                     uint8_t *result, long stride)
{
    Filter down = make_filter(kind, rows);
    Columns across = open_columns(picture, kind, columns);
    double *sum = need_memory((size_t)across.values * sizeof *sum);
    double total = (double)down.total * across.across.total;
    Rounding rounding = { .half = total / 2 + 0.25, .scale = 1 / total };
    for (int i = 0; i < rows.out; i++, result += stride) {
        const Taps *taps = &down.taps[i];
        if (taps->count > 2) {
            mix_many(&across, taps, rounding, sum, result);
            continue;
        }
        const int32_t *above = source_row(&across, taps->first);
        const int32_t *below = taps->count == 2 ? source_row(&across, taps->first + 1) : above;
        double less = taps->count == 2 ? taps->weight[1] : 0;
        mix_two(above, taps->weight[0], below, less, across.values, rounding, result);
    }
    free(sum);
    close_columns(&across);
    free_filter(&down);
}

/* a*b/c to the nearest, at least 1 and at most `most`. */
static int proportion(int a, int b, int c, int most)
{
    return clamp((int)((2L * a * b + c) / (2L * c)), 1, most);
}

/* How a side of the picture fills a side of the input: from `start`, `in` source pixels become `out`, the
 * first of which is at `offset`. */
typedef struct {
    Side rows, columns;
    int top, left;
} Frame;

static Frame frame_of(const Picture *picture, const JobInput *input)
{
    Shape shape = input->shape;
    Frame frame = { { 0, picture->h, shape.h }, { 0, picture->w, shape.w }, 0, 0 };
    Side *rows = &frame.rows, *columns = &frame.columns;
    bool too_wide = (long)picture->w * shape.h > (long)picture->h * shape.w;
    if (input->resize == RESIZE_CROP && too_wide) {
        columns->in = proportion(picture->h, shape.w, shape.h, picture->w);
        columns->start = (picture->w - columns->in) / 2;
    } else if (input->resize == RESIZE_CROP) {
        rows->in = proportion(picture->w, shape.h, shape.w, picture->h);
        rows->start = (picture->h - rows->in) / 2;
    } else if (input->resize == RESIZE_PAD) {
        if (too_wide)
            rows->out = proportion(picture->h, shape.w, picture->w, shape.h);
        else
            columns->out = proportion(picture->w, shape.h, picture->h, shape.w);
        frame.top = (shape.h - rows->out) / 2;
        frame.left = (shape.w - columns->out) / 2;
    }
    return frame;
}

void resize_picture(const Picture *picture, const JobInput *input, uint8_t *result)
{
    Shape shape = input->shape;
    Frame frame = frame_of(picture, input);
    long stride = (long)shape.w * shape.c;
    if (input->resize == RESIZE_PAD)
        memset(result, 0, (size_t)shape_size(shape));
    result += frame.top * stride + frame.left * shape.c;
    resample(picture, input->filter, frame.rows, frame.columns, result, stride);
}

/* ---- masks ---- */

enum { OUTSIDE = -1 };

/* The source pixel for each of n places, [n], spread evenly over a side of the input. In parts of 1/(2n)
 * input pixel, place i is at (2i + 1) * size; the side's own pixels begin at `offset`. */
static int *places(Side side, int offset, int size, int n)
{
    int *place = need_memory((size_t)n * sizeof *place);
    for (int i = 0; i < n; i++) {
        long at = (2L * i + 1) * size - 2L * n * offset, whole = 2L * n * side.out;
        place[i] = at < 0 || at >= whole ? OUTSIDE : side.start + (int)(at * side.in / whole);
    }
    return place;
}

void resize_mask(const Picture *mask, const JobInput *input, int h, int w, const uint8_t class_of[256],
                 uint8_t outside, uint8_t *result)
{
    Frame frame = frame_of(mask, input);
    int *row = places(frame.rows, frame.top, input->shape.h, h);
    int *column = places(frame.columns, frame.left, input->shape.w, w);
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++)
            *result++ = row[i] == OUTSIDE || column[j] == OUTSIDE ? outside
                      : class_of[mask->pixel[(long)row[i] * mask->w + column[j]]];
    free(row);
    free(column);
}

/* The place, of n that are spread evenly over a side of the input, where each source pixel's middle is, [length]. */
static int *places_back(Side side, int offset, int size, int n, int length)
{
    int *place = need_memory((size_t)length * sizeof *place);
    for (int i = 0; i < length; i++) {
        long at = 2L * offset * side.in + (2L * (i - side.start) + 1) * side.out;   /* in parts of 1 / (2 in) */
        place[i] = clamp((int)(at * n / (2L * side.in * size)), 0, n - 1);
    }
    return place;
}

void resize_back(const uint8_t *mask, int h, int w, const JobInput *input, Extent size, uint8_t *result)
{
    Frame frame = frame_of(&(Picture){ .h = size.h, .w = size.w }, input);
    int *row = places_back(frame.rows, frame.top, input->shape.h, h, size.h);
    int *column = places_back(frame.columns, frame.left, input->shape.w, w, size.w);
    for (int i = 0; i < size.h; i++)
        for (int j = 0; j < size.w; j++)
            *result++ = mask[(long)row[i] * w + column[j]];
    free(row);
    free(column);
}
