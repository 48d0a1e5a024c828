/* notes.c - what makes learning hard or in vain: classes of which there is nothing, and targets far from unit scale, with
 * what to write. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/data_notes.h"
#include "tests/data/loaded.h"
#include "tests/support/scratch.h"

/* NULL: nothing is noted. */
static void expect_note(char *note(const Shelves *), const Loaded *loaded, const char *expected)
{
    char *text = note(&loaded->shelves);
    bool same = text && expected ? !strcmp(text, expected) : text == expected;
    CU_ASSERT_TRUE(same);
    if (!same)
        fprintf(stderr, "it notes\n%s\nnot\n%s\n", text, expected);
    free(text);
}

/* ---- classes ---- */

static const char *const arrays[] = { "x.npy", "y.npy" };

static void expect_classes_of(Job job, int outputs, const char *folder, const char *expected)
{
    Loaded loaded = load_data(&job, outputs, folder, false);
    expect_note(note_empty_classes, &loaded, expected);
    expect_note(note_targets, &loaded, NULL);
    unload_data(&loaded);
}

static void empty_classes(void)
{
    char *folder = scratch_open();
    Job job = plain_job(DATA_ARRAYS, (Shape){ 1, 1, 2 }, TARGET_CLASS, (Shape){ 1, 1, 1 });
    set_paths(&job, PART_TRAIN, arrays, 2);
    write_npy(folder, "x.npy", "|u1", "(3, 2)", "abcdef", 6);
    write_npy(folder, "y.npy", "|u1", "(3,)", "\0\2\2", 3);
    expect_classes_of(job, 3, folder, "nothing is of class '1': it cannot be learned");
    expect_classes_of(job, 9, folder, "nothing is of 7 classes, as '1': they cannot be learned");
    write_npy(folder, "y.npy", "|u1", "(3,)", "\0\2\1", 3);
    expect_classes_of(job, 3, folder, NULL);

    job.target = (JobTarget){ TARGET_SHARES, { 1, 1, 2 } };
    write_npy(folder, "y.npy", "|u1", "(3, 2)", "\1\0\1\0\1\0", 6);
    expect_classes_of(job, 2, folder, "nothing has label '1': it cannot be learned");
    write_npy(folder, "y.npy", "|u1", "(3, 2)", "\1\0\1\1\1\0", 6);
    expect_classes_of(job, 2, folder, NULL);
    scratch_close(folder);
}

static void classes_without_pixels(void)
{
    char *folder = draw_pairs();
    expect_classes_of(pairs_job(), 5, folder, "no pixel is of class '4': it cannot be learned");
    expect_classes_of(pairs_job(), 4, folder, NULL);
    scratch_close(folder);
}

/* ---- numbers ---- */

static void expect_targets_of(Job job, const char *folder, const char *expected)
{
    Loaded loaded = load_data(&job, 0, folder, false);
    expect_note(note_targets, &loaded, expected);
    unload_data(&loaded);
}

static void targets_far_from_one(void)
{
    static const char *const price[] = { "price", "age" };
    static const double zero[] = { 0, 0 }, one[] = { 1, 1 };
    char *folder = scratch_open();
    write_text(folder, "t.csv", "x,y,price,age\n1,2,80000,1\n2,3,120000,3\n3,4,80000,1\n4,5,120000,3\n");
    Job job = table_job(TARGET_NUMBERS, (Shape){ 1, 1, 1 });
    job.data.table.target = price;
    job.data.table.targets = 1;
    job.data.table.mean = zero;
    job.data.table.std = one;
    job.data.table.input = (const char *const[]){ "x", "y" };
    job.data.table.inputs = 2;
    expect_targets_of(job, folder, "'price' has mean 100000 and deviation 20000, as the loss compares them: 'target ... "
                      "mean=100000 std=20000' makes learning easier");

    /* what the line says by now is part of it */
    job.data.table.scale = 0.01;
    job.data.table.mean = (const double[]){ 500 };
    job.data.table.std = (const double[]){ 2 };
    expect_targets_of(job, folder, "'price' has mean 250 and deviation 100, as the loss compares them: 'target ... mean=1000 "
                      "std=200' makes learning easier");
    job.data.table.mean = (const double[]){ 1000 };
    job.data.table.std = (const double[]){ 200 };
    expect_targets_of(job, folder, NULL);

    job.data.table.scale = 1;
    job.data.table.targets = 2;
    job.data.table.mean = zero;
    job.data.table.std = one;
    job.target.shape.c = 2;
    expect_targets_of(job, folder, "'price' has mean 100000 and deviation 20000, as the loss compares them: 'target ... "
                      "mean=(100000, 2) std=(20000, 1)' makes learning easier");
    write_text(folder, "t.csv", "x,y,price,age\n1,2,1,7\n2,3,2,7\n");
    expect_targets_of(job, folder, "'age' is the same in all that is trained on: there is nothing to learn");
    scratch_close(folder);
}

static void arrays_far_from_one(void)
{
    const float small[4] = { 1e-5f, 3e-5f, 1e-5f, 3e-5f }, good[4] = { -1, 1, 20, 3 }, equal[4] = { 2, 2, 2, 2 };
    char *folder = scratch_open();
    Job job = plain_job(DATA_ARRAYS, (Shape){ 1, 1, 2 }, TARGET_NUMBERS, (Shape){ 1, 1, 1 });
    set_paths(&job, PART_TRAIN, arrays, 2);
    write_npy(folder, "x.npy", "|u1", "(4, 2)", "abcdefgh", 8);
    write_npy(folder, "y.npy", "<f4", "(4,)", small, sizeof small);
    expect_targets_of(job, folder, "the numbers to be answered have mean 2e-05 and deviation 1e-05, as the loss compares "
                      "them: saved as (y - 2e-05) / 1e-05 they are easier to learn");
    write_npy(folder, "y.npy", "<f4", "(4,)", good, sizeof good);
    expect_targets_of(job, folder, NULL);
    write_npy(folder, "y.npy", "<f4", "(4,)", equal, sizeof equal);
    expect_targets_of(job, folder, "the numbers to be answered are all the same: there is nothing to learn");
    scratch_close(folder);
}

void suite_notes(void);
void suite_notes(void)
{
    CU_pSuite suite = CU_add_suite("data: notes", NULL, NULL);
    CU_ADD_TEST(suite, empty_classes);
    CU_ADD_TEST(suite, classes_without_pixels);
    CU_ADD_TEST(suite, targets_far_from_one);
    CU_ADD_TEST(suite, arrays_far_from_one);
}
