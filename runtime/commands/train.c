/* train.c - epochs of steps, from a run's last checkpoint to its last epoch. Whatever happens
 * between two steps, the run's folder holds a whole checkpoint from which the training goes on to the
 * same bits. */

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/answers/score.h"
#include "runtime/network/average.h"
#include "runtime/report/report.h"
#include "runtime/system/called.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "runtime/system/stop.h"
#include "runtime/training/conclude.h"
#include "runtime/training/train_log.h"
#include "runtime/training/train_progress.h"
#include "runtime/training/train_report.h"
#include "runtime/training/training.h"
#include "runtime/training/training_events.h"

/* ---- numbers that are none ---- */

static _Noreturn void give_up(Training *training, const char *what, double number)
{
    const Standing *standing = &training->standing;
    const uint64_t batch = (uint64_t)phase_batch(training->program, standing);
    const Parameter *broken = network_broken(training->network);
    progress_clear(&training->progress);
    note_break(training, "not finite");
    report_settle(training->report);            /* of weights that are broken it could show nothing */
    fprintf(stderr, "%s: epoch %" PRIu64 ", step %" PRIu64 ": %s is %g",
            program_invocation_short_name, standing->epoch + 1,
            (standing->position + batch - 1) / batch, what, isnan(number) ? NAN : number);     /* not "-nan" */
    if (broken)
        fprintf(stderr, ", and '%s' holds numbers that are not finite", broken->name);
    fprintf(stderr, "; a smaller rate may help. %s is as it was at the last checkpoint\n",
            training->run.folder);
    exit(EXIT_MISTAKE);
}

/* A checkpoint never holds a broken weight. ReLU hides one from the loss. */
static void check_weights(Training *training)
{
    if (network_broken(training->network))
        give_up(training, "a weight", NAN);
}

/* ---- an epoch ---- */

static void train_batch(Training *training, const Batch *batch, Tempo *tempo)
{
    const JobTrain *phase = phase_now(training->program, &training->standing);
    Standing *standing = &training->standing;
    Step step = {
        .input = batch->input, .target = batch->target, .class_weight = batch->class_weight, .n = batch->n,
        .rate = training_rate(training), .update = standing->optimizer_update + 1,
        .seed = standing->seed, .epoch = (uint32_t)standing->epoch, .position = batch->position,
    };
    step.laps = report_step(training->report, training, batch);
    double begun = seconds_now();
    network_run(training->network, phase_uses(training->program, standing)->train, &step);
    tempo->stepping += seconds_now() - begun;
    tempo->images += step.n;
    standing->update++;
    standing->optimizer_update++;
    if (phase->ema)
        average_step(training->network, phase->ema, standing->averaged++ == 0);
    standing->position += (uint64_t)step.n;
    standing->loss_sum += step.loss * step.n;
    standing->correct += step.correct;
    standing->clipped += step.shortened < 1;
    if (!isfinite(step.loss))
        give_up(training, "the loss", step.loss);
    trace_add(&training->losses, step.loss);
}

/* Trains what is left of the epoch; false where it cannot be ended. */
static bool train_epoch(Training *training, Tempo *tempo)
{
    const Standing *standing = &training->standing;
    if (standing->position >= (uint64_t)loader_images(training->loader))
        return true;            /* stopped while validating */
    loader_resize(training->loader, phase_batch(training->program, standing));
    loader_start(training->loader, (uint32_t)standing->epoch, (uint32_t)standing->position);
    for (const Batch *batch; !stop_wanted() && (batch = loader_next(training->loader)); ) {
        train_batch(training, batch, tempo);
        if (progress_due(&training->progress))
            show_training(training, tempo);
    }
    return !stop_wanted() && !loader_lost(training->loader);
}

static Result result_of(const Training *training, const Tempo *tempo, double seconds,
                        const Score *score)
{
    const Standing *standing = &training->standing;
    const double batch = phase_batch(training->program, standing), steps = ceil((double)standing->position / batch);
    const bool timed = tempo->images > 0;
    return (Result){
        .epoch = standing->epoch + 1,
        .loss = so_far(standing, standing->loss_sum),
        .accuracy = so_far(standing, standing->correct),
        .validated = training->validation,
        .learning_rate = training_last_rate(training),
        .clips = phase_now(training->program, standing)->clip > 0,
        .clipped = (double)standing->clipped / steps,
        .validation_loss = score->loss, .metric = score->metric,
        .seconds = seconds, .timed = timed,
        .rate = timed ? (double)tempo->images / seconds : 0,
        .step_rate = timed ? (double)tempo->images / tempo->stepping : 0,
        .waiting = timed ? loader_waited(training->loader) / seconds : 0,
    };
}

