/* resize.c - every filter against its definition in whole numbers, pixel for pixel, and where
 * crop and pad put things. Pillow and TensorFlow are in tests/outside. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/pictures/resize.h"

static uint32_t state = 7;

static int draw(int from, int to)
{
    state = state * 1664525 + 1013904223;
    return from + (int)((state >> 8) % (unsigned)(to - from + 1));
}

static Picture noise(int h, int w, int c)
{
    Picture picture = { .h = h, .w = w, .c = c, .pixel = malloc((size_t)h * w * c + PICTURE_SLACK) };
    for (int i = 0; i < h * w * c; i++)
        picture.pixel[i] = draw(0, 255);
    return picture;
}

static int clamp(long value, int n)
{
    return value < 0 ? 0 : value >= n ? n - 1 : (int)value;
}

/* ---- the definitions, one pixel at a time; parts over `whole` are added in whole numbers ---- */

/* How much of source pixel k goes into pixel i of the result, over *whole parts. */
static long bilinear_part(int i, int k, int in, int out, long *whole)
{
    *whole = 2L * out;
    long place = (2L * i + 1) * in - out;               /* in parts of a pixel, of its centre */
    long below = (place + 2L * out * 4) / *whole - 4;   /* floor: never below -4 */
    long part = place - below * *whole;
    return (k == clamp(below, in)) * (*whole - part) + (k == clamp(below + 1, in)) * part;
}

static long nearest_part(int i, int k, int in, int out, long *whole)
{
    *whole = 1;
    return k == (2L * i + 1) * in / (2L * out);
}

static long area_part(int i, int k, int in, int out, long *whole)
{
    *whole = in;
    long parts = 0;             /* both pixels cut into the smallest common parts, and counted */
    for (long part = (long)i * in; part < (long)(i + 1) * in; part++)
        parts += part / out == k;
    return parts;
}

typedef long Part(int i, int k, int in, int out, long *whole);

static Part *const parts[FILTER_COUNT] = {
    [FILTER_BILINEAR] = bilinear_part, [FILTER_NEAREST] = nearest_part, [FILTER_AREA] = area_part,
};

static int defined(const Picture *p, FilterKind filter, Shape to, int i, int j, int c)
{
    long sum = 0, down = 1, across = 1;
    for (int y = 0; y < p->h; y++) {
        long rows = parts[filter](i, y, p->h, to.h, &down);
        for (int x = 0; rows && x < p->w; x++)
            sum += rows * p->pixel[(y * p->w + x) * p->c + c] *
                   parts[filter](j, x, p->w, to.w, &across);
    }
    return (int)((2 * sum + down * across) / (2 * down * across));
}

static void check_by_definition(Picture picture, FilterKind filter, int h, int w)
{
    int c = picture.c, wrong = 0;
    JobInput input = { .shape = { h, w, c }, .filter = filter };
    long size = shape_size(input.shape);
    uint8_t *result = malloc((size_t)size + PICTURE_SLACK);
    memset(result + size, 0xa5, PICTURE_SLACK);
    resize_picture(&picture, &input, result);
    for (int i = 0; i < size; i++)
        wrong += result[i] != defined(&picture, filter, input.shape, i / c / w, i / c % w, i % c);
    for (int i = 0; i < PICTURE_SLACK; i++)
        wrong += result[size + i] != 0xa5;
    CU_ASSERT_EQUAL(wrong, 0);
    free(result);
    picture_free(&picture);
}

static void by_definition(void)
{
    for (int round = 0; round < 150; round++)
        check_by_definition(noise(draw(1, 13), draw(1, 13), round % 2 ? 3 : 1), (FilterKind)(round % 3),
                            draw(1, 13), draw(1, 13));
}

/* Longer rows than a vector, shrunk and enlarged, and parts of more than 16 bits. */
static void long_rows_by_definition(void)
{
    for (int round = 0; round < 18; round++) {
        int c = round % 2 ? 3 : 1;
        FilterKind filter = (FilterKind)(round % 3);
        check_by_definition(noise(draw(1, 40), draw(60, 90), c), filter, draw(1, 15), draw(30, 120));
        check_by_definition(noise(2, 5, c), filter, 1, draw(16384, 20000));
    }
}

static void same_size_is_identity(void)
{
    Picture picture = noise(31, 17, 3);
    uint8_t result[31 * 17 * 3];
    for (int filter = 0; filter < FILTER_COUNT; filter++) {
        for (int resize = 0; resize < RESIZE_COUNT; resize++) {
            JobInput input = { .shape = { 31, 17, 3 }, .filter = filter, .resize = resize };
            resize_picture(&picture, &input, result);
            CU_ASSERT_EQUAL(memcmp(result, picture.pixel, sizeof result), 0);
        }
    }
    picture_free(&picture);
}

/* A picture of 6 x 10 with its column's number in each pixel, or its row's. */
static Picture counted(bool columns, int h, int w)
{
    Picture picture = noise(h, w, 1);
    for (int i = 0; i < h * w; i++)
        picture.pixel[i] = columns ? i % w + 1 : i / w + 1;
    return picture;
}

