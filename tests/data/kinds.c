/* kinds.c - pairs, tables, arrays and autoencoders: which items they are, what a batch has as their targets, and
 * which mistakes are told. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/pictures/gather.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"
#include "tests/data/card.h"
#include "tests/data/loaded.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

/* ---- pairs ---- */

static void masks_by_number(void)
{
    static const int32_t expected[24] = { 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 2, 2, 2, 3, 3, 3 };
    int32_t second[24];
    char *folder = draw_pairs();
    Job job = pairs_job();
    Loaded loaded = load_data(&job, 4, folder, false);
    CU_ASSERT_EQUAL(loaded.batch->n, 2);
    CU_ASSERT_STRING_EQUAL(loaded.set->part[PART_TRAIN].item[0].path, "photos/a/one.PNG");
    CU_ASSERT_STRING_EQUAL(loaded.set->part[PART_TRAIN].item[0].mask, "masks/a/one.png");
    CU_ASSERT_STRING_EQUAL(loaded.set->class_name[3], "3");
    expect_classes(loaded.batch->target, expected, 24);
    memcpy(second, expected, sizeof second);
    second[0] = -1;
    expect_classes((const int32_t *)loaded.batch->target + 24, second, 24);
    expect_report(&loaded, "       training\ntotal           2\n");
    expect_report(&loaded, "\npixels      training\n0             22.92%\n1             25.00%\n2             25.00%\n"
                 "3             25.00%\nleft out       2.08%\n");
    expect_json(&loaded, "parts", "{\"train\":{\"total\":2,\"pixels\":{\"0\":11,\"1\":12,\"2\":12,\"3\":12},\"left_out\":1}}");
    expect_json(&loaded, "sizes", "{\"smallest\":{\"height\":4,\"width\":6,\"file\":\"photos/a/one.PNG\"},"
                "\"largest\":{\"height\":4,\"width\":6,\"file\":\"photos/two.jpeg\"},"
                "\"most_common\":{\"height\":4,\"width\":6,\"count\":2}}");
    unload_data(&loaded);
    scratch_close(folder);
}

/* Values are those of the patterns, and a mask moves and shrinks with its picture. */
static void masks_that_move(void)
{
    static const int low[] = { 0, 1 }, high[] = { 2, 3 };
    static const JobClass classes[2] = { { .name = "top", .value = low, .values = 2 },
                                         { .name = "bottom", .value = high, .values = 2 } };
    static const JobAugment flip = { .kind = AUGMENT_FLIP, .probability = { 1, 1 } };
    static const int32_t expected[6] = { 1, 1, 1, 0, 0, 0 };
    char *folder = draw_pairs();
    Job job = pairs_job();
    job.data.class = classes;
    job.data.classes = 2;
    job.augment = &flip;
    job.augments = 1;
    job.target.shape = (Shape){ 2, 3, 1 };
    Loaded loaded = load_data(&job, 2, folder, true);
    expect_classes(loaded.batch->target, expected, 6);
    CU_ASSERT_EQUAL(loaded.batch->input[0], 230);
    unload_data(&loaded);

    static const float shares[12] = { 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0 };
    job.target = (JobTarget){ TARGET_SHARES, { 2, 3, 2 } };
    loaded = load_data(&job, 2, folder, true);
    expect_floats(loaded.batch->target, shares, 12);
    unload_data(&loaded);

    static const JobAugment down = { .kind = AUGMENT_SHIFT, .from = { 2 }, .to = { 2 }, .pixels = { true, true },
                                     .probability = { 1 } };
    static const float moved[12] = { -1, -1, -1, -1, -1, -1, 1, 0, 1, 0, 1, 0 };
    job.augment = &down;
    job.fill = FILL_CONSTANT;
    job.target.shape = (Shape){ 2, 3, 2 };
    loaded = load_data(&job, 2, folder, true);
    expect_floats(loaded.batch->target, moved, 12);
    unload_data(&loaded);
    scratch_close(folder);
}

