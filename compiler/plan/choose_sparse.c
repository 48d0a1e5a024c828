/* choose_sparse.c - the gradient of a convolution that a 2x2 pool follows: lists of winners are walked. */

#include "compiler/plan/choose.h"

/* Floats of a kernel row that stay in registers for all rows of the window: a divisor, so that blocks
 * are equal. */
static int row_block(const Plan *plan, int rows, long floats)
{
    int lanes = plan->target->lanes, vectors = (int)(floats / lanes);
    int most = (plan->target->registers >= 32 ? 18 : 9) / rows;
    for (int v = smaller(vectors, most < 1 ? 1 : most); v > 1; v--)
        if (vectors % v == 0)
            return v * lanes;
    return lanes;
}

static void sparse_sizes(Plan *plan, Call *call, const Op *op, const Value *y, const Value *w, long row, int block)
{
    size(call, "SH", op->stride.h);
    size(call, "SW", op->stride.w);
    size(call, "PH", y->dim[0]);
    size(call, "PW", y->dim[1]);
    size(call, "K", w->dim[3]);
    size(call, "KS", stride(plan, y));
    size(call, "RB", row / block);
    size(call, "RV", block);
}

static void choose_pool_grad_weight(Plan *plan, const Op *op)
{
    const Value *x = op->in[0], *w = op->in[1], *winner = op->in[2];
    int ks = stride(plan, winner), xs = stride(plan, x), r = w->dim[0];
    long run = (long)w->dim[1] * xs, row = lanes_up(plan, run);
    int block = row_block(plan, r, row);
    long count = (long)w->dim[3] * r * row, list = (long)ks * (winner->dim[1] + 4);
    Buffer *part = helper_buffer(plan, op, "weight.shards", STORE_SHARD, ELEMENT_FLOAT, count);
    Buffer *bias = helper_buffer(plan, op, "bias.shards", STORE_SHARD, ELEMENT_FLOAT, ks);

    Call *call = call_images(plan, op, "pool_grad_weight", "grad_weight");
    reads(call, at(plan, x));
    reads(call, at(plan, winner));
    reads(call, at(plan, op->in[3]));
    writes(call, part);
    writes(call, bias);
    writes(call, helper_buffer(plan, op, "list.offset", STORE_BATCH, ELEMENT_INT, list));
    writes(call, helper_buffer(plan, op, "list.value", STORE_BATCH, ELEMENT_FLOAT, list));
    size(call, "W", x->dim[1]);
    size(call, "XS", xs);
    size(call, "R", r);
    size(call, "RUN", run);
    sparse_sizes(plan, call, op, winner, w, row, block);
    size(call, "E", r * block / plan->target->lanes < 5 ? 2 : 1);

    call = call_batch(plan, op, "sum_rows", "sum_weight", 1);
    reads(call, part);
    writes(call, at(plan, op->out[0]));
    size(call, "R", r);
    size(call, "S", w->dim[1]);
    size(call, "C", w->dim[2]);
    size(call, "XS", xs);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "RB", row / block);
    size(call, "RV", block);
    size(call, "SHARDS", SHARDS);
    size(call, "SIZE", count);
    if (op->out[1])
        sum_of(plan, op, "sum_bias", bias, op->out[1]);
}

static void choose_pool_grad_input(Plan *plan, const Op *op)
{
    const Value *w = op->in[1], *winner = op->in[2], *dx = op->out[2];
    int ks = stride(plan, winner), cs = stride(plan, dx), r = w->dim[0];
    long row = (long)w->dim[1] * cs, list = (long)ks * winner->dim[1] + plan->target->lanes;
    int block = row_block(plan, r, row);
    Buffer *u = helper_buffer(plan, op, "rows", STORE_TABLE, ELEMENT_FLOAT, (long)w->dim[3] * r * row);

    Call *call = call_batch(plan, op, "pack_rows", "pack_rows", row / block);
    reads(call, at(plan, w));
    writes(call, u);
    hand(call, HANDED_TASK);
    size(call, "R", r);
    size(call, "S", w->dim[1]);
    size(call, "C", w->dim[2]);
    size(call, "CS", cs);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "RV", block);

    call = call_images(plan, op, "pool_grad_input", "grad_input");
    reads(call, at(plan, winner));
    reads(call, at(plan, op->in[3]));
    reads(call, u);
    writes(call, at(plan, dx));
    writes(call, helper_buffer(plan, op, "row.offset", STORE_BATCH, ELEMENT_INT, list));
    writes(call, helper_buffer(plan, op, "row.value", STORE_BATCH, ELEMENT_FLOAT, list));
    writes(call, helper_buffer(plan, op, "row.start", STORE_BATCH, ELEMENT_INT, 5L * winner->dim[1]));
    size(call, "H", dx->dim[0]);
    size(call, "W", dx->dim[1]);
    size(call, "XS", cs);
    size(call, "R", r);
    sparse_sizes(plan, call, op, winner, w, row, block);
}

CHOOSE(CONV_POOL_GRAD)
{
    choose_pool_grad_weight(plan, op);
    if (op->out[2])
        choose_pool_grad_input(plan, op);
}
