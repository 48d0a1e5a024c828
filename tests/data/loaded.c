#include "tests/data/loaded.h"

#include <CUnit/CUnit.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/commands/data_json.h"
#include "runtime/commands/data_report.h"
#include "runtime/data/balance.h"
#include "runtime/data/measure.h"
#include "runtime/system/fault.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"
#include "tests/data/card.h"
#include "tests/support/encode.h"
#include "tests/support/scratch.h"

/* ---- files ---- */

void write_grey(const char *folder, const char *name, int h, int w, const uint8_t *pixel)
{
    uint16_t *sample = need_memory(sizeof *sample * (size_t)(h * w));
    for (int i = 0; i < h * w; i++)
        sample[i] = pixel[i];
    Encoded file = encode_png(&(PngRecipe){ .h = h, .w = w, .colour = PNG_COLOR_TYPE_GRAY, .depth = 8,
                                            .sample = sample });
    scratch_write(folder, name, file.bytes, file.length);
    free(file.bytes);
    free(sample);
}

void write_text(const char *folder, const char *name, const char *text)
{
    scratch_write(folder, name, text, strlen(text));
}

void write_npy(const char *folder, const char *name, const char *type, const char *shape, const void *values,
               size_t bytes)
{
    char *file, header[200];
    size_t length;
    FILE *out = open_memstream(&file, &length);
    int size = snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s}\n", type, shape);
    fwrite("\x93NUMPY\1\0", 1, 8, out);
    fputc(size & 255, out);
    fputc(size >> 8, out);
    fwrite(header, 1, (size_t)size, out);
    fwrite(values, 1, bytes, out);
    fclose(out);
    scratch_write(folder, name, file, length);
    free(file);
}

/* ---- jobs ---- */

Job plain_job(DataKind kind, Shape input, TargetKind target, Shape answer)
{
    Job job = card_job();               /* whose loss, of shares, is that of labels */
    job.input.shape = input;
    job.data.kind = kind;
    job.data.classes = 0;
    job.data.part[PART_VALIDATION].share = 0;
    job.data.table = (JobTable){ .root = "", .separator = "|", .scale = 1,
                                 .file_place = card_place(7, "file image"), .label_place = card_place(8, "label kind"),
                                 .split_place = card_place(9, "split part") };
    job.data.target_place = card_place(8, "target a b");
    job.target = (JobTarget){ target, answer };
    return job;
}

void set_paths(Job *job, PartKind part, const char *const *path, int paths)
{
    job->data.part[part] = (JobPart){ .path = path, .paths = paths, .place = card_place(3, "data \"train\" {") };
}

/* ---- a batch ---- */

Shelves shelve_data(const Dataset *set)
{
    unsigned parts = 0;
    for (PartKind part = 0; part < PART_COUNT; part++)
        parts |= set->part[part].items ? PARTS_OF(part) : 0;
    return shelves_open(set, parts, 2, 1 << 20, NULL, NULL);
}

Loaded load_data(const Job *job, int outputs, const char *root, bool augment)
{
    Loaded loaded = { .set = dataset_open(job, outputs, root) };
    loaded.shelves = shelve_data(loaded.set);
    shelves_judge(&loaded.shelves);
    measure_input(loaded.set, loaded.shelves.shelf[PART_TRAIN]);
    balance_weigh(loaded.set, loaded.shelves.shelf[PART_TRAIN]);
    loaded.loader = loader_open(&(LoaderOptions){ .dataset = loaded.set, .part = PART_TRAIN,
                                                  .shelf = loaded.shelves.shelf[PART_TRAIN], .batch = 8,
                                                  .threads = 2, .augment = augment, .seed = 1 });
    loader_start(loaded.loader, 0, 0);
    loaded.batch = loader_next(loaded.loader);
    CU_ASSERT_PTR_NOT_NULL_FATAL(loaded.batch);
    return loaded;
}

void unload_data(Loaded *loaded)
{
    loader_close(loaded->loader);
    shelves_close(&loaded->shelves);
    dataset_close(loaded->set);
}

void expect_floats(const float *got, const float *expected, int count)
{
    for (int i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(got[i], expected[i]);
        if (got[i] != expected[i])
            fprintf(stderr, "number %d is %g, not %g\n", i, (double)got[i], (double)expected[i]);
    }
}

