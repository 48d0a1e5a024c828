#include "runtime/network/schedule.h"

#include <stdbool.h>
#include <string.h>

#include "runtime/network/laps.h"

/* One segment's run, as its tasks see it. */
typedef struct {
    const Schedule *schedule;
    const Step *step;
    const void *rates;
    const SegmentRow *segment;
    int first;                  /* its first call, counted through all segments */
} Running;

/* Where the arrays of a worker's task lie. */
typedef struct {
    char *base[BASES];
    size_t image, shard;
} Ground;

static Ground ground_of(const Step *step, int worker)
{
    return (Ground){ .base = {
        [IN_BLOCK] = step->block,
        [IN_SCRATCH] = step->scratch + (size_t)worker * step->scratch_bytes,
        [IN_INPUT] = (char *)step->input,
        [IN_TARGET] = (char *)step->target,
    } };
}

static char *place_of(const ArrayRow *array, const Ground *ground)
{
    char *base = ground->base[array->base];
    return base ? base + array->place + ground->image * array->image + ground->shard * array->shard : NULL;
}

static void take_turn(const Running *running, int call, const Ground *ground, Turn *turn, int worker)
{
    const ScheduleRow *row = &running->schedule->call[call];
    for (int i = 0; i < MOST_ARRAYS; i++)
        turn->at[i] = place_of(&running->schedule->array[row->array[i]], ground);
    turn->number = row->number;
    row->run(turn);
    lap(running->step, worker, call);
}

/* ---- a segment of images ---- */

static void clear_sums(const Running *running, const Ground *ground)
{
    for (int call = running->first; call < running->first + running->segment->calls; call++)
        for (int i = 0; i < MOST_ARRAYS; i++) {
            const ArrayRow *array = &running->schedule->array[running->schedule->call[call].array[i]];
            if (array->shard)
                memset(place_of(array, ground), 0, array->shard);
        }
}

static bool has_sums(const Running *running)
{
    for (int call = running->first; call < running->first + running->segment->calls; call++)
        for (int i = 0; i < MOST_ARRAYS; i++)
            if (running->schedule->array[running->schedule->call[call].array[i]].shard)
                return true;
    return false;
}

static int first_image(const Running *running, int shard)
{
    int shards = running->schedule->shards;
    return (shard * running->step->n + shards - 1) / shards;
}

static void run_images(const Running *running, int shard, int from, int to, int worker)
{
    Ground ground = ground_of(running->step, worker);
    Turn turn = { .step = running->step, .rates = running->rates };
    ground.shard = (size_t)shard;
    if (from == first_image(running, shard))
        clear_sums(running, &ground);
    lap_begin(running->step, worker);
    for (int image = from; image < to; image++) {
        ground.image = (size_t)image;
        turn.image = image;
        for (int call = running->first; call < running->first + running->segment->calls; call++) {
            turn.to = running->schedule->call[call].share.all;
            take_turn(running, call, &ground, &turn, worker);
        }
    }
}

static void run_image(void *context, int image, int worker)
{
    run_images(context, 0, image, image + 1, worker);
}

/* How many shards, the last ones, are run by turns: a thread alone gains nothing by it, and where each thread has a
 * shard, none. */
static int chains_of(const Running *running)
{
    int threads = pool_threads(running->step->pool), shards = running->schedule->shards;
    return threads == 1 || threads >= shards ? 0 : shards < MOST_CHAINS ? shards : MOST_CHAINS;
}

/* A shard's images one after another, since its sums then stay in a cache; but those of the last shards by turns, as
 * links of a chain for each: then all threads end within the time of an image, where they would have waited for that
 * of a shard. */
static void run_shard_or_link(void *context, int task, int worker)
{
    const Running *running = context;
    int chains = chains_of(running), whole = running->schedule->shards - chains;
    if (task < whole) {
        run_images(running, task, first_image(running, task), first_image(running, task + 1), worker);
        return;
    }
    int shard = whole + (task - whole) % chains;
    int image = first_image(running, shard) + (task - whole) / chains;
    run_images(running, shard, image, image + (image < first_image(running, shard + 1)), worker);
}

static void run_segment_of_images(Running *running)
{
    Pool *pool = running->step->pool;
    int n = running->step->n, shards = running->schedule->shards, chains = chains_of(running);
    int whole = shards - chains, links_each = (n + shards - 1) / shards;
    if (has_sums(running))
        pool_run_chains(pool, run_shard_or_link, running, whole + chains * links_each, whole, chains);
    else
        pool_run(pool, run_image, running, n);
}

/* ---- a segment of the batch ---- */

static int share_of(const ScheduleRow *row, int task)
{
    return task == row->tasks ? row->share.all : task * row->share.parts / row->tasks * row->share.each;
}

/* Tasks are numbered through all calls of the segment. */
static void run_task(void *context, int task, int worker)
{
    const Running *running = context;
    const ScheduleRow *row = &running->schedule->call[running->first];
    for (; task >= row->tasks; row++)
        task -= row->tasks;
    const Ground ground = ground_of(running->step, worker);
    Turn turn = { .step = running->step, .rates = running->rates, .task = task,
                  .from = share_of(row, task), .to = share_of(row, task + 1) };
    lap_begin(running->step, worker);
    take_turn(running, (int)(row - running->schedule->call), &ground, &turn, worker);
}

static int tasks_of(const Running *running)
{
    int tasks = 0;
    for (int call = running->first; call < running->first + running->segment->calls; call++)
        tasks += running->schedule->call[call].tasks;
    return tasks;
}

/* ---- all of them ---- */

void schedule_run(const Schedule *schedule, const Step *step, const void *rates, int done)
{
    Running running = { schedule, step, rates, schedule->segment, 0 };
    for (int s = 0; s < schedule->segments; s++, running.first += running.segment++->calls) {
        if (s < done)
            continue;
        if (running.segment->kind == OF_IMAGES)
            run_segment_of_images(&running);
        else
            pool_run(step->pool, run_task, &running, tasks_of(&running));
    }
}