static void crop_takes_the_middle(void)
{
    uint8_t result[36];
    JobInput input = { .shape = { 6, 6, 1 }, .filter = FILTER_BILINEAR, .resize = RESIZE_CROP };
    Picture wide = counted(true, 6, 10), high = counted(false, 10, 6);
    resize_picture(&wide, &input, result);
    for (int i = 0; i < 36; i++)
        CU_ASSERT_EQUAL(result[i], i % 6 + 3);
    resize_picture(&high, &input, result);
    for (int i = 0; i < 36; i++)
        CU_ASSERT_EQUAL(result[i], i / 6 + 3);
    picture_free(&wide);
    picture_free(&high);
}

static void pad_keeps_all(void)
{
    uint8_t result[100];
    JobInput input = { .shape = { 10, 10, 1 }, .filter = FILTER_NEAREST, .resize = RESIZE_PAD };
    Picture wide = counted(true, 6, 10), high = counted(false, 10, 6);
    resize_picture(&wide, &input, result);
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(result[i], i / 10 >= 2 && i / 10 < 8 ? i % 10 + 1 : 0);
    resize_picture(&high, &input, result);
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(result[i], i % 10 >= 2 && i % 10 < 8 ? i / 10 + 1 : 0);
    picture_free(&wide);
    picture_free(&high);
}

/* One line of pixels against a square: nothing is less than a pixel. */
static void extremes(void)
{
    for (int resize = 0; resize < RESIZE_COUNT; resize++) {
        for (int filter = 0; filter < FILTER_COUNT; filter++) {
            Picture line = noise(1, 300, 3), point = noise(1, 1, 3);
            uint8_t result[25 * 3];
            JobInput input = { .shape = { 5, 5, 3 }, .filter = filter, .resize = resize };
            resize_picture(&line, &input, result);
            resize_picture(&point, &input, result);
            for (int i = 0; i < 25 * 3; i++)
                CU_ASSERT_EQUAL(result[i], point.pixel[i % 3]);
            picture_free(&line);
            picture_free(&point);
        }
    }
}

/* A mask of 2x2 for an input of 4x4, as a mask of a picture that is 8 wide and 4 high. */
static void a_mask_comes_back(void)
{
    static const uint8_t mask[4] = { 1, 2, 3, 4 };
    static const struct { ResizeKind resize; const char *rows[4]; } wide[] = {
        { RESIZE_STRETCH, { "11112222", "11112222", "33334444", "33334444" } },
        { RESIZE_CROP, { "11112222", "11112222", "33334444", "33334444" } },     /* the middle, and beside it its edges */
        { RESIZE_PAD, { "11112222", "11112222", "33334444", "33334444" } },
    };
    static const uint8_t bands[4] = { 5, 6, 7, 8 };         /* 4x1: rows; of `pad` the inner ones alone have picture */
    static const char *const padded[4] = { "66666666", "66666666", "77777777", "77777777" };
    uint8_t back[32];
    for (int i = 0; i < 4; i++) {
        JobInput input = { .shape = { 4, 4, 1 }, .resize = i < 3 ? wide[i].resize : RESIZE_PAD };
        resize_back(i < 3 ? mask : bands, i < 3 ? 2 : 4, i < 3 ? 2 : 1, &input, (Extent){ 4, 8 }, back);
        for (int k = 0; k < 32; k++)
            CU_ASSERT_EQUAL(back[k], (i < 3 ? wide[i].rows : padded)[k / 8][k % 8] - '0');
    }
}

/* What a mask becomes at the network's size comes back to the same there. */
static void there_and_back_and_there(void)
{
    uint8_t same[256];
    for (int i = 0; i < 256; i++)
        same[i] = (uint8_t)i;
    for (int round = 0; round < 60; round++) {
        JobInput input = { .shape = { draw(3, 12), draw(3, 12), 1 }, .resize = (ResizeKind)(round % RESIZE_COUNT) };
        Picture picture = noise(draw(12, 40), draw(12, 40), 1);
        int h = input.shape.h, w = input.shape.w;
        uint8_t small[144], again[144], *back = malloc((size_t)picture.h * (size_t)picture.w + PICTURE_SLACK);
        resize_mask(&picture, &input, h, w, same, 0, small);
        resize_back(small, h, w, &input, (Extent){ picture.h, picture.w }, back);
        resize_mask(&(Picture){ picture.h, picture.w, 1, back, false }, &input, h, w, same, 0, again);
        for (int k = 0; k < h * w; k++)
            CU_ASSERT_EQUAL(again[k], small[k]);
        picture_free(&picture);
        free(back);
    }
}

void suite_resize(void)
{
    CU_pSuite suite = CU_add_suite("pictures: resizing", NULL, NULL);
    CU_ADD_TEST(suite, by_definition);
    CU_ADD_TEST(suite, long_rows_by_definition);
    CU_ADD_TEST(suite, same_size_is_identity);
    CU_ADD_TEST(suite, crop_takes_the_middle);
    CU_ADD_TEST(suite, pad_keeps_all);
    CU_ADD_TEST(suite, extremes);
    CU_ADD_TEST(suite, a_mask_comes_back);
    CU_ADD_TEST(suite, there_and_back_and_there);
}
