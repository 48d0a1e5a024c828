/* arrays.c - .npy and IDX files, written here byte by byte, give back their numbers, gzipped or
 * not; whatever does not agree with its header is refused. */

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "runtime/data/array_file.h"
#include "runtime/data/arrays.h"
#include "runtime/data/split.h"
#include "runtime/system/fault.h"
#include "tests/data/card.h"
#include "tests/data/loaded.h"
#include "tests/support/scratch.h"

/* A file that grows. */
typedef struct {
    uint8_t byte[8192];
    size_t length;
} File;

static void add(File *file, const void *bytes, size_t length)
{
    memcpy(file->byte + file->length, bytes, length);
    file->length += length;
}

static void add_number(File *file, uint64_t bits, int bytes, bool big)
{
    for (int i = 0; i < bytes; i++)
        file->byte[file->length++] = (uint8_t)(bits >> 8 * (big ? bytes - 1 - i : i));
}

static void add_npy(File *file, int version, const char *literal)
{
    uint8_t start[8] = { 0x93, 'N', 'U', 'M', 'P', 'Y', (uint8_t)version, 0 };
    add(file, start, sizeof start);
    add_number(file, strlen(literal) + 1, version == 1 ? 2 : 4, false);
    add(file, literal, strlen(literal));
    add(file, "\n", 1);
}

static bool reads(const char *folder, const File *file, Array *array, char *reason)
{
    scratch_write(folder, "array", file->byte, file->length);
    return array_read(array, scratch_path(folder, "array"), reason);
}

/* The bits of -3.5 rounded to the type, and the value that they stand for. */
static const struct {
    const char *numpy;
    int idx, bytes;
    uint64_t bits;
    double value;
} types[] = {
    { "u1", 0x08, 1, 200, 200 }, { "i1", 0x09, 1, 0xfd, -3 }, { "b1", 0, 1, 1, 1 },
    { "u2", 0, 2, 0xfffd, 65533 }, { "i2", 0x0B, 2, 0xfffd, -3 },
    { "u4", 0, 4, 0xfffffffd, 4294967293 }, { "i4", 0x0C, 4, 0xfffffffd, -3 },
    { "u8", 0, 8, 1ull << 60, 0x1p60 }, { "i8", 0, 8, -3ull, -3 },
    { "f4", 0x0D, 4, 0xc0600000, -3.5 }, { "f8", 0x0E, 8, 0xc00c000000000000, -3.5 },
};
enum { TYPES = sizeof types / sizeof *types };

static void check_array(const char *folder, const File *file, double value)
{
    Array array;
    char reason[REASON_ROOM] = "", text[REASON_ROOM];
    bool good = reads(folder, file, &array, reason);
    CU_ASSERT_TRUE(good);
    if (!good) {
        fprintf(stderr, "refused: %s\n", reason);
        return;
    }
    array_shape_text(&array, text);
    CU_ASSERT_STRING_EQUAL(text, "2 x 3");
    CU_ASSERT_EQUAL(array.values, 6);
    for (int i = 0; i < 6; i++)
        CU_ASSERT_EQUAL(array_value(&array, i), i == 4 ? value : 0);
    array_free(&array);
}

static void every_npy(void)
{
    char *folder = scratch_open();
    for (int i = 0; i < TYPES; i++) {
        for (int variant = 0; variant < 6; variant++) {
            bool big = variant % 2;
            char literal[200];
            snprintf(literal, sizeof literal,
                     "{'descr': '%c%s', 'fortran_order': False, 'shape': (2, 3), }          ",
                     types[i].bytes == 1 ? '|' : big ? '>' : '<', types[i].numpy);
            File file = { .length = 0 };
            add_npy(&file, 1 + variant / 2, literal);
            for (int k = 0; k < 6; k++)
                add_number(&file, k == 4 ? types[i].bits : 0, types[i].bytes, big);
            check_array(folder, &file, types[i].value);
        }
    }
    scratch_close(folder);
}

