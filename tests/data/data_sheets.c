/* data_sheets.c - the sheets of a data set show the pictures of a class, and what each augment row does: looked at in
 * their pixels. */

#include <CUnit/CUnit.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/commands/data_sheets.h"
#include "runtime/pictures/picture.h"
#include "tests/data/card.h"
#include "tests/data/loaded.h"
#include "tests/support/scratch.h"

void suite_data_sheets(void);

enum { SIDE = 8, MOST = 64 };

/* A picture whose left half has one grey and whose right half another. */
static void write_halves(const char *folder, const char *name, uint8_t left, uint8_t right)
{
    uint8_t pixel[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++)
        pixel[i] = i % SIDE < SIDE / 2 ? left : right;
    write_grey(folder, name, SIDE, SIDE, pixel);
}

static Job halves_job(void)
{
    Job job = card_job();
    job.input.shape = (Shape){ SIDE, SIDE, 1 };
    job.data.part[PART_VALIDATION].share = 0;
    return job;
}

/* The greys of a sheet's line, each once where it begins, that are of these `wanted`; "10 10 90 ". */
static void read_line(const Picture *sheet, int y, const char *wanted, char *line)
{
    int last = -1;
    *line = '\0';
    for (int x = 0; x < sheet->w; x++) {
        const uint8_t *at = sheet->pixel + ((long)y * sheet->w + x) * 3;
        char text[8];
        int grey = at[0] == at[1] && at[0] == at[2] ? at[0] : -1;
        snprintf(text, sizeof text, "%d ", grey);
        if (grey != last && grey >= 0 && strstr(wanted, text))
            strcat(line, text);
        last = grey;
    }
}

/* Whether one of the sheet's lines is so. */
static int lines_like(const uint8_t *png, size_t bytes, const char *wanted, const char *expected)
{
    char reason[REASON_ROOM], line[4096];
    Picture sheet;
    int found = 0;
    CU_ASSERT_TRUE_FATAL(picture_decode(&sheet, png, bytes, 3, reason));
    for (int y = 0; y < sheet.h; y++) {
        read_line(&sheet, y, wanted, line);
        found += !strcmp(line, expected);
    }
    picture_free(&sheet);
    return found;
}

static void a_class_shows_its_pictures(void)
{
    char *folder = scratch_open();
    write_halves(folder, "train/cat.1.png", 31, 61);
    write_halves(folder, "train/cat.2.png", 91, 121);
    write_halves(folder, "train/dog.1.png", 151, 181);
    write_text(folder, "train/cat.3.png", "no picture");
    Job job = halves_job();
    Dataset *set = dataset_open(&job, 2, folder);
    Shelves shelves = shelves_open(set, ALL_PARTS, 1, 0, NULL, NULL);
    size_t bytes;
    uint8_t *png = class_sheet(&shelves, 0, &bytes);
    CU_ASSERT(lines_like(png, bytes, "31 61 91 121 151 181 ", "31 61 91 121 ") > SIDE);
    CU_ASSERT_EQUAL(lines_like(png, bytes, "151 181 ", "151 181 "), 0);
    free(png);
    png = class_sheet(&shelves, 1, &bytes);
    CU_ASSERT(lines_like(png, bytes, "31 61 91 121 151 181 ", "151 181 ") > SIDE);
    free(png);
    CU_ASSERT_PTR_NULL(augment_sheet(&shelves, &bytes));        /* the card has no rows */
    shelves_close(&shelves);
    dataset_close(set);
    scratch_close(folder);
}

/* A flip turns each of its row's draws around, whatever its neighbours do; a chance of a row is none here; mixing takes
 * the other picture in. */
static void each_row_acts_by_itself(void)
{
    static const JobAugment rows[] = {
        { .kind = AUGMENT_FLIP, .probability = { 0, 1 } },
        { .kind = AUGMENT_BRIGHTNESS, .from = { 1 }, .to = { 1 }, .probability = { 1e-9, 0 }, .place = { "a", 1, 1, 1, "  brightness 100%  # more" } },
    };
    char *folder = scratch_open();
    write_halves(folder, "train/cat.1.png", 31, 61);
    write_halves(folder, "train/dog.1.png", 31, 61);
    Job job = halves_job();
    job.augment = rows;
    job.augments = 2;
    Dataset *set = dataset_open(&job, 2, folder);
    Shelves shelves = shelves_open(set, ALL_PARTS, 1, 0, NULL, NULL);
    size_t bytes;
    uint8_t *png = augment_sheet(&shelves, &bytes);
    static const char all[] = "31 61 62 122 ";
    CU_ASSERT(lines_like(png, bytes, all, "31 61 61 31 61 31 61 31 61 31 61 31 61 31 61 31 ") > 2 * SIDE);    /* also all together */
    CU_ASSERT(lines_like(png, bytes, all, "31 61 62 122 62 122 62 122 62 122 62 122 62 122 62 122 ") > SIDE);
    free(png);
    shelves_close(&shelves);
    dataset_close(set);
    scratch_close(folder);
}

void suite_data_sheets(void)
{
    CU_pSuite suite = CU_add_suite("data: sheets", NULL, NULL);
    CU_ADD_TEST(suite, a_class_shows_its_pictures);
    CU_ADD_TEST(suite, each_row_acts_by_itself);
}
