/* pictures.c - augmentation with given parameters against SciPy, Pillow and colorsys, resizing against Pillow
 * and TensorFlow. make_pictures.py tells what the fixtures hold. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/augment.h"
#include "runtime/data/paint.h"
#include "runtime/pictures/input.h"
#include "runtime/pictures/resize.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"
#include "tests/outside/formats.h"
#include "tests/support/fixture.h"

#define FOLDER "tests/outside/"

/* Values go to 255, and a float there has steps of 1.5e-5: interpolating takes a few roundings. The
 * promise is 1e-4 of 255. */
#define GREY_TOLERANCE (1e-6 * 255)

/* Our own sine and cosine and those of the C library may differ in the last places. */
#define MAP_TOLERANCE 1e-12

/* A byte is right where the true value rounds to it, halves either way; TensorFlow's has the noise of
 * float32. */
#define ROUNDED (0.5 + 1e-3)

enum { MOST_ROWS = 8 };

static const FixtureTensor *of_case(const Fixture *fixture, int number, const char *what)
{
    char name[64];
    snprintf(name, sizeof name, "%d/%s", number, what);
    return fixture_tensor(fixture, name);
}

static Shape shape_of(const FixtureTensor *picture)
{
    return (Shape){ picture->dim[0], picture->dim[1], picture->dim[2] };
}

/* Holds all values of a case to within a bound, and names the worst where one is not. */
static void check_close(const char *what, int number, const double *found, const double *expected,
                        long count, double bound)
{
    long worst = 0;
    for (long i = 1; i < count; i++)
        if (!(fabs(found[i] - expected[i]) <= fabs(found[worst] - expected[worst])))
            worst = i;
    bool close = fabs(found[worst] - expected[worst]) <= bound;
    CU_ASSERT_TRUE(close);
    if (!close)
        fprintf(stderr, "%s, case %d: value %ld is %.15g, not %.15g\n", what, number, worst,
                found[worst], expected[worst]);
}

/* ---- augmentation ---- */

static void check_map(const Fixture *fixture, int number, Shape shape, Affine *map)
{
    AugmentDraw draw[MOST_ROWS];
    const FixtureTensor *rows = of_case(fixture, number, "rows");
    const double *expected = of_case(fixture, number, "matrix")->f64;
    for (int r = 0; r < rows->dim[0]; r++)
        draw[r] = (AugmentDraw){ .kind = rows->f64[5 * r],
                                 .amount = { rows->f64[5 * r + 1], rows->f64[5 * r + 2] },
                                 .share = { rows->f64[5 * r + 3], rows->f64[5 * r + 4] } };
    *map = augment_map(draw, rows->dim[0], shape);
    check_close("map", number, map->m[0], expected, 6, MAP_TOLERANCE);
}

/* The picture as bytes, or as floats; what may be read behind it is poison. To be freed. */
static void *picture_of(const FixtureTensor *picture, bool bytes)
{
    size_t size = picture->count * (bytes ? sizeof(uint8_t) : sizeof(float));
    uint8_t *copy = malloc(size + PICTURE_SLACK);
    memset(copy, 0xff, size + PICTURE_SLACK);
    for (long i = 0; i < picture->count; i++)
        if (bytes)
            copy[i] = picture->u8[i];
        else
            ((float *)copy)[i] = picture->u8[i];
    return copy;
}

static double *doubles(const float *values, long count)
{
    double *wide = malloc(count * sizeof *wide);
    for (long i = 0; i < count; i++)
        wide[i] = values[i];
    return wide;
}

static void check_gather(const Fixture *fixture, int number, Shape shape, const Affine *map,
                         const FixtureTensor *picture, bool bytes)
{
    static const double zero[3], one[3] = { 1, 1, 1 };
    const Job job = {
        .input = { .shape = shape, .scale = 1, .mean = zero, .std = one },
        .fill = *of_case(fixture, number, "fill")->i32,
        .fill_value = *fixture_f64(fixture, "fill_value", 1),
    };
    long count = shape_size(shape);
    Gather gather = gather_open(&job, bytes);
    float *result = need_memory(count * sizeof *result + 64);
    void *copy = picture_of(picture, bytes);
    gather_run(&gather, map, copy, result);
    double *found = doubles(result, count);
    double *expected = doubles(of_case(fixture, number, "expected")->f32, count);
    check_close(bytes ? "bytes" : "floats", number, found, expected, count, GREY_TOLERANCE);
    free(found);
    free(expected);
    free(copy);
    free(result);
    gather_close(&gather);
}