static void every_idx(void)
{
    char *folder = scratch_open();
    for (int i = 0; i < TYPES; i++) {
        if (!types[i].idx)
            continue;
        File file = { .length = 0 };
        add(&file, (uint8_t[]){ 0, 0, (uint8_t)types[i].idx, 2, 0, 0, 0, 2, 0, 0, 0, 3 }, 12);
        for (int k = 0; k < 6; k++)
            add_number(&file, k == 4 ? types[i].bits : 0, types[i].bytes, true);
        check_array(folder, &file, types[i].value);

        File packed = { .length = sizeof packed.byte };     /* the same, gzipped */
        z_stream stream = { .next_in = file.byte, .avail_in = (unsigned)file.length,
                            .next_out = packed.byte, .avail_out = sizeof packed.byte };
        deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
        deflate(&stream, Z_FINISH);
        packed.length = stream.total_out;
        deflateEnd(&stream);
        check_array(folder, &packed, types[i].value);

        Array array;
        char reason[REASON_ROOM];
        for (size_t length = packed.length; length-- > 0; ) {
            File cut = packed;
            cut.length = length;
            CU_ASSERT_FALSE(reads(folder, &cut, &array, reason));
        }
        packed.byte[packed.length - 6] ^= 1;                /* the sum at its end */
        CU_ASSERT_FALSE(reads(folder, &packed, &array, reason));
    }
    scratch_close(folder);
}

/* ---- what is refused ---- */

static void damaged_files(void)
{
    static const struct {
        const char *literal, *reason;
    } rows[] = {
        { "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}", "is in Fortran's order" },
        { "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3)}", "has an unknown type, 'c8" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "holds records" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)", "it does not end" },
        { "{'descr': '<f4', 'fortran_order': False}", "a field is missing" },
        { "{'descr': '<f4', 'descr': '<f4', 'shape': (2, 3)}", "its fields are wrong" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x", "a field is missing" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 0)}", "has no values" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3)}", "its shape is no list" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4)}", "is cut short" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3)}",
          "bytes behind its last value" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000, 4000000000)}",
          "is cut short" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000)}", "is cut short" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
          "too large" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", "too large" },
        { "", "a field is missing" },
    };
    char *folder = scratch_open();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        File file = { .length = 0 };
        Array array;
        char reason[REASON_ROOM] = "";
        add_npy(&file, 1, rows[i].literal);
        file.length += 24;
        CU_ASSERT_FALSE(reads(folder, &file, &array, reason));
        CU_ASSERT_PTR_NULL(array.bytes);
        CU_ASSERT_PTR_NOT_NULL(strstr(reason, rows[i].reason));
        if (!strstr(reason, rows[i].reason))
            fprintf(stderr, "the reason is '%s', not '%s'\n", reason, rows[i].reason);
    }
    File idx = { { 0, 0, 7, 1, 0, 0, 0, 1, 9 }, 9 };
    Array array;
    char reason[REASON_ROOM];
    CU_ASSERT_FALSE(reads(folder, &idx, &array, reason));
    CU_ASSERT_STRING_EQUAL(reason, "is an IDX file of an unknown type, 0x07");
    idx = (File){ "hello", 5 };
    CU_ASSERT_FALSE(reads(folder, &idx, &array, reason));
    CU_ASSERT_STRING_EQUAL(reason, "is neither a .npy nor an IDX file");
    scratch_close(folder);
}

/* ---- a data set of arrays ---- */

/* Six pictures of 2 x 2, whose bytes count up, and classes 0 1 2 0 1 2. */
static void write_pair(const char *folder)
{
    File pictures = { .length = 0 }, classes = { .length = 0 };
    add(&pictures, (uint8_t[]){ 0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0, 2 }, 16);
    add(&classes, (uint8_t[]){ 0, 0, 8, 1, 0, 0, 0, 6 }, 8);
    for (int i = 0; i < 24; i++)
        add_number(&pictures, (unsigned)i, 1, true);
    for (int i = 0; i < 6; i++)
        add_number(&classes, (unsigned)i % 3, 1, true);
    scratch_write(folder, "pictures", pictures.byte, pictures.length);
    scratch_write(folder, "classes", classes.byte, classes.length);
}

