/* choose.c - which kernels do an op's work, with which tiles, over which memory.
 * requires: verified graph that fuse and dead have run over.
 * fills: Plan.home, Plan.buffer (all but places), Plan.call in the graph's order.
 *
 * Layout: a value of an image is [H][W][stride], its channels padded to whole vectors with zeros (the
 * network's own input is not padded). A conv's weight is [R][S][C][K], K padded; a dense layer's lies
 * in tiles. The arguments of each kernel stand in its file in runtime/kernels. */

#include "compiler/plan/choose.h"

/* What reads pictures with their channels unpadded: scalars of x against vectors of weights, or copies. */
static bool takes_any_stride(const Op *op, const Value *x)
{
    switch (op->kind) {
    case OP_CONV: case OP_CONV_BLOCK: case OP_CONV_GRAD_WEIGHT:
        return !is_depthwise(op) && op->in[0] == x;     /* the other side's vectors are along channels */
    case OP_CONV_POOL: case OP_CONV_POOL_GRAD: case OP_DECONV: case OP_DECONV_BLOCK: case OP_PAD: case OP_RESHAPE:
        return true;
    default:
        return false;
    }
}

/* For any other reader the input is copied once, its channels padded. */
CHOOSE(INPUT)
{
    const Value *x = op->out[0];
    Home raw = *home_of(plan, x);
    int padded = (int)lanes_up(plan, x->dim[2]);
    bool serves = true;
    for (int i = 0; i < x->users; i++)
        serves &= takes_any_stride(x->user[i], x);
    if (serves || raw.stride == padded)
        return;
    Buffer *wide = plan_buffer(plan, op, "input/wide", STORE_BATCH, ELEMENT_FLOAT, pixels(x) * padded);
    Call *call = call_images(plan, op, "slice", "widen");
    reads(call, raw.buffer);
    writes(call, wide);
    size(call, "PIXELS", pixels(x));
    size(call, "XS", x->dim[2]);
    size(call, "FIRST", 0);
    size(call, "C", x->dim[2]);
    size(call, "YS", padded);
    plan->home[x->id] = (Home){ wide, padded, raw.tile };
}

CHOOSE(TARGET)    { home_of(plan, op->out[0]); }
CHOOSE(PARAMETER) { home_of(plan, op->out[0]); }
CHOOSE(STATE)     { home_of(plan, op->out[0]); }

/* Kernels count within a buffer in an int. What has overflowed already is negative. */
static const Op *too_large(const Plan *plan)
{
    for (int i = 0; i < plan->buffers; i++)
        if (plan->buffer[i]->count < 0 || plan->buffer[i]->count > INT_MAX)
            return plan->buffer[i]->op;
    return NULL;
}

void plan_choose(Plan *plan)
{
    static Choose *const rule[OP_COUNT] = {
#define X(id, ...) [OP_##id] = choose_##id,
#include "compiler/ir/ops.def"
#undef X
    };
    if (plan->graph->use == USE_VIEW)
        choose_view(plan, rule);
    else
        for (int i = 0; i < plan->graph->ops; i++)
            rule[plan->graph->op[i]->kind](plan, plan->graph->op[i]);
    plan->too_large = too_large(plan);
}
