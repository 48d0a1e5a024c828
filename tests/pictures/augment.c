/* augment.c - what a row does to a picture, exactly where whole pixels move and within a few
 * roundings elsewhere; what is drawn, and from what. SciPy's own numbers are in tests/outside. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/augment.h"
#include "runtime/numbers/sine.h"

enum { MOST = 40 * 40 * 5 };

static const double pi = 3.14159265358979323846;
static const double zeros[5], ones[5] = { 1, 1, 1, 1, 1 };

static uint32_t state = 3;

static double draw(double from, double to)
{
    state = state * 1664525 + 1013904223;
    return from + (state >> 8) * 0x1p-24 * (to - from);
}

/* Bytes and the same as floats, with what may be read behind them. */
typedef struct {
    uint8_t byte[MOST + 16];
    float real[MOST + 4];
} Image;

static Image *noise(void)
{
    static Image image;
    for (int i = 0; i < MOST + 4; i++)
        image.real[i] = image.byte[i] = (uint8_t)draw(0, 256);
    return &image;
}

static Job job_of(Shape shape, FillKind fill)
{
    return (Job){ .input = { .shape = shape, .scale = 1, .mean = zeros, .std = ones },
                  .fill = fill, .fill_value = 50 };
}

/* Applies rows to the image's bytes. */
static void apply(const Image *image, Shape shape, FillKind fill, const AugmentDraw *row, int rows,
                  float *result)
{
    Job job = job_of(shape, fill);
    Gather gather = gather_open(&job, true);
    Affine map = augment_map(row, rows, shape);
    gather_run(&gather, &map, image->byte, result);
    gather_close(&gather);
}

/* Counts pixels of a result that are not the image's at (y(i,j), x(i,j)); outside: 50. */
#define WRONG(result, shape, image, y, x) __extension__({ \
    int wrong = 0; \
    for (int i = 0; i < (shape).h; i++) \
        for (int j = 0; j < (shape).w; j++) \
            for (int c = 0; c < (shape).c; c++) { \
                int row = (y), column = (x); \
                bool in = row >= 0 && row < (shape).h && column >= 0 && column < (shape).w; \
                float value = in ? (image)->real[(row * (shape).w + column) * (shape).c + c] : 50; \
                wrong += (result)[(i * (shape).w + j) * (shape).c + c] != value; \
            } \
    wrong; })

static void whole_pixels_are_exact(void)
{
    Shape square = { 24, 24, 3 }, other = { 17, 25, 1 };
    const Image *image = noise();
    float result[MOST];
    apply(image, other, FILL_CONSTANT, NULL, 0, result);
    CU_ASSERT_EQUAL(WRONG(result, other, image, i, j), 0);

    AugmentDraw quarter = { .kind = AUGMENT_ROTATE, .amount = { pi / 2 } }, half = { .kind = AUGMENT_ROTATE, .amount = { pi } };
    apply(image, square, FILL_CONSTANT, &quarter, 1, result);   /* right to top */
    CU_ASSERT_EQUAL(WRONG(result, square, image, j, 23 - i), 0);
    apply(image, other, FILL_CONSTANT, &half, 1, result);
    CU_ASSERT_EQUAL(WRONG(result, other, image, 16 - i, 24 - j), 0);
    AugmentDraw quarters[4] = { quarter, quarter, quarter, quarter };
    apply(image, other, FILL_CONSTANT, quarters, 4, result);
    CU_ASSERT_EQUAL(WRONG(result, other, image, i, j), 0);

    AugmentDraw flips[2] = { { .kind = AUGMENT_FLIP, .amount = { 1, 0 } }, { .kind = AUGMENT_FLIP, .amount = { 0, 1 } } };
    apply(image, other, FILL_CONSTANT, &flips[0], 1, result);
    CU_ASSERT_EQUAL(WRONG(result, other, image, 16 - i, j), 0);
    apply(image, other, FILL_CONSTANT, &flips[1], 1, result);
    CU_ASSERT_EQUAL(WRONG(result, other, image, i, 24 - j), 0);

    AugmentDraw shift = { .kind = AUGMENT_SHIFT, .amount = { 3, -5 } };           /* down 3, left 5 */
    apply(image, other, FILL_CONSTANT, &shift, 1, result);
    CU_ASSERT_EQUAL(WRONG(result, other, image, i - 3, j + 5), 0);
    AugmentDraw away = { .kind = AUGMENT_SHIFT, .amount = { 1e9, 0 } };
    apply(image, other, FILL_CONSTANT, &away, 1, result);
    CU_ASSERT_EQUAL(WRONG(result, other, image, -1, -1), 0);

    AugmentDraw zoom = { .kind = AUGMENT_ZOOM, .amount = { 0.5, 0.5 } };          /* the middle half, over all */
    Shape odd = { 17, 25, 3 };
    apply(image, odd, FILL_CONSTANT, &zoom, 1, result);
    for (int c = 0; c < 3; c++) {
        CU_ASSERT_EQUAL(result[c], image->real[(4 * 25 + 6) * 3 + c]);
        CU_ASSERT_EQUAL(result[(16 * 25 + 24) * 3 + c], image->real[(12 * 25 + 18) * 3 + c]);
    }
}

