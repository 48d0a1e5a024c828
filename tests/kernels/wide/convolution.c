/* convolution.c - conv, conv_pool, conv_grad_input, conv_grad_weight, and what lays out their operands. */

#include "tests/kernels/wide/follow.h"

#define AFTER after
#include "runtime/kernels/conv.c"
#include "runtime/kernels/conv_grad_input.c"
#undef AFTER
#define AFTER after_pool
#include "runtime/kernels/conv_grad_weight.c"
#include "runtime/kernels/conv_pool.c"
#include "runtime/kernels/pack.c"
#include "runtime/kernels/pack_flipped.c"
#include "runtime/kernels/regroup.c"

/* Pictures of h x w x c with `gap` floats after each pixel's; k filters of r x s. */
typedef struct {
    int h, w, c, gap, k, r, s, sh, sw, dh, dw;
} Shape;

static const Shape shapes[] = {
    { 7, 9, 3, 0, 5, 3, 3, 1, 1, 1, 1 },        /* an input of colours */
    { 6, 5, 1, 0, 17, 1, 1, 1, 1, 1, 1 },
    { 5, 23, 4, 12, 32, 3, 3, 1, 1, 1, 1 },     /* channels with pads */
    { 9, 8, 7, 1, 33, 2, 3, 2, 1, 1, 1 },
    { 11, 10, 2, 0, 64, 3, 2, 1, 3, 1, 1 },
    { 9, 12, 3, 0, 16, 3, 3, 1, 1, 2, 1 },
    { 10, 13, 5, 3, 8, 2, 3, 1, 2, 3, 2 },
    { 4, 4, 16, 0, 40, 4, 3, 1, 1, 1, 1 },      /* the picture's whole height */
    { 3, 3, 9, 7, 3, 2, 2, 1, 1, 1, 1 },
    { 5, 4, 3, 0, 6, 1, 2, 2, 5, 1, 1 },        /* a stride beyond the picture */
};

static int rows_of(const Shape *z)    { return (z->h - 1 - (z->r - 1) * z->dh) / z->sh + 1; }
static int columns_of(const Shape *z) { return (z->w - 1 - (z->s - 1) * z->dw) / z->sw + 1; }
static int pixel_of(const Shape *z)   { return z->c + z->gap; }
static int weight_rows(const Shape *z) { return z->r * z->s * z->c; }

static float of_picture(const Shape *z, const float *x, int p, int q, int r, int s, int c)
{
    return x[((p * z->sh + r * z->dh) * z->w + q * z->sw + s * z->dw) * pixel_of(z) + c];
}

static int weight_at(const Shape *z, int r, int s, int c, int k)
{
    return ((r * z->s + s) * z->c + c) * up(z->k) + k;
}

/* w [R][S][C][KS] */
static double naive_conv(const Shape *z, const float *x, const float *w, int p, int q, int k)
{
    double sum = 0;
    for (int r = 0; r < z->r; r++)
        for (int s = 0; s < z->s; s++)
            for (int c = 0; c < z->c; c++)
                sum += (double)of_picture(z, x, p, q, r, s, c) * w[weight_at(z, r, s, c, k)];
    return sum;
}

/* w [ROWS][KS] -> [KS/KV][ROWS][KV] */
static void naive_pack(const float *w, float *u, int rows, int ks, int kv)
{
    for (int row = 0; row < rows; row++)
        for (int k = 0; k < ks; k++)
            u[(k / kv * rows + row) * kv + k % kv] = w[row * ks + k];
}

/* A pixel's pads hold NaN: nobody may read them. */
static float *given_picture(const Shape *z)
{
    float *x = given_rows(z->h * z->w, z->c, pixel_of(z), 4);
    for (int i = 0; i < z->h * z->w; i++)
        for (int c = z->c; c < pixel_of(z); c++)
            x[i * pixel_of(z) + c] = NAN;
    return x;
}

/* Where a NaN goes: the last pixel of the first window, or a weight. */
enum { NOWHERE, IN_PICTURE, IN_WEIGHT, POISONS };

