/* epoch.c - a contender that trains on pictures, by the program it is linked with. A round is so many
 * steps, through epoch after epoch as `train` runs them; `--mode bare` steps through batches that it made
 * before, so that nothing else happens. All modes begin with the same weights and the same pictures in the
 * same order.
 *
 * usage: epoch [--data DIR] [--threads N] [--mode bare|loaded] [--cache MB] [--steps N]      see serve.h */

#include <stdio.h>
#include <string.h>

#include "bench/contenders/serve.h"
#include "runtime/data/dataset.h"
#include "runtime/data/loader.h"
#include "runtime/data/shelf.h"
#include "runtime/network/initialise.h"
#include "runtime/network/network.h"
#include "runtime/system/memory.h"

extern const Program program;

enum { HELD = 16 };             /* batches that are kept for bare steps */

typedef struct {
    Network *network;
    Loader *loader;
    uint32_t epoch;
    uint64_t update;
    int steps;                  /* of a round */
    Batch held[HELD];
    bool bare;
} Training;

static void run_step(Training *training, const Batch *batch)
{
    network_run(training->network, &program.train, &(Step){
        .input = batch->input, .target = batch->target, .n = batch->n, .position = batch->position,
        .rate = program.job.train.rate, .update = ++training->update, .seed = 1, .epoch = training->epoch,
    });
}

/* The next whole batch, of the next epoch where one has ended. */
static const Batch *next(Training *training)
{
    const Batch *batch = loader_next(training->loader);
    while (!batch || batch->n < program.batch) {
        if (!batch)
            loader_start(training->loader, training->epoch++, 0);
        batch = loader_next(training->loader);
    }
    return batch;
}

static void run(void *context)
{
    Training *training = context;
    for (int i = 0; i < training->steps; i++)
        run_step(training, training->bare ? &training->held[i % HELD] : next(training));
}

static void hold(Batch *held, const Batch *batch)
{
    size_t input = sizeof(float) * (size_t)(batch->n * shape_size(program.job.input.shape));
    size_t target = target_bytes(&program) * (size_t)batch->n;
    *held = *batch;
    held->input = memcpy(need_memory(input + INPUT_SLACK), batch->input, input);
    held->target = memcpy(need_memory(target), batch->target, target);
}

/* A first epoch, which finds the files in the system's memory and the weights on their way. */
static void warm_up(Training *training)
{
    for (int i = 0; i < HELD; i++) {
        const Batch *batch = next(training);
        if (training->bare)
            hold(&training->held[i], batch);
        run_step(training, batch);
    }
}

int main(int argc, char **argv)
{
    int threads = told_number(argc, argv, "threads", 2);
    size_t cache = (size_t)told_number(argc, argv, "cache", 0) << 20;
    const Dataset *dataset = dataset_open(&program.job, program.classes, told(argc, argv, "data", NULL));
    Training training = {
        .network = network_open(&program, &program.train, threads),
        .steps = told_number(argc, argv, "steps", 8),
        .bare = !strcmp(told(argc, argv, "mode", "loaded"), "bare"),
        .loader = loader_open(&(LoaderOptions){
            .dataset = dataset, .part = PART_TRAIN, .batch = program.batch, .threads = threads,
            .augment = true, .seed = 1,
            .shelf = shelf_open(dataset, PART_TRAIN, threads, cache, NULL, NULL),
        }),
    };
    char facts[80];
    initialise(training.network, 1);
    warm_up(&training);
    snprintf(facts, sizeof facts, "{\"images\": %ld}", loader_images(training.loader));
    serve(facts, run, &training);
}
