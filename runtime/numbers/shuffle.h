/* shuffle.h - a permutation that is a function of what it is for. */

#ifndef NUMBERS_SHUFFLE_H
#define NUMBERS_SHUFFLE_H

#include <stdint.h>

/* Permutes `list` (fewer than 2^32) by the numbers of (seed, epoch, stream, purpose); each order is
 * equally likely. Purposes: runtime/kernels/random.h. */
void shuffle(long *list, long count, uint64_t seed, uint32_t epoch, uint32_t stream,
             uint32_t purpose);

#endif
