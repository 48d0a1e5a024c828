/* cost.c - how much arithmetic an op is, and what each call of a whole plan costs.
 * requires: Plan.segment, the buffers' stores.  fills: Call.cost. */

#include "compiler/plan/choose.h"

#include <string.h>

long multiply_adds(const Op *op)
{
    switch (op->kind) {
    case OP_CONV: case OP_CONV_BLOCK: case OP_DECONV_GRAD_INPUT:
        return value_size(op->out[0]) * op->in[1]->dim[0] * op->in[1]->dim[1] * op->in[1]->dim[2];
    case OP_CONV_POOL:
        return 4 * value_size(op->out[0]) * op->in[1]->dim[0] * op->in[1]->dim[1] * op->in[1]->dim[2];
    case OP_CONV_GRAD_INPUT: case OP_DECONV: case OP_DECONV_BLOCK:
        return value_size(op->in[0]) * op->in[1]->dim[0] * op->in[1]->dim[1] * op->in[1]->dim[2];
    case OP_CONV_GRAD_WEIGHT:
        return value_size(op->in[1]) * op->out[0]->dim[0] * op->out[0]->dim[1] * op->out[0]->dim[2];
    case OP_CONV_POOL_GRAD:     /* of one position in four, at most */
        return (op->out[2] ? 2 : 1) * value_size(op->in[2]) * op->in[1]->dim[0] * op->in[1]->dim[1] * op->in[1]->dim[2];
    case OP_DENSE_GRAD_WEIGHT:
        return value_size(op->out[0]);
    case OP_DENSE: case OP_DENSE_BLOCK: case OP_DENSE_GRAD_INPUT:
        return value_size(op->in[1]);
    case OP_DENSE_UPDATE:
        return (op->out[1] ? 2 : 1) * value_size(op->in[1]);
    default:
        return 0;
    }
}

/* ---- what a call is for ---- */

/* A call makes one of its op's outputs, or, as packing and adding up do, helps another of the op's calls,
 * which stand behind each other, to make it. */
static int made_by(const Plan *plan, int number)
{
    const Call *call = plan->call[number];
    for (int k = 0; k < call->arguments; k++) {
        const Buffer *b = call->argument[k].buffer;
        if (!b || !call->argument[k].writes)
            continue;
        for (int o = 0; o < MOST_OUTS; o++)
            if (call->op->out[o] && plan->home[call->op->out[o]->id].buffer == b)
                return o;
        for (int next = number + 1; next < plan->calls && plan->call[next]->op == call->op; next++)
            for (int i = 0; i < plan->call[next]->arguments; i++)
                if (plan->call[next]->argument[i].buffer == b)
                    return made_by(plan, next);
    }
    return 0;
}

static const char forward[] = "forward", input_gradient[] = "input gradient";
static const char weight_gradient[] = "weight gradient";

static const char *work_of(const Op *op, int out)
{
    if (op_info[op->kind].inference)
        return forward;
    switch (op->kind) {
    case OP_CONV_POOL_GRAD:
        return out == 2 ? input_gradient : weight_gradient;
    case OP_CONV_GRAD_WEIGHT: case OP_DENSE_GRAD_WEIGHT: case OP_BIAS_GRAD: case OP_BATCH_NORM_GRAD_WEIGHT:
        return weight_gradient;
    case OP_BATCH_MOMENTS: case OP_DROPOUT: case OP_DROP_PATH:
        return forward;
    case OP_RUNNING_MEAN:
        return "update";
    case OP_DENSE_UPDATE:
        return op->out[1] ? "gradients, update" : "gradient, update";
    case OP_CLIP:
        return "update";
    default:
        return is_update(op->kind) ? "update" : input_gradient;
    }
}

/* ---- arithmetic ---- */

/* The calls that do an op's products; the others of its calls prepare or finish them. */
static bool multiplies(const Call *call)
{
    static const char *const kernel[] = {
        "conv", "conv_pool", "winograd", "conv_grad_weight", "conv_grad_input", "depthwise", "depthwise_grad_weight",
        "depthwise_grad_input",
        "pool_grad_weight", "pool_grad_input", "pool_grad_input_rows", "dense_partial", "dense_update",
    };
    for (size_t i = 0; i < sizeof kernel / sizeof *kernel; i++)
        if (!strcmp(call->kernel, kernel[i]))
            return true;
    return false;
}

static long size_of(const Call *call, const char *name)
{
    for (int i = 0; i < call->sizes; i++)
        if (!strcmp(call->size[i].name, name))
            return call->size[i].value;
    assert(!"a size of that name");
    return 0;
}