/* How a convolution is called. `whole`: a row of the window as one run. */
typedef struct {
    Shape shape;
    bool whole;
    int tw, kb, poison;
    bool bias, relu;
} Way;

static bool may_be_whole(const Shape *z) { return !z->gap && z->dw == 1; }

/* Every way to call a convolution whose rows have `columns` results (or pairs of them, for a pool). */
static void each_way(void (*test)(const Way *), bool pool)
{
    for (int i = 0; i < COUNT(shapes); i++) {
        const Shape *z = &shapes[i];
        int most = rows_of(z) < 2 && pool ? 0 : columns_of(z) / (pool ? 2 : 1);
        for (int whole = 0; whole <= may_be_whole(z); whole++)
            for (int kb = 1; kb <= 2 && up(z->k) / VL % kb == 0; kb++)
                for (int tw = 1; tw <= 5 && tw <= most; tw++)
                    for (int poison = 0; poison < POISONS; poison++)
                        for (int follow = 0; follow < 4; follow++) {
                            Way way = { *z, whole, tw, kb, poison, follow & 1, follow & 2 };
                            with_bias = way.bias;
                            with_relu = way.relu;
                            test(&way);
                        }
    }
}

static void open_way(const char *kernel, const Way *y)
{
    const Shape *z = &y->shape;
    open_case("%s %dx%dx%d+%d, %d filters %dx%d, stride %dx%d, dilation %dx%d; %s, TW %d, KB %d, "
              "bias %d, relu %d, NaN %d",
              kernel, z->h, z->w, z->c, z->gap, z->k, z->r, z->s, z->sh, z->sw, z->dh, z->dw,
              y->whole ? "whole rows" : "taps", y->tw, y->kb, y->bias, y->relu, y->poison);
}

typedef struct { float *x, *w, *u, *b; } Operands;

static Operands given_operands(const Way *way)
{
    const Shape *z = &way->shape;
    int ks = up(z->k);
    Operands o = { given_picture(z), given_rows(weight_rows(z), z->k, ks, 4), given(weight_rows(z) * ks, 0),
                   given_rows(1, z->k, ks, 9) };
    if (way->poison == IN_PICTURE)
        o.x[((z->r - 1) * z->dh * z->w + (z->s - 1) * z->dw) * pixel_of(z)] = NAN;
    if (way->poison == IN_WEIGHT)
        o.w[z->k / 2] = NAN;
    naive_pack(o.w, o.u, weight_rows(z), ks, way->kb * VL);
    seal();
    return o;
}

static int nans(const float *y, int count)
{
    int found = 0;
    for (int i = 0; i < count; i++)
        found += y[i] != y[i];
    return found;
}

static void conv_way(const Way *way)
{
    const Shape *z = &way->shape;
    int p = rows_of(z), q = columns_of(z), ks = up(z->k), runs = way->whole ? 1 : z->s;
    open_way("conv", way);
    Operands o = given_operands(way);
    int ys = ks + way->tw % 2 * VL;     /* as part of a wider map, too */
    float *y = begun(p * q * ys, 9), *want = copy_of(y);
    for (int i = 0; i < p * q; i++)
        for (int k = 0; k < ks; k++)
            want[i * ys + k] = (float)naive_after(naive_conv(z, o.x, o.w, i / q, i % q, k), o.b, k);
    if (!nans(want, p * q * ys) != !way->poison)
        differs("the NaN goes nowhere");

    for (int band = 0; band < 2; band++)
        conv(o.x, o.u, o.b, y, band ? p / 2 : 0, band ? p : p / 2, z->w, pixel_of(z), z->r, runs, z->s * z->c / runs,
             z->sh, z->sw, z->dh, z->dw, q, ys, ks, ks, z->c, way->tw, way->kb);
    same(y, want);
    close_case();
}

static void test_conv(void) { each_way(conv_way, false); }

