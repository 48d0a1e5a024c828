/* winograd.c - 3x3 convolutions by Winograd's F(4x4,3x3), exactly: the weights are multiples of 9, so that what the
 * transform divides by leaves no more than 64ths, and all numbers are so small that sums of 64ths do not round. */

#include "tests/kernels/wide/follow.h"

#define AFTER after
#define FINISH winograd_each
#include "runtime/kernels/winograd.c"
#undef AFTER
#undef FINISH
#define AFTER after_pool
#define FINISH winograd_largest
#define winograd winograd_pool
#include "runtime/kernels/winograd.c"
#undef winograd
#include "runtime/kernels/pack_flipped.c"
#include "runtime/kernels/winograd_weight.c"

enum { PLANES = 36, WINDOW = 3 };

/* To p x q results, of pictures that end `over` pixels behind the last window; c channels with `gap` floats after
 * them; k filters. A pool halves the results. */
typedef struct {
    int p, q, over, c, gap, k;
} Shape;

static const Shape shapes[] = {
    { 4, 4, 0, 1, 0, 1 },                       /* one tile */
    { 8, 12, 0, 16, 0, 16 },                    /* whole tiles */
    { 5, 9, 1, 3, 13, 33 },                     /* the last tile begins one after its neighbour */
    { 7, 14, 0, 5, 11, 17 },
    { 13, 6, 2, 2, 14, 64 },
    { 10, 23, 1, 16, 0, 5 },
    { 9, 8, 0, 17, 15, 48 },
};

/* What the picture and the weights hold. */
typedef enum { PLAIN, FLAT, NAN_IN_PICTURE, NAN_IN_WEIGHT, CONTENTS } Content;

/* How a convolution is called. */
typedef struct {
    Shape shape;
    Content content;
    int tb, tt, kb;
    bool pool;
} Way;

static int pixel_of(const Shape *z)  { return up(z->c + z->gap); }
static int width_of(const Shape *z)  { return z->q + WINDOW - 1 + z->over; }
static int height_of(const Shape *z) { return z->p + WINDOW - 1 + z->over; }
static int weight_rows(const Shape *z) { return WINDOW * WINDOW * z->c; }

static double naive_conv(const Shape *z, const float *x, const float *w, int p, int q, int k)
{
    double sum = 0;
    for (int i = 0; i < weight_rows(z); i++) {
        int row = p + i / z->c / WINDOW, column = q + i / z->c % WINDOW;
        sum += (double)x[(row * width_of(z) + column) * pixel_of(z) + i % z->c] * w[i * up(z->k) + k];
    }
    return sum;
}

/* ---- weights ---- */

/* Rows of the matrix by which a window is multiplied from both sides. */
static const double matrix[6][WINDOW] = {
    { 1 / 4., 0, 0 }, { -1 / 6., -1 / 6., -1 / 6. }, { -1 / 6., 1 / 6., -1 / 6. },
    { 1 / 24., 1 / 12., 1 / 6. }, { 1 / 24., -1 / 12., 1 / 6. }, { 0, 0, 1 },
};

/* One window's number in a plane; g[tap * step]. Whole 64ths, of which a double leaves a trace beside. */
static float naive_transform(const float *g, int step, int plane)
{
    double sum = 0;
    for (int tap = 0; tap < WINDOW * WINDOW; tap++)
        if (g[tap * step] != 0)
            sum += matrix[plane / 6][tap / WINDOW] * matrix[plane % 6][tap % WINDOW] * g[tap * step];
    return (float)(round(sum * 64) / 64);
}

/* From w [9][C][KS], into [36][KS/KV][C][KV] with a vector between the planes. */
static void naive_weight(const float *w, float *u, int c, int ks, int kv)
{
    for (int i = 0; i < PLANES * c * ks; i++) {
        int plane = i / (c * ks), k = i % (c * ks) / (c * kv) * kv + i % kv, channel = i / kv % c;
        u[i + plane * VL] = naive_transform(w + channel * ks + k, c * ks, plane);
    }
}

static float *given_weights(const Shape *z)
{
    float *w = given_rows(weight_rows(z), z->k, up(z->k), 1);
    for (int i = 0; i < weight_rows(z) * up(z->k); i++)
        w[i] *= 9;
    return w;
}

