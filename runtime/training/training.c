#include "runtime/training/training.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/answers/metrics.h"
#include "runtime/answers/results.h"
#include "runtime/data/balance.h"
#include "runtime/data/measure.h"
#include "runtime/data/split.h"
#include "runtime/network/initialise.h"
#include "runtime/options/options_rows.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/stop.h"
#include "runtime/training/conclude.h"
#include "runtime/training/load.h"
#include "runtime/training/record.h"
#include "runtime/training/stale.h"
#include "runtime/training/training_events.h"
#include "runtime/training/warm_start.h"

static const char last_file[] = "last.safetensors";

/* ---- a run to go on with ---- */

/* Nothing on the command line contradicts it. */
static bool is_wanted(const Checkpoint *checkpoint, const void *context)
{
    const Options *options = ((const Training *)context)->options;
    const Standing *standing = &checkpoint->standing;
    return (!options->seeded || options->seed == standing->seed) &&
           (!options->batch || (uint64_t)options->batch == standing->batch) &&
           (options->rate <= 0 || options->rate == standing->rate);
}

static bool is_concluded(const Training *training, const Checkpoint *checkpoint)
{
    char *folder = strndup(checkpoint->path, (size_t)(strrchr(checkpoint->path, '/') - checkpoint->path));
    if (!folder)
        fault("out of memory");
    bool lacks = lacks_conclusion(training, folder);
    free(folder);
    return !lacks;
}

/* What the command line asks of a run that is gone on with. */
static Standing asked_of(const Standing *standing, const Options *options)
{
    Standing asked = *standing;
    if (options->epochs)
        asked.epochs = (uint64_t)options->epochs;
    return asked;
}

static uint64_t begun(const Standing *standing)
{
    return standing->epoch + (standing->position > 0);
}

/* Fewer epochs are asked for than the run was to have, and than it has begun: such a run is not cut back. One that `stop`
 * ended may have more than are wanted without that, for a phase leaves out all that the card gives it. */
static bool is_beyond(const Standing *standing, const Options *options)
{
    Standing asked = asked_of(standing, options);
    return asked.epochs < standing->epochs && begun(standing) > epochs_wanted(&asked);
}

/* Such a run has epochs left, or its conclusion; one that was named is what is meant, even if it has none. */
static bool goes_on(const Checkpoint *checkpoint, const void *context)
{
    const Training *training = context;
    const Options *options = training->options;
    Standing asked = asked_of(&checkpoint->standing, options);
    return is_wanted(checkpoint, training) &&
           (options->run || !training_is_over(&asked) ||
            (!is_beyond(&checkpoint->standing, options) && !is_concluded(training, checkpoint)));
}

static bool find_run(Training *training)
{
    int others;
    return run_find(training->program, training->options->run, last_file, goes_on, training, &training->run,
                    &others);
}

/* A run of that name that is not to be gone on with, or not by this program, stays as it is. */
static void check_name_is_free(const Program *program, const char *name)
{
    int others;
    Run run;
    bool ours = run_find(program, name, last_file, NULL, NULL, &run, &others);
    if (ours)
        fault("%s is a run already, which `%s` goes on with if no other seed, batch, rate or weights are asked for; another "
              "name begins a new one", run.folder, call_text("train"));
    if (others)
        fault("%s/%s is a run of another version of the card; another name begins a new one", runs_folder(program), name);
}

/* Where no run goes on, those that are wanted have all the epochs that are asked for: one should learn that. */
static void note_finished(Training *training)
{
    int others;
    Run run;
    if (!run_find(training->program, NULL, last_file, is_wanted, training, &run, &others))
        return;
    char *path = path_join(run.folder, last_file);
    Checkpoint *checkpoint = checkpoint_open(path);
    run_tidy(&run);             /* no start of its own will */
    training->finished = run.folder;
    training->finished_at = checkpoint->standing;
    checkpoint_close(checkpoint);
    free(path);
}

static bool has_best(const Checkpoint *checkpoint, const void *context)
{
    (void)context;
    return checkpoint->standing.epoch > 0;
}

/* What others take is the newest run's best, be it finished or not: one should learn where that is another run. Who
 * names a run knows which is which. */
static void note_newer(Training *training)
{
    int others;
    Run run;
    if (training->options->run)
        return;
    if (run_find(training->program, NULL, last_file, has_best, NULL, &run, &others) && run.order > training->run.order)
        training->newer = run.folder;
    else
        run_close(&run);
}