static void pool_way(const Way *way)
{
    const Shape *z = &way->shape;
    int ph = rows_of(z) / 2, pw = columns_of(z) / 2, ks = up(z->k), runs = way->whole ? 1 : z->s;
    open_way("conv_pool", way);
    Operands o = given_operands(way);
    float *y = blank(ph * pw * ks), *want = copy_of(y);
    int8_t *winner = blank_bytes(ph * pw * ks), *who = copy_of(winner);
    int live = 0;
    for (int i = 0; i < ph * pw; i++)
        for (int k = 0; k < ks; k++) {
            double v[4];
            for (int n = 0; n < 4; n++)
                v[n] = naive_conv(z, o.x, o.w, i / pw * 2 + n / 2, i % pw * 2 + n % 2, k);
            who[i * ks + k] = naive_after_pool(v, o.b, k, &want[i * ks + k]);
            live += want[i * ks + k] != want[i * ks + k] && who[i * ks + k] < 4;
        }
    if (!live != !way->poison)
        differs("the NaN has no gradient");

    for (int band = 0; band < 2; band++)
        conv_pool(o.x, o.u, o.b, y, winner, band ? ph / 2 : 0, band ? ph : ph / 2, z->w, pixel_of(z), z->r, runs,
                  z->s * z->c / runs, z->sh, z->sw, z->dh, z->dw, pw, ks, way->tw, way->kb);
    same(y, want);
    same(winner, who);
    close_case();
}

static void test_conv_pool(void) { each_way(pool_way, true); }

/* A part of the gradient, without `cut` rows and columns at its beginning and one more at its end. */
static void grad_input_case(const Shape *z, int cut, int tw, int kb)
{
    enum { BEFORE = 7, AFTER_IT = 8 };
    int p = rows_of(z), q = columns_of(z), ks = up(z->k), xs = up(z->c), columns = BEFORE + q + AFTER_IT;
    int h = z->h - cut - (cut > 0), w = z->w - cut - (cut > 0), taps = z->r * z->s, block = kb * VL;
    Way way = { *z, false, tw, kb, NOWHERE, false, false };
    open_way("conv_grad_input", &way);
    float *wide = given(xs * taps * z->k, 4), *dy = given_rows(p * columns, z->k, ks, 4);
    int ys = xs + tw % 2 * VL;          /* as part of a wider map, too */
    float *b = given_rows(1, z->c, xs, 9), *dx = begun(h * w * ys, 9), *want = copy_of(dx);
    for (int i = 0; i < p * columns; i++)
        for (int k = 0; k < ks; k++)
            if (i % columns < BEFORE || i % columns >= BEFORE + q || k >= z->k)
                dy[i * ks + k] = k < z->k ? 0 : NAN;
    seal();
    for (int i = 0; i < h * w * xs; i++) {
        int row = i / xs / w + cut, column = i / xs % w + cut, c = i % xs;
        double sum = 0;
        for (int tap = 0; tap < taps; tap++)
            for (int at = 0; at < p * q; at++)
                for (int k = 0; k < z->k && at / q * z->sh + tap / z->s * z->dh == row
                                && at % q * z->sw + tap % z->s * z->dw == column; k++)
                    sum += (double)dy[(at / q * columns + BEFORE + at % q) * ks + k]
                         * wide[((c / block * taps + taps - 1 - tap) * z->k + k) * block + c % block];
        want[i / xs * ys + i % xs] = (float)naive_after(sum, b, i % xs);
    }
    conv_grad_input(dy, wide, b, dx, h, w, ys, xs, cut, cut, z->r, z->s, z->k, z->sh, z->sw, z->dh, z->dw, p,
                    columns, BEFORE, ks, xs, tw, kb);
    same(dx, want);
    close_case();
}

static void test_conv_grad_input(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int cut = 0; cut <= 1; cut++)
            for (int kb = 1; kb <= 2 && up(shapes[i].c) / VL % kb == 0; kb++)
                for (int tw = 1; tw <= 5; tw++) {
                    int columns = (shapes[i].w - 2 * cut) / shapes[i].sw;
                    if (tw == 1 || tw <= columns)
                        {
                        with_bias = tw % 3 == 2;
                        with_relu = kb == 2;
                        grad_input_case(&shapes[i], cut, tw, kb);
                    }
                }
}

