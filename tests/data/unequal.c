/* unequal.c - what is measured of the input, how classes are weighed, and how they are drawn equally often. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/data/loaded.h"
#include "tests/support/scratch.h"

/* ---- what is measured ---- */

static Job measured_job(DataKind kind, Shape input)
{
    Job job = plain_job(kind, input, TARGET_NUMBERS, input);
    job.data.target_is_input = true;
    job.input.mean_measured = job.input.std_measured = true;
    return job;
}

static void check_near(double got, double expected)
{
    CU_ASSERT_DOUBLE_EQUAL(got, expected, 1e-12 * (1 + fabs(expected)));
}

/* Of the pictures to train on alone, whatever the threads and the cache. */
static void measured_pictures(void)
{
    static const char *const photos[] = { "photos" }, *const held[] = { "held" };
    char *folder = scratch_open();
    write_grey(folder, "photos/one.png", 1, 2, (uint8_t[]){ 10, 20 });
    write_grey(folder, "photos/two.png", 1, 2, (uint8_t[]){ 30, 60 });
    write_grey(folder, "held/three.png", 1, 2, (uint8_t[]){ 255, 255 });
    Job job = measured_job(DATA_FOLDER, (Shape){ 1, 2, 1 });
    set_paths(&job, PART_TRAIN, photos, 1);
    set_paths(&job, PART_VALIDATION, held, 1);
    job.input.scale = 0.1;
    Loaded loaded = load_data(&job, 0, folder, false);
    check_near(loaded.set->mean[0], 3);
    check_near(loaded.set->std[0], sqrt(3.5));          /* of 1 2 3 6 about 3 */
    static const float sums[] = { -2, -1, 0, 3 };
    for (int i = 0; i < 4; i++)
        CU_ASSERT_DOUBLE_EQUAL(((const float *)loaded.batch->input)[i], sums[i] / sqrt(3.5), 1e-6);
    expect_report(&loaded, "\nchannel         mean         std, of the training pictures\n"
                 "      0            3     1.87083\n");
    expect_json(&loaded, "measured", "{\"mean\":[3.0],\"std\":[1.87083]}");
    unload_data(&loaded);

    job.input.std_measured = false;                     /* one of the two */
    loaded = load_data(&job, 0, folder, false);
    check_near(loaded.set->mean[0], 3);
    CU_ASSERT_EQUAL(loaded.set->std[0], 1);
    unload_data(&loaded);
    scratch_close(folder);
}

static void measured_rows(void)
{
    static const char *const targets[] = { "z" };
    static const double zero[] = { 0 }, one[] = { 1 };
    char *folder = scratch_open();
    write_text(folder, "t.csv", "x,y,z\n1,-1000,0\n2,-1001,0\n6,-1005,0\n");
    Job job = measured_job(DATA_CSV, (Shape){ 1, 1, 2 });
    set_paths(&job, PART_TRAIN, table_path, 1);
    job.data.target_is_input = false;
    job.target.shape = (Shape){ 1, 1, 1 };
    job.data.table.target = targets;
    job.data.table.targets = 1;
    job.data.table.mean = zero;
    job.data.table.std = one;
    Loaded loaded = load_data(&job, 0, folder, false);
    check_near(loaded.set->mean[0], 3);
    check_near(loaded.set->mean[1], -1002);
    check_near(loaded.set->std[0], sqrt(14.0 / 3));
    check_near(loaded.set->std[1], sqrt(14.0 / 3));
    unload_data(&loaded);
    write_text(folder, "t.csv", "x,y,z\n1,7,0\n2,7,0\n");
    expect_mistake((Opening){ job, 0, folder }, "pets.net:1:1: error: channel 1 has the value 7 in all that is trained "
                  "on: it has no deviation to divide by; say std= in numbers\n");
    scratch_close(folder);
}

/* ---- unequal classes ---- */

/* 6 of a, 3 of b, 1 of c. */
static char *unequal(void)
{
    char *folder = scratch_open();
    write_text(folder, "t.csv", "x,kind,y\n1,a,1\n2,a,1\n3,a,1\n4,b,1\n5,b,1\n6,b,1\n7,a,1\n8,a,1\n9,a,1\n10,c,1\n");
    return folder;
}

