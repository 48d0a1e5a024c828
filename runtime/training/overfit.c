#include "runtime/training/overfit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

static const double near = 0.05;        /* of the first loss, or of guessing */
static const double patience = 60;      /* seconds */

/* ---- the batch ---- */

PlainBatch plain_batch(const DryRun *run)
{
    Dataset plain = *run->samples.dataset;
    Job job = *plain.job;
    job.augments = 0;
    job.mixup = job.cutmix = 0;
    plain.job = &job;
    plain.class_weight = NULL;
    Loader *loader = loader_open(&(LoaderOptions){
        .dataset = &plain, .part = PART_TRAIN, .shelf = run->samples.shelves.shelf[PART_TRAIN],
        .batch = run->batch, .ring = run->samples.ring, .threads = run->options->threads, .augment = true,
        .seed = run->seed,
    });
    loader_start(loader, 0, 0);
    const Batch *batch = loader_next(loader);
    if (!batch)
        fault("%s", loader_lost(loader));
    PlainBatch own = { .batch = samples_copy(run->program, batch),
                       .item = need_memory(sizeof *own.item * (size_t)batch->n) };
    for (int i = 0; i < batch->n; i++)
        own.item[i] = loader_item(loader, i);
    loader_close(loader);
    return own;
}

void plain_batch_free(PlainBatch *plain)
{
    samples_free(&plain->batch);
    free(plain->item);
}

bool overfit_contradiction(const Program *program, const Batch *batch, int pair[2])
{
    size_t image = sizeof(float) * (size_t)shape_size(program->job.input.shape), target = target_bytes(program);
    const char *input = (const char *)batch->input, *wanted = batch->target;
    for (int i = 0; i < batch->n; i++)
        for (int j = 0; j < i; j++)
            if (!memcmp(input + (size_t)i * image, input + (size_t)j * image, image) &&
                memcmp(wanted + (size_t)i * target, wanted + (size_t)j * target, target)) {
                pair[0] = j, pair[1] = i;
                return true;
            }
    return false;
}

/* ---- the floor ---- */

static double plogp(double p)
{
    return p > 0 ? p * log(p) : 0;
}

/* Of the share that a smoothed target leaves each class. */
static double smoothing_entropy(double smooth, int classes)
{
    double each = smooth / classes;
    return -plogp(1 - smooth + each) - (classes - 1) * plogp(each);
}

/* The mean over a batch's elements that are shares or inputs. */
static double target_entropy(const Program *program, const Batch *batch)
{
    const float *target = batch->target;
    long count = shape_size(program->job.target.shape) * batch->n;
    double sum = 0;
    for (long i = 0; i < count; i++)
        sum -= plogp(target[i]) + plogp(1 - (double)target[i]);
    return sum / (double)count;
}

double overfit_floor(const Program *program, const Batch *batch)
{
    const JobTrain *phase = &program->job.phase[0];
    TargetKind kind = program->job.target.kind;
    bool between = kind == TARGET_SHARES || kind == TARGET_NUMBERS;
    double floor = 0;
    for (const JobLoss *loss = phase->loss; loss < phase->loss + phase->losses; loss++)
        if (loss->kind == LOSS_CROSSENTROPY && loss->smooth > 0)
            floor += loss->weight * smoothing_entropy(loss->smooth, program->classes);
        else if (loss->kind == LOSS_BINARY_CROSSENTROPY && between)
            floor += loss->weight * target_entropy(program, batch);
    return floor;
}

/* ---- enough ---- */

double chance_loss(const Program *program)
{
    const JobTrain *phase = &program->job.phase[0];
    if (phase->losses != 1 || program->job.target.kind == TARGET_NUMBERS)
        return 0;
    switch (phase->loss->kind) {
    case LOSS_CROSSENTROPY:        return phase->loss->weight * log(program->classes);
    case LOSS_BINARY_CROSSENTROPY: return phase->loss->weight * log(2);
    default:                       return 0;
    }
}

double overfit_enough(const Program *program, const Batch *batch, double first)
{
    double floor = overfit_floor(program, batch), chance = chance_loss(program);
    double begun = chance > floor && chance < first ? chance : first;
    return floor + near * (begun - floor);
}

/* ---- the steps ---- */

static double predicted_loss(const DryRun *run, const Batch *batch)
{
    Step step = { .input = batch->input, .target = batch->target, .n = batch->n };
    network_run(run->network, run->program->phase[0].predict, &step);
    return step.loss;
}

/* Each step draws its own dropout, as a training's steps do: they stand one behind the other in an epoch. */
Overfit overfit(DryRun *run, const Batch *batch, double rate, int steps, OverfitProgress *progress, void *context)
{
    enum { OFTEN = 10 };
    Overfit result = { .rate = rate };
    Batch at = *batch;
    double begun = seconds_now(), enough = 0;
    dry_run_begin_anew(run);
    while (result.steps < steps && !result.learned && seconds_now() - begun < patience) {
        at.position = (uint32_t)(result.steps * batch->n);
        result.last = dry_run_step(run, &at, rate, NULL).loss;
        if (!result.steps++) {
            result.first = result.last;
            enough = overfit_enough(run->program, batch, result.first);
        }
        if (!isfinite(result.last)) {
            result.broken = true;
            break;
        }
        if (result.steps % OFTEN == 0 || result.steps == steps) {
            double without = predicted_loss(run, batch);
            result.last = without < result.last ? without : result.last;
            progress(context, result.steps, result.last);
        }
        result.learned = result.last <= enough;
    }
    result.late = !result.learned && !result.broken && result.steps < steps;
    return result;
}
