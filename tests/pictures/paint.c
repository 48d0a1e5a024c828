/* paint.c - rows that change values: what holds of every picture, whatever its size; that each acts at its
 * place between rows that move; that noise is normal. Numbers made outside are in tests/outside. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/augmenter.h"
#include "runtime/data/paint.h"
#include "runtime/numbers/normal.h"
#include "runtime/system/memory.h"
#include "tests/support/scratch.h"

enum { MOST = 40 * 40 * 5, GUARDS = 8 };

static const double zeros[5], ones[5] = { 1, 1, 1, 1, 1 };
static const AugmentKey key = { 11, 3, 5 };

static uint32_t state = 9;

static double draw(double from, double to)
{
    state = state * 1664525 + 1013904223;
    return from + (state >> 8) * 0x1p-24 * (to - from);
}

/* A picture with numbers around that must stay. */
typedef struct {
    float before[GUARDS], value[MOST + GUARDS];
    Shape shape;
} Image;

static void fill(Image *image, Shape shape)
{
    for (int i = 0; i < GUARDS; i++)
        image->before[i] = -7;
    for (long i = 0; i < MOST + GUARDS; i++)
        image->value[i] = i < shape_size(shape) ? (float)draw(0, 255) : -7;
    image->shape = shape;
}

static Canvas canvas_of(Image *image)
{
    return (Canvas){ image->value, image->shape, false };
}

static bool guards_stand(const Image *image)
{
    bool stand = true;
    for (int i = 0; i < GUARDS; i++)
        stand = stand && image->before[i] == -7 && image->value[shape_size(image->shape) + i] == -7;
    return stand;
}

static bool is_within(const Image *image)
{
    bool within = true;
    for (long i = 0; i < shape_size(image->shape); i++)
        within = within && image->value[i] >= 0 && image->value[i] <= 255;
    return within;
}

/* The most by which two pictures differ. */
static double difference(const Image *a, const Image *b)
{
    double most = 0;
    for (long i = 0; i < shape_size(a->shape); i++)
        most = fmax(most, fabs(a->value[i] - b->value[i]));
    return most;
}

static Shape any_shape(int channels)
{
    return (Shape){ 1 + (int)draw(0, 19), 1 + (int)draw(0, 19), channels };
}

/* ---- every size ---- */

static void only_the_picture_changes(void)
{
    static Image image;
    for (int round = 0; round < 300; round++) {
        int channels = 1 + round % 5, kinds = channels == 3 ? 6 : 3;
        fill(&image, any_shape(channels));
        Canvas canvas = canvas_of(&image);
        switch (round / 5 % kinds) {
        case 0: paint_brightness(&canvas, (float)draw(0, 2)); break;
        case 1: paint_contrast(&canvas, (float)draw(0, 2)); break;
        case 2: paint_noise(&canvas, draw(0, 1), key); break;
        case 3: paint_saturation(&canvas, (float)draw(0, 2)); break;
        case 4: paint_hue(&canvas, draw(-3.2, 3.2)); break;
        case 5: paint_gray(&canvas); break;
        }
        CU_ASSERT(guards_stand(&image));
        CU_ASSERT(is_within(&image));
    }
}

static void a_factor_of_one_changes_nothing(void)
{
    static Image image, before;
    fill(&image, (Shape){ 13, 7, 3 });
    before = image;
    Canvas canvas = canvas_of(&image);
    paint_brightness(&canvas, 1);
    paint_contrast(&canvas, 1);
    paint_saturation(&canvas, 1);
    CU_ASSERT(difference(&image, &before) < 1e-4);
    paint_hue(&canvas, 0);
    CU_ASSERT(difference(&image, &before) < 1e-4);
    for (int i = 0; i < 3; i++)                 /* three thirds of a turn */
        paint_hue(&canvas, 2 * 3.14159265358979323846 / 3);
    CU_ASSERT(difference(&image, &before) < 2e-4);
}

/* A third of a turn moves the channels on; the light of all stays. */
static void a_third_of_a_turn_moves_channels(void)
{
    static Image image, before;
    for (int sign = -1; sign < 2; sign += 2) {
        fill(&image, (Shape){ 9, 11, 3 });
        before = image;
        Canvas canvas = canvas_of(&image);
        paint_hue(&canvas, sign * 2 * 3.14159265358979323846 / 3);
        for (long i = 0; i < shape_size(image.shape); i++)
            CU_ASSERT_DOUBLE_EQUAL(image.value[i], before.value[i / 3 * 3 + (i + (sign > 0 ? 2 : 1)) % 3], 2e-4);
    }
}