static void weight_case(const Shape *z, int kb)
{
    int ks = up(z->k);
    open_case("winograd_weight of %d channels, %d filters, KV %d vectors", z->c, z->k, kb);
    float *w = given_weights(z), *u = blank(PLANES * (z->c * ks + VL)), *want = copy_of(u);
    seal();
    naive_weight(w, want, z->c, ks, kb * VL);
    for (int task = 0; task < ks / VL; task++)
        winograd_weight(w, u, task, z->c, ks, kb * VL, ks, VL);
    same(u, want);
    close_case();
}

/* As the input's gradient has them: turned by half a turn, and channels and filters have changed their parts. */
static void flipped_weight_case(const Shape *z, int kb)
{
    int ks = up(z->k), cs = up(z->c), taps = WINDOW * WINDOW, count = cs * taps * z->k;
    open_case("winograd_weight, flipped, to %d channels of %d filters, KV %d vectors", z->c, z->k, kb);
    float *w = given_weights(z), *turned = given(count, 0), *flipped = given(count, 0);
    float *u = blank(PLANES * (z->k * cs + VL)), *want = copy_of(u);
    for (int i = 0; i < taps * z->k * z->c; i++) {
        int tap = i / (z->k * z->c), k = i / z->c % z->k, c = i % z->c;
        turned[(tap * z->k + k) * cs + c] = w[((taps - 1 - tap) * z->c + c) * ks + k];
    }
    for (int task = 0; task < cs / VL; task++)
        pack_flipped(w, flipped, task, WINDOW, WINDOW, z->c, z->k, ks, up(z->c), VL);
    seal();
    naive_weight(turned, want, z->k, cs, kb * VL);
    for (int task = 0; task < cs / VL; task++)
        winograd_weight(flipped, u, task, z->k, cs, kb * VL, VL, taps * z->k * VL);
    same(u, want);
    close_case();
}

static void test_winograd_weight(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int kb = 1; kb <= 4; kb++) {
            if (up(shapes[i].k) / VL % kb == 0)
                weight_case(&shapes[i], kb);
            if (up(shapes[i].c) / VL % kb == 0)
                flipped_weight_case(&shapes[i], kb);
        }
}

/* ---- convolutions ---- */

static int across(const Way *y)   { return (y->shape.q + 3) / 4; }
static int tiles_of(const Way *y) { return across(y) * ((y->shape.p + 3) / 4); }

/* Every way to cut the shapes into blocks and tiles. */
static void each_way(bool pool, void (*test)(const Way *))
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int kb = 1; kb <= 4; kb++)
            for (int tt = 1; tt <= 7; tt++)
                for (int tb = tt; tb <= 24; tb += tt) {
                    Way way = { shapes[i], (Content)((tt + tb) % CONTENTS), tb, tt, kb, pool };
                    with_bias = tb / tt % 2;
                    with_relu = (tb / tt + kb) / 2 % 2;
                    if (pool)                   /* a pool leaves whole pairs */
                        way.shape.p -= way.shape.p % 2, way.shape.q -= way.shape.q % 2, way.shape.over++;
                    if (up(way.shape.k) / VL % kb == 0 && tb <= tiles_of(&way))
                        test(&way);
                }
}

/* Where the second of two bands begins: each has whole rows of tiles and a block at least, and the last row goes with
 * the one that it overlaps. All, where that cannot be. */
static int second_band(const Way *y)
{
    int begin = y->shape.p / 4 / 2 * across(y);
    return begin >= y->tb && tiles_of(y) - begin >= y->tb ? begin : tiles_of(y);
}

typedef struct {
    float *x, *w, *u, *b, *v, *m;
} Operands;

