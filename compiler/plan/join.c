/* join.c - maps that lie side by side in a wider one, so that a concatenation copies nothing, nor the slices of its
 * gradient: their homes have that one's stride and begin at channels of its own.
 * requires: verified graph that fuse and dead have run over.  fills: Plan.home of such maps, before any other.
 *
 * Their channels are whole vectors, what makes them can leave gaps between pixels, and what reads them can pass over
 * gaps. A graph for viewing keeps each layer's value apart. */

#include "compiler/plan/choose.h"

/* Winograd's way reads pixels without gaps: whatever it may be taken for is left to it. */
static bool may_have_tiles(const Op *conv)
{
    const Value *w = conv->in[1];
    return w->dim[0] == 3 && w->dim[1] == 3 && conv->stride.h == 1 && conv->stride.w == 1;
}

static bool is_in_groups(const Op *op)
{
    return groups_of(op) > 1 && !is_depthwise(op);
}

static bool can_leave_gaps(const Op *maker)
{
    switch (maker->kind) {
    case OP_CONV: case OP_CONV_BLOCK:
        return !is_in_groups(maker);
    case OP_DECONV: case OP_DECONV_BLOCK: case OP_CONCAT:
        return true;
    default:
        return false;
    }
}

static bool can_pass_over_gaps(const Op *reader, const Value *x)
{
    switch (reader->kind) {
    case OP_CONV: case OP_CONV_BLOCK: case OP_DECONV_GRAD_INPUT:
        return reader->in[0] == x && !is_depthwise(reader) && !may_have_tiles(reader);
    case OP_CONV_GRAD_WEIGHT:
        return reader->in[0] == x && reader->in[1] != x && !is_depthwise(reader);
    case OP_ADD:
        return reader->ins > 1;
    case OP_MAX_POOL: case OP_AVERAGE_POOL: case OP_RELU_GRAD: case OP_BIAS_GRAD: case OP_CONCAT:
        return true;
    default:
        return false;
    }
}

static bool all_pass_over_gaps(const Value *x)
{
    for (int i = 0; i < x->users; i++)
        if (!can_pass_over_gaps(x->user[i], x))
            return false;
    return true;
}

static bool is_whole_vectors(const Plan *plan, int channels)
{
    return channels % plan->target->lanes == 0;
}

static int times_in(const Op *concat, const Value *x)
{
    int times = 0;
    for (int i = 0; i < concat->ins; i++)
        times += concat->in[i] == x;
    return times;
}

static Home part_home(Plan *plan, const Value *part, const Value *whole, int first)
{
    Home home = *home_of(plan, whole);
    long count = pixels(part) * part->dim[2];
    home.buffer = part_of(plan, part->maker, part->name, home.buffer, first, count);
    return home;
}

static void join_inputs(Plan *plan, const Op *concat)
{
    for (int i = 0, first = 0; i < concat->ins; first += concat->in[i]->dim[2], i++) {
        const Value *x = concat->in[i];
        bool fits = is_whole_vectors(plan, first) && is_whole_vectors(plan, x->dim[2]) && pixels(x) > 1;
        if (fits && !plan->home[x->id].buffer && x != plan->graph->output && times_in(concat, x) == 1
            && can_leave_gaps(x->maker) && all_pass_over_gaps(x))
            plan->home[x->id] = part_home(plan, x, concat->out[0], first);
    }
}

/* From the last to the first, so that a concatenation of others knows its place before theirs is asked for. */
void plan_join(Plan *plan)
{
    for (int i = plan->graph->ops - 1; i >= 0 && plan->graph->use != USE_VIEW; i--)
        if (plan->graph->op[i]->kind == OP_CONCAT)
            join_inputs(plan, plan->graph->op[i]);
}

bool lies_within(Plan *plan, const Value *input, const Value *result)
{
    return at(plan, input)->within && at(plan, input)->within == at(plan, result);
}

bool read_in_place(Plan *plan, const Op *slice)
{
    const Value *part = slice->out[0], *whole = slice->in[0];
    if (!is_whole_vectors(plan, slice->offset) || !is_whole_vectors(plan, part->dim[2]) || pixels(part) == 1
        || !all_pass_over_gaps(part))
        return false;
    plan->home[part->id] = part_home(plan, part, whole, slice->offset);
    return true;
}
