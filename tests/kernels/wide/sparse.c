/* sparse.c - the gradients through a 2x2 max-pool, which walk lists of winners, and the sums over shards. */

#include "tests/kernels/wide/wide.h"

#include "runtime/kernels/pool_grad_weight.c"
#include "runtime/kernels/pool_grad_input.c"
#include "runtime/kernels/pack_rows.c"
#include "runtime/kernels/sum_rows.c"
#include "runtime/kernels/sum_shards.c"

/* A convolution of k filters r x s over pixels of c channels, `pixel` floats, that made ph x pw pools. */
typedef struct {
    int ph, pw, c, pixel, k, r, s, sh, sw;
} Shape;

static const Shape shapes[] = {
    { 3, 5, 3, 3, 5, 3, 3, 1, 1 },              /* an input of colours */
    { 4, 3, 1, 1, 17, 1, 1, 1, 1 },
    { 1, 7, 4, 16, 32, 3, 3, 1, 1 },
    { 5, 1, 16, 16, 33, 2, 3, 2, 1 },
    { 2, 2, 31, 32, 3, 3, 2, 1, 3 },
    { 3, 4, 5, 16, 16, 2, 5, 3, 2 },
};

static int height_of(const Shape *z) { return (2 * z->ph - 1) * z->sh + z->r; }
static int width_of(const Shape *z)  { return (2 * z->pw - 1) * z->sw + z->s; }

/* Where in the picture, in floats, the window of a pool's result `who` begins, for its row r. */
static int window_at(const Shape *z, int pool, int who, int r)
{
    int row = (pool / z->pw * 2 + who / 2) * z->sh + r, column = (pool % z->pw * 2 + who % 2) * z->sw;
    return (row * width_of(z) + column) * z->pixel;
}

/* ---- weights ---- */

/* The winners of each sort: any, none alive, all the same. */
static const struct { int least, most; } winners[] = { { 0, 4 }, { 4, 4 }, { 2, 2 } };

static void grad_weight_case(const Shape *z, int least, int most, int rv, int copies, bool poison)
{
    int ks = up(z->k), run = z->s * z->pixel, rb = (run + rv - 1) / rv, pools = z->ph * z->pw;
    open_case("pool_grad_weight %dx%d, pixel %d, %d filters %dx%d, winners %d to %d, RV %d, E %d, NaN %d",
              z->ph, z->pw, z->pixel, z->k, z->r, z->s, least, most, rv, copies, poison);
    float *x = given(height_of(z) * width_of(z) * z->pixel, 4), *dy = given_rows(pools, z->k, ks, 4);
    int8_t *winner = given_bytes(pools * ks, least, most);
    float *dw = begun(z->k * rb * z->r * rv, 9), *want = copy_of(dw);
    float *db = begun(ks, 9), *want_b = copy_of(db);
    int *offset = blank_ints(ks * (z->pw + 4));
    float *value = blank(ks * (z->pw + 4));
    if (poison) {                               /* in a window that is alive, a NaN must reach the weight */
        winner[0] = 0;
        x[0] = NAN;
        dy[0] = 1;
    }
    seal();
    for (int i = 0; i < pools * ks; i++) {
        int k = i % ks, who = winner[i];
        if (who == 4)
            continue;
        want_b[k] += dy[i];
        for (int e = 0; k < z->k && e < z->r * run; e++)
            want[((k * rb + e % run / rv) * z->r + e / run) * rv + e % run % rv] +=
                dy[i] * x[window_at(z, i / ks, who, e / run) + e % run];
    }
    if (poison && want[0] == want[0])
        differs("the NaN goes nowhere");

    pool_grad_weight(x, winner, dy, dw, db, offset, value, width_of(z), z->pixel, z->r, run, z->sh, z->sw,
                     z->ph, z->pw, z->k, ks, rb, rv, copies);
    for (int i = 0; i < z->k * rb * z->r * rv; i++)
        if (i / (z->r * rv) % rb * rv + i % rv >= run)
            dw[i] = want[i];                    /* past the row's end it is junk */
    same(dw, want);
    same(db, want_b);
    close_case();
}

static void test_pool_grad_weight(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int w = 0; w < COUNT(winners); w++)
            for (int vectors = 1; vectors <= 3; vectors++)
                for (int copies = 1; copies <= 2; copies++)
                    grad_weight_case(&shapes[i], winners[w].least, winners[w].most, vectors * VL, copies,
                                     false);
    grad_weight_case(&shapes[2], 0, 4, VL, 1, true);
}

/* ---- the input ---- */

/* w [R][S][C][KS] at place e of a row of S*CS floats; 0 in what is no weight */
static float weight_at(const Shape *z, const float *w, int r, int e, int k)
{
    int s = e / z->pixel, c = e % z->pixel;
    return s < z->s && c < z->c ? w[((r * z->s + s) * z->c + c) * up(z->k) + k] : 0;
}

/* The same in pack_rows' order: [RB][K][R][RV] */
static float packed_at(const Shape *z, const float *w, int i, int rv)
{
    int block = i / (z->k * z->r * rv);
    return weight_at(z, w, i / rv % z->r, block * rv + i % rv, i / (z->r * rv) % z->k);
}