static void windows_are_covered(void)
{
    static Image image, before;
    fill(&image, (Shape){ 8, 9, 2 });
    before = image;
    Canvas canvas = canvas_of(&image);
    paint_window(&canvas, (Window){ 2, 3, 5, 9 }, 17);
    paint_window(&canvas, (Window){ 7, 0, 7, 9 }, 18);          /* of no height */
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 9; x++)
            for (int c = 0; c < 2; c++) {
                int i = (y * 9 + x) * 2 + c;
                CU_ASSERT_EQUAL(image.value[i], y >= 2 && y < 5 && x >= 3 ? 17 : before.value[i]);
            }
    CU_ASSERT(guards_stand(&image));
}

/* ---- normal numbers ---- */

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* 80,000 of them: mean, variance, skewness and kurtosis within five deviations, and the distance from the
 * distribution below Kolmogorov's 0.1 %. */
static void noise_is_normal(void)
{
    enum { COUNT = 80000 };
    static float number[COUNT];
    double sum[5] = { 0 }, farthest = 0, together = 0;
    for (int i = 0; i < COUNT; i += NORMALS)
        normal_numbers(number + i, 4, 1, 2, (uint32_t)(i / NORMALS), 99);
    for (int i = 0; i < COUNT; i++) {
        for (int power = 1; power < 5; power++)
            sum[power] += pow(number[i], power);
        together += i ? number[i] * number[i - 1] : 0;
    }
    CU_ASSERT_DOUBLE_EQUAL(sum[1] / COUNT, 0, 5 / sqrt(COUNT));
    CU_ASSERT_DOUBLE_EQUAL(sum[2] / COUNT, 1, 5 * sqrt(2.0 / COUNT));
    CU_ASSERT_DOUBLE_EQUAL(sum[3] / COUNT, 0, 5 * sqrt(15.0 / COUNT));
    CU_ASSERT_DOUBLE_EQUAL(sum[4] / COUNT, 3, 5 * sqrt(96.0 / COUNT));
    CU_ASSERT_DOUBLE_EQUAL(together / COUNT, 0, 5 / sqrt(COUNT));
    qsort(number, COUNT, sizeof *number, by_size);
    for (int i = 0; i < COUNT; i++)
        farthest = fmax(farthest, fabs(erfc(-number[i] / sqrt(2)) / 2 - (i + 0.5) / COUNT));
    CU_ASSERT(farthest < 1.95 / sqrt(COUNT));
}

/* The numbers are those that libm's functions give, and a function of all that they are told by. */
static void normal_numbers_are_functions(void)
{
    float number[NORMALS], other[NORMALS];
    double worst = 0;
    for (uint32_t i = 0; i < 2000; i++) {
        normal_numbers(number, 1, 0, 0, i, 99);
        for (int lane = 0; lane < NORMALS / 2; lane++) {
            double squared = pow(number[lane], 2) + pow(number[lane + NORMALS / 2], 2);
            double uniform = exp(-squared / 2) * 0x1p23 - 0.5;  /* a whole number, if the radius is right */
            worst = fmax(worst, fabs(uniform - round(uniform)) / (uniform + 1));
        }
    }
    CU_ASSERT(worst < 1e-5);
    normal_numbers(number, 1, 2, 3, 4, 99);
    const uint32_t others[][5] = { { 2, 2, 3, 4, 99 }, { 1, 3, 3, 4, 99 }, { 1, 2, 4, 4, 99 }, { 1, 2, 3, 5, 99 },
                                   { 1, 2, 3, 4, 98 } };
    for (int i = 0; i < 5; i++) {
        normal_numbers(other, others[i][0], others[i][1], others[i][2], others[i][3], others[i][4]);
        CU_ASSERT(memcmp(number, other, sizeof number) != 0);
    }
}

/* ---- each at its place ---- */

static const JobAugment rows[] = {
    { .kind = AUGMENT_FLIP, .probability = { 0, 1 } },
    { .kind = AUGMENT_BRIGHTNESS, .from = { 0.5 }, .to = { 0.5 }, .probability = { 1 } },
    { .kind = AUGMENT_SHIFT, .from = { 2, 0 }, .to = { 2, 0 }, .probability = { 1 }, .pixels = { true, true } },
    { .kind = AUGMENT_CONTRAST, .from = { -1 }, .to = { -1 }, .probability = { 0 } },
    { .kind = AUGMENT_ROTATE, .from = { 3.14159265358979323846 }, .to = { 3.14159265358979323846 },
      .probability = { 1 } },
};
enum { ROWS = sizeof rows / sizeof *rows };

static Job job_of(Shape shape, const JobAugment *augment, int augments)
{
    return (Job){ .input = { .shape = shape, .scale = 0.5, .mean = ones, .std = ones }, .fill = FILL_CONSTANT,
                  .fill_value = 200, .augment = augment, .augments = augments };
}

