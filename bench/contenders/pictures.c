/* pictures.c - a contender that makes batches of pictures and nothing else, through the loader of the
 * program it is linked with: a round is an epoch of the pictures below --data, which are decoded, resized
 * and augmented by all threads, or where --cache holds them, augmented alone.
 *
 * usage: pictures [--data DIR] [--threads N] [--cache MB]      a contender, see serve.h */

#include <stdio.h>

#include "bench/contenders/serve.h"
#include "runtime/data/dataset.h"
#include "runtime/data/loader.h"
#include "runtime/data/shelf.h"
#include "runtime/network/program.h"

extern const Program program;

typedef struct {
    Loader *loader;
    uint32_t epoch;
} Pictures;

static void run(void *context)
{
    Pictures *pictures = context;
    loader_start(pictures->loader, pictures->epoch++, 0);
    while (loader_next(pictures->loader))
        ;
}

int main(int argc, char **argv)
{
    int threads = told_number(argc, argv, "threads", 2);
    size_t cache = (size_t)told_number(argc, argv, "cache", 0) << 20;
    const Dataset *dataset = dataset_open(&program.job, program.classes, told(argc, argv, "data", NULL));
    Pictures pictures = { .loader = loader_open(&(LoaderOptions){
        .dataset = dataset, .part = PART_TRAIN, .batch = program.batch, .threads = threads,
        .augment = true, .seed = 1,
        .shelf = shelf_open(dataset, PART_TRAIN, threads, cache, NULL, NULL),
    }) };
    char facts[80];
    snprintf(facts, sizeof facts, "{\"images\": %ld}", loader_images(pictures.loader));
    serve(facts, run, &pictures);
}
