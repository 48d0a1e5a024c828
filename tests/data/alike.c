/* alike.c - which items of a data set are there twice or nearly, within a part and across the split, and which only seem
 * to be; what the channels hold. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/data/alike.h"
#include "runtime/data/channel_facts.h"
#include "tests/data/card.h"
#include "tests/data/loaded.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

void suite_alike(void);

enum { SIDE = 48 };

/* Waves that the seed tells from others, brighter by `more`, at any size. */
static uint8_t *waves(int side, unsigned seed, int more)
{
    uint8_t *pixel = malloc((size_t)(side * side));
    double a = 0.3 + seed % 7, b = 0.2 + seed / 7 % 5, c = seed;
    for (int i = 0; i < side * side; i++) {
        double y = (double)(i / side) / side, x = (double)(i % side) / side;
        pixel[i] = (uint8_t)(110 + more + 50 * sin(a * 3 * x + c) + 40 * cos(b * 4 * y + 2 * x));
    }
    return pixel;
}

static void write_waves(const char *folder, const char *name, int side, unsigned seed, int more)
{
    uint8_t *pixel = waves(side, seed, more);
    write_grey(folder, name, side, side, pixel);
    free(pixel);
}

static void write_jpeg(const char *folder, const char *name, unsigned seed, int quality)
{
    uint8_t *pixel = waves(SIDE, seed, 0);
    Encoded file = encode_jpeg(&(JpegRecipe){ .h = SIDE, .w = SIDE, .c = 1, .pixel = pixel, .quality = quality });
    scratch_write(folder, name, file.bytes, file.length);
    free(file.bytes);
    free(pixel);
}

static void write_flat(const char *folder, const char *name, uint8_t value)
{
    uint8_t pixel[SIDE * SIDE];
    memset(pixel, value, sizeof pixel);
    write_grey(folder, name, SIDE, SIDE, pixel);
}

static Job pictures_job(void)
{
    static const char *const train[] = { "t" }, *const validation[] = { "v" };
    Job job = plain_job(DATA_FOLDER, (Shape){ SIDE, SIDE, 1 }, TARGET_NUMBERS, (Shape){ SIDE, SIDE, 1 });
    job.data.target_is_input = true;
    set_paths(&job, PART_TRAIN, train, 1);
    set_paths(&job, PART_VALIDATION, validation, 1);
    return job;
}

static void expect_told(const Shelves *shelves, const char *expected)
{
    char *text;
    size_t length;
    for (int threads = 1; threads <= 3; threads += 2) {
        FILE *out = open_memstream(&text, &length);
        Alike alike = alike_find(shelves, threads);
        alike_tell(out, &alike, shelves->dataset);
        fclose(out);
        CU_ASSERT_STRING_EQUAL(text, expected);
        if (strcmp(text, expected))
            fprintf(stderr, "it says\n%s\nnot\n%s\n", text, expected);
        alike_free(&alike);
        free(text);
    }
}

/* Thirty that are nothing alike, and copies of some: saved worse, brighter, larger, in the other part, and as they are. */
static void copies_are_found(void)
{
    char *folder = scratch_open(), name[32];
    for (unsigned i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "t/%02u.png", i);
        write_waves(folder, name, SIDE, i, 0);
    }
    write_jpeg(folder, "t/03-saved.jpg", 3, 40);
    write_waves(folder, "t/03-same.png", SIDE, 3, 0);
    write_waves(folder, "v/07-brighter.png", SIDE, 7, 15);
    write_waves(folder, "t/11-larger.png", 2 * SIDE, 11, 0);
    write_flat(folder, "t/black.png", 0);
    write_flat(folder, "t/white.png", 255);
    Job job = pictures_job();
    Dataset *set = dataset_open(&job, 0, folder);
    Shelves shelves = shelves_open(set, ALL_PARTS, 2, 0, NULL, NULL);
    expect_told(&shelves,
                "\n7 pictures are alike, in 3 groups; 1 of them lies in several parts: what is measured there is known from "
                "training\n"
                "  - training    t/07.png\n"
                "    validation  v/07-brighter.png  nearly the same\n"
                "  - training    t/03-same.png\n"
                "    training    t/03-saved.jpg  nearly the same\n"
                "    training    t/03.png  the same\n"
                "  - training    t/11-larger.png\n"
                "    training    t/11.png  nearly the same\n");
    shelves_close(&shelves);
    dataset_close(set);
    scratch_close(folder);
}

