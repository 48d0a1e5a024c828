/* dataset.c - which files there are, what class each has and which are held out; that mistakes name
 * the card's line. */

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/data/dataset.h"
#include "runtime/system/fault.h"
#include "tests/data/card.h"
#include "tests/data/loaded.h"
#include "tests/support/scratch.h"

/* Empty files: nothing here decodes. Every second one counts down, so that the folder's order
 * differs. */
static void make_files(const char *folder, const char *format, int count)
{
    for (int i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, format, i % 2 ? i : (count - 1) / 2 * 2 - i);
        scratch_write(folder, name, "", 0);
    }
}

static char *pets(int cats, int dogs)
{
    char *folder = scratch_open();
    make_files(folder, "train/dog.%d.jpg", dogs);
    make_files(folder, "train/cat.%d.jpg", cats);
    return folder;
}

static long count(const Dataset *set, PartKind part, int class)
{
    long found = 0;
    for (long i = 0; i < set->part[part].items; i++)
        found += set->part[part].item[i].class == class;
    return found;
}

static bool is_sorted(const DataPart *part)
{
    for (long i = 1; i < part->items; i++)
        if (strcmp(part->item[i - 1].path, part->item[i].path) >= 0)
            return false;
    return true;
}

static bool has(const DataPart *part, const char *path)
{
    for (long i = 0; i < part->items; i++)
        if (strcmp(part->item[i].path, path) == 0)
            return true;
    return false;
}

/* ---- what is found ---- */

static void flat_folder(void)
{
    char *folder = pets(25, 12);
    Job job = card_job();
    Dataset *set = dataset_open(&job, 2, folder);
    CU_ASSERT_EQUAL(set->classes, 2);
    CU_ASSERT_STRING_EQUAL(set->class_name[1], "dog");
    CU_ASSERT_EQUAL(count(set, PART_TRAIN, 0), 22);     /* round(2.5) = 3, halves up */
    CU_ASSERT_EQUAL(count(set, PART_VALIDATION, 0), 3);
    CU_ASSERT_EQUAL(count(set, PART_TRAIN, 1), 11);
    CU_ASSERT_EQUAL(count(set, PART_VALIDATION, 1), 1);
    CU_ASSERT_EQUAL(set->part[PART_TEST].items, 0);
    CU_ASSERT_TRUE(is_sorted(&set->part[PART_TRAIN]));
    CU_ASSERT_TRUE(is_sorted(&set->part[PART_VALIDATION]));
    for (long i = 0; i < set->part[PART_TRAIN].items; i++) {
        CU_ASSERT_EQUAL(strncmp(set->part[PART_TRAIN].item[i].path, "train/", 6), 0);
        CU_ASSERT_FALSE(has(&set->part[PART_VALIDATION], set->part[PART_TRAIN].item[i].path));
    }
    char *path = dataset_path(set, set->part[PART_TRAIN].item[0].path);
    CU_ASSERT_EQUAL(access(path, R_OK), 0);
    free(path);
    path = dataset_path(set, "/absolute");
    CU_ASSERT_STRING_EQUAL(path, "/absolute");
    free(path);
    dataset_close(set);
    scratch_close(folder);
}

