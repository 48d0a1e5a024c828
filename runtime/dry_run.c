#include "runtime/dry_run.h"

#include "runtime/load.h"
#include "runtime/training.h"

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

DryRun dry_run_open(const Program *program, const Options *options, const Use *use)
{
    DryRun run = {
        .program = program, .options = options, .use = use, .batch = batch_of(program, options),
        .seed = options->seeded ? options->seed : program->job.train.seed,
    };
    run.samples = samples_open(program, options, run.batch, run.seed);
    begin(&run, options->quiet || options->json);
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
    return step;
}
