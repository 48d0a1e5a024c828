/* norm.c - the kernels of norms, within bounds that their formulas give. */

#include "tests/kernels/wide/wide.h"
#include "tests/kernels/wide/bounded.h"

#include "runtime/kernels/batch_moments.c"
#include "runtime/kernels/batch_moments_sum.c"
#include "runtime/kernels/running_mean.c"
#include "runtime/kernels/batch_norm.c"
#include "runtime/kernels/batch_norm_grad_weight.c"
#include "runtime/kernels/batch_norm_grad_sum.c"
#include "runtime/kernels/batch_norm_grad_input.c"
#include "runtime/kernels/frozen_norm_grad_input.c"
#include "runtime/kernels/fold_weight.c"
#include "runtime/kernels/fold_bias.c"

enum { SHARDS = 8 };

static const float epsilon = 1e-3f;

/* Pixels and channels, and the vectors that a tile has of them. */
static const struct { int pixels, c, vectors; } areas[] = {
    { 1, 1, 1 }, { 1, 7, 1 }, { 2, 33, 1 }, { 5, 16, 1 }, { 7, 3, 1 }, { 23, 17, 1 }, { 20, 48, 3 }, { 9, 64, 4 },
    { 6, 64, 2 },
};

typedef struct {
    int pixels, c, xs, across, down;    /* across: vectors in a tile; down: its pixels */
} Area;

static void each_area(void (*run)(Area a))
{
    for (int i = 0; i < COUNT(areas); i++) {
        int xs = up(areas[i].c), across = areas[i].vectors;
        while (xs / VL % across)
            across--;
        run((Area){ areas[i].pixels, areas[i].c, xs, across, 4 / across });
    }
}

/* Channels' numbers: whole ones, over eight. */
static float *given_channels(Area a, int most)
{
    float *x = given_rows(1, a.c, a.xs, most);
    for (int i = 0; i < a.xs; i++)
        x[i] /= 8;
    return x;
}

static float *given_variance(Area a)
{
    float *x = given_channels(a, 99);
    for (int i = 0; i < a.xs; i++)
        x[i] = fabsf(x[i]);
    return x;
}

static void near_all(const float *got, const Real *want, int count)
{
    for (int i = 0; i < count; i++)
        if (!is_near(got[i], want[i]))
            differs("[%d] is %.9g, not %.9g to within %.2g", i, got[i], want[i].is, want[i].off);
}

static Real inverse(float variance) { return over(real(1), root(plus(real(variance), real(epsilon)))); }

/* ---- statistics ---- */

/* A sum of so many is off by no more than each of its partial sums, which are no larger than all together. */
static Real summed(double is, double all, long count)
{
    return rounded(is, (double)count * 0x1p-24 * all);
}

/* Some images in some shards, the others empty. Numbers far from zero show what a difference of squares would
 * lose. */
static void moments_case(Area a, float level, int block)
{
    enum { IMAGES = 5 };
    int size = a.pixels * a.xs;
    open_case("batch_moments of %d x %d about %g, blocks of %d", a.pixels, a.c, level, block);
    float *x = given_rows(IMAGES * a.pixels, a.c, a.xs, 99), *part = begun(SHARDS * 3 * a.xs, 0);
    float *mean = blank(a.xs), *variance = blank(a.xs);
    for (int i = 0; i < IMAGES * size; i++)
        if (i % a.xs < a.c)
            x[i] = x[i] / 16 + level;
    seal();
    for (int i = 0; i < IMAGES; i++)
        batch_moments(x + i * size, part + i * SHARDS / (IMAGES + 2) * 3 * a.xs, a.pixels, a.xs, block, a.down,
                      a.across);
    batch_moments_sum(part, mean, variance, a.xs, SHARDS);
    long count = IMAGES * a.pixels;
    for (int c = 0; c < a.xs; c++) {
        double sum = 0, all = 0, squares = 0;
        for (long i = 0; i < count; i++) {
            sum += x[i * a.xs + c];
            all += fabs(x[i * a.xs + c]);
        }
        for (long i = 0; i < count; i++)
            squares += (x[i * a.xs + c] - sum / count) * (x[i * a.xs + c] - sum / count);
        Real middle = summed(sum / count, 2 * all / count, count + SHARDS);
        Real spread = summed(squares / count, 4 * squares / count, count + SHARDS);
        spread.off += 4 * sqrt(squares / count) * middle.off + middle.off * middle.off;
        if (!is_near(mean[c], middle) || !is_near(variance[c], spread))
            differs("channel %d has %.9g and %.9g, not %.9g to within %.2g and %.9g to within %.2g", c, mean[c],
                    variance[c], middle.is, middle.off, spread.is, spread.off);
        if (level != 0 && count > 20 && c < a.c && spread.off > spread.is / 4)
            differs("the bound of channel %d, %.2g of %.2g, says nothing", c, spread.off, spread.is);
    }
    close_case();
}

