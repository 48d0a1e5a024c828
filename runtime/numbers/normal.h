/* normal.h - normal numbers of mean 0 and deviation 1, by G. Box and M. Muller, "A note on the generation of
 * random normal deviates", 1958: the radius from one uniform number, the direction from another. Logarithm,
 * sine and cosine are our own, so that the bits are the same everywhere. */

#ifndef NUMBERS_NORMAL_H
#define NUMBERS_NORMAL_H

#include <stdint.h>

enum { NORMALS = 8 };

/* The numbers of one counter: `index` counts them for one purpose at one position. None is beyond 5.9. */
void normal_numbers(float number[NORMALS], uint64_t seed, uint32_t epoch, uint32_t position, uint32_t index,
                    uint32_t purpose);

#endif
