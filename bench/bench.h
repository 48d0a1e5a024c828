/* bench.h - what the sections of `make bench` share. */

#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "bench/contender.h"
#include "bench/table.h"

/* X(name, what it measures), in order. Each is a function section_NAME in a file of its name in sections/. */
#define SECTIONS(X) \
    X(step, "a training step of the tutorial's network, batch 32") \
    X(scale, "images a second times work an image, against batch 32 at 150 pixels") \
    X(predict, "answers, with weights in memory") \
    X(networks, "training steps of networks of models/") \
    X(layers, "the tutorial's layers, against oneDNN") \
    X(kernels, "convolutions of 56x56 and what follows, 32 images, against the roofline") \
    X(pictures, "batches of augmented pictures, and nothing else") \
    X(epoch, "training on JPEG files, against the bare step on the same pictures") \
    X(memory, "memory of a training, batch 32") \
    X(compile, "from a card to a program")

enum { THREADS = 2, BATCH = 32 };           /* of all that is not said to be otherwise */

typedef struct {
    double gflops, read, copy;              /* GFLOP/s from registers, GB/s of memory */
} Limits;

typedef struct {
    Table *table;
    const char *shared;                     /* the folder that has yardstick/ and photos/, or has not */
    Limits limits[THREADS + 1];             /* by the number of threads */
} Bench;

#define X(name, what) void section_##name(Bench *bench);
SECTIONS(X)
#undef X

/* Adds a row; designated fields of a Row. */
#define add_row(bench, ...) table_add((bench)->table, &(Row){ __VA_ARGS__ })

/* What the machine can do just now; it takes a second. */
Limits measure_limits(int threads);

/* Those who race; NULL, and a line in the table, where one is not to be had. */
Contender *open_yardstick(Bench *bench, const char *mode, int threads, int batch);
Contender *open_baseline(const char *mode, int threads);

/* A program of build/bench/cards/ that card_build made with the contender "step". */
Contender *open_step(const char *name, const char *mode, int threads, int batch);

static inline double per_second(int images, double ms)
{
    return ms > 0 ? 1e3 * images / ms : 0;
}

#endif
