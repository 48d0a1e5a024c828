/* place.c - every buffer gets its place in one block by the segments in which it lives.
 * requires: Plan.segment.  fills: Buffer.store (a value of one segment of images becomes a worker's
 * scratch), stride, bytes, place; Plan.parameter_bytes, bytes, scratch_bytes.
 *
 * The block: parameters, which lie alike for every use; values; in training, states. Values are
 * placed by pack.c. */

#include "compiler/plan/pack.h"

size_t element_bytes(Element element)
{
    static const size_t bytes[] = {
#define X(name, bytes) [ELEMENT_##name] = bytes,
        ELEMENTS(X)
#undef X
    };
    return bytes[element];
}

static void touch(Buffer *buffer, int when)
{
    buffer->first = buffer->first < 0 || when < buffer->first ? when : buffer->first;
    buffer->last = when > buffer->last ? when : buffer->last;
}

/* What the caller reads after the last segment must not be overwritten before. */
static void keep_to_the_end(Plan *plan, const Value *value)
{
    if (value)
        owner_of(plan->home[value->id].buffer)->last = plan->segments;
}

/* What the first segments prepare must stay, where a later one reads it: the next run need not do so again. */
static void keep_prepared(Plan *plan)
{
    for (int s = 0; s < plan->prepares; s++)
        for (int i = 0; i < plan->segment[s].calls; i++)
            for (int k = 0; k < plan->segment[s].call[i]->arguments; k++) {
                const Argument *a = &plan->segment[s].call[i]->argument[k];
                if (a->writes && owner_of(a->buffer)->last >= plan->prepares)
                    owner_of(a->buffer)->last = plan->segments;
            }
}

/* Calls visit for each buffer that a segment's calls name, in order; `when` counts calls through all
 * segments. */
static void each_use(Plan *plan, void visit(Buffer *buffer, int segment, int when))
{
    for (int s = 0, when = 0; s < plan->segments; s++)
        for (int i = 0; i < plan->segment[s].calls; i++, when++)
            for (int k = 0; k < plan->segment[s].call[i]->arguments; k++)
                if (plan->segment[s].call[i]->argument[k].buffer)
                    visit(owner_of(plan->segment[s].call[i]->argument[k].buffer), s, when);
}

static void touch_segment(Buffer *buffer, int segment, int when)
{
    (void)when;
    touch(buffer, segment);
}

static void touch_call(Buffer *buffer, int segment, int when)
{
    (void)segment;
    if (buffer->store == STORE_SCRATCH)
        touch(buffer, when);
}

/* A value that no other segment sees needs room for the image at hand alone. Scratch lives by calls. */
static void demote(Plan *plan)
{
    for (int i = 0; i < plan->buffers; i++) {
        Buffer *buffer = plan->buffer[i];
        if (buffer->store == STORE_BATCH && buffer->first >= 0 && buffer->first == buffer->last
            && plan->graph->use != USE_VIEW)
            buffer->store = STORE_SCRATCH;
        if (buffer->store == STORE_SCRATCH)
            buffer->first = buffer->last = -1;
    }
    each_use(plan, touch_call);
}

/* Images and shards lie as close as the kernels for the batch expect, which step from one to the next
 * by the floats that one has: whole vectors, whatever a vector is. What is no vectors at all no such
 * kernel reads, and it begins on a cache line. */
static void measure(const Plan *plan, Buffer *buffer)
{
    long copies = buffer->store == STORE_BATCH ? plan->batch : buffer->store == STORE_SHARD ? SHARDS : 1;
    size_t one = (size_t)buffer->count * element_bytes(buffer->element);
    bool vectors = buffer->element == ELEMENT_FLOAT && buffer->count % plan->target->lanes == 0;
    bool packed = one <= 16 || vectors || buffer->store == STORE_INPUT || buffer->store == STORE_TARGET;
    buffer->stride = packed ? one : (size_t)round_up((long)one, 64);
    buffer->bytes = (size_t)round_up((long)(buffer->stride * (size_t)copies + SPARE), 64);
}

/* One behind the other, in the card's order, so that all uses agree. */
static size_t line_up(Plan *plan, Store store, size_t base)
{
    for (int i = 0; i < plan->buffers; i++)
        if (plan->buffer[i]->store == store && !plan->buffer[i]->within) {
            plan->buffer[i]->place = base;
            base += plan->buffer[i]->bytes;
        }
    return base;
}

static int collect(const Plan *plan, Buffer **into, bool scratch)
{
    int count = 0;
    for (int i = 0; i < plan->buffers; i++) {
        Store store = plan->buffer[i]->store;
        bool wanted = scratch ? store == STORE_SCRATCH
                              : store == STORE_TABLE || store == STORE_BATCH || store == STORE_SHARD;
        if (wanted && plan->buffer[i]->first >= 0)
            into[count++] = plan->buffer[i];
    }
    return count;
}

/* A state lies in its row as its parameter among the parameters: so all phases agree, whatever learns in each. */
static size_t place_states(Plan *plan)
{
    int rows = 0;
    for (int i = 0; i < plan->buffers; i++) {
        Buffer *buffer = plan->buffer[i];
        if (buffer->store != STORE_STATE)
            continue;
        buffer->place = plan->states + (size_t)buffer->row * plan->parameter_bytes + buffer->like->place;
        rows = buffer->row >= rows ? buffer->row + 1 : rows;
    }
    return plan->states + (size_t)rows * plan->parameter_bytes;
}

/* Whoever runs a step may ask how much the gradient was clipped. */
static void keep_clip(Plan *plan)
{
    for (int i = 0; i < plan->graph->ops; i++)
        if (plan->graph->op[i]->kind == OP_CLIP)
            keep_to_the_end(plan, plan->graph->op[i]->out[0]);
}

/* Parts lie where the whole does. */
static void place_part(Buffer *part)
{
    const Buffer *owner = owner_of(part);
    long offset = 0;
    for (const Buffer *b = part; b->within; b = b->within)
        offset += b->offset;
    part->store = owner->store;
    part->stride = owner->stride;
    part->bytes = (size_t)part->count * element_bytes(part->element);
    part->place = owner->place + (size_t)offset * element_bytes(part->element);
    part->first = owner->first;
    part->last = owner->last;
}

void plan_place(Plan *plan, size_t least)
{
    each_use(plan, touch_segment);
    keep_to_the_end(plan, plan->graph->output);
    keep_to_the_end(plan, plan->graph->loss);
    keep_to_the_end(plan, plan->graph->right);
    keep_clip(plan);
    keep_prepared(plan);
    demote(plan);
    for (int i = 0; i < plan->buffers; i++) {
        measure(plan, plan->buffer[i]);
        if (plan->graph->use == USE_VIEW && plan->buffer[i]->store == STORE_BATCH)
            plan->buffer[i]->last = plan->segments;
    }
    plan->parameter_bytes = line_up(plan, STORE_PARAMETER, 0);
    Buffer **some = arena_array(plan->arena, Buffer *, plan->buffers);
    size_t end = pack(plan->arena, some, collect(plan, some, false), plan->parameter_bytes);
    plan->states = end > least ? end : least;
    plan->bytes = place_states(plan);
    plan->scratch_bytes = pack(plan->arena, some, collect(plan, some, true), 0);
    for (int i = 0; i < plan->buffers; i++)
        if (plan->buffer[i]->within)
            place_part(plan->buffer[i]);
}
