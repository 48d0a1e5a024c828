/* run.c - the bytes as each file of a run's folder, and all that is read of it. */

#include "runtime/runs/history.h"
#include "runtime/runs/run_log.h"
#include "runtime/runs/run_summary.h"
#include "runtime/runs/runs.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/scratch.h"

static void read_history(Arena *arena, const char *folder)
{
    History history;
    volatile double sum = 0;
    fuzz_expect(history_read(arena, folder, &history));
    for (int c = 0; c < history.columns; c++)
        for (int e = 0; e < history.epochs; e++)
            sum = sum + history.value[c][e];
    history_column(&history, "loss");
    fuzz_expect(history_row(&history, 2) < history.epochs);
}

static void read_summary(Arena *arena, const char *folder)
{
    RunSummary run = run_summary(arena, folder, "1");
    fuzz_expect(run.state < RUN_STATE_COUNT && run.best < run.results.epochs);
    for (int e = 0; e < run.results.epochs; e++)
        for (int c = 0; c < run.results.columns; c++)
            summary_value(&run, e, run.results.name[c]);
}

void fuzz_run(const uint8_t *bytes, size_t length)
{
    static const char *const file[] = { "1/results.csv", "1/log.jsonl", "1/card/case.net", "1/run.json" };
    const char *folder = scratch_path(fuzz_folder(), "1");
    Arena *arena = arena_open();
    for (int i = 0; i < (int)(sizeof file / sizeof *file); i++)
        scratch_write(fuzz_folder(), file[i], bytes, length);
    read_history(arena, folder);
    run_log_tells(folder, "start", "end");
    run_log_close(run_log_open(folder, false));
    read_summary(arena, fuzz_folder());
    arena_close(arena);
}
