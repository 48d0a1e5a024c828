/* segment.c - cuts the calls into segments: what needs one image only, and what needs the batch.
 * requires: Plan.call.  fills: Plan.segment, Call.segment.
 *
 * A call waits for those before it in the graph's order that write what it touches, or touch what it
 * writes. Segments alternate, each as long as can be: a call joins where all that it waits for lies in
 * an earlier segment, or, among images, also in the same one before it. */

#include "compiler/plan/plan.h"

#include <assert.h>

static bool conflict(const Call *before, const Call *after)
{
    for (int i = 0; i < before->arguments; i++)
        for (int k = 0; k < after->arguments; k++) {
            const Argument *a = &before->argument[i], *b = &after->argument[k];
            if (a->buffer && a->buffer == b->buffer && (a->writes || b->writes))
                return true;
        }
    return false;
}

/* Images go through a segment's calls one by one, so a call may follow what it waits for within it. */
static bool is_ready(const Plan *plan, int which, int segment)
{
    const Call *call = plan->call[which];
    for (int i = 0; i < which; i++) {
        const Call *before = plan->call[i];
        bool done = before->segment >= 0 && (before->segment < segment || call->per_image);
        if (!done && conflict(before, call))
            return false;
    }
    return true;
}

static int fill(Plan *plan, Segment *segment, int number)
{
    int placed = 0;
    for (int i = 0; i < plan->calls; i++) {
        Call *call = plan->call[i];
        if (call->segment >= 0 || call->per_image != segment->per_image || !is_ready(plan, i, number))
            continue;
        call->segment = number;
        *arena_push(plan->arena, segment->call, segment->calls, segment->room) = call;
        placed++;
    }
    return placed;
}

void plan_segment(Plan *plan)
{
    int placed = 0, empty = 0;
    for (bool per_image = false; placed < plan->calls; per_image = !per_image) {
        Segment segment = { .per_image = per_image };
        int count = fill(plan, &segment, plan->segments);
        assert(count || !empty);
        empty = !count;
        placed += count;
        if (count)
            *arena_push(plan->arena, plan->segment, plan->segments, plan->segment_room) = segment;
    }
}
