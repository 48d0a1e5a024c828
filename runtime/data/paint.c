/* paint.c - four values, or four pixels, at a time; what is left over goes through a block of four of its own.
 * One product a sum, so that compilers agree on the bits. */

#include "runtime/data/paint.h"

#include "runtime/kernels/random.h"
#include "runtime/numbers/lanes.h"
#include "runtime/numbers/normal.h"

/* ---- four values ---- */

/* From 0 to 255. */
INLINE Lanes clip(Lanes value)
{
    return smaller(larger(value, splat(0)), splat(255));
}

/* A share of the way from one value to another, and beyond. */
INLINE Lanes blend(Lanes from, Lanes to, float factor)
{
    return from + (to - from) * factor;
}

/* ---- all values, and all pixels of three ---- */

typedef Lanes ChangeValues(Lanes values, const float *told);

/* Changes all values alike, four at a time. */
INLINE void each_value(const Canvas *canvas, ChangeValues *change, const float *told)
{
    long count = shape_size(canvas->shape), i = 0;
    float *at = canvas->values;
    for (; i + LANES <= count; i += LANES)
        store_floats(at + i, change(load_floats(at + i), told));
    float rest[LANES] = { 0 };
    memcpy(rest, at + i, sizeof(float) * (size_t)(count - i));
    store_floats(rest, change(load_floats(rest), told));
    memcpy(at + i, rest, sizeof(float) * (size_t)(count - i));
}

/* Four pixels. */
typedef struct {
    Lanes red, green, blue;
} Colors;

enum { BLOCK = 3 * LANES };     /* floats of them */

INLINE Colors load_colors(const float *at, bool reversed)
{
    Lanes a = load_floats(at), b = load_floats(at + LANES), c = load_floats(at + 2 * LANES);
    Lanes first = __builtin_shufflevector(a, b, 0, 3, 6, 0), second = __builtin_shufflevector(a, b, 1, 4, 7, 0);
    Lanes third = __builtin_shufflevector(a, b, 2, 5, 0, 0);
    first = __builtin_shufflevector(first, c, 0, 1, 2, 5);
    second = __builtin_shufflevector(second, c, 0, 1, 2, 6);
    third = __builtin_shufflevector(third, c, 0, 1, 4, 7);
    return reversed ? (Colors){ third, second, first } : (Colors){ first, second, third };
}

INLINE void store_colors(float *at, Colors pixels, bool reversed)
{
    Lanes first = reversed ? pixels.blue : pixels.red, third = reversed ? pixels.red : pixels.blue;
    Lanes low = __builtin_shufflevector(first, pixels.green, 0, 4, 1, 5);
    Lanes high = __builtin_shufflevector(first, pixels.green, 2, 6, 3, 7);
    Lanes middle = __builtin_shufflevector(low, third, 3, 5, 0, 0);
    store_floats(at, __builtin_shufflevector(low, third, 0, 1, 4, 2));
    store_floats(at + LANES, __builtin_shufflevector(middle, high, 0, 1, 4, 5));
    store_floats(at + 2 * LANES, __builtin_shufflevector(high, third, 6, 2, 3, 7));
}

typedef Colors ChangeColors(Colors pixels, const float *told);

INLINE void each_color(const Canvas *canvas, ChangeColors *change, const float *told)
{
    long count = shape_size(canvas->shape), i = 0;
    float *at = canvas->values;
    bool reversed = canvas->reversed;
    for (; i + BLOCK <= count; i += BLOCK)
        store_colors(at + i, change(load_colors(at + i, reversed), told), reversed);
    float rest[BLOCK] = { 0 };
    memcpy(rest, at + i, sizeof(float) * (size_t)(count - i));
    store_colors(rest, change(load_colors(rest, reversed), told), reversed);
    memcpy(at + i, rest, sizeof(float) * (size_t)(count - i));
}

INLINE Lanes gray_of(Colors pixels)
{
    Lanes gray = pixels.red * 0.299f;
    gray = pixels.green * 0.587f + gray;
    return pixels.blue * 0.114f + gray;
}

/* ---- light ---- */

INLINE Lanes brightened(Lanes values, const float *factor)
{
    return clip(values * *factor);
}

void paint_brightness(const Canvas *canvas, float factor)
{
    each_value(canvas, brightened, &factor);
}

