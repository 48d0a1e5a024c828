/* loader.c - what a batch holds depends on the data, the seed, the epoch and the position, and on
 * nothing else: not on threads, cache, pauses or where an epoch is taken up again. */

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/commands/data_report.h"
#include "runtime/data/loader.h"
#include "runtime/data/mix.h"
#include "runtime/data/shelves.h"
#include "runtime/show/batch_sheet.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"
#include "tests/data/card.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

enum { CATS = 21, DOGS = 16, IMAGES = CATS + DOGS, BATCH = 8, VALUES = 20 * 16 * 3 };

static const JobAugment rows[] = {
    { .kind = AUGMENT_ROTATE, .from = { -0.7 }, .to = { 0.7 }, .probability = { 1 } },
    { .kind = AUGMENT_SHIFT, .from = { -0.2, -0.2 }, .to = { 0.2, 0.2 }, .probability = { 1 } },
    { .kind = AUGMENT_FLIP, .probability = { 0, 0.5 } },
    { .kind = AUGMENT_CONTRAST, .from = { -0.2 }, .to = { 0.2 }, .probability = { 0.7 } },
    { .kind = AUGMENT_CROP, .from = { 0.5, 0.75 }, .to = { 1, 4 / 3.0 }, .probability = { 1 } },
    { .kind = AUGMENT_NOISE, .from = { 0.1 }, .to = { 0.1 }, .probability = { 0.5 } },
    { .kind = AUGMENT_CUTOUT, .to = { 4, 4 }, .probability = { 0.5 }, .count = 2 },
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Pictures of many sizes; none held out. */
static char *pets(void)
{
    char *folder = scratch_open();
    for (int i = 0; i < IMAGES; i++) {
        char name[64];
        Encoded file = encode_sample(10 + i % 7 * 5, 40 - i % 5 * 6, (unsigned)i);
        snprintf(name, sizeof name, "train/%s.%d.jpg", i < CATS ? "cat" : "dog", i);
        scratch_write(folder, name, file.bytes, file.length);
        free(file.bytes);
    }
    return folder;
}

static Job job_of_pets(void)
{
    Job job = card_job();
    job.data.part[PART_VALIDATION].share = 0;
    job.augment = rows;
    job.augments = ROWS;
    return job;
}

static LoaderOptions options_for(const Dataset *set)
{
    return (LoaderOptions){ .dataset = set, .part = PART_TRAIN, .batch = BATCH, .threads = 2,
                            .augment = true, .seed = 1 };
}

/* ---- one epoch, written down ---- */

typedef struct {
    int32_t target[IMAGES];
    float input[IMAGES * VALUES];
    int images, batches;
} Epoch;

/* From `position` to the end. */
static Epoch *take(Loader *loader, uint32_t number, uint32_t position)
{
    Epoch *epoch = need_memory(sizeof *epoch);
    loader_start(loader, number, position);
    for (const Batch *batch; (batch = loader_next(loader)); epoch->batches++) {
        CU_ASSERT_EQUAL(batch->position, position + (unsigned)epoch->images);
        memcpy(epoch->target + epoch->images, batch->target, sizeof(int32_t) * (size_t)batch->n);
        memcpy(epoch->input + (long)epoch->images * VALUES, batch->input,
               sizeof(float) * VALUES * (size_t)batch->n);
        epoch->images += batch->n;
    }
    CU_ASSERT_PTR_NULL(loader_next(loader));
    return epoch;
}

static bool same(const Epoch *a, const Epoch *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* A loader over a shelf of its own. */
static Loader *open_with(LoaderOptions *options, Shelves *shelves, size_t cache)
{
    *shelves = shelves_open(options->dataset, PARTS_OF(PART_TRAIN), options->threads, cache, NULL, NULL);
    shelves_judge(shelves);
    options->shelf = shelves->shelf[PART_TRAIN];
    return loader_open(options);
}

/* Opens, takes an epoch, closes. */
static Epoch *epoch_of(LoaderOptions options, uint32_t number, size_t cache)
{
    Shelves shelves;
    Loader *loader = open_with(&options, &shelves, cache);
    Epoch *epoch = take(loader, number, 0);
    loader_close(loader);
    shelves_close(&shelves);
    return epoch;
}

/* ---- one ring for two ---- */

/* Loaders that take turns with a ring make what each makes alone; whose turn it no longer is has nothing. */
static void turns(void)
{
    char *folder = pets();
    Job job = job_of_pets();
    Dataset *set = dataset_open(&job, 2, folder);
    LoaderOptions options = options_for(set), plain = options_for(set);
    plain.augment = false;
    Epoch *shuffled = epoch_of(options, 3, 0), *ordered = epoch_of(plain, 0, 0);
    Ring *ring = ring_open(&job, BATCH);
    options.ring = plain.ring = ring;
    Shelves shelves, others;
    Loader *loader = open_with(&options, &shelves, 0), *other = open_with(&plain, &others, 0);
    for (int i = 0; i < 5; i++) {
        Epoch *whole = take(loader, 3, 0);
        CU_ASSERT_TRUE(same(whole, shuffled));
        free(whole);
        loader_start(loader, 4, 0);                 /* and is not ended: its threads are at work */
        const Batch *begun = loader_next(loader);
        CU_ASSERT_PTR_NOT_NULL(begun);
        CU_ASSERT_PTR_EQUAL(begun ? begun->input : NULL, ring->input[0]);
        whole = take(other, 0, 0);
        CU_ASSERT_TRUE(same(whole, ordered));
        CU_ASSERT_PTR_NULL(loader_next(loader));
        CU_ASSERT_PTR_NULL(loader_lost(loader));
        free(whole);
    }
    loader_close(other);
    loader_close(loader);
    shelves_close(&others);
    shelves_close(&shelves);
    ring_close(ring);
    free(shuffled);
    free(ordered);
    dataset_close(set);
    scratch_close(folder);
}

/* ---- the same bits ---- */

static void threads_and_cache(void)
{
    static const size_t caches[] = { 0, 10 * VALUES, 1 << 20 };
    char *folder = pets();
    Job job = job_of_pets();
    Dataset *set = dataset_open(&job, 2, folder);
    LoaderOptions options = options_for(set);
    Epoch *first = epoch_of(options, 3, 0);
    for (int i = 0; i < 9; i++) {
        options.threads = 1 + i % 3;
        Epoch *other = epoch_of(options, 3, caches[i / 3]);
        CU_ASSERT_TRUE(same(first, other));
        free(other);
    }
    free(first);
    dataset_close(set);
    scratch_close(folder);
}

/* Pairs are mixed when all of their batch is there, by whatever thread; outside of training none is. */
static void mixed_pairs(void)
{
    char *folder = pets();
    Job plain = job_of_pets();
    plain.target = (JobTarget){ TARGET_SHARES, { 1, 1, 1 } };
    Job mixing = plain;
    mixing.mixup = mixing.cutmix = 1;
    Dataset *apart = dataset_open(&plain, 2, folder), *mixed = dataset_open(&mixing, 2, folder);
    LoaderOptions options = options_for(mixed);
    Epoch *expected = epoch_of(options_for(apart), 3, 0);
    float *share = (float *)expected->target;
    for (int i = 0; i < IMAGES; i++)
        CU_ASSERT(share[i] == 0 || share[i] == 1);
    for (int i = 0; i < IMAGES; i += BATCH)
        mix_batch(&mixing, (AugmentKey){ options.seed, 3, (uint32_t)i }, i + BATCH < IMAGES ? BATCH : IMAGES - i,
                  expected->input + (long)i * VALUES, share + i);
    for (int threads = 1; threads < 8; threads += 2) {
        options.threads = threads;
        Epoch *epoch = epoch_of(options, 3, 0);
        CU_ASSERT_TRUE(same(epoch, expected));
        free(epoch);
    }
    options.augment = false;
    LoaderOptions unmixed = options_for(apart);
    unmixed.augment = false;
    Epoch *first = epoch_of(options, 3, 0), *second = epoch_of(unmixed, 3, 0);
    CU_ASSERT_TRUE(same(first, second));
    free(first), free(second), free(expected);
    dataset_close(apart);
    dataset_close(mixed);
    scratch_close(folder);
}

static void epochs_seeds_and_positions(void)
{
    char *folder = pets();
    Job job = job_of_pets();
    Dataset *set = dataset_open(&job, 2, folder);
    LoaderOptions options = options_for(set);
    Shelves shelves;
    Loader *loader = open_with(&options, &shelves, 0);
    CU_ASSERT_EQUAL(loader_images(loader), IMAGES);
    Epoch *zero = take(loader, 0, 0), *one = take(loader, 1, 0), *again = take(loader, 0, 0);
    CU_ASSERT_EQUAL(zero->images, IMAGES);
    CU_ASSERT_EQUAL(zero->batches, (IMAGES + BATCH - 1) / BATCH);
    CU_ASSERT_TRUE(same(zero, again));
    CU_ASSERT_FALSE(same(zero, one));

    Epoch *rest = take(loader, 0, 2 * BATCH);   /* taken up in the middle */
    CU_ASSERT_EQUAL(rest->images, IMAGES - 2 * BATCH);
    CU_ASSERT_EQUAL(memcmp(rest->target, zero->target + 2 * BATCH,
                           sizeof(int32_t) * (IMAGES - 2 * BATCH)), 0);
    CU_ASSERT_EQUAL(memcmp(rest->input, zero->input + 2 * BATCH * VALUES,
                           sizeof(float) * (IMAGES - 2 * BATCH) * VALUES), 0);

    loader_start(loader, 1, 0);                 /* left early, twice */
    loader_next(loader);
    loader_start(loader, 7, BATCH);
    Epoch *back = take(loader, 1, 0);
    CU_ASSERT_TRUE(same(one, back));
    loader_close(loader);
    shelves_close(&shelves);

    options.seed = 2;
    Epoch *seeded = epoch_of(options, 0, 0);
    CU_ASSERT_FALSE(same(zero, seeded));
    free(zero), free(one), free(again), free(rest), free(back), free(seeded);
    dataset_close(set);
    scratch_close(folder);
}

/* Without augmentation: the items' order, every epoch alike, each value a whole byte. */
static void plain_order(void)
{
    char *folder = pets();
    Job job = job_of_pets();
    Dataset *set = dataset_open(&job, 2, folder);
    LoaderOptions options = options_for(set);
    options.augment = false;
    Epoch *zero = epoch_of(options, 0, 0), *one = epoch_of(options, 1, 0);
    CU_ASSERT_TRUE(same(zero, one));
    int fractions = 0;
    for (int i = 0; i < IMAGES; i++)
        CU_ASSERT_EQUAL(zero->target[i], set->part[PART_TRAIN].item[i].class);
    for (int i = 0; i < IMAGES * VALUES; i++)
        fractions += zero->input[i] != (float)(uint8_t)zero->input[i];
    CU_ASSERT_EQUAL(fractions, 0);
    free(zero), free(one);
    dataset_close(set);
    scratch_close(folder);
}

/* Which picture of `plain` it is, by its values; -1: none. */
static int find(const Epoch *plain, const float *input)
{
    for (int i = 0; i < IMAGES; i++)
        if (!memcmp(plain->input + (long)i * VALUES, input, sizeof(float) * VALUES))
            return i;
    return -1;
}

/* Shuffled, each picture comes once, with its class, and in an order of the epoch's and the seed's own. */
static void shuffled_order(void)
{
    char *folder = pets();
    Job job = job_of_pets();
    job.augments = 0;
    Dataset *set = dataset_open(&job, 2, folder);
    LoaderOptions options = options_for(set), plainly = options;
    plainly.augment = false;
    Epoch *plain = epoch_of(plainly, 0, 0), *zero = epoch_of(options, 0, 0), *one = epoch_of(options, 1, 0);
    options.seed = 2;
    Epoch *seeded = epoch_of(options, 0, 0);
    bool seen[IMAGES] = { false };
    for (int i = 0; i < IMAGES; i++) {
        int item = find(plain, zero->input + (long)i * VALUES);
        CU_ASSERT_FATAL(item >= 0);
        CU_ASSERT_FALSE(seen[item]);
        CU_ASSERT_EQUAL(zero->target[i], plain->target[item]);
        seen[item] = true;
    }
    CU_ASSERT_FALSE(same(plain, zero) || same(zero, one) || same(zero, seeded));
    free(plain), free(zero), free(one), free(seeded);
    dataset_close(set);
    scratch_close(folder);
}

/* ---- damage ---- */

static char *pets_with_damage(void)
{
    char *folder = pets();
    Encoded file = encode_sample(30, 30, 5);
    scratch_write(folder, "train/cat.3.jpg", "", 0);
    scratch_write(folder, "train/dog.25.jpg", "GIF89a", 6);
    scratch_write(folder, "train/dog.30.jpg", file.bytes, file.length / 2);
    free(file.bytes);
    return folder;
}

typedef struct {
    Job job;
    const char *root;
} Opening;

/* Two epochs; a child that counts wrong exits with 50. */
static void run_epochs(void *argument)
{
    Opening *opening = argument;
    Dataset *set = dataset_open(&opening->job, 2, opening->root);
    LoaderOptions options = options_for(set);
    Shelves shelves;
    Loader *loader = open_with(&options, &shelves, 0);
    for (uint32_t number = 0; number < 2; number++) {
        Epoch *epoch = take(loader, number, 0);
        if (epoch->images != IMAGES - 3 || loader_images(loader) != IMAGES - 3)
            _Exit(50);
        free(epoch);
    }
    loader_close(loader);
    shelves_close(&shelves);
    dataset_close(set);
}

static const char *const damage[] = {
    "train/cat.3.jpg: is empty\n",
    "train/dog.25.jpg: is GIF, none of PNG, JPEG, WebP, TIFF, BMP, PPM\n",
    "train/dog.30.jpg: is a damaged JPEG: Premature end of JPEG file\n",
};

static void damaged_files(void)
{
    char *folder = pets_with_damage(), text[4096];
    Opening opening = { job_of_pets(), folder };
    CU_ASSERT_EQUAL(scratch_child(run_epochs, &opening, text, sizeof text), EXIT_WORLD);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text, damage[i]));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "3 of 37 files cannot be read; mend them, or say "
                                  "'damaged skip'"));

    opening.job.data.damaged = DAMAGED_SKIP;
    CU_ASSERT_EQUAL(scratch_child(run_epochs, &opening, text, sizeof text), 0);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text, damage[i]));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "3 of 37 files cannot be read and are left out\n"));

    opening.job.data.damaged_limit = 2;
    CU_ASSERT_EQUAL(scratch_child(run_epochs, &opening, text, sizeof text), EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(text,
                                  "3 of 37 files cannot be read, more than the card's limit of 2"));
    scratch_close(folder);
}

