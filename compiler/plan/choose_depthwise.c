/* choose_depthwise.c - convolutions of each channel on its own, and their gradients. Vectors lie along channels. Where
 * a channel has several filters, the kernels see it as often side by side. */

#include "compiler/plan/choose_conv.h"

#include <string.h>

/* The filters of each channel. */
static int times_of(const Op *op, const Value *w)
{
    return w->dim[3] / op->groups;
}

static Buffer *repeated_helper(Plan *plan, const Op *op, const Value *x, int times, const char *suffix)
{
    return helper_buffer(plan, op, suffix, STORE_BATCH, ELEMENT_FLOAT,
                         pixels(x) * lanes_up(plan, (long)x->dim[2] * times));
}

/* What the layer's forward op has laid out already; or NULL. */
static Buffer *laid_out(const Plan *plan, const Op *op)
{
    for (int i = plan->calls - 1; i >= 0; i--)
        if (!strcmp(plan->call[i]->kernel, "repeat_channels") && plan->call[i]->op->name == op->name)
            return plan->call[i]->argument[1].buffer;
    return NULL;
}

static void repeat_sizes(Plan *plan, Call *call, const Value *x, int times)
{
    size(call, "PIXELS", pixels(x));
    size(call, "C", x->dim[2]);
    size(call, "XS", stride(plan, x));
    size(call, "TIMES", times);
    size(call, "YS", lanes_up(plan, (long)x->dim[2] * times));
}

/* What the kernel reads, and its floats from pixel to pixel. */
typedef struct { Buffer *buffer; int stride; } Taken;

static Taken taken_from(Plan *plan, const Op *op, const Value *x, int times)
{
    if (times == 1)
        return (Taken){ at(plan, x), stride(plan, x) };
    Taken wide = { laid_out(plan, op), (int)lanes_up(plan, (long)x->dim[2] * times) };
    if (wide.buffer)
        return wide;
    wide.buffer = repeated_helper(plan, op, x, times, "repeated");
    Call *call = call_images(plan, op, "repeat_channels", "repeat");
    reads(call, at(plan, x));
    writes(call, wide.buffer);
    repeat_sizes(plan, call, x, times);
    return wide;
}

/* Windows of x [H][W][xs], of which the first begins within the padding. */
static void window_sizes(Call *call, const Op *op, const Value *x, int xs, const Value *w)
{
    size(call, "H", x->dim[0]);
    size(call, "W", x->dim[1]);
    size(call, "XS", xs);
    size(call, "TOP", op->padding.top);
    size(call, "LEFT", op->padding.left);
    size(call, "R", w->dim[0]);
    size(call, "S", w->dim[1]);
    size(call, "SH", op->stride.h);
    size(call, "SW", op->stride.w);
    size(call, "DH", op->dilation.h);
    size(call, "DW", op->dilation.w);
}

/* How many steps until `distance` is reached. */
static int steps_to(int distance, int step)
{
    return distance <= 0 ? 0 : (distance + step - 1) / step;
}

static int reach_of(const Op *op, const Value *w)
{
    return (w->dim[1] - 1) * op->dilation.w;
}

/* Tiles of pixels of a row, `whole` of which have all their taps. */
static Picked tile_of_row(const Plan *plan, const Op *op, const char *kernel, int whole)
{
    Cuts cuts = cuts_begin((Cut){{ positions(plan, larger(whole, 1), 1, 1) }});
    for (int across = 1; across <= whole && fits_registers(plan->target, across, 1); across++)
        cuts_try(&cuts, (Cut){{ across }}, (whole + across - 1) / across * tile_cycles(across, 1));
    return cuts_pick(plan, op, kernel, &cuts);
}

void choose_depthwise(Plan *plan, const Op *op)
{
    const Value *x = op->in[0], *w = op->in[1], *y = op->out[0];
    int begin = steps_to(op->padding.left, op->stride.w);
    int end = smaller(y->dim[1], steps_to(x->dim[1] + op->padding.left - reach_of(op, w), op->stride.w));
    Taken source = taken_from(plan, op, x, times_of(op, w));
    Picked tile = tile_of_row(plan, op, "depthwise", end - begin);
    Call *call = call_rows(plan, op, "depthwise", "forward", (Rows){ y->dim[0], y->dim[0], 1 }, 1);
    reads(call, source.buffer);
    reads(call, at(plan, w));
    reads_or_nothing(call, op->ins > 2 ? at(plan, op->in[2]) : NULL);
    writes(call, at(plan, y));
    hand(call, HANDED_FROM);
    hand(call, HANDED_TO);
    call->after = AFTER_SUM;
    call->bias = op->ins > 2;
    call->activation = op->activation;
    window_sizes(call, op, x, source.stride, w);
    size(call, "Q", y->dim[1]);
    size(call, "YS", stride(plan, y));
    size(call, "CS", lanes_up(plan, y->dim[2]));
    size(call, "TW", tile.size[0]);
    call->key = tile.key;
}

