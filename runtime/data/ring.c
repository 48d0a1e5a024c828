#include "runtime/data/ring.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/network/program.h"
#include "runtime/system/memory.h"

Ring *ring_open(const Job *job, int batch)
{
    Ring *ring = need_memory(sizeof *ring);
    ring->batch = batch;
    for (int i = 0; i < RING_BATCHES; i++) {
        size_t bytes = resident_input(job->input.shape, batch);
        ring->input[i] = need_room(bytes + INPUT_SLACK);
        memset((char *)ring->input[i] + bytes, 0, INPUT_SLACK);
        ring->target[i] = need_memory(job_target_bytes(&job->target) * (size_t)batch);
    }
    return ring;
}

void ring_close(Ring *ring)
{
    for (int i = 0; i < RING_BATCHES; i++) {
        free(ring->input[i]);
        free(ring->target[i]);
    }
    free(ring);
}
