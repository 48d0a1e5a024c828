#include "runtime/report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/answers/score.h"
#include "runtime/pictures/input.h"
#include "runtime/report/report_leaf.h"
#include "runtime/show/shown.h"
#include "runtime/show/target_view.h"
#include "runtime/system/clock.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"
#include "runtime/training/train_progress.h"

static const double share = 0.02;        /* of the time that a training takes, at most, for its report */
enum { RELOAD = 30 };           /* seconds after which a browser looks for a newer page */

struct Report {
    char *path;
    Review *review;             /* NULL where nothing is held out */
    Trainee trainee[BATCH_SHOWN];
    int trainees;
    bool met;                   /* the first batch */
    StepTimes times;
    double took, ended;         /* seconds, for the last page; when that was, by seconds_now */
    bool told;                  /* that it cannot be written */
    bool best;                  /* the review, if any, and the network are of the best weights, */
    Decision decision;          /* decided as these are */
};

Report *report_open(const Training *training)
{
    Report *report = need_memory(sizeof *report);
    report->path = path_join(training->run.folder, "report.html");
    report->review = training->validation ? review_open(training->program, &training->shelves) : NULL;
    report->ended = seconds_now();
    return report;
}

void report_close(Report *report)
{
    if (report->review)
        review_close(report->review);
    for (int i = 0; i < report->trainees; i++) {
        free(report->trainee[i].picture);
        free(report->trainee[i].text);
    }
    step_times_close(&report->times);
    decision_free(&report->decision);
    free(report->path);
    free(report);
}

/* ---- what is seen of the training ---- */

static Trainee trainee_of(const Training *training, const Batch *batch, int i)
{
    const Job *job = training->dataset->job;
    const void *target = (const char *)batch->target + (size_t)i * job_target_bytes(&job->target);
    uint8_t *shown = shown_pictures(&training->shelves, batch->input + i * shape_size(job->input.shape), 1);
    Trainee trainee = { .picture = shown, .text = target_text(training->dataset, batch->target, i) };
    if (shown_has_target(job)) {
        trainee.picture = shown_beside(job, shown, target);
        free(shown);
    }
    return trainee;
}

/* The first batch alone. */
static void meet(Report *report, const Training *training, const Batch *batch)
{
    bool pictures = !shape_is_vector(training->program->job.input.shape);
    for (int i = 0; !report->met && pictures && i < batch->n && i < BATCH_SHOWN; i++)
        report->trainee[report->trainees++] = trainee_of(training, batch, i);
    report->met = true;
}

Laps *report_step(Report *report, const Training *training, const Batch *batch)
{
    meet(report, training, batch);
    return step_times_next(&report->times, phase_uses(training->program, &training->standing)->train,
                           training->options->threads);
}

Review *report_review(Report *report, const Training *training)
{
    if (report->review)
        review_begin(report->review, loader_images(training->validation));
    return report->review;
}

/* ---- the head of the page ---- */

static const char *subtitle_of(const Leaf *leaf)
{
    const Standing *standing = &leaf->training->standing;
    const char *done = arena_printf(leaf->arena, "%" PRIu64 " of %" PRIu64 " epochs", standing->epoch,
                                    epochs_wanted(standing));
    return standing->position ? arena_printf(leaf->arena, "%s, and a part of the next", done) : done;
}

static void add_fact(PageFact *fact, int *facts, const char *name, const char *value)
{
    fact[(*facts)++] = (PageFact){ name, value };
}

/* The epoch whose numbers stand at the top: that of the best weights once they are shown, else the last. */
static int shown_epoch(const Leaf *leaf)
{
    int best = leaf->best ? history_row(leaf->history, (double)leaf->training->standing.best_epoch) : -1;
    return best >= 0 ? best : leaf->history->epochs - 1;
}

/* Of what is held out, or where nothing is, of training. */
static void add_metric(const Leaf *leaf, PageFact *fact, int *facts, MetricKind kind)
{
    const char *part = leaf->training->validation ? "validation" : "training", *word = metric_word[kind];
    const double *value = history_column(leaf->history, leaf->training->validation
                                                        ? arena_printf(leaf->arena, "validation_%s", word) : word);
    double shown = value ? value[shown_epoch(leaf)] : NAN;
    if (isfinite(shown))
        add_fact(fact, facts, arena_printf(leaf->arena, "%s %s", part, word),
                 arena_printf(leaf->arena, metric_rises[kind] ? "%.4f" : "%.4g", shown));
}