/* ---- gradients ---- */

/* The fewest pixels of a row that a phase has with all their taps within dy. */
static int whole_of_phases(const Op *op, const Value *dy, const Value *w)
{
    int width = op->out[0]->dim[1], step = op->stride.w, least = width;
    for (int phase = 0; phase < step && phase < width; phase++) {
        int columns = (width - phase + step - 1) / step;
        int begin = steps_to(reach_of(op, w) - op->padding.left - phase, step);
        int end = smaller(columns, dy->dim[1] - (op->padding.left + phase) / step);
        least = smaller(least, end - begin);
    }
    return least;
}

void choose_depthwise_grad_input(Plan *plan, const Op *op)
{
    const Value *dy = op->in[0], *w = op->in[1], *dx = op->out[0];
    int times = times_of(op, w);
    Buffer *to = times == 1 ? at(plan, dx) : repeated_helper(plan, op, dx, times, "repeated.gradient");
    Picked tile = tile_of_row(plan, op, "depthwise_grad_input", whole_of_phases(op, dy, w));
    Call *call = call_images(plan, op, "depthwise_grad_input", "grad_input");
    reads(call, at(plan, dy));
    reads(call, at(plan, w));
    writes(call, to);
    window_sizes(call, op, dx, times == 1 ? stride(plan, dx) : stride(plan, dy), w);
    size(call, "P", dy->dim[0]);
    size(call, "Q", dy->dim[1]);
    size(call, "CS", stride(plan, dy));
    size(call, "TW", tile.size[0]);
    call->key = tile.key;
    if (times == 1)
        return;
    Call *sum = call_images(plan, op, "sum_channels", "sum_channels");
    reads(sum, to);
    writes(sum, at(plan, dx));
    repeat_sizes(plan, sum, dx, times);
}

/* Rows of a window whose sums fit the registers, beside what they are made of: all of them, or few enough. */
static int rows_of_window(const Plan *plan, const Value *dw)
{
    int most = larger(1, (plan->target->registers - 3) / dw->dim[1]);
    int bands = (dw->dim[0] + most - 1) / most;
    return (dw->dim[0] + bands - 1) / bands;
}

/* So many rows of positions that what they read of both maps lies in a part of the second cache. */
static int rows_at_once(Plan *plan, const Op *op, const Value *x, const Value *dy)
{
    long floats = ((long)op->stride.h * x->dim[1] + dy->dim[1]) * stride(plan, dy);
    return larger(1, smaller(dy->dim[0], (int)(plan->target->conv_grad_kilobytes * 1024 / (4 * floats))));
}

void choose_depthwise_grad_weight(Plan *plan, const Op *op)
{
    const Value *x = op->in[0], *dy = op->in[1], *dw = op->out[0];
    int rows = rows_at_once(plan, op, x, dy);
    Taken source = taken_from(plan, op, x, times_of(op, dw));
    Buffer *part = helper_buffer(plan, op, "weight.shards", STORE_SHARD, ELEMENT_FLOAT, parameter_count(plan, dw));
    Cuts cuts = cuts_begin((Cut){{ rows, rows_of_window(plan, dw) }});
    cuts_try(&cuts, (Cut){{ (rows + 1) / 2, cuts.cut[0].size[1] }}, 0);
    cuts_try(&cuts, (Cut){{ smaller(2 * rows, dy->dim[0]), cuts.cut[0].size[1] }}, 0);
    Picked tile = cuts_pick(plan, op, "depthwise_grad_weight", &cuts);
    Call *call = call_images(plan, op, "depthwise_grad_weight", "grad_weight");
    reads(call, source.buffer);
    reads(call, at(plan, dy));
    writes(call, part);
    window_sizes(call, op, x, source.stride, dw);
    size(call, "P", dy->dim[0]);
    size(call, "Q", dy->dim[1]);
    size(call, "CS", stride(plan, dy));
    size(call, "PT", tile.size[0]);
    size(call, "RT", tile.size[1]);
    call->key = tile.key;
    sum_of(plan, op, "sum_weight", part, at(plan, dw));
}
