/* histogram.h - how many numbers of a tensor are of which size. */

#ifndef NUMBERS_HISTOGRAM_H
#define NUMBERS_HISTOGRAM_H

#include <stdbool.h>

enum { HISTOGRAM_BUCKETS = 512 };       /* at most */

/* Buckets from the lowest to the highest: bucket i holds those from the limit before to its own. */
typedef struct {
    double low, high;           /* the least and the largest number */
    double count, sum, squares;
    double limit[HISTOGRAM_BUCKETS], bucket[HISTOGRAM_BUCKETS];
    int buckets;
} Histogram;

/* Of `count` numbers, of which `padding` are zeros that do not count. Four buckets for each power of two, of
 * which the 16 highest are told apart; what is smaller is in one about 0. False where a number is not finite,
 * or there is none. */
bool histogram_of(const float *number, long count, long padding, Histogram *histogram);

#endif
