/* picture.c - files of every kind, made here by libpng and libjpeg, decode to the colours that went
 * in; what is damaged, foreign or too large is refused with its reason. */

#include <CUnit/CUnit.h>
#include <png.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <jpeglib.h>

#include "base/libraries.h"
#include "runtime/pictures/input.h"
#include "runtime/pictures/picture.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "runtime/system/threads.h"
#include "tests/data/card.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

enum { H = 19, W = 23, CHANNELS = 4 };  /* odd, and more than an interlaced cell, 8 */

static uint32_t state = 1;

static unsigned draw(unsigned n)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % n;
}

/* ---- PNG ---- */

static int samples_of(int colour)
{
    return colour == PNG_COLOR_TYPE_RGB ? 3 : colour == PNG_COLOR_TYPE_RGB_ALPHA ? 4
         : colour == PNG_COLOR_TYPE_GRAY_ALPHA ? 2 : 1;
}

/* A sample of `depth` bits as the nearest byte. */
static int to_byte(int sample, int depth)
{
    long most = (1L << depth) - 1;
    return (int)((2L * sample * 255 + most) / (2 * most));
}

static int on_white(int value, int opacity)
{
    return (int)(value * opacity / 255.0 + 255 - opacity + 0.5);
}

/* Red, green, blue and opacity of one pixel, from the recipe and nothing else. */
static void expected_pixel(const PngRecipe *r, long pixel, int rgba[4])
{
    int samples = samples_of(r->colour);
    const uint16_t *sample = r->sample + pixel * samples;
    if (r->colour == PNG_COLOR_TYPE_PALETTE) {
        for (int c = 0; c < 3; c++)
            rgba[c] = r->palette[*sample][c];
        rgba[3] = r->opacity ? r->opacity[*sample] : 255;
        return;
    }
    int colours = samples >= 3 ? 3 : 1;
    for (int c = 0; c < 3; c++)
        rgba[c] = to_byte(sample[c % colours], r->depth);
    rgba[3] = samples == 2 || samples == 4 ? to_byte(sample[samples - 1], r->depth) : 255;
    if (r->key && memcmp(r->key, sample, sizeof *sample * samples) == 0)
        rgba[3] = 0;
}

/* Holds a decoded PNG, as colour and as grey, against its recipe. */
static void check_png(const PngRecipe *recipe)
{
    Encoded file = encode_png(recipe);
    char reason[REASON_ROOM] = "";
    for (int channels = 1; channels <= 3; channels += 2) {
        Picture picture;
        bool good = picture_decode(&picture, file.bytes, file.length, channels, reason);
        CU_ASSERT_TRUE(good);
        if (!good) {
            fprintf(stderr, "colour %d, depth %d: %s\n", recipe->colour, recipe->depth, reason);
            continue;
        }
        CU_ASSERT_EQUAL(picture.h, recipe->h);
        CU_ASSERT_EQUAL(picture.w, recipe->w);
        CU_ASSERT_EQUAL(picture.c, channels);
        int wrong = 0;
        for (long i = 0; i < (long)recipe->h * recipe->w; i++) {
            int rgba[4];
            expected_pixel(recipe, i, rgba);
            for (int c = 0; c < 3; c++)
                rgba[c] = on_white(rgba[c], rgba[3]);
            double grey = 0.299 * rgba[0] + 0.587 * rgba[1] + 0.114 * rgba[2];
            const uint8_t *pixel = picture.pixel + i * channels;
            if (channels == 3)
                wrong += pixel[0] != rgba[0] || pixel[1] != rgba[1] || pixel[2] != rgba[2];
            else
                wrong += pixel[0] < grey - 0.51 || pixel[0] > grey + 0.51;
        }
        CU_ASSERT_EQUAL(wrong, 0);
        picture_free(&picture);
    }
    free(file.bytes);
}

