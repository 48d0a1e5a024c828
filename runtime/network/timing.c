/* timing.c - the cuts of a call take turns, and the best round of each counts: what disturbs one makes it
 * slower, never faster. */

#include "runtime/network/timing.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/system/clock.h"
#include "runtime/system/memory.h"

enum { ROUNDS = 9 };

static const double round_seconds = 1.5e-3;      /* at least, but for one run */

static uint32_t next(uint32_t *state)
{
    return *state = *state * 1664525 + 1013904223;
}

static void *filled(const TimedArray *array)
{
    if (!array->bytes)
        return NULL;
    void *memory = need_memory((size_t)array->bytes);
    float *number = memory;
    int8_t *winner = memory;
    uint32_t state = 1;
    for (long i = 0; array->element == TIMED_FLOATS && i < array->bytes / 4; i++)
        number[i] = (float)(next(&state) >> 8) / (1 << 23) - 1;
    for (long i = 0; array->element == TIMED_WINNERS && i < array->bytes; i++)
        winner[i] = (int8_t)(next(&state) >> 31 ? next(&state) >> 30 : 4);
    return memory;
}

/* Seconds of one of so many runs; the tasks go on from where they were. */
static double seconds_of(const TimedCall *call, TurnFunction *run, Turn *turn, int runs)
{
    double begun = seconds_now();
    for (int i = 0; i < runs; i++) {
        run(turn);
        turn->task = (turn->task + 1) % call->tasks;
    }
    return (seconds_now() - begun) / runs;
}

/* Rates are zeros, so that no weight moves. */
static void time_call(const TimedCall *call, int number)
{
    const Step step = { .n = call->images };
    Turn turn = { .step = &step, .rates = need_memory(64), .to = call->rows };
    int *runs = need_memory(sizeof *runs * (size_t)call->runs);
    double *least = need_memory(sizeof *least * (size_t)call->runs);
    for (int i = 0; i < MOST_ARRAYS; i++)
        turn.at[i] = filled(&call->array[i]);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < call->runs; i++) {
            double once = seconds_of(call, call->run[i], &turn, 1);     /* brings into cache what it takes */
            if (round == 0) {
                runs[i] = 1 + (int)(round_seconds / once);
                least[i] = once;
            }
            double seconds = seconds_of(call, call->run[i], &turn, runs[i]);
            least[i] = seconds < least[i] ? seconds : least[i];
        }
    for (int i = 0; i < call->runs; i++)
        printf("%d %d %.9g\n", number, i, least[i]);
    for (int i = 0; i < MOST_ARRAYS; i++)
        free(turn.at[i]);
    free((void *)turn.rates);
    free(runs);
    free(least);
}

int timing_main(const TimedCall *call, int calls)
{
    for (int i = 0; i < calls; i++)
        time_call(&call[i], i);
    return fflush(stdout) || ferror(stdout) ? 1 : 0;
}
