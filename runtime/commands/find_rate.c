/* find_rate.c - the command `rate`: a learning-rate range test, plotted in the terminal and on a page, with
 * what it suggests. Its steps leave nothing behind. */

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/runs/runs.h"
#include "runtime/show/page.h"
#include "runtime/show/progress.h"
#include "runtime/show/text_plot.h"
#include "runtime/system/fault.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"
#include "runtime/training/dry_run.h"
#include "runtime/training/range_test.h"

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

/* Less of the loss than this, and where it falls fastest is hard to tell: so does a network that learns slowly at first. */
static const double little_fall = 0.02;

static bool is_doubtful(const Search *search)
{
    return fell(search) && search->verdict.fall < little_fall;
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

typedef struct { double low, high; } Limits;

/* Down to the lowest, and up to a little above what was before it: what diverges leaves at the top. What does not is
 * there as a whole. */
static Limits limits_of(const Search *search)
{
    const RangeCurve *curve = &search->curve;
    Limits limits = { INFINITY, -INFINITY };
    for (int i = 0; i < curve->points; i++)
        limits.low = fmin(limits.low, curve->smooth[i]);
    for (int i = 0; i < curve->points && (!curve->diverged || i <= search->verdict.lowest || i < curve->steps / 4); i++)
        limits.high = fmax(limits.high, curve->smooth[i]);
    limits.high += (limits.high - limits.low) / 5 + 1e-9;
    return limits;
}

static void plot(const Search *search)
{
    const RangeCurve *curve = &search->curve;
    Limits limits = limits_of(search);
    text_plot(stdout, &(TextPlot){
        .y = curve->smooth, .points = curve->points, .span = curve->steps, .low = limits.low, .high = limits.high,
        .tick = decade, .ticks = sizeof decade / sizeof *decade,
        .mark = fell(search) ? search->verdict.steepest : -1,
    });
}

static const char *end_of(const RangeCurve *curve)
{
    return curve->diverged ? "then the loss diverged" : "the whole range";
}

/* What it comes to, as the terminal and the page say it: no sentence's beginning, nor its end. To be freed. */
static char *verdict_text(const Search *search)
{
    const RangeVerdict *verdict = &search->verdict;
    double card = search->program->job.phase[0].rate;
    char *text;
    int length = fell(search)
        ? asprintf(&text, "suggested: rate=%.2g, where the loss falls fastest; the card says %.3g, and another rule %.2g, "
                   "a tenth of that where the loss is lowest", verdict->suggested, card, verdict->below_lowest)
        : asprintf(&text, "the loss never fell by more than chance may do, so no rate can be suggested; the card says %.3g",
                   card);
    if (length < 0)
        fault("out of memory");
    return text;
}

static void print_text(const Search *search)
{
    const RangeCurve *curve = &search->curve;
    if (!search->options->quiet) {
        printf("%d step%s of %d image%s, the rate growing from each to the next; %s\n\n", curve->points,
               plural(curve->points), search->batch, plural(search->batch), end_of(curve));
        plot(search);
        printf("\n");
    }
    char *verdict = verdict_text(search);
    printf("%s\n", verdict);
    free(verdict);
    if (is_doubtful(search))
        printf("it falls by %.1f %% only, so this is little more than a guess; --steps %d would tell more\n",
               100 * search->verdict.fall, 2 * curve->steps);
    if (!fell(search))
        printf("--steps takes longer, and `try` tells the usual reasons\n");
}

/* ---- the page ---- */

/* Cards that lie side by side keep their pages apart; to be freed. */
static char *page_path(const Search *search)
{
    char *name = card_name(search->program), *path;
    const char *output = search->options->output;
    if ((output ? asprintf(&path, "%s", output) : asprintf(&path, "%s-rate.html", name)) < 0)
        fault("out of memory");
    free(name);
    return path;
}

/* The rates are powers of ten, so that each decade is as wide as another. What lies above the chart is shown at its edge:
 * left out, it would look as if losses only fell. */
static void chart(Page *page, const Search *search)
{
    const RangeCurve *curve = &search->curve;
    Limits limits = limits_of(search);
    size_t bytes = sizeof(double) * (size_t)curve->points;
    double *power = need_memory(bytes), *loss = need_memory(bytes), *smooth = need_memory(bytes);
    for (int i = 0; i < curve->points; i++) {
        power[i] = log10(curve->rate[i]);
        loss[i] = fmin(curve->loss[i], limits.high);
        smooth[i] = fmin(curve->smooth[i], limits.high);
    }
    const PageSeries series[] = {
        { .name = "smoothed", .x = power, .y = smooth, .points = curve->points },
        { .name = "each step", .x = power, .y = loss, .points = curve->points, .dots = true },
    };
    const PageMark mark = { log10(search->verdict.suggested), "suggested" };
    page_chart(page, &(PageChart){
        .title = "Loss by learning rate", .x_name = "rate, as a power of ten", .y_name = "loss", .series = series,
        .count = 2, .mark = &mark, .marks = fell(search),
    });
    free(power);
    free(loss);
    free(smooth);
}

/* The steps before divergence; its path is printed. */
static void write_page(const Search *search)
{
    char title[256], *path = page_path(search);
    snprintf(title, sizeof title, "%s: learning rate", search->program->card);
    Page *page = page_open(title, "a range test: the rate grows from step to step, and the loss tells which teach");
    char *verdict = verdict_text(search);
    page_text(page, "%c%s.", toupper((unsigned char)*verdict), verdict + 1);
    free(verdict);
    if (search->curve.points)
        chart(page, search);
    page_note(page, "%d steps of %d images, %s. Dots at the upper edge lie above it.", search->curve.points,
              search->batch, end_of(&search->curve));
    if (!page_close(page, path))
        fault("cannot write %s: %s", path, strerror(errno));
    if (!search->options->json && !search->options->quiet)
        printf("%s: the same as a page\n", path);
    free(path);
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
    json_put(line, "fall", rate_or_null(search->verdict.fall));
    json_put(line, "doubtful", json_boolean(is_doubtful(search)));
    json_put(line, "below_lowest", rate_or_null(search->verdict.below_lowest));
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
    if (!options->json || options->output)
        write_page(&search);
    int code = fell(&search) ? 0 : EXIT_MISTAKE;
    range_close(&search.curve);
    dry_run_close(&run);
    return code;
}