/* What a phase goes by, the less the better: what it watches on what was held out, or its loss. */
static double watched(const Training *training, const Score *score, const Result *result)
{
    MetricKind kind = phase_now(training->program, &training->standing)->watch;
    if (!training->validation)
        return result->loss;
    double value = score->metric[kind];
    return isnan(value) ? INFINITY : metric_rises[kind] ? -value : value;
}

/* True where what the best was chosen by means the same now: a metric does in all phases, a loss where it is the same. */
static bool compares_with_best(const Program *program, const Standing *standing)
{
    MetricKind watch = phase_now(program, standing)->watch;
    bool same_loss = program->phase[standing->best_phase].predict == phase_uses(program, standing)->predict;
    return standing->best_watch == watch && (watch != METRIC_LOSS || same_loss);
}

/* The best of what is watched; without anything held out, the last epoch. A phase that watches something else begins
 * anew. */
static bool is_best(const Training *training, double watched)
{
    const Standing *standing = &training->standing;
    return !training->validation || !standing->best_epoch || !compares_with_best(training->program, standing) ||
           watched < standing->best_watched;
}

/* The page comes first: after the last checkpoint no other start would clear away what a kill leaves of it. */
static void save_epoch(Training *training, bool best, Speed *speed)
{
    speed->reporting += report_refresh(training->report, training, speed, training_is_over(&training->standing));
    double begun = seconds_now();
    training_save(training, best);
    speed->saving += seconds_now() - begun;
}

/* A line is in results.csv and in the log before the checkpoint that makes it true: a kill between loses none. */
static void end_epoch(Training *training, const Score *score, const Result *result, Speed *speed)
{
    Standing *standing = &training->standing;
    double goes_by = watched(training, score, result);
    bool best = is_best(training, goes_by);
    check_weights(training);
    results_append(training->run.folder, &training->program->job, result);
    training_events_epoch(training, result);
    if (best) {
        standing->best_epoch = result->epoch;
        standing->best_loss = training->validation ? score->loss : result->loss;
        standing->best_accuracy = !training->validation ? result->accuracy
                                : isnan(score->metric[METRIC_ACCURACY]) ? 0 : score->metric[METRIC_ACCURACY];
        standing->best_phase = standing->phase;
        standing->best_watch = phase_now(training->program, standing)->watch;
        standing->best_watched = goes_by;
    }
    standing->epoch++;
    standing->position = 0;
    standing->loss_sum = standing->correct = 0;
    standing->clipped = 0;
    const Standing scored = *standing;
    bool early = phase_after_epoch(training->program, standing, goes_by);
    bool turns = standing->phase != scored.phase;
    if (turns && best)          /* as it was scored: the next phase may keep no mean of the weights */
        training_save_best(training, &scored);
    if (turns)
        phase_enter(training->network, standing, scored.phase);
    progress_clear(&training->progress);
    say_result(training, result, epochs_wanted(&scored), best);
    save_epoch(training, best && !turns, speed);
    if (early)
        say_stop(training, &scored);
    else if (standing->plateau_drops > scored.plateau_drops)
        say_drop(training);
    if (turns && !training_is_over(standing))
        say_phase(training);
}

static void add_to(Speed *speed, const Tempo *tempo, const Result *result)
{
    speed->images += tempo->images;
    speed->seconds += result->seconds;
    speed->stepping += tempo->stepping;
    speed->waiting += result->waiting * result->seconds;
}

/* What is held out, by the mean of the weights where the phase keeps one. */
static Score score_averaged(Training *training)
{
    Review *review = report_review(training->report, training);
    bool averages = phase_now(training->program, &training->standing)->ema != 0;
    if (averages)
        average_swap(training->network);
    Score score = score_part(training->network, training->validation, review->metrics, review,
                             show_measuring, training);
    if (averages)
        average_swap(training->network);
    return score;
}