/* A file that goes away after it was found sound: only a full cache does without it. */
static void vanished_file(void *argument)
{
    Opening *opening = argument;
    Dataset *set = dataset_open(&opening->job, 2, opening->root);
    LoaderOptions options = options_for(set);
    Shelves shelves;
    Loader *loader = open_with(&options, &shelves, 0);
    if (remove(scratch_path(opening->root, "train/cat.7.jpg")) != 0)
        _Exit(50);
    free(take(loader, 0, 0));
    if (loader_lost(loader))
        fault("%s", loader_lost(loader));
}

static void files_that_vanish(void)
{
    char *folder = pets(), text[4096];
    Opening opening = { job_of_pets(), folder };
    CU_ASSERT_EQUAL(scratch_child(vanished_file, &opening, text, sizeof text), EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(text,
                                  "/train/cat.7.jpg could be read at first, but now cannot be "
                                  "opened: No such file or directory"));
    scratch_close(folder);
}

/* Where nothing is left of a part or a class, nothing begins. */
static void nothing_left(void)
{
    char *folder = pets(), text[8192], name[64];
    Opening opening = { job_of_pets(), folder };
    opening.job.data.damaged = DAMAGED_SKIP;
    for (int i = CATS; i < IMAGES; i++) {
        snprintf(name, sizeof name, "train/dog.%d.jpg", i);
        scratch_write(folder, name, "", 0);
    }
    CU_ASSERT_EQUAL(scratch_child(run_epochs, &opening, text, sizeof text), EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, ": class 'dog' has no picture to train on that can be read\n"));
    for (int i = 0; i < CATS; i++) {
        snprintf(name, sizeof name, "train/cat.%d.jpg", i);
        scratch_write(folder, name, "", 0);
    }
    CU_ASSERT_EQUAL(scratch_child(run_epochs, &opening, text, sizeof text), EXIT_MISTAKE);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "pets.net:3:1: error: none of the 37 pictures can be used: the first, "
                                  "'train/cat.0.jpg', is empty\n"));
    scratch_close(folder);
}

