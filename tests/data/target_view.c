/* target_view.c - how a sheet of a batch tells what each image is to be answered by. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/show/shown.h"
#include "runtime/show/target_view.h"
#include "tests/data/card.h"

static const char *const names[] = { "cat", "dog", "eel" };

static Dataset dataset_of(const Job *job)
{
    return (Dataset){ .job = job, .class_name = (const char **)names, .classes = 3 };
}

static void check_text(JobTarget target, const void *targets, int i, const char *expected)
{
    Job job = card_job();
    job.target = target;
    Dataset dataset = dataset_of(&job);
    char *text = target_text(&dataset, targets, i);
    CU_ASSERT(expected ? text && !strcmp(text, expected) : !text);
    if (text && expected && strcmp(text, expected))
        fprintf(stderr, "it says '%s', not '%s'\n", text, expected);
    free(text);
}

static void targets_as_text(void)
{
    static const int32_t class[] = { 0, 2 };
    static const float share[] = { 1, 0, 0, 0.3f, 0.004f, 0.696f }, second[] = { 1, 0.25f }, number[] = { 1.5f, -2 };
    check_text((JobTarget){ TARGET_CLASS, { 1, 1, 1 } }, class, 1, "eel");
    check_text((JobTarget){ TARGET_SHARES, { 1, 1, 3 } }, share, 0, "cat");
    check_text((JobTarget){ TARGET_SHARES, { 1, 1, 3 } }, share, 1, "cat 30% eel 70%");
    check_text((JobTarget){ TARGET_NUMBERS, { 1, 1, 2 } }, number, 0, "1.5 -2");
    check_text((JobTarget){ TARGET_MASK, { 2, 1, 1 } }, class, 0, NULL);
    Job job = card_job();
    job.target = (JobTarget){ TARGET_SHARES, { 1, 1, 1 } };
    Dataset dataset = dataset_of(&job);
    dataset.classes = 2;
    char *text = target_text(&dataset, second, 1);
    CU_ASSERT_STRING_EQUAL(text, "cat 75% dog 25%");
    free(text);
}

/* Each pixel of a mask of half the size shows as four, in the color of its class; nothing is written beside. */
static void masks_have_colors(void)
{
    static const int32_t mask[] = { 0, 1, -1, 2 };
    Job job = card_job();
    job.input.shape = (Shape){ 4, 4, 3 };
    job.target = (JobTarget){ TARGET_MASK, { 2, 2, 1 } };
    CU_ASSERT(target_is_picture(&job));
    uint8_t pixel[4][8][3];
    memset(pixel, 77, sizeof pixel);
    target_draw(&job, mask, pixel[0][2], sizeof pixel[0]);
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 8; x++)
            for (int z = 0; z < 4 && x >= 2 && x < 6; z++)
                CU_ASSERT_EQUAL(memcmp(pixel[y][x], pixel[y / 2 * 2][2 + (x - 2) / 2 * 2], 3), 0);
    CU_ASSERT(pixel[0][1][0] == 77 && pixel[3][6][2] == 77);
    const uint8_t *color[] = { pixel[0][2], pixel[0][4], pixel[2][2], pixel[2][4] };
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            CU_ASSERT_NOT_EQUAL(memcmp(color[i], color[j], 3), 0);
    CU_ASSERT(color[2][0] == 128 && color[2][1] == 128 && color[2][2] == 128);
}

/* From black to white, whatever their range. */
static void numbers_have_shades(void)
{
    static const float number[] = { -3, 1, -1, -3 };
    Job job = card_job();
    job.input.shape = (Shape){ 2, 2, 1 };
    job.target = (JobTarget){ TARGET_NUMBERS, { 2, 2, 1 } };
    uint8_t pixel[2][2][3];
    target_draw(&job, number, pixel[0][0], sizeof pixel[0]);
    CU_ASSERT(pixel[0][0][0] == 0 && pixel[0][1][1] == 255 && pixel[1][0][2] == 128 && pixel[1][1][0] == 0);
    static const float blue_first[] = { 0, 4, 8, 8, 4, 0 };
    job.input = (JobInput){ .shape = { 1, 2, 3 }, .order = ORDER_BGR };
    job.target.shape = job.input.shape;
    job.data.target_is_input = true;
    target_draw(&job, blue_first, pixel[0][0], sizeof pixel[0]);
    CU_ASSERT(pixel[0][0][0] == 255 && pixel[0][0][1] == 128 && pixel[0][0][2] == 0 && pixel[0][1][0] == 0);
    job.target.shape = (Shape){ 2, 1, 2 };
    CU_ASSERT_FALSE(target_is_picture(&job));
    job.target.shape = (Shape){ 1, 1, 3 };
    CU_ASSERT_FALSE(target_is_picture(&job));
}

/* Pictures side by side do not touch. */
static void parts_stand_apart(void)
{
    static const uint8_t grey[2 * 40] = { 7 }, colour[3 * 2 * 40] = { 1, 2, 3 };
    Shape shape = { 2, 40, 1 };
    CU_ASSERT_EQUAL(shown_width(40, 1), 40);
    CU_ASSERT_EQUAL(shown_width(40, 3), 40 + 2 + 40 + 2 + 40);
    CU_ASSERT_EQUAL(shown_width(4, 2), 4 + 1 + 4);      /* which a page enlarges */
    uint8_t *row = shown_row(shape, (const ShownPart[]){ { grey, 1 }, { colour, 3 } }, 2);
    CU_ASSERT_FALSE(memcmp(row, "\7\7\7\0\0\0", 6));
    CU_ASSERT_FALSE(memcmp(row + 3 * 39, "\0\0\0\xff\xff\xff\xff\xff\xff\1\2\3\0", 13));
    CU_ASSERT_FALSE(memcmp(row + 3 * (82 + 39), "\0\0\0\xff\xff\xff\xff\xff\xff\0", 10));
    free(row);
}

void suite_target_view(void);
void suite_target_view(void)
{
    CU_pSuite suite = CU_add_suite("data: targets that are shown", NULL, NULL);
    CU_ADD_TEST(suite, targets_as_text);
    CU_ADD_TEST(suite, masks_have_colors);
    CU_ADD_TEST(suite, numbers_have_shades);
    CU_ADD_TEST(suite, parts_stand_apart);
}