void expect_classes(const int32_t *got, const int32_t *expected, int count)
{
    for (int i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(got[i], expected[i]);
        if (got[i] != expected[i])
            fprintf(stderr, "class %d is %d, not %d\n", i, got[i], expected[i]);
    }
}

void expect_report(const Loaded *loaded, const char *expected)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    Shelves all = shelves_open(loaded->set, ALL_PARTS, 1, 0, NULL, NULL);
    data_report(out, &all);
    shelves_close(&all);
    fclose(out);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, expected));
    if (!strstr(text, expected))
        fprintf(stderr, "data says\n%s\nnot\n%s\n", text, expected);
    free(text);
}

void expect_json(const Loaded *loaded, const char *key, const char *expected)
{
    Shelves all = shelves_open(loaded->set, ALL_PARTS, 1, 0, NULL, NULL);
    ChannelFacts *facts = channel_facts(&all, 1);
    Alike alike = alike_find(&all, 1);
    json_t *told = data_json(&all, facts, &alike), *value = json_object_get(told, key);
    char *text = value ? json_line(value) : NULL;
    bool same = text && expected ? !strcmp(text, expected) : !text && !expected;
    CU_ASSERT_TRUE(same);
    if (!same)
        fprintf(stderr, "'%s' is\n%s\nnot\n%s\n", key, text, expected);
    free(text);
    json_decref(told);
    alike_free(&alike);
    free(facts);
    shelves_close(&all);
}

/* ---- mistakes ---- */

static void open_it(void *argument)
{
    Opening *opening = argument;
    Dataset *set = dataset_open(&opening->job, opening->outputs, opening->root);
    Shelves shelves = shelve_data(set);
    shelves_judge(&shelves);
    measure_input(set, shelves.shelf[PART_TRAIN]);
    shelves_close(&shelves);
    dataset_close(set);
}

int try_opening(Opening opening, char *said, size_t room)
{
    return scratch_child(open_it, &opening, said, room);
}

void expect_said(Opening opening, int code, const char *said)
{
    char text[4096];
    CU_ASSERT_EQUAL(try_opening(opening, text, sizeof text), code);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, said));
    if (!strstr(text, said))
        fprintf(stderr, "it says\n%s, not '%s'\n", text, said);
}

void expect_mistake(Opening opening, const char *said)
{
    expect_said(opening, EXIT_MISTAKE, said);
}

void expect_one_mistake(Opening opening, const char *said)
{
    char text[4096];
    expect_mistake(opening, said);
    try_opening(opening, text, sizeof text);
    const char *first = strstr(text, ": error: "), *second = first ? strstr(first + 1, ": error: ") : NULL;
    CU_ASSERT_PTR_NULL(second);
    if (second)
        fprintf(stderr, "it says more than '%s':\n%s", said, text);
}

/* ---- data sets that several tests take ---- */

static const char *const photos_and_masks[] = { "photos", "masks" };

char *draw_pairs(void)
{
    char *folder = scratch_open();
    uint8_t picture[24], mask[24];
    for (int i = 0; i < 24; i++) {
        picture[i] = (uint8_t)(10 * i);
        mask[i] = (uint8_t)(i / 12 * 2 + i % 6 / 3);
    }
    write_grey(folder, "photos/a/one.PNG", 4, 6, picture);
    write_grey(folder, "masks/a/one.png", 4, 6, mask);
    mask[0] = 255;
    write_grey(folder, "photos/two.jpeg", 4, 6, picture);
    write_grey(folder, "masks/two.png", 4, 6, mask);
    return folder;
}

Job pairs_job(void)
{
    Job job = plain_job(DATA_PAIRS, (Shape){ 4, 6, 1 }, TARGET_MASK, (Shape){ 4, 6, 1 });
    set_paths(&job, PART_TRAIN, photos_and_masks, 2);
    job.data.ignores = true;
    job.data.ignore = 255;
    return job;
}

const char *const table_path[1] = { "t.csv" };

Job table_job(TargetKind target, Shape answer)
{
    Job job = plain_job(DATA_CSV, (Shape){ 1, 1, 2 }, target, answer);
    set_paths(&job, PART_TRAIN, table_path, 1);
    return job;
}

Job labels_job(void)
{
    Job job = table_job(TARGET_CLASS, (Shape){ 1, 1, 1 });
    job.data.table.label = "kind";
    return job;
}
