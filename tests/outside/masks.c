/* masks.c - masks in every format that keeps their numbers, as Pillow wrote and reads them (make_masks.py). */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/pictures/picture.h"
#include "tests/outside/formats.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

void suite_outside_masks(void);

static const char *const kept[] = {
    "tiff-raw", "tiff-tiff_lzw", "tiff-tiff_deflate", "tiff-packbits", "tiff-palette", "tiff-bits", "tiff-colour",
    "tiff-clear", "tiff-tiled", "tiff-turned", "bmp-grey", "bmp-palette", "bmp-bits", "bmp-24", "bmp-32", "pgm-p5",
    "pgm-p2", "pgm-most4", "pbm-p4", "pbm-p1", "ppm-p6", "webp-lossless", "webp-translucent",
};

#define IN_COLOUR "is in colour in row 0, column 0; a mask has one number for each pixel, grey or by a palette"
#define ALL "PNG, lossless WebP, TIFF, BMP, PGM"

static const struct {
    const char *name, *reason;
} refused[] = {
    { "tiff-jpeg", "is a TIFF that is packed in a way which keeps no mask's numbers" },
    { "tiff-16", "has 16 bits a pixel; a mask has at most 8" },
    { "tiff-inks", "is a TIFF of a kind that no mask is: grey, by a palette, or 8 bits of each colour" },
    { "tiff-of-colours", IN_COLOUR },
    { "bmp-16", "is a BMP whose colours have not 8 bits each, which keep no mask's numbers" },
    { "bmp-of-colours", IN_COLOUR },
    { "pgm-16", "has 16 bits a pixel; a mask has at most 8" },
    { "ppm-of-colours", IN_COLOUR },
    { "webp-lossy", "is a WebP that is not lossless, which keeps no mask's numbers" },
    { "webp-clear", "is clear in row 0, column 0, where WebP keeps no number" },
    { "jpeg-grey", "is JPEG, which changes numbers; a mask is one of " ALL },
    { "gif-grey", "is GIF, none of " ALL },
};

static bool read_bytes(const char *folder, const uint8_t *bytes, long length, Picture *mask, char *reason)
{
    *reason = '\0';
    scratch_write(folder, "mask", bytes, (size_t)length);
    bool read = picture_read_mask(mask, scratch_path(folder, "mask"), reason);
    CU_ASSERT_TRUE(read || *reason);
    return read;
}

static void numbers_are_kept(void)
{
    Fixture *fixture = fixture_open("tests/outside/masks.safetensors");
    char *folder = scratch_open(), reason[REASON_ROOM];
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const FixtureTensor *file = formats_part(fixture, kept[i], "file"), *expected = formats_part(fixture, kept[i], "expected");
        Picture mask;
        bool read = read_bytes(folder, file->u8, file->count, &mask, reason);
        CU_ASSERT_EQUAL(read, formats_built_in(kept[i]));
        if (!read)
            continue;
        bool same = mask.h == expected->dim[0] && mask.w == expected->dim[1] && mask.c == 1 &&
                    !memcmp(mask.pixel, expected->u8, (size_t)expected->count);
        CU_ASSERT_TRUE(same);
        if (!same)
            fprintf(stderr, "%s: other numbers, %d x %d x %d\n", kept[i], mask.h, mask.w, mask.c);
        picture_free(&mask);
    }
    scratch_close(folder);
    fixture_close(fixture);
}

static void what_keeps_none_is_refused(void)
{
    Fixture *fixture = fixture_open("tests/outside/masks.safetensors");
    char *folder = scratch_open(), reason[REASON_ROOM];
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const FixtureTensor *file = formats_part(fixture, refused[i].name, "file");
        Picture mask;
        CU_ASSERT_FALSE(read_bytes(folder, file->u8, file->count, &mask, reason));
        if (formats_built_in(refused[i].name))
            CU_ASSERT_STRING_EQUAL(reason, refused[i].reason);
        if (formats_built_in(refused[i].name) && strcmp(reason, refused[i].reason))
            fprintf(stderr, "%s: %s\n", refused[i].name, reason);
    }
    scratch_close(folder);
    fixture_close(fixture);
}

/* Cut short or with a wrong bit, it is a mask or a reason, and no crash. Behind the numbers of "tiff-palette" lies three
 * times as much palette, which nobody needs. */
static void damage_is_told(void)
{
    Fixture *fixture = fixture_open("tests/outside/masks.safetensors");
    char *folder = scratch_open(), reason[REASON_ROOM];
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const FixtureTensor *file = formats_part(fixture, kept[i], "file");
        long part = file->count / (strcmp(kept[i], "tiff-palette") ? 2 : 5);
        uint8_t *bytes = malloc((size_t)file->count);
        Picture mask;
        memcpy(bytes, file->u8, (size_t)file->count);
        for (long at = 0; at < file->count; at += 1 + at / 8) {
            bool read = read_bytes(folder, bytes, at, &mask, reason);
            CU_ASSERT_TRUE(!read || at > part);
            if (read && at <= part)
                fprintf(stderr, "%s: %ld of %ld bytes are a mask\n", kept[i], at, file->count);
            picture_free(&mask);
            bytes[at] ^= (uint8_t)(1 << at % 8);
            read_bytes(folder, bytes, file->count, &mask, reason);
            picture_free(&mask);
            bytes[at] = file->u8[at];
        }
        free(bytes);
    }
    scratch_close(folder);
    fixture_close(fixture);
}

void suite_outside_masks(void)
{
    CU_pSuite suite = CU_add_suite("outside: masks against Pillow", NULL, NULL);
    CU_ADD_TEST(suite, numbers_are_kept);
    CU_ADD_TEST(suite, what_keeps_none_is_refused);
    CU_ADD_TEST(suite, damage_is_told);
}