static Job array_job(void)
{
    static const char *const paths[] = { "pictures", "classes" };
    Job job = card_job();
    job.input.shape = (Shape){ 2, 2, 1 };
    job.data.kind = DATA_ARRAYS;
    job.data.classes = 0;
    job.data.part[PART_TRAIN] = (JobPart){ .path = paths, .paths = 2 };
    job.data.part[PART_VALIDATION].share = 0.5;
    return job;
}

static void pictures_and_classes(void)
{
    char *folder = scratch_open();
    write_pair(folder);
    Job job = array_job();
    Dataset *set = dataset_open(&job, 10, folder);
    CU_ASSERT_EQUAL(set->classes, 10);
    CU_ASSERT_STRING_EQUAL(set->class_name[9], "9");
    int seen = 0;
    for (int part = PART_TRAIN; part <= PART_VALIDATION; part++) {
        CU_ASSERT_EQUAL(set->part[part].items, 3);
        for (long i = 0; i < set->part[part].items; i++) {
            const Item *item = &set->part[part].item[i];
            const uint8_t *row = arrays_row(set->part[part].arrays, item->index);
            CU_ASSERT_EQUAL(item->class, item->index % 3);
            CU_ASSERT_EQUAL(row[3], item->index * 4 + 3);
            seen |= 1 << item->index;
        }
    }
    CU_ASSERT_EQUAL(seen, 63);
    dataset_close(set);
    scratch_close(folder);
}

/* Floats keep their values; three channels come in the input's order. */
static void float_pictures(void)
{
    char *folder = scratch_open();
    write_pair(folder);
    File file = { .length = 0 };
    add_npy(&file, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 1, 1, 3)}");
    for (int i = 0; i < 18; i++) {
        float value = (float)i - 0.5f;
        add(&file, &value, sizeof value);
    }
    scratch_write(folder, "pictures", file.byte, file.length);
    Job job = array_job();
    job.input.shape = (Shape){ 1, 1, 3 };
    job.input.order = ORDER_BGR;
    job.data.part[PART_VALIDATION].share = 0;
    Dataset *set = dataset_open(&job, 3, folder);
    const float *row = arrays_row(set->part[PART_TRAIN].arrays, 5);
    CU_ASSERT_FALSE(arrays_are_bytes(set->part[PART_TRAIN].arrays));
    CU_ASSERT_TRUE(row[0] == 16.5f && row[1] == 15.5f && row[2] == 14.5f);
    dataset_close(set);
    scratch_close(folder);
}

/* Two mistakes that people bring along: channels that come first, and labels that count from 1. */
static void habits_from_elsewhere(void)
{
    static const uint8_t pictures[2 * 3 * 2 * 2];
    static const int32_t from_one[2] = { 1, 2 };
    char *folder = scratch_open();
    write_npy(folder, "pictures", "|u1", "(2, 3, 2, 2)", pictures, sizeof pictures);
    write_npy(folder, "classes", "<i4", "(2,)", from_one, sizeof from_one);
    Opening opening = { array_job(), 3, folder };
    opening.job.input.shape = (Shape){ 2, 2, 3 };
    expect_mistake(opening, "takes rows of 2 x 2 x 3; channels come last: transpose(0, 2, 3, 1) in numpy\n");
    write_npy(folder, "pictures", "|u1", "(2, 2, 2, 3)", pictures, sizeof pictures);
    opening.outputs = 2;
    expect_mistake(opening, "the data has 3 classes, but the network tells 2 apart; no row is of class 0: labels count "
                   "from 0, and these seem to count from 1\n");
    scratch_close(folder);
}