/* The nearest pixel is a whole one: no tolerance. */
static void check_mask(const Fixture *fixture, int number, Shape shape, const Affine *map,
                       const FixtureTensor *picture)
{
    char name[32];
    snprintf(name, sizeof name, "%d/nearest", number);
    const FixtureTensor *expected = fixture_find(fixture, name);
    if (!expected)
        return;
    long pixels = (long)shape.h * shape.w;
    uint8_t *mask = malloc(pixels);
    int32_t *found = malloc(pixels * sizeof *found);
    for (long i = 0; i < pixels; i++)
        mask[i] = picture->u8[i * shape.c];
    FillKind fill = *of_case(fixture, number, "fill")->i32;
    gather_mask(fill, shape.h, shape.w, &(Moves){ { *map }, 1 }, mask, 255, found);
    for (long i = 0; i < pixels; i++)
        CU_ASSERT_EQUAL(found[i], expected->u8[i]);
    free(mask);
    free(found);
}

static void given_parameters(void)
{
    Fixture *fixture = fixture_open(FOLDER "augment.safetensors");
    int cases = *fixture_i32(fixture, "cases", 1);
    for (int number = 0; number < cases; number++) {
        char name[32];
        snprintf(name, sizeof name, "picture/%d", *of_case(fixture, number, "picture")->i32);
        const FixtureTensor *picture = fixture_tensor(fixture, name);
        Shape shape = shape_of(picture);
        Affine map;
        check_map(fixture, number, shape, &map);
        check_gather(fixture, number, shape, &map, picture, true);
        check_gather(fixture, number, shape, &map, picture, false);
        check_mask(fixture, number, shape, &map, picture);
    }
    fixture_close(fixture);
}

/* ---- light and colors ---- */

static void paint(const Canvas *canvas, AugmentKind kind, double amount)
{
    if (kind == AUGMENT_BRIGHTNESS)
        paint_brightness(canvas, (float)(1 + amount));
    else if (kind == AUGMENT_CONTRAST)
        paint_contrast(canvas, (float)(1 + amount));
    else if (kind == AUGMENT_SATURATION)
        paint_saturation(canvas, (float)(1 + amount));
    else if (kind == AUGMENT_HUE)
        paint_hue(canvas, amount);
    else
        paint_gray(canvas);
}

/* Pillow rounds the gray, for contrast its mean, too, and cuts off what is behind the point. */
#define PILLOW_TOLERANCE 2.0

/* With red before blue, and with blue before red. */
static void check_paint(const Fixture *fixture, int number, bool reversed)
{
    const FixtureTensor *expected = of_case(fixture, number, "expected");
    char name[32];
    snprintf(name, sizeof name, "%d/pillow", number);
    const FixtureTensor *pillow = fixture_find(fixture, name);
    snprintf(name, sizeof name, "picture/%d", *of_case(fixture, number, "picture")->i32);
    const FixtureTensor *picture = fixture_tensor(fixture, name);
    const double *row = of_case(fixture, number, "row")->f64;
    float *values = picture_of(picture, false);
    long pixels = picture->count / picture->dim[2];
    if (reversed)
        input_reverse(values, pixels, sizeof *values);
    paint(&(Canvas){ values, shape_of(picture), reversed }, (AugmentKind)row[0], row[1]);
    if (reversed)
        input_reverse(values, pixels, sizeof *values);
    double *found = doubles(values, picture->count);
    check_close("paint", number, found, expected->f64, picture->count, GREY_TOLERANCE);
    for (long i = 0; pillow && i < picture->count; i++)
        CU_ASSERT_DOUBLE_EQUAL(found[i], pillow->u8[i], PILLOW_TOLERANCE);
    free(found);
    free(values);
}

