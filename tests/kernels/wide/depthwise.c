/* depthwise.c - depthwise convolutions and their gradients, and what several filters a channel need. */

#include "tests/kernels/wide/follow.h"

#define AFTER after
#include "runtime/kernels/depthwise.c"
#undef AFTER
#include "runtime/kernels/depthwise_grad_input.c"
#include "runtime/kernels/depthwise_grad_weight.c"
#include "runtime/kernels/repeat_channels.c"
#include "runtime/kernels/sum_channels.c"

/* Pictures of h x w x c with a frame around, of which no number is stored; a window of r x s a channel. */
typedef struct {
    int h, w, c, top, bottom, left, right, r, s, sh, sw, dh, dw;
} Shape;

static const Shape shapes[] = {
    { 7, 9, 3, 0, 0, 0, 0, 3, 3, 1, 1, 1, 1 },
    { 6, 7, 17, 1, 1, 1, 1, 3, 3, 1, 1, 1, 1 },
    { 3, 3, 33, 1, 1, 1, 1, 3, 3, 1, 1, 1, 1 },      /* one position has all its taps */
    { 8, 10, 16, 0, 1, 0, 1, 3, 3, 2, 2, 1, 1 },     /* same, even */
    { 9, 21, 5, 1, 1, 1, 1, 3, 3, 2, 2, 1, 1 },      /* same, odd */
    { 9, 12, 8, 2, 2, 2, 2, 5, 5, 1, 1, 1, 1 },
    { 11, 12, 4, 1, 2, 1, 2, 5, 5, 2, 2, 1, 1 },
    { 2, 2, 6, 2, 2, 2, 2, 5, 5, 1, 1, 1, 1 },       /* none has */
    { 10, 13, 7, 2, 0, 3, 1, 2, 3, 1, 2, 3, 2 },
    { 8, 9, 20, 0, 2, 1, 3, 3, 2, 3, 1, 1, 4 },
    { 5, 4, 3, 4, 3, 5, 0, 1, 2, 2, 5, 1, 1 },       /* a frame that some windows never leave */
    { 6, 5, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1 },
    { 5, 7, 9, 0, 0, 0, 0, 2, 1, 2, 3, 1, 1 },       /* rows and columns that no window meets */
};

static int rows_of(const Shape *z)    { return (z->h + z->top + z->bottom - 1 - (z->r - 1) * z->dh) / z->sh + 1; }
static int columns_of(const Shape *z) { return (z->w + z->left + z->right - 1 - (z->s - 1) * z->dw) / z->sw + 1; }

/* Where the tap of a position lies in x, in pixels; -1 for the frame. */
static int pixel_of(const Shape *z, int p, int q, int r, int s)
{
    int h = p * z->sh + r * z->dh - z->top, w = q * z->sw + s * z->dw - z->left;
    return h >= 0 && h < z->h && w >= 0 && w < z->w ? h * z->w + w : -1;
}

/* Calls visit for every product: pixels of x and of y, and the tap. */
typedef struct { const Shape *shape; const float *x, *w, *y; double *sum; int c, cs, xs; } Products;

static void each_product(const Products *z, void (*visit)(const Products *, int x, int tap, int y))
{
    const Shape *a = z->shape;
    for (int y = 0; y < rows_of(a) * columns_of(a); y++)
        for (int tap = 0; tap < a->r * a->s; tap++) {
            int x = pixel_of(a, y / columns_of(a), y % columns_of(a), tap / a->s, tap % a->s);
            if (x >= 0)
                visit(z, x, tap, y);
        }
}

static void into_y(const Products *z, int x, int tap, int y)
{
    for (int c = 0; c < z->c; c++)
        z->sum[y * z->cs + c] += (double)z->x[x * z->xs + c] * z->w[tap * z->cs + c];
}

static void into_x(const Products *z, int x, int tap, int y)
{
    for (int c = 0; c < z->c; c++)
        z->sum[x * z->xs + c] += (double)z->y[y * z->cs + c] * z->w[tap * z->cs + c];
}