/* Folders of classes, nested, beside what systems leave there, and links of all kinds. */
static void class_folders(void)
{
    static const char *const train[] = { "training/" }, *const validation[] = { "held" };
    char *folder = scratch_open();
    make_files(folder, "training/dog/%d.jpg", 3);
    make_files(folder, "training/cat/%d.jpg", 3);
    scratch_write(folder, "training/cat/more/deep.png", "", 0);
    scratch_write(folder, "training/cat/.hidden.jpg", "", 0);
    scratch_write(folder, "training/.git/config", "", 0);
    scratch_write(folder, "training/dog/thumbs.db", "", 0);
    scratch_write(folder, "training/Desktop.ini", "", 0);
    scratch_write(folder, "held/cat/9.jpg", "", 0);
    scratch_write(folder, "elsewhere/far.jpg", "", 0);
    CU_ASSERT_EQUAL(symlink("../../elsewhere/far.jpg",
                            scratch_path(folder, "training/cat/link.jpg")), 0);
    CU_ASSERT_EQUAL(symlink("../../elsewhere", scratch_path(folder, "training/dog/other")), 0);
    CU_ASSERT_EQUAL(symlink("..", scratch_path(folder, "training/dog/loop")), 0);
    CU_ASSERT_EQUAL(symlink("nowhere", scratch_path(folder, "training/dog/broken.jpg")), 0);
    CU_ASSERT_EQUAL(mkfifo(scratch_path(folder, "training/dog/pipe.jpg"), 0600), 0);
    Job job = card_job();
    job.data.classes = 0;
    job.data.part[PART_TRAIN] = (JobPart){ .path = train, .paths = 1 };
    job.data.part[PART_VALIDATION] = (JobPart){ .path = validation, .paths = 1 };
    Dataset *set = dataset_open(&job, 0, folder);
    const DataPart *found = &set->part[PART_TRAIN];
    CU_ASSERT_EQUAL(set->classes, 2);
    CU_ASSERT_STRING_EQUAL(set->class_name[0], "cat");
    CU_ASSERT_EQUAL(count(set, PART_TRAIN, 0), 5);
    CU_ASSERT_EQUAL(count(set, PART_TRAIN, 1), 5);
    CU_ASSERT_TRUE(has(found, "training/cat/more/deep.png"));
    CU_ASSERT_TRUE(has(found, "training/cat/link.jpg"));
    CU_ASSERT_TRUE(has(found, "training/dog/other/far.jpg"));
    CU_ASSERT_TRUE(has(found, "training/dog/broken.jpg"));
    CU_ASSERT_TRUE(is_sorted(found));
    CU_ASSERT_EQUAL(set->part[PART_VALIDATION].items, 1);
    CU_ASSERT_EQUAL(set->passed_over, 6);   /* two hidden, two of Windows's, loop, pipe */
    dataset_close(set);
    scratch_close(folder);
}

/* A pattern with a slash is about the path. */
static void patterns(void)
{
    static const char *const first[] = { "a/x*", "*.png", "b/c/e/*" };
    static const char *const second[] = { "b/?/*.jpg" };
    static const JobClass classes[2] = { { .name = "first", .pattern = first, .patterns = 3 },
                                         { .name = "second", .pattern = second, .patterns = 1 } };
    static const char *const names[] = { "a/x1.jpg", "b/c/1.jpg", "b/c/e/1.jpg", "b/c/x.png",
                                         "b/d/2.jpg" };
    static const int expected[] = { 0, 1, 0, 0, 1 };
    char *folder = scratch_open(), *train = strdup(scratch_path(folder, "train"));
    CU_ASSERT_EQUAL(mkdir(train, 0777), 0);
    for (int i = 0; i < 5; i++)
        scratch_write(train, names[i], "", 0);
    Job job = card_job();
    job.data.class = classes;
    job.data.part[PART_VALIDATION].share = 0;
    Dataset *set = dataset_open(&job, 2, folder);
    CU_ASSERT_EQUAL_FATAL(set->part[PART_TRAIN].items, 5);
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_STRING_EQUAL(set->part[PART_TRAIN].item[i].path + strlen("train/"), names[i]);
        CU_ASSERT_EQUAL(set->part[PART_TRAIN].item[i].class, expected[i]);
    }
    dataset_close(set);
    free(train);
    scratch_close(folder);
}

/* ---- what is held out ---- */