/* What lies between a picture's channels is NaN: it may be read, and must lead nowhere. */
static Operands given_operands(const Way *way)
{
    const Shape *z = &way->shape;
    int pixels = height_of(z) * width_of(z), pixel = pixel_of(z), ks = up(z->k);
    open_case("%s to %dx%d, %d channels of %d, %d filters; TB %d, TT %d, KB %d, bias %d, relu %d, content %d",
              way->pool ? "winograd_pool" : "winograd", z->p, z->q, z->c, pixel, z->k, way->tb, way->tt, way->kb,
              with_bias, with_relu, way->content);
    Operands o = {
        .x = given_rows(pixels, z->c, pixel, 2), .w = given_weights(z), .b = given_rows(1, z->k, ks, 9),
        .u = given(PLANES * (z->c * ks + VL), 0),
    };
    for (int i = 0; i < pixels * pixel; i++)
        o.x[i] = i % pixel >= z->c ? NAN : way->content == FLAT ? 2 : o.x[i];
    if (way->content == NAN_IN_PICTURE)
        o.x[(2 * width_of(z) + 2) * pixel] = NAN;
    if (way->content == NAN_IN_WEIGHT)
        o.w[up(z->k) * z->c * 4 + z->k / 2] = NAN;
    naive_weight(o.w, o.u, z->c, ks, way->kb * VL);
    seal();
    o.v = blank(PLANES * (way->tb * pixel + VL));
    o.m = blank(PLANES * (way->tb * ks + VL));
    return o;
}

/* A NaN must reach what its window makes, and from a picture may reach all else of its tiles. */
static void same_but_smeared(const Way *way, float *y, const float *want, int count)
{
    int nans = 0;
    for (int i = 0; i < count; i++) {
        nans += want[i] != want[i];
        if (way->content == NAN_IN_PICTURE && y[i] != y[i] && want[i] == want[i])
            y[i] = want[i];
    }
    if (!nans == (way->content >= NAN_IN_PICTURE))
        differs("the NaN goes nowhere");
    same(y, want);
}

static void winograd_way(const Way *way)
{
    const Shape *z = &way->shape;
    int ks = up(z->k), ys = ks + way->tt % 2 * VL, count = z->p * z->q * ys;    /* as part of a wider map, too */
    Operands o = given_operands(way);
    float *y = begun(count, 9), *want = copy_of(y);
    for (int i = 0; i < count; i++)
        if (i % ys < ks)
            want[i] = (float)naive_after(naive_conv(z, o.x, o.w, i / ys / z->q, i / ys % z->q, i % ys), o.b, i % ys);

    for (int from = 0, to = second_band(way); from < tiles_of(way); from = to, to = tiles_of(way))
        winograd(o.x, o.u, o.b, y, NULL, o.v, o.m, from, to, width_of(z), z->c, pixel_of(z), z->p, z->q, 1, z->q, ys, ks,
                 across(way), way->tb, way->tt, way->kb);
    same_but_smeared(way, y, want, count);
    close_case();
}

static void test_winograd(void) { each_way(false, winograd_way); }

static void pool_way(const Way *way)
{
    const Shape *z = &way->shape;
    int ph = z->p / 2, pw = z->q / 2, ks = up(z->k), count = ph * pw * ks;
    Operands o = given_operands(way);
    float *y = blank(count), *want = copy_of(y);
    int8_t *winner = blank_bytes(count), *who = copy_of(winner);
    for (int i = 0; i < count; i++) {
        double v[4];
        for (int n = 0; n < 4; n++)
            v[n] = naive_conv(z, o.x, o.w, i / ks / pw * 2 + n / 2, i / ks % pw * 2 + n % 2, i % ks);
        who[i] = naive_after_pool(v, o.b, i % ks, &want[i]);
    }

    for (int from = 0, to = second_band(way); from < tiles_of(way); from = to, to = tiles_of(way))
        winograd_pool(o.x, o.u, o.b, y, winner, o.v, o.m, from, to, width_of(z), z->c, pixel_of(z), z->p,
                      z->q, 2, pw, ks, ks, across(way), way->tb, way->tt, way->kb);
    for (int i = 0; i < count; i++)             /* which NaN it is, is nobody's concern; that it is alive, is */
        if (y[i] != y[i] && winner[i] >= 0 && winner[i] < 4)
            winner[i] = who[i];
    same_but_smeared(way, y, want, count);
    same(winner, who);
    close_case();
}

static void test_winograd_pool(void) { each_way(true, pool_way); }

WIDE_TESTS(winograd) = {
    { "winograd", test_winograd },
    { "winograd, a pool behind it", test_winograd_pool },
    { "winograd_weight", test_winograd_weight },
    { 0 },
};
