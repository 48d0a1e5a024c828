/* gather.c - a place in the picture is a fixed-point number of 32 fractional bits, so that
 * walking along a row is exact, the pixels whose neighbours all lie inside are known beforehand,
 * and a whole pixel is a whole pixel. Up to four channels travel in one vector. */

#include "runtime/gather.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/memory.h"

#define INLINE static inline __attribute__((always_inline))

enum { LANES = 4, POINT = 32 };

typedef float Lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t Ints __attribute__((vector_size(4 * LANES)));
typedef uint16_t Halves __attribute__((vector_size(4 * LANES)));
typedef uint8_t Bytes __attribute__((vector_size(4 * LANES)));

/* A place in the picture, or a step from one to another. */
typedef struct {
    int64_t row, column;
} Spot;

/* The four pixels around a place. */
typedef struct {
    long above, below, left, right;
} Around;

Gather gather_open(const Job *job, bool bytes)
{
    int channels = job->input.shape.c;
    Gather gather = { .shape = job->input.shape, .bytes = bytes, .fill = job->fill,
                      .fill_value = (float)job->fill_value };
    gather.gain = need_memory((size_t)(channels + LANES - 1) * sizeof(float));
    gather.offset = need_memory((size_t)(channels + LANES - 1) * sizeof(float));
    for (int c = 0; c < channels; c++) {
        gather.gain[c] = (float)(job->input.scale / job->input.std[c]);
        gather.offset[c] = (float)(-job->input.mean[c] / job->input.std[c]);
    }
    return gather;
}

void gather_close(Gather *gather)
{
    free(gather->gain);
    free(gather->offset);
}

/* ---- one pixel ---- */

INLINE Lanes load_floats(const float *at)
{
    Lanes values;
    memcpy(&values, at, sizeof values);
    return values;
}

/* Four bytes as floats. GCC 12 would convert them one by one, so they are interleaved with
 * zeros, high halves second. */
INLINE Lanes widen(const uint8_t *at)
{
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the zeros are the high halves");
    int32_t word;
    memcpy(&word, at, sizeof word);
    Bytes bytes = (Bytes)(Ints){ word }, zero = { 0 };
    Halves halves = (Halves)__builtin_shufflevector(bytes, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5,
                                                    21, 6, 22, 7, 23);
    Ints ints = (Ints)__builtin_shufflevector(halves, (Halves)zero, 0, 8, 1, 9, 2, 10, 3, 11);
    return __builtin_convertvector(ints, Lanes);
}

/* `index` counts values; lanes beyond the channels hold what is next to them and are never
 * stored. */
INLINE Lanes load(const void *picture, bool bytes, long index)
{
    return bytes ? widen((const uint8_t *)picture + index)
                 : load_floats((const float *)picture + index);
}

/* The fraction of a place, exact in a float. */
INLINE float fraction(int64_t place)
{
    return (float)(int32_t)((uint32_t)place >> 8) * 0x1p-24f;
}

/* From a towards b; one product a sum, so that compilers agree on the bits. */
INLINE Lanes between(Lanes a, Lanes b, float part)
{
    return a + (b - a) * part;
}

/* Mixes the pixels around a place, scales, and stores all channels. */
INLINE void mix(const Gather *gather, bool bytes, int channels, const void *picture, Around pixel,
                Spot place, float *result)
{
    long width = gather->shape.w;
    float down = fraction(place.row), right = fraction(place.column);
    for (int c = 0; c < channels; c += LANES) {
        Lanes above = between(load(picture, bytes, (pixel.above * width + pixel.left) * channels + c),
                              load(picture, bytes, (pixel.above * width + pixel.right) * channels + c),
                              right);
        Lanes below = between(load(picture, bytes, (pixel.below * width + pixel.left) * channels + c),
                              load(picture, bytes, (pixel.below * width + pixel.right) * channels + c),
                              right);
        Lanes value = between(above, below, down);
        value = value * load_floats(gather->gain + c) + load_floats(gather->offset + c);
        int left = channels - c;
        memcpy(result + c, &value, sizeof(float) * (size_t)(left < LANES ? left : LANES));
    }
}

static void store_fill(const Gather *gather, float *result)
{
    for (int c = 0; c < gather->shape.c; c++)
        result[c] = gather->fill_value * gather->gain[c] + gather->offset[c];
}

static long modulo(long a, long n)
{
    return (a % n + n) % n;
}