static void every_png(void)
{
    static const int colours[] = { PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_PALETTE,
                                   PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB_ALPHA };
    uint16_t sample[H * W * CHANNELS];
    uint8_t palette[256][3], opacity[256];
    for (int i = 0; i < 256; i++) {
        opacity[i] = draw(256);
        for (int c = 0; c < 3; c++)
            palette[i][c] = draw(256);
    }
    int kinds = 0;
    for (int k = 0; k < 5; k++) {
        for (int depth = 1; depth <= 16; depth *= 2) {
            bool is_palette = colours[k] == PNG_COLOR_TYPE_PALETTE;
            if (is_palette ? depth > 8 : colours[k] != PNG_COLOR_TYPE_GRAY && depth < 8)
                continue;       /* PNG has no such kind */
            kinds++;
            for (int i = 0; i < H * W * CHANNELS; i++)
                sample[i] = draw(1u << depth);
            for (int variant = 0; variant < 4; variant++) {
                bool clear = variant & 1, has_alpha = samples_of(colours[k]) % 2 == 0;
                check_png(&(PngRecipe){
                    .h = H, .w = W, .colour = colours[k], .depth = depth, .interlaced = variant & 2,
                    .palette = is_palette ? palette : NULL, .colours = 1 << (depth > 8 ? 8 : depth),
                    .opacity = is_palette && clear ? opacity : NULL,
                    .key = !is_palette && !has_alpha && clear ? sample : NULL, .sample = sample,
                });
            }
        }
    }
    CU_ASSERT_EQUAL(kinds, 15);
}

/* ---- JPEG ---- */

enum { BLOCK = 16 };            /* flat squares, so that JPEG loses almost nothing */

static void flat(uint8_t *pixel, const uint8_t (*colour)[3], int rows, int columns)
{
    for (int y = 0; y < rows * BLOCK; y++)
        for (int x = 0; x < columns * BLOCK; x++)
            memcpy(pixel + ((long)y * columns * BLOCK + x) * 3,
                   colour[y / BLOCK * columns + x / BLOCK], 3);
}

/* A picture whose blocks have these colours, within what JPEG loses. */
static bool shows(const Picture *picture, const uint8_t (*colour)[3], int rows, int columns)
{
    if (picture->h != rows * BLOCK || picture->w != columns * BLOCK)
        return false;
    for (int y = 0; y < picture->h; y++) {
        for (int x = 0; x < picture->w; x++) {
            for (int c = 0; c < 3; c++) {
                int found = picture->pixel[((long)y * picture->w + x) * 3 + c];
                if (abs(found - colour[y / BLOCK * columns + x / BLOCK][c]) > 3)
                    return false;
            }
        }
    }
    return true;
}

static const uint8_t six[6][3] = {  /* two rows of three */
    { 200, 30, 40 }, { 20, 180, 60 }, { 10, 40, 220 }, { 240, 240, 20 }, { 128, 128, 128 },
    { 15, 10, 12 },
};

static bool decodes_to_six(Encoded file)
{
    char reason[REASON_ROOM];
    Picture picture;
    bool good = picture_decode(&picture, file.bytes, file.length, 3, reason) &&
                shows(&picture, six, 2, 3);
    picture_free(&picture);
    free(file.bytes);
    return good;
}

static void colour_jpegs(void)
{
    uint8_t pixel[6 * BLOCK * BLOCK * 3];
    flat(pixel, six, 2, 3);
    JpegRecipe recipe = { .h = 2 * BLOCK, .w = 3 * BLOCK, .c = 3, .pixel = pixel };
    CU_ASSERT_TRUE(decodes_to_six(encode_jpeg(&recipe)));
    recipe.progressive = true;
    CU_ASSERT_TRUE(decodes_to_six(encode_jpeg(&recipe)));
}

static void grey_jpegs(void)
{
    uint8_t pixel[BLOCK * BLOCK];
    memset(pixel, 77, sizeof pixel);
    Encoded file = encode_jpeg(&(JpegRecipe){ .h = BLOCK, .w = BLOCK, .c = 1, .pixel = pixel });
    for (int channels = 1; channels <= 3; channels += 2) {
        char reason[REASON_ROOM];
        Picture picture;
        CU_ASSERT_TRUE_FATAL(picture_decode(&picture, file.bytes, file.length, channels, reason));
        int wrong = 0;
        for (int i = 0; i < BLOCK * BLOCK * channels; i++)
            wrong += abs(picture.pixel[i] - 77) > 1;
        CU_ASSERT_EQUAL(wrong, 0);
        picture_free(&picture);
    }
    free(file.bytes);
}

