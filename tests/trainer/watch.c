/* watch.c - metrics in results.csv and in the lines of a training, and the best checkpoint by what is watched. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/fault.h"
#include "tests/trainer/tiny.h"

enum { EPOCHS = 10, COLUMNS = 12 };

/* Columns of results.csv, from 0. */
enum { VALIDATION_LOSS = 3, VALIDATION_ACCURACY = 4, F1 = 10, TOP = 11 };

static const JobMetric metrics[] = { { METRIC_F1, 0 }, { METRIC_ACCURACY, 0 }, { METRIC_TOP, 2 } };

/* All is answered rightly long before the loss has done with falling. */
static const JobTrain *training(MetricKind watch, JobStop stop)
{
    static JobTrain phase;
    static Program program;
    program = tiny_program;
    phase = tiny_program.job.train;
    phase.rate = 0.3;
    phase.epochs = EPOCHS;
    phase.watch = watch;
    phase.stop = stop;
    program.job.train = phase;
    program.job.phase = &phase;
    program.job.metric = metrics;
    program.job.metrics = 3;
    tiny_now = &program;
    return &phase;
}

/* The head, and a row of numbers for each epoch; returns the epochs. */
static int read_results(int run, char head[512], double row[EPOCHS][COLUMNS])
{
    char path[64];
    snprintf(path, sizeof path, "runs/tiny/%d/results.csv", run);
    char *text = tiny_read(path, NULL), *at = text, *line;
    int epochs = -1;
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (; (line = strsep(&at, "\n")) && *line; epochs++) {
        if (epochs < 0)
            snprintf(head, 512, "%s", line);
        for (int c = 0; epochs >= 0 && c < COLUMNS; c++) {
            const char *field = strsep(&line, ",");
            row[epochs][c] = field ? strtod(field, NULL) : -1;
        }
    }
    free(text);
    return epochs;
}

/* The first of the best. */
static int best_of(double row[EPOCHS][COLUMNS], int epochs, int column, double sign)
{
    int best = 0;
    for (int i = 1; i < epochs; i++)
        if (sign * row[i][column] > sign * row[best][column])
            best = i;
    return best + 1;
}

static void the_best_is_of_what_is_watched(void)
{
    static const struct { MetricKind kind; int column; double sign; } watched[] = {
        { METRIC_LOSS, VALIDATION_LOSS, -1 }, { METRIC_ACCURACY, VALIDATION_ACCURACY, 1 }, { METRIC_F1, F1, 1 },
        { METRIC_TOP, TOP, 1 },
    };
    int chosen[4];
    tiny_enter();
    for (int i = 0; i < 4; i++) {
        char head[512], expected[32];
        double row[EPOCHS][COLUMNS];
        training(watched[i].kind, (JobStop){ 0 });
        TinyRun run = tiny_run("train --new");
        CU_ASSERT_EQUAL(run.code, 0);
        CU_ASSERT_EQUAL(read_results(i + 1, head, row), EPOCHS);
        CU_ASSERT_PTR_NOT_NULL(strstr(head, ",waiting,validation_f1,validation_top"));
        chosen[i] = best_of(row, EPOCHS, watched[i].column, watched[i].sign);
        snprintf(expected, sizeof expected, "best: epoch %d,", chosen[i]);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.out, expected));
        CU_ASSERT_PTR_NOT_NULL(strstr(run.out, " f1 "));
        tiny_free(&run);
    }
    CU_ASSERT(chosen[0] != chosen[1]);          /* else the test would see nothing */
    tiny_leave();
}

/* A training goes on with what it watched, and stops by it. */
static void stop_goes_by_it(void)
{
    char head[512];
    double row[EPOCHS][COLUMNS];
    tiny_enter();
    training(METRIC_TOP, (JobStop){ .patience = 2 });
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, 0);
    int epochs = read_results(1, head, row), best = best_of(row, epochs, TOP, 1);
    CU_ASSERT(epochs < EPOCHS && epochs == best + 2);
    tiny_free(&run);
    tiny_leave();
}

static void evaluate_tells_them(void)
{
    tiny_enter();
    training(METRIC_LOSS, (JobStop){ 0 });
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    TinyRun run = tiny_run("evaluate --quiet");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, ", accuracy "));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, ", f1 "));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, ", top "));
    tiny_free(&run);
    tiny_leave();
}

void suite_watch(void);
void suite_watch(void)
{
    CU_pSuite suite = CU_add_suite("trainer: metrics and what is watched", NULL, NULL);
    CU_ADD_TEST(suite, the_best_is_of_what_is_watched);
    CU_ADD_TEST(suite, stop_goes_by_it);
    CU_ADD_TEST(suite, evaluate_tells_them);
}
