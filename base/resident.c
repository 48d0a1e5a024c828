#include "base/resident.h"

enum {
    PROGRAM = 7800 * 1000,      /* bytes: five sixths of them are libraries', those that are optional included */
    DECODER = 1000 * 1000,      /* of a picture, its file, what libjpeg needs and what malloc keeps of such */
    REPORT_IMAGES = 90,         /* that a report takes the room of, and of small ones these more, for their maps */
    REPORT_MAPS = 55, SMALL = 1 << 15,
    LISTED = 80,                /* of a row in arrays or a table: item, class, places in the order */
};

/* A thread's two pictures between rows, as floats, where rows change values; and two of targets that move. */
static size_t stages(const Job *job)
{
    bool changes = false;
    for (int i = 0; i < job->augments; i++)
        changes |= !augment_moves(job->augment[i].kind);
    return (changes ? 2 * resident_input(job->input.shape, 1) : 0) +
           (shape_is_vector(job->target.shape) ? 0 : 2 * job_target_bytes(&job->target));
}

/* Of pictures that many bytes large. */
static size_t report(size_t picture)
{
    return REPORT_IMAGES * picture + REPORT_MAPS * (picture < SMALL ? picture : SMALL);
}

Resident resident_training(const Job *job, ResidentNetwork train, ResidentNetwork view, size_t states, int threads)
{
    size_t picture = (size_t)shape_size(job->input.shape), all = (size_t)threads;
    Resident held = {
        .block = resident_block(train.block) + resident_block(train.scratch * all),
        .batches = RING_BATCHES * (resident_input(job->input.shape, job->train.batch) +
                                   job_target_bytes(&job->target) * (size_t)job->train.batch),
        .decoding = stages(job) * all,
        .report = report(picture) + resident_block(view.scratch * all) +
                  (view.block > states ? resident_block(view.block) : 0),
        .program = PROGRAM,
    };
    if (!data_has_pictures(&job->data))
        held.row = picture + LISTED;
    else
        held.decoding += (DECODER + picture) * all;
    held.all = held.block + held.batches + held.decoding + held.report + held.program;
    return held;
}