/* One epoch, validation and checkpoint; false where it cannot be ended: a stop was asked for, or
 * pictures were lost. */
static bool run_epoch(Training *training, Speed *speed)
{
    Tempo tempo = { .begun = seconds_now() };
    Score score = { 0 };
    if (!train_epoch(training, &tempo))
        return false;
    double trained = seconds_now(), seconds = trained - tempo.begun;
    if (training->validation) {
        training->network->predict = phase_uses(training->program, &training->standing)->predict;
        score = score_averaged(training);
        if (score.stopped || loader_lost(training->validation))
            return false;
    }
    if (!isfinite(score.loss))
        give_up(training, "the validation loss", score.loss);
    Result result = result_of(training, &tempo, seconds, &score);
    add_to(speed, &tempo, &result);
    speed->validating += seconds_now() - trained;
    end_epoch(training, &score, &result, speed);
    return true;
}

/* ---- the command ---- */

/* The pictures that went away while they were needed, in words; or NULL. */
static const char *lost_pictures(const Training *training)
{
    const char *lost = loader_lost(training->loader);
    return lost || !training->validation ? lost : loader_lost(training->validation);
}

/* Saves what the epoch has come to, and says why it did not end. */
static int break_off(Training *training, const Speed *speed)
{
    const char *lost = lost_pictures(training);
    char *again = call_text("train");
    check_weights(training);
    training_save(training, false);
    progress_clear(&training->progress);
    note_break(training, lost ? "pictures lost" : "signal");
    report_break(training->report, training, speed);
    if (lost)
        fault("%s; epoch %" PRIu64 " is saved as far as it is, and `%s` goes on once the file is back",
              lost, training->standing.epoch + 1, again);
    fprintf(stderr, "%s: stopped in epoch %" PRIu64 " and saved; `%s` goes on\n",
            program_invocation_short_name, training->standing.epoch + 1, again);
    free(again);
    return EXIT_INTERRUPTED;
}

/* What a Ctrl-C leaves behind while the data are listed and the pictures are read for the first time. */
static char *first_words(void)
{
    char *words;
    if (asprintf(&words, "%s: stopped before the first step: nothing was trained, and no run has changed\n",
                 program_invocation_short_name) < 0)
        fault("out of memory");
    return words;
}

/* What a second one leaves behind, from the first step on. */
static char *last_words(const Training *training)
{
    char *words, *again = call_text("train");
    if (asprintf(&words, "%s: ended at once; `%s` goes on from what %s saved last\n",
                 program_invocation_short_name, again, training->run.folder) < 0)
        fault("out of memory");
    free(again);
    return words;
}

/* The next start does what is left; where it is a file that lacks, one has to know. */
static int leave_unconcluded(const Training *training)
{
    const char *lost = lost_pictures(training);
    if (lost)
        fault("%s; all epochs are done and saved, and `%s` does what follows them once the file is back", lost,
              call_text("train"));
    return EXIT_INTERRUPTED;
}

/* Of a training that is over, now or before. What a kill leaves undone, and half a page, the next start mends. */
static int end(Training *training, const Speed *speed)
{
    say_end(training, speed);
    if (!lacks_conclusion(training, training->run.folder))
        return 0;
    bool whole = conclude(training) && report_conclude(training->report, training, speed);
    if (!whole || stop_wanted())
        return leave_unconcluded(training);
    run_log_write(training->log, run_event("concluded"));
    return 0;
}

int train_command(const Program *program, const Options *options)
{
    int code = 0;
    Speed speed = { 0 };
    char *before = first_words();
    stop_last_words(before);
    stop_listen();
    Training training = training_open(program, options);
    char *words = last_words(&training);
    stop_last_words(words);
    free(before);
    say_which(&training);
    if (!training_is_over(&training.standing))
        say_phase(&training);
    training.report = report_open(&training);
    while (!training_is_over(&training.standing) && code == 0)
        if (!run_epoch(&training, &speed))
            code = break_off(&training, &speed);
    if (code == 0)
        code = end(&training, &speed);
    report_close(training.report);
    training_close(&training);
    stop_last_words(NULL);
    free(words);
    return code;
}