/* What is right of the centre comes from below, so that it moves up: counter-clockwise; and columns
 * come from nearer the centre. */
static void shear_leans_the_rows(void)
{
    AugmentDraw shear = { .kind = AUGMENT_SHEAR, .amount = { pi / 6 } };
    Affine map = augment_map(&shear, 1, (Shape){ 21, 11, 1 });  /* centre 10, 5 */
    static const double expected[2][3] = { { 1, 0.5, -2.5 },
                                           { 0, 0.86602540378443865, 0.66987298107780676 } };
    for (int i = 0; i < 6; i++)
        CU_ASSERT_DOUBLE_EQUAL(map.m[i / 3][i % 3], expected[i / 3][i % 3], 1e-14);
}

/* A turn, then a shift: the picture is turned first, then moved. */
static void rows_act_from_top_to_bottom(void)
{
    Shape shape = { 20, 20, 1 };
    const Image *image = noise();
    float result[MOST];
    AugmentDraw rows[2] = { { .kind = AUGMENT_ROTATE, .amount = { pi / 2 } }, { .kind = AUGMENT_SHIFT, .amount = { 4, 0 } } };
    apply(image, shape, FILL_CONSTANT, rows, 2, result);
    /* M = M1 M2: a point of the result is moved back, then turned back */
    CU_ASSERT_EQUAL(WRONG(result, shape, image, j, 19 - (i - 4)), 0);
    AugmentDraw swapped[2] = { rows[1], rows[0] };
    apply(image, shape, FILL_CONSTANT, swapped, 2, result);
    CU_ASSERT_EQUAL(WRONG(result, shape, image, j - 4, 19 - i), 0);
}

/* ---- between pixels: a plain gather in double, fill by fill ---- */

static double pixel_at(const Image *image, Shape shape, FillKind fill, long y, long x, int c)
{
    long n[2] = { shape.h, shape.w }, at[2] = { y, x };
    for (int side = 0; side < 2; side++) {
        while (fill == FILL_WRAP && at[side] < 0)
            at[side] += n[side];
        while (fill == FILL_WRAP && at[side] >= n[side])
            at[side] -= n[side];
        while (fill == FILL_REFLECT && (at[side] < 0 || at[side] >= n[side]))
            at[side] = at[side] < 0 ? -1 - at[side] : 2 * n[side] - 1 - at[side];
        at[side] = at[side] < 0 ? 0 : at[side] >= n[side] ? n[side] - 1 : at[side];
    }
    return image->real[(at[0] * shape.w + at[1]) * shape.c + c];
}

static double plain(const Image *image, Shape shape, FillKind fill, const Affine *map, int i, int j,
                    int c)
{
    double y = map->m[0][0] * i + map->m[0][1] * j + map->m[0][2];
    double x = map->m[1][0] * i + map->m[1][1] * j + map->m[1][2];
    if (fill == FILL_CONSTANT && (y < 0 || y > shape.h - 1 || x < 0 || x > shape.w - 1))
        return 50;
    long top = (long)floor(y), left = (long)floor(x);
    double down = y - (double)top, right = x - (double)left, sum = 0;
    for (int k = 0; k < 4; k++)
        sum += (k & 1 ? right : 1 - right) * (k & 2 ? down : 1 - down) *
               pixel_at(image, shape, fill, top + k / 2, left + k % 2, c);
    return sum;
}

/* Random maps, every fill, bytes and floats: the same bits, and within 1e-5 of 255 of plain arithmetic. At
 * the very edge `constant` may fall either way. Behind the result nothing is written. */