/* What libjpeg makes of a file, row by row, without any of our ways; to be freed. */
static uint8_t *by_libjpeg(Encoded file)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, file.bytes, file.length);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg);
    uint8_t *pixel = malloc((size_t)jpeg.output_height * jpeg.output_width * 3);
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW row = pixel + (size_t)jpeg.output_scanline * jpeg.output_width * 3;
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    return pixel;
}

/* Slopes with some noise: every frequency, and runs of zeros. */
static JpegRecipe any_jpeg(uint8_t *pixel)
{
    static const int samplings[][2] = { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 2, 2 }, { 1, 4 }, { 3, 2 } };
    const int *sampling = samplings[draw(6)];
    JpegRecipe recipe = {
        .h = 1 + (int)draw(70), .w = 1 + (int)draw(70), .c = draw(4) ? 3 : 1, .pixel = pixel,
        .progressive = !draw(4), .quality = 1 + (int)draw(100), .optimal = draw(2),
        .restart = draw(4) ? 0 : 1 + (int)draw(5), .orientation = 1,
    };
    if (recipe.c == 3) {
        recipe.down = sampling[0];
        recipe.across = sampling[1];
    }
    unsigned noise = 1 + draw(200), slope = draw(20);
    for (int i = 0; i < recipe.h * recipe.w * recipe.c; i++)
        pixel[i] = (uint8_t)(slope * (unsigned)(i / recipe.w / recipe.c) / 4 + draw(noise));
    return recipe;
}

/* Any kind of JPEG has the pixels of a full decode, in colour and in grey. */
static void as_libjpeg_decodes(void)
{
    static uint8_t pixel[70 * 70 * 3];
    for (int round = 0; round < 400; round++) {
        JpegRecipe recipe = any_jpeg(pixel);
        Encoded file = encode_jpeg(&recipe);
        uint8_t *expected = by_libjpeg(file);
        for (int channels = 1; channels <= 3; channels += 2) {
            char reason[REASON_ROOM];
            Picture picture;
            CU_ASSERT_TRUE_FATAL(picture_decode(&picture, file.bytes, file.length, channels, reason));
            CU_ASSERT_TRUE(picture.h == recipe.h && picture.w == recipe.w);
            int wrong = 0;
            for (int i = 0; i < recipe.h * recipe.w; i++) {
                const uint8_t *rgb = expected + 3 * i, *found = picture.pixel + channels * i;
                int grey = (19595 * rgb[0] + 38470 * rgb[1] + 7471 * rgb[2] + 32768) >> 16;
                wrong += channels == 1 ? *found != grey : memcmp(found, rgb, 3) != 0;
            }
            CU_ASSERT_EQUAL(wrong, 0);
            picture_free(&picture);
        }
        free(expected);
        free(file.bytes);
    }
}

/* Inks over white, as the fixture's author thinks of them: 255 is all of it. */
static void inks(void)
{
    uint8_t ink[6][4], colour[6][3], pixel[6 * BLOCK * BLOCK * 4];
    for (int i = 0; i < 6; i++) {
        for (int c = 0; c < 4; c++)
            ink[i][c] = draw(c == 3 ? 120 : 256);
        for (int c = 0; c < 3; c++)
            colour[i][c] = (255 - ink[i][c]) * (255 - ink[i][3]) / 255.0 + 0.5;
    }
    for (int variant = 0; variant < 3; variant++) {
        bool plain = variant == 1;  /* the others store the inverse, as Adobe's programs do */
        for (int i = 0; i < 6 * BLOCK * BLOCK; i++) {
            int y = i / (3 * BLOCK), x = i % (3 * BLOCK);
            for (int c = 0; c < 4; c++) {
                int value = ink[y / BLOCK * 3 + x / BLOCK][c];
                pixel[i * 4 + c] = plain ? value : 255 - value;
            }
        }
        Encoded file = encode_jpeg(&(JpegRecipe){ .h = 2 * BLOCK, .w = 3 * BLOCK, .c = 4,
                                                  .pixel = pixel,
                                                  .plain_inks = plain, .ycck = variant == 2 });
        char reason[REASON_ROOM];
        Picture picture;
        CU_ASSERT_TRUE(picture_decode(&picture, file.bytes, file.length, 3, reason));
        CU_ASSERT_TRUE(shows(&picture, (const uint8_t (*)[3])colour, 2, 3));
        picture_free(&picture);
        free(file.bytes);
    }
}