static void into_w(const Products *z, int x, int tap, int y)
{
    for (int c = 0; c < z->c; c++)
        z->sum[tap * z->cs + c] += (double)z->x[x * z->xs + c] * z->y[y * z->cs + c];
}

static void open_shape(const char *kernel, const Shape *z, int tile)
{
    open_case("%s %dx%dx%d, frame %d %d %d %d, window %dx%d, stride %dx%d, dilation %dx%d; tile %d, bias %d, relu %d",
              kernel, z->h, z->w, z->c, z->top, z->bottom, z->left, z->right, z->r, z->s, z->sh, z->sw, z->dh, z->dw,
              tile, with_bias, with_relu);
}

/* Tiles that fit between the positions that reach over the ends of a row; one of 1 always does. */
static int whole_columns(const Shape *z)
{
    int whole = 0;
    for (int q = 0; q < columns_of(z); q++) {
        int first = q * z->sw - z->left;
        whole += first >= 0 && first + (z->s - 1) * z->dw < z->w;
    }
    return whole;
}

/* `gap`: vectors behind each pixel of x and y that are no channels. */
static void forward_case(const Shape *z, int gap, int tw)
{
    int p = rows_of(z), q = columns_of(z), cs = up(z->c), xs = cs + gap * VL;
    open_shape("depthwise", z, tw);
    float *x = given_rows(z->h * z->w, z->c, xs, 4), *w = given_rows(z->r * z->s, z->c, cs, 4);
    int ys = cs + gap * VL;
    float *b = given_rows(1, z->c, cs, 9), *y = begun(p * q * ys, 9), *want = copy_of(y);
    double *sum = calloc((size_t)(p * q * cs), sizeof *sum);
    seal();
    each_product(&(Products){ z, x, w, NULL, sum, cs, cs, xs }, into_y);
    for (int i = 0; i < p * q * cs; i++)
        want[i / cs * ys + i % cs] = (float)naive_after(sum[i], b, i % cs);
    for (int band = 0; band < 2; band++)
        depthwise(x, w, b, y, band ? p / 2 : 0, band ? p : p / 2, z->h, z->w, xs, z->top, z->left, z->r, z->s, z->sh,
                  z->sw, z->dh, z->dw, q, ys, cs, tw);
    same(y, want);
    free(sum);
    close_case();
}

static void test_depthwise(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int tw = 1; tw == 1 || tw <= whole_columns(&shapes[i]); tw++)
            for (int follow = 0; follow < 4; follow++) {
                with_bias = follow & 1;
                with_relu = follow & 2;
                forward_case(&shapes[i], follow % 3 == 1, tw);
            }
    with_bias = with_relu = false;
}

/* The fewest pixels of a phase all of whose taps lie within dy. */
static int whole_of_phases(const Shape *z)
{
    int least = z->w;
    for (int phase = 0; phase < z->sw && phase < z->w; phase++) {
        int whole = 0;
        for (int w = phase; w < z->w; w += z->sw) {
            int low = w + z->left - (z->s - 1) * z->dw, high = w + z->left;
            whole += low >= 0 && high / z->sw < columns_of(z);
        }
        least = whole < least ? whole : least;
    }
    return least;
}

static void grad_input_case(const Shape *z, int tw)
{
    int p = rows_of(z), q = columns_of(z), cs = up(z->c), count = z->h * z->w * cs;
    open_shape("depthwise_grad_input", z, tw);
    float *dy = given_rows(p * q, z->c, cs, 4), *w = given_rows(z->r * z->s, z->c, cs, 4);
    float *dx = blank(count), *want = copy_of(dx);
    double *sum = calloc((size_t)count, sizeof *sum);
    seal();
    each_product(&(Products){ z, NULL, w, dy, sum, cs, cs, cs }, into_x);
    for (int i = 0; i < count; i++)
        want[i] = (float)sum[i];
    depthwise_grad_input(dy, w, dx, z->h, z->w, cs, z->top, z->left, z->r, z->s, z->sh, z->sw, z->dh, z->dw, p, q, cs,
                         tw);
    same(dx, want);
    free(sum);
    close_case();
}