static void what_does_not_agree(void)
{
    static const JobClass names[2] = { { .name = "a" }, { .name = "b" } };
    char *folder = scratch_open();
    write_pair(folder);
    Opening opening = { array_job(), 2, folder };
    expect_mistake(opening,
                  "pets.net:3:1: error: the data has 3 classes, but the network tells 2 apart");
    opening.job.data.class = names;
    opening.job.data.classes = 2;
    expect_mistake(opening, "'classes' holds class 2, but the card names 2, from 0");
    opening = (Opening){ array_job(), 3, folder };
    opening.job.input.shape = (Shape){ 2, 3, 1 };
    expect_mistake(opening, "pictures' has 6 x 2 x 2 values, but the input takes rows of 2 x 3 x 1");
    opening.job.input.shape = (Shape){ 2, 2, 1 };
    opening.job.data.part[PART_TRAIN].paths = 1;
    expect_mistake(opening, "arrays are two files, inputs and targets, but here is 1");

    opening = (Opening){ array_job(), 3, folder };
    static const char *const turned[] = { "classes", "pictures" };
    const Place place[] = { { "pets.net", 3, 6, 9, "data arrays" }, { "pets.net", 3, 16, 10, "data arrays" } };
    opening.job.data.part[PART_TRAIN].path = turned;
    opening.job.data.part[PART_TRAIN].path_place = place;
    expect_one_mistake(opening, "pets.net:3:6: error: the inputs stand before the targets, but '");
    expect_one_mistake(opening, "/classes' fits as targets, and '");
    opening = (Opening){ array_job(), 3, folder };
    File file = { { 0, 0, 8, 1, 0, 0, 0, 5, 0, 1, 2, 0, 1 }, 13 };
    scratch_write(folder, "classes", file.byte, file.length);
    expect_mistake(opening, "classes' has 5 rows for 6 inputs");
    file = (File){ { 0, 0, 9, 1, 0, 0, 0, 6, 0, 1, 2, 0xff, 1, 2 }, 14 };
    scratch_write(folder, "classes", file.byte, file.length);
    expect_mistake(opening, "classes' holds -1 in row 3; a class is a whole number from 0");
    scratch_close(folder);
}

/* Both files of a pair are told of, and where they are sought. */
static void absent_files(void)
{
    Opening opening = { array_job(), 3, NULL };
    expect_mistake(opening, "'pictures' cannot be opened: No such file or directory; it is sought where the "
                            "program runs, or below --data DIR");
    expect_mistake(opening, "'classes' cannot be opened: No such file or directory; it is sought");
}

/* ---- a split of another card ---- */

static void apply_split(void *argument)
{
    Opening *opening = argument;
    Dataset *set = dataset_open(&opening->job, 3, opening->root);
    Item *moved = split_apply(set, opening->root, false);
    const DataPart *held = &set->part[PART_TEST];
    if (held->items != 1 || !held->arrays || held->item[0].index != 4 ||
        ((const uint8_t *)arrays_row(held->arrays, 4))[3] != 19)
        _Exit(50);
    dataset_close(set);
    free(moved);
}

/* Rows stay in the arrays that hold them. */
static void rows_keep_their_home(void)
{
    static const char split[] = "train\t0\ttrain#0\ntest\t1\ttrain#4\n";
    static const char *const paths[] = { "p", "c" };
    char *folder = scratch_open(), text[4096];
    write_pair(folder);
    Opening opening = { array_job(), 3, folder };
    scratch_write(folder, "split.txt", split, sizeof split - 1);
    CU_ASSERT_EQUAL(scratch_child(apply_split, &opening, text, sizeof text), 0);   /* no test in the card */

    opening.job.data.part[PART_TEST] = (JobPart){ .path = paths, .paths = 2 };
    File pictures = { .length = 0 }, classes = { .length = 0 };
    add(&pictures, (uint8_t[]){ 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4 }, 20);
    add(&classes, (uint8_t[]){ 0, 0, 8, 1, 0, 0, 0, 1, 0 }, 9);
    scratch_write(folder, "p", pictures.byte, pictures.length);
    scratch_write(folder, "c", classes.byte, classes.length);
    CU_ASSERT_EQUAL(scratch_child(apply_split, &opening, text, sizeof text), EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "split.txt has train#4 for test, but that part now has files"));
    scratch_close(folder);
}

void suite_arrays(void)
{
    CU_pSuite suite = CU_add_suite("data: arrays", NULL, NULL);
    CU_ADD_TEST(suite, every_npy);
    CU_ADD_TEST(suite, every_idx);
    CU_ADD_TEST(suite, damaged_files);
    CU_ADD_TEST(suite, pictures_and_classes);
    CU_ADD_TEST(suite, float_pictures);
    CU_ADD_TEST(suite, habits_from_elsewhere);
    CU_ADD_TEST(suite, what_does_not_agree);
    CU_ADD_TEST(suite, absent_files);
    CU_ADD_TEST(suite, rows_keep_their_home);
}
