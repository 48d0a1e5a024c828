#include "runtime/network/laps.h"

#include <stdlib.h>
#include <time.h>

#include "runtime/system/memory.h"

enum { LINE = 64 / sizeof(uint64_t) };      /* workers share no line of a cache */

struct Laps {
    int workers, calls;
    size_t row;                 /* numbers of one worker, whole lines */
    uint64_t *time;             /* [workers][row] nanoseconds: when the call at hand began, then what each
                                   call took */
};

static uint64_t nanoseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

Laps *laps_open(int workers, int calls)
{
    Laps *laps = need_memory(sizeof *laps);
    laps->workers = workers;
    laps->calls = calls;
    laps->row = (size_t)(1 + calls + LINE - 1) / LINE * LINE;
    laps->time = need_memory(sizeof *laps->time * laps->row * (size_t)workers);
    return laps;
}

void laps_close(Laps *laps)
{
    free(laps->time);
    free(laps);
}

void laps_begin(Laps *laps, int worker)
{
    laps->time[(size_t)worker * laps->row] = nanoseconds_now();
}

void laps_note(Laps *laps, int worker, int call)
{
    uint64_t *time = laps->time + (size_t)worker * laps->row, now = nanoseconds_now();
    time[1 + call] += now - time[0];
    time[0] = now;
}

void laps_take(Laps *laps, double *seconds)
{
    for (int call = 0; call < laps->calls; call++)
        seconds[call] = 0;
    for (int worker = 0; worker < laps->workers; worker++)
        for (int call = 0; call < laps->calls; call++) {
            uint64_t *time = &laps->time[(size_t)worker * laps->row + 1 + (size_t)call];
            seconds[call] += 1e-9 * (double)*time;
            *time = 0;
        }
}