/* The whole way of a picture of bytes, or of the same floats; to be freed. */
static float *run(const Job *job, const uint8_t *bytes, bool floats, bool augment)
{
    Augmenter augmenter = augmenter_open(job, !floats, augment);
    long size = shape_size(job->input.shape);
    float *wide = need_memory(sizeof(float) * (size_t)size + 16), *result = need_memory(sizeof(float) * (size_t)size);
    for (long i = 0; i < size; i++)
        wide[i] = bytes[i];
    void *room = need_memory(augmenter_room(&augmenter));
    AugmentDraw drawn[ROWS + 1];
    augment_draw(job, key, drawn);
    augmenter_run(&augmenter, key, drawn, floats ? (const void *)wide : bytes, result, room);
    free(room);
    free(wide);
    augmenter_close(&augmenter);
    return result;
}

static uint8_t *bytes_of(Shape shape)
{
    uint8_t *bytes = need_memory((size_t)shape_size(shape) + 16);
    for (long i = 0; i < shape_size(shape); i++)
        bytes[i] = (uint8_t)draw(0, 256);
    return bytes;
}

/* Mirrored, lightened, moved down, of which the new rows are not lightened, and turned; then scaled. */
static void rows_act_at_their_places(void)
{
    for (int channels = 1; channels <= 4; channels++) {
        Shape shape = { 7, 6, channels };
        Job job = job_of(shape, rows, ROWS);
        uint8_t *bytes = bytes_of(shape);
        float *result = run(&job, bytes, false, true), *other = run(&job, bytes, true, true);
        for (int y = 0; y < 7; y++)
            for (int x = 0; x < 6; x++)
                for (int c = 0; c < channels; c++) {
                    int from = 6 - y - 2;       /* turned, mirrored twice, moved */
                    double value = from < 0 ? 200 : fmin(1.5 * bytes[(from * 6 + x) * channels + c], 255);
                    CU_ASSERT_EQUAL(result[(y * 6 + x) * channels + c], (float)(0.5 * value - 1));
                }
        CU_ASSERT_EQUAL(memcmp(result, other, sizeof(float) * (size_t)shape_size(shape)), 0);
        free(other), free(result), free(bytes);
    }
}

/* A change at the end, at the beginning, alone; and outside of training none. */
static void a_change_stands_anywhere(void)
{
    Shape shape = { 5, 4, 3 };
    uint8_t *bytes = bytes_of(shape);
    const JobAugment orders[][2] = { { rows[0], rows[1] }, { rows[1], rows[0] }, { rows[1], rows[3] } };
    for (int order = 0; order < 3; order++) {
        Job job = job_of(shape, orders[order], 2);
        float *result = run(&job, bytes, order == 1, true), *plain = run(&job, bytes, false, false);
        for (int i = 0; i < 60; i++) {
            int from = order < 2 ? i / 12 * 12 + (3 - i / 3 % 4) * 3 + i % 3 : i;
            CU_ASSERT_EQUAL(result[i], (float)(0.5 * fmin(1.5 * bytes[from], 255) - 1));
            CU_ASSERT_EQUAL(plain[i], (float)(0.5 * bytes[i] - 1));
        }
        free(plain), free(result);
    }
    free(bytes);
}

/* One row draws for values and windows what it would draw among others. */
static void cutouts_and_noise_are_told_by_the_key(void)
{
    static const JobAugment cutouts[] = {
        { .kind = AUGMENT_CUTOUT, .to = { 3, 3 }, .probability = { 1 }, .count = 3, .value = 7 },
        { .kind = AUGMENT_CUTOUT, .to = { 2, 5 }, .probability = { 1 }, .count = 1, .value = 9 },
    };
    Shape shape = { 12, 14, 3 };
    Job job = job_of(shape, cutouts, 2);
    uint8_t *bytes = bytes_of(shape);
    float *result = run(&job, bytes, false, true);
    static Image image;
    image.shape = shape;
    for (long i = 0; i < shape_size(shape); i++)
        image.value[i] = bytes[i];
    Canvas canvas = canvas_of(&image);
    for (int i = 0; i < 3; i++)
        paint_window(&canvas, augment_window(&job, key, 0, i), 7);
    paint_window(&canvas, augment_window(&job, key, 1, 0), 9);
    for (long i = 0; i < shape_size(shape); i++)
        CU_ASSERT_EQUAL(result[i], (float)(0.5 * image.value[i] - 1));
    free(result), free(bytes);
}

/* ---- masks ---- */

