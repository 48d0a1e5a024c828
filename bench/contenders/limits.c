/* limits.c - what this machine can do at most, which no kernel passes: products and sums from registers,
 * and bytes from and to memory, by so many threads. Each is the best of several short runs: what disturbs
 * one makes it slower.
 *
 * usage: limits --threads N        prints {"gflops": R, "read": R, "copy": R}, the last two in GB/s */

#include <omp.h>
#include <stdio.h>

#include "bench/contenders/memory.h"
#include "bench/contenders/serve.h"
#include "bench/contenders/tile.h"
#include "runtime/system/clock.h"

enum { RUNS = 40, SUMS = LANES == 16 ? 24 : 12, ROUNDS = 1 << 19, FLOATS = 1 << 24 };

/* `from` and `to` are FLOATS floats; `seen` keeps the compiler from leaving it all out. */
typedef void Work(const float *from, float *to, Vector *seen);

static void multiply_and_add(const float *from, float *to, Vector *seen)
{
    Vector sum[SUMS], half = load(from), one = load(from + LANES);
    (void)to;
    UNROLL for (int i = 0; i < SUMS; i++)
        sum[i] = one * (float)i;
    ROLLED for (int round = 0; round < ROUNDS; round++)
        UNROLL for (int i = 0; i < SUMS; i++)
            sum[i] = sum[i] * half + one;
    UNROLL for (int i = 0; i < SUMS; i++)
        *seen += sum[i];
}

static void read_all(const float *from, float *to, Vector *seen)
{
    Vector sum[8] = {0};
    (void)to;
    for (long i = 0; i < FLOATS; i += 8 * LANES)
        UNROLL for (int k = 0; k < 8; k++)
            sum[k] += load(from + i + k * LANES);
    UNROLL for (int k = 0; k < 8; k++)
        *seen += sum[k];
}

static void copy_all(const float *from, float *to, Vector *seen)
{
    (void)seen;
    for (long i = 0; i < FLOATS; i += LANES)
        store(to + i, load(from + i));
}

/* Seconds in which all threads did the work, each on arrays of its own. */
static double fastest(Work *work, int threads, float *const *from, float *const *to)
{
    double least = 0;
    for (int run = 0; run < RUNS; run++) {
        double begun = seconds_now();
        #pragma omp parallel num_threads(threads)
        {
            Vector seen = {0};
            work(from[omp_get_thread_num()], to[omp_get_thread_num()], &seen);
            *(volatile float *)to[omp_get_thread_num()] = seen[0];
        }
        double seconds = seconds_now() - begun;
        least = run == 0 || seconds < least ? seconds : least;
    }
    return least;
}

int main(int argc, char **argv)
{
    int threads = told_number(argc, argv, "threads", 1);
    float *from[threads], *to[threads];
    for (int t = 0; t < threads; t++) {
        from[t] = floats(FLOATS);
        to[t] = floats(FLOATS);
        for (int i = 0; i < 2 * LANES; i++)
            from[t][i] = i < LANES ? 0.5f : 1;
    }
    double bytes = 4.0 * FLOATS * threads, products = (double)ROUNDS * SUMS * LANES * threads;
    printf("{\"gflops\": %.2f, ", 2e-9 * products / fastest(multiply_and_add, threads, from, to));
    printf("\"read\": %.2f, ", 1e-9 * bytes / fastest(read_all, threads, from, to));
    printf("\"copy\": %.2f}\n", 2e-9 * bytes / fastest(copy_all, threads, from, to));
    return 0;
}