/* Only a run that was named comes here with fewer epochs than it has. */
static void check_not_beyond(const Training *training, const Standing *standing)
{
    uint64_t least = begun(standing) + standing->left_out;
    if (is_beyond(standing, training->options))
        misuse("%s has done %" PRIu64 " epoch%s%s; --epochs takes %" PRIu64 " or more here, and `%s` begins a new run",
               training->run.folder, standing->epoch, plural((long)standing->epoch),
               standing->position ? " and a part of the next" : "", least < standing->epochs ? least : standing->epochs,
               call_text("train --new"));
}

static void resume(Training *training)
{
    char *path = path_join(training->run.folder, last_file);
    run_lock(&training->run);
    Checkpoint *checkpoint = checkpoint_open(path);     /* again: it is ours only now */
    checkpoint_check_standing(checkpoint, training->program);
    checkpoint_check_classes(checkpoint, training->dataset);
    checkpoint_check_columns(checkpoint, training->dataset);
    checkpoint_measures(checkpoint, &training->dataset->job->input, training->dataset->mean, training->dataset->std);
    checkpoint_read(checkpoint, training->network, true);
    check_not_beyond(training, &checkpoint->standing);
    training->standing = asked_of(&checkpoint->standing, training->options);
    training->moved = split_apply(training->dataset, training->run.folder, true);
    results_rewind(training->run.folder, &training->program->job, training->standing.epoch);
    checkpoint_close(checkpoint);
    free(path);
    note_newer(training);
}

/* ---- a new run ---- */

static Standing first_standing(const Program *program, const Options *options)
{
    const JobTrain *train = &program->job.train;
    Standing standing = {
        .seed = options->seeded ? options->seed : train->seed,
        .batch = (uint64_t)(options->batch ? options->batch : train->batch),
        .epochs = (uint64_t)(options->epochs ? options->epochs : train->epochs),
        .rate = options->rate > 0 ? options->rate : program->job.phase[0].rate,
    };
    phase_begin(&standing);
    return standing;
}

static void check_finite(const Network *network, const char *path)
{
    const Parameter *broken = network_broken(network);
    if (broken)
        fault("cannot train on from %s: '%s' holds numbers that are not finite", path, broken->name);
}

void first_weights(const Network *network, const char *path, uint64_t seed)
{
    initialise(network, seed);
    if (!path)
        return;
    Checkpoint *checkpoint = checkpoint_open(path);
    checkpoint_read(checkpoint, network, false);
    checkpoint_close(checkpoint);
    check_finite(network, path);
}

/* With what fits of another network's. */
static void start_from(Training *training)
{
    const Options *options = training->options;
    initialise(training->network, training->standing.seed);
    training->standing.optimizer_update = warm_start(training->network, options->from, options_hush(options) ? NULL : stdout);
    check_finite(training->network, options->from);
    phase_begin_average(training->network, &training->standing);
}

/* Drawn; then the card's files give theirs, unless the command line names one for all. */
static void begin_weights(const Training *training)
{
    const Options *options = training->options;
    first_weights(training->network, options->weights, training->standing.seed);
    if (!options->weights)
        load_weights(training->network, training->dataset, options_hush(options));
    phase_begin_average(training->network, &training->standing);
}

double training_rate(const Training *training)
{
    return phase_rate(training->program, &training->standing, loader_images(training->loader));
}

double training_last_rate(const Training *training)
{
    Standing before = training->standing;
    before.position--;          /* the last image of that step */
    return phase_rate(training->program, &before, loader_images(training->loader));
}

double training_best_watched(const Standing *standing)
{
    return metric_rises[standing->best_watch] ? -standing->best_watched : standing->best_watched;
}

static Names classes_of(const Training *training)
{
    return (Names){ training->dataset->class_name, training->dataset->classes };
}

void training_save(const Training *training, bool best)
{
    checkpoint_save(training->network, &training->standing, classes_of(training), training->dataset->job,
                    training->run.folder, best);
}

void training_save_best(const Training *training, const Standing *scored)
{
    checkpoint_save_best(training->network, scored, classes_of(training), training->dataset->job,
                         training->run.folder);
}

Decision training_take_best(Training *training)
{
    char *path = path_join(training->run.folder, "best.safetensors");
    Checkpoint *best = checkpoint_open(path);
    checkpoint_read(best, training->network, false);
    training->network->predict = phase_uses(training->program, &best->standing)->predict;
    Decision decision = decision_read(training->program, best);
    checkpoint_close(best);
    free(path);
    return decision;
}

/* The first checkpoint shows at once, not after an epoch, whether the folder can be written. */
static void begin_run(Training *training)
{
    training->run = run_create(training->program, training->options->run);
    record_run(training);
    results_create(training->run.folder, &training->program->job);
    training_save(training, false);
}

/* ---- the pictures ---- */