/* A square of a picture that is wider: cropped, and with black around it, which counts for nothing. */
static void masks_as_pictures_are_resized(void)
{
    static const int32_t crop[4] = { 0, 1, 2, 3 };
    static const int32_t pad[9] = { -1, -1, -1, 0, 1, 1, -1, -1, -1 };
    char *folder = draw_pairs();
    Job job = pairs_job();
    job.input.shape = (Shape){ 4, 4, 1 };
    job.input.resize = RESIZE_CROP;
    job.target.shape = (Shape){ 2, 2, 1 };
    Loaded loaded = load_data(&job, 4, folder, false);
    expect_classes(loaded.batch->target, crop, 4);
    unload_data(&loaded);

    uint8_t picture[6] = { 9, 9, 9, 9, 9, 9 }, mask[6] = { 0, 0, 1, 1, 1, 1 };
    scratch_close(folder);
    folder = scratch_open();
    write_grey(folder, "photos/x.png", 1, 6, picture);
    write_grey(folder, "masks/x.png", 1, 6, mask);
    job.input.shape = (Shape){ 3, 3, 1 };
    job.input.resize = RESIZE_PAD;
    job.target.shape = (Shape){ 3, 3, 1 };
    loaded = load_data(&job, 2, folder, false);
    expect_classes(loaded.batch->target, pad, 9);
    CU_ASSERT_TRUE(loaded.batch->input[0] == 0 && loaded.batch->input[3] == 9);
    unload_data(&loaded);
    scratch_close(folder);
}

/* Where a map says that a pixel comes from. */
static double place(const Affine *map, int axis, double row, double column)
{
    return map->m[axis][0] * row + map->m[axis][1] * column + map->m[axis][2];
}

static bool is_between(double at)
{
    return fabs(at - floor(at) - 0.5) < 1e-6;
}

/* Any map, against its definition: the nearest pixel, the edge's where it lies outside. */
static void masks_by_any_map(void)
{
    static const Affine map = { { { 0.8, -0.45, 1.3 }, { 0.4, 0.9, -0.7 } } };
    const Moves moves = { { map }, 1 };
    enum { H = 7, W = 9 };
    uint8_t mask[H * W];
    int32_t nearest[H * W], constant[H * W];
    for (int i = 0; i < H * W; i++)
        mask[i] = (uint8_t)i;
    gather_mask(FILL_NEAREST, H, W, &moves, mask, 200, nearest);
    gather_mask(FILL_CONSTANT, H, W, &moves, mask, 200, constant);
    for (int i = 0; i < H * W; i++) {
        double y = place(&map, 0, i / W, i % W), x = place(&map, 1, i / W, i % W);
        bool outside = y < 0 || y > H - 1 || x < 0 || x > W - 1;
        double row = fmin(fmax(floor(y + 0.5), 0), H - 1), column = fmin(fmax(floor(x + 0.5), 0), W - 1);
        if (is_between(y) || is_between(x))
            continue;
        CU_ASSERT_EQUAL(nearest[i], row * W + column);
        CU_ASSERT_EQUAL(constant[i], outside ? 200 : row * W + column);
    }
}

/* A smaller picture of the same moves alike: its pixel's middle goes where the place of that middle goes. */
static void maps_of_other_sizes(void)
{
    static const Affine map = { { { 0.8, -0.45, 1.3 }, { 0.4, 0.9, -0.7 } } };
    Shape from = { 12, 20, 1 }, to = { 3, 10, 1 };
    Affine small = moves_at(&(Moves){ { map }, 1 }, from, to).map[0];
    for (int i = 0; i < to.h; i++)
        for (int j = 0; j < to.w; j++) {
            double row = (i + 0.5) * 4 - 0.5, column = (j + 0.5) * 2 - 0.5;
            CU_ASSERT_DOUBLE_EQUAL(place(&small, 0, i, j), (place(&map, 0, row, column) + 0.5) / 4 - 0.5, 1e-9);
            CU_ASSERT_DOUBLE_EQUAL(place(&small, 1, i, j), (place(&map, 1, row, column) + 0.5) / 2 - 0.5, 1e-9);
        }
}

/* Held out over all, and the seed decides. */
static void pairs_are_held_out_over_all(void)
{
    char *folder = scratch_open(), name[64];
    uint8_t pixel[4] = { 0, 1, 1, 0 };
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "photos/%d.png", i);
        write_grey(folder, name, 2, 2, pixel);
        snprintf(name, sizeof name, "masks/%d.png", i);
        write_grey(folder, name, 2, 2, pixel);
    }
    Job job = pairs_job();
    job.data.part[PART_VALIDATION].share = 0.25;
    Dataset *set = dataset_open(&job, 4, folder);
    CU_ASSERT_EQUAL(set->part[PART_TRAIN].items, 7);
    CU_ASSERT_EQUAL(set->part[PART_VALIDATION].items, 3);   /* halves go up */
    dataset_close(set);
    scratch_close(folder);
}

