/* resident.h - what a training holds in memory beside its block: the numbers by which the runtime takes it, and
 * by which `netc explain` foretells it. */

#ifndef BASE_RESIDENT_H
#define BASE_RESIDENT_H

#include <stddef.h>

#include "base/shape.h"

enum {
    RING_BATCHES = 4,           /* that are loaded: one that is used, one that is next, two to even out */
    HUGE_PAGE = 2 << 20,        /* bytes; a block that is no smaller takes whole ones */
    CACHE_BYTES = 1 << 30,      /* of decoded pictures that are kept, unless told otherwise */
};

/* Bytes that a block of so many takes. */
static inline size_t resident_block(size_t bytes)
{
    return bytes < HUGE_PAGE ? bytes : (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

/* Bytes of a batch's pictures, as the network takes them. */
static inline size_t resident_input(Shape image, int batch)
{
    return sizeof(float) * (size_t)shape_size(image) * (size_t)batch;
}

#endif
