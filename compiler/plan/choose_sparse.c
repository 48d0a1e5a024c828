/* choose_sparse.c - the gradient of a convolution that a 2x2 pool follows: lists of winners are walked. */

#include "compiler/plan/choose.h"

/* Floats of a run that stay in registers for all rows of the window: a divisor, so that blocks are equal. */
static int row_block(const Plan *plan, int rows, long floats, int sums)
{
    int lanes = plan->target->lanes, vectors = (int)(floats / lanes), most = sums / rows;
    for (int v = smaller(vectors, most < 1 ? 1 : most); v > 1; v--)
        if (vectors % v == 0)
            return v * lanes;
    return lanes;
}

/* Rows of x under so many pooled rows. */
static int rows_reached(const Op *op, int r, int rows)
{
    return (2 * rows - 1) * op->stride.h + r;
}

/* Pooled rows that are listed together: lists that are long enough to be worth beginning, over rows of x that
 * stay in the first caches. */
static int rows_listed(const Target *target, const Op *op, const Value *x, const Value *winner, int r, int block)
{
    int rows = 1;
    while (rows < winner->dim[0] && rows * winner->dim[1] < target->sparse_list
           && 4L * rows_reached(op, r, rows + 1) * x->dim[1] * block <= 1024L * target->sparse_map_kilobytes)
        rows++;
    return rows;
}

/* Rows that are listed together, and floats of a run: the target's own, and others. Where winners take turns,
 * the order of sums depends on both. */
static Picked lists_of(const Plan *plan, const Op *op, int rows, int block, int runs, long row)
{
    const Target *target = plan->target;
    int lanes = target->lanes, each = op->in[1]->dim[0] * runs, most = op->in[2]->dim[0];
    Cuts cuts = cuts_begin((Cut){{ rows, block }});
    for (long v = row / lanes; v >= 1 && each * block / lanes >= target->sparse_turns; v--)
        if (row / lanes % v == 0 && each * v >= target->sparse_turns && each * v + 2 <= target->registers) {
            cuts_try(&cuts, (Cut){{ rows, (int)(v * lanes) }}, 2 / (double)v);
            cuts_try(&cuts, (Cut){{ (rows + 1) / 2, (int)(v * lanes) }}, 3 / (double)v);
            cuts_try(&cuts, (Cut){{ smaller(2 * rows, most), (int)(v * lanes) }}, 3 / (double)v);
            cuts_try(&cuts, (Cut){{ smaller(4 * rows, most), (int)(v * lanes) }}, 4 / (double)v);
        }
    return cuts_pick(plan, op, "pool_grad_weight", &cuts);
}

static void choose_pool_grad_weight(Plan *plan, const Op *op)
{
    const Value *x = op->in[0], *w = op->in[1], *winner = op->in[2];
    int ks = stride(plan, winner), xs = stride(plan, x), r = w->dim[0], s = w->dim[1];
    bool taps = xs % plan->target->lanes == 0 && r * s <= plan->target->sparse_sums;
    int runs = taps ? s : 1;
    long run = taps ? xs : (long)s * xs, row = lanes_up(plan, run);
    int block = row_block(plan, r * runs, row, plan->target->sparse_sums);
    int rows = rows_listed(plan->target, op, x, winner, r, block);
    Picked cut = lists_of(plan, op, rows, block, runs, row);
    rows = cut.size[0];
    block = cut.size[1];
    bool band = block != xs && w->dim[3] >= plan->target->sparse_band;
    long count = (long)w->dim[3] * r * runs * row;
    long list = (long)ks * ((long)rows * winner->dim[1] + plan->target->lanes);
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
    writes(call, helper_buffer(plan, op, "list.count", STORE_BATCH, ELEMENT_INT, ks));
    if (band)
        writes(call, helper_buffer(plan, op, "band", STORE_BATCH, ELEMENT_FLOAT,
                                   (long)rows_reached(op, r, rows) * x->dim[1] * block));
    else
        hand(call, HANDED_NOTHING);
    size(call, "W", x->dim[1]);
    size(call, "XS", xs);
    size(call, "R", r);
    size(call, "RUNS", runs);
    size(call, "RUN", run);
    size(call, "SH", op->stride.h);
    size(call, "SW", op->stride.w);
    size(call, "PH", winner->dim[0]);
    size(call, "PW", winner->dim[1]);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "PB", rows);
    size(call, "RB", row / block);
    size(call, "RV", block);
    size(call, "PX", band ? block : xs);
    size(call, "E", r * runs * block / plan->target->lanes < plan->target->sparse_turns ? 2 : 1);
    call->key = cut.key;

    call = call_batch(plan, op, "sum_rows", "sum_weight", 1);
    reads(call, part);
    writes(call, at(plan, op->out[0]));
    size(call, "R", r);
    size(call, "S", s);
    size(call, "C", w->dim[2]);
    size(call, "XS", xs);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "RUNS", runs);
    size(call, "RUN", run);
    size(call, "RB", row / block);
    size(call, "RV", block);
    size(call, "SHARDS", SHARDS);
    size(call, "SIZE", count);
    if (op->out[1])
        sum_of(plan, op, "sum_bias", bias, at(plan, op->out[1]));
}