static void mistakes_of_pairs(void)
{
    char *folder = draw_pairs();
    Opening opening = { pairs_job(), 4, folder };
    uint8_t pixel[24] = { 0 };
    write_grey(folder, "photos/three.png", 4, 6, pixel);
    write_grey(folder, "masks/four.png", 4, 6, pixel);
    expect_mistake(opening, "pets.net:3:1: error: 1 file of 'photos' has no mask in 'masks': 'three.png'\n");
    expect_mistake(opening, "1 file of 'masks' has no picture in 'photos': 'four.png'\n");
    write_grey(folder, "masks/three.png", 4, 6, pixel);
    write_grey(folder, "photos/four.png", 4, 6, pixel);
    write_grey(folder, "photos/four.jpg", 4, 6, pixel);
    expect_mistake(opening, "1 file of 'photos' has the name of another, but for the suffix: 'four.");
    remove(scratch_path(folder, "photos/four.jpg"));

    pixel[8] = 4;
    write_grey(folder, "masks/four.png", 4, 6, pixel);
    expect_said(opening, EXIT_WORLD, "/photos/four.png: has a mask, ");
    expect_said(opening, EXIT_WORLD, "masks/four.png, that holds 4 in row 1, column 2, but unless the card names the "
               "values, as in class cell \"255\", they are 0 to 3\n");
    pixel[8] = 0;
    write_grey(folder, "masks/four.png", 3, 8, pixel);
    expect_said(opening, EXIT_WORLD, "that is 3 pixels high and 8 wide, but the picture 4 and 6\n");
    Encoded jpeg = encode_sample(4, 6, 1);
    scratch_write(folder, "masks/four.png", jpeg.bytes, jpeg.length);
    free(jpeg.bytes);
    expect_said(opening, EXIT_WORLD, "that is JPEG, which changes numbers; a mask is one of PNG, lossless WebP, TIFF, BMP, PGM\n");
    opening.job.data.damaged = DAMAGED_SKIP;
    expect_said(opening, 0, "1 of 4 files cannot be read and is left out");
    scratch_close(folder);
}

/* ---- tables ---- */

static void vectors_and_numbers(void)
{
    static const char *const targets[] = { "price", "age" };
    static const double mean[] = { 1, 0 }, std[] = { 2, 10 };
    static const float input[] = { 1, 2, 3, 4, 5, 6 }, expected[] = { 1, 0.5f, 0, 1, -0.5f, 2 };
    char *folder = scratch_open();
    write_text(folder, "t.csv", "price,x,age,y\n30,1,50,2\n10,3,100,4\n0,5,200,6\n");
    Job job = table_job(TARGET_NUMBERS, (Shape){ 1, 1, 2 });
    job.data.table.target = targets;
    job.data.table.targets = 2;
    job.data.table.scale = 0.1;
    job.data.table.mean = mean;
    job.data.table.std = std;
    Loaded loaded = load_data(&job, 0, folder, false);
    expect_floats(loaded.batch->input, input, 6);
    expect_floats(loaded.batch->target, expected, 6);
    CU_ASSERT_EQUAL(loaded.set->classes, 0);
    expect_report(&loaded, "       training\ntotal           3\n");
    expect_report(&loaded, "\ntraining target       least        mean         std        most\n"
                 "price                     0     13.3333     12.4722          30\n"
                 "age                      50     116.667      62.361         200\n");
    expect_json(&loaded, "targets", "{\"price\":{\"least\":0.0,\"mean\":13.3333,\"std\":12.4722,\"most\":30.0},"
                "\"age\":{\"least\":50.0,\"mean\":116.667,\"std\":62.361,\"most\":200.0}}");
    expect_json(&loaded, "channels", "[{\"name\":\"x\",\"least\":1.0,\"mean\":3.0,\"std\":1.63299,\"most\":5.0},"
                "{\"name\":\"y\",\"least\":2.0,\"mean\":4.0,\"std\":1.63299,\"most\":6.0}]");
    expect_json(&loaded, "sizes", NULL);
    unload_data(&loaded);
    scratch_close(folder);
}

