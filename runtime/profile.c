/* profile.c - where the time of a step goes. Two measures are taken: of bare steps over a few batches that
 * lie in memory, call by call, while the loader has nothing to do; and of steps as a training runs them,
 * with the loader making the next batches on the same processors.
 *
 * Other programs make some bare steps slow, now in this call, now in that: the faster half is told. */

#include "runtime/profile.h"

#include <stdlib.h>

#include "base/arena.h"
#include "runtime/clock.h"
#include "runtime/laps.h"
#include "runtime/network.h"
#include "runtime/samples.h"
#include "runtime/training.h"

enum { WARM_STEPS = SAMPLES_HELD, LEAST_STEPS = 5 };

static const double enough = 2;     /* seconds */

typedef struct {
    const Program *program;
    const Options *options;
    const Use *use;
    Network *network;
    Samples samples;
    uint64_t seed, update;
    uint32_t epoch;
} Measure;

static bool is_enough(const Options *options, long steps, double seconds)
{
    return options->steps ? steps >= options->steps : steps >= LEAST_STEPS && seconds >= enough;
}

static void run_step(Measure *measure, const Batch *batch, Laps *laps)
{
    Step step = {
        .input = batch->input, .target = batch->target, .class_weight = batch->class_weight, .n = batch->n, .laps = laps,
        .rate = measure->program->job.train.rate, .update = ++measure->update, .seed = measure->seed,
        .epoch = measure->epoch, .position = batch->position,
    };
    network_run(measure->network, measure->use, &step);
}

/* ---- bare steps ---- */

typedef struct {
    double seconds;
    int images;
    double *call;               /* [calls] seconds */
} Timed;

typedef struct {
    Arena *arena;
    Timed *step;
    int steps, room;
    double seconds;
} Steps;

static void time_step(Measure *measure, const Batch *batch, Laps *laps, Steps *steps)
{
    Timed *timed = arena_push(steps->arena, steps->step, steps->steps, steps->room);
    double begun = seconds_now();
    run_step(measure, batch, laps);
    *timed = (Timed){ .seconds = seconds_now() - begun, .images = batch->n,
                      .call = arena_array(steps->arena, double, measure->use->calls) };
    laps_take(laps, timed->call);
    steps->seconds += timed->seconds;
}

static int by_seconds_an_image(const void *a, const void *b)
{
    const Timed *left = a, *right = b;
    double difference = left->seconds / left->images - right->seconds / right->images;
    return (difference > 0) - (difference < 0);
}

/* Fills the profile's `steps`, `bare` and `call`, which lies in the arena. */
static void run_bare(Measure *measure, Arena *arena, Profile *profile)
{
    int calls = measure->use->calls;
    Laps *laps = laps_open(measure->options->threads, calls);
    Steps steps = { .arena = arena };
    while (!is_enough(measure->options, steps.steps, steps.seconds))
        time_step(measure, &measure->samples.held[steps.steps % measure->samples.count], laps, &steps);
    laps_close(laps);
    qsort(steps.step, (size_t)steps.steps, sizeof *steps.step, by_seconds_an_image);
    double *call = arena_array(arena, double, calls);
    profile->steps = steps.steps;
    profile->bare.steps = (steps.steps + 1) / 2;
    for (int i = 0; i < profile->bare.steps; i++) {
        profile->bare.images += steps.step[i].images;
        profile->bare.seconds += steps.step[i].seconds;
        for (int c = 0; c < calls; c++)
            call[c] += steps.step[i].call[c];
    }
    profile->call = call;
}

/* ---- steps with the loader beside them ---- */

/* The first batches are those that the loader made while it had nothing else to do. */
static Pace run_whole(Measure *measure)
{
    Pace pace = { 0 };
    for (int i = 0; i < WARM_STEPS; i++)
        run_step(measure, samples_next(&measure->samples, &measure->epoch), NULL);
    double begun = seconds_now();
    while (!is_enough(measure->options, pace.steps, pace.seconds)) {
        double asked = seconds_now();
        const Batch *batch = samples_next(&measure->samples, &measure->epoch);
        pace.waiting += seconds_now() - asked;
        run_step(measure, batch, NULL);
        pace.steps++;
        pace.images += batch->n;
        pace.seconds = seconds_now() - begun;
    }
    return pace;
}

/* ---- the command ---- */

static Measure measure_open(const Program *program, const Options *options, int batch)
{
    Measure measure = {
        .program = program, .options = options, .use = options->answers ? &program->predict : &program->train,
        .seed = options->seeded ? options->seed : program->job.train.seed,
    };
    measure.samples = samples_open(program, options, batch, measure.seed);
    measure.network = network_open(program, measure.use, options->threads);
    first_weights(measure.network, options->weights, measure.seed);
    return measure;
}

static void warm_up(Measure *measure)
{
    for (int i = 0; i < WARM_STEPS; i++)
        run_step(measure, &measure->samples.held[i % measure->samples.count], NULL);
}

int profile_command(const Program *program, const Options *options)
{
    int batch = options->batch ? options->batch : program->job.train.batch;
    Arena *arena = arena_open();
    Measure measure = measure_open(program, options, batch);
    Profile profile = {
        .program = program, .use = measure.use, .threads = options->threads, .batch = batch,
        .random = options->random, .machine = machine_measure(measure.network->pool, &program->peak),
    };
    warm_up(&measure);
    run_bare(&measure, arena, &profile);
    if (!options->random)
        profile.whole = run_whole(&measure);
    if (options->json)
        profile_print_json(&profile);
    else
        profile_print(&profile, options->calls);
    network_close(measure.network);
    samples_close(&measure.samples);
    arena_close(arena);
    return 0;
}