static uint64_t fingerprint(const char *folder)
{
    Job job = job_of_pets();
    Dataset *set = dataset_open(&job, 2, folder);
    LoaderOptions options = options_for(set);
    Shelves shelves = shelves_open(set, PARTS_OF(PART_TRAIN), 2, 0, NULL, NULL);
    options.shelf = shelves.shelf[PART_TRAIN];
    Loader *loader = loader_open(&options);
    uint64_t found = loader_fingerprint(loader, 0);
    loader_close(loader);
    shelves_close(&shelves);
    dataset_close(set);
    return found;
}

/* The pictures that can be read decide the order: another order is not taken for the same. */
static void fingerprints(void)
{
    char *folder = pets();
    uint64_t sound = fingerprint(folder);
    CU_ASSERT_EQUAL(sound, fingerprint(folder));
    scratch_write(folder, "train/cat.3.jpg", "", 0);
    uint64_t damaged = fingerprint(folder);
    CU_ASSERT_NOT_EQUAL(sound, damaged);
    Encoded file = encode_sample(9, 9, 1);          /* another is damaged instead */
    scratch_write(folder, "train/cat.3.jpg", file.bytes, file.length);
    scratch_write(folder, "train/cat.4.jpg", "", 0);
    CU_ASSERT_NOT_EQUAL(damaged, fingerprint(folder));
    free(file.bytes);
    scratch_close(folder);
}