static void shares(void)
{
    static const struct {
        double share;
        int files, held;
    } rows[] = {
        { 0.1, 12500, 1250 }, { 0.1, 5, 1 }, { 0.1, 25, 3 }, { 0.1, 24, 2 }, { 0.145, 100, 15 },
        { 0.01, 3, 1 }, { 0.99, 3, 2 }, { 0.5, 2, 1 }, { 0.35, 10, 4 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *folder = pets(rows[i].files, 2);
        Job job = card_job();
        job.data.part[PART_VALIDATION].share = rows[i].share;
        Dataset *set = dataset_open(&job, 2, folder);
        CU_ASSERT_EQUAL(count(set, PART_VALIDATION, 0), rows[i].held);
        CU_ASSERT_EQUAL(count(set, PART_TRAIN, 0), rows[i].files - rows[i].held);
        dataset_close(set);
        scratch_close(folder);
    }
}

/* The held-out files of a class, as one text. */
static void held_cats(const char *folder, uint64_t seed, bool test, char *text)
{
    Job job = card_job();
    job.data.seed = seed;
    if (test)
        job.data.part[PART_TEST].share = 0.2;
    Dataset *set = dataset_open(&job, 2, folder);
    *text = 0;
    for (long i = 0; i < set->part[PART_VALIDATION].items; i++)
        if (set->part[PART_VALIDATION].item[i].class == 0)
            strcat(text, set->part[PART_VALIDATION].item[i].path);
    if (test) {
        CU_ASSERT_EQUAL(count(set, PART_TRAIN, 0), 35);
        CU_ASSERT_EQUAL(count(set, PART_VALIDATION, 0), 5);
        CU_ASSERT_EQUAL(count(set, PART_TEST, 0), 10);
    }
    dataset_close(set);
}

/* The choice hangs on the seed and the class's own names: neither on other classes, nor on where
 * the folder lies and in what order it was filled, nor on a test part beside it. */
static void split_is_a_function(void)
{
    char first[1000], other[1000];
    char *one = pets(50, 20), *two = scratch_open();
    for (int i = 49; i >= 0; i--) {
        char name[64];
        snprintf(name, sizeof name, "train/cat.%d.jpg", i);
        scratch_write(two, name, "", 0);
    }
    make_files(two, "train/dog.%d.jpg", 31);
    held_cats(one, 1, false, first);
    held_cats(two, 1, false, other);
    CU_ASSERT_STRING_EQUAL(first, other);
    held_cats(one, 1, true, other);
    CU_ASSERT_STRING_EQUAL(first, other);
    held_cats(one, 2, false, other);
    CU_ASSERT_STRING_NOT_EQUAL(first, other);
    scratch_close(one);
    scratch_close(two);
}

/* Classes of one size do not hold out the same numbers. */
static void classes_are_chosen_apart(void)
{
    char *folder = pets(40, 40);
    Job job = card_job();
    job.data.part[PART_VALIDATION].share = 0.5;
    Dataset *set = dataset_open(&job, 2, folder);
    const DataPart *held = &set->part[PART_VALIDATION];
    CU_ASSERT_EQUAL_FATAL(held->items, 40);
    int alike = 0;
    for (int i = 0; i < 20; i++)    /* "train/cat." is as long as "train/dog." */
        alike += strcmp(held->item[i].path + 10, held->item[20 + i].path + 10) == 0;
    CU_ASSERT_TRUE(alike < 20);
    dataset_close(set);
    scratch_close(folder);
}

/* ---- mistakes ---- */

/* Opening ends with EXIT_MISTAKE and says all these things. */
static void check_mistake(Opening opening, const char *const *said, int count)
{
    char text[8192];
    CU_ASSERT_EQUAL(try_opening(opening, text, sizeof text), EXIT_MISTAKE);
    for (int i = 0; i < count; i++) {
        CU_ASSERT_PTR_NOT_NULL(strstr(text, said[i]));
        if (!strstr(text, said[i]))
            fprintf(stderr, "it says\n%s, not '%s'\n", text, said[i]);
    }
}

#define CHECK_MISTAKE(opening, ...) do { \
    const char *const said[] = { __VA_ARGS__ }; \
    check_mistake((opening), said, sizeof said / sizeof *said); \
} while (0)

