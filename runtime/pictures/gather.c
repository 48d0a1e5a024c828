/* gather.c - a place in the picture is a fixed-point number of 32 fractional bits, so that
 * walking along a row is exact, the pixels whose neighbours all lie inside are known beforehand,
 * and a whole pixel is a whole pixel. Up to four channels travel in one vector. */

#include "runtime/pictures/gather.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/numbers/lanes.h"
#include "runtime/system/memory.h"

enum { POINT = 32 };

/* A place in the picture, or a step from one to another. */
typedef struct {
    int64_t row, column;
} Spot;

/* The four pixels around a place. */
typedef struct {
    long above, below, left, right;
} Around;

static Gather gather_of(const Job *job, Shape shape, bool bytes)
{
    size_t room = (size_t)(shape.c + LANES - 1) * sizeof(float);
    Gather gather = { .shape = shape, .bytes = bytes, .fill = job->fill, .fill_value = (float)job->fill_value,
                      .gain = need_memory(room), .offset = need_memory(room) };
    for (int c = 0; c < shape.c; c++)
        gather.gain[c] = 1;
    return gather;
}

Gather gather_open_plain(const Job *job, bool bytes)
{
    return gather_of(job, job->input.shape, bytes);
}

Gather gather_open_numbers(const Job *job, Shape shape)
{
    return gather_of(job, shape, false);
}

