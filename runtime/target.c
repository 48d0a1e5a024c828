#include "runtime/target.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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
static void put_mask(const Job *job, const uint8_t *mask, const Affine *map, int32_t *class)
{
    Shape shape = job->target.shape;
    Affine here = affine_at(map, job->input.shape, shape);
    gather_mask(job->fill, shape.h, shape.w, &here, mask, MASK_LEFT_OUT, class);
    for (long i = 0; i < (long)shape.h * shape.w; i++)
        class[i] = class[i] == MASK_LEFT_OUT ? NO_CLASS : class[i];
}

/* All of it belongs to the class; of one output, which is the share of the second, nothing or all. */
static void put_share(int class, int outputs, float *share)
{
    memset(share, 0, sizeof *share * (size_t)outputs);
    if (outputs == 1)
        share[0] = class == 1;
    else if (class != NO_CLASS)
        share[class] = 1;
}

/* The classes stand where the last ones of their shares will: none is overwritten before it is read. */
static void put_mask_shares(const Job *job, const uint8_t *mask, const Affine *map, float *share)
{
    Shape shape = job->target.shape;
    long pixels = (long)shape.h * shape.w;
    int32_t *class = (int32_t *)share + pixels * (shape.c - 1);
    put_mask(job, mask, map, class);
    for (long i = 0; i < pixels; i++)
        put_share(class[i], shape.c, share + i * shape.c);
}

/* A picture of numbers moves with its input, a vector does not. */
static void put_numbers(const TargetMaker *maker, const Item *item, const Affine *map, float *number)
{
    Shape shape = maker->job->target.shape;
    if (shape_is_vector(shape)) {
        memcpy(number, item->target, sizeof *number * (size_t)shape.c);
        return;
    }
    Affine here = affine_at(map, maker->job->input.shape, shape);
    gather_run(&maker->gather, &here, item->target, number);
}

void target_put(const TargetMaker *maker, const Item *item, const uint8_t *mask, const Affine *map,
                const float *input, void *target)
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
        put_mask(job, mask, map, target);
        break;
    case TARGET_SHARES:
        if (mask)
            put_mask_shares(job, mask, map, target);
        else if (item->target)
            memcpy(target, item->target, job_target_bytes(&job->target));
        else
            put_share(item->class, job->target.shape.c, target);
        break;
    case TARGET_NUMBERS:
        put_numbers(maker, item, map, target);
        break;
    case TARGET_COUNT:
        assert(!"a kind of target");
    }
}
