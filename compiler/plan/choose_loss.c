/* choose_loss.c - losses. That of one class an image has kernels of its own; all others see an image as a map, of
 * one pixel or more. */

#include "compiler/plan/choose.h"

bool is_plain_loss(const Op *op)
{
    bool crossentropy = op->kind == OP_SIGMOID_LOSS || op->kind == OP_SIGMOID_LOSS_GRAD ||
                        op->kind == OP_SOFTMAX_LOSS || op->kind == OP_SOFTMAX_LOSS_GRAD;
    return crossentropy && op->target == TARGET_CLASS && !op->weighted && op->weight == 1 && op->smooth == 0;
}

static bool is_gradient(const Op *op)
{
    return !is_loss(op->kind);
}

static void choose_plain(Plan *plan, const Op *op, const char *kernel)
{
    Call *call = elementwise(plan, op, kernel);
    if (is_gradient(op))
        hand(call, HANDED_COUNT);
    else
        writes(call, at(plan, op->out[1]));
    if (op->kind == OP_SOFTMAX_LOSS || op->kind == OP_SOFTMAX_LOSS_GRAD)
        size(call, "C", op->in[0]->dim[2]);
    if (is_gradient(op))
        size(call, "XS", stride(plan, op->out[0]));
}

static Call *map_loss(Plan *plan, const Op *op, const char *kernel, Piece piece)
{
    Call *call = elementwise(plan, op, kernel);
    if (!is_gradient(op) && op->out[1])
        writes(call, at(plan, op->out[1]));
    call->piece = piece;
    size(call, "PIXELS", pixels(op->in[0]));
    size(call, "XS", stride(plan, op->in[0]));
    factor(call, "WEIGHT", op->weight);
    return call;
}

/* As many pixels as a vector has lanes. */
static Buffer *pixels_at_hand(Plan *plan, const Op *op)
{
    long channels = lanes_up(plan, op->in[0]->dim[2]);
    return helper_buffer(plan, op, "pixels", STORE_SCRATCH, ELEMENT_FLOAT, channels * plan->target->lanes);
}

/* What those take that have classes which may weigh. */
static Call *weighed_loss(Plan *plan, const Op *op, const char *kernel, Piece piece)
{
    Call *call = map_loss(plan, op, kernel, piece);
    if (op->kind == OP_SOFTMAX_LOSS || op->kind == OP_SOFTMAX_LOSS_GRAD)
        writes(call, pixels_at_hand(plan, op));
    hand(call, op->weighted ? HANDED_CLASS_WEIGHT : HANDED_NOTHING);
    if (is_gradient(op))
        hand(call, HANDED_COUNT);
    size(call, "C", op->in[0]->dim[2]);
    return call;
}

static Piece truth(const Op *op)
{
    return (Piece){ "TRUTH", holds_classes(op->target) ? "truth_of_class" : op->target == TARGET_SHARES ? "truth_of_share"
                                                                          : "truth_of_number" };
}

static void choose_sigmoid(Plan *plan, const Op *op, const char *plain, const char *kernel)
{
    if (is_plain_loss(op))
        choose_plain(plan, op, plain);
    else
        weighed_loss(plan, op, kernel, truth(op));
}

static void choose_softmax(Plan *plan, const Op *op, const char *plain, const char *kernel)
{
    if (is_plain_loss(op)) {
        choose_plain(plan, op, plain);
        return;
    }
    Piece share = { "SHARE", holds_classes(op->target) ? "share_of_class" : "share_of_share" };
    factor(weighed_loss(plan, op, kernel, share), "SMOOTH", op->smooth);
}

static void choose_dice(Plan *plan, const Op *op, const char *kernel)
{
    Call *call = map_loss(plan, op, kernel, truth(op));
    if (is_gradient(op))
        hand(call, HANDED_COUNT);
}

static void choose_numbers(Plan *plan, const Op *op, const char *function)
{
    Call *call = map_loss(plan, op, is_gradient(op) ? "number_loss_grad" : "number_loss", (Piece){ "PENALTY", function });
    if (is_gradient(op))
        hand(call, HANDED_COUNT);
    size(call, "C", op->in[0]->dim[2]);
    factor(call, "DELTA", op->delta);
}

CHOOSE(SIGMOID_LOSS)      { choose_sigmoid(plan, op, "sigmoid_loss", "sigmoid_map_loss"); }
CHOOSE(SOFTMAX_LOSS)      { choose_softmax(plan, op, "softmax_loss", "softmax_map_loss"); }
CHOOSE(DICE_LOSS)         { choose_dice(plan, op, "dice_loss"); }
CHOOSE(MSE_LOSS)          { choose_numbers(plan, op, "squared"); }
CHOOSE(MAE_LOSS)          { choose_numbers(plan, op, "absolute"); }
CHOOSE(HUBER_LOSS)        { choose_numbers(plan, op, "huber"); }
CHOOSE(LOSS_SUM)          { elementwise(plan, op, "loss_sum"); }
CHOOSE(SIGMOID_LOSS_GRAD) { choose_sigmoid(plan, op, "sigmoid_loss_grad", "sigmoid_map_loss_grad"); }
CHOOSE(SOFTMAX_LOSS_GRAD) { choose_softmax(plan, op, "softmax_loss_grad", "softmax_map_loss_grad"); }
CHOOSE(DICE_LOSS_GRAD)    { choose_dice(plan, op, "dice_loss_grad"); }
CHOOSE(MSE_LOSS_GRAD)     { choose_numbers(plan, op, "squared_slope"); }
CHOOSE(MAE_LOSS_GRAD)     { choose_numbers(plan, op, "absolute_slope"); }
CHOOSE(HUBER_LOSS_GRAD)   { choose_numbers(plan, op, "huber_slope"); }
