/* numbers.h - what all contenders train on: pictures of even noise, weights after He. One sequence, so
 * that contenders that draw in the same order have the same numbers. */

#ifndef BENCH_NUMBERS_H
#define BENCH_NUMBERS_H

#include <math.h>
#include <stdint.h>

/* A linear congruential generator; its upper bits do for noise. */
typedef struct { uint64_t state; } Numbers;

/* From 0 to 1. */
static inline float next_even(Numbers *numbers)
{
    numbers->state = numbers->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (float)(numbers->state >> 40) / 16777216.f;
}

/* Nearly normal, deviation 1. */
static inline float next_normal(Numbers *numbers)
{
    float sum = 0;
    for (int i = 0; i < 12; i++)
        sum += next_even(numbers);
    return sum - 6;
}

static inline void fill_even(Numbers *numbers, float *values, long count)
{
    for (long i = 0; i < count; i++)
        values[i] = next_even(numbers);
}

/* Weights of a layer each of whose outputs sums so many inputs. */
static inline void fill_weights(Numbers *numbers, float *values, long count, long inputs)
{
    float deviation = sqrtf(2.f / (float)inputs);
    for (long i = 0; i < count; i++)
        values[i] = deviation * next_normal(numbers);
}

static inline void fill_classes(Numbers *numbers, int32_t *classes, int count)
{
    for (int i = 0; i < count; i++)
        classes[i] = next_even(numbers) > 0.5f;
}

#endif
