#include "runtime/training/train_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/answers/metrics.h"
#include "runtime/data/balance.h"
#include "runtime/data/data_notes.h"
#include "runtime/system/called.h"
#include "runtime/system/clock.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"

enum { ACCURACY_ROOM = 48 };    /* characters */

#define X(id, word) word,
static const char *const optimizer_word[] = { OPTIMIZER_KINDS(X) };
static const char *const schedule_word[] = { SCHEDULE_KINDS(X) };
#undef X

/* With a seed, a rate or a size of batch, what goes on is not the newest run, and the hint would not be true. */
static void say_finished(const Training *training)
{
    char words[64] = "train";
    const Standing *standing = &training->finished_at;
    uint64_t done = standing->epoch, left_out = standing->left_out;
    bool over = training_is_over(standing);
    if (over)
        snprintf(words, sizeof words, "train --epochs %" PRIu64, 2 * done + left_out);
    char *more = call_text(words);
    if (over)
        printf("%s is finished after epoch %" PRIu64, training->finished, done);
    else
        printf("%s has %" PRIu64 " of its %" PRIu64 " epoch%s already", training->finished, done, epochs_wanted(standing),
               plural((long)epochs_wanted(standing)));
    if (left_out)
        printf(", `stop` having left out %" PRIu64 " of %" PRIu64, left_out, standing->epochs);
    if (!training->options->seeded && !training->options->batch && training->options->rate <= 0)
        printf("; `%s` would have gone on with it", more);
    printf("\n");
    free(more);
}

static void say_new(const Run *run)
{
    struct stat status;
    Arena *arena = arena_open();
    char *last = path_join(run->folder, "last.safetensors");
    printf("a new run");
    if (!stat(last, &status))
        printf("; each of its two checkpoints takes %s", bytes_text(arena, (double)status.st_size));
    printf("\n");
    free(last);
    arena_close(arena);
}

/* The epoch by whose end almost nothing is left of what a running mean starts from, of which a step leaves `keep`. */
static double settles_in(const Training *training, double keep)
{
    const double almost_nothing = 0.05;
    double steps = ceil((double)loader_images(training->loader) / phase_batch(training->program, &training->standing));
    return ceil(log(almost_nothing) / (steps * log(keep)));
}

/* Whether validation shows that. */
static bool settles_late(const Training *training, double keep)
{
    return training->validation && keep > 0 && settles_in(training, keep) > 1;
}

/* Validation looks broken at first where epochs are short, as it does with Keras: one should know that it is not. */
static void say_norms(const Training *training)
{
    double keep = training->program->norm_keep;
    if (!settles_late(training, keep) || !network_has_new_statistics(training->network))
        return;
    printf("norm batch keeps %.4g %% of its running statistics at a step, which start at mean 0 and variance 1: validation "
           "looks worse than the network is until about epoch %.0f; a smaller keep= is faster\n", 100 * keep,
           settles_in(training, keep));
}

static void say_average(const Training *training)
{
    double keep = phase_now(training->program, &training->standing)->ema;
    if (settles_late(training, keep))
        printf("ema keeps %.4g %% of the mean of the weights at a step, and validation is of that mean: it looks worse than the "
               "network is until about epoch %.0f; a smaller ema is faster\n", 100 * keep, settles_in(training, keep));
}

static void say_newer(const Training *training)
{
    char *evaluate = call_text("evaluate");
    printf("%s is newer: `%s` takes its best, and that of this run with --run %s\n", training->newer, evaluate,
           strrchr(training->run.folder, '/') + 1);
    free(evaluate);
}

/* ---- events ---- */

static void put_count(json_t *event, const char *key, uint64_t count)
{
    json_put(event, key, json_integer((json_int_t)count));
}

/* Where the training stands. */
static json_t *standing_event(const Training *training, const char *name)
{
    const Standing *standing = &training->standing;
    json_t *event = run_event(name);
    put_count(event, "epoch", standing->epoch);
    put_count(event, "position", standing->position);
    put_count(event, "epochs", epochs_wanted(standing));
    return event;
}

