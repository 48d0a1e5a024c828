/* predict.c - answers: one picture alone, which is a matter of memory, and batches, which are one of
 * arithmetic. */

#include "bench/bench.h"

#include <stdlib.h>

#include "bench/card.h"

static const double turn = 0.4;             /* seconds */
enum { TURNS = 7 };

static void report_one(Bench *bench, Contender *netc)
{
    Contender *yardstick = open_yardstick(bench, "infer", THREADS, 1);
    Race run = race((Contender *[]){ netc, yardstick }, 2, turn, TURNS);
    add_row(bench, .what = "one picture", .value = race_ms(&run, 0), .unit = "ms",
            .against = yardstick ? "yardstick" : NULL, .other = race_ms(&run, 1),
            .ratio = race_faster(&run, 1, 0), .goal = yardstick ? AT_MOST(1) : (Goal){ 0 });
    contender_close(yardstick);
}

static void report_batch(Bench *bench, Contender *netc)
{
    Contender *yardstick = open_yardstick(bench, "infer", THREADS, BATCH), *dense = open_baseline("evaluate",
                                                                                                  THREADS);
    Race run = race((Contender *[]){ netc, dense, yardstick }, 3, turn, TURNS);
    if (yardstick)
        add_row(bench, .what = "batch 32", .value = per_second(BATCH, race_ms(&run, 0)), .unit = "img/s",
                .against = "yardstick", .other = per_second(BATCH, race_ms(&run, 2)),
                .ratio = race_faster(&run, 0, 2), .goal = AT_LEAST(1));
    if (dense)
        add_row(bench, .what = "batch 32", .value = per_second(BATCH, race_ms(&run, 0)), .unit = "img/s",
                .against = "dense C by hand", .other = per_second(BATCH, race_ms(&run, 1)),
                .ratio = race_faster(&run, 0, 1));
    contender_close(yardstick);
    contender_close(dense);
}

void section_predict(Bench *bench)
{
    char *text = card_tutorial((Changes){ 0 });
    bool built = card_build("catdog-step", text, "step", NULL);
    free(text);
    Contender *one = built ? open_step("catdog-step", "evaluate", THREADS, 1) : NULL;
    Contender *batch = built ? open_step("catdog-step", "evaluate", THREADS, BATCH) : NULL;
    if (one)
        report_one(bench, one);
    if (batch)
        report_batch(bench, batch);
    contender_close(one);
    contender_close(batch);
}
