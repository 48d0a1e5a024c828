/* train.c - epochs of steps, from a run's last checkpoint to its last epoch. Whatever happens
 * between two steps, the run's folder holds a whole checkpoint from which the training goes on to the
 * same bits. */

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/checkpoint.h"
#include "runtime/clock.h"
#include "runtime/fault.h"
#include "runtime/initialise.h"
#include "runtime/loader.h"
#include "runtime/network.h"
#include "runtime/options.h"
#include "runtime/progress.h"
#include "runtime/results.h"
#include "runtime/runs.h"
#include "runtime/score.h"
#include "runtime/split.h"
#include "runtime/stop.h"

typedef struct {
    const Program *program;
    const Options *options;
    Dataset *dataset;
    Item *moved;                /* by split_apply */
    Run run;
    Standing standing;
    Network *network;
    Loader *loader, *validation;        /* NULL where the card holds nothing out */
    Progress progress;
} Training;

/* What an epoch took, from its start or the resume. */
typedef struct {
    double begun, stepping;     /* seconds; stepping: within steps alone */
    long images;
} Tempo;

static bool finished(const Standing *standing)
{
    return standing->epoch >= standing->epochs;
}

/* ---- which run ---- */

/* A run to go on with: it has epochs left, and nothing on the command line contradicts it. */
static bool goes_on(const Checkpoint *checkpoint, const void *context)
{
    const Options *options = context;
    Standing standing = checkpoint->standing;
    if (options->epochs)
        standing.epochs = (uint64_t)options->epochs;
    return !finished(&standing) && (!options->seeded || options->seed == standing.seed) &&
           (!options->batch || (uint64_t)options->batch == standing.batch);
}

static void check_standing(const Training *training, const Checkpoint *checkpoint)
{
    const Standing *standing = &checkpoint->standing;
    if (standing->batch < 1 || standing->batch > (uint64_t)training->program->batch ||
        standing->epoch >= UINT32_MAX)
        fault("%s: its metadata makes no sense", checkpoint->path);
}

static void check_classes(const Training *training, const Checkpoint *checkpoint)
{
    const Dataset *dataset = training->dataset;
    bool same = checkpoint->classes.count == dataset->classes;
    for (int i = 0; same && i < dataset->classes; i++)
        same = !strcmp(checkpoint->classes.name[i], dataset->class_name[i]);
    if (!same)
        fault("the data's classes are not those of %s any more; `train --new` starts anew",
              checkpoint->path);
}

static void resume(Training *training)
{
    char *path = path_join(training->run.folder, "last.safetensors");
    run_lock(&training->run);
    Checkpoint *checkpoint = checkpoint_open(path);     /* again: it is ours only now */
    check_standing(training, checkpoint);
    check_classes(training, checkpoint);
    checkpoint_read(checkpoint, training->network, true);
    training->standing = checkpoint->standing;
    if (training->options->epochs)
        training->standing.epochs = (uint64_t)training->options->epochs;
    training->moved = split_apply(training->dataset, training->run.folder, true);
    results_rewind(training->run.folder, training->standing.epoch);
    checkpoint_close(checkpoint);
    free(path);
}

static void save(const Training *training, bool best)
{
    Classes classes = { training->dataset->class_name, training->dataset->classes };
    checkpoint_save(training->network, &training->standing, classes, training->run.folder, best);
}

static Standing first_standing(const Program *program, const Options *options)
{
    const JobTrain *train = &program->job.train;
    return (Standing){
        .seed = options->seeded ? options->seed : train->seed,
        .batch = (uint64_t)(options->batch ? options->batch : train->batch),
        .epochs = (uint64_t)(options->epochs ? options->epochs : train->epochs),
    };
}

/* The first checkpoint shows at once, not after an epoch, whether the folder can be written. */
static void begin_run(Training *training)
{
    training->run = run_create(training->program);
    initialise(training->network, training->standing.seed);
    split_write(training->dataset, training->run.folder);
    results_create(training->run.folder);
    save(training, false);
}

static void say_which(const Training *training, bool resumed)
{
    const Standing *standing = &training->standing;
    printf("%s: ", training->run.folder);
    if (!resumed)
        printf("a new run\n");
    else if (!standing->position)
        printf("goes on with epoch %" PRIu64 "\n", standing->epoch + 1);
    else
        printf("goes on in epoch %" PRIu64 " after %" PRIu64 " images\n", standing->epoch + 1,
               standing->position);
    fflush(stdout);
}

/* ---- opening ---- */

static Loader *open_loader(Training *training, PartKind part, size_t cache)
{
    LoaderOptions options = {
        .dataset = training->dataset, .part = part, .batch = (int)training->standing.batch,
        .threads = training->options->threads, .augment = part == PART_TRAIN,
        .seed = training->standing.seed, .cache = cache,
        .progress = progress_reading, .context = &training->progress,
    };
    return loader_open(&options);
}