/* Behind a pool, all four positions of each window: one of them is what multiply_adds counts. */
static long written_products(const Call *call)
{
    const Op *op = call->op;
    if (op->kind != OP_CONV_POOL_GRAD)
        return multiply_adds(op);
    return 4 * multiply_adds(op) / (op->out[2] ? 2 : 1);
}

static double whole_vectors(const Plan *plan, long count)
{
    return (double)lanes_up(plan, count) / (double)count;
}

/* By how much a call's vectors are longer than what they hold. They lie along outputs; of gradients, along
 * what they are gradients of. */
static double padding(const Plan *plan, const Call *call, bool weight)
{
    const Op *op = call->op;
    const Value *w = op->kind == OP_CONV_GRAD_WEIGHT || op->kind == OP_DENSE_GRAD_WEIGHT ? op->out[0] : op->in[1];
    if (op->kind == OP_CONV_POOL_GRAD && weight)
        return (double)(size_of(call, "RUNS") * lanes_up(plan, size_of(call, "RUN")))
             / (w->dim[1] * w->dim[2]);
    if (op->kind == OP_CONV_POOL_GRAD || op->kind == OP_DECONV_BLOCK || op->kind == OP_DECONV
        || (op->kind == OP_CONV_GRAD_INPUT && !is_depthwise(op)))
        return whole_vectors(plan, w->dim[2]);
    return whole_vectors(plan, w->dim[w->dims - 1] / groups_of(op));
}

static long done_products(const Plan *plan, const Call *call, long written)
{
    enum { PLANES = 36 };       /* Winograd's products of a tile, for each pair of channels */
    if (!strcmp(call->kernel, "winograd"))
        return PLANES * call->rows.all * size_of(call, "C") * size_of(call, "KS");
    bool sparse = call->op->kind == OP_CONV_POOL_GRAD, weight = call->cost.work == weight_gradient;
    return (long)((double)(sparse ? written / 4 : written) * padding(plan, call, weight));
}

/* ---- memory ---- */

/* What is for this call alone, and small, never leaves the cache. */
static bool stays_in_cache(const Buffer *b)
{
    return b->store == STORE_SCRATCH && b->first == b->last;
}

static bool is_of_an_image(const Buffer *b)
{
    return b->store == STORE_INPUT || b->store == STORE_TARGET || b->store == STORE_BATCH
        || b->store == STORE_SCRATCH;
}

/* A new value takes the old one's place; a shard goes on with its sums. */
static bool is_read_and_written(const Argument *a)
{
    Store store = a->buffer->store;
    return a->writes && (store == STORE_PARAMETER || store == STORE_STATE || store == STORE_SHARD);
}

static bool knows_its_image(const Call *call)
{
    for (int i = 0; i < call->arguments; i++)
        if (!call->argument[i].buffer && call->argument[i].handed == HANDED_IMAGE)
            return true;
    return false;
}

static void add_bytes(const Plan *plan, const Call *call, const Argument *a, Cost *cost)
{
    const Buffer *b = a->buffer;
    long bytes = b->count * (long)element_bytes(b->element) * (is_read_and_written(a) ? 2 : 1);
    if (is_of_an_image(b))
        cost->image_bytes += bytes;
    else if (!call->per_image)
        cost->batch_bytes += bytes * (b->store == STORE_SHARD ? SHARDS : 1);
    else if (b->store == STORE_TABLE && knows_its_image(call))     /* which has its part of the table */
        cost->image_bytes += bytes / plan->batch;
    else
        cost->image_bytes += bytes;
}

void plan_cost(Plan *plan)
{
    for (int i = 0; i < plan->calls; i++) {
        Call *call = plan->call[i];
        call->cost = (Cost){ .work = work_of(call->op, made_by(plan, i)) };
        if (multiplies(call)) {
            call->cost.multiply_adds = written_products(call);
            call->cost.done = done_products(plan, call, call->cost.multiply_adds);
        }
        for (int k = 0; k < call->arguments; k++)
            if (call->argument[k].buffer && !stays_in_cache(call->argument[k].buffer))
                add_bytes(plan, call, &call->argument[k], &call->cost);
    }
}

/* What is of an image comes from a cache, what is of the batch from memory. */
double cost_cycles(const Plan *plan, const Cost *cost)
{
    double products = (double)cost->done * plan->batch / plan->target->lanes;
    double bytes = (double)cost->image_bytes * plan->batch / plan->target->cost_cache
                 + (double)cost->batch_bytes / plan->target->cost_memory;
    return products > bytes ? products : bytes;
}