static void files_that_do_not_fit(void)
{
    char *folder = pets(3, 3);
    Opening opening = { card_job(), 2, folder };
    JobClass classes[2] = { opening.job.data.class[0], opening.job.data.class[1] };
    const Place cat = { "pets.net", 4, 11, 7, "class cat \"cat.*\"" }, dog = { "pets.net", 5, 11, 7, "class dog \"dog.*\"" };
    classes[0].pattern_place = &cat;
    classes[1].pattern_place = &dog;
    opening.job.data.class = classes;
    for (int i = 0; i < 7; i++) {
        char name[64];
        snprintf(name, sizeof name, "train/readme.%d", i);
        scratch_write(folder, name, "", 0);
    }
    CHECK_MISTAKE(opening, "pets.net:3:1: error: 7 files fit no class: 'train/readme.0', ", " and 2 more\n");
    static const char *const none[] = { "dogs.*" }, *const any[] = { "*.jpg" };
    classes[1].pattern = none;
    CHECK_MISTAKE(opening, "pets.net:5:11: error: 10 files fit no class: ", " and 5 more; and no file fits \"dogs.*\"\n"
                  "    5 | class dog \"dog.*\"\n      |           ^~~~~~~\n");
    scratch_close(folder);

    folder = pets(3, 3);
    classes[1].pattern = any;
    opening.root = folder;
    CHECK_MISTAKE(opening, "pets.net:5:11: error: 3 files fit two classes: 'train/cat.0.jpg' (cat and dog)");
    scratch_close(folder);
}

/* A class without patterns is a subfolder; one that another class has is not what was meant. */
static void classes_that_are_misspelt(void)
{
    char *folder = scratch_open();
    make_files(folder, "train/cat/%d.jpg", 3);
    make_files(folder, "train/dogs/%d.jpg", 3);
    Opening opening = { card_job(), 2, folder };
    JobClass classes[2] = { opening.job.data.class[0], opening.job.data.class[1] };
    classes[0].patterns = classes[1].patterns = 0;
    opening.job.data.class = classes;
    CHECK_MISTAKE(opening, "pets.net:5:1: error: there is no subfolder 'dog' in 'train'; did you mean "
                  "'dogs'?\n");
    classes[1].name = "cap";
    CHECK_MISTAKE(opening, "pets.net:5:1: error: there is no subfolder 'cap' in 'train'\n");
    scratch_close(folder);
}

static void missing_things(void)
{
    char *folder = pets(3, 0);
    Opening opening = { card_job(), 2, folder };
    CHECK_MISTAKE(opening, "pets.net:5:1: error: class 'dog' has no file to train on");
    opening.root = "/nonexistent";
    CHECK_MISTAKE(opening, "pets.net:3:1: error: cannot open folder '/nonexistent/train': "
                  "No such file or directory");
    opening.root = NULL;
    CHECK_MISTAKE(opening,
                  "cannot open folder 'train': No such file or directory; it is sought where "
                  "the program runs, or below --data DIR");
    opening.root = folder;
    opening.job.data.classes = 0;
    CHECK_MISTAKE(opening, "'train' has no subfolders to tell the classes");
    opening.job.data.part[PART_TRAIN].paths = 0;
    CHECK_MISTAKE(opening, "the card names no data to train on");

    make_files(folder, "folders/train/cat/%d.jpg", 3);
    make_files(folder, "folders/train/dog/%d.jpg", 3);
    scratch_write(folder, "folders/train/eel/.hidden", "", 0);
    char text[4096];
    opening = (Opening){ card_job(), 2, scratch_path(folder, "folders") };
    opening.job.data.classes = 0;
    CU_ASSERT_EQUAL(try_opening(opening, text, sizeof text), EXIT_MISTAKE);
    CU_ASSERT(strstr(text, "class 'eel' has no file to train on") && !strstr(text, "tells 2 apart"));
    scratch_close(folder);

    folder = scratch_open();
    CU_ASSERT_EQUAL(mkdir(scratch_path(folder, "train"), 0777), 0);
    opening = (Opening){ card_job(), 2, folder };
    CHECK_MISTAKE(opening, "'train' holds no files");
    scratch_close(folder);
}

