/* try.c - the command `try`: what can be known before a long training. Each check is a line; nothing is saved. */

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/commands/trial.h"
#include "runtime/data/balance.h"
#include "runtime/system/called.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "runtime/training/overfit.h"

void trial_tell(Trial *trial, Finding *finding)
{
    progress_clear(&trial->progress);
    trial->checks++;
    trial->wrong += finding_end(finding, trial->options->json, trial->options->quiet) == VERDICT_WRONG;
}

/* ---- one step ---- */

/* The least and the most of a batch's values; no number where one of them is none. */
static void input_range(const Program *program, const Batch *batch, double *least, double *most)
{
    long count = shape_size(program->job.input.shape) * batch->n;
    *least = *most = batch->input[0];
    for (long i = 0; i < count; i++) {
        double value = batch->input[i];
        *least = value < *least || isnan(value) ? value : *least;
        *most = value > *most || isnan(value) ? value : *most;
    }
}

static void judge_input(Finding *finding, const Program *program, const Batch *batch)
{
    const double large = 30, small = 0.02;
    double least, most;
    input_range(program, batch, &least, &most);
    double largest = fmax(fabs(least), fabs(most));
    if (!isfinite(least) || !isfinite(most))
        finding_advise(finding, VERDICT_WRONG, "the input holds numbers that are not finite");
    else if (least == most && batch->n > 1)
        finding_advise(finding, VERDICT_WRONG, "the input is %.3g everywhere: there is nothing to learn from", most);
    else if (largest > large)
        finding_advise(finding, VERDICT_NOTE, "the input reaches %.3g: 'input ... scale=1/255', or mean=data std=data, "
                       "makes learning easier", largest);
    else if (largest < small)
        finding_advise(finding, VERDICT_NOTE, "the input reaches no more than %.3g: 'input ... mean=data std=data', or a "
                       "larger scale=, makes learning easier", largest);
}

static void try_step(Trial *trial)
{
    enum { FAR = 4 };
    Finding finding = finding_begin("step");
    const Batch *batch = dry_run_next(&trial->run);
    double chance = chance_loss(trial->program);
    int n = batch->n;
    double begun = seconds_now();
    double loss = dry_run_step(&trial->run, batch, trial_rate(trial), NULL).loss;
    finding_fact(&finding, "%d %s%s in %.3g s, loss %.4g", n, item_word(&trial->program->job.data), plural(n),
                 seconds_now() - begun, loss);
    if (chance > 0)
        finding_fact(&finding, ", of guessing %.4g", chance);
    if (!isfinite(loss))
        finding_advise(&finding, VERDICT_WRONG, "the first loss is no finite number: the weights that it starts from, or "
                       "the input, are too large");
    else if (chance > 0 && loss > FAR * chance)
        finding_advise(&finding, VERDICT_NOTE, "it begins far above guessing, which mostly means an input or weights "
                       "that are too large");
    judge_input(&finding, trial->program, batch);
    trial_tell(trial, &finding);
}

/* ---- more steps ---- */

static double validation_seconds(const Trial *trial)
{
    const double enough = 1;
    long images = 0;
    int prepared = 0;
    double begun = seconds_now(), seconds = 0;
    loader_start(trial->validation, 0, 0);
    for (const Batch *batch; seconds < enough && (batch = loader_next(trial->validation)); ) {
        Step step = { .input = batch->input, .target = batch->target, .n = batch->n, .prepared = prepared };
        network_run(trial->run.network, trial->program->phase[0].predict, &step);
        prepared = step.prepared;
        images += batch->n;
        seconds = seconds_now() - begun;
    }
    if (loader_lost(trial->validation))
        fault("%s", loader_lost(trial->validation));
    return seconds / (double)images * (double)loader_images(trial->validation);
}

static const char *phases_text(const Program *program)
{
    return program->job.phases > 1 ? ", all at the first phase's speed" : "";
}

static void advise_loading(const Trial *trial, Finding *finding, double waiting)
{
    bool kept = trial_decoded_bytes(trial) <= (double)trial->options->cache;
    finding_advise(finding, VERDICT_NOTE, "the step waits for pictures %.0f %% of the time: %s", 100 * waiting,
                   kept ? "augmenting takes longer than learning; more processors help"
                        : "a larger --cache keeps more of them decoded");
}