/* EXIF's own words: where the stored picture's first row and first column lie in the upright
 * one. */
static const char *const first_row_and_column[9] = {
    NULL, "top left", "top right", "bottom right", "bottom left", "left top", "right top",
    "right bottom", "left bottom",
};

/* Where a stored line that is counted from `side` lies in an upright picture of `extent` lines. */
static int counted_from(const char *side, int line, int extent)
{
    return strcmp(side, "top") == 0 || strcmp(side, "left") == 0 ? line : extent - 1 - line;
}

static void orientations(void)
{
    for (int orientation = 1; orientation <= 8; orientation++) {
        char row_side[8], column_side[8];
        sscanf(first_row_and_column[orientation], "%7s %7s", row_side, column_side);
        bool rows_lie = strcmp(row_side, "top") == 0 || strcmp(row_side, "bottom") == 0;
        int rows = rows_lie ? 2 : 3, columns = rows_lie ? 3 : 2;
        uint8_t stored[6][3], pixel[6 * BLOCK * BLOCK * 3];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                int y = rows_lie ? counted_from(row_side, i, 2) : counted_from(column_side, j, 2);
                int x = rows_lie ? counted_from(column_side, j, 3) : counted_from(row_side, i, 3);
                memcpy(stored[i * columns + j], six[y * 3 + x], 3);
            }
        }
        flat(pixel, (const uint8_t (*)[3])stored, rows, columns);
        for (int big = 0; big < 2; big++)
            CU_ASSERT_TRUE(decodes_to_six(encode_jpeg(&(JpegRecipe){
                .h = rows * BLOCK, .w = columns * BLOCK, .c = 3, .pixel = pixel,
                .orientation = orientation, .big_endian = big })));
    }
    uint8_t pixel[6 * BLOCK * BLOCK * 3];
    flat(pixel, six, 2, 3);
    CU_ASSERT_TRUE(decodes_to_six(encode_jpeg(&(JpegRecipe){  /* there is no ninth */
        .h = 2 * BLOCK, .w = 3 * BLOCK, .c = 3, .pixel = pixel, .orientation = 9 })));
}

/* ---- what is refused ---- */

static void check_refused(const void *bytes, size_t length, const char *why)
{
    char reason[REASON_ROOM] = "";
    Picture picture;
    CU_ASSERT_FALSE(picture_decode(&picture, bytes, length, 3, reason));
    CU_ASSERT_PTR_NULL(picture.pixel);
    CU_ASSERT_PTR_NOT_NULL(strstr(reason, why));
    if (!strstr(reason, why))
        fprintf(stderr, "the reason is '%s', not '%s'\n", reason, why);
}

static Encoded sample_png(void)
{
    static uint16_t sample[40 * 40 * 3];
    for (int i = 0; i < 40 * 40 * 3; i++)
        sample[i] = draw(256);
    return encode_png(&(PngRecipe){ .h = 40, .w = 40, .colour = PNG_COLOR_TYPE_RGB, .depth = 8,
                                    .sample = sample });
}