/* Floats hold a target scaled; what is told of it is what the table says. */
static void numbers_are_told_as_written(void)
{
    static const char *const targets[] = { "price" };
    static const double mean[] = { 25 }, std[] = { 20 };
    char *folder = scratch_open();
    write_text(folder, "t.csv", "price,x,y\n0.04,1,2\n50.1,3,4\n");
    Job job = table_job(TARGET_NUMBERS, (Shape){ 1, 1, 1 });
    job.data.table.target = targets;
    job.data.table.targets = 1;
    job.data.table.scale = 1;
    job.data.table.mean = mean;
    job.data.table.std = std;
    Loaded loaded = load_data(&job, 0, folder, false);
    expect_report(&loaded, "\nprice                  0.04       25.07       25.03        50.1\n");
    unload_data(&loaded);
    scratch_close(folder);
}

static void classes_of_rows(void)
{
    static const int32_t expected[] = { 1, 0, 1, 2 };
    char *folder = scratch_open();
    write_text(folder, "t.csv", "x,kind,y\n1,dog,1\n2, cat ,1\n3,\"dog\",1\n4,eel,1\n");
    Job job = labels_job();
    Loaded loaded = load_data(&job, 3, folder, false);
    expect_classes(loaded.batch->target, expected, 4);
    CU_ASSERT_STRING_EQUAL(loaded.set->class_name[0], "cat");
    expect_report(&loaded, "class    training\ncat             1\ndog             2\neel             1\ntotal           4\n");
    unload_data(&loaded);

    static const char *const animal[] = { "[cd]*" };
    static const JobClass classes[2] = { { .name = "eel", .weight = 1 },
                                         { .name = "mammal", .pattern = animal, .patterns = 1, .weight = 1 } };
    static const int32_t named[] = { 1, 1, 1, 0 };
    job.data.class = classes;
    job.data.classes = 2;
    loaded = load_data(&job, 2, folder, false);
    expect_classes(loaded.batch->target, named, 4);
    unload_data(&loaded);
    scratch_close(folder);
}

static void labels_of_rows(void)
{
    static const float expected[] = { 1, 0, 1, 0, 0, 0, 0, 1, 0 };
    char *folder = scratch_open();
    write_text(folder, "t.csv", "x,kind,y\n1,red|big,1\n2,,1\n3,old,1\n");
    Job job = labels_job();
    job.target = (JobTarget){ TARGET_SHARES, { 1, 1, 3 } };
    Loaded loaded = load_data(&job, 3, folder, false);
    expect_floats(loaded.batch->target, expected, 9);
    CU_ASSERT_STRING_EQUAL(loaded.set->class_name[0], "big");
    expect_report(&loaded, "label    training\nbig             1\nold             1\nred             1\ntotal           3\n");
    expect_json(&loaded, "parts", "{\"train\":{\"total\":3,\"labels\":{\"big\":1,\"old\":1,\"red\":1}}}");
    unload_data(&loaded);
    scratch_close(folder);
}

/* Rows that name pictures, with a column of parts. */
static void files_of_rows(void)
{
    char *folder = scratch_open(), name[64];
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "img/%d.png", i);
        write_grey(folder, name, 1, 1, &(uint8_t){ (uint8_t)(i + 1) });
    }
    write_text(folder, "t.csv", "image,kind,part\n3.png,a,train\n0.png,b,train\n2.png,a,validation\n1.png,b,test\n");
    Job job = labels_job();
    job.input.shape = (Shape){ 1, 1, 1 };
    job.data.table.file = "image";
    job.data.table.root = "img/";
    job.data.table.split = "part";
    Loaded loaded = load_data(&job, 2, folder, false);
    static const int32_t expected[] = { 1, 0 };
    static const float input[] = { 1, 4 };
    expect_classes(loaded.batch->target, expected, 2);
    expect_floats(loaded.batch->input, input, 2);
    CU_ASSERT_EQUAL(loaded.set->part[PART_TRAIN].items, 2);
    CU_ASSERT_STRING_EQUAL(loaded.set->part[PART_TRAIN].item[0].path, "img/0.png");
    CU_ASSERT_STRING_EQUAL(loaded.set->part[PART_VALIDATION].item[0].path, "img/2.png");
    CU_ASSERT_STRING_EQUAL(loaded.set->part[PART_TEST].item[0].path, "img/1.png");
    unload_data(&loaded);
    scratch_close(folder);
}