static void light_and_colors(void)
{
    Fixture *fixture = fixture_open(FOLDER "paint.safetensors");
    int cases = *fixture_i32(fixture, "cases", 1);
    for (int number = 0; number < cases; number++) {
        check_paint(fixture, number, false);
        if (*of_case(fixture, number, "picture")->i32 == 0)
            check_paint(fixture, number, true);
    }
    fixture_close(fixture);
}

/* ---- resizing ---- */

/* What the filter makes of a case's picture in the expected tensor's size; to be freed. */
static double *resized(const FixtureTensor *from, const FixtureTensor *to, FilterKind filter)
{
    const JobInput input = { .shape = shape_of(to), .resize = RESIZE_STRETCH, .filter = filter };
    Picture picture = { .h = from->dim[0], .w = from->dim[1], .c = from->dim[2],
                        .pixel = picture_of(from, true) };
    uint8_t *bytes = malloc(to->count);
    double *result = malloc(to->count * sizeof *result);
    resize_picture(&picture, &input, bytes);
    for (long i = 0; i < to->count; i++)
        result[i] = bytes[i];
    free(bytes);
    free(picture.pixel);
    return result;
}

static void check_filter(const char *method, FilterKind filter, double bound)
{
    Fixture *fixture = fixture_open(FOLDER "resize.safetensors");
    int cases = *fixture_i32(fixture, "cases", 1);
    for (int number = 0; number < cases; number++) {
        const FixtureTensor *expected = of_case(fixture, number, method);
        double *found = resized(of_case(fixture, number, "picture"), expected, filter);
        check_close(method, number, found, expected->f64, expected->count, bound);
        free(found);
    }
    fixture_close(fixture);
}

static void resize_nearest(void)  { check_filter("nearest", FILTER_NEAREST, 0); }
static void resize_bilinear(void) { check_filter("bilinear", FILTER_BILINEAR, ROUNDED); }
static void resize_area(void)     { check_filter("area", FILTER_AREA, ROUNDED); }

/* ---- formats ---- */

static const char *const files[] = {
    "webp-lossless", "webp-lossless-clear", "webp-lossy", "webp-lossy-clear", "webp-turned3",
    "webp-turned6", "tiff-raw", "tiff-tiff_lzw", "tiff-tiff_deflate", "tiff-packbits", "tiff-grey",
    "tiff-grey16", "tiff-bits", "tiff-palette", "tiff-clear", "tiff-inks", "tiff-turned2", "tiff-turned3",
    "tiff-turned4", "tiff-turned5", "tiff-turned6", "tiff-turned7", "tiff-turned8", "tiff-several",
    "bmp-bits", "bmp-grey", "bmp-palette", "bmp-24", "bmp-16", "bmp-565", "bmp-32-down", "bmp-32-clear",
    "bmp-4", "bmp-os2", "pnm-p5", "pnm-p6", "pnm-p2", "pnm-p3", "pnm-p1", "pnm-p4", "pnm-p6-most100",
    "pnm-p6-16", "pnm-p5-16",
};

static void check_pixels(const char *name, const Picture *picture, const FixtureTensor *expected, int off)
{
    int worst = 0;
    CU_ASSERT_FATAL(picture->h == expected->dim[0] && picture->w == expected->dim[1] && picture->c == 3);
    for (long i = 0; i < expected->count; i++)
        worst = abs(picture->pixel[i] - expected->u8[i]) > worst ? abs(picture->pixel[i] - expected->u8[i]) : worst;
    CU_ASSERT(worst <= off);
    if (worst > off)
        fprintf(stderr, "%s: a value is off by %d\n", name, worst);
}