/* The parts share the cache by their sizes. */
static void open_loaders(Training *training)
{
    double train = (double)training->dataset->part[PART_TRAIN].items;
    double held = (double)training->dataset->part[PART_VALIDATION].items;
    size_t cache = training->options->cache;
    size_t share = (size_t)((double)cache * (train / (train + held)));
    training->loader = open_loader(training, PART_TRAIN, share);
    if (held > 0)
        training->validation = open_loader(training, PART_VALIDATION, cache - share);
}

/* An epoch is gone on with between two batches, or at its end. */
static void check_position(const Training *training)
{
    uint64_t images = (uint64_t)loader_images(training->loader);
    uint64_t position = training->standing.position;
    if (position > images || (position < images && position % training->standing.batch))
        fault("%s/last.safetensors is %" PRIu64 " images into an epoch, which does not fit the "
              "%" PRIu64 " that there are; `train --new` starts anew", training->run.folder, position,
              images);
}

/* A new run begins when its pictures have been read: where they cannot, none is left behind. */
static Training training_open(const Program *program, const Options *options)
{
    int others;
    Training training = {
        .program = program, .options = options, .progress = progress_open(options->quiet),
        .dataset = dataset_open(&program->job, program->classes, options->data),
        .network = network_open(program, &program->train, options->threads),
        .standing = first_standing(program, options),
    };
    bool resumes = !options->fresh && run_find(program, "last.safetensors", goes_on, options,
                                               &training.run, &others);
    if (resumes)
        resume(&training);
    open_loaders(&training);
    check_position(&training);
    if (!resumes)
        begin_run(&training);
    if (!options->quiet)
        say_which(&training, resumes);
    return training;
}

static void training_close(Training *training)
{
    loader_close(training->loader);
    if (training->validation)
        loader_close(training->validation);
    network_close(training->network);
    dataset_close(training->dataset);
    free(training->moved);
    run_close(&training->run);
}

/* ---- numbers that are none ---- */

static _Noreturn void give_up(Training *training, const char *what, double number)
{
    const Standing *standing = &training->standing;
    const Parameter *broken = network_broken(training->network);
    progress_clear(&training->progress);
    fprintf(stderr, "%s: epoch %" PRIu64 ", step %" PRIu64 ": %s is %g",
            program_invocation_short_name, standing->epoch + 1,
            (standing->position + standing->batch - 1) / standing->batch, what, number);
    if (broken)
        fprintf(stderr, ", and '%s' holds numbers that are not finite", broken->name);
    fprintf(stderr, "; a smaller rate may help. %s is as it was at the last checkpoint\n",
            training->run.folder);
    exit(EXIT_MISTAKE);
}

/* A checkpoint never holds a broken weight. ReLU hides one from the loss. */
static void save_sound(Training *training, bool best)
{
    if (network_broken(training->network))
        give_up(training, "a weight", NAN);
    save(training, best);
}

/* ---- an epoch ---- */

static double so_far(const Standing *standing, double sum)
{
    return standing->position ? sum / (double)standing->position : 0;
}

/* Seconds to the training's end at this tempo. */
static double time_left(const Training *training, const Tempo *tempo)
{
    const Standing *standing = &training->standing;
    double each = (seconds_now() - tempo->begun) / (double)tempo->images;
    double epochs = (double)(standing->epochs - standing->epoch);
    return each * (epochs * (double)loader_images(training->loader) - (double)standing->position);
}

static void show_progress(Training *training, const Tempo *tempo)
{
    char left[DURATION_ROOM];
    const Standing *standing = &training->standing;
    progress_draw(&training->progress,
                  "epoch %" PRIu64 "/%" PRIu64 "  %3.0f %%  %.0f img/s  loss %.4f  accuracy %.4f  "
                  "%s left",
                  standing->epoch + 1, standing->epochs,
                  100.0 * (double)standing->position / (double)loader_images(training->loader),
                  (double)tempo->images / (seconds_now() - tempo->begun),
                  so_far(standing, standing->loss_sum), so_far(standing, (double)standing->correct),
                  duration_text(time_left(training, tempo), left));
}

static void train_batch(Training *training, const Batch *batch, Tempo *tempo)
{
    Standing *standing = &training->standing;
    Step step = {
        .input = batch->input, .target = batch->target, .n = batch->n,
        .rate = training->program->job.train.rate, .update = standing->update + 1,
        .seed = standing->seed, .epoch = (uint32_t)standing->epoch, .position = batch->position,
    };
    double begun = seconds_now();
    network_run(training->network, &training->program->train, &step);
    tempo->stepping += seconds_now() - begun;
    tempo->images += step.n;
    standing->update++;
    standing->position += (uint64_t)step.n;
    standing->loss_sum += step.loss * step.n;
    standing->correct += (uint64_t)step.correct;
    if (!isfinite(step.loss))
        give_up(training, "the loss", step.loss);
}

