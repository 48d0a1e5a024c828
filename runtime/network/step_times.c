#include "runtime/network/step_times.h"

#include <stdlib.h>

#include "runtime/system/memory.h"

static void begin(StepTimes *times, const Use *use, int threads)
{
    step_times_close(times);
    *times = (StepTimes){ .use = use, .threads = threads, .laps = laps_open(threads, use->calls),
                          .call = need_memory(sizeof *times->call * (size_t)use->calls) };
}

/* The first steps are passed over: they meet memory for the first time. */
Laps *step_times_next(StepTimes *times, const Use *use, int threads)
{
    if (use != times->use)
        begin(times, use, threads);
    bool timed = times->begun++ % STEP_TIMES_EVERY == STEP_TIMES_EVERY / 4;
    times->timed += timed;
    return timed ? times->laps : NULL;
}

void step_times_take(StepTimes *times)
{
    if (!times->use)
        return;
    double *more = need_memory(sizeof *more * (size_t)times->use->calls);
    laps_take(times->laps, more);
    for (int i = 0; i < times->use->calls; i++)
        times->call[i] += more[i];
    free(more);
}

void step_times_close(StepTimes *times)
{
    if (times->laps)
        laps_close(times->laps);
    free(times->call);
}