/* Of a picture's pixels, zeros behind the last ones included. */
static double sum_of_gray(const Canvas *canvas)
{
    double sum[LANES] = { 0 };
    long count = shape_size(canvas->shape);
    for (long i = 0; i < count; i += BLOCK) {
        float block[BLOCK] = { 0 };
        memcpy(block, canvas->values + i, sizeof(float) * (size_t)(count - i < BLOCK ? count - i : BLOCK));
        Lanes gray = gray_of(load_colors(block, canvas->reversed));
        for (int lane = 0; lane < LANES; lane++)
            sum[lane] += gray[lane];
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static double sum_of_values(const Canvas *canvas)
{
    double sum = 0;
    for (long i = 0; i < shape_size(canvas->shape); i++)
        sum += canvas->values[i];
    return sum;
}

INLINE Lanes contrasted(Lanes values, const float *told)
{
    return clip(blend(splat(told[1]), values, told[0]));
}

void paint_contrast(const Canvas *canvas, float factor)
{
    Shape shape = canvas->shape;
    double mean = shape.c == 3 ? sum_of_gray(canvas) / ((double)shape.h * shape.w)
                               : sum_of_values(canvas) / (double)shape_size(shape);
    float told[2] = { factor, (float)mean };
    each_value(canvas, contrasted, told);
}

/* ---- colors ---- */

INLINE Colors saturated(Colors pixels, const float *factor)
{
    Lanes gray = gray_of(pixels);
    return (Colors){ clip(blend(gray, pixels.red, *factor)), clip(blend(gray, pixels.green, *factor)),
                     clip(blend(gray, pixels.blue, *factor)) };
}

void paint_saturation(const Canvas *canvas, float factor)
{
    each_color(canvas, saturated, &factor);
}

INLINE Colors grayed(Colors pixels, const float *told)
{
    (void)told;
    Lanes gray = gray_of(pixels);
    return (Colors){ gray, gray, gray };
}

void paint_gray(const Canvas *canvas)
{
    each_color(canvas, grayed, NULL);
}

/* How much of a channel is missing at a place of the wheel, in sixths of a turn from where the channel begins
 * to sink: it does so for one sixth, stays away for two, and comes back for one. `place` is not negative. */
INLINE Lanes missing(Lanes place)
{
    Lanes turns = __builtin_convertvector(__builtin_convertvector(place * (1 / 6.f), Ints), Lanes);
    place = place - turns * 6;
    return smaller(larger(smaller(place, 4 - place), splat(0)), splat(1));
}

INLINE Colors turned(Colors pixels, const float *sixths)
{
    Lanes most = larger(larger(pixels.red, pixels.green), pixels.blue);
    Lanes least = smaller(smaller(pixels.red, pixels.green), pixels.blue);
    Lanes spread = most - least, by = choose(spread > 0, spread, splat(1));
    /* where on the wheel it lies: red at 0, green at 2, blue at 4, gray at 0 */
    Lanes place = choose(most == pixels.red, pixels.green - pixels.blue,
                         choose(most == pixels.green, pixels.blue - pixels.red, pixels.red - pixels.green));
    place = place / by + choose(most == pixels.red, splat(0), choose(most == pixels.green, splat(2), splat(4)));
    place = place + *sixths;
    return (Colors){ most - spread * missing(place + 5), most - spread * missing(place + 3),
                     most - spread * missing(place + 1) };
}

/* From -1 to 1 the places of red, and `sixths` from 0 to 6: with 1 to 5 more none is negative. */
void paint_hue(const Canvas *canvas, double angle)
{
    double turns = angle * (1 / 6.28318530717958647693);
    double whole = (double)(long)turns;
    float sixths = (float)(6 * (turns - whole + (turns < whole)));
    each_color(canvas, turned, &sixths);
}

/* ---- noise, windows ---- */

void paint_noise(const Canvas *canvas, double deviation, AugmentKey key)
{
    float scale = (float)(255 * deviation);
    long count = shape_size(canvas->shape);
    for (long i = 0; i < count; i += NORMALS) {
        float normal[NORMALS], block[NORMALS] = { 0 };
        size_t bytes = sizeof(float) * (size_t)(count - i < NORMALS ? count - i : NORMALS);
        normal_numbers(normal, key.seed, key.epoch, key.position, (uint32_t)(i / NORMALS), RANDOM_GRAIN);
        memcpy(block, canvas->values + i, bytes);
        for (int lane = 0; lane < NORMALS; lane += LANES)
            store_floats(block + lane, clip(load_floats(block + lane) + load_floats(normal + lane) * scale));
        memcpy(canvas->values + i, block, bytes);
    }
}

void paint_window(const Canvas *canvas, Window window, float value)
{
    Shape shape = canvas->shape;
    for (int y = window.top; y < window.bottom; y++) {
        float *row = canvas->values + ((long)y * shape.w + window.left) * shape.c;
        for (long i = 0; i < (long)(window.right - window.left) * shape.c; i++)
            row[i] = value;
    }
}
