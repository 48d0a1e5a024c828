#include "runtime/training/train_report.h"

#include <inttypes.h>
#include <math.h>
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
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"

enum { ACCURACY_ROOM = 48 };    /* characters */

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
    flush_output();
}

/* "accuracy 0.9375" after `before`; of numbers, where no answer is right, "". */
static const char *accuracy_text(const Job *job, const char *before, double accuracy, char text[ACCURACY_ROOM])
{
    snprintf(text, ACCURACY_ROOM, "%saccuracy %.4f", before, accuracy);
    return job->target.kind == TARGET_NUMBERS ? "" : text;
}

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
        printf("  %.0f %s", result->rate, pace_word(&job->data));
    if (turned)
        printf("  rate %.4g", result->learning_rate);
    if (result->clips)
        printf("  clipped %.0f %%", 100 * result->clipped);
    printf("\n");
    flush_output();
}

void say_drop(const Training *training)
{
    int patience = phase_now(training->program, &training->standing)->schedule.patience;
    note_drop(training);
    if (options_hush(training->options))
        return;
    printf("no better for %d epoch%s: the rate falls to %.4g\n", patience, plural(patience), training_rate(training));
    flush_output();
}

void say_stop(const Training *training, const Standing *stopped)
{
    const JobStop *stop = &phase_now(training->program, stopped)->stop;
    note_stop(training);
    if (options_hush(training->options))
        return;
    printf("no better ");
    if (stop->least > 0)
        printf("by more than %g ", stop->least);
    printf("for %d epoch%s: the %s ends here\n", stop->patience, plural(stop->patience),
           training_is_over(&training->standing) ? "training" : "phase");
    flush_output();
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
    flush_output();
}

static void say_speed(const JobData *data, const Speed *speed)
{
    double images = (double)speed->images;
    printf("speed: %.0f %s, step alone %.0f %s, waiting for %s %.1f %% of the time\n", images / speed->seconds,
           pace_word(data), images / speed->stepping, pace_word(data), items_word(data),
           100 * speed->waiting / speed->seconds);
}

void say_end(const Training *training, const Speed *speed)
{
    const Standing *standing = &training->standing;
    note_end(training, speed);
    if (training->options->json)
        return;
    if (speed->images && !training->options->quiet)
        say_speed(&training->program->job.data, speed);
    char right[ACCURACY_ROOM];
    MetricKind watched = (MetricKind)standing->best_watch;
    printf("best: epoch %" PRIu64 ", %sloss %.4f%s", standing->best_epoch, training->validation ? "validation " : "",
           standing->best_loss, accuracy_text(&training->program->job, ", ", standing->best_accuracy, right));
    if (watched != METRIC_LOSS && watched != METRIC_ACCURACY && watched < METRIC_COUNT)
        printf(", %s %.4g", metric_word[watched], training_best_watched(standing));
    printf(": %s/best.safetensors\n", training->run.folder);
}