static void moments_cases(Area a)
{
    moments_case(a, 0, a.pixels);
    moments_case(a, 0, 3);
    moments_case(a, 10000, 8);
}

static void test_moments(void) { each_area(moments_cases); }

static void running_case(Area a)
{
    const float share = 0.01f;
    Real *want = calloc((size_t)a.xs, sizeof *want);
    open_case("running_mean of %d", a.c);
    float *mean = begun(a.xs, 99), *batch = given_rows(1, a.c, a.xs, 999);
    for (int c = 0; c < a.xs; c++)
        want[c] = plus(real(mean[c]), times(real(share), minus(real(batch[c]), real(mean[c]))));
    seal();
    running_mean(mean, batch, a.xs, share);
    near_all(mean, want, a.xs);
    free(want);
    close_case();
}

static void test_running_mean(void) { each_area(running_case); }

/* ---- forward ---- */

static void norm_case(Area a)
{
    Real *want = calloc((size_t)(a.pixels * a.xs), sizeof *want);
    open_case("batch_norm of %d x %d", a.pixels, a.c);
    float *x = given_rows(a.pixels, a.c, a.xs, 99), *mean = given_channels(a, 99), *variance = given_variance(a);
    float *w = given_channels(a, 20), *b = given_channels(a, 20), *y = blank(a.pixels * a.xs);
    seal();
    for (int i = 0; i < a.pixels * a.xs; i++) {
        int c = i % a.xs;
        Real scale = times(real(w[c]), inverse(variance[c]));
        want[i] = plus(times(minus(real(x[i]), real(mean[c])), scale), real(b[c]));
    }
    batch_norm(x, mean, variance, w, b, y, a.pixels, a.xs, a.across, epsilon);
    near_all(y, want, a.pixels * a.xs);
    free(want);
    close_case();
}

static void test_batch_norm(void) { each_area(norm_case); }

/* ---- backward ---- */

static void grad_weight_case(Area a)
{
    enum { IMAGES = 3 };
    int size = a.pixels * a.xs;
    open_case("batch_norm_grad_weight of %d x %d", a.pixels, a.c);
    float *x = given_rows(IMAGES * a.pixels, a.c, a.xs, 99), *dy = given_rows(IMAGES * a.pixels, a.c, a.xs, 9);
    float *mean = given_channels(a, 99), *variance = given_variance(a);
    float *part = begun(SHARDS * 2 * a.xs, 0), *dw = blank(a.xs), *db = blank(a.xs);
    seal();
    for (int i = 0; i < IMAGES; i++)
        batch_norm_grad_weight(x + i * size, mean, dy + i * size, part + (2 * i + 1) * 2 * a.xs, a.pixels, a.xs, a.down,
                               a.across);
    batch_norm_grad_sum(part, variance, dw, db, a.xs, SHARDS, epsilon);
    for (int c = 0; c < a.xs; c++) {
        double sum = 0, all = 0, level = 0;
        for (int i = c; i < IMAGES * size; i += a.xs) {
            sum += (double)dy[i] * ((double)x[i] - mean[c]);
            all += fabs(dy[i] * ((double)x[i] - mean[c]));
            level += dy[i];
        }
        Real want = times(summed(sum, 2 * all, IMAGES * a.pixels), inverse(variance[c]));
        if (!is_near(dw[c], want) || db[c] != level)
            differs("channel %d has %.9g and %.9g, not %.9g to within %.2g and %.9g", c, dw[c], db[c], want.is,
                    want.off, level);
    }
    close_case();
}

static void test_grad_weight(void) { each_area(grad_weight_case); }