/* ---- the input ---- */

static Call *grad_input(Plan *plan, const Op *op, const char *kernel, Buffer *u)
{
    const Value *winner = op->in[2], *dx = op->out[2];
    Call *call = call_images(plan, op, kernel, "grad_input");
    reads(call, at(plan, winner));
    reads(call, at(plan, op->in[3]));
    reads(call, u);
    writes(call, at(plan, dx));
    size(call, "H", dx->dim[0]);
    size(call, "W", dx->dim[1]);
    size(call, "XS", stride(plan, dx));
    size(call, "R", op->in[1]->dim[0]);
    size(call, "SH", op->stride.h);
    size(call, "SW", op->stride.w);
    size(call, "PH", winner->dim[0]);
    size(call, "PW", winner->dim[1]);
    size(call, "K", op->in[1]->dim[3]);
    size(call, "KS", stride(plan, winner));
    return call;
}

/* Channels that a word of bits tells of: a divisor of all, whose weights for one vector fill the
 * first cache. */
static int channels_told(const Plan *plan, int ks, int taps)
{
    int lanes = plan->target->lanes, vectors = ks / lanes;
    int most = 1024 * plan->target->sparse_weight_kilobytes / (4 * taps * lanes * lanes);
    int count = smaller(smaller(vectors, 64 / lanes), most < 1 ? 1 : most);
    while (vectors % count)
        count--;
    return count * lanes;
}

static void grad_input_patch(Plan *plan, const Op *op)
{
    const Value *w = op->in[1], *winner = op->in[2];
    int ks = stride(plan, winner), xs = stride(plan, op->out[2]), taps = w->dim[0] * w->dim[1];
    int told = channels_told(plan, ks, taps);
    Buffer *u = helper_buffer(plan, op, "taps", STORE_TABLE, ELEMENT_FLOAT, (long)ks * taps * xs);
    Call *call = call_taps(plan, op, "pack_taps", u, ks / told);
    size(call, "XS", xs);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "KT", told);

    call = grad_input(plan, op, "pool_grad_input", u);
    writes(call, helper_buffer(plan, op, "won", STORE_BATCH, ELEMENT_BITS, 4L * winner->dim[1]));
    size(call, "S", w->dim[1]);
    size(call, "KT", told);
}

static void grad_input_rows(Plan *plan, const Op *op)
{
    const Value *w = op->in[1], *winner = op->in[2];
    int ks = stride(plan, winner), xs = stride(plan, op->out[2]), r = w->dim[0];
    long row = (long)w->dim[1] * xs;
    int block = row_block(plan, r, row, plan->target->sparse_row_sums);
    Buffer *u = helper_buffer(plan, op, "rows", STORE_TABLE, ELEMENT_FLOAT, (long)w->dim[3] * r * row);
    Call *call = call_taps(plan, op, "pack_rows", u, row / block);
    size(call, "CS", xs);
    size(call, "K", w->dim[3]);
    size(call, "KS", ks);
    size(call, "RV", block);

    long list = (long)ks * winner->dim[1] + plan->target->lanes;
    call = grad_input(plan, op, "pool_grad_input_rows", u);
    writes(call, helper_buffer(plan, op, "row.offset", STORE_BATCH, ELEMENT_INT, list));
    writes(call, helper_buffer(plan, op, "row.value", STORE_BATCH, ELEMENT_FLOAT, list));
    writes(call, helper_buffer(plan, op, "row.start", STORE_BATCH, ELEMENT_INT, 5L * winner->dim[1]));
    size(call, "RB", row / block);
    size(call, "RV", block);
}

/* A window's taps must fit the registers, and the next place of dy go on where this one has been. */
static bool fits_a_patch(const Plan *plan, const Op *op)
{
    const int *window = op->in[1]->dim;
    return window[0] * window[1] <= plan->target->sparse_patch && window[1] >= op->stride.w;
}

CHOOSE(CONV_POOL_GRAD)
{
    choose_pool_grad_weight(plan, op);
    if (op->out[2] && fits_a_patch(plan, op))
        grad_input_patch(plan, op);
    else if (op->out[2])
        grad_input_rows(plan, op);
}
