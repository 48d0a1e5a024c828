/* norm.c - the kernels of norms, within bounds that their formulas give. */

#include "tests/kernels/wide/bounded.h"
#include "tests/kernels/wide/wide.h"

#include "tests/kernels/wide/follow.h"

#include "runtime/kernels/batch_moments.c"
#include "runtime/kernels/batch_moments_sum.c"
#include "runtime/kernels/running_mean.c"
#define AFTER after
#include "runtime/kernels/batch_norm.c"
#include "runtime/kernels/batch_norm_grad_input.c"
#include "runtime/kernels/batch_norm_grad_sum.c"
#include "runtime/kernels/batch_norm_grad_weight.c"
#include "runtime/kernels/fold_bias.c"
#include "runtime/kernels/fold_weight.c"
#include "runtime/kernels/frozen_norm_grad_input.c"
#include "runtime/kernels/group_norm.c"
#include "runtime/kernels/group_norm_grad.c"
#include "runtime/kernels/layer_norm.c"
#include "runtime/kernels/layer_norm_grad.c"
#include "runtime/kernels/local_norm.c"
#include "runtime/kernels/local_norm_grad.c"

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

static Real normed_exactly(const float *x, int i, float mean, float variance, float w, float b)
{
    return plus(times(minus(real(x[i]), real(mean)), times(real(w), inverse(variance))), real(b));
}

static void norm_case(Area a, bool adds, bool cuts)
{
    Real *want = calloc((size_t)(a.pixels * a.xs), sizeof *want);
    open_case("batch_norm of %d x %d%s%s", a.pixels, a.c, adds ? ", something added" : "", cuts ? ", relu" : "");
    float *x = given_rows(a.pixels, a.c, a.xs, 99), *mean = given_channels(a, 99), *variance = given_variance(a);
    float *w = given_channels(a, 20), *b = given_channels(a, 20), *y = blank(a.pixels * a.xs);
    float *r = adds ? given_rows(a.pixels, a.c, a.xs, 9) : NULL;
    seal();
    for (int i = 0; i < a.pixels * a.xs; i++) {
        int c = i % a.xs;
        want[i] = normed_exactly(x, i, mean[c], variance[c], w[c], b[c]);
        want[i] = adds ? plus(want[i], real(r[i])) : want[i];
        want[i].is = cuts && want[i].is < 0 ? 0 : want[i].is;
    }
    with_bias = adds;
    with_relu = cuts;
    batch_norm(x, mean, variance, w, b, r, y, a.pixels, a.xs, a.across, epsilon);
    near_all(y, want, a.pixels * a.xs);
    free(want);
    close_case();
}

static void norm_cases(Area a)
{
    for (int follow = 0; follow < 4; follow++)
        norm_case(a, follow & 1, follow & 2);
}

static void test_batch_norm(void) { each_area(norm_cases); }

/* ---- backward ---- */

/* The inputs that both gradients have. */
typedef struct {
    int cut;                    /* as norm.h has it */
    float *x, *dy, *mean, *variance, *w, *b;
    float *passed;              /* dy, but 0 where the activation cut it off */
} Backward;

/* Where rounding might decide what passes, nothing comes. */
static Backward backward_case(Area a, int images, int cut, const char *what)
{
    open_case("%s of %d x %d, %d images, cut %d", what, a.pixels, a.c, images, cut);
    Backward in = { cut, given_rows(images * a.pixels, a.c, a.xs, 99), given_rows(images * a.pixels, a.c, a.xs, 9),
                    given_channels(a, 99), given_variance(a), given_channels(a, 20), given_channels(a, 20), NULL };
    in.passed = copy_of(in.dy);
    for (int i = 0; i < images * a.pixels * a.xs; i++) {
        int c = i % a.xs;
        Real z = normed_exactly(in.x, i, in.mean[c], in.variance[c], in.w[c], in.b[c]);
        if (cut && (fabs(z.is) <= z.off || fabs(z.is - 6) <= z.off))
            in.dy[i] = 0;
        bool off = cut && (z.is <= 0 || (cut == 2 && z.is >= 6));
        in.passed[i] = off ? 0 : in.dy[i];
    }
    return in;
}

