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
    int *read;                  /* ... reads it */
    int *touched;               /* ... does either */
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
        const int *others = !a->writes ? uses->written : a->own ? uses->read : uses->touched;
        if (a->buffer)
            after = later(after, others[owner_of(a->buffer)->number]);
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
        uses->touched[owner_of(a->buffer)->number] = later(uses->touched[owner_of(a->buffer)->number], call->segment);
        int *done = a->writes ? uses->written : uses->read;
        done[owner_of(a->buffer)->number] = later(done[owner_of(a->buffer)->number], call->segment);
    }
}

static int *one_for_each_buffer(Plan *plan)
{
    int *number = arena_array(plan->arena, int, plan->buffers);
    memset(number, NOBODY, (size_t)plan->buffers * sizeof *number);
    return number;
}

static Uses no_uses(Plan *plan)
{
    return (Uses){ one_for_each_buffer(plan), one_for_each_buffer(plan), one_for_each_buffer(plan) };
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

/* ---- what lays out parameters: it holds for as long as they do, in training that is one step ---- */

static bool needs_parameters_alone(const Call *call, const bool *of_images)
{
    for (int i = 0; i < call->arguments; i++)
        if (call->argument[i].buffer && of_images[owner_of(call->argument[i].buffer)->number])
            return false;
    return !call->per_image;
}

/* Marks what is made of images, and reckons how many segments it takes to lay out all the rest. */
static bool *find_images(Plan *plan)
{
    bool *of_images = arena_array(plan->arena, bool, plan->buffers);
    Uses uses = no_uses(plan);
    for (int i = 0; i < plan->buffers; i++)
        of_images[i] = plan->buffer[i]->store == STORE_INPUT || plan->buffer[i]->store == STORE_TARGET;
    for (int i = 0; i < plan->calls; i++) {
        Call *call = plan->call[i];
        if (needs_parameters_alone(call, of_images)) {
            call->segment = earliest(&uses, call);
            note_uses(&uses, call);
            plan->prepares = later(plan->prepares, call->segment / 2 + 1);
        } else {
            for (int k = 0; k < call->arguments; k++)
                if (call->argument[k].writes)
                    of_images[owner_of(call->argument[k].buffer)->number] = true;
        }
    }
    return of_images;
}

/* Lets nothing of the images into the segments before theirs, of which there is one at least. */
static void keep_images_out(Plan *plan, Uses *uses)
{
    const bool *of_images = find_images(plan);
    int last = 2 * later(plan->prepares - 1, 0);
    for (int i = 0; i < plan->buffers; i++)
        if (of_images[i])
            uses->written[i] = uses->touched[i] = last;
}

void plan_segment(Plan *plan)
{
    Uses uses = no_uses(plan);
    if (plan->graph->use != USE_TRAIN)
        keep_images_out(plan, &uses);
    int last = NOBODY;
    for (int i = 0; i < plan->calls; i++) {
        Call *call = plan->call[i];
        call->segment = earliest(&uses, call);
        note_uses(&uses, call);
        last = later(last, call->segment);
    }
    gather(plan, last + 1);
}