/* A picture whose values are its mask's classes: both go the same way through several runs, filled in between. */
static void masks_go_the_same_way(void)
{
    static const JobAugment way[] = {
        { .kind = AUGMENT_SHIFT, .from = { 3, -2 }, .to = { 3, -2 }, .probability = { 1 }, .pixels = { true, true } },
        { .kind = AUGMENT_CONTRAST, .probability = { 0 } },
        { .kind = AUGMENT_CROP, .from = { -4, -4 }, .to = { 4, 4 }, .probability = { 1 }, .pixels = { true, true } },
        { .kind = AUGMENT_FLIP, .probability = { 1, 1 } },
        { .kind = AUGMENT_BRIGHTNESS, .probability = { 0 } },
        { .kind = AUGMENT_ROTATE, .from = { 3.14159265358979323846 }, .to = { 3.14159265358979323846 },
          .probability = { 1 } },
    };
    enum { H = 9, W = 8, ROWS_OF_WAY = sizeof way / sizeof *way };
    uint8_t *mask = bytes_of((Shape){ H, W, 1 });
    for (int round = 0; round < 40; round++) {
        Job job = job_of((Shape){ H, W, 1 }, way, ROWS_OF_WAY);
        job.input.scale = 1;
        job.input.mean = zeros;
        job.fill = (FillKind)(round % FILL_COUNT);
        AugmentKey here = { 11, 3, (uint32_t)round };
        AugmentDraw drawn[ROWS_OF_WAY];
        augment_draw(&job, here, drawn);
        Augmenter augmenter = augmenter_open(&job, true, true);
        float result[H * W];
        int32_t moved[H * W];
        void *room = need_memory(augmenter_room(&augmenter));
        augmenter_run(&augmenter, here, drawn, mask, result, room);
        Moves moves = augmenter_moves(&augmenter, drawn);
        CU_ASSERT_EQUAL(moves.maps, 3);
        gather_mask(job.fill, H, W, &moves, mask, 200, moved);
        for (int i = 0; i < H * W; i++)
            CU_ASSERT_EQUAL(result[i], moved[i]);
        free(room);
        augmenter_close(&augmenter);
    }
    free(mask);
}

/* ---- values that no row takes ---- */

typedef struct {
    Job job;
    float low, high;
} Taking;

static void take(void *argument)
{
    Taking *taking = argument;
    Augmenter augmenter = augmenter_open(&taking->job, false, true);
    exit(augmenter_takes(&augmenter, taking->low, taking->high, "a.npy") ? 0 : 7);
}

static void check_taken(const JobAugment *augment, int augments, float low, float high, const char *said)
{
    char text[1024];
    Taking taking = { job_of((Shape){ 2, 2, 1 }, augment, augments), low, high };
    CU_ASSERT_EQUAL(scratch_child(take, &taking, text, sizeof text), said ? 7 : 0);
    CU_ASSERT(!said || strstr(text, said));
}

static void floats_stay_within_bytes(void)
{
    static const JobAugment noise[] = { { .kind = AUGMENT_NOISE, .from = { 0.1 }, .to = { 0.1 } } };
    check_taken(rows, ROWS, 0, 255, NULL);
    check_taken(rows, ROWS, 0, 1, NULL);        /* a factor is the same in any unit */
    check_taken(rows, ROWS, -0.5f, 1, "'brightness' acts on values from 0 to 255, but a.npy holds -0.5 to 1\n");
    check_taken(rows, ROWS, 0, 255.5f, "but a.npy holds 0 to 255.5\n");
    check_taken(rows, ROWS, NAN, NAN, "'brightness' acts on values from 0 to 255, but a.npy holds nan to nan\n");
    check_taken(rows, 1, -100, 1000, NULL);     /* what moves takes any */
    check_taken(noise, 1, 0, 2, NULL);
    check_taken(noise, 1, 0, 1, "'noise' acts on values from 0 to 255, but a.npy holds 0 to 1; save them times 255");
}

void suite_paint(void)
{
    CU_pSuite suite = CU_add_suite("pictures: light, colors, noise", NULL, NULL);
    CU_ADD_TEST(suite, only_the_picture_changes);
    CU_ADD_TEST(suite, a_factor_of_one_changes_nothing);
    CU_ADD_TEST(suite, a_third_of_a_turn_moves_channels);
    CU_ADD_TEST(suite, windows_are_covered);
    CU_ADD_TEST(suite, noise_is_normal);
    CU_ADD_TEST(suite, normal_numbers_are_functions);
    CU_ADD_TEST(suite, rows_act_at_their_places);
    CU_ADD_TEST(suite, a_change_stands_anywhere);
    CU_ADD_TEST(suite, cutouts_and_noise_are_told_by_the_key);
    CU_ADD_TEST(suite, masks_go_the_same_way);
    CU_ADD_TEST(suite, floats_stay_within_bytes);
}
