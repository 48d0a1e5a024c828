/* machine.c - each measure is the best of several short runs: what disturbs one makes it slower, never
 * faster. */

#include "runtime/network/machine.h"

#include <stdlib.h>

#define VL 4                    /* memory is slower than the narrowest vectors */
#include "runtime/kernels/vec.h"

#include "runtime/system/clock.h"
#include "runtime/system/memory.h"

enum {
    RUNS = 20,
    ROUNDS = 1 << 19,           /* of a run's products and sums: some 5 milliseconds */
    FLOATS = 1 << 24,           /* of each array, 64 MB: more than caches hold */
    PARTS = 64                  /* in which threads share an array out */
};

/* ---- arithmetic ---- */

/* A thread that another program interrupts must not spoil the measure of all. */
typedef struct {
    const Peak *peak;
    float *sums;                /* [tasks][peak->floats] */
    double *least;              /* [tasks] seconds; 0: not yet run */
} Arithmetic;

static void multiply_and_add(void *context, int task, int worker)
{
    const Arithmetic *arithmetic = context;
    double begun = seconds_now(), *least = &arithmetic->least[task];
    (void)worker;
    arithmetic->peak->run(arithmetic->sums + (long)task * arithmetic->peak->floats, ROUNDS);
    double seconds = seconds_now() - begun;
    *least = *least == 0 || seconds < *least ? seconds : *least;
}

static double multiply_adds_a_second(Pool *pool, const Peak *peak)
{
    int tasks = pool_threads(pool);
    Arithmetic arithmetic = { .peak = peak,
                              .sums = need_memory(sizeof(float) * (size_t)tasks * (size_t)peak->floats),
                              .least = need_memory(sizeof(double) * (size_t)tasks) };
    double sum = 0;
    for (int run = 0; run < RUNS; run++)
        pool_run(pool, multiply_and_add, &arithmetic, tasks);
    for (int task = 0; task < tasks; task++)
        sum += (double)ROUNDS * peak->floats / arithmetic.least[task];
    free(arithmetic.sums);
    free(arithmetic.least);
    return sum;
}

/* ---- memory ---- */

typedef struct { float *a, *b, *c; } Arrays;    /* [FLOATS] */

static void triad(void *context, int task, int worker)
{
    const Arrays *arrays = context;
    const long end = (task + 1L) * (FLOATS / PARTS);
    (void)worker;
    for (long i = task * (FLOATS / PARTS); i < end; i += VL)
        store(arrays->a + i, load(arrays->b + i) + 3 * load(arrays->c + i));
}

static double bytes_a_second(Pool *pool)
{
    const size_t bytes = sizeof(float) * FLOATS;
    Arrays arrays = { need_memory(bytes), need_memory(bytes), need_memory(bytes) };
    double least = 0;
    for (int run = 0; run < RUNS; run++) {
        double begun = seconds_now();
        pool_run(pool, triad, &arrays, PARTS);
        double seconds = seconds_now() - begun;
        least = run == 0 || seconds < least ? seconds : least;
    }
    free(arrays.a);
    free(arrays.b);
    free(arrays.c);
    return 3 * (double)bytes / least;
}

Machine machine_measure(Pool *pool, const Peak *peak)
{
    return (Machine){ .multiply_adds = multiply_adds_a_second(pool, peak), .bytes = bytes_a_second(pool) };
}
