/* choose_pool.c - pools that are not part of a convolution. */

#include "compiler/plan/choose.h"

static void choose_pool(Plan *plan, const Op *op, Call *call, const Value *x, const Value *y)
{
    size(call, "H", x->dim[0]);
    size(call, "W", x->dim[1]);
    size(call, "XS", stride(plan, x));
    size(call, "WH", op->window.h);
    size(call, "WW", op->window.w);
    size(call, "SH", op->stride.h);
    size(call, "SW", op->stride.w);
    size(call, "TOP", op->padding.top);
    size(call, "LEFT", op->padding.left);
    size(call, "P", y->dim[0]);
    size(call, "Q", y->dim[1]);
}

CHOOSE(MAX_POOL)
{
    Call *call = elementwise(plan, op, "max_pool");
    writes(call, at(plan, op->out[1]));
    choose_pool(plan, op, call, op->in[0], op->out[0]);
    size(call, "YS", stride(plan, op->out[0]));
}

CHOOSE(AVERAGE_POOL)
{
    Call *call = elementwise(plan, op, "average_pool");
    choose_pool(plan, op, call, op->in[0], op->out[0]);
    size(call, "YS", stride(plan, op->out[0]));
}

CHOOSE(MAX_POOL_GRAD)     { choose_pool(plan, op, elementwise(plan, op, "max_pool_grad"), op->out[0], op->in[1]); }
CHOOSE(AVERAGE_POOL_GRAD) { choose_pool(plan, op, elementwise(plan, op, "average_pool_grad"), op->out[0], op->in[0]); }