static void grad_input_case(Area a)
{
    int size = a.pixels * a.xs, n = 1 + a.c % 3;
    Real *want = calloc((size_t)size, sizeof *want), count = real(n * a.pixels);
    open_case("batch_norm_grad_input of %d x %d, %d images", a.pixels, a.c, n);
    float *x = given_rows(a.pixels, a.c, a.xs, 99), *dy = given_rows(a.pixels, a.c, a.xs, 9);
    float *mean = given_channels(a, 99), *variance = given_variance(a), *w = given_channels(a, 20);
    float *dw = given_channels(a, 99), *db = given_channels(a, 99), *dx = blank(size);
    seal();
    for (int i = 0; i < size; i++) {
        int c = i % a.xs;
        Real slope = over(times(real(dw[c]), inverse(variance[c])), count), level = over(real(db[c]), count);
        Real turned = times(minus(real(x[i]), real(mean[c])), slope);
        want[i] = times(times(real(w[c]), inverse(variance[c])), minus(minus(real(dy[i]), level), turned));
    }
    batch_norm_grad_input(x, mean, variance, w, dy, dw, db, dx, n, a.pixels, a.xs, a.across, epsilon);
    near_all(dx, want, size);
    free(want);
    close_case();
}

static void test_grad_input(void) { each_area(grad_input_case); }

static void frozen_case(Area a)
{
    int size = a.pixels * a.xs;
    Real *want = calloc((size_t)size, sizeof *want);
    open_case("frozen_norm_grad_input of %d x %d", a.pixels, a.c);
    float *variance = given_variance(a), *w = given_channels(a, 20), *dx = blank(size);
    float *dy = given_rows(a.pixels, a.c, a.xs, 9);
    seal();
    for (int i = 0; i < size; i++)
        want[i] = times(real(dy[i]), times(real(w[i % a.xs]), inverse(variance[i % a.xs])));
    frozen_norm_grad_input(variance, w, dy, dx, a.pixels, a.xs, a.across, epsilon);
    near_all(dx, want, size);
    free(want);
    close_case();
}

static void test_frozen(void) { each_area(frozen_case); }

/* ---- folding ---- */

/* Tiles of `rows` by `across` vectors; the last task has less to do. */
static void fold_weight_case(Area a, int rows)
{
    enum { BANDS = 7, EACH = 3 };
    int columns = a.across * VL, size = BANDS * rows * a.xs;
    Real *want = calloc((size_t)size, sizeof *want);
    open_case("fold_weight of tiles of %d x %d, %d in all", rows, columns, a.c);
    float *w = given(size, 99), *gain = given_channels(a, 20), *variance = given_variance(a), *u = blank(size);
    seal();
    for (int i = 0; i < size; i++) {
        int c = i / (rows * columns) % (a.xs / columns) * columns + i % columns;
        want[i] = times(real(w[i]), times(real(gain[c]), inverse(variance[c])));
    }
    for (int task = 0; task * EACH < BANDS; task++)
        fold_weight(w, gain, variance, u, task, BANDS, EACH, rows, a.xs, columns, epsilon);
    near_all(u, want, size);
    free(want);
    close_case();
}

static void fold_weight_cases(Area a)
{
    fold_weight_case(a, 1);
    fold_weight_case(a, 5);
}

static void test_fold_weight(void) { each_area(fold_weight_cases); }

static void fold_bias_case(Area a)
{
    Real *want = calloc((size_t)a.xs, sizeof *want);
    open_case("fold_bias of %d", a.c);
    float *bias = a.c % 2 ? given_channels(a, 20) : NULL, *gain = given_channels(a, 20), *shift = given_channels(a, 20);
    float *mean = given_channels(a, 99), *variance = given_variance(a), *u = blank(a.xs);
    seal();
    for (int c = 0; c < a.xs; c++) {
        Real off = minus(real(bias ? bias[c] : 0), real(mean[c]));
        want[c] = plus(real(shift[c]), times(off, times(real(gain[c]), inverse(variance[c]))));
    }
    fold_bias(bias, gain, shift, mean, variance, u, a.xs, epsilon);
    near_all(u, want, a.xs);
    free(want);
    close_case();
}

static void test_fold_bias(void) { each_area(fold_bias_case); }

WIDE_TESTS(norm) = {
    { "batch_moments", test_moments },
    { "batch_moments_sum", test_moments },
    { "running_mean", test_running_mean },
    { "batch_norm", test_batch_norm },
    { "batch_norm_grad_weight", test_grad_weight },
    { "batch_norm_grad_sum", test_grad_weight },
    { "batch_norm_grad_input", test_grad_input },
    { "frozen_norm_grad_input", test_frozen },
    { "fold_weight", test_fold_weight },
    { "fold_bias", test_fold_bias },
    { 0 },
};
