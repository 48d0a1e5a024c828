/* segment.c - cuts the calls into segments: what needs one image only, and what needs the batch.
 * requires: Plan.call.  fills: Plan.segment, Call.segment.
 *
 * A call waits for those before it in the graph's order that write what it touches, or touch what it
 * writes. Segments alternate, each as long as can be: a call joins where all that it waits for lies in
 * an earlier segment, or, among images, also in the same one before it. */

#include "compiler/plan/plan.h"

#include <string.h>

/* Segments of the batch have even numbers here and those of images odd ones, some of them empty. */
enum { NOBODY = -1 };

typedef struct {
    int *written;               /* by buffer: the last segment that writes it */
    int *touched;               /* ... or reads it */
} Uses;

static int later(int a, int b)
{
    return a > b ? a : b;
}

/* Images go through a segment's calls one by one, so a call may follow what it waits for within it. */
static int earliest(const Uses *uses, const Call *call)
{
    int after = NOBODY;
    for (int i = 0; i < call->arguments; i++) {
        const Argument *a = &call->argument[i];
        if (a->buffer)
            after = later(after, (a->writes ? uses->touched : uses->written)[a->buffer->number]);
    }
    int segment = later(0, call->per_image ? after : after + 1);
    return segment % 2 == call->per_image ? segment : segment + 1;
}

static void note_uses(Uses *uses, const Call *call)
{
    for (int i = 0; i < call->arguments; i++) {
        const Argument *a = &call->argument[i];
        if (!a->buffer)
            continue;
        uses->touched[a->buffer->number] = later(uses->touched[a->buffer->number], call->segment);
        if (a->writes)
            uses->written[a->buffer->number] = later(uses->written[a->buffer->number], call->segment);
    }
}

static int *one_for_each_buffer(Plan *plan)
{
    int *number = arena_array(plan->arena, int, plan->buffers);
    memset(number, NOBODY, (size_t)plan->buffers * sizeof *number);
    return number;
}

/* Makes segments of the calls' numbers, without those that are empty. */
static void gather(Plan *plan, int numbers)
{
    Segment *all = arena_array(plan->arena, Segment, numbers);
    for (int i = 0; i < plan->calls; i++) {
        Segment *segment = &all[plan->call[i]->segment];
        segment->per_image = plan->call[i]->per_image;
        *arena_push(plan->arena, segment->call, segment->calls, segment->room) = plan->call[i];
    }
    for (int i = 0; i < numbers; i++) {
        for (int k = 0; k < all[i].calls; k++)
            all[i].call[k]->segment = plan->segments;
        if (all[i].calls)
            *arena_push(plan->arena, plan->segment, plan->segments, plan->segment_room) = all[i];
    }
}

/* Lets nothing of the images into segment 0: what is there lays out parameters, and holds for as long as they do. In
 * training that is one step. */
static void keep_images_out(const Plan *plan, Uses *uses)
{
    for (int i = 0; i < plan->buffers; i++)
        if (plan->buffer[i]->store == STORE_INPUT || plan->buffer[i]->store == STORE_TARGET)
            uses->written[i] = 0;
}

void plan_segment(Plan *plan)
{
    Uses uses = { one_for_each_buffer(plan), one_for_each_buffer(plan) };
    bool keeps = plan->graph->use != USE_TRAIN;
    if (keeps)
        keep_images_out(plan, &uses);
    int last = NOBODY;
    for (int i = 0; i < plan->calls; i++) {
        Call *call = plan->call[i];
        call->segment = earliest(&uses, call);
        note_uses(&uses, call);
        plan->prepares |= keeps && call->segment == 0;
        last = later(last, call->segment);
    }
    gather(plan, last + 1);
}