static Loader *open_loader(const Training *training, PartKind part)
{
    return loader_open(&(LoaderOptions){
        .dataset = training->dataset, .part = part, .shelf = training->shelves.shelf[part],
        .batch = (int)training->standing.batch, .ring = training->ring, .threads = training->options->threads,
        .augment = part == PART_TRAIN, .seed = training->standing.seed,
    });
}

static void open_loaders(Training *training)
{
    bool validates = training->dataset->part[PART_VALIDATION].items > 0;
    unsigned parts = PARTS_OF(PART_TRAIN) | (validates ? PARTS_OF(PART_VALIDATION) : 0);
    training->shelves = shelves_open(training->dataset, parts, training->options->threads,
                                     training->options->cache, progress_reading, &training->progress);
    shelves_judge(&training->shelves);
    balance_weigh(training->dataset, training->shelves.shelf[PART_TRAIN]);
    if (!training->resumed)
        measure_input(training->dataset, training->shelves.shelf[PART_TRAIN]);
    training->ring = ring_open(&training->program->job, (int)training->standing.batch);
    training->loader = open_loader(training, PART_TRAIN);
    if (validates)
        training->validation = open_loader(training, PART_VALIDATION);
}

/* The pictures that the run has had: another order would be another training. */
static void check_pictures(const Training *training, uint64_t pictures)
{
    const Standing *standing = &training->standing;
    uint64_t images = (uint64_t)loader_images(training->loader);
    if (standing->position > images ||
        (standing->position < images && standing->position % (uint64_t)phase_batch(training->program, standing)))
        fault("%s/last.safetensors is %" PRIu64 " image%s into an epoch, which does not fit the "
              "%" PRIu64 " that there are; `%s` starts anew", training->run.folder,
              standing->position, plural((long)standing->position), images, call_text("train --new"));
    if (standing->pictures != pictures)
        fault("the pictures that can be read are not those that %s was trained on, since a file was "
              "damaged or mended; bring them back, or start anew with `%s`",
              training->run.folder, call_text("train --new"));
}

/* ---- the disk ---- */

/* A checkpoint takes the place of the one before when it is whole: until then both are there. A disk that is too small is
 * told of before hours are trained that it could not keep. */
static void check_room(const Training *training)
{
    char *last = path_join(training->run.folder, last_file), *best = path_join(training->run.folder, "best.safetensors");
    struct stat status;
    double size = stat(last, &status) ? 0 : (double)status.st_size, lacking = access(best, F_OK) ? 2 * size : size;
    double room = folder_room(training->run.folder);
    free(last);
    free(best);
    if (room >= lacking)
        return;
    Arena *arena = arena_open();
    fault("%s: %s are free there, and its checkpoints take %s more: last and best of %s each, and one that is being "
          "written; delete what is not needed, and `%s` goes on", training->run.folder, bytes_text(arena, room),
          bytes_text(arena, lacking), bytes_text(arena, size), call_text("train"));
}

/* ---- the whole ---- */

/* A new run begins when its pictures have been read: where they cannot, none is left behind. */
Training training_open(const Program *program, const Options *options)
{
    Training training = { .program = program, .options = options };
    if (!options_hush(options))
        note_stale_card(program);
    training.progress = progress_open(options_hush(options));
    training.dataset = dataset_open(&program->job, program->classes, options->data);
    training.network = network_open(program, &program->train, options->threads);
    training.standing = first_standing(program, options);
    bool anew = options->fresh || options->weights || options->from;
    training.resumed = !anew && find_run(&training);
    if (!training.resumed && options->run)
        check_name_is_free(program, options->run);
    else if (!training.resumed && !anew)
        note_finished(&training);
    if (training.resumed)
        resume(&training);
    else if (options->from)
        start_from(&training);
    else
        begin_weights(&training);
    open_loaders(&training);
    uint64_t pictures = loader_fingerprint(training.loader, 0);
    if (training.validation)
        pictures = loader_fingerprint(training.validation, pictures);
    if (training.resumed)
        check_pictures(&training, pictures);
    training.standing.pictures = pictures;
    stop_guard(true);
    if (training.resumed)
        record_resume(&training);
    else
        begin_run(&training);
    if (!training_is_over(&training.standing) || lacks_conclusion(&training, training.run.folder))
        check_room(&training);
    training.log = run_log_open(training.run.folder, options->json);
    training.events = training_events_open(&training);
    return training;
}

void training_close(Training *training)
{
    loader_close(training->loader);
    if (training->validation)
        loader_close(training->validation);
    ring_close(training->ring);
    shelves_close(&training->shelves);
    network_close(training->network);
    dataset_close(training->dataset);
    free(training->moved);
    free(training->finished);
    free(training->newer);
    run_log_close(training->log);
    events_close(training->events);
    run_close(&training->run);
}
