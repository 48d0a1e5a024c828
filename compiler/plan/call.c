/* call.c - making buffers, homes and calls: see choose.h. */

#include "compiler/plan/choose.h"

/* ---- buffers ---- */

Buffer *plan_buffer(Plan *plan, const Op *op, const char *name, Store store, Element element, long count)
{
    Buffer *buffer = arena_new(plan->arena, Buffer);
    *buffer = (Buffer){ .number = plan->buffers, .op = op, .name = name, .store = store, .element = element,
                        .count = count, .first = -1, .last = -1 };
    *arena_push(plan->arena, plan->buffer, plan->buffers, plan->buffer_room) = buffer;
    return buffer;
}

Buffer *part_of(Plan *plan, const Op *op, const char *name, Buffer *whole, long offset, long count)
{
    Buffer *part = plan_buffer(plan, op, name, whole->store, whole->element, count);
    part->within = whole;
    part->offset = offset;
    return part;
}

Buffer *helper_buffer(Plan *plan, const Op *op, const char *suffix, Store store, Element element, long count)
{
    return plan_buffer(plan, op, arena_printf(plan->arena, "%s/%s", op->name, suffix), store, element, count);
}

long lanes_up(const Plan *plan, long count)
{
    return round_up(count, plan->target->lanes);
}

/* Some vectors of outputs, or as many of them as divide the layer's. A tile is at most 16 KB: it stays in the first
 * cache while all images go by. */
static Tile dense_tile(const Target *target, int outputs)
{
    int vectors = (outputs + target->lanes - 1) / target->lanes, across = target->dense_vectors;
    while (vectors % across)
        across--;
    return (Tile){ target->dense_rows, across * target->lanes };
}

long parameter_count(const Plan *plan, const Value *value)
{
    if (value->dims == 2) {
        Tile tile = dense_tile(plan->target, value->dim[1]);
        return round_up(value->dim[0], tile.rows) * round_up(value->dim[1], tile.columns);
    }
    int last = value->dim[value->dims - 1];
    return value_size(value) / last * lanes_up(plan, last);
}

/* A winner is a place in a window: one of four after a convolution, any number of them elsewhere. */
static Element element_of(const Value *value)
{
    OpKind kind = value->maker->kind;
    bool second = value == value->maker->out[1];
    if (is_loss(kind))
        return second && is_plain_loss(value->maker) ? ELEMENT_INT : ELEMENT_FLOAT;
    if (kind == OP_TARGET)
        return holds_classes(value->maker->target) ? ELEMENT_INT : ELEMENT_FLOAT;
    if (second && kind == OP_MAX_POOL)
        return ELEMENT_INT;
    return second && kind == OP_CONV_POOL ? ELEMENT_BYTE : ELEMENT_FLOAT;
}

/* A gradient that waits until all others are known, too. */
static bool is_clipped(const Value *value)
{
    const Op *scale = value_user(value, OP_SCALE);
    return scale && scale->in[0] == value;
}

static Store store_of(const Value *value)
{
    switch (value->maker->kind) {
    case OP_INPUT:     return STORE_INPUT;
    case OP_TARGET:    return STORE_TARGET;
    case OP_PARAMETER: return STORE_PARAMETER;
    case OP_STATE:     return STORE_STATE;
    default:           return value->per_image ? STORE_BATCH : is_clipped(value) ? STORE_STATE : STORE_TABLE;
    }
}

Home *home_of(Plan *plan, const Value *value)
{
    Home *home = &plan->home[value->id];
    if (home->buffer)
        return home;
    Store store = store_of(value);
    long count;
    if (value->per_image) {
        int channels = value->dim[2];
        bool plain = store == STORE_INPUT || store == STORE_TARGET || is_loss(value->maker->kind) ||
                     value->maker->kind == OP_LOSS_SUM;
        home->stride = plain ? channels : (int)lanes_up(plan, channels);
        count = (long)value->dim[0] * value->dim[1] * home->stride;
    } else {
        home->stride = (int)lanes_up(plan, value->dim[value->dims - 1]);
        count = parameter_count(plan, value);
    }
    home->tile = value->dims == 2 ? dense_tile(plan->target, value->dim[1]) : (Tile){ 1, home->stride };
    home->buffer = plan_buffer(plan, value->maker, value->name, store, element_of(value), count);
    return home;
}

void share_home(Plan *plan, const Value *value, const Value *as, int stride)
{
    plan->home[value->id] = (Home){ home_of(plan, as)->buffer, stride, home_of(plan, as)->tile };
}

/* ---- calls ---- */

static Call *new_call(Plan *plan, const Op *op, const char *kernel, const char *suffix, bool per_image, int tasks)
{
    Call *call = arena_new(plan->arena, Call);
    *call = (Call){ .kernel = kernel, .op = op, .per_image = per_image, .tasks = tasks, .segment = -1,
                    .train = plan->graph->train, .rate_factor = op->factor, .multiply_adds = multiply_adds(op) };
    call->name = arena_printf(plan->arena, "%s_%s", op->name, suffix);
    *arena_push(plan->arena, plan->call, plan->calls, plan->call_room) = call;
    return call;
}

Call *call_images(Plan *plan, const Op *op, const char *kernel, const char *suffix)
{
    return new_call(plan, op, kernel, suffix, true, 0);
}

Call *call_batch(Plan *plan, const Op *op, const char *kernel, const char *suffix, long tasks)
{
    return new_call(plan, op, kernel, suffix, false, (int)tasks);
}

Call *call_rows(Plan *plan, const Op *op, const char *kernel, const char *suffix, Rows rows, int least)
{
    int tasks = smaller(SHARDS, rows.rows / least);
    bool shared = plan->graph->use == USE_SINGLE && tasks > 1;
    Call *call = shared ? call_batch(plan, op, kernel, suffix, tasks) : call_images(plan, op, kernel, suffix);
    call->rows = rows;
    return call;
}

Call *elementwise(Plan *plan, const Op *op, const char *kernel)
{
    Call *call = call_images(plan, op, kernel, kernel);
    for (int i = 0; i < op->ins; i++)
        reads(call, at(plan, op->in[i]));
    writes(call, at(plan, op->out[0]));
    return call;
}

Call *call_taps(Plan *plan, const Op *op, const char *kernel, Buffer *packed, long blocks)
{
    const Value *w = op->in[1];
    Call *call = call_batch(plan, op, kernel, kernel, blocks);
    reads(call, at(plan, w));
    writes(call, packed);
    hand(call, HANDED_TASK);
    size(call, "R", w->dim[0]);
    size(call, "S", w->dim[1]);
    size(call, "C", w->dim[2]);
    return call;
}

void sum_of(Plan *plan, const Op *op, const char *suffix, Buffer *part, Buffer *gradient)
{
    Call *call = call_batch(plan, op, "sum_shards", suffix, 1);
    reads(call, part);
    writes(call, gradient);
    size(call, "SIZE", part->count);
    size(call, "SHARDS", SHARDS);
}
