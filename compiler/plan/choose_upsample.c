/* choose_upsample.c - enlarging, and its gradients. */

#include "compiler/plan/choose.h"

static void choose_upsample(Plan *plan, const Op *op, const Value *small)
{
    Call *call = elementwise(plan, op, op_info[op->kind].word);
    size(call, "H", small->dim[0]);
    size(call, "W", small->dim[1]);
    size(call, "XS", stride(plan, small));
    size(call, "NH", op->window.h);
    size(call, "NW", op->window.w);
}

CHOOSE(UPSAMPLE_NEAREST)       { choose_upsample(plan, op, op->in[0]); }
CHOOSE(UPSAMPLE_BILINEAR)      { choose_upsample(plan, op, op->in[0]); }
CHOOSE(UPSAMPLE_NEAREST_GRAD)  { choose_upsample(plan, op, op->out[0]); }
CHOOSE(UPSAMPLE_BILINEAR_GRAD) { choose_upsample(plan, op, op->out[0]); }