static void weights_of_classes(void)
{
    static const JobClass classes[3] = { { .name = "a", .weight = 1 }, { .name = "b", .weight = 2 },
                                         { .name = "c", .weight = 1 } };
    static const float own[] = { 1, 2, 1 }, balanced[] = { 10.0f / 18, 10.0f / 9, 10.0f / 3 };
    char *folder = unequal();
    Job job = labels_job();
    Loaded loaded = load_data(&job, 3, folder, true);
    CU_ASSERT_PTR_NULL(loaded.batch->class_weight);
    unload_data(&loaded);
    job.data.balance = BALANCE_WEIGHT;
    loaded = load_data(&job, 3, folder, true);
    expect_floats(loaded.batch->class_weight, balanced, 3);
    expect_report(&loaded, "class    training      weight\na               6      0.5556\n");
    unload_data(&loaded);
    job.data.class = classes;
    job.data.classes = 3;
    loaded = load_data(&job, 3, folder, true);
    CU_ASSERT_EQUAL(loaded.batch->class_weight[1], 2 * balanced[1]);
    unload_data(&loaded);
    job.data.balance = BALANCE_NONE;
    loaded = load_data(&job, 3, folder, true);
    expect_floats(loaded.batch->class_weight, own, 3);
    unload_data(&loaded);
    loaded = load_data(&job, 3, folder, false);      /* outside of training all count alike */
    CU_ASSERT_PTR_NULL(loaded.batch->class_weight);
    unload_data(&loaded);
    scratch_close(folder);

    folder = draw_pairs();                           /* 11, 12, 12 and 12 pixels */
    job = pairs_job();
    job.data.balance = BALANCE_WEIGHT;
    loaded = load_data(&job, 4, folder, true);
    CU_ASSERT_EQUAL(loaded.batch->class_weight[0], (float)(47.0 / 44));
    CU_ASSERT_EQUAL(loaded.batch->class_weight[3], (float)(47.0 / 48));
    unload_data(&loaded);
    scratch_close(folder);
}

/* The items of an epoch: which classes, how often each comes, and in which order. */
typedef struct {
    int class[3], item[11];
    float order[10];
} Drawn;

static Drawn draw_epoch(const Job *job, const char *folder, uint32_t epoch, int threads)
{
    Drawn drawn = { 0 };
    Dataset *set = dataset_open(job, 3, folder);
    Shelves shelves = shelve_data(set);
    Loader *loader = loader_open(&(LoaderOptions){ .dataset = set, .part = PART_TRAIN,
                                                   .shelf = shelves.shelf[PART_TRAIN], .batch = 4,
                                                   .threads = threads, .augment = true, .seed = 5 });
    loader_start(loader, epoch, 0);
    int items = 0;
    for (const Batch *batch; (batch = loader_next(loader)); )
        for (int i = 0; i < batch->n; i++) {
            drawn.class[((const int32_t *)batch->target)[i]]++;
            drawn.item[(int)batch->input[2 * i]]++;
            drawn.order[items++] = batch->input[2 * i];
        }
    CU_ASSERT_EQUAL(items, 10);
    loader_close(loader);
    shelves_close(&shelves);
    dataset_close(set);
    return drawn;
}

static void samples_of_classes(void)
{
    char *folder = unequal();
    Job job = labels_job();
    job.data.balance = BALANCE_SAMPLE;
    int more[3] = { 0 }, seen[11] = { 0 };
    for (uint32_t epoch = 0; epoch < 30; epoch++) {
        Drawn drawn = draw_epoch(&job, folder, epoch, 1), again = draw_epoch(&job, folder, epoch, 3);
        CU_ASSERT_EQUAL(memcmp(&drawn, &again, sizeof drawn), 0);
        for (int class = 0; class < 3; class++) {
            CU_ASSERT_TRUE(drawn.class[class] == 3 || drawn.class[class] == 4);
            more[class] += drawn.class[class] == 4;
        }
        CU_ASSERT_EQUAL(drawn.item[10], drawn.class[2]);        /* the only one of c */
        for (int item = 1; item <= 10; item++)
            seen[item] += drawn.item[item];
        for (int item = 4; item <= 6; item++)
            CU_ASSERT_TRUE(drawn.item[item] == 1 || (drawn.item[item] == 2 && drawn.class[1] == 4));
    }
    for (int class = 0; class < 3; class++)
        CU_ASSERT_TRUE(more[class] > 3);
    for (int item = 1; item <= 3; item++)
        CU_ASSERT_TRUE(seen[item] > 8 && seen[item] < 26);      /* of a another choice each time */
    scratch_close(folder);
}

void suite_unequal(void);
void suite_unequal(void)
{
    CU_pSuite suite = CU_add_suite("data: unequal", NULL, NULL);
    CU_ADD_TEST(suite, measured_pictures);
    CU_ADD_TEST(suite, measured_rows);
    CU_ADD_TEST(suite, weights_of_classes);
    CU_ADD_TEST(suite, samples_of_classes);
}
