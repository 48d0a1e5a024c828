/* pool.c - pools of any window, and their gradients. */

#include "tests/kernels/wide/wide.h"

#include "runtime/kernels/average_pool.c"
#include "runtime/kernels/average_pool_grad.c"
#include "runtime/kernels/max_pool.c"
#include "runtime/kernels/max_pool_grad.c"

/* A window of wh x ww over h x w x c, which may begin `top` and `left` outside and end as far. */
typedef struct {
    int h, w, c, wh, ww, sh, sw, top, left, bottom, right;
} Shape;

static const Shape shapes[] = {
    { 6, 8, 3, 2, 2, 2, 2, 0, 0, 0, 0 },
    { 7, 5, 17, 2, 2, 2, 2, 0, 0, 0, 0 },       /* a row and a column are left over */
    { 7, 9, 5, 3, 3, 2, 2, 1, 1, 1, 1 },        /* windows overlap and stick out */
    { 5, 4, 33, 3, 2, 1, 1, 1, 0, 1, 1 },
    { 9, 10, 4, 2, 3, 3, 4, 0, 1, 1, 1 },       /* pixels between windows */
    { 1, 7, 1, 1, 3, 1, 2, 0, 1, 0, 1 },
    { 5, 7, 16, 5, 7, 5, 7, 0, 0, 0, 0 },       /* the whole picture */
    { 14, 18, 2, 14, 18, 1, 1, 0, 0, 0, 0 },    /* more places in a window than a byte can tell */
};

static int rows_of(const Shape *z)    { return (z->h + z->top + z->bottom - z->wh) / z->sh + 1; }
static int columns_of(const Shape *z) { return (z->w + z->left + z->right - z->ww) / z->sw + 1; }

/* Where place `i` of the window of result `at` lies in the picture, in pixels; -1: outside. */
static int pixel_at(const Shape *z, int at, int i)
{
    int h = at / columns_of(z) * z->sh + i / z->ww - z->top;
    int w = at % columns_of(z) * z->sw + i % z->ww - z->left;
    return h < 0 || h >= z->h || w < 0 || w >= z->w ? -1 : h * z->w + w;
}

static void open_shape(const char *kernel, const Shape *z)
{
    open_case("%s %dx%dx%d, window %dx%d, stride %dx%d, border %d %d %d %d", kernel, z->h, z->w, z->c, z->wh,
              z->ww, z->sh, z->sw, z->top, z->left, z->bottom, z->right);
}

#define SIZES(z, xs) \
    (z)->h, (z)->w, xs, (z)->wh, (z)->ww, (z)->sh, (z)->sw, (z)->top, (z)->left, rows_of(z), columns_of(z)

static void max_case(const Shape *z, bool poison)
{
    int results = rows_of(z) * columns_of(z), ys = up(z->c), xs = ys + z->sh % 2 * VL;
    open_shape(poison ? "max_pool with a NaN" : "max_pool", z);
    float *x = given_rows(z->h * z->w, z->c, xs, 4), *y = blank(results * ys), *want = copy_of(y);
    int32_t *winner = blank_ints(results * ys), *who = copy_of(winner);
    if (poison)
        x[z->h * z->w / 2 * xs] = NAN;
    for (int i = 0; i < z->h * z->w && z->c > 1; i++)
        x[i * xs + z->c - 1] = -INFINITY;       /* one must win all the same */
    seal();
    bool met = false;
    for (int i = 0; i < results * ys; i++) {
        int best = -1;
        for (int k = 0; k < z->wh * z->ww; k++) {
            int pixel = pixel_at(z, i / ys, k);
            float v = pixel < 0 ? 0 : x[pixel * xs + i % ys];
            if (pixel < 0 || (best >= 0 && !(v > want[i]) && v == v))
                continue;
            want[i] = v;
            best = k;
        }
        who[i] = best;
        met |= want[i] != want[i];
    }
    if (poison != met)
        differs("the NaN goes nowhere");
    max_pool(x, y, winner, SIZES(z, xs), ys);
    same(y, want);
    same(winner, who);
    close_case();
}