Gather gather_open(const Job *job, bool bytes)
{
    Gather gather = gather_of(job, job->input.shape, bytes);
    for (int c = 0; c < gather.shape.c; c++) {
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

/* The same of four bytes each. Raised by 2^23 a byte needs no converting, and such a difference is exact. */
INLINE Lanes between_bytes(const uint8_t *a, const uint8_t *b, float part)
{
    Lanes raised = raise_bytes(a);
    return raised - 0x1p23f + (raise_bytes(b) - raised) * part;
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

/* Which of n pixels stands at an index that lies outside. */
static long filled_outside(FillKind fill, long index, long n)
{
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

INLINE long filled(FillKind fill, long index, long n)
{
    return index >= 0 && index < n ? index : filled_outside(fill, index, n);
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

/* ---- pixels whose neighbours all lie inside ---- */

enum { CHUNK = 64 };            /* pixels */

/* The fractions of places from one on, by steps. */
INLINE void fill_fractions(float fraction[CHUNK], int64_t place, int64_t step, int count)
{
    Words at = { 0, 1, 2, 3 };
    at = at * (uint32_t)step + (uint32_t)place;
    for (int j = 0; j < count; j += LANES, at += LANES * (uint32_t)step)
        store_floats(fraction + j, __builtin_convertvector((Ints)(at >> 8), Lanes) * 0x1p-24f);
}

/* The common kind, three bytes a pixel, from picture to result. Each step stores a lane too many, which
 * the next one overwrites; who comes after the last must do so, too. */
static void mix_colours_inside(const Gather *gather, const uint8_t *picture, Spot place, Spot right,
                               long pixels, float *result)
{
    float down_part[CHUNK], right_part[CHUNK];
    long stride = 3L * gather->shape.w;
    Lanes gain = load_floats(gather->gain), offset = load_floats(gather->offset);
    for (; pixels > 0; pixels -= CHUNK) {
        int count = pixels < CHUNK ? (int)pixels : CHUNK;
        fill_fractions(down_part, place.row, right.row, count);
        fill_fractions(right_part, place.column, right.column, count);
        for (int j = 0; j < count; j++, result += 3) {
            const uint8_t *at = picture + (place.row >> POINT) * stride + (place.column >> POINT) * 3;
            Lanes above = between_bytes(at, at + 3, right_part[j]);
            Lanes below = between_bytes(at + stride, at + stride + 3, right_part[j]);
            store_floats(result, between(above, below, down_part[j]) * gain + offset);
            place.row += right.row;
            place.column += right.column;
        }
    }
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

/* A turned picture is read across its rows, more of them than the processor foresees; so what its cache
 * holds is asked for beforehand. */
static void foresee(const char *picture, size_t size)
{
    enum { LINE = 64, CACHE = 1 << 18 };
    for (size_t at = 0; at < size && at < CACHE; at += LINE)
        __builtin_prefetch(picture + at);
}

static int64_t fixed(double value, double limit)
{
    value = value < -limit ? -limit : value > limit ? limit : value;
    return (int64_t)floor(value * 0x1p32 + 0.5);
}

/* Where a map has pixel (0, 0), and the steps from there. */
typedef struct {
    Spot origin, down, right;
} Walk;

static Walk walk_of(const Affine *map)
{
    return (Walk){ { fixed(map->m[0][2], 0x1p28), fixed(map->m[1][2], 0x1p28) },
                   { fixed(map->m[0][0], 0x1p12), fixed(map->m[1][0], 0x1p12) },
                   { fixed(map->m[0][1], 0x1p12), fixed(map->m[1][1], 0x1p12) } };
}

INLINE Spot moved(Spot place, Spot step, long steps)
{
    return (Spot){ place.row + steps * step.row, place.column + steps * step.column };
}

INLINE void mix_row_at_edge(const Gather *gather, bool bytes, int channels, const void *picture, Spot place,
                            Spot right, long pixels, float *result)
{
    for (long j = 0; j < pixels; j++, result += channels)
        mix_at_edge(gather, bytes, channels, picture, moved(place, right, j), result);
}

INLINE void mix_row_inside(const Gather *gather, bool bytes, int channels, const void *picture, Spot place,
                           Spot right, long pixels, float *result)
{
    if (bytes && channels == 3) {
        mix_colours_inside(gather, picture, place, right, pixels, result);
        return;
    }
    for (long j = 0; j < pixels; j++, result += channels) {
        Spot spot = moved(place, right, j);
        long y = (long)(spot.row >> POINT), x = (long)(spot.column >> POINT);
        mix(gather, bytes, channels, picture, (Around){ y, y + 1, x, x + 1 }, spot, result);
    }
}

INLINE void run(const Gather *gather, bool bytes, int channels, const Affine *map,
                const void *picture, float *result)
{
    Shape s = gather->shape;
    foresee(picture, (size_t)shape_size(s) * (bytes ? sizeof(uint8_t) : sizeof(float)));
    Walk walk = walk_of(map);
    Spot right = walk.right;
    for (int i = 0; i < s.h; i++, result += (long)s.w * channels) {
        Spot place = moved(walk.origin, walk.down, i);
        long from = 0, to = s.w;
        narrow(place.row, right.row, (int64_t)(s.h - 1) << POINT, &from, &to);
        narrow(place.column, right.column, (int64_t)(s.w - 1) << POINT, &from, &to);
        if (i == s.h - 1 && from < to && to == s.w)
            to--;               /* after the picture's last pixel there is no room */
        mix_row_at_edge(gather, bytes, channels, picture, place, right, from, result);
        mix_row_inside(gather, bytes, channels, picture, moved(place, right, from), right, to - from,
                       result + from * channels);
        mix_row_at_edge(gather, bytes, channels, picture, moved(place, right, to), right, s.w - to,
                        result + to * channels);
    }
}

INLINE void whole(const Gather *gather, bool bytes, int channels, const void *picture, float *result)
{
    long values = shape_size(gather->shape);
    for (long i = 0; i < values; i += channels)
        for (int c = 0; c < channels; c += LANES) {
            Lanes value = load(picture, bytes, i + c);
            value = value * load_floats(gather->gain + c) + load_floats(gather->offset + c);
            int left = channels - c;
            memcpy(result + i + c, &value, sizeof(float) * (size_t)(left < LANES ? left : LANES));
        }
}

void gather_whole(const Gather *gather, const void *picture, float *result)
{
    int channels = gather->shape.c;
    if (gather->bytes && channels == 3)
        whole(gather, true, 3, picture, result);
    else if (channels == 3)
        whole(gather, false, 3, picture, result);
    else
        whole(gather, gather->bytes, channels, picture, result);
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
    else if (channels == 3)
        run(gather, false, 3, map, picture, result);
    else
        run(gather, false, channels, map, picture, result);
}

/* ---- masks ---- */

/* Where between n pixels a place lies that the fill brings back from outside. */
static double brought_back(FillKind fill, int64_t place, int n)
{
    double at = (double)place * 0x1p-32, whole = fill == FILL_REFLECT ? 2.0 * n : n;
    if (!is_outside(place, n))
        return at;
    if (fill == FILL_NEAREST)
        return at < 0 ? 0 : n - 1;
    at += 0.5;
    at -= whole * floor(at / whole);
    return (fill == FILL_REFLECT && at > n ? whole - at : at) - 0.5;
}

/* A place in the picture that the next map is of, as one in the picture that this map is of. */
static Spot through(const Affine *map, double row, double column)
{
    double at[2];
    for (int side = 0; side < 2; side++) {
        at[side] = map->m[side][2] + map->m[side][0] * row;
        at[side] += map->m[side][1] * column;
    }
    return (Spot){ fixed(at[0], 0x1p28), fixed(at[1], 0x1p28) };
}

static long nearest(int64_t place)
{
    return (long)((place + (INT64_C(1) << (POINT - 1))) >> POINT);
}

/* Back through the moves, the last one first. */
static int32_t masked(FillKind fill, int h, int w, const Moves *moves, Spot place, const uint8_t *mask,
                      uint8_t outside)
{
    for (int i = moves->maps - 1; ; i--) {
        if (fill == FILL_CONSTANT && (is_outside(place.row, h) || is_outside(place.column, w)))
            return outside;
        if (i <= 0)
            break;
        place = through(&moves->map[i - 1], brought_back(fill, place.row, h), brought_back(fill, place.column, w));
    }
    long y = filled(fill, nearest(place.row), h), x = filled(fill, nearest(place.column), w);
    return mask[y * w + x];
}

void gather_mask(FillKind fill, int h, int w, const Moves *moves, const uint8_t *mask, uint8_t outside,
                 int32_t *result)
{
    static const Affine identity = { { { 1, 0, 0 }, { 0, 1, 0 } } };
    Walk last = walk_of(moves->maps ? &moves->map[moves->maps - 1] : &identity);
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++)
            *result++ = masked(fill, h, w, moves, moved(moved(last.origin, last.down, i), last.right, j), mask,
                               outside);
}

/* Pixel i of the one size is at (i + 1/2) * ratio - 1/2 of the other. */
static Affine affine_at(const Affine *map, Shape from, Shape to)
{
    if (from.h == to.h && from.w == to.w)
        return *map;
    double h = (double)from.h / to.h, w = (double)from.w / to.w;
    double row = (h - 1) / 2, column = (w - 1) / 2;     /* of pixel 0 */
    double y = map->m[0][0] * row, x = map->m[1][0] * row;
    y += map->m[0][1] * column;
    x += map->m[1][1] * column;
    y += map->m[0][2] - row;
    x += map->m[1][2] - column;
    return (Affine){ { { map->m[0][0], map->m[0][1] * w / h, y / h },
                       { map->m[1][0] * h / w, map->m[1][1], x / w } } };
}

Moves moves_at(const Moves *moves, Shape from, Shape to)
{
    Moves here = { .maps = moves->maps };
    for (int i = 0; i < moves->maps; i++)
        here.map[i] = affine_at(&moves->map[i], from, to);
    return here;
}