static void foreign_files(void)
{
    check_refused("", 0, "is empty");
    check_refused("GIF89a.............", 19, "is GIF, none of PNG, JPEG, WebP, TIFF, BMP, PPM");
    check_refused("<html><body>404", 15, "is HTML, none of PNG, JPEG, WebP, TIFF, BMP, PPM");
    check_refused("hello, world", 12, "is no picture: none of PNG, JPEG, WebP, TIFF, BMP, PPM");
    check_refused("\x89PNG\r\n\x1a\n", 8, "is a damaged PNG: it is cut short");
    check_refused("\xff\xd8\xff", 3, "is a damaged JPEG");
}

/* Cut anywhere, a file is damaged; with bytes behind its end it is not. */
static void cut_and_padded(void)
{
    Encoded files[2] = { sample_png(), encode_sample(40, 40, 3) };
    for (int f = 0; f < 2; f++) {
        char reason[REASON_ROOM];
        Picture picture;
        int accepted = 0;
        for (size_t length = 0; length < files[f].length; length++) {
            accepted += picture_decode(&picture, files[f].bytes, length, 3, reason);
            picture_free(&picture);
        }
        CU_ASSERT_EQUAL(accepted, 0);
        uint8_t *padded = calloc(1, files[f].length + 1000);
        memcpy(padded, files[f].bytes, files[f].length);
        CU_ASSERT_TRUE(picture_decode(&picture, padded, files[f].length + 1000, 3, reason));
        picture_free(&picture);
        free(padded);
    }
    check_refused(files[1].bytes, files[1].length / 2, "is a damaged JPEG: Premature end");

    /* stray bytes before the last marker, as thousands of good photographs have them */
    Encoded stray = { malloc(files[1].length + 5), files[1].length + 5 };
    memcpy(stray.bytes, files[1].bytes, files[1].length - 2);
    memcpy(stray.bytes + files[1].length - 2, "\0\0\0\0\0\xff\xd9", 7);
    char reason[REASON_ROOM];
    Picture picture;
    CU_ASSERT_TRUE(picture_decode(&picture, stray.bytes, stray.length, 3, reason));
    picture_free(&picture);
    free(stray.bytes);
    free(files[0].bytes);
    free(files[1].bytes);
}

/* Any byte may be wrong: then a picture or a reason comes out, and nothing else happens. */
static void flipped_bits(void)
{
    Encoded files[3] = { sample_png(), encode_sample(40, 40, 3) };
    static uint8_t pixel[40 * 40];
    files[2] = encode_jpeg(&(JpegRecipe){ .h = 40, .w = 40, .c = 1, .pixel = pixel,
                                          .progressive = true,
                                          .orientation = 6 });
    for (int i = 0; i < 3000; i++) {
        Encoded file = files[i % 3];
        size_t at[3];
        for (int k = 0; k < 3; k++) {
            at[k] = draw((unsigned)file.length);
            file.bytes[at[k]] ^= 1u << draw(8);
        }
        char reason[REASON_ROOM] = "";
        Picture picture;
        if (picture_decode(&picture, file.bytes, file.length, 3, reason))
            CU_ASSERT_PTR_NOT_NULL(picture.pixel)
        else
            CU_ASSERT_NOT_EQUAL(reason[0], 0)
        picture_free(&picture);
    }
    for (int f = 0; f < 3; f++)
        free(files[f].bytes);
}

/* A grey TIFF of one strip, which is that JPEG; to be freed. */
static Encoded jpeg_in_tiff(Encoded jpeg, int h, int w)
{
    enum { ENTRIES = 9, START = 8 + 2 + ENTRIES * 12 + 4, LONG = 4 };
    const uint32_t entry[ENTRIES][2] = {
        { 256, (uint32_t)w }, { 257, (uint32_t)h }, { 258, 8 }, { 259, 7 }, { 262, 1 }, { 273, START }, { 277, 1 },
        { 278, (uint32_t)h }, { 279, (uint32_t)jpeg.length },
    };
    Encoded tiff = { calloc(1, START + jpeg.length), START + jpeg.length };
    memcpy(tiff.bytes, "II*\0\10\0\0\0\11", 9);
    for (int i = 0; i < ENTRIES; i++) {
        uint8_t *to = tiff.bytes + 10 + 12 * i;
        to[0] = (uint8_t)entry[i][0];
        to[1] = (uint8_t)(entry[i][0] >> 8);
        to[2] = LONG;
        to[4] = 1;
        for (int k = 0; k < 4; k++)
            to[8 + k] = (uint8_t)(entry[i][1] >> 8 * k);
    }
    memcpy(tiff.bytes + START, jpeg.bytes, jpeg.length);
    return tiff;
}

