/* find_rate.c - the command `rate`: a learning-rate range test, plotted, with what it suggests. Its steps leave
 * nothing behind. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/dry_run.h"
#include "runtime/fault.h"
#include "runtime/json_text.h"
#include "runtime/progress.h"
#include "runtime/range_test.h"
#include "runtime/text_plot.h"

typedef struct {
    const Program *program;
    const Options *options;
    RangeCurve curve;
    RangeVerdict verdict;
    int batch;
} Search;

static bool fell(const Search *search)
{
    return !isnan(search->verdict.suggested);
}

/* ---- taking the steps ---- */

static void take_steps(DryRun *run, RangeCurve *curve)
{
    Progress progress = progress_open(run->options->quiet || run->options->json);
    bool more = true;
    while (more) {
        double rate = range_next(curve);
        more = range_add(curve, dry_run_step(run, dry_run_next(run), rate, NULL).loss);
        if (progress_due(&progress))
            progress_draw(&progress, "step %d of at most %d  rate %.3g", curve->points, curve->steps, rate);
    }
    progress_clear(&progress);
}

/* ---- what is said ---- */

static const char *const decade[] = { "1e-6", "1e-5", "1e-4", "1e-3", "0.01", "0.1", "1", "10" };

/* Down to the lowest, and up to a little above what was before it: what diverges leaves at the top. */
static void plot(const Search *search)
{
    const RangeCurve *curve = &search->curve;
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < curve->points; i++)
        low = fmin(low, curve->smooth[i]);
    for (int i = 0; i < curve->points && (i <= search->verdict.lowest || i < curve->steps / 4); i++)
        high = fmax(high, curve->smooth[i]);
    high += (high - low) / 5 + 1e-9;
    text_plot(stdout, &(TextPlot){
        .y = curve->smooth, .points = curve->points, .span = curve->steps, .low = low, .high = high,
        .tick = decade, .ticks = sizeof decade / sizeof *decade,
        .mark = fell(search) ? search->verdict.steepest : -1,
    });
}

static const char *end_of(const RangeCurve *curve)
{
    return curve->diverged ? "then the loss diverged" : "the whole range";
}

static void print_suggestion(const Search *search)
{
    const RangeVerdict *verdict = &search->verdict;
    printf("suggested: rate=%.2g, where the loss falls fastest; the card says %.3g\n", verdict->suggested,
           search->program->job.phase[0].rate);
    printf("cautious:  rate=%.2g, a tenth of the rate where the loss is lowest\n", verdict->cautious);
}

static void print_nothing(const Search *search)
{
    printf("the loss never fell by more than chance may do, so no rate can be suggested: --steps takes longer, and\n"
           "`try` tells the usual reasons; the card says rate=%.3g\n",
           search->program->job.phase[0].rate);
}

static void print_text(const Search *search)
{
    const RangeCurve *curve = &search->curve;
    if (!search->options->quiet) {
        printf("%d step%s of %d image%s, the rate growing from each to the next; %s\n\n", curve->points,
               curve->points == 1 ? "" : "s", search->batch, search->batch == 1 ? "" : "s", end_of(curve));
        plot(search);
        printf("\n");
    }
    if (fell(search))
        print_suggestion(search);
    else
        print_nothing(search);
}

/* ---- JSON ---- */

static json_t *numbers(const double *number, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_add(list, json_real(number[i]));
    return list;
}

static json_t *rate_or_null(double rate)
{
    return isnan(rate) ? json_null() : json_real(rate);
}

static void print_json(const Search *search)
{
    const RangeCurve *curve = &search->curve;
    json_t *line = json_object();
    json_put(line, "card", json_text(search->program->card));
    json_put(line, "batch", json_integer(search->batch));
    json_put(line, "steps", json_integer(curve->points));
    json_put(line, "diverged", json_boolean(curve->diverged));
    json_put(line, "suggested", rate_or_null(search->verdict.suggested));
    json_put(line, "cautious", rate_or_null(search->verdict.cautious));
    json_put(line, "rate", numbers(curve->rate, curve->points));
    json_put(line, "loss", numbers(curve->loss, curve->points));
    json_put(line, "smooth", numbers(curve->smooth, curve->points));
    char *text = json_line(line);
    puts(text);
    free(text);
    json_decref(line);
}

/* Where no number of steps is asked for, more are taken until the loss has fallen. */
static void find(Search *search, DryRun *run)
{
    int told = search->options->steps, steps = told ? told : RANGE_STEPS;
    search->curve = range_open(steps);
    take_steps(run, &search->curve);
    search->verdict = range_judge(&search->curve);
    while (!fell(search) && !told && steps < RANGE_LONGEST * RANGE_STEPS) {
        steps *= 2;
        range_close(&search->curve);
        search->curve = range_open(steps);
        dry_run_begin_anew(run);
        take_steps(run, &search->curve);
        search->verdict = range_judge(&search->curve);
    }
}

int rate_command(const Program *program, const Options *options)
{
    DryRun run = dry_run_open(program, options, &program->train);
    Search search = { .program = program, .options = options, .batch = run.batch };
    find(&search, &run);
    if (options->json)
        print_json(&search);
    else
        print_text(&search);
    int code = fell(&search) ? 0 : EXIT_MISTAKE;
    range_close(&search.curve);
    dry_run_close(&run);
    return code;
}
