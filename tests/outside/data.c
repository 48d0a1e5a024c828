/* data.c - tables, masks, means and weights against pandas, Pillow, NumPy and scikit-learn: what make_data.py
 * wrote. */

#include <CUnit/CUnit.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/balance.h"
#include "runtime/data/measure.h"
#include "runtime/data/table.h"
#include "runtime/pictures/resize.h"
#include "tests/data/card.h"
#include "tests/support/encode.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

#define FIXTURE "tests/outside/data.safetensors"

static const char *cell_at(const Table *table, long index)
{
    return index < table->columns ? table->name[index] : table->cell[index - table->columns];
}

static void pandas_table(void)
{
    Fixture *fixture = fixture_open(FIXTURE);
    const FixtureTensor *file = fixture_tensor(fixture, "table"), *cells = fixture_tensor(fixture, "cells");
    char *folder = scratch_open(), reason[REASON_ROOM] = "";
    Table table;
    scratch_write(folder, "t.csv", file->u8, (size_t)file->count);
    CU_ASSERT_TRUE_FATAL(table_read(&table, scratch_path(folder, "t.csv"), reason));
    CU_ASSERT_EQUAL_FATAL(table.columns, *fixture_i32(fixture, "columns", 1));
    long index = 0, count = table.columns * (table.rows + 1);
    for (const char *at = (const char *)cells->u8, *end = at + cells->count; at < end; at += strlen(at) + 1) {
        CU_ASSERT_FATAL(index < count);
        CU_ASSERT_STRING_EQUAL(cell_at(&table, index), at);
        index++;
    }
    CU_ASSERT_EQUAL(index, count);
    table_free(&table);
    scratch_close(folder);
    fixture_close(fixture);
}

/* Of each class its own number. */
static void check_small(const Picture *mask, const FixtureTensor *small)
{
    int h = (int)small->dim[0], w = (int)small->dim[1];
    JobInput input = { .shape = { h, w, 1 }, .resize = RESIZE_STRETCH };
    uint8_t same[256], *result = malloc((size_t)(h * w));
    for (int i = 0; i < 256; i++)
        same[i] = (uint8_t)i;
    resize_mask(mask, &input, h, w, same, 0, result);
    CU_ASSERT_EQUAL(memcmp(result, small->u8, (size_t)(h * w)), 0);
    free(result);
}

static void pillow_masks(void)
{
    Fixture *fixture = fixture_open(FIXTURE);
    char *folder = scratch_open(), name[32], reason[REASON_ROOM];
    for (int number = 0; number < 8; number++) {
        snprintf(name, sizeof name, "mask/%d/file", number);
        const FixtureTensor *file = fixture_tensor(fixture, name);
        snprintf(name, sizeof name, "mask/%d/values", number);
        const FixtureTensor *values = fixture_tensor(fixture, name);
        snprintf(name, sizeof name, "mask/%d/small", number);
        const FixtureTensor *small = fixture_tensor(fixture, name);
        Picture mask;
        scratch_write(folder, "mask.png", file->u8, (size_t)file->count);
        CU_ASSERT_TRUE_FATAL(picture_read_mask(&mask, scratch_path(folder, "mask.png"), reason));
        CU_ASSERT_TRUE_FATAL(mask.h == values->dim[0] && mask.w == values->dim[1] && mask.c == 1);
        CU_ASSERT_EQUAL(memcmp(mask.pixel, values->u8, (size_t)values->count), 0);
        check_small(&mask, small);
        picture_free(&mask);
    }
    scratch_close(folder);
    fixture_close(fixture);
}

static void write_picture(const char *folder, int number, const FixtureTensor *picture)
{
    uint16_t *sample = malloc(sizeof *sample * (size_t)picture->count);
    char name[32];
    for (long i = 0; i < picture->count; i++)
        sample[i] = picture->u8[i];
    Encoded file = encode_png(&(PngRecipe){ .h = (int)picture->dim[0], .w = (int)picture->dim[1], .depth = 8,
                                            .colour = PNG_COLOR_TYPE_RGB, .sample = sample });
    snprintf(name, sizeof name, "train/%s.%d.png", number % 2 ? "cat" : "dog", number);
    scratch_write(folder, name, file.bytes, file.length);
    free(file.bytes);
    free(sample);
}

static void numpy_measures(void)
{
    Fixture *fixture = fixture_open(FIXTURE);
    char *folder = scratch_open(), name[32];
    for (int number = 0; number < 5; number++) {
        snprintf(name, sizeof name, "picture/%d", number);
        write_picture(folder, number, fixture_tensor(fixture, name));
    }
    Job job = card_job();
    job.input.shape = (Shape){ 9, 13, 3 };
    job.input.scale = 1 / 255.0;
    job.input.mean_measured = job.input.std_measured = true;
    job.data.part[PART_VALIDATION].share = 0;
    for (int threads = 1; threads <= 3; threads += 2) {
        Dataset *set = dataset_open(&job, 2, folder);
        Shelf *shelf = shelf_open(set, PART_TRAIN, threads, threads == 1 ? 0 : 1 << 20, NULL, NULL);
        measure_input(set, shelf);
        for (int c = 0; c < 3; c++) {
            CU_ASSERT_DOUBLE_EQUAL(set->mean[c], fixture_f64(fixture, "mean", 3)[c], 1e-14);
            CU_ASSERT_DOUBLE_EQUAL(set->std[c], fixture_f64(fixture, "std", 3)[c], 1e-14);
        }
        shelf_close(shelf);
        dataset_close(set);
    }
    scratch_close(folder);
    fixture_close(fixture);
}

static void sklearn_weights(void)
{
    Fixture *fixture = fixture_open(FIXTURE);
    const FixtureTensor *classes = fixture_tensor(fixture, "classes");
    float weights[4];
    Item *item = calloc((size_t)classes->count, sizeof *item);
    for (long i = 0; i < classes->count; i++)
        item[i] = (Item){ .index = i, .class = classes->i32[i], .values = "" };
    Job job = card_job();
    job.data.kind = DATA_ARRAYS;
    job.data.balance = BALANCE_WEIGHT;
    job.data.classes = 0;
    Dataset set = { .job = &job, .classes = 4, .weights = weights,
                    .part[PART_TRAIN] = { .item = item, .items = classes->count } };
    Shelf *shelf = shelf_open(&set, PART_TRAIN, 1, 0, NULL, NULL);
    balance_weigh(&set, shelf);
    for (int class = 0; class < 4; class++)
        CU_ASSERT_DOUBLE_EQUAL(weights[class], fixture_f64(fixture, "weights", 4)[class], 1e-6);
    shelf_close(shelf);
    free(item);
    fixture_close(fixture);
}

void suite_outside_data(void);
void suite_outside_data(void)
{
    CU_pSuite suite = CU_add_suite("outside: data", NULL, NULL);
    CU_ADD_TEST(suite, pandas_table);
    CU_ADD_TEST(suite, pillow_masks);
    CU_ADD_TEST(suite, numpy_measures);
    CU_ADD_TEST(suite, sklearn_weights);
}