static void pack_rows_case(const Shape *z, int rv)
{
    int ks = up(z->k), rb = (z->s * z->pixel + rv - 1) / rv;
    open_case("pack_rows %dx%dx%dx%d, pixel %d, RV %d", z->r, z->s, z->c, z->k, z->pixel, rv);
    float *w = given_rows(z->r * z->s * z->c, z->k, ks, 99);
    float *u = blank(rb * z->k * z->r * rv), *want = copy_of(u);
    seal();
    for (int i = 0; i < rb * z->k * z->r * rv; i++)
        want[i] = packed_at(z, w, i, rv);
    for (int task = 0; task < rb; task++)
        pack_rows(w, u, task, z->r, z->s, z->c, z->pixel, z->k, ks, rv);
    same(u, want);
    close_case();
}

static void test_pack_rows(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int vectors = 1; vectors <= 3; vectors++)
            pack_rows_case(&shapes[i], vectors * VL);
}

static void grad_input_case(const Shape *z, int least, int most, int rv)
{
    int ks = up(z->k), run = z->s * z->pixel, pools = z->ph * z->pw;
    int floats = height_of(z) * width_of(z) * z->pixel;
    open_case("pool_grad_input %dx%d, pixel %d, %d filters %dx%d, winners %d to %d, RV %d", z->ph, z->pw,
              z->pixel, z->k, z->r, z->s, least, most, rv);
    float *w = given_rows(z->r * z->s * z->c, z->k, ks, 4), *u = given(z->k * z->r * run, 0);
    float *dy = given_rows(pools, z->k, ks, 4);
    int8_t *winner = given_bytes(pools * ks, least, most);
    for (int i = 0; i < z->k * z->r * run; i++)
        u[i] = packed_at(z, w, i, rv);
    for (int i = 0; i < pools; i++)             /* what a pad holds is nobody's concern */
        for (int k = z->k; k < ks; k++)
            dy[i * ks + k] = NAN;
    seal();
    float *dx = blank(floats), *want = copy_of(dx);
    int *offset = blank_ints(z->pw * ks + VL);
    float *value = blank(z->pw * ks + VL);
    int *start = blank_ints(z->pw * 5);
    for (int i = 0; i < floats; i++)
        want[i] = 0;
    for (int i = 0; i < pools * ks; i++)
        for (int e = 0; i % ks < z->k && winner[i] < 4 && e < z->r * run; e++)
            want[window_at(z, i / ks, winner[i], e / run) + e % run] +=
                dy[i] * weight_at(z, w, e / run, e % run, i % ks);

    pool_grad_input(winner, dy, u, dx, offset, value, start, height_of(z), width_of(z),
                    z->pixel, z->r, z->sh, z->sw, z->ph, z->pw, z->k, ks, run / rv, rv);
    same(dx, want);
    close_case();
}

static void test_pool_grad_input(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int w = 0; w < COUNT(winners); w++)
            for (int vectors = 1; vectors <= 6; vectors++)
                if (shapes[i].pixel % VL == 0 && shapes[i].s * shapes[i].pixel / VL % vectors == 0)
                    grad_input_case(&shapes[i], winners[w].least, winners[w].most, vectors * VL);
}

/* ---- sums over shards ---- */

/* Numbers whose sum depends on the order. */
static float *given_uneven(int count)
{
    float *part = given(count, 9999);
    for (int i = 0; i < count; i++)
        part[i] *= (float)ldexp(1, number(-12, 12));
    return part;
}

static float tree(const float *part, int size, int shards)
{
    int half = shards / 2;
    return shards == 1 ? *part : tree(part, size, half) + tree(part + half * size, size, half);
}

static void sum_rows_case(const Shape *z, int rv, int shards)
{
    int ks = up(z->k), rb = (z->s * z->pixel + rv - 1) / rv, size = z->k * rb * z->r * rv + VL;
    open_case("sum_rows %dx%dx%dx%d, pixel %d, RV %d, %d shards", z->r, z->s, z->c, z->k, z->pixel,
              rv, shards);
    float *part = given_uneven(shards * size), *g = blank(z->r * z->s * z->c * ks), *want = copy_of(g);
    seal();
    for (int i = 0; i < z->r * z->s * z->c * ks; i++) {
        int k = i % ks, c = i / ks % z->c, s = i / ks / z->c % z->s, r = i / ks / z->c / z->s;
        int e = s * z->pixel + c;
        want[i] = k < z->k ? tree(part + ((k * rb + e / rv) * z->r + r) * rv + e % rv, size, shards) : 0;
    }
    sum_rows(part, g, z->r, z->s, z->c, z->pixel, z->k, ks, rb, rv, shards, size);
    same(g, want);
    close_case();
}

static void test_sum_rows(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int vectors = 1; vectors <= 3; vectors++)
            for (int shards = 1; shards <= 8; shards *= 2)
                sum_rows_case(&shapes[i], vectors * VL, shards);
}

static void test_sum_shards(void)
{
    for (int shards = 1; shards <= 16; shards *= 2)
        for (int size = VL; size <= 5 * VL; size += VL) {
            open_case("sum_shards %d of %d", shards, size);
            float *part = given_uneven(shards * size), *g = blank(size), *want = copy_of(g);
            seal();
            for (int i = 0; i < size; i++)
                want[i] = tree(part + i, size, shards);
            sum_shards(part, g, size, shards);
            same(g, want);
            close_case();
        }
}

WIDE_TESTS(sparse) = {
    { "pool_grad_weight", test_pool_grad_weight },
    { "pool_grad_input", test_pool_grad_input },
    { "pack_rows", test_pack_rows },
    { "sum_rows", test_sum_rows },
    { "sum_shards", test_sum_shards },
    { 0 },
};