static void test_max_pool(void)
{
    for (int i = 0; i < COUNT(shapes); i++) {
        max_case(&shapes[i], false);
        if (shapes[i].wh >= shapes[i].sh && shapes[i].ww >= shapes[i].sw)
            max_case(&shapes[i], true);
    }
}

static void max_grad_case(const Shape *z)
{
    int results = rows_of(z) * columns_of(z), xs = up(z->c);
    open_shape("max_pool_grad", z);
    float *dy = given_rows(results, z->c, xs, 4);
    int32_t *winner = given_ints(results * xs, 0, 0);
    for (int i = 0; i < results * xs; i++)
        do
            winner[i] = number(0, z->wh * z->ww - 1);
        while (pixel_at(z, i / xs, winner[i]) < 0);
    seal();
    float *dx = blank(z->h * z->w * xs), *want = copy_of(dx);
    for (int i = 0; i < z->h * z->w * xs; i++)
        want[i] = 0;
    for (int i = 0; i < results * xs; i++)
        want[pixel_at(z, i / xs, winner[i]) * xs + i % xs] += dy[i];
    max_pool_grad(winner, dy, dx, SIZES(z, xs));
    same(dx, want);
    close_case();
}

static void test_max_pool_grad(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        max_grad_case(&shapes[i]);
}

static int places_inside(const Shape *z, int at)
{
    int count = 0;
    for (int k = 0; k < z->wh * z->ww; k++)
        count += pixel_at(z, at, k) >= 0;
    return count;
}

static void average_case(const Shape *z)
{
    int results = rows_of(z) * columns_of(z), ys = up(z->c), xs = ys + z->sh % 2 * VL;
    open_shape("average_pool", z);
    float *x = given_rows(z->h * z->w, z->c, xs, 99), *y = blank(results * ys), *want = copy_of(y);
    seal();
    for (int i = 0; i < results * ys; i++) {
        float sum = 0;
        for (int k = 0; k < z->wh * z->ww; k++) {
            int pixel = pixel_at(z, i / ys, k);
            sum += pixel < 0 ? 0 : x[pixel * xs + i % ys];
        }
        want[i] = sum / (float)places_inside(z, i / ys);
    }
    average_pool(x, y, SIZES(z, xs), ys);
    same(y, want);
    close_case();
}

static void test_average_pool(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        average_case(&shapes[i]);
}

/* Gradients that every window's size divides. */
static void average_grad_case(const Shape *z)
{
    int results = rows_of(z) * columns_of(z), xs = up(z->c);
    open_shape("average_pool_grad", z);
    float *dy = given_rows(results, z->c, xs, 4), *dx = blank(z->h * z->w * xs), *want = copy_of(dx);
    for (int i = 0; i < results * xs; i++)
        dy[i] *= 1260;                          /* 36 * 35; and 252 divides it */
    seal();
    for (int i = 0; i < z->h * z->w * xs; i++)
        want[i] = 0;
    for (int i = 0; i < results * xs; i++)
        for (int k = 0; k < z->wh * z->ww; k++) {
            int pixel = pixel_at(z, i / xs, k);
            if (pixel >= 0)
                want[pixel * xs + i % xs] += dy[i] / (float)places_inside(z, i / xs);
        }
    average_pool_grad(dy, dx, SIZES(z, xs));
    same(dx, want);
    close_case();
}

static void test_average_pool_grad(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        average_grad_case(&shapes[i]);
}

WIDE_TESTS(pool) = {
    { "max_pool", test_max_pool },
    { "max_pool_grad", test_max_pool_grad },
    { "average_pool", test_average_pool },
    { "average_pool_grad", test_average_pool_grad },
    { 0 },
};
