#include "runtime/schedule.h"

#include <string.h>

#include "runtime/laps.h"

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

static void run_images(void *context, int shard, int worker)
{
    const Running *running = context;
    int n = running->step->n, shards = running->schedule->shards;
    int first = (shard * n + shards - 1) / shards, end = ((shard + 1) * n + shards - 1) / shards;
    Ground ground = ground_of(running->step, worker);
    Turn turn = { .step = running->step, .rates = running->rates };
    ground.shard = (size_t)shard;
    clear_sums(running, &ground);
    lap_begin(running->step, worker);
    for (int image = first; image < end; image++) {
        ground.image = (size_t)image;
        turn.image = image;
        for (int call = running->first; call < running->first + running->segment->calls; call++) {
            turn.to = running->schedule->call[call].share.all;
            take_turn(running, call, &ground, &turn, worker);
        }
    }
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
            pool_run(step->pool, run_images, &running, schedule->shards);
        else
            pool_run(step->pool, run_task, &running, tasks_of(&running));
    }
}