static const struct {
    const char *text, *said;
} table_mistakes[] = {
    { "x,kind,y\n1,a,2\n3,b\n", "pets.net:3:1: error: 't.csv' line 3 has 2 fields, but the header has 3\n" },
    { "x;kind;y\n1;a;2\n", "pets.net:8:1: error: 't.csv' has no column 'kind'; its fields have a ';' between them, "
                           "where a csv has a comma\n" },
    { "x,kinds,y\n1,a,2\n", "'t.csv' has no column 'kind'; did you mean 'kinds'?\n" },
    { "x,kind\n1,a\n2,b\n", "pets.net:1:1: error: 't.csv' has 1 column that no line names, but the input takes 2\n" },
    { "x,kind,y\n1,a,2\n1,b,\n1,b,two\n", "'t.csv' line 3 has nothing in 'y', which is no number; likewise line 4\n" },
    { "x,kind,y\n1,a,2\n1,,2\n2,b,1\n", "pets.net:8:1: error: 't.csv' line 3 has no class in 'kind'\n" },
    { "x,kind,y\n1,a,2\n1,a|b,2\n2,b,1\n", "'t.csv' line 3 has several classes in 'kind', 'a|b', but the network "
                                           "answers with one; separator=\"\" takes the cell whole\n" },
    { "x,kind,y\n1,a,2\n", "pets.net:3:1: error: the data has 1 class, but the network tells 2 apart: a\n" },
    { "x,kind,y\n1,a,2\n1,b\xff,2\n", "the name of class 1, 'b\xff', is not UTF-8" },
};

static void mistakes_of_tables(void)
{
    char *folder = scratch_open();
    Opening opening = { labels_job(), 2, folder };
    expect_mistake(opening, "pets.net:3:1: error: 't.csv' cannot be opened: No such file or directory");
    for (size_t i = 0; i < sizeof table_mistakes / sizeof *table_mistakes; i++) {
        write_text(folder, "t.csv", table_mistakes[i].text);
        expect_one_mistake(opening, table_mistakes[i].said);
    }
    static const char *const other[] = { "v.csv" };
    write_text(folder, "t.csv", "x,kind,y\n1,a,2\n1,b,2\n");
    write_text(folder, "v.csv", "y,kind,x,more\n1,c,2,9\n");
    set_paths(&opening.job, PART_VALIDATION, other, 1);
    expect_mistake(opening, "pets.net:8:1: error: 'v.csv' line 2 has 'c' in 'kind', which is no class of the rows to "
                  "train on\n");
    write_text(folder, "v.csv", "y,kind\n1,a\n");
    expect_mistake(opening, "'v.csv' has no column 'x'\n");
    write_text(folder, "v.csv", "y,kind,x,more\n1,a,2,9\n");
    expect_said(opening, 0, "");
    scratch_close(folder);
}

static void mistakes_of_files_in_tables(void)
{
    char *folder = scratch_open();
    Opening opening = { labels_job(), 2, folder };
    opening.job.input.shape = (Shape){ 1, 1, 1 };
    opening.job.data.table.file = "image";
    write_text(folder, "t.csv", "image,kind\na.png,a\nb.png,b\na.png,b\n,b\n");
    expect_mistake(opening, "pets.net:7:1: error: 't.csv' line 5 names no file in 'image'\n");
    expect_mistake(opening, "pets.net:7:1: error: 't.csv' line 4 names 'a.png', as line 2 does; a picture has one row, "
                  "several labels one cell\n");
    opening.job.data.table.root = "img/";
    opening.job.data.table.root_place = (Place){ "pets.net", 7, 17, 6, "file image root=\"img/\"" };
    write_text(folder, "t.csv", "image,kind\na.png,a\nb.png,b\n");
    expect_mistake(opening, "pets.net:7:17: error: none of the 2 files that 'image' names is in 'img/'");
    opening.job.data.table.root = "";
    opening.job.data.table.split = "part";
    write_text(folder, "t.csv", "image,kind,part\na.png,a,train\nb.png,b,dev\n");
    expect_mistake(opening, "pets.net:9:1: error: 't.csv' line 3 has 'dev' in 'part'; a row is for train, validation or "
                  "test\n");
    write_text(folder, "t.csv", "image,kind,part\na.png,a,test\n");
    expect_mistake(opening, "pets.net:3:1: error: 't.csv' has no row to train on\n");
    scratch_close(folder);
}

