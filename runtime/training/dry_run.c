#include "runtime/training/dry_run.h"

#include <math.h>

#include "runtime/system/clock.h"
#include "runtime/training/load.h"
#include "runtime/training/training.h"

enum { LEAST_STEPS = 5 };

static int batch_of(const Program *program, const Options *options)
{
    int most = program->job.phase[0].batch;
    return options->batch && options->batch < most ? options->batch : most;
}

/* Noise has no data set, from whose root the card's files could be found. */
static void begin(DryRun *run, bool quiet)
{
    const Options *options = run->options;
    run->network = network_open(run->program, run->use, options->threads);
    first_weights(run->network, options->weights, run->seed);
    if (!options->weights && run->samples.dataset)
        load_weights(run->network, run->samples.dataset, quiet);
    run->update = 0;
}

static DryRun new_run(const Program *program, const Options *options, const Use *use)
{
    return (DryRun){
        .program = program, .options = options, .use = use, .batch = batch_of(program, options),
        .seed = options->seeded ? options->seed : program->job.train.seed,
    };
}

DryRun dry_run_open(const Program *program, const Options *options, const Use *use)
{
    DryRun run = new_run(program, options, use);
    run.samples = samples_open(program, options, run.batch, run.seed);
    begin(&run, options->quiet || options->json);
    return run;
}

DryRun dry_run_of(const Program *program, const Options *options, Dataset *dataset, Shelves shelves)
{
    DryRun run = new_run(program, options, &program->train);
    run.samples = samples_of(options, dataset, shelves, run.batch, run.seed);
    begin(&run, true);
    return run;
}

void dry_run_begin_anew(DryRun *run)
{
    network_close(run->network);
    begin(run, true);
}

void dry_run_close(DryRun *run)
{
    network_close(run->network);
    samples_close(&run->samples);
}

const Batch *dry_run_next(DryRun *run)
{
    return samples_next(&run->samples, &run->epoch);
}

Step dry_run_step(DryRun *run, const Batch *batch, double rate, Laps *laps)
{
    Step step = {
        .input = batch->input, .target = batch->target, .class_weight = batch->class_weight, .n = batch->n,
        .laps = laps, .rate = rate, .update = ++run->update, .seed = run->seed, .epoch = run->epoch,
        .position = batch->position,
    };
    network_run(run->network, run->use, &step);
    if (!isfinite(step.loss) && !run->broken_at)
        run->broken_at = run->update;
    return step;
}

/* The first batches are those that the loader made while it had nothing else to do. */
Pace dry_run_pace(DryRun *run, double rate, int steps)
{
    Pace pace = { 0 };
    for (int i = 0; i < WARM_STEPS; i++)
        dry_run_step(run, dry_run_next(run), rate, NULL);
    double begun = seconds_now();
    while (!pace_is_enough(steps, pace.steps, pace.seconds)) {
        double asked = seconds_now();
        const Batch *batch = dry_run_next(run);
        pace.waiting += seconds_now() - asked;
        dry_run_step(run, batch, rate, NULL);
        pace.steps++;
        pace.images += batch->n;
        pace.seconds = seconds_now() - begun;
    }
    return pace;
}

bool pace_is_enough(int wanted, long steps, double seconds)
{
    const double enough = 2;
    return wanted ? steps >= wanted : steps >= LEAST_STEPS && seconds >= enough;
}