/* An epoch in a few numbers. */
static void write_highlights(const Leaf *leaf)
{
    const Job *job = &leaf->training->program->job;
    const Standing *standing = &leaf->training->standing;
    const double *speed = history_column(leaf->history, "images_per_second");
    PageFact fact[METRIC_COUNT + 4];
    int facts = 0;
    if (!leaf->history->epochs)
        return;
    add_metric(leaf, fact, &facts, METRIC_LOSS);
    if (job->target.kind != TARGET_NUMBERS)
        add_metric(leaf, fact, &facts, METRIC_ACCURACY);
    for (int i = 0; i < job->metrics; i++)
        if (job->metric[i].kind != METRIC_LOSS && job->metric[i].kind != METRIC_ACCURACY)
            add_metric(leaf, fact, &facts, job->metric[i].kind);
    if (standing->best_epoch)
        add_fact(fact, &facts, "best epoch", arena_printf(leaf->arena, "%" PRIu64, standing->best_epoch));
    if (speed && isfinite(speed[leaf->history->epochs - 1]))
        add_fact(fact, &facts, "images a second", grouped_text(leaf->arena, (long)speed[leaf->history->epochs - 1]));
    page_highlights(leaf->page, facts, fact);
}

/* ---- the page ---- */

static bool write_page(Report *report, const Training *training, const Speed *speed, bool last)
{
    static void (*const section[])(const Leaf *leaf) = {
#define X(name) report_on_##name,
        REPORT_SECTIONS(X)
#undef X
    };
    Arena *arena = arena_open();
    History history;
    history_read(arena, training->run.folder, &history);
    Leaf leaf = { .arena = arena, .training = training, .history = &history, .trainee = report->trainee,
                  .trainees = report->trainees, .speed = speed, .times = &report->times, .last = last,
                  .best = report->best,
                  .review = report->review && review_is_whole(report->review) ? report->review : NULL };
    leaf.events = run_log_read(training->run.folder);
    leaf.page = page_open(arena_printf(arena, "%s: %s", training->program->job.network, training->run.folder),
                          subtitle_of(&leaf));
    step_times_take(&report->times);
    if (!last)
        page_refresh(leaf.page, RELOAD);
    write_highlights(&leaf);
    for (size_t i = 0; i < sizeof section / sizeof *section; i++)
        section[i](&leaf);
    bool written = page_close(leaf.page, report->path);
    int error = errno;
    json_decref(leaf.events);
    arena_close(arena);
    errno = error;
    return written;
}

/* The first page may be written at once; any other when it takes no more than its share. */
static bool is_due(const Report *report)
{
    return (seconds_now() - report->ended) * share >= report->took;
}

/* Why the page could not be written, once. */
static void tell(Report *report, const char *meaning)
{
    if (!report->told)
        fprintf(stderr, "%s: cannot write %s: %s; %s\n", program_invocation_short_name, report->path, strerror(errno),
                meaning);
    report->told = true;
}

double report_refresh(Report *report, const Training *training, const Speed *speed, bool last)
{
    double begun = seconds_now();
    if (!last && !is_due(report))
        return 0;
    if (!write_page(report, training, speed, last))
        tell(report, "the training goes on without it");
    report->ended = seconds_now();
    report->took = report->ended - begun;
    return report->took;
}

/* True where a page would show answers and times: this program has ended an epoch, and was not broken off while it
 * validated. */
static bool has_results(const Report *report, const Speed *speed)
{
    return speed->images && (!report->review || review_is_whole(report->review));
}

static bool has_page(const Report *report)
{
    return !access(report->path, F_OK);
}

void report_break(Report *report, const Training *training, const Speed *speed)
{
    if (has_results(report, speed) || !has_page(report))
        report_refresh(report, training, speed, true);
    else
        report_settle(report);
}

void report_settle(Report *report)
{
    if (has_page(report) && !page_settle(report->path))
        tell(report, "it stands there as of a training that goes on");
}

/* ---- the end ---- */

/* True where the last validation was not of the best weights, or counted otherwise than they decide. */
static bool is_of_others(const Report *report, const Training *training)
{
    const Standing *standing = &training->standing;
    return !review_is_whole(report->review) || standing->best_epoch != standing->epoch || report->decision.chosen;
}

/* What is held out, once more; false where that does not come to its end. */
static bool review_best(Report *report, Training *training)
{
    Review *review = report_review(report, training);
    metrics_decide(review->metrics, &report->decision);
    Score score = score_part(training->network, training->validation, review->metrics, review, show_measuring, training);
    progress_clear(&training->progress);
    return !score.stopped && !loader_lost(training->validation);
}

/* The first batch of the last epoch, where this program has trained none. */
static void read_batch(Report *report, const Training *training)
{
    if (report->met)
        return;
    loader_resize(training->loader, phase_batch(training->program, &training->standing));
    loader_start(training->loader, (uint32_t)training->standing.epoch - 1, 0);
    const Batch *batch = loader_next(training->loader);
    if (batch)
        meet(report, training, batch);
}

bool report_conclude(Report *report, Training *training, const Speed *speed)
{
    report->decision = training_take_best(training);
    report->best = true;
    read_batch(report, training);
    bool whole = !loader_lost(training->loader) &&
                 (!report->review || !is_of_others(report, training) || review_best(report, training));
    if (whole)
        report_refresh(report, training, speed, true);
    return whole;
}
