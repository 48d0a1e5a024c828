#include "runtime/histogram.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A number's bucket is its first bits: those of its exponent and two of its fraction. What belongs to neither the sign nor
 * these is shifted away. */
enum {
    SHIFT = 21,
    KEYS = 1 << (31 - SHIFT),           /* of either sign */
    OCTAVE = 1 << (23 - SHIFT),         /* buckets of a power of two */
    INFINITE = 255 * OCTAVE,            /* the first key of what is not finite */
    OCTAVES = 16,                       /* that are told apart */
};

typedef struct { long positive[KEYS], negative[KEYS]; } Tally;

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

static void count_all(const float *number, long count, Tally *tally, Histogram *histogram)
{
    float low = number[0], high = number[0];
    double sum = 0, squares = 0;
    for (long i = 0; i < count; i++) {
        uint32_t bits = bits_of(number[i]), key = bits >> SHIFT & (KEYS - 1);
        long *side = bits >> 31 ? tally->negative : tally->positive;
        side[key]++;
        sum += (double)number[i];
        squares += (double)number[i] * (double)number[i];
        low = number[i] < low ? number[i] : low;
        high = number[i] > high ? number[i] : high;
    }
    histogram->low = (double)low;
    histogram->high = (double)high;
    histogram->sum = sum;
    histogram->squares = squares;
}

/* The highest key that occurs; -1: a number is not finite. */
static int highest(const Tally *tally)
{
    int key = KEYS - 1;
    while (key > 0 && !tally->positive[key] && !tally->negative[key])
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

bool histogram_of(const float *number, long count, long padding, Histogram *histogram)
{
    Tally tally = { .positive = { 0 } };
    *histogram = (Histogram){ .count = (double)(count - padding) };
    if (count <= padding)
        return false;
    count_all(number, count, &tally, histogram);
    tally.positive[0] -= padding;
    int top = highest(&tally), least = top - OCTAVES * OCTAVE > 0 ? top - OCTAVES * OCTAVE : 1;
    if (top < 0)
        return false;
    double middle = 0;
    for (int key = 0; key < least; key++)
        middle += (double)(tally.positive[key] + tally.negative[key]);
    for (int key = top; key >= least; key--)
        add(histogram, -edge(key + 1), -edge(key), (double)tally.negative[key]);
    add(histogram, -edge(least), edge(least), middle);
    for (int key = least; key <= top; key++)
        add(histogram, edge(key), edge(key + 1), (double)tally.positive[key]);
    return true;
}
