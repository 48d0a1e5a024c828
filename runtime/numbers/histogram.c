#include "runtime/numbers/histogram.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A number's bucket is its first bits: those of its exponent and two of its fraction. What belongs to neither
 * the sign nor these is shifted away. */
enum {
    SHIFT = 21,
    KEYS = 1 << (31 - SHIFT),           /* of either sign */
    OCTAVE = 1 << (23 - SHIFT),         /* buckets of a power of two */
    INFINITE = 255 * OCTAVE,            /* the first key of what is not finite */
    OCTAVES = 16,                       /* that are told apart */
};

enum {
    SIDES = 4,                          /* tallies that are kept side by side: neighbours are often of one bucket */
    LANES = 8,                          /* sums, likewise */
    BLOCK = 4096,                       /* numbers that stay in the cache from one pass to the other */
};

/* By the first bits, the sign's included. */
typedef struct { uint32_t side[SIDES][2 * KEYS]; } Tally;

static uint32_t bits_of(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* The least number of a bucket. */
static double edge(int key)
{
    uint32_t bits = (uint32_t)key << SHIFT;
    float number;
    memcpy(&number, &bits, sizeof number);
    return key >= INFINITE ? 0x1p128 : (double)number;
}

static void count_block(const float *number, long count, Tally *tally)
{
    long whole = count - count % SIDES;
    for (long i = 0; i < whole; i += SIDES)
        for (int k = 0; k < SIDES; k++)
            tally->side[k][bits_of(number[i + k]) >> SHIFT]++;
    for (long i = whole; i < count; i++)
        tally->side[0][bits_of(number[i]) >> SHIFT]++;
}

static void sum_block(const float *number, long count, Histogram *histogram)
{
    double sum[LANES] = { 0 }, squares[LANES] = { 0 };
    float low[LANES], high[LANES];
    for (int k = 0; k < LANES; k++)
        low[k] = high[k] = number[0];
    for (long i = 0; i < count; i += LANES)
        for (int k = 0; k < LANES; k++) {
            float x = i + k < count ? number[i + k] : 0;
            sum[k] += (double)x;
            squares[k] += (double)x * (double)x;
            low[k] = i + k < count && x < low[k] ? x : low[k];
            high[k] = i + k < count && x > high[k] ? x : high[k];
        }
    for (int k = 0; k < LANES; k++) {
        histogram->sum += sum[k];
        histogram->squares += squares[k];
        histogram->low = fmin(histogram->low, (double)low[k]);
        histogram->high = fmax(histogram->high, (double)high[k]);
    }
}

/* In a bucket and its side of zero. */
static double counted(const Tally *tally, int key, bool negative)
{
    double count = 0;
    for (int k = 0; k < SIDES; k++)
        count += tally->side[k][key + (negative ? KEYS : 0)];
    return count;
}

/* The highest key that occurs; -1: a number is not finite. */
static int highest(const Tally *tally)
{
    int key = KEYS - 1;
    while (key > 0 && !counted(tally, key, false) && !counted(tally, key, true))
        key--;
    return key >= INFINITE ? -1 : key;
}

/* A bucket that nothing is in stands only where one that holds something begins behind it. */
static void add(Histogram *histogram, double from, double to, double count)
{
    int last = histogram->buckets;
    if (!count)
        return;
    if (!last || histogram->limit[last - 1] != from)
        histogram->limit[histogram->buckets++] = from;
    histogram->limit[histogram->buckets] = to;
    histogram->bucket[histogram->buckets++] = count;
}

/* Between which numbers all lie but `padding` of the zeros. */
static void leave_out_padding(const float *number, long count, long padding, Histogram *histogram)
{
    long zeros = 0;
    double low = INFINITY, high = -INFINITY;
    for (long i = 0; i < count; i++) {
        zeros += number[i] == 0;
        low = number[i] != 0 ? fmin(low, (double)number[i]) : low;
        high = number[i] != 0 ? fmax(high, (double)number[i]) : high;
    }
    histogram->low = zeros > padding ? fmin(low, 0) : low;
    histogram->high = zeros > padding ? fmax(high, 0) : high;
}

bool histogram_of(const float *number, long count, long padding, Histogram *histogram)
{
    Tally tally = { .side = { { 0 } } };
    *histogram = (Histogram){ .count = (double)(count - padding) };
    if (count <= padding)
        return false;
    histogram->low = histogram->high = (double)number[0];
    for (long i = 0; i < count; i += BLOCK) {
        long numbers = count - i < BLOCK ? count - i : BLOCK;
        count_block(number + i, numbers, &tally);
        sum_block(number + i, numbers, histogram);
    }
    if (padding)
        leave_out_padding(number, count, padding, histogram);
    int top = highest(&tally), least = top - OCTAVES * OCTAVE > 0 ? top - OCTAVES * OCTAVE : 1;
    if (top < 0)
        return false;
    double middle = -(double)padding;
    for (int key = 0; key < least; key++)
        middle += counted(&tally, key, false) + counted(&tally, key, true);
    for (int key = top; key >= least; key--)
        add(histogram, -edge(key + 1), -edge(key), counted(&tally, key, true));
    add(histogram, -edge(least), edge(least), middle);
    for (int key = least; key <= top; key++)
        add(histogram, edge(key), edge(key + 1), counted(&tally, key, false));
    return true;
}
