/* run_summary.h - what the files in a run's folder say of it: runs are listed and compared by these, whichever
 * program made them. */

#ifndef RUNS_RUN_SUMMARY_H
#define RUNS_RUN_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/runs/history.h"

/* Where a training stands: a kill, or a machine's fall, leaves no word behind. */
#define RUN_STATES(X) X(RUNNING, "running") X(FINISHED, "finished") X(STOPPED, "stopped") X(KILLED, "killed")
#define X(id, word) RUN_##id,
typedef enum { RUN_STATES(X) RUN_STATE_COUNT } RunState;
#undef X
extern const char *const run_state_word[RUN_STATE_COUNT];

typedef struct {
    const char *name;
    RunState state;
    const char *started;        /* "2026-11-28T16:32:23Z"; "" where it is not told */
    int64_t wanted;             /* epochs; 0: not told */
    History results;
    double seconds;             /* of training */
    int best;                   /* the row of the best epoch; -1: there is none yet */
    const char **fact;          /* [facts] what may differ from run to run: "seed 7", a line of the card */
    int facts;
} RunSummary;

/* Reads FOLDER/NAME; files that are missing leave out what they would tell. Everything is in the arena. */
RunSummary run_summary(Arena *arena, const char *folder, const char *name);

/* A column's value in a row of the results; NaN where there is none. */
double summary_value(const RunSummary *run, int row, const char *column);

#endif