static void check_between_pixels(Shape shape, FillKind fill, double wild)
{
    const Image *image = noise();
    float result[2][MOST + 4];
    long size = shape_size(shape);
    AugmentDraw rows[5] = {
        { .kind = AUGMENT_ROTATE, .amount = { wild * draw(-4, 4) } }, { .kind = AUGMENT_SHEAR, .amount = { wild * draw(-1, 1) } },
        { .kind = AUGMENT_ZOOM, .amount = { wild * draw(-2, 0.9), wild * draw(-2, 0.9) } },
        { .kind = AUGMENT_SHIFT, .amount = { wild * draw(-60, 60), wild * draw(-60, 60) } },
        { .kind = AUGMENT_FLIP, .amount = { draw(0, 1) > 0.5, 1 } },
    };
    Affine map = augment_map(rows, 5, shape);
    Job job = job_of(shape, fill);
    for (int bytes = 0; bytes < 2; bytes++) {
        for (int i = 0; i < 4; i++)
            result[bytes][size + i] = -7;
        Gather gather = gather_open(&job, bytes);
        gather_run(&gather, &map, bytes ? (const void *)image->byte : image->real, result[bytes]);
        gather_close(&gather);
        for (int i = 0; i < 4; i++)
            CU_ASSERT_EQUAL(result[bytes][size + i], -7);
    }
    CU_ASSERT_EQUAL(memcmp(result[0], result[1], sizeof(float) * (size_t)size), 0);
    int wrong = 0;
    for (int i = 0; i < size; i++) {
        double value = plain(image, shape, fill, &map, i / shape.c / shape.w, i / shape.c % shape.w,
                             i % shape.c);
        wrong += !(fabs(result[0][i] - value) <= 2.55e-3);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void between_pixels(void)
{
    for (int round = 0; round < 200; round++)
        check_between_pixels((Shape){ 1 + (int)draw(0, 39), 1 + (int)draw(0, 39), 1 + round % 5 },
                             (FillKind)(round % FILL_COUNT), 1);
}

/* Longer than what is prepared at a time, and turned so little that they lie inside. */
static void between_pixels_of_long_rows(void)
{
    for (int round = 0; round < 60; round++)
        check_between_pixels((Shape){ 2 + (int)draw(0, 3), 60 + (int)draw(0, 250), 1 + round % 5 },
                             (FillKind)(round % FILL_COUNT), 0.002);
}

static void scaled_on_the_way(void)
{
    static const double mean[3] = { 0.5, 0.25, 0 }, std[3] = { 0.5, 2, 1 };
    Shape shape = { 6, 7, 3 };
    Job job = { .input = { .shape = shape, .scale = 1 / 255.0, .mean = mean, .std = std } };
    const Image *image = noise();
    float result[MOST];
    Gather gather = gather_open(&job, true);
    Affine identity = augment_map(NULL, 0, shape);
    gather_run(&gather, &identity, image->byte, result);
    gather_close(&gather);
    for (int i = 0; i < shape_size(shape); i++)
        CU_ASSERT_DOUBLE_EQUAL(result[i], (image->byte[i] / 255.0 - mean[i % 3]) / std[i % 3],
                               3e-7);
}

/* Nothing but the result is written. */
static void neighbours_stay(void)
{
    const Image *image = noise();
    for (int c = 1; c <= 5; c++) {
        Shape shape = { 5, 6, c };
        float result[5 * 6 * 5 + 16];
        for (int i = 0; i < 5 * 6 * 5 + 16; i++)
            result[i] = -7;
        apply(image, shape, FILL_NEAREST, NULL, 0, result + 8);
        for (int i = 0; i < 8; i++) {
            CU_ASSERT_EQUAL(result[i], -7);
            CU_ASSERT_EQUAL(result[8 + shape_size(shape) + i], -7);
        }
    }
}

/* ---- draws ---- */

static const JobAugment rows[] = {
    { .kind = AUGMENT_ROTATE, .from = { -0.7 }, .to = { 0.7 }, .probability = { 1 } },
    { .kind = AUGMENT_SHIFT, .from = { -0.2, -4 }, .to = { 0.2, 8 }, .probability = { 1 },
      .pixels = { false, true } },
    { .kind = AUGMENT_ZOOM, .from = { 0.1, 0.1 }, .to = { 0.3, 0.3 }, .probability = { 1 } },
    { .kind = AUGMENT_ZOOM, .from = { -0.2, -0.2 }, .to = { 0.2, 0.2 }, .probability = { 0.25 },
      .free = true },
    { .kind = AUGMENT_FLIP, .probability = { 0, 0.5 } },
};
enum { ROWS = sizeof rows / sizeof *rows, DRAWS = 4000 };

static Job job_with_rows(void)
{
    Job job = job_of((Shape){ 100, 50, 3 }, FILL_NEAREST);
    job.augment = rows;
    job.augments = ROWS;
    return job;
}

/* Even over the interval: the mean and the extremes of 4,000, within five deviations. */
static void check_even(const double *value, double from, double to)
{
    double sum = 0, low = INFINITY, high = -INFINITY, width = to - from;
    for (int i = 0; i < DRAWS; i++) {
        sum += value[i];
        low = fmin(low, value[i]);
        high = fmax(high, value[i]);
    }
    CU_ASSERT_DOUBLE_EQUAL(sum / DRAWS, (from + to) / 2, 5 * width / sqrt(12.0 * DRAWS));
    CU_ASSERT_TRUE(low >= from && low < from + 0.005 * width);
    CU_ASSERT_TRUE(high < to && high > to - 0.005 * width);
}

static void draws_are_even(void)
{
    static double angle[DRAWS], down[DRAWS], right[DRAWS], zoom[DRAWS];
    Job job = job_with_rows();
    int flips = 0, free_zooms = 0, upright = 0, unequal = 0;
    for (int i = 0; i < DRAWS; i++) {
        AugmentDraw draw[ROWS];
        augment_draw(&job, (AugmentKey){ 1, (uint32_t)i / 1000, (uint32_t)i % 1000 }, draw);
        angle[i] = draw[0].amount[0];
        down[i] = draw[1].amount[0];
        right[i] = draw[1].amount[1];
        zoom[i] = draw[2].amount[0];
        unequal += draw[2].amount[0] != draw[2].amount[1];
        free_zooms += draw[3].amount[0] != 0;
        unequal += draw[3].amount[0] != 0 && draw[3].amount[0] == draw[3].amount[1];
        upright += draw[4].amount[0] != 0;
        flips += draw[4].amount[1] == 1;
    }
    check_even(angle, -0.7, 0.7);
    check_even(down, -20, 20);  /* a fifth of 100 rows */
    check_even(right, -4, 8);
    check_even(zoom, 0.1, 0.3);
    CU_ASSERT_EQUAL(unequal, 0);
    CU_ASSERT_EQUAL(upright, 0);
    CU_ASSERT_TRUE(abs(flips - DRAWS / 2) < 160);
    CU_ASSERT_TRUE(abs(free_zooms - DRAWS / 4) < 140);
}

static bool same_draws(const AugmentDraw *a, const AugmentDraw *b, int rows)
{
    return memcmp(a, b, sizeof *a * (size_t)rows) == 0;
}

static void draws_are_functions(void)
{
    Job job = job_with_rows();
    AugmentDraw first[ROWS], other[ROWS];
    augment_draw(&job, (AugmentKey){ 5, 2, 9 }, first);
    augment_draw(&job, (AugmentKey){ 5, 2, 9 }, other);
    CU_ASSERT(same_draws(first, other, ROWS));
    const AugmentKey differing[] = { { 6, 2, 9 }, { 5 + (1ull << 40), 2, 9 }, { 5, 3, 9 }, { 5, 2, 10 } };
    for (int i = 0; i < 4; i++) {
        augment_draw(&job, differing[i], other);
        CU_ASSERT_NOT_EQUAL(first[0].amount[0], other[0].amount[0]);
    }
    job.augments = ROWS - 2;    /* one row less changes none of the others */
    augment_draw(&job, (AugmentKey){ 5, 2, 9 }, other);
    CU_ASSERT(same_draws(first, other, ROWS - 2));
}

/* A row that changes values takes nothing from those that move the picture, nor from others of its manner. */
static void changes_have_draws_of_their_own(void)
{
    static const JobAugment hue = { .kind = AUGMENT_HUE, .from = { -1 }, .to = { 1 }, .probability = { 1 } };
    static const JobAugment light = { .kind = AUGMENT_BRIGHTNESS, .from = { -1 }, .to = { 1 }, .probability = { 1 } };
    static const JobAugment cutout = { .kind = AUGMENT_CUTOUT, .from = { 9, 9 }, .to = { 9, 9 },
                                       .probability = { 0.5 }, .count = 1 };
    JobAugment all[ROWS + 4] = { hue, cutout };
    memcpy(all + 2, rows, sizeof rows);
    all[ROWS + 2] = cutout;
    all[ROWS + 3] = light;
    Job job = job_with_rows(), more = job;
    more.augment = all;
    more.augments = ROWS + 4;
    int differ = 0;
    for (uint32_t position = 0; position < 100; position++) {
        AugmentKey key = { 7, 1, position };
        AugmentDraw draw[ROWS + 4], others[ROWS + 4];
        augment_draw(&job, key, others);
        augment_draw(&more, key, draw);
        CU_ASSERT(same_draws(draw + 2, others, ROWS));
        CU_ASSERT_NOT_EQUAL(draw[0].amount[0], draw[ROWS + 3].amount[0]);
        differ += draw[1].amount[0] != draw[ROWS + 2].amount[0];
        Job last = more;
        last.augment = all + ROWS + 3;
        last.augments = 1;
        augment_draw(&last, key, others);
        CU_ASSERT(same_draws(draw + ROWS + 3, others, 1));
    }
    CU_ASSERT(differ > 25 && differ < 75);      /* two coins */
}

/* ---- crop ---- */

/* Each place of a padded picture, as likely as any other. */
static void crop_of_a_padding(void)
{
    enum { PAD = 2, PLACES = 2 * PAD + 1, DRAWN = 5000 };
    static const JobAugment crop = { .kind = AUGMENT_CROP, .from = { -PAD, -PAD }, .to = { PAD, PAD },
                                     .probability = { 1 }, .pixels = { true, true } };
    Job job = job_of((Shape){ 9, 7, 3 }, FILL_CONSTANT);
    job.augment = &crop;
    job.augments = 1;
    int seen[PLACES][PLACES] = { 0 };
    for (uint32_t i = 0; i < DRAWN; i++) {
        AugmentDraw draw;
        augment_draw(&job, (AugmentKey){ 3, 0, i }, &draw);
        int down = (int)draw.amount[0], right = (int)draw.amount[1];
        CU_ASSERT_FATAL(draw.amount[0] == down && abs(down) <= PAD && draw.amount[1] == right && abs(right) <= PAD);
        CU_ASSERT(draw.share[0] == 1 && draw.share[1] == 1);
        seen[down + PAD][right + PAD]++;
    }
    for (int i = 0; i < PLACES * PLACES; i++)
        CU_ASSERT(abs(seen[i / PLACES][i % PLACES] - DRAWN / PLACES / PLACES) < 5 * 14);
    const Image *image = noise();
    Shape shape = { 9, 7, 3 };
    float result[MOST];
    AugmentDraw cut = { .kind = AUGMENT_CROP, .amount = { 2, -1 }, .share = { 1, 1 } };    /* the part lies lower and more to the left */
    apply(image, shape, FILL_CONSTANT, &cut, 1, result);
    CU_ASSERT_EQUAL(WRONG(result, shape, image, i + 2, j - 1), 0);
}

/* The area is even, the aspect within its bounds and even in the logarithm, and nothing lies outside. */
static void crop_of_a_part(void)
{
    static double area[DRAWS], down[DRAWS];
    static const JobAugment crop = { .kind = AUGMENT_CROP, .from = { 0.08, 0.75 }, .to = { 1, 4 / 3.0 },
                                     .probability = { 1 } };
    Job job = job_of((Shape){ 41, 21, 3 }, FILL_CONSTANT);
    job.augment = &crop;
    job.augments = 1;
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
        AugmentDraw draw;
        augment_draw(&job, (AugmentKey){ 3, 0, (uint32_t)i }, &draw);
        area[i] = draw.share[0] * draw.share[1];
        double aspect = draw.share[1] / draw.share[0];
        double least = fmax(0.75, area[i]);
        CU_ASSERT(draw.share[0] <= 1 && draw.share[1] <= 1);
        CU_ASSERT(aspect > 0.75 - 1e-9 && aspect < 4 / 3.0 + 1e-9);
        sum += least < 1 ? log(aspect) / log(least) : 0;        /* even from -1 to 1 */
        down[i] = draw.share[0] < 1 ? draw.amount[0] / (40 * (1 - draw.share[0])) : 0;
        Affine map = augment_map(&draw, 1, job.input.shape);
        for (int side = 0; side < 2; side++) {
            int n = side ? 21 : 41;
            double first = map.m[side][2], last = first + map.m[side][side] * (n - 1);
            CU_ASSERT(first >= -1e-9 && last <= n - 1 + 1e-9);
        }
    }
    check_even(area, 0.08, 1);
    check_even(down, -0.5, 0.5);
    CU_ASSERT_DOUBLE_EQUAL(sum / DRAWS, 0, 5 / sqrt(3.0 * DRAWS));
}

/* ---- windows ---- */

/* The centre is any pixel, the first and the last alike; a window at the edge is cut off there. */
static void windows_lie_anywhere(void)
{
    enum { H = 5, W = 4, DRAWN = 4000 };
    static const JobAugment cutout = { .kind = AUGMENT_CUTOUT, .to = { 3, 2 }, .probability = { 1 }, .count = 2 };
    Job job = job_of((Shape){ H, W, 1 }, FILL_NEAREST);
    job.augment = &cutout;
    job.augments = 1;
    int top[H] = { 0 }, left[W] = { 0 }, same = 0;
    for (uint32_t i = 0; i < DRAWN; i++) {
        Window window = augment_window(&job, (AugmentKey){ 1, 2, i }, 0, 0);
        Window other = augment_window(&job, (AugmentKey){ 1, 2, i }, 0, 1);
        same += memcmp(&window, &other, sizeof window) == 0;
        CU_ASSERT(window.bottom - window.top == (window.top == 0 && window.bottom == 2 ? 2 : window.top == 3 ? 2 : 3));
        CU_ASSERT(window.right - window.left == (window.right == 1 ? 1 : 2));
        top[window.bottom - 2 < H - 2 ? window.bottom - 2 : window.top == 3 ? 4 : 3]++;
        left[window.right - 1]++;
    }
    for (int i = 0; i < H; i++)
        CU_ASSERT(abs(top[i] - DRAWN / H) < 5 * 26);
    for (int i = 0; i < W; i++)
        CU_ASSERT(abs(left[i] - DRAWN / W) < 5 * 28);
    CU_ASSERT(abs(same - DRAWN / H / W) < 5 * 14);
}

/* ---- sine ---- */

static void sine_is_right(void)
{
    double worst = 0;
    for (int i = 0; i < 200000; i++) {
        double angle = i % 2 ? draw(-7, 7) : draw(-1e5, 1e5), sine, cosine;
        sine_cosine(angle, &sine, &cosine);
        worst = fmax(worst, fabs(sine - sin(angle)) / fmax(fabs(sin(angle)), 0.25));
        worst = fmax(worst, fabs(cosine - cos(angle)) / fmax(fabs(cos(angle)), 0.25));
    }
    CU_ASSERT_TRUE(worst <= 2 * 0x1p-52);
    double sine, cosine;
    sine_cosine(0, &sine, &cosine);
    CU_ASSERT_TRUE(sine == 0 && cosine == 1);
    sine_cosine(pi / 6, &sine, &cosine);
    CU_ASSERT_DOUBLE_EQUAL(sine, 0.5, 1.2e-16);
}

void suite_augment(void)
{
    CU_pSuite suite = CU_add_suite("pictures: augmentation", NULL, NULL);
    CU_ADD_TEST(suite, whole_pixels_are_exact);
    CU_ADD_TEST(suite, shear_leans_the_rows);
    CU_ADD_TEST(suite, rows_act_from_top_to_bottom);
    CU_ADD_TEST(suite, between_pixels);
    CU_ADD_TEST(suite, between_pixels_of_long_rows);
    CU_ADD_TEST(suite, scaled_on_the_way);
    CU_ADD_TEST(suite, neighbours_stay);
    CU_ADD_TEST(suite, draws_are_even);
    CU_ADD_TEST(suite, draws_are_functions);
    CU_ADD_TEST(suite, changes_have_draws_of_their_own);
    CU_ADD_TEST(suite, crop_of_a_padding);
    CU_ADD_TEST(suite, crop_of_a_part);
    CU_ADD_TEST(suite, windows_lie_anywhere);
    CU_ADD_TEST(suite, sine_is_right);
}
