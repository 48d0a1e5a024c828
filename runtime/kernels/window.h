/* window.h - the largest of a 2x2 window. Needs vec.h. */

#ifndef RUNTIME_KERNELS_WINDOW_H
#define RUNTIME_KERNELS_WINDOW_H

#include "runtime/kernels/vec.h"

/* `who`: which of the four it was, the first among equals. A NaN wins, the last one. */
INLINE vf largest(const vf v[4], vi *who)
{
    vf best = v[0];

    *who = isplat(0);
    UNROLL for (int q = 1; q < 4; q++) {
        vi more = (v[q] > best) | (v[q] != v[q]);
        best = pick(more, v[q], best);
        *who = ipick(more, isplat(q), *who);
    }
    return best;
}

#endif