/* What training reads is judged as a whole, by whoever asks. */
static void one_verdict(void)
{
    char *folder = pets_with_damage();
    Job job = job_of_pets();
    job.data.damaged = DAMAGED_SKIP;
    job.data.part[PART_VALIDATION].share = 0.5;
    job.data.seed = 2;                              /* of the three damaged, some are in each part */
    for (job.data.damaged_limit = 1; job.data.damaged_limit <= 3; job.data.damaged_limit++) {
        Dataset *set = dataset_open(&job, 2, folder);
        Shelves all = shelves_open(set, ALL_PARTS, 2, 0, NULL, NULL);
        Shelves training = shelves_open(set, PARTS_OF(PART_TRAIN) | PARTS_OF(PART_VALIDATION), 2, 0, NULL,
                                        NULL);
        CU_ASSERT_EQUAL(shelves_refused(&all), job.data.damaged_limit < 3);
        CU_ASSERT_EQUAL(shelves_refused(&training), job.data.damaged_limit < 3);
        CU_ASSERT_TRUE(shelf_damaged(all.shelf[PART_TRAIN]) > 0);
        CU_ASSERT_TRUE(shelf_damaged(all.shelf[PART_VALIDATION]) > 0);
        shelves_close(&all);
        shelves_close(&training);
        dataset_close(set);
    }
    scratch_close(folder);
}