static void what_does_not_agree(void)
{
    char *folder = pets(3, 1);
    Opening opening = { card_job(), 2, folder };
    CHECK_MISTAKE(opening,
                  "pets.net:6:1: error: class 'dog' has 1 file, too few to hold 10% out of");
    opening.job.data.part[PART_VALIDATION].share = 0;
    opening.outputs = 10;
    CHECK_MISTAKE(opening, "the data has 2 classes, but the network tells 10 apart");
    opening.outputs = 2;
    opening.job.data.part[PART_VALIDATION] = opening.job.data.part[PART_TRAIN];
    CHECK_MISTAKE(opening, "'train' is both train and validation data");
    opening = (Opening){ card_job(), 2, folder };
    opening.job.input.shape.c = 4;
    CHECK_MISTAKE(opening,
                  "pets.net:1:1: error: pictures have 1 or 3 channels, but the input has 4");
    scratch_close(folder);
}

/* What is trained on is not validated on, whatever paths lead there. */
static void one_file_in_two_parts(void)
{
    static const char *const train[] = { "train" }, *const same[] = { "train/" };
    static const char *const below[] = { "train/held" }, *const apart[] = { "apart" };
    char *folder = pets(3, 3);
    scratch_write(folder, "train/held/cat.9.jpg", "", 0);
    Opening opening = { card_job(), 2, folder };
    opening.job.data.part[PART_TRAIN].path = train;
    opening.job.data.part[PART_VALIDATION] = (JobPart){ .path = same, .paths = 1,
                                                        .place = card_place(6, "validation \"train/\"") };
    CHECK_MISTAKE(opening, "pets.net:6:1: error: 'train/' is both train and validation data");
    opening.job.data.part[PART_VALIDATION].path = below;
    CHECK_MISTAKE(opening, "pets.net:6:1: error: 1 file is both train and validation data, as "
                           "'train/held/cat.9.jpg' is");
    scratch_write(folder, "apart/dog.8.jpg", "", 0);
    opening.job.data.part[PART_VALIDATION].path = apart;
    dataset_close(dataset_open(&opening.job, 2, folder));
    CU_ASSERT_EQUAL(symlink("../train/dog.1.jpg", scratch_path(folder, "apart/dog.7.jpg")), 0);
    CHECK_MISTAKE(opening, "1 file is both train and validation data, as 'apart/dog.7.jpg' is");
    scratch_close(folder);
}

/* Names go into files that hold UTF-8, and into lines. */
static void names_that_cannot_be_kept(void)
{
    static const char *const wrong[] = { "cat\xff", "ca\tt", "ca\nt", "\x7f", "\xe0\x80\x80" };
    for (int i = 0; i < 5; i++) {
        char *folder = scratch_open(), name[32];
        snprintf(name, sizeof name, "train/%s/1.jpg", wrong[i]);
        scratch_write(folder, name, "", 0);
        scratch_write(folder, "train/\xc3\xa9t\xc3\xa9/1.jpg", "", 0);
        Opening opening = { card_job(), 0, folder };
        opening.job.data.classes = 0;
        CHECK_MISTAKE(opening, "pets.net:3:1: error: the name of class ", "', is not UTF-8 or holds control");
        scratch_close(folder);
    }
    JobClass classes[2];
    char *folder = pets(3, 3);
    Opening opening = { card_job(), 2, folder };
    memcpy(classes, opening.job.data.class, sizeof classes);
    classes[1].name = "dog\xf8";
    opening.job.data.class = classes;
    CHECK_MISTAKE(opening, "pets.net:5:1: error: the name of class 1, 'dog");
    scratch_close(folder);
}

void suite_dataset(void)
{
    CU_pSuite suite = CU_add_suite("data: folders", NULL, NULL);
    CU_ADD_TEST(suite, flat_folder);
    CU_ADD_TEST(suite, class_folders);
    CU_ADD_TEST(suite, patterns);
    CU_ADD_TEST(suite, shares);
    CU_ADD_TEST(suite, split_is_a_function);
    CU_ADD_TEST(suite, classes_are_chosen_apart);
    CU_ADD_TEST(suite, files_that_do_not_fit);
    CU_ADD_TEST(suite, classes_that_are_misspelt);
    CU_ADD_TEST(suite, missing_things);
    CU_ADD_TEST(suite, what_does_not_agree);
    CU_ADD_TEST(suite, one_file_in_two_parts);
    CU_ADD_TEST(suite, names_that_cannot_be_kept);
}