/* What the padded picture that a shape tells of holds at its border. */
typedef struct { int top, left, bottom, right; } Border;

static const Border borders[] = {
    { 0, 0, 0, 0 }, { 1, 1, 1, 1 }, { 2, 0, 1, 0 }, { 0, 2, 0, 1 }, { 3, 2, 0, 1 },
};

static void grad_weight_case(const Shape *z, const Border *border, bool whole, int pt, int et, int kb)
{
    int p = rows_of(z), q = columns_of(z), ks = up(z->k), runs = whole ? 1 : z->s;
    Shape inner = *z;
    inner.h -= border->top + border->bottom;
    inner.w -= border->left + border->right;
    Way way = { *z, whole, et, kb, NOWHERE, false, false };
    open_way("conv_grad_weight (TW is ET)", &way);
    float *x = given_picture(&inner), *dy = given_rows(p * q, z->k, ks, 4);
    float *dw = begun(weight_rows(z) * ks, 9), *want = copy_of(dw);
    seal();
    for (int row = 0; row < weight_rows(z); row++)
        for (int i = 0; i < p * q; i++) {
            int h = i / q * z->sh + row / (z->s * z->c) * z->dh - border->top;
            int w = i % q * z->sw + row / z->c % z->s * z->dw - border->left;
            bool inside = h >= 0 && h < inner.h && w >= 0 && w < inner.w;
            for (int k = 0; k < ks && inside; k++)
                want[row * ks + k] += dy[i * ks + k] * x[(h * inner.w + w) * pixel_of(z) + row % z->c];
        }

    conv_grad_weight(x, dy, dw, inner.h, inner.w, pixel_of(z), border->top, border->left, z->r, runs,
                     z->s * z->c / runs, z->sh, z->sw, z->dh, z->dw, p, q, ks, ks, z->c, pt, et, kb);
    same(dw, want);
    close_case();
}

static void grad_weight_of(const Shape *z, const Border *border)
{
    bool may = may_be_whole(z) && !border->left && !border->right;
    if (z->h <= border->top + border->bottom || z->w <= border->left + border->right)
        return;
    for (int whole = 0; whole <= may; whole++)
        for (int kb = 1; kb <= 2 && up(z->k) / VL % kb == 0; kb++)
            for (int et = 1; et <= 17 && et <= z->c * (whole ? z->s : 1); et += et < 5 ? 1 : 4)
                for (int pt = 1; pt <= rows_of(z); pt += 2)
                    grad_weight_case(z, border, whole, pt, et, kb);
}

static void test_conv_grad_weight(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int b = 0; b < COUNT(borders); b++)
            grad_weight_of(&shapes[i], &borders[b]);
}

/* ---- groups: what the same kernels make of each alone ---- */

static const struct { Shape shape; int groups; } grouped[] = {
    { { 7, 8, 3, 0, 16, 3, 3, 1, 1, 1, 1 }, 4 },
    { { 6, 9, 5, 0, 32, 2, 3, 2, 1, 1, 2 }, 2 },
    { { 5, 5, 1, 0, 16, 1, 1, 1, 1, 1, 1 }, 3 },
};

/* The columns of one group: [rows][groups*each] -> [rows][each]. */
static float *columns_of_group(const float *all, int rows, int groups, int each, int group)
{
    float *one = given((long)rows * each, 0);
    for (int i = 0; i < rows * each; i++)
        one[i] = all[(i / each * groups + group) * each + i % each];
    return one;
}

static void check_columns(const float *all, const float *one, int rows, int groups, int each, int group)
{
    for (int i = 0; i < rows * each; i++)
        if (all[(i / each * groups + group) * each + i % each] != one[i])
            differs("group %d [%d]", group, i);
}

