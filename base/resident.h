/* resident.h - what a training holds in memory: the numbers by which the runtime takes it, and the sum
 * by which `netc explain` and a trainer's `summary` foretell it. */

#ifndef BASE_RESIDENT_H
#define BASE_RESIDENT_H

#include <stddef.h>

#include "base/job.h"

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

/* Bytes, as far as the card tells. */
typedef struct {
    size_t block;               /* and all threads' scratch, in whole pages */
    size_t batches;             /* that are loaded ahead, targets included */
    size_t decoding;            /* in each thread a picture of a file, measured on pictures of DECODED_SIZE, and what
                                   augmenting puts aside */
    size_t report;              /* images that are kept to be shown, and the page of the run while it is written,
                                   measured; and a view of the network */
    size_t program;             /* its text, libraries, heap and stacks; measured */
    size_t all;                 /* these together */
    size_t row;                 /* arrays, tables: more for each row, where its values are bytes, without its target */
} Resident;

#define DECODED_SIZE "400x350"

/* Bytes of a network: of its block, and of each thread's scratch. */
typedef struct { size_t block, scratch; } ResidentNetwork;

/* `train` is what training takes, where predicting fits in, too; `view` what a view does, which runs in a block of its
 * own where its bytes are more than `states`: from there on lies what is kept from step to step. */
Resident resident_training(const Job *job, ResidentNetwork train, ResidentNetwork view, size_t states, int threads);

#endif