/* Scans are counted in a TIFF, too. */
static void check_scans(Encoded jpeg, int side, bool good)
{
    char reason[REASON_ROOM];
    Picture picture;
    Encoded tiff = jpeg_in_tiff(jpeg, side, side);
    CU_ASSERT_EQUAL(picture_decode(&picture, tiff.bytes, tiff.length, 1, reason), good && HAS_TIFF);
    if (!good && HAS_TIFF)
        CU_ASSERT_PTR_NOT_NULL(strstr(reason, "maximum scans"));
    picture_free(&picture);
    free(tiff.bytes);
}

/* A few bytes that promise 623 million pixels. */
static void bombs(void)
{
    uint8_t png[41] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x51\xfe\0\0\x74\x04\x08\x02\0\0\0";
    uint32_t sum = crc32(0, png + 12, 17);
    for (int i = 0; i < 4; i++)
        png[29 + i] = sum >> (24 - 8 * i);
    memcpy(png + 33, "\0\0\1\0IDAT", 8);
    double before = seconds_now();
    check_refused(png, sizeof png, "is 29700 pixels high and 20990 wide; at most 100 million are read");
    CU_ASSERT_TRUE(seconds_now() - before < 0.05);

    static uint8_t pixel[64 * 64];
    for (int i = 0; i < 64 * 64; i++)
        pixel[i] = draw(256);
    JpegRecipe recipe = { .h = 64, .w = 64, .c = 1, .pixel = pixel, .single_coefficients = 63 };
    char reason[REASON_ROOM];
    Picture picture;
    Encoded file = encode_jpeg(&recipe);
    CU_ASSERT_TRUE(picture_decode(&picture, file.bytes, file.length, 1, reason));
    picture_free(&picture);
    check_scans(file, 64, true);
    free(file.bytes);
    recipe.single_coefficients = 126;
    file = encode_jpeg(&recipe);
    check_refused(file.bytes, file.length, "more than 100 scans");
    check_scans(file, 64, false);
    free(file.bytes);
}

static void files(void)
{
    char *folder = scratch_open(), reason[REASON_ROOM];
    Picture picture;
    Encoded file = encode_sample(20, 30, 1);
    scratch_write(folder, "misnamed.png", file.bytes, file.length);
    CU_ASSERT_TRUE(picture_read(&picture, scratch_path(folder, "misnamed.png"), 3, reason));
    CU_ASSERT_EQUAL(picture.h, 20);
    CU_ASSERT_EQUAL(picture.w, 30);
    picture_free(&picture);
    CU_ASSERT_FALSE(picture_read(&picture, scratch_path(folder, "none.jpg"), 3, reason));
    CU_ASSERT_STRING_EQUAL(reason, "cannot be opened: No such file or directory");
    CU_ASSERT_FALSE(picture_read(&picture, folder, 3, reason));
    CU_ASSERT_STRING_EQUAL(reason, "is not a file");
    scratch_write(folder, "large.jpg", file.bytes, file.length);
    CU_ASSERT_EQUAL(truncate(scratch_path(folder, "large.jpg"), (long)PICTURE_BYTES + 1), 0);
    CU_ASSERT_FALSE(picture_read(&picture, scratch_path(folder, "large.jpg"), 3, reason));
    CU_ASSERT_STRING_EQUAL(reason, "has more than 256 MB");
    free(file.bytes);
    scratch_close(folder);
}

/* ---- pictures that are too many, or do not fit ---- */

/* Of zeros alone, one channel. */
static Encoded large_png(int side)
{
    uint16_t *sample = calloc((size_t)side * (size_t)side, sizeof *sample);
    Encoded file = encode_png(&(PngRecipe){ .h = side, .w = side, .colour = PNG_COLOR_TYPE_GRAY, .depth = 8,
                                            .sample = sample });
    free(sample);
    return file;
}