static void test_depthwise_grad_input(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int tw = 1; tw == 1 || tw <= whole_of_phases(&shapes[i]); tw++)
            grad_input_case(&shapes[i], tw);
}

static void grad_weight_case(const Shape *z, int gap, int pt, int rt)
{
    int p = rows_of(z), q = columns_of(z), cs = up(z->c), xs = cs + gap * VL, count = z->r * z->s * cs;
    open_shape("depthwise_grad_weight", z, 100 * pt + rt);
    float *x = given_rows(z->h * z->w, z->c, xs, 4), *dy = given_rows(p * q, z->c, cs, 4);
    float *dw = begun(count, 9), *want = copy_of(dw);
    double *sum = calloc((size_t)count, sizeof *sum);
    seal();
    each_product(&(Products){ z, x, NULL, dy, sum, cs, cs, xs }, into_w);
    for (int i = 0; i < count; i++)
        want[i] = (float)(want[i] + sum[i]);
    depthwise_grad_weight(x, dy, dw, z->h, z->w, xs, z->top, z->left, z->r, z->s, z->sh, z->sw, z->dh, z->dw, p, q, cs,
                          pt, rt);
    same(dw, want);
    free(sum);
    close_case();
}

static void test_depthwise_grad_weight(void)
{
    for (int i = 0; i < COUNT(shapes); i++)
        for (int rt = 1; rt <= shapes[i].r; rt++)
            for (int pt = 1; pt <= rows_of(&shapes[i]); pt += 2)
                grad_weight_case(&shapes[i], pt % 4 == 1, pt, rt);
}

/* ---- several filters a channel ---- */

static const struct { int pixels, c, times; } repeats[] = { { 6, 3, 1 }, { 5, 1, 7 }, { 4, 17, 2 }, { 3, 5, 16 } };

static void test_repeat_channels(void)
{
    for (int n = 0; n < COUNT(repeats); n++) {
        int pixels = repeats[n].pixels, c = repeats[n].c, times = repeats[n].times, xs = up(c), ys = up(c * times);
        open_case("repeat_channels %d pixels, %d channels, %d times", pixels, c, times);
        float *x = given(pixels * xs, 99), *y = blank(pixels * ys), *want = copy_of(y);
        seal();
        for (int i = 0; i < pixels * ys; i++)
            want[i] = i % ys < c * times ? x[i / ys * xs + i % ys / times] : 0;
        repeat_channels(x, y, pixels, c, xs, times, ys);
        same(y, want);
        close_case();
    }
}

static void test_sum_channels(void)
{
    for (int n = 0; n < COUNT(repeats); n++) {
        int pixels = repeats[n].pixels, c = repeats[n].c, times = repeats[n].times, xs = up(c), ys = up(c * times);
        open_case("sum_channels %d pixels, %d channels, %d times", pixels, c, times);
        float *dy = given(pixels * ys, 99), *dx = blank(pixels * xs), *want = copy_of(dx);
        seal();
        for (int i = 0; i < pixels * xs; i++) {
            want[i] = 0;
            for (int m = 0; m < times && i % xs < c; m++)
                want[i] += dy[i / xs * ys + i % xs * times + m];
        }
        sum_channels(dy, dx, pixels, c, xs, times, ys);
        same(dx, want);
        close_case();
    }
}

WIDE_TESTS(depthwise) = {
    { "depthwise", test_depthwise },
    { "depthwise_grad_input", test_depthwise_grad_input },
    { "depthwise_grad_weight", test_depthwise_grad_weight },
    { "repeat_channels", test_repeat_channels },
    { "sum_channels", test_sum_channels },
    { 0 },
};