/* Which of n pixels stands at an index that may lie outside. */
static long filled(FillKind fill, long index, long n)
{
    if (index >= 0 && index < n)
        return index;
    switch (fill) {
    case FILL_WRAP:
        return modulo(index, n);
    case FILL_REFLECT:
        index = modulo(index, 2 * n);
        return index < n ? index : 2 * n - 1 - index;
    default:
        return index < 0 ? 0 : n - 1;
    }
}

static bool is_outside(int64_t place, long n)
{
    return place < 0 || place > (int64_t)(n - 1) << POINT;
}

INLINE void mix_at_edge(const Gather *gather, bool bytes, int channels, const void *picture,
                        Spot place, float *result)
{
    Shape s = gather->shape;
    bool outside = is_outside(place.row, s.h) || is_outside(place.column, s.w);
    if (outside && gather->fill == FILL_CONSTANT) {
        store_fill(gather, result);
        return;
    }
    if (gather->fill == FILL_NEAREST) {
        int64_t bottom = (int64_t)(s.h - 1) << POINT, right = (int64_t)(s.w - 1) << POINT;
        place.row = place.row < 0 ? 0 : place.row > bottom ? bottom : place.row;
        place.column = place.column < 0 ? 0 : place.column > right ? right : place.column;
    }
    long y = (long)(place.row >> POINT), x = (long)(place.column >> POINT);
    Around pixel = { filled(gather->fill, y, s.h), filled(gather->fill, y + 1, s.h),
                     filled(gather->fill, x, s.w), filled(gather->fill, x + 1, s.w) };
    mix(gather, bytes, channels, picture, pixel, place, result);
}

/* ---- one picture ---- */

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* Narrows from <= j < to down to those j where 0 <= start + j*step < limit. */
static void narrow(int64_t start, int64_t step, int64_t limit, long *from, long *to)
{
    if (step < 0) {             /* mirrored, it climbs */
        start = limit - 1 - start;
        step = -step;
    }
    int64_t first = 0, end = *to;
    if (step > 0) {
        first = -floor_divide(start, step);
        end = floor_divide(limit - 1 - start, step) + 1;
    } else if (start < 0 || start >= limit) {
        end = 0;
    }
    if (first > *from)
        *from = first < *to ? first : *to;
    if (end < *to)
        *to = end > *from ? end : *from;
}

static int64_t fixed(double value, double limit)
{
    value = value < -limit ? -limit : value > limit ? limit : value;
    return (int64_t)floor(value * 0x1p32 + 0.5);
}

INLINE void run(const Gather *gather, bool bytes, int channels, const Affine *map,
                const void *picture, float *result)
{
    Shape s = gather->shape;
    Spot origin = { fixed(map->m[0][2], 0x1p28), fixed(map->m[1][2], 0x1p28) };
    Spot down = { fixed(map->m[0][0], 0x1p12), fixed(map->m[1][0], 0x1p12) };
    Spot right = { fixed(map->m[0][1], 0x1p12), fixed(map->m[1][1], 0x1p12) };
    for (int i = 0; i < s.h; i++) {
        Spot place = { origin.row + i * down.row, origin.column + i * down.column };
        long from = 0, to = s.w, j = 0;
        narrow(place.row, right.row, (int64_t)(s.h - 1) << POINT, &from, &to);
        narrow(place.column, right.column, (int64_t)(s.w - 1) << POINT, &from, &to);
        for (; j < s.w; j++, result += channels) {
            if (j >= from && j < to) {
                long y = (long)(place.row >> POINT), x = (long)(place.column >> POINT);
                Around pixel = { y, y + 1, x, x + 1 };
                mix(gather, bytes, channels, picture, pixel, place, result);
            } else {
                mix_at_edge(gather, bytes, channels, picture, place, result);
            }
            place.row += right.row;
            place.column += right.column;
        }
    }
}

/* The common kinds have code of their own, in which channels and type are constants. */
void gather_run(const Gather *gather, const Affine *map, const void *picture, float *result)
{
    int channels = gather->shape.c;
    if (gather->bytes && channels == 3)
        run(gather, true, 3, map, picture, result);
    else if (gather->bytes && channels == 1)
        run(gather, true, 1, map, picture, result);
    else if (gather->bytes)
        run(gather, true, channels, map, picture, result);
    else
        run(gather, false, channels, map, picture, result);
}
