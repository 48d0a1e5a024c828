#include "runtime/data/target.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TARGET_SLACK = 16 };     /* bytes that a gather may read behind a picture */

/* Numbers of a picture's pixels, as they are: the loss compares them so. */
TargetMaker target_open(const Job *job)
{
    return (TargetMaker){ .job = job, .gather = gather_open_numbers(job, job->target.shape) };
}

void target_close(TargetMaker *maker)
{
    gather_close(&maker->gather);
}

/* The mask as the picture lies. */
static void put_mask(const Job *job, const uint8_t *mask, const Moves *moves, int32_t *class)
{
    Shape shape = job->target.shape;
    Moves here = moves_at(moves, job->input.shape, shape);
    gather_mask(job->fill, shape.h, shape.w, &here, mask, MASK_LEFT_OUT, class);
    for (long i = 0; i < (long)shape.h * shape.w; i++)
        class[i] = class[i] == MASK_LEFT_OUT ? NO_CLASS : class[i];
}

/* All of it belongs to the class; of one output, which is the share of the second, nothing or all. */
static void put_share(int class, int outputs, float *share)
{
    for (int i = 0; i < outputs; i++)
        share[i] = class == NO_CLASS ? -1 : outputs == 1 ? class == 1 : class == i;
}

/* The classes stand where the last ones of their shares will: none is overwritten before it is read. */
static void put_mask_shares(const Job *job, const uint8_t *mask, const Moves *moves, float *share)
{
    Shape shape = job->target.shape;
    long pixels = (long)shape.h * shape.w;
    int32_t *class = (int32_t *)share + pixels * (shape.c - 1);
    put_mask(job, mask, moves, class);
    for (long i = 0; i < pixels; i++)
        put_share(class[i], shape.c, share + i * shape.c);
}

size_t target_room(const TargetMaker *maker)
{
    return 2 * (job_target_bytes(&maker->job->target) + TARGET_SLACK);
}

/* Between two moves a picture of numbers lies in one half of the room, then in the other. */
static void move_numbers(const TargetMaker *maker, const float *from, const Moves *moves, float *number, char *room)
{
    size_t half = job_target_bytes(&maker->job->target) + TARGET_SLACK;
    Moves here = moves_at(moves, maker->job->input.shape, maker->job->target.shape);
    if (!here.maps)
        gather_whole(&maker->gather, from, number);
    for (int i = 0; i < here.maps; i++) {
        float *to = i + 1 < here.maps ? (float *)(room + (size_t)(i % 2) * half) : number;
        gather_run(&maker->gather, &here.map[i], from, to);
        from = to;
    }
}

/* A picture of numbers moves with its input, a vector does not. */
static void put_numbers(const TargetMaker *maker, const Item *item, const Moves *moves, float *number, char *room)
{
    Shape shape = maker->job->target.shape;
    if (shape_is_vector(shape))
        memcpy(number, item->target, sizeof *number * (size_t)shape.c);
    else
        move_numbers(maker, item->target, moves, number, room);
}

void target_put(const TargetMaker *maker, const Item *item, const uint8_t *mask, const Moves *moves,
                const float *input, void *target, void *room)
{
    const Job *job = maker->job;
    if (job->data.target_is_input) {
        memcpy(target, input, job_target_bytes(&job->target));
        return;
    }
    switch (job->target.kind) {
    case TARGET_CLASS:
        *(int32_t *)target = item->class;
        break;
    case TARGET_MASK:
        put_mask(job, mask, moves, target);
        break;
    case TARGET_SHARES:
        if (mask)
            put_mask_shares(job, mask, moves, target);
        else if (item->target)
            memcpy(target, item->target, job_target_bytes(&job->target));
        else
            put_share(item->class, job->target.shape.c, target);
        break;
    case TARGET_NUMBERS:
        put_numbers(maker, item, moves, target, room);
        break;
    case TARGET_COUNT:
        assert(!"a kind of target");
    }
}

int32_t target_class(const Job *job, const void *target, int i)
{
    int outputs = job->target.shape.c;
    if (!shape_is_vector(job->target.shape) || job->target.kind == TARGET_NUMBERS || dataset_has_labels(job))
        return NO_CLASS;
    if (job->target.kind == TARGET_CLASS)
        return ((const int32_t *)target)[i];
    const float *share = (const float *)target + (long)i * outputs;
    if (outputs == 1)
        return *share > 0.5f;
    int32_t most = 0;
    for (int class = 1; class < outputs; class++)
        most = share[class] > share[most] ? class : most;
    return most;
}
