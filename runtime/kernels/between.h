/* between.h - where a pixel of an enlarged picture lies among the pixels that it is made of. */

#ifndef RUNTIME_KERNELS_BETWEEN_H
#define RUNTIME_KERNELS_BETWEEN_H

#include "runtime/kernels/vec.h"

/* From pixel `before` a part of the way to `after`, which may be the same. */
typedef struct { int before, after; float part; } Between;

/* Pixel p of size * times has its middle at (p + 1/2) / times - 1/2, within what there is. */
INLINE Between between(int p, int times, int size)
{
    int twice = 2 * p + 1 - times;                      /* that place, times 2 * times */
    int before = twice < 0 ? 0 : twice / (2 * times);
    int rest = twice < 0 ? 0 : twice % (2 * times);
    int after = before + 1 < size ? before + 1 : before;
    return (Between){before, after, (float)rest / (float)(2 * times)};
}

#endif