static void note_start(const Training *training)
{
    json_t *event = standing_event(training, "start");
    json_put(event, "run", json_text(training->run.folder));
    json_put(event, "new", json_boolean(!training->resumed));
    run_log_write(training->log, event);
}

static void note_result(const Training *training, const Result *result, uint64_t epochs, bool best)
{
    json_t *event = run_event("epoch");
    results_put(event, &training->program->job, result);
    put_count(event, "epochs", epochs);
    json_put(event, "best", json_boolean(best));
    run_log_write(training->log, event);
}

static void note_phase(const Training *training)
{
    const JobTrain *phase = phase_now(training->program, &training->standing);
    json_t *event = standing_event(training, "phase");
    json_put(event, "phase", json_text(phase->name));
    put_count(event, "phase_epochs", phase_epochs(training->program, &training->standing));
    json_put(event, "optimizer", json_text(optimizer_word[phase->optimizer]));
    json_put(event, "rate", json_number(phase_full_rate(training->program, &training->standing)));
    json_put(event, "schedule", json_text(schedule_word[phase->schedule.kind]));
    json_put(event, "warmup", json_number(phase->schedule.warmup));
    json_put(event, "ema", json_number(phase->ema));
    json_put(event, "clip", json_number(phase->clip));
    put_count(event, "stop", (uint64_t)phase->stop.patience);
    json_put(event, "watch", json_text(metric_word[phase->watch]));
    run_log_write(training->log, event);
}

static void note_drop(const Training *training)
{
    json_t *event = standing_event(training, "plateau");
    json_put(event, "rate", json_number(training_rate(training)));
    put_count(event, "drops", training->standing.plateau_drops);
    run_log_write(training->log, event);
}

void note_break(const Training *training, const char *why)
{
    json_t *event = standing_event(training, "break");
    json_put(event, "why", json_text(why));
    run_log_write(training->log, event);
}

static void note_end(const Training *training, const Speed *speed)
{
    const Standing *standing = &training->standing;
    json_t *event = standing_event(training, "end");
    put_count(event, "best_epoch", standing->best_epoch);
    json_put(event, "best_loss", json_number(standing->best_loss));
    if (training->program->job.target.kind != TARGET_NUMBERS)
        json_put(event, "best_accuracy", json_number(standing->best_accuracy));
    put_count(event, "images", (uint64_t)speed->images);
    json_put(event, "seconds", json_number(speed->seconds));
    run_log_write(training->log, event);
}

/* ---- words ---- */

/* It was asked for by its name. */
static void say_over(const Training *training)
{
    char words[64];
    const Standing *standing = &training->standing;
    snprintf(words, sizeof words, "train --epochs %" PRIu64, 2 * standing->epoch + standing->left_out);
    char *more = call_text(words);
    printf("finished after epoch %" PRIu64 "; `%s` goes on\n", standing->epoch, more);
    free(more);
}

/* A note of the data that is to be freed, or NULL. */
static void say_note(char *note)
{
    if (note)
        printf("%s\n", note);
    free(note);
}

static void say_balance(const Training *training)
{
    char *balance = balance_text(training->dataset);
    if (balance)
        printf("unequal classes: %s\n", balance);
    free(balance);
}

void say_which(const Training *training)
{
    const Standing *standing = &training->standing;
    note_start(training);
    if (options_hush(training->options))
        return;
    if (training->finished)
        say_finished(training);
    printf("%s: ", training->run.folder);
    if (!training->resumed)
        say_new(&training->run);
    else if (training_is_over(standing))
        say_over(training);
    else if (!standing->position)
        printf("goes on with epoch %" PRIu64 " of %" PRIu64 "\n", standing->epoch + 1,
               epochs_wanted(standing));
    else
        printf("goes on in epoch %" PRIu64 " of %" PRIu64 " after %" PRIu64 " image%s\n",
               standing->epoch + 1, epochs_wanted(standing), standing->position, plural((long)standing->position));
    say_balance(training);
    if (!training->resumed) {
        say_norms(training);
        say_average(training);
        say_note(note_empty_classes(&training->shelves));
        say_note(note_targets(&training->shelves));
    }
    if (training->newer)
        say_newer(training);
    fflush(stdout);
}