/* ---- arrays ---- */

static const char *const arrays[] = { "x.npy", "y.npy" };

static Job arrays_job(TargetKind target, Shape answer)
{
    Job job = plain_job(DATA_ARRAYS, (Shape){ 2, 2, 1 }, target, answer);
    set_paths(&job, PART_TRAIN, arrays, 2);
    return job;
}

/* Two rows of 2 x 2 bytes. */
static char *array_folder(void)
{
    char *folder = scratch_open();
    write_npy(folder, "x.npy", "|u1", "(2, 2, 2)", "\1\2\3\4\5\6\7\10", 8);
    return folder;
}

static void arrays_of_numbers(void)
{
    static const float numbers[] = { 0.5f, -1, 2, 3, 4, 5, 6, 7 };
    static const JobAugment flip = { .kind = AUGMENT_FLIP, .probability = { 0, 1 } };
    char *folder = array_folder();
    write_npy(folder, "y.npy", "<f4", "(2, 4)", numbers, sizeof numbers);
    Job job = arrays_job(TARGET_NUMBERS, (Shape){ 1, 1, 4 });
    Loaded loaded = load_data(&job, 0, folder, false);
    expect_floats(loaded.batch->target, numbers, 8);
    expect_report(&loaded, "all numbers              -1      3.3125     2.56098           7\n");
    expect_json(&loaded, "targets", "{\"all numbers\":{\"least\":-1.0,\"mean\":3.3125,\"std\":2.56098,\"most\":7.0}}");
    unload_data(&loaded);

    /* a picture of numbers moves with its input */
    static const float turned[] = { -1, 0.5f, 3, 2 };
    write_npy(folder, "y.npy", "<f4", "(2, 2, 2, 1)", numbers, sizeof numbers);
    job.target.shape = (Shape){ 2, 2, 1 };
    job.augment = &flip;
    job.augments = 1;
    loaded = load_data(&job, 0, folder, true);
    long first = loaded.batch->input[0] == 2 ? 0 : 4;
    expect_floats((const float *)loaded.batch->target + first, turned, 4);
    unload_data(&loaded);
    scratch_close(folder);
}

static void arrays_of_masks_and_labels(void)
{
    static const int16_t mask[] = { 0, 1, -1, 2, 2, 2, 0, 0 };
    static const int32_t expected[] = { 0, 1, -1, 2, 2, 2, 0, 0 };
    static const float labels[] = { 1, 0, 1, 0, 0, 0 };
    char *folder = array_folder();
    write_npy(folder, "y.npy", "<i2", "(2, 2, 2)", mask, sizeof mask);
    Job job = arrays_job(TARGET_MASK, (Shape){ 2, 2, 1 });
    job.data.ignores = true;
    job.data.ignore = -1;
    Loaded loaded = load_data(&job, 3, folder, false);
    expect_classes(loaded.batch->target, expected, 8);
    expect_report(&loaded, "left out      12.50%\n");
    unload_data(&loaded);

    write_npy(folder, "y.npy", "|b1", "(2, 3)", "\1\0\1\0\0\0", 6);
    job = arrays_job(TARGET_SHARES, (Shape){ 1, 1, 3 });
    loaded = load_data(&job, 3, folder, false);
    expect_floats(loaded.batch->target, labels, 6);
    unload_data(&loaded);
    scratch_close(folder);
}