static void grad_weight_case(Area a, int cut)
{
    enum { IMAGES = 3 };
    int size = a.pixels * a.xs;
    Backward in = backward_case(a, IMAGES, cut, "batch_norm_grad_weight");
    float *part = begun(SHARDS * 2 * a.xs, 0), *dw = blank(a.xs), *db = blank(a.xs);
    seal();
    for (int i = 0; i < IMAGES; i++)
        batch_norm_grad_weight(in.x + i * size, in.mean, in.variance, cut ? in.w : NULL, cut ? in.b : NULL,
                               in.dy + i * size, part + (2 * i + 1) * 2 * a.xs, a.pixels, a.xs, a.down, a.across, cut,
                               epsilon);
    batch_norm_grad_sum(part, in.variance, dw, db, a.xs, SHARDS, epsilon);
    for (int c = 0; c < a.xs; c++) {
        double sum = 0, all = 0, level = 0;
        for (int i = c; i < IMAGES * size; i += a.xs) {
            sum += (double)in.passed[i] * ((double)in.x[i] - in.mean[c]);
            all += fabs(in.passed[i] * ((double)in.x[i] - in.mean[c]));
            level += in.passed[i];
        }
        Real want = times(summed(sum, 2 * all, IMAGES * a.pixels), inverse(in.variance[c]));
        if (!is_near(dw[c], want) || db[c] != level)
            differs("channel %d has %.9g and %.9g, not %.9g to within %.2g and %.9g", c, dw[c], db[c], want.is,
                    want.off, level);
    }
    close_case();
}

static void grad_input_case(Area a, int cut)
{
    int size = a.pixels * a.xs, n = 1 + a.c % 3;
    Real *want = calloc((size_t)size, sizeof *want), count = real(n * a.pixels);
    Backward in = backward_case(a, 1, cut, "batch_norm_grad_input");
    float *dw = given_channels(a, 99), *db = given_channels(a, 99), *dx = blank(size);
    seal();
    for (int i = 0; i < size; i++) {
        int c = i % a.xs;
        Real slope = over(times(real(dw[c]), inverse(in.variance[c])), count), level = over(real(db[c]), count);
        Real turned = times(minus(real(in.x[i]), real(in.mean[c])), slope);
        want[i] = times(times(real(in.w[c]), inverse(in.variance[c])), minus(minus(real(in.passed[i]), level), turned));
    }
    batch_norm_grad_input(in.x, in.mean, in.variance, in.w, in.dy, dw, db, cut ? in.b : NULL, dx, n, a.pixels, a.xs,
                          a.across, cut, epsilon);
    near_all(dx, want, size);
    free(want);
    close_case();
}

static void each_cut(Area a, void (*run)(Area a, int cut))
{
    for (int cut = 0; cut < 3; cut++)
        run(a, cut);
}

static void grad_weight_cases(Area a) { each_cut(a, grad_weight_case); }
static void grad_input_cases(Area a)  { each_cut(a, grad_input_case); }

static void test_grad_weight(void) { each_area(grad_weight_cases); }
static void test_grad_input(void)  { each_area(grad_input_cases); }

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

/* ---- over parts of an image ---- */

/* Sums of some numbers are near what double makes of them: so much of the largest number, which is of the order of 1
 * or made so. */
static const double near_enough = 3e-5;

typedef struct {
    int groups;                 /* 0: the channels of each pixel */
    int pixels, c, xs;
    float *x, *w, *b, *dy;
    double *off, *deviation;    /* of each number: less its part's mean, over the deviation */
    double *level, *slope;      /* the part's means of dy w, and of that times off */
    double count;
} Parts;

static bool in_one_part(const Parts *p, int i, int j)
{
    int each = p->groups ? p->c / p->groups : p->c;
    return i % p->xs < p->c && j % p->xs < p->c
        && (p->groups ? i % p->xs / each == j % p->xs / each : i / p->xs == j / p->xs);
}

static double mean_of_part(const Parts *p, int i, const double *numbers)
{
    double sum = 0;
    int count = 0;
    for (int j = 0; j < p->pixels * p->xs; j++)
        if (in_one_part(p, i, j)) {
            sum += numbers[j];
            count++;
        }
    return sum / count;
}