double so_far(const Standing *standing, double sum)
{
    return standing->position ? sum / (double)standing->position : 0;
}

/* Seconds to the training's end at this tempo. */
static double time_left(const Training *training, const Tempo *tempo)
{
    const Standing *standing = &training->standing;
    double each = (seconds_now() - tempo->begun) / (double)tempo->images;
    double epochs = (double)(epochs_wanted(standing) - standing->epoch);
    return each * (epochs * (double)loader_images(training->loader) - (double)standing->position);
}

/* "accuracy 0.9375" after `before`; of numbers, where no answer is right, "". */
static const char *accuracy_text(const Job *job, const char *before, double accuracy, char text[ACCURACY_ROOM])
{
    snprintf(text, ACCURACY_ROOM, "%saccuracy %.4f", before, accuracy);
    return job->target.kind == TARGET_NUMBERS ? "" : text;
}

/* What the best was chosen by, as it is measured; standings hold it so that less is better. */
static double best_watched(const Standing *standing)
{
    return metric_rises[standing->best_watch] ? -standing->best_watched : standing->best_watched;
}

/* ---- the lines that move ---- */

enum { FIELD_ROOM = 64 };

/* Lines and the texts of their fields. */
typedef struct {
    ProgressLine line[PROGRESS_LINES];
    char text[PROGRESS_LINES][PROGRESS_FIELDS][FIELD_ROOM];
    int lines;
} Display;

static ProgressLine *add_line(Display *display)
{
    return &display->line[display->lines++];
}