static void mistakes_of_arrays(void)
{
    static const float numbers[4] = { 0, 1, 0, 1 };
    static const int16_t mask[8] = { 0, 1, 5, 2, 2, 2, 0, 0 };
    char *folder = array_folder();
    write_npy(folder, "y.npy", "<f4", "(2,)", numbers, 8);
    expect_mistake((Opening){ arrays_job(TARGET_CLASS, (Shape){ 1, 1, 1 }), 2, folder },
                  "y.npy' holds real numbers, but the loss tells classes apart; save them as whole numbers\n");
    expect_mistake((Opening){ arrays_job(TARGET_NUMBERS, (Shape){ 1, 1, 2 }), 0, folder },
                  "y.npy' has 2 values, but the network answers with rows of 1 x 1 x 2\n");
    static const uint8_t one_hot[16] = { 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 };
    static const char argmax[] = "; these are one-hot, of which argmax(-1) in numpy makes classes\n";
    write_npy(folder, "y.npy", "|u1", "(2, 2)", one_hot, 4);
    Opening opening = { arrays_job(TARGET_CLASS, (Shape){ 1, 1, 1 }), 2, folder };
    expect_one_mistake(opening, "y.npy' has 2 x 2 values; classes are one number a row; these are");
    expect_one_mistake(opening, argmax);
    write_npy(folder, "y.npy", "<f4", "(2, 2)", numbers, sizeof numbers);
    expect_one_mistake(opening, argmax);
    write_npy(folder, "y.npy", "|u1", "(2, 2)", "\1\0\1\1", 4);
    expect_one_mistake(opening, "classes are one number a row\n");
    write_npy(folder, "y.npy", "|u1", "(2, 2, 2, 2)", one_hot, 16);
    opening.job = arrays_job(TARGET_MASK, (Shape){ 2, 2, 1 });
    expect_one_mistake(opening, "y.npy' has 2 x 2 x 2 x 2 values; the network answers with a class for each of 2 x 2 pixels; ");
    expect_one_mistake(opening, argmax);
    write_npy(folder, "y.npy", "<i2", "(2, 2, 2)", mask, sizeof mask);
    expect_mistake((Opening){ arrays_job(TARGET_NUMBERS, (Shape){ 2, 2, 1 }), 0, folder },
                  "y.npy' holds whole numbers, which are classes, but the loss compares numbers; save them as "
                  "float32\n");
    expect_mistake((Opening){ arrays_job(TARGET_MASK, (Shape){ 2, 2, 1 }), 3, folder },
                  "y.npy' holds 5 in row 0; the network tells the classes 0 to 2 apart, and 'ignore' leaves a value "
                  "out\n");
    expect_mistake((Opening){ arrays_job(TARGET_MASK, (Shape){ 2, 1, 1 }), 3, folder },
                  "y.npy' has 2 x 2 x 2 values; the network answers with a class for each of 2 x 1 pixels\n");
    write_npy(folder, "y.npy", "|u1", "(2, 2)", "\1\0\2\0", 4);
    expect_mistake((Opening){ arrays_job(TARGET_SHARES, (Shape){ 1, 1, 2 }), 2, folder },
                  "y.npy' holds 2 in row 1; a label is there, 1, or not, 0\n");
    scratch_close(folder);
}

/* ---- whatever a file holds ---- */

static uint32_t state = 1;

static unsigned draw(unsigned n)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % n;
}

/* A file with some bytes changed, cut off or doubled: it is read, or there is a mistake with the card's
 * line, or a fault that names a file; never anything else. */
static void check_wild(Opening opening, const char *name, const char *bytes, size_t length)
{
    static const char letters[] = ",\"\n\r;|.-0129ax' (){}<\0\377";
    char *wild = need_memory(2 * length), text[4096];
    for (int i = 0; i < 120; i++) {
        size_t count = draw(8) ? length : draw((unsigned)length);
        memcpy(wild, bytes, count);
        for (unsigned k = draw(4); count && k; k--)
            wild[draw((unsigned)count)] = letters[draw(sizeof letters - 1)];
        scratch_write(opening.root, name, wild, count);
        int code = try_opening(opening, text, sizeof text);
        CU_ASSERT_TRUE(code == 0 || (code == EXIT_MISTAKE && strstr(text, "pets.net:") && strstr(text, "error: ")) ||
                       (code == EXIT_WORLD && strstr(text, name)));
        if (code && code != EXIT_MISTAKE && code != EXIT_WORLD)
            fprintf(stderr, "file %d of '%s' ends with %d: %s\n", i, name, code, text);
    }
    free(wild);
}