static void grouped_conv(const Shape *z, int groups)
{
    int p = rows_of(z), q = columns_of(z), gk = up(z->k), rows = weight_rows(z), xs = groups * z->c;
    open_case("conv in %d groups of %d channels", groups, z->c);
    float *x = given(z->h * z->w * xs, 4), *u = given(groups * gk * rows, 4), *b = given(groups * gk, 9);
    float *y = blank(p * q * groups * gk);
    seal();
    conv(x, u, b, y, 0, p, z->w, xs, z->r, z->s, z->c, z->sh, z->sw, z->dh, z->dw, q, groups * gk, groups * gk, gk, z->c, 2, 1);
    for (int g = 0; g < groups; g++) {
        float *one = blank(p * q * gk);
        conv(x + g * z->c, u + g * gk * rows, b + g * gk, one, 0, p, z->w, xs, z->r, z->s, z->c, z->sh, z->sw, z->dh,
             z->dw, q, gk, gk, gk, 0, 2, 1);
        check_columns(y, one, p * q, groups, gk, g);
    }
    close_case();
}

static void grouped_grad_weight(const Shape *z, int groups)
{
    int p = rows_of(z), q = columns_of(z), gk = up(z->k), rows = weight_rows(z), xs = groups * z->c;
    open_case("conv_grad_weight in %d groups of %d channels", groups, z->c);
    float *x = given(z->h * z->w * xs, 4), *dy = given(p * q * groups * gk, 4), *dw = begun(rows * groups * gk, 0);
    conv_grad_weight(x, dy, dw, z->h, z->w, xs, 0, 0, z->r, z->s, z->c, z->sh, z->sw, z->dh, z->dw, p, q, groups * gk,
                     gk, z->c, p, 2, 1);
    for (int g = 0; g < groups; g++) {
        float *one = begun(rows * gk, 0);
        conv_grad_weight(x + g * z->c, columns_of_group(dy, p * q, groups, gk, g), one, z->h, z->w, xs, 0, 0, z->r,
                         z->s, z->c, z->sh, z->sw, z->dh, z->dw, p, q, gk, gk, 0, p, 2, 1);
        check_columns(dw, one, rows, groups, gk, g);
    }
    seal();
    close_case();
}

/* Here the shape's filters are a group's, and its channels' whole vectors. */
static void grouped_grad_input(const Shape *z, int groups)
{
    enum { BEFORE = 7, AFTER_IT = 8 };
    int p = rows_of(z), q = columns_of(z), gc = up(z->c), ks = groups * z->k, columns = BEFORE + q + AFTER_IT;
    int taps = z->r * z->s, table = taps * z->k * gc;
    open_case("conv_grad_input in %d groups of %d channels", groups, z->c);
    float *dy = given(p * columns * ks, 4), *u = given(groups * table, 4), *dx = blank(z->h * z->w * groups * gc);
    seal();
    conv_grad_input(dy, u, NULL, dx, z->h, z->w, groups * gc, groups * gc, 0, 0, z->r, z->s, z->k, z->sh, z->sw, z->dh, z->dw, p, columns,
                    BEFORE, ks, gc, 1, 1);
    for (int g = 0; g < groups; g++) {
        float *one = blank(z->h * z->w * gc);
        conv_grad_input(dy + g * z->k, u + g * table, NULL, one, z->h, z->w, gc, gc, 0, 0, z->r, z->s, z->k, z->sh, z->sw, z->dh,
                        z->dw, p, columns, BEFORE, ks, gc, 1, 1);
        check_columns(dx, one, z->h * z->w, groups, gc, g);
    }
    close_case();
}

static void grouped_pack_flipped(const Shape *z, int groups)
{
    int taps = z->r * z->s, gc = up(z->c), ks = up(groups * z->k), blocks = gc / VL, table = taps * z->k * gc;
    open_case("pack_flipped in %d groups of %d channels", groups, z->c);
    float *w = given_rows(weight_rows(z), groups * z->k, ks, 99), *u = blank(groups * table), *want = copy_of(u);
    seal();
    for (int task = 0; task < groups * blocks; task++) {
        pack_flipped(w, u, task, z->r, z->s, z->c, z->k, ks, gc, VL);
        pack_flipped(w + task / blocks * z->k, want + task / blocks * table, task % blocks, z->r, z->s, z->c, z->k, ks,
                     gc, VL);
    }
    same(u, want);
    close_case();
}

