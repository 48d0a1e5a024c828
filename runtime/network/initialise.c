#include "runtime/network/initialise.h"

#include <stdbool.h>
#include <stdlib.h>

#include "runtime/kernels/random.h"
#include "runtime/system/memory.h"

enum {
    WORDS = 4,                  /* that the generator gives at a time */
    BAND = 64                   /* rows of a task */
};

typedef struct {
    Tensor tensor;
    uint64_t seed;
    uint32_t purpose;
} Fill;

/* Words of one element's own, or of the WORDS elements that share a counter. */
static void words(uint32_t out[WORDS], const Fill *fill, uint32_t attempt, uint64_t index)
{
    random_draw(out, fill->seed, attempt, (uint32_t)(index >> 32), (uint32_t)index, fill->purpose);
}

/* exp(-t) for t from 0 to 2, by its series: the sum of 2^k/k! beyond the 20th term is below 2^-39. */
static double exp_minus(double t)
{
    double sum = 1;
    for (int k = 20; k; k--)
        sum = 1 + sum * t / k;
    return 1 / sum;
}

/* True where u is below exp(-t). The series cut after two terms and after three are bounds, and decide
 * most cases. */
static bool under_bell(double u, double t)
{
    if (u < 1 - t)
        return true;
    return u < 1 - t + t * t / 2 && u < exp_minus(t);
}

/* A normal number of deviation 1, truncated at 2: a point under the bell, by rejection (von Neumann
 * 1951). Six of ten points lie there. */
static double truncated_normal(const Fill *fill, uint64_t element)
{
    for (uint32_t attempt = 0; ; attempt++) {
        uint32_t word[WORDS];
        words(word, fill, attempt, element);
        for (int i = 0; i < WORDS; i += 2) {
            double x = 4 * random_uniform(word[i]) - 2;
            if (under_bell(random_uniform(word[i + 1]), x * x / 2))
                return x;
        }
    }
}

static void normal_row(const Fill *fill, long row, float *values)
{
    const Parameter *p = fill->tensor.layout;
    for (int i = 0; i < p->columns; i++)
        values[i] = (float)(p->deviation * truncated_normal(fill, (uint64_t)(row * p->columns + i)));
}

static void uniform_row(const Fill *fill, long row, float *values)
{
    const Parameter *p = fill->tensor.layout;
    uint64_t element = (uint64_t)row * (uint64_t)p->columns;
    uint32_t word[WORDS];
    for (int i = 0; i < p->columns; i++, element++) {
        if (i == 0 || element % WORDS == 0)
            words(word, fill, 0, element / WORDS);
        values[i] = (float)(p->limit * (2.0 * random_uniform_float(word[element % WORDS]) - 1));
    }
}

static void initialise_band(void *context, int band, int worker)
{
    const Fill *fill = context;
    const Parameter *p = fill->tensor.layout;
    float *values = need_memory(sizeof(float) * (size_t)p->columns);
    (void)worker;
    for (long row = (long)band * BAND; row < p->rows && row < (band + 1L) * BAND; row++) {
        if (p->deviation != 0)
            normal_row(fill, row, values);
        else if (p->limit != 0)
            uniform_row(fill, row, values);
        else
            for (int i = 0; i < p->columns; i++)
                values[i] = (float)p->value;
        tensor_set_row(&fill->tensor, row, values);
    }
    free(values);
}

void initialise(const Network *network, uint64_t seed)
{
    Tensors all = network_tensors(network, NULL);
    for (int i = 0; i < all.count; i++) {
        Fill fill = { all.tensor[i], seed, RANDOM_PARAMETER + (uint32_t)i };
        long rows = fill.tensor.layout->rows;
        pool_run(network->pool, initialise_band, &fill, (int)((rows + BAND - 1) / BAND));
    }
    network_free_tensors(all);
}