typedef struct {
    Encoded file;
    atomic_bool done;
} Decoding;

static void *decode_it(void *argument)
{
    Decoding *decoding = argument;
    char reason[REASON_ROOM];
    Picture picture;
    picture_decode(&picture, decoding->file.bytes, decoding->file.length, 1, reason);
    atomic_store(&decoding->done, true);
    picture_free(&picture);
    return NULL;
}

/* While one large picture is in memory, a small one is decoded beside it and a second large one waits. */
static void large_pictures_come_one_by_one(void)
{
    Decoding large = { .file = large_png(4001) }, small = { .file = large_png(40) };
    char reason[REASON_ROOM];
    Picture first;
    pthread_t thread;
    double before = seconds_now();
    CU_ASSERT_TRUE(picture_decode(&first, large.file.bytes, large.file.length, 1, reason));
    double enough = 0.2 + 4 * (seconds_now() - before);
    pthread_create(&thread, NULL, decode_it, &small);
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, decode_it, &large);
    for (before = seconds_now(); !large.done && seconds_now() - before < enough; )
        thread_doze(0.01);
    CU_ASSERT_TRUE(small.done);
    CU_ASSERT_FALSE(large.done);
    picture_free(&first);
    pthread_join(thread, NULL);
    CU_ASSERT_TRUE(large.done);
    free(large.file.bytes);
    free(small.file.bytes);
}

/* Pictures have one or three channels, whatever other data a card's input is made for. */
static void open_five_channels(void *argument)
{
    (void)argument;
    Job job = card_job();
    job.input.shape = (Shape){ 8, 8, 5 };
    input_open(&job);
}

static void inputs_that_take_no_pictures(void)
{
    char said[1024];
    CU_ASSERT_EQUAL(scratch_child(open_five_channels, NULL, said, sizeof said), EXIT_MISTAKE);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "pets.net:1:1: error: pictures have 1 or 3 channels"));
}

/* What the network takes goes back to the bytes that it was made of, red first. */
static void back_to_bytes(void)
{
    static const double mean[] = { 0.5, 0.25, 0 }, std[] = { 0.5, 2, 1 };
    JobInput input = { .shape = { 1, 2, 3 }, .order = ORDER_BGR, .scale = 1 / 255.0,
                       .mean = mean, .std = std };
    static const uint8_t rgb[6] = { 10, 20, 30, 255, 128, 0 };
    float values[6];
    InputRange range[3];
    uint8_t bytes[6];
    for (int i = 0; i < 6; i++)
        values[i] = (float)((rgb[i / 3 * 3 + 2 - i % 3] * input.scale - mean[i % 3]) / std[i % 3]);
    for (int c = 0; c < 3; c++)
        range[c] = input_range(&input, c);
    input_to_bytes(&input, range, values, 2, bytes);
    CU_ASSERT_EQUAL(memcmp(bytes, rgb, sizeof rgb), 0);
}

void suite_picture(void)
{
    CU_pSuite suite = CU_add_suite("pictures: decoding", NULL, NULL);
    CU_ADD_TEST(suite, every_png);
    CU_ADD_TEST(suite, colour_jpegs);
    CU_ADD_TEST(suite, grey_jpegs);
    CU_ADD_TEST(suite, as_libjpeg_decodes);
    CU_ADD_TEST(suite, inks);
    CU_ADD_TEST(suite, orientations);
    CU_ADD_TEST(suite, foreign_files);
    CU_ADD_TEST(suite, cut_and_padded);
    CU_ADD_TEST(suite, flipped_bits);
    CU_ADD_TEST(suite, bombs);
    CU_ADD_TEST(suite, files);
    CU_ADD_TEST(suite, large_pictures_come_one_by_one);
    CU_ADD_TEST(suite, inputs_that_take_no_pictures);
    CU_ADD_TEST(suite, back_to_bytes);
}
