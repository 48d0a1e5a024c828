#include "base/resident.h"

enum {
    PROGRAM = 3200 * 1000,      /* bytes: three quarters of them are libraries' */
    DECODER = 1000 * 1000,      /* of a picture, its file, what libjpeg needs and what malloc keeps of such */
    LISTED = 80,                /* of a row in arrays or a table: item, class, places in the order */
};

Resident resident_training(const Job *job, size_t block, size_t scratch, int threads)
{
    size_t picture = (size_t)shape_size(job->input.shape), all = (size_t)threads;
    Resident held = {
        .block = resident_block(block) + resident_block(scratch * all),
        .batches = RING_BATCHES * (resident_input(job->input.shape, job->train.batch) +
                                   job_target_bytes(&job->target) * (size_t)job->train.batch),
        .program = PROGRAM,
    };
    if (!data_has_pictures(&job->data))
        held.row = picture + LISTED;
    else
        held.decoding = (DECODER + picture) * all;
    held.all = held.block + held.batches + held.decoding + held.program;
    return held;
}