/* Trains what is left of the epoch; false where a stop was asked for. */
static bool train_epoch(Training *training, Tempo *tempo)
{
    const Standing *standing = &training->standing;
    if (standing->position >= (uint64_t)loader_images(training->loader))
        return true;            /* stopped while validating */
    loader_start(training->loader, (uint32_t)standing->epoch, (uint32_t)standing->position);
    for (const Batch *batch; !stop_wanted() && (batch = loader_next(training->loader)); ) {
        train_batch(training, batch, tempo);
        if (progress_due(&training->progress))
            show_progress(training, tempo);
    }
    return !stop_wanted();
}

static Result result_of(const Training *training, const Tempo *tempo, double seconds,
                        const Score *score)
{
    const Standing *standing = &training->standing;
    double waited = tempo->images ? loader_waited(training->loader) : 0;
    return (Result){
        .epoch = standing->epoch + 1,
        .loss = so_far(standing, standing->loss_sum),
        .accuracy = so_far(standing, (double)standing->correct),
        .validated = training->validation,
        .validation_loss = score->loss, .validation_accuracy = score->accuracy,
        .seconds = seconds,
        .rate = tempo->images ? (double)tempo->images / seconds : 0,
        .step_rate = tempo->images ? (double)tempo->images / tempo->stepping : 0,
        .waiting = tempo->images ? waited / seconds : 0,
    };
}

static int digits(uint64_t number)
{
    return snprintf(NULL, 0, "%" PRIu64, number);
}

static void say_result(const Training *training, const Result *result, bool best)
{
    uint64_t epochs = training->standing.epochs;
    printf("epoch %*" PRIu64 "/%" PRIu64 "  loss %.4f  accuracy %.4f", digits(epochs),
           result->epoch, epochs, result->loss, result->accuracy);
    if (result->validated)
        printf("  validation loss %.4f  accuracy %.4f  %s", result->validation_loss,
               result->validation_accuracy, best ? "best" : "    ");
    printf("  %.1f s  %.0f img/s (step alone %.0f, waiting %.1f %%)\n", result->seconds,
           result->rate, result->step_rate, 100 * result->waiting);
    fflush(stdout);
}

/* The lowest loss on what was held out; without that, the last epoch. */
static bool is_best(const Training *training, const Score *score)
{
    const Standing *standing = &training->standing;
    return !training->validation || !standing->best_epoch || score->loss < standing->best_loss;
}

static void end_epoch(Training *training, const Score *score, const Result *result)
{
    Standing *standing = &training->standing;
    bool best = is_best(training, score);
    if (best) {
        standing->best_epoch = result->epoch;
        standing->best_loss = training->validation ? score->loss : result->loss;
        standing->best_accuracy = training->validation ? score->accuracy : result->accuracy;
    }
    standing->epoch++;
    standing->position = standing->correct = 0;
    standing->loss_sum = 0;
    results_append(training->run.folder, result);
    save_sound(training, best);
    progress_clear(&training->progress);
    if (!training->options->quiet)
        say_result(training, result, best);
}

/* One epoch, validation and checkpoint; false where a stop was asked for before its end. */
static bool run_epoch(Training *training)
{
    Tempo tempo = { .begun = seconds_now() };
    Score score = { 0 };
    if (!train_epoch(training, &tempo))
        return false;
    double seconds = seconds_now() - tempo.begun;
    if (training->validation)
        score = score_part(training->network, training->validation, NULL);
    if (score.stopped)
        return false;
    if (!isfinite(score.loss))
        give_up(training, "the validation loss", score.loss);
    Result result = result_of(training, &tempo, seconds, &score);
    end_epoch(training, &score, &result);
    return true;
}

/* ---- the command ---- */

static int say_stopped(Training *training)
{
    const char *program = program_invocation_short_name;
    save_sound(training, false);
    progress_clear(&training->progress);
    fprintf(stderr, "%s: stopped in epoch %" PRIu64 " and saved; `%s train` goes on\n", program,
            training->standing.epoch + 1, program);
    return EXIT_INTERRUPTED;
}

static void say_end(const Training *training)
{
    const Standing *standing = &training->standing;
    if (training->options->quiet)
        return;
    printf("best: epoch %" PRIu64 ", %sloss %.4f, accuracy %.4f: %s/best.safetensors\n",
           standing->best_epoch, training->validation ? "validation " : "", standing->best_loss,
           standing->best_accuracy, training->run.folder);
}

int train_command(const Program *program, const Options *options)
{
    int code = 0;
    stop_listen();
    Training training = training_open(program, options);
    stop_guard(true);
    while (!finished(&training.standing) && code == 0)
        if (!run_epoch(&training))
            code = say_stopped(&training);
    if (code == 0)
        say_end(&training);
    training_close(&training);
    return code;
}