/* Of what is cut short nothing is read, and no byte behind it is: it lies at the end of its memory. */
static void check_cut(const char *name, const FixtureTensor *file)
{
    long part = file->count / (strstr(name, "several") ? 4 : 2);        /* less than the first picture */
    char reason[REASON_ROOM];
    Picture picture;
    for (long length = 0; length < file->count; length += 1 + length / 16) {
        uint8_t *bytes = malloc((size_t)length + 1);
        memcpy(bytes, file->u8, (size_t)length);
        bool read = picture_decode(&picture, bytes, (size_t)length, 3, reason);
        CU_ASSERT(!read || length > part);
        if (read && length <= part)
            fprintf(stderr, "%s: %ld of %ld bytes are a picture\n", name, length, file->count);
        picture_free(&picture);
        free(bytes);
    }
}

/* One bit that is wrong gives a picture or a reason, and no crash. */
static void check_flipped(const FixtureTensor *file)
{
    char reason[REASON_ROOM];
    Picture picture;
    uint8_t *bytes = malloc((size_t)file->count);
    memcpy(bytes, file->u8, (size_t)file->count);
    for (long i = 0; i < file->count; i += 1 + i / 64) {
        bytes[i] ^= (uint8_t)(1 << i % 8);
        picture_decode(&picture, bytes, (size_t)file->count, 1, reason);
        picture_free(&picture);
        bytes[i] = file->u8[i];
    }
    free(bytes);
}

static void formats_as_pillow_reads_them(void)
{
    Fixture *fixture = fixture_open(FOLDER "formats.safetensors");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char reason[REASON_ROOM] = "";
        Picture picture;
        const FixtureTensor *file = formats_part(fixture, files[i], "file");
        bool read = picture_decode(&picture, file->u8, (size_t)file->count, 3, reason);
        CU_ASSERT_EQUAL(read, formats_built_in(files[i]));
        if (!read && formats_built_in(files[i]))
            fprintf(stderr, "%s: %s\n", files[i], reason);
        if (!read) {
            CU_ASSERT(formats_built_in(files[i]) || strstr(reason, "which this netc was built without"));
            continue;
        }
        check_pixels(files[i], &picture, formats_part(fixture, files[i], "expected"), formats_part(fixture, files[i], "off")->i32[0]);
        picture_free(&picture);
        check_cut(files[i], file);
        check_flipped(file);
    }
    fixture_close(fixture);
}

static void refused(const char *bytes, size_t length, const char *says)
{
    char reason[REASON_ROOM] = "";
    Picture picture;
    CU_ASSERT_FALSE(picture_decode(&picture, (const uint8_t *)bytes, length, 3, reason));
    CU_ASSERT_STRING_EQUAL(reason, says);
}

static void what_such_files_may_not_be(void)
{
    refused("P6 1 1 0\nabc", 12, "is a damaged PNM: its largest value is 0");
    refused("P6 1 1 65536\nabcdef", 19, "is a damaged PNM: a number is too large");
    refused("P6 70000 1 255\nabc", 18, "is 1 pixel high and 70000 wide; at most 65500 of each are read");
    refused("P2 1 1 7\n8\n", 11, "is a damaged PNM: a number is too large");
    refused("P5 1 1 7\n\x08", 10, "is a damaged PNM: a value is above the largest that it tells of");
    refused("P1 2 1\n12", 9, "is a damaged PNM: a pixel is neither 0 nor 1");
    refused("P6x", 3, "is a damaged PNM: its first line makes no sense");
    refused("BMW is a car", 12, "is a damaged BMP: its header makes no sense");
    refused("BM____\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x08\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 54,
            "is a BMP of run lengths, which are not read; one that is not packed is");
}

void suite_outside_pictures(void)
{
    CU_pSuite suite = CU_add_suite("outside: pictures against SciPy and Pillow", NULL, NULL);
    CU_ADD_TEST(suite, given_parameters);
    CU_ADD_TEST(suite, light_and_colors);
    CU_ADD_TEST(suite, resize_nearest);
    CU_ADD_TEST(suite, resize_bilinear);
    CU_ADD_TEST(suite, resize_area);
    CU_ADD_TEST(suite, formats_as_pillow_reads_them);
    CU_ADD_TEST(suite, what_such_files_may_not_be);
}