static Parts parts_case(Area a, int groups, const char *what)
{
    int size = a.pixels * a.xs;
    Parts p = { .groups = groups, .pixels = a.pixels, .c = a.c, .xs = a.xs };
    open_case("%s of %d x %d, %d groups", what, a.pixels, a.c, groups);
    p.x = given_rows(a.pixels, a.c, a.xs, 99);
    p.dy = given_rows(a.pixels, a.c, a.xs, 9);
    p.w = given_channels(a, 20);
    p.b = given_channels(a, 20);
    double **room[] = { &p.off, &p.deviation, &p.level, &p.slope };
    for (int i = 0; i < COUNT(room); i++)
        *room[i] = calloc((size_t)size, sizeof **room[i]);
    double *square = calloc((size_t)size, sizeof *square), *turned = calloc((size_t)size, sizeof *turned);
    for (int i = 0; i < size; i++) {
        p.x[i] /= 32;
        p.off[i] = p.x[i];
        square[i] = p.dy[i] * p.w[i % a.xs];
    }
    for (int i = 0; i < size; i++)
        p.deviation[i] = i % a.xs < a.c ? mean_of_part(&p, i, p.off) : 0;
    for (int i = 0; i < size; i++)
        p.off[i] -= p.deviation[i];
    for (int i = 0; i < size; i++)
        turned[i] = p.off[i] * p.off[i];
    for (int i = 0; i < size; i++)
        p.deviation[i] = i % a.xs < a.c ? sqrt(mean_of_part(&p, i, turned) + epsilon) : 1;
    for (int i = 0; i < size; i++) {
        p.off[i] /= p.deviation[i];
        turned[i] = square[i] * p.off[i];
    }
    for (int i = 0; i < size; i++)
        if (i % a.xs < a.c) {
            p.level[i] = mean_of_part(&p, i, square);
            p.slope[i] = mean_of_part(&p, i, turned);
        }
    free(square);
    free(turned);
    seal();
    return p;
}

static void close_parts(Parts *p)
{
    free(p->off);
    free(p->deviation);
    free(p->level);
    free(p->slope);
    close_case();
}

static void expect_near(const char *what, int i, float got, double want, double size)
{
    if (!(fabs(got - want) <= near_enough * size))
        differs("%s[%d] is %.9g, not %.9g", what, i, got, want);
}

static void part_norm_case(Area a, int groups)
{
    int size = a.pixels * a.xs;
    Parts p = parts_case(a, groups, groups ? "group_norm" : "layer_norm");
    float *y = blank(size), *mean = blank(a.xs), *inverse = blank(a.xs);
    if (groups)
        group_norm(p.x, p.w, p.b, y, mean, inverse, a.pixels, a.c, a.xs, groups, epsilon);
    else
        layer_norm(p.x, p.w, p.b, y, a.pixels, a.c, a.xs, epsilon);
    for (int i = 0; i < size; i++) {
        double want = p.off[i] * p.w[i % a.xs] + p.b[i % a.xs];
        expect_near("y", i, y[i], want, i % a.xs < a.c ? 1 + fabs(want) + fabs(p.off[i] * p.w[i % a.xs]) : 0);
    }
    close_parts(&p);
}

static void part_norm_grad_case(Area a, int groups)
{
    int size = a.pixels * a.xs;
    Parts p = parts_case(a, groups, groups ? "group_norm_grad" : "layer_norm_grad");
    float *dx = blank(size), *dw = begun(a.xs, 0), *db = begun(a.xs, 0);
    float *mean = blank(a.xs), *inverse = blank(a.xs), *level = blank(a.xs), *slope = blank(a.xs);
    double *to_w = calloc((size_t)a.xs, sizeof *to_w), *to_b = calloc((size_t)a.xs, sizeof *to_b);
    double *all = calloc((size_t)a.xs, sizeof *all);
    for (int image = 0; image < 2; image++)     /* sums go on */
        if (groups)
            group_norm_grad(p.x, p.w, p.dy, dx, dw, db, mean, inverse, level, slope, a.pixels, a.c, a.xs, groups, epsilon);
        else
            layer_norm_grad(p.x, p.w, p.dy, dx, dw, db, a.pixels, a.c, a.xs, epsilon);
    for (int i = 0; i < size; i++) {
        int c = i % a.xs;
        double g = p.dy[i] * p.w[c], want = (g - p.level[i] - p.off[i] * p.slope[i]) / p.deviation[i];
        double large = (fabs(g) + fabs(p.level[i]) + fabs(p.off[i] * p.slope[i]) + 9) / p.deviation[i];
        expect_near("dx", i, dx[i], c < a.c ? want : 0, c < a.c ? large : 0);
        to_w[c] += 2 * p.dy[i] * p.off[i];
        to_b[c] += 2 * p.dy[i];
        all[c] += 2 * fabs(p.dy[i]) * (1 + fabs(p.off[i]));
    }
    for (int c = 0; c < a.xs; c++) {
        expect_near("dw", c, dw[c], to_w[c], all[c]);
        expect_near("db", c, db[c], to_b[c], 0);
    }
    free(to_w);
    free(to_b);
    free(all);
    close_parts(&p);
}