static void add_field(Display *display, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_field(Display *display, const char *format, ...)
{
    va_list args;
    ProgressLine *line = &display->line[display->lines - 1];
    char *text = display->text[display->lines - 1][line->fields];
    va_start(args, format);
    vsnprintf(text, FIELD_ROOM, format, args);
    va_end(args);
    line->field[line->fields++] = text;
}

/* Where the epoch is, and how long it will take. */
static void show_place(Display *display, const Training *training, const Tempo *tempo)
{
    char left[DURATION_ROOM];
    const Standing *standing = &training->standing;
    double images = (double)loader_images(training->loader), done = (double)standing->position;
    double seconds = seconds_now() - tempo->begun;
    ProgressLine *line = add_line(display);
    line->bar = true;
    line->share = done / images;
    line->before = 1;
    add_field(display, "epoch %" PRIu64 "/%" PRIu64, standing->epoch + 1, epochs_wanted(standing));
    add_field(display, "%3.0f %%", 100 * done / images);
    add_field(display, "%s left", duration_text(seconds / (double)tempo->images * (images - done), left));
    add_field(display, "%.0f img/s", (double)tempo->images / seconds);
    add_field(display, "waiting %.0f %%", 100 * loader_waited(training->loader) / seconds);
    if (epochs_wanted(standing) > standing->epoch + 1)
        add_field(display, "%s left in all", duration_text(time_left(training, tempo), left));
}

/* The best epoch by what it was chosen by: "best epoch 3: validation auc 0.9612". */
static void show_best(Display *display, const Training *training)
{
    const Standing *standing = &training->standing;
    MetricKind watch = (MetricKind)standing->best_watch;
    bool loss = !training->validation || watch == METRIC_LOSS || !isfinite(standing->best_watched);
    add_field(display, "best epoch %" PRIu64 ": %s%s %.4f", standing->best_epoch,
              training->validation ? "validation " : "", loss ? metric_word[METRIC_LOSS] : metric_word[watch],
              loss ? standing->best_loss : best_watched(standing));
}

/* How well it does. */
static void show_loss(Display *display, const Training *training)
{
    char right[ACCURACY_ROOM];
    const Standing *standing = &training->standing;
    const Job *job = &training->program->job;
    ProgressLine *line = add_line(display);
    line->curve = training->losses.value;
    line->points = training->losses.count;
    line->before = 1;
    add_field(display, "loss %.4f", so_far(standing, standing->loss_sum));
    if (job->target.kind != TARGET_NUMBERS)
        add_field(display, "%s", accuracy_text(job, "", so_far(standing, standing->correct), right));
    if (standing->best_epoch)
        show_best(display, training);
    add_field(display, "rate %.4g", training_last_rate(training));
}

/* True of the loss, of the accuracy where there is one, and of what the card asks for. */
static bool is_told(const Job *job, MetricKind kind)
{
    bool told = kind == METRIC_LOSS || (kind == METRIC_ACCURACY && job->target.kind != TARGET_NUMBERS);
    for (int i = 0; i < job->metrics; i++)
        told |= job->metric[i].kind == kind;
    return told;
}

/* What the last validation came to: first what is watched, since the last fields go where there is little room. */
static void show_validation(Display *display, const Training *training)
{
    MetricKind watch = phase_now(training->program, &training->standing)->watch;
    if (!training->validated)
        return;
    const ProgressLine *line = add_line(display);
    add_field(display, "validation %s %.4f", metric_word[watch], training->metric[watch]);
    for (int kind = 0; kind < METRIC_COUNT && line->fields < PROGRESS_FIELDS; kind++)
        if ((MetricKind)kind != watch && is_told(&training->program->job, (MetricKind)kind))
            add_field(display, "%s %.4f", metric_word[kind], training->metric[kind]);
}

void say_progress(Training *training, const Tempo *tempo)
{
    Display display = { .lines = 0 };
    show_place(&display, training, tempo);
    show_loss(&display, training);
    show_validation(&display, training);
    progress_lines(&training->progress, display.line, display.lines);
}

void show_measuring(void *context, long done, long total)
{
    Training *training = context;
    const Standing *standing = &training->standing;
    Display display = { .lines = 0 };
    if (!progress_due(&training->progress))
        return;
    ProgressLine *line = add_line(&display);
    line->bar = true;
    line->share = (double)done / (double)total;
    line->before = 2;
    add_field(&display, "epoch %" PRIu64 "/%" PRIu64, standing->epoch + (standing->position > 0), epochs_wanted(standing));
    add_field(&display, "measuring");
    add_field(&display, "%ld/%ld", done, total);
    if (standing->position) {
        show_loss(&display, training);
        show_validation(&display, training);
    }
    progress_lines(&training->progress, display.line, display.lines);
}

/* ---- the lines that stay ---- */

static int digits(uint64_t number)
{
    return snprintf(NULL, 0, "%" PRIu64, number);
}

/* What was held out came to: its loss, accuracy, and what the card asks for. */
static void say_validation(const Job *job, const Result *result, bool best)
{
    char right[ACCURACY_ROOM];
    printf("  validation loss %.4f%s", result->validation_loss,
           accuracy_text(job, " ", result->metric[METRIC_ACCURACY], right));
    for (int i = 0; i < job->metrics; i++) {
        MetricKind kind = job->metric[i].kind;
        if (kind != METRIC_LOSS && kind != METRIC_ACCURACY)
            printf(" %s %.4g", metric_word[kind], result->metric[kind]);
    }
    printf(" %s", best ? "best" : "    ");
}

/* Of `epochs` that were wanted when it ended. The rate is told when it is another than the line above tells. */
void say_result(Training *training, const Result *result, uint64_t epochs, bool best)
{
    const Job *job = &training->program->job;
    char right[ACCURACY_ROOM];
    bool turned = result->learning_rate != training->rate_told;
    training->rate_told = result->learning_rate;
    training->validated = result->validated;
    if (result->validated)
        memcpy(training->metric, result->metric, sizeof training->metric);
    note_result(training, result, epochs, best);
    if (options_hush(training->options))
        return;
    printf("epoch %*" PRIu64 "/%" PRIu64 "  loss %.4f%s", digits(epochs), result->epoch, epochs, result->loss,
           accuracy_text(job, " ", result->accuracy, right));
    if (result->validated)
        say_validation(job, result, best);
    if (result->timed)
        printf("  %.0f img/s", result->rate);
    if (turned)
        printf("  rate %.4g", result->learning_rate);
    if (result->clips)
        printf("  clipped %.0f %%", 100 * result->clipped);
    printf("\n");
    fflush(stdout);
}

void say_drop(const Training *training)
{
    int patience = phase_now(training->program, &training->standing)->schedule.patience;
    note_drop(training);
    if (options_hush(training->options))
        return;
    printf("no better for %d epoch%s: the rate falls to %.4g\n", patience, plural(patience), training_rate(training));
    fflush(stdout);
}

void say_stop(const Training *training, const Standing *stopped)
{
    const JobStop *stop = &phase_now(training->program, stopped)->stop;
    run_log_write(training->log, standing_event(training, "stop"));
    if (options_hush(training->options))
        return;
    printf("no better ");
    if (stop->least > 0)
        printf("by more than %g ", stop->least);
    printf("for %d epoch%s: the %s ends here\n", stop->patience, plural(stop->patience),
           training_is_over(&training->standing) ? "training" : "phase");
    fflush(stdout);
}

/* True where more acts than an optimizer at the card's own rate. */
static bool is_special(const Training *training, const JobTrain *phase)
{
    return phase->schedule.kind != SCHEDULE_CONSTANT || phase->schedule.warmup > 0 || phase->ema > 0 || phase->clip > 0 ||
           phase->stop.patience || phase_full_rate(training->program, &training->standing) != phase->rate;
}

void say_phase(Training *training)
{
    const Standing *standing = &training->standing;
    const JobTrain *phase = phase_now(training->program, standing);
    uint64_t epochs = phase_epochs(training->program, standing);
    note_phase(training);
    training->rate_told = phase_full_rate(training->program, standing);
    if (options_hush(training->options) || (!*phase->name && !is_special(training, phase)))
        return;
    if (*phase->name)
        printf("phase %s, ", phase->name);
    printf("%" PRIu64 " epoch%s: %s, rate %.4g", epochs, plural((long)epochs), optimizer_word[phase->optimizer],
           phase_full_rate(training->program, standing));
    if (phase->schedule.kind != SCHEDULE_CONSTANT)
        printf(", %s", schedule_word[phase->schedule.kind]);
    if (phase->schedule.warmup > 0)
        printf(", warmup %g", phase->schedule.warmup);
    if (phase->ema > 0)
        printf(", ema %.6g %%", 100 * phase->ema);
    if (phase->clip > 0)
        printf(", clip %g", phase->clip);
    if (phase->stop.patience)
        printf(", stop after %d epoch%s without better %s", phase->stop.patience, plural(phase->stop.patience),
               metric_word[phase->watch]);
    if (phase->stop.patience && phase->stop.least > 0)
        printf(" by more than %g", phase->stop.least);
    printf("\n");
    fflush(stdout);
}

static void say_speed(const Speed *speed)
{
    double images = (double)speed->images;
    printf("speed: %.0f img/s, step alone %.0f img/s, waiting for pictures %.1f %% of the time\n",
           images / speed->seconds, images / speed->stepping, 100 * speed->waiting / speed->seconds);
}

void say_end(const Training *training, const Speed *speed)
{
    const Standing *standing = &training->standing;
    note_end(training, speed);
    if (training->options->json)
        return;
    if (speed->images && !training->options->quiet)
        say_speed(speed);
    char right[ACCURACY_ROOM];
    MetricKind watched = (MetricKind)standing->best_watch;
    printf("best: epoch %" PRIu64 ", %sloss %.4f%s", standing->best_epoch, training->validation ? "validation " : "",
           standing->best_loss, accuracy_text(&training->program->job, ", ", standing->best_accuracy, right));
    if (watched != METRIC_LOSS && watched != METRIC_ACCURACY && watched < METRIC_COUNT)
        printf(", %s %.4g", metric_word[watched], best_watched(standing));
    printf(": %s/best.safetensors\n", training->run.folder);
}
