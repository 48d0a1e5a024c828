/* choose_loss.c - losses. */

#include "compiler/plan/choose.h"

static void choose_loss(Plan *plan, const Op *op, const char *kernel)
{
    Call *call = elementwise(plan, op, kernel);
    bool gradient = op->kind == OP_SIGMOID_LOSS_GRAD || op->kind == OP_SOFTMAX_LOSS_GRAD;
    if (gradient)
        hand(call, HANDED_COUNT);
    else
        writes(call, at(plan, op->out[1]));
    if (op->kind == OP_SOFTMAX_LOSS || op->kind == OP_SOFTMAX_LOSS_GRAD)
        size(call, "C", op->in[0]->dim[2]);
    if (gradient)
        size(call, "XS", stride(plan, op->out[0]));
}

CHOOSE(SIGMOID_LOSS)      { choose_loss(plan, op, "sigmoid_loss"); }
CHOOSE(SOFTMAX_LOSS)      { choose_loss(plan, op, "softmax_loss"); }
CHOOSE(SIGMOID_LOSS_GRAD) { choose_loss(plan, op, "sigmoid_loss_grad"); }
CHOOSE(SOFTMAX_LOSS_GRAD) { choose_loss(plan, op, "softmax_loss_grad"); }
