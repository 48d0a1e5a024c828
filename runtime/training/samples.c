#include "runtime/training/samples.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/data/balance.h"
#include "runtime/data/measure.h"
#include "runtime/kernels/random.h"
#include "runtime/show/progress.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

static size_t image_floats(const Program *program)
{
    return (size_t)shape_size(program->job.input.shape);
}

static Batch empty_batch(const Program *program, int n)
{
    return (Batch){ .n = n, .target = need_memory(target_bytes(program) * (size_t)n),
                    .input = need_memory(sizeof(float) * image_floats(program) * (size_t)n + INPUT_SLACK) };
}

void samples_free(Batch *batch)
{
    free(batch->input);
    free((void *)batch->target);
}

/* ---- noise ---- */

static void draw_image(float *image, size_t floats, uint64_t seed, uint32_t number)
{
    uint32_t word[4];
    for (size_t i = 0; i < floats; i++) {
        if (i % 4 == 0)
            random_draw(word, seed, 0, number, (uint32_t)(i / 4), RANDOM_NOISE);
        image[i] = random_uniform_float(word[i % 4]);
    }
}

/* One class after another, in pixels too; shares and numbers are as the image's values. */
static void draw_target(const Program *program, void *target, const float *noise, int image)
{
    const JobTarget *of = &program->job.target;
    bool classes = of->kind == TARGET_CLASS || of->kind == TARGET_MASK;
    for (long i = 0; i < shape_size(of->shape); i++)
        if (classes)
            ((int32_t *)target)[i] = (int32_t)((image + i) % program->classes);
        else
            ((float *)target)[i] = noise[(size_t)i % image_floats(program)];
}

static void draw_batches(Samples *samples, const Program *program, int n, uint64_t seed)
{
    for (int b = 0; b < SAMPLES_HELD; b++) {
        Batch *batch = &samples->held[samples->count++];
        *batch = empty_batch(program, n);
        batch->position = (uint32_t)(b * n);
        for (int i = 0; i < n; i++) {
            draw_image(batch->input + (size_t)i * image_floats(program), image_floats(program), seed,
                       batch->position + (uint32_t)i);
            draw_target(program, (char *)batch->target + (size_t)i * target_bytes(program), batch->input, i);
        }
    }
}

/* ---- pictures ---- */

Batch samples_copy(const Program *program, const Batch *batch)
{
    Batch copy = empty_batch(program, batch->n);
    memcpy(copy.input, batch->input, sizeof(float) * image_floats(program) * (size_t)batch->n);
    memcpy((void *)copy.target, batch->target, target_bytes(program) * (size_t)batch->n);
    copy.class_weight = batch->class_weight;
    copy.position = batch->position;
    return copy;
}

static void hold_batches(Samples *samples, const Program *program, int n)
{
    uint32_t epoch = 0;
    long whole = loader_images(samples->loader) / n;
    while (samples->count < SAMPLES_HELD && samples->count < (whole ? whole : 1))
        samples->held[samples->count++] = samples_copy(program, samples_next(samples, &epoch));
}

const Batch *samples_next(Samples *samples, uint32_t *epoch)
{
    const Batch *batch = loader_next(samples->loader);
    if (!batch && !loader_lost(samples->loader)) {
        loader_start(samples->loader, ++*epoch, 0);
        batch = loader_next(samples->loader);
    }
    if (!batch)
        fault("%s", loader_lost(samples->loader));
    return batch;
}

/* ---- either ---- */

Samples samples_of(const Options *options, Dataset *dataset, Shelves shelves, int batch, uint64_t seed)
{
    Samples samples = { .dataset = dataset, .shelves = shelves };
    measure_input(dataset, shelves.shelf[PART_TRAIN]);
    balance_weigh(dataset, shelves.shelf[PART_TRAIN]);
    samples.ring = ring_open(dataset->job, batch);
    samples.loader = loader_open(&(LoaderOptions){
        .dataset = dataset, .part = PART_TRAIN, .shelf = shelves.shelf[PART_TRAIN], .batch = batch,
        .ring = samples.ring, .threads = options->threads, .augment = true, .seed = seed,
    });
    loader_start(samples.loader, 0, 0);
    return samples;
}

Samples samples_open(const Program *program, const Options *options, int batch, uint64_t seed)
{
    Samples samples = { 0 };
    Progress progress = progress_open(options->quiet);
    if (options->random) {
        draw_batches(&samples, program, batch, seed);
        return samples;
    }
    Dataset *dataset = dataset_open(&program->job, program->classes, options->data);
    Shelves shelves = shelves_open(dataset, PARTS_OF(PART_TRAIN), options->threads, options->cache,
                                   progress_reading, &progress);
    shelves_judge(&shelves);
    samples = samples_of(options, dataset, shelves, batch, seed);
    hold_batches(&samples, program, batch);
    return samples;
}

void samples_close(Samples *samples)
{
    for (int b = 0; b < samples->count; b++)
        samples_free(&samples->held[b]);
    if (!samples->loader)
        return;
    loader_close(samples->loader);
    ring_close(samples->ring);
    shelves_close(&samples->shelves);
    dataset_close(samples->dataset);
}