static void each_grouped(void (*test)(const Shape *, int))
{
    for (int i = 0; i < COUNT(grouped); i++)
        test(&grouped[i].shape, grouped[i].groups);
}

static void test_groups(void)
{
    with_bias = with_relu = false;
    each_grouped(grouped_conv);
    each_grouped(grouped_grad_weight);
    each_grouped(grouped_grad_input);
    each_grouped(grouped_pack_flipped);
}

/* ---- layouts ---- */

static void test_regroup(void)
{
    static const struct { int rows, groups, each, from, to; } ways[] = {
        { 6, 3, 5, 5, 16 }, { 6, 3, 5, 16, 5 }, { 4, 2, 16, 16, 16 }, { 1, 7, 1, 1, 8 }, { 3, 4, 2, 3, 2 },
    };
    for (int n = 0; n < COUNT(ways); n++) {
        int rows = ways[n].rows, groups = ways[n].groups, each = ways[n].each, from = ways[n].from, to = ways[n].to;
        int xs = up(groups * from), ys = up(groups * to);
        open_case("regroup %d rows, %d groups of %d, from %d to %d", rows, groups, each, from, to);
        float *x = given(rows * xs, 99), *y = blank(rows * ys), *want = copy_of(y);
        seal();
        for (int i = 0; i < rows * ys; i++)
            want[i] = 0;
        for (int i = 0; i < rows; i++)
            for (int g = 0; g < groups; g++)
                for (int c = 0; c < each; c++)
                    want[i * ys + g * to + c] = x[i * xs + g * from + c];
        regroup(x, y, rows, groups, each, xs, from, ys, to);
        same(y, want);
        close_case();
    }
}

static void test_pack(void)
{
    for (int kb = 1; kb <= 4; kb++)
        for (int blocks = 1; blocks <= 3; blocks++) {
            int rows = 7 * blocks, kv = kb * VL, ks = blocks * kv;
            open_case("pack %d rows, %d blocks of %d", rows, blocks, kv);
            float *w = given(rows * ks, 99), *u = blank(rows * ks), *want = copy_of(u);
            seal();
            naive_pack(w, want, rows, ks, kv);
            for (int task = 0; task < blocks; task++)
                pack(w, u, task, rows, ks, kv);
            same(u, want);
            close_case();
        }
}

static void pack_flipped_case(const Shape *z, int cv)
{
    int taps = z->r * z->s, ks = up(z->k), tasks = (z->c + cv - 1) / cv;
    open_case("pack_flipped %dx%dx%dx%d, CV %d", z->r, z->s, z->c, z->k, cv);
    float *w = given_rows(weight_rows(z), z->k, ks, 99);
    float *u = blank(tasks * taps * z->k * cv), *want = copy_of(u);
    seal();
    for (int c = 0; c < tasks * cv; c++)
        for (int tap = 0; tap < taps; tap++)
            for (int k = 0; k < z->k; k++)
                want[((c / cv * taps + taps - 1 - tap) * z->k + k) * cv + c % cv] =
                    c < z->c ? w[(tap * z->c + c) * ks + k] : 0;
    for (int task = 0; task < tasks; task++)
        pack_flipped(w, u, task, z->r, z->s, z->c, z->k, ks, tasks * cv, cv);
    same(u, want);
    close_case();
}

static void test_pack_flipped(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int vectors = 1; vectors <= 2; vectors++)
            pack_flipped_case(&shapes[i], vectors * VL);
}

WIDE_TESTS(convolution) = {
    { "conv", test_conv },
    { "conv_pool", test_conv_pool },
    { "conv_grad_input", test_conv_grad_input },
    { "conv_grad_weight", test_conv_grad_weight },
    { "pack", test_pack },
    { "pack_flipped", test_pack_flipped },
    { "groups of channels", test_groups },
    { "regroup", test_regroup },
    { 0 },
};