/* Rows of numbers are alike where they are the same. */
static void rows_are_compared(void)
{
    char *folder = scratch_open();
    write_text(folder, "t.csv", "x,kind,y\n1,a,2\n3,b,4\n1,b,2\n1,a,2.0001\n");
    Job job = labels_job();
    Dataset *set = dataset_open(&job, 2, folder);
    Shelves shelves = shelves_open(set, ALL_PARTS, 1, 0, NULL, NULL);
    expect_told(&shelves, "\n2 rows are alike, in 1 group\n1 of them is of another class than what it is alike: one of "
                "the two labels is probably wrong\n  - training    t.csv:2\n"
                "    training    t.csv:4  the same, but of another class\n");
    ChannelFacts *facts = channel_facts(&shelves, 1);
    CU_ASSERT(facts[0].least == 1 && facts[0].most == 3 && facts[0].mean == 1.5 && facts[0].values == 4);
    CU_ASSERT_DOUBLE_EQUAL(facts[0].deviation, sqrt(0.75), 1e-12);
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    channel_facts_tell(out, facts, set);
    fclose(out);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nx                1         1.5    0.866025           3\n"));
    free(text);
    free(facts);
    shelves_close(&shelves);
    dataset_close(set);
    scratch_close(folder);
}

/* What is the same and has another class is told so. */
static void classes_that_contradict(void)
{
    char *folder = scratch_open();
    write_waves(folder, "train/cat.1.png", SIDE, 1, 0);
    write_waves(folder, "train/cat.2.png", SIDE, 1, 0);
    write_waves(folder, "train/dog.1.png", SIDE, 1, 0);
    write_waves(folder, "train/dog.2.png", SIDE, 1, 12);
    write_waves(folder, "train/dog.3.png", SIDE, 2, 0);
    Job job = card_job();
    job.input.shape = (Shape){ SIDE, SIDE, 1 };
    job.data.part[PART_VALIDATION].share = 0;
    Dataset *set = dataset_open(&job, 2, folder);
    Shelves shelves = shelves_open(set, ALL_PARTS, 1, 0, NULL, NULL);
    expect_told(&shelves, "\n4 pictures are alike, in 1 group\n"
                "2 of them are of another class than what they are alike: one of the two labels is probably wrong\n"
                "  - training    train/cat.1.png\n"
                "    training    train/cat.2.png  the same\n"
                "    training    train/dog.1.png  the same, but of another class\n"
                "    training    train/dog.2.png  nearly the same, but of another class\n");
    shelves_close(&shelves);
    dataset_close(set);
    scratch_close(folder);
}

/* Of bytes, by any number of threads; what is damaged does not count. */
static void channels_are_counted(void)
{
    char *folder = scratch_open();
    write_flat(folder, "t/a.png", 10);
    write_flat(folder, "t/b.png", 40);
    write_text(folder, "t/c.png", "no picture");
    write_flat(folder, "v/d.png", 200);
    Job job = pictures_job();
    Dataset *set = dataset_open(&job, 0, folder);
    Shelves shelves = shelves_open(set, ALL_PARTS, 1, 0, NULL, NULL);
    for (int threads = 1; threads <= 3; threads++) {
        ChannelFacts *facts = channel_facts(&shelves, threads);
        CU_ASSERT(facts->least == 10 && facts->most == 40 && facts->mean == 25 && facts->deviation == 15);
        CU_ASSERT(facts->values == 2 * SIDE * SIDE && facts->count[10] == SIDE * SIDE && facts->count[200] == 0);
        free(facts);
    }
    shelves_close(&shelves);
    dataset_close(set);
    scratch_close(folder);
}

/* Flat pictures of 24 bits all have the same shape, none: they are not compared each with each. */
static void many_without_a_shape(void)
{
    enum { MANY = 20000, PIXELS = 8 * 8 };
    static const char *const train[] = { "x.npy" };
    char *folder = scratch_open();
    uint8_t (*pixel)[PIXELS][3] = malloc(MANY * sizeof *pixel);
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < PIXELS * 3; k++)
            pixel[i][k / 3][k % 3] = (uint8_t)((unsigned)i * 40503u >> (4 * (k % 3)));
    write_npy(folder, "x.npy", "|u1", "(20000, 8, 8, 3)", pixel, MANY * sizeof *pixel);
    Job job = plain_job(DATA_ARRAYS, (Shape){ 8, 8, 3 }, TARGET_NUMBERS, (Shape){ 8, 8, 3 });
    job.data.target_is_input = true;
    set_paths(&job, PART_TRAIN, train, 1);
    Dataset *set = dataset_open(&job, 0, folder);
    Shelves shelves = shelves_open(set, ALL_PARTS, 1, 0, NULL, NULL);
    clock_t begun = clock();
    Alike alike = alike_find(&shelves, 1);
    CU_ASSERT_TRUE(clock() - begun < 6 * CLOCKS_PER_SEC);       /* otherwise half a minute and more */
    CU_ASSERT_TRUE(alike.items > MANY / 2);
    alike_free(&alike);
    shelves_close(&shelves);
    dataset_close(set);
    scratch_close(folder);
    free(pixel);
}

void suite_alike(void)
{
    CU_pSuite suite = CU_add_suite("data: copies and channels", NULL, NULL);
    CU_ADD_TEST(suite, copies_are_found);
    CU_ADD_TEST(suite, rows_are_compared);
    CU_ADD_TEST(suite, classes_that_contradict);
    CU_ADD_TEST(suite, many_without_a_shape);
    CU_ADD_TEST(suite, channels_are_counted);
}