/* ---- the report ---- */

static void count_progress(void *context, long done, long total)
{
    *(long *)context = done == total ? total : -1;
}

static void report(void)
{
    char *folder = pets_with_damage(), *text;
    size_t length;
    Job job = job_of_pets();
    job.data.damaged = DAMAGED_SKIP;
    job.data.part[PART_VALIDATION].share = 0.25;
    scratch_write(folder, "train/.hidden", "", 0);
    Dataset *set = dataset_open(&job, 2, folder);
    long told = 0;
    Shelves shelves = shelves_open(set, ALL_PARTS, 2, 0, count_progress, &told);
    FILE *out = open_memstream(&text, &length);
    data_report(out, &shelves);
    fclose(out);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "class    training  validation     damaged\n"
                                        "cat            15           5           1\n"
                                        "dog            11           3           2\n"
                                        "total          26           8           3\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  smallest       10 x 16    train/cat.14.jpg\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  largest        40 x 40    train/cat.20.jpg\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  most common    10 x 40    2 of 34\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "3 of 37 files cannot be read and will be left out\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "1 passed over"));
    for (int i = 0; i < 3; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text, damage[i]));
    CU_ASSERT_EQUAL(shelves_damaged(&shelves), 3);
    CU_ASSERT_EQUAL(told, 9);
    uint8_t *png = batch_sheet_png(&shelves, BATCH, 1, 2, &length);
    CU_ASSERT(png && length > 100);
    free(png);
    shelves_close(&shelves);
    dataset_close(set);
    free(text);
    scratch_close(folder);
}

void suite_loader(void)
{
    CU_pSuite suite = CU_add_suite("data: loader", NULL, NULL);
    CU_ADD_TEST(suite, turns);
    CU_ADD_TEST(suite, threads_and_cache);
    CU_ADD_TEST(suite, mixed_pairs);
    CU_ADD_TEST(suite, epochs_seeds_and_positions);
    CU_ADD_TEST(suite, plain_order);
    CU_ADD_TEST(suite, shuffled_order);
    CU_ADD_TEST(suite, damaged_files);
    CU_ADD_TEST(suite, files_that_vanish);
    CU_ADD_TEST(suite, nothing_left);
    CU_ADD_TEST(suite, fingerprints);
    CU_ADD_TEST(suite, one_verdict);
    CU_ADD_TEST(suite, report);
}
