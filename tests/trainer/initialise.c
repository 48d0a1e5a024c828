/* initialise.c - first values have the distribution that was asked for, depend on the seed and the
 * parameter's number alone, not on how it lies in the block or on threads, and leave padding zero. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/initialise.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

enum { ROWS = 301, COLUMNS = 103, PADDED = 304 * 112 };

#define MATRIX(tile_r, tile_c, at) \
    .name = "x", .dims = 2, .dim = { ROWS, COLUMNS }, .rows = ROWS, .columns = COLUMNS, \
    .tile_rows = tile_r, .tile_columns = tile_c, .floats = PADDED, .place = (at) * PADDED * sizeof(float)

/* Tiles of 8x16 reach 304 rows and 112 columns. */
static const Parameter tiled[] = {
    { MATRIX(8, 16, 0), .limit = 0.25 }, { MATRIX(8, 16, 1), .deviation = 0.5 }, { MATRIX(8, 16, 2) },
};
static const Parameter plain[] = {
    { MATRIX(1, 103, 0), .limit = 0.25 }, { MATRIX(1, 112, 1), .deviation = 0.5 }, { MATRIX(1, 103, 2) },
};

static void run(Step *step)
{
    (void)step;
}

/* The values of all three, dense; to be freed. Checks that as many floats of the block are not zero
 * as of the values. */
static float *values_of(const Parameter *parameter, uint64_t seed, int threads)
{
    Program program = {
        .parameter = parameter, .parameters = 3, .train = { run, 3 * PADDED * sizeof(float), 64 },
    };
    float *values = need_memory(3 * ROWS * COLUMNS * sizeof(float));
    long inside = 0, outside = 0;
    Network *network = network_open(&program, &program.train, threads);
    initialise(network, seed);
    Tensors all = network_tensors(network, NULL);
    for (int i = 0; i < all.count; i++)
        for (long row = 0; row < ROWS; row++)
            tensor_get_row(&all.tensor[i], row, values + (i * ROWS + row) * COLUMNS);
    for (long i = 0; i < 3 * PADDED; i++)
        inside += ((float *)network->block)[i] != 0;
    for (long i = 0; i < 3 * ROWS * COLUMNS; i++)
        outside += values[i] != 0;
    CU_ASSERT_EQUAL(inside, outside);
    network_free_tensors(all);
    network_close(network);
    return values;
}

static double moment(const float *values, int power)
{
    double sum = 0;
    for (long i = 0; i < ROWS * COLUMNS; i++)
        sum += pow(values[i], power);
    return sum / (ROWS * COLUMNS);
}

static double largest(const float *values)
{
    double most = 0;
    for (long i = 0; i < ROWS * COLUMNS; i++)
        most = fmax(most, fabs(values[i]));
    return most;
}

/* Bounds are five deviations of the moments' own sampling error at 31,003 values. */
static void distributions(void)
{
    const double error = 5 / sqrt(ROWS * COLUMNS);
    float *values = values_of(tiled, 1, 2);
    const float *uniform = values, *normal = values + ROWS * COLUMNS, *zero = normal + ROWS * COLUMNS;
    double deviation = 0.25 / sqrt(3);
    CU_ASSERT(largest(uniform) <= 0.25 && largest(uniform) > 0.2499);
    CU_ASSERT_DOUBLE_EQUAL(moment(uniform, 1), 0, deviation * error);
    CU_ASSERT_DOUBLE_EQUAL(moment(uniform, 2), deviation * deviation, deviation * deviation * error);
    deviation = 0.5 * 0.87962566103423978;      /* of a normal that is cut at two deviations */
    CU_ASSERT(largest(normal) <= 1 && largest(normal) > 0.99);
    CU_ASSERT_DOUBLE_EQUAL(moment(normal, 1), 0, deviation * error);
    CU_ASSERT_DOUBLE_EQUAL(moment(normal, 2), deviation * deviation, 2 * deviation * deviation * error);
    CU_ASSERT_DOUBLE_EQUAL(moment(normal, 4) / pow(deviation, 4), 2.3654, 10 * error);
    CU_ASSERT_EQUAL(largest(zero), 0);
    free(values);
}

static void layout_and_threads_do_not_matter(void)
{
    const size_t bytes = 3 * ROWS * COLUMNS * sizeof(float);
    float *one = values_of(tiled, 1, 1), *three = values_of(tiled, 1, 3), *flat = values_of(plain, 1, 2);
    float *other = values_of(tiled, (uint64_t)1 << 32 | 1, 1);
    CU_ASSERT(!memcmp(one, three, bytes));
    CU_ASSERT(!memcmp(one, flat, bytes));
    CU_ASSERT(one[0] != other[0] && one[ROWS * COLUMNS] != other[ROWS * COLUMNS]);
    free(one);
    free(three);
    free(flat);
    free(other);
}

void suite_initialise(void)
{
    CU_Suite *suite = CU_add_suite("trainer: initialise", NULL, NULL);
    CU_add_test(suite, "distributions", distributions);
    CU_add_test(suite, "layout and threads do not matter", layout_and_threads_do_not_matter);
}