static void wild_files(void)
{
    static const char good[] = "x,kind,y\n1,a,2\n\"2\",b,-1\n3,\"a\",1e3\n4,b,0.5\n";
    char *folder = scratch_open();
    check_wild((Opening){ labels_job(), 2, folder }, "t.csv", good, sizeof good - 1);
    scratch_close(folder);

    static const int16_t mask[8] = { 0, 1, 0, 2, 2, 2, 0, 0 };
    folder = array_folder();
    write_npy(folder, "y.npy", "<i2", "(2, 2, 2)", mask, sizeof mask);
    FILE *in = fopen(scratch_path(folder, "y.npy"), "rb");
    char file[300];
    size_t length = fread(file, 1, sizeof file, in);
    fclose(in);
    check_wild((Opening){ arrays_job(TARGET_MASK, (Shape){ 2, 2, 1 }), 3, folder }, "y.npy", file, length);
    scratch_close(folder);
}

/* ---- the input is the target ---- */

static void autoencoders(void)
{
    static const double mean[] = { 1 }, std[] = { 2 };
    static const JobAugment flip = { .kind = AUGMENT_FLIP, .probability = { 0, 1 } };
    static const char *const photos[] = { "photos" };
    char *folder = scratch_open();
    write_grey(folder, "photos/one.png", 1, 2, (uint8_t[]){ 3, 5 });
    write_grey(folder, "photos/two.png", 1, 2, (uint8_t[]){ 3, 5 });
    Job job = plain_job(DATA_FOLDER, (Shape){ 1, 2, 1 }, TARGET_NUMBERS, (Shape){ 1, 2, 1 });
    set_paths(&job, PART_TRAIN, photos, 1);
    job.data.target_is_input = true;
    job.data.part[PART_VALIDATION].share = 0.5;
    job.input.mean = mean;
    job.input.std = std;
    job.augment = &flip;
    job.augments = 1;
    Loaded loaded = load_data(&job, 0, folder, true);
    static const float expected[] = { 2, 1 };
    CU_ASSERT_EQUAL(loaded.set->part[PART_VALIDATION].items, 1);
    expect_floats(loaded.batch->input, expected, 2);
    expect_floats(loaded.batch->target, expected, 2);
    expect_report(&loaded, "       training  validation\ntotal           1           1\n");
    unload_data(&loaded);
    scratch_close(folder);

    folder = array_folder();
    job = arrays_job(TARGET_NUMBERS, (Shape){ 2, 2, 1 });
    job.data.target_is_input = true;
    job.data.part[PART_TRAIN].paths = 1;
    static const float rows[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    loaded = load_data(&job, 0, folder, false);
    expect_floats(loaded.batch->target, rows, 8);
    unload_data(&loaded);
    job.data.part[PART_TRAIN].paths = 2;
    expect_mistake((Opening){ job, 0, folder }, "arrays are one file where the input is its own target, but here are 2");
    scratch_close(folder);
}

void suite_kinds(void);
void suite_kinds(void)
{
    CU_pSuite suite = CU_add_suite("data: kinds", NULL, NULL);
    CU_ADD_TEST(suite, masks_by_number);
    CU_ADD_TEST(suite, masks_that_move);
    CU_ADD_TEST(suite, masks_as_pictures_are_resized);
    CU_ADD_TEST(suite, masks_by_any_map);
    CU_ADD_TEST(suite, maps_of_other_sizes);
    CU_ADD_TEST(suite, pairs_are_held_out_over_all);
    CU_ADD_TEST(suite, mistakes_of_pairs);
    CU_ADD_TEST(suite, vectors_and_numbers);
    CU_ADD_TEST(suite, numbers_are_told_as_written);
    CU_ADD_TEST(suite, classes_of_rows);
    CU_ADD_TEST(suite, labels_of_rows);
    CU_ADD_TEST(suite, files_of_rows);
    CU_ADD_TEST(suite, mistakes_of_tables);
    CU_ADD_TEST(suite, mistakes_of_files_in_tables);
    CU_ADD_TEST(suite, arrays_of_numbers);
    CU_ADD_TEST(suite, arrays_of_masks_and_labels);
    CU_ADD_TEST(suite, mistakes_of_arrays);
    CU_ADD_TEST(suite, wild_files);
    CU_ADD_TEST(suite, autoencoders);
}