static void layer_norm_case(Area a)      { part_norm_case(a, 0); }
static void layer_norm_grad_case(Area a) { part_norm_grad_case(a, 0); }

/* One group, one for each channel, and some. */
static void each_grouping(Area a, void (*run)(Area a, int groups))
{
    for (int groups = 1; groups <= a.c; groups++)
        if (a.c % groups == 0)
            run(a, groups);
}

static void group_norm_case(Area a)      { each_grouping(a, part_norm_case); }
static void group_norm_grad_case(Area a) { each_grouping(a, part_norm_grad_case); }

static void test_layer_norm(void)      { each_area(layer_norm_case); }
static void test_layer_norm_grad(void) { each_area(layer_norm_grad_case); }
static void test_group_norm(void)      { each_area(group_norm_case); }
static void test_group_norm_grad(void) { each_area(group_norm_grad_case); }

/* ---- over neighbouring channels ---- */

static const struct { int before, behind; float level, alpha, beta; } windows[] = {
    { 2, 2, 1, 0.25f, 0.75f }, { 0, 0, 2, 1, 0.5f }, { 2, 1, 1, 1e-4f, 0.75f }, { 7, 7, 0.5f, 0.03f, 1.5f },
};

static double response(const float *x, int c, int channels, int w)
{
    double sum = 0;
    for (int k = c - windows[w].before; k <= c + windows[w].behind; k++)
        if (k >= 0 && k < channels)
            sum += (double)x[k] * x[k];
    return windows[w].level + windows[w].alpha * sum;
}

static float *given_pixels(Area a, float over)
{
    float *x = given_rows(a.pixels, a.c, a.xs, 99);
    for (int i = 0; i < a.pixels * a.xs; i++)
        x[i] /= over;
    return x;
}

static void local_case(Area a, int w)
{
    int before = windows[w].before, behind = windows[w].behind, size = a.pixels * a.xs;
    open_case("local_norm of %d x %d, %d before, %d behind", a.pixels, a.c, before, behind);
    float *x = given_pixels(a, 16), *y = blank(size), *square = blank(before + a.xs + behind);
    seal();
    local_norm(x, y, square, a.pixels, a.xs, before, behind, windows[w].level, windows[w].alpha, windows[w].beta);
    for (int i = 0; i < size; i++) {
        double want = x[i] * pow(response(x + i - i % a.xs, i % a.xs, a.c, w), -windows[w].beta);
        expect_near("y", i, y[i], want, fabs(want));
    }
    close_case();
}

static void local_grad_case(Area a, int w)
{
    int before = windows[w].before, behind = windows[w].behind, size = a.pixels * a.xs;
    open_case("local_norm_grad of %d x %d, %d before, %d behind", a.pixels, a.c, before, behind);
    float *x = given_pixels(a, 16), *dy = given_pixels(a, 8), *dx = blank(size), *direct = blank(a.xs);
    float *square = blank(before + a.xs + behind), *pull = blank(before + a.xs + behind);
    seal();
    local_norm_grad(x, dy, dx, square, pull, direct, a.pixels, a.xs, before, behind, windows[w].level, windows[w].alpha,
                    windows[w].beta);
    for (int i = 0; i < size; i++) {
        const float *pixel = x + i - i % a.xs, *d = dy + i - i % a.xs;
        int c = i % a.xs;
        double want = d[c] * pow(response(pixel, c, a.c, w), -windows[w].beta), all = fabs(want);
        for (int k = c - behind; k <= c + before; k++)
            if (k >= 0 && k < a.c) {
                double part = 2 * windows[w].alpha * windows[w].beta * pixel[c] * d[k] * pixel[k]
                            * pow(response(pixel, k, a.c, w), -windows[w].beta - 1);
                want -= part;
                all += fabs(part);
            }
        expect_near("dx", i, dx[i], want, all);
    }
    close_case();
}

static void each_window(Area a, void (*run)(Area a, int w))
{
    for (int w = 0; w < COUNT(windows); w++)
        run(a, w);
}

static void local_cases(Area a)      { each_window(a, local_case); }
static void local_grad_cases(Area a) { each_window(a, local_grad_case); }

static void test_local_norm(void)      { each_area(local_cases); }
static void test_local_norm_grad(void) { each_area(local_grad_cases); }

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
    { "layer_norm", test_layer_norm },
    { "layer_norm_grad", test_layer_norm_grad },
    { "group_norm", test_group_norm },
    { "group_norm_grad", test_group_norm_grad },
    { "local_norm", test_local_norm },
    { "local_norm_grad", test_local_norm_grad },
    { 0 },
};