static void try_speed(Trial *trial)
{
    const double much = 0.2, little = 1;        /* of the time; seconds that nobody minds */
    char whole[DURATION_ROOM];
    Finding finding = finding_begin("speed");
    const Options *options = trial->options;
    Pace pace = dry_run_pace(&trial->run, trial_rate(trial), options->steps);
    long images = loader_images(trial->run.samples.loader);
    double rate = (double)pace.images / pace.seconds, waiting = pace.waiting / pace.seconds;
    double epoch = (double)images / rate, validation = trial->validation ? validation_seconds(trial) : 0;
    int epochs = options->epochs ? options->epochs : trial->program->job.train.epochs;
    finding_fact(&finding, "%.0f %s; an epoch %.3g s", rate, pace_word(&trial->program->job.data), epoch);
    if (trial->validation)
        finding_fact(&finding, ", and %.3g s to validate", validation);
    finding_fact(&finding, "; %d epoch%s %s%s", epochs, plural(epochs),
                 duration_text(epochs * (epoch + validation), whole), phases_text(trial->program));
    if (waiting > much && epoch > little)
        advise_loading(trial, &finding, waiting);
    trial_tell(trial, &finding);
}

static void try_numbers(Trial *trial)
{
    Finding finding = finding_begin("numbers");
    const Parameter *broken = network_broken(trial->run.network);
    uint64_t steps = trial->run.update, at = trial->run.broken_at;
    if (at)
        finding_fact(&finding, "the loss of step %" PRIu64 " is no finite number", at);
    else if (broken)
        finding_fact(&finding, "'%s' holds numbers that are not finite after %" PRIu64 " steps", broken->name, steps);
    else
        finding_fact(&finding, "all losses and weights of %" PRIu64 " steps are finite", steps);
    if (at || broken)
        finding_advise(&finding, VERDICT_WRONG, "a smaller rate than %.3g, a scaled input, or 'clip 1' in the train "
                       "section; `%s` looks for a rate", trial_rate(trial), trial->rate);
    trial_tell(trial, &finding);
}

/* ---- the command ---- */

static void open_validation(Trial *trial)
{
    const Samples *samples = &trial->run.samples;
    if (samples->shelves.shelf[PART_VALIDATION])
        trial->validation = loader_open(&(LoaderOptions){
            .dataset = samples->dataset, .part = PART_VALIDATION,
            .shelf = samples->shelves.shelf[PART_VALIDATION],
            .batch = trial->run.batch, .ring = samples->ring, .threads = trial->options->threads,
        });
}

static void run_checks(Trial *trial, Dataset *dataset, Shelves shelves)
{
    trial->run = dry_run_of(trial->program, trial->options, dataset, shelves);
    open_validation(trial);
    try_step(trial);
    try_speed(trial);
    try_numbers(trial);
    try_memory(trial);
    try_overfit(trial);
    if (trial->validation)
        loader_close(trial->validation);
    dry_run_close(&trial->run);
}

static void say_verdict(const Trial *trial)
{
    if (trial->wrong)
        printf("\n%d of %d checks %s wrong\n", trial->wrong, trial->checks, trial->wrong == 1 ? "is" : "are");
    else
        printf("\n%d checks, all well; `%s` may begin\n", trial->checks, trial->train);
}

int try_command(const Program *program, const Options *options)
{
    Trial trial = { .program = program, .options = options,
                    .progress = progress_open(options->quiet || options->json),
                    .train = call_text("train"), .rate = call_text("rate"), .data = call_text("data") };
    Dataset *dataset = dataset_open(&program->job, program->classes, options->data);
    bool validates = dataset->part[PART_VALIDATION].items > 0;
    Shelves shelves = shelves_open(dataset, PARTS_OF(PART_TRAIN) | (validates ? PARTS_OF(PART_VALIDATION) : 0),
                                   options->threads, options->cache, progress_reading, &trial.progress);
    balance_weigh(dataset, shelves.shelf[PART_TRAIN]);
    if (try_data(&trial, &shelves)) {
        run_checks(&trial, dataset, shelves);
    } else {
        shelves_close(&shelves);
        dataset_close(dataset);
    }
    if (!options->json && !options->quiet)
        say_verdict(&trial);
    free(trial.train);
    free(trial.rate);
    free(trial.data);
    return trial.wrong ? EXIT_MISTAKE : 0;
}
