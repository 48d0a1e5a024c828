/* profile.c - where the time of a step goes. Two measures are taken: of bare steps over a few batches that
 * lie in memory, call by call, while the loader has nothing to do; and of steps as a training runs them,
 * with the loader making the next batches on the same processors.
 *
 * Other programs make some bare steps slow, now in this call, now in that: the faster half is told. */

#include "runtime/commands/profile.h"

#include <stdlib.h>

#include "base/arena.h"
#include "runtime/system/clock.h"
#include "runtime/training/dry_run.h"

static void run_step(DryRun *run, const Batch *batch, Laps *laps)
{
    dry_run_step(run, batch, run->program->job.phase->rate, laps);
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

static void time_step(DryRun *run, const Batch *batch, Laps *laps, Steps *steps)
{
    Timed *timed = arena_push(steps->arena, steps->step, steps->steps, steps->room);
    double begun = seconds_now();
    run_step(run, batch, laps);
    *timed = (Timed){ .seconds = seconds_now() - begun, .images = batch->n,
                      .call = arena_array(steps->arena, double, run->use->calls) };
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
static void run_bare(DryRun *run, Arena *arena, Profile *profile)
{
    int calls = run->use->calls;
    Laps *laps = laps_open(run->options->threads, calls);
    Steps steps = { .arena = arena };
    while (!pace_is_enough(run->options->steps, steps.steps, steps.seconds))
        time_step(run, &run->samples.held[steps.steps % run->samples.count], laps, &steps);
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

/* ---- the command ---- */

static void warm_up(DryRun *run)
{
    for (int i = 0; i < WARM_STEPS; i++)
        run_step(run, &run->samples.held[i % run->samples.count], NULL);
}

int profile_command(const Program *program, const Options *options)
{
    Arena *arena = arena_open();
    DryRun run = dry_run_open(program, options, options->answers ? &program->predict : &program->train);
    Profile profile = {
        .program = program, .use = run.use, .threads = options->threads, .batch = run.batch,
        .random = options->random, .machine = machine_measure(run.network->pool, &program->peak),
    };
    warm_up(&run);
    run_bare(&run, arena, &profile);
    if (!options->random)
        profile.whole = dry_run_pace(&run, program->job.phase->rate, options->steps);
    if (options->json)
        profile_print_json(&profile);
    else
        profile_print(&profile, options->calls);
    dry_run_close(&run);
    arena_close(arena);
    return 0;
}
