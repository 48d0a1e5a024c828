/* choose_conv_grad.c - the gradients of convolutions: of their weights, and of their input, which is what a deconv makes. */

#include "compiler/plan/choose_conv.h"

/* ---- weights ---- */

/* Of so many rows of results, those that lie in the cache together, where one takes so many floats: few
 * enough for a part of the second cache, and enough that sums seldom leave the registers. */
static int rows_at_once(const Plan *plan, long floats, int rows)
{
    long most = plan->target->conv_grad_kilobytes * 1024 / (4 * floats);
    return most < 1 ? 1 : smaller(rows, (int)most);
}

/* Rows of a matrix product that are taken for one: as many as are to lie in the cache together, and divide them all. */
static int rows_joined(const Op *op, const int *window, int rows, int all)
{
    if (!is_matrix_product(op, window))
        return 1;
    while (all % rows)
        rows--;
    return rows;
}

/* For a run of weights at one position, in tiles of so many: what remains goes one by one, and each of its
 * products waits for the one before. */
static double run_cycles(const Target *target, int run, int each, int vectors)
{
    double tile = tile_cycles(each, vectors), one = tile_cycles(1, vectors), least = target->busy_sums;
    return run / each * (tile > least ? tile : least) + run % each * (one > least ? one : least);
}

/* The fewest cycles that the registers allow, and of equals the largest tile. */
static int weights_at_once(const Target *target, int run, int vectors)
{
    int best = 1;
    for (int each = 2; each <= smaller(run, target->conv_grad_sums / vectors); each++)
        if (run_cycles(target, run, each, vectors) <= run_cycles(target, run, best, vectors))
            best = each;
    return best;
}

/* Tiles of some weights of a run by some vectors of channels, over so many of all rows. */
static Picked grad_tile_of(const Plan *plan, const Op *op, int run, int padded, int rows, int all_rows)
{
    int all = padded / plan->target->lanes, vectors = channel_vectors(plan, padded);
    Cut first = {{ weights_at_once(plan->target, run, vectors), vectors, rows }};
    Cuts cuts = cuts_begin(first);
    cuts_try(&cuts, (Cut){{ first.size[0], vectors, (rows + 1) / 2 }}, 0);
    cuts_try(&cuts, (Cut){{ first.size[0], vectors, smaller(2 * rows, all_rows) }}, 0);
    for (vectors = 1; vectors <= smaller(all, 4); vectors++)
        for (int each = 1; each <= run && fits_registers(plan->target, each, vectors); each++)
            if (all % vectors == 0)
                cuts_try(&cuts, (Cut){{ each, vectors, rows }},
                         run_cycles(plan->target, run, each, vectors) * (all / vectors));
    return cuts_pick(plan, op, "conv_grad_weight", &cuts);
}

static void choose_grad_weight(Plan *plan, const Op *op)
{
    const Value *x = op->in[0], *dy = op->in[1], *dw = op->out[0];
    Groups g = groups_in(plan, op, dy->dim[2]);
    int padded = g.groups * g.wide;
    bool lacks = op->padding.left || op->padding.right;
    Runs runs = lacks ? (Runs){ dw->dim[1], dw->dim[2] }
                      : runs_of(dw->dim[1], dw->dim[2], stride(plan, x), op->dilation.w);
    long row = (long)op->stride.h * x->dim[1] * stride(plan, x) + (long)dy->dim[1] * padded;
    Buffer *part = helper_buffer(plan, op, "weight.shards", STORE_SHARD, ELEMENT_FLOAT,
                                 value_size(dw) / dw->dim[3] * padded);
    int rows = rows_at_once(plan, row, dy->dim[0]), joined = rows_joined(op, dw->dim, rows, dy->dim[0]);
    Buffer *wide = wide_table(plan, op, "spread_weight", dw, g), *spread = spread_map(plan, op, "spread", dy, g);
    Call *call = call_images(plan, op, "conv_grad_weight", "grad_weight");
    reads(call, at(plan, x));
    reads(call, spread);
    writes(call, part);
    size(call, "H", x->dim[0] / joined);
    size(call, "TOP", op->padding.top);
    size(call, "LEFT", op->padding.left);
    conv_sizes(call, x->dim[1] * joined, stride(plan, x), dw->dim, runs, op->stride, op->dilation);
    size(call, "P", dy->dim[0] / joined);
    size(call, "Q", dy->dim[1] * joined);
    size(call, "KS", padded);
    size(call, "GK", g.wide);
    size(call, "GC", dw->dim[2]);
    Picked tile = grad_tile_of(plan, op, runs.run, g.wide, joined > 1 ? 1 : rows, dy->dim[0] / joined);
    size(call, "PT", tile.size[2]);
    size(call, "ET", tile.size[0]);
    size(call, "KB", tile.size[1]);
    call->key = tile.key;
    sum_of(plan, op, "sum_weight", part, wide);
    gather_table(plan, op, "gather_weight", wide, dw, g);
}

CHOOSE(CONV_GRAD_WEIGHT)
{
    if (is_depthwise(op))
        choose_depthwise_grad_weight(plan, op);
    else
        choose_grad_weight(plan, op);
}

/* ---- input ---- */

/* The weights turned by half a turn, by blocks of so many of their input channels, whose groups are whole vectors. */
static Buffer *flipped(Plan *plan, const Op *op, const Value *w, Groups g, int block)
{
    int filters = w->dim[3] / g.groups, cs = g.groups * g.wide;
    Buffer *u = helper_buffer(plan, op, "flipped", STORE_TABLE, ELEMENT_FLOAT,
                              (long)w->dim[0] * w->dim[1] * filters * cs);
    Call *call = call_taps(plan, op, "pack_flipped", u, cs / block);
    size(call, "K", filters);
    size(call, "KS", stride(plan, w));
    size(call, "GC", g.wide);
    size(call, "CV", block);
    return u;
}

/* The output's gradient with a frame of zeros, h x w in all; itself where the frame is none. */
static Buffer *framed(Plan *plan, const Op *op, const Value *dy, int top, int left, int h, int w)
{
    if (h == dy->dim[0] && w == dy->dim[1])
        return at(plan, dy);
    int ks = stride(plan, dy);
    Buffer *z = helper_buffer(plan, op, "framed", STORE_BATCH, ELEMENT_FLOAT, (long)h * w * ks);
    Call *call = call_images(plan, op, "pad", "frame");
    reads(call, at(plan, dy));
    writes(call, z);
    size(call, "H", dy->dim[0]);
    size(call, "W", dy->dim[1]);
    size(call, "XS", ks);
    size(call, "TOP", top);
    size(call, "LEFT", left);
    size(call, "OH", h);
    size(call, "OW", w);
    return z;
}

/* How far a tap is from the window's first one, at most. */
static Extent reach_of(const Op *op, const Value *w)
{
    return (Extent){ (w->dim[0] - 1) * op->dilation.h, (w->dim[1] - 1) * op->dilation.w };
}

/* Of a deconv. */
static Buffer *bias_of(Plan *plan, const Op *op)
{
    return op->ins > 2 ? at(plan, op->in[2]) : NULL;
}

/* A conv of the output's gradient, zeros around it, with the weights turned by half a turn. */
static void call_turned(Plan *plan, const Op *op)
{
    const Value *dy = op->in[0], *w = op->in[1], *dx = op->out[0];
    Groups g = groups_in(plan, op, dx->dim[2]);
    int ks = stride(plan, dy), filters = w->dim[3] / g.groups, lanes = plan->target->lanes;
    Extent reach = reach_of(op, w);
    int zh = dx->dim[0] + reach.h, zw = dx->dim[1] + reach.w;
    Convolution c = {
        .op = op, .suffix = work_suffix(op), .w = zw, .xs = ks, .c = filters, .groups = g.groups,
        .window = w->dim, .step = { 1, 1 }, .dilation = op->dilation,
        .y = wide_map(plan, op, "spread.gradient", dx, g), .p = dx->dim[0], .q = dx->dim[1],
        .ks = g.groups * g.wide, .ys = g.groups > 1 ? g.groups * g.wide : stride(plan, dx),
        .bias = bias_of(plan, op), .activation = op->activation,
    };
    bool fast = winograd_wins(plan, &c);
    if (!fast)
        join_rows(plan, &c);
    Picked tile = fast ? (Picked){ .size = { 1, 1 } } : tile_of(plan, &c);
    Buffer *u = flipped(plan, op, w, g, tile.size[1] * lanes);
    c.x = framed(plan, op, dy, reach.h - op->padding.top, reach.w - op->padding.left, zh, zw);
    if (fast)
        call_winograd(plan, &c, u, lanes, 9L * w->dim[3] * lanes);
    else
        call_direct(plan, &c, u, tile);
    gather_map(plan, op, "gather_gradient", c.y, dx, g);
}

/* Tiles of some of a phase's columns, of which some phases have one less, by some vectors of channels. */
static Picked phase_tile_of(const Plan *plan, const Op *op, int padded)
{
    int all = padded / plan->target->lanes, vectors = channel_vectors(plan, padded);
    int width = op->out[0]->dim[1], step = op->stride.w, columns = (width + step - 1) / step;
    int most = width < step ? 1 : width / step;
    Cuts cuts = cuts_begin((Cut){{ smaller(most, positions(plan, columns, vectors, 1)), vectors }});
    for (vectors = 1; vectors <= smaller(all, 4); vectors++)
        for (int across = 1; across <= most && fits_registers(plan->target, across, vectors); across++)
            if (all % vectors == 0)
                cuts_try(&cuts, (Cut){{ across, vectors }},
                         (columns + across - 1) / across * (all / vectors) * tile_cycles(across, vectors));
    return cuts_pick(plan, op, "conv_grad_input", &cuts);
}

/* By phases: rows and columns of the input that are a stride apart were met by the same taps, and by no
 * others. Only columns need zeros beside them. */
static void call_phases(Plan *plan, const Op *op)
{
    const Value *dy = op->in[0], *w = op->in[1], *dx = op->out[0];
    Groups g = groups_in(plan, op, dx->dim[2]);
    int ks = stride(plan, dy), step = op->stride.w;
    Picked tile = phase_tile_of(plan, op, g.wide);
    int before = larger(0, reach_of(op, w).w - op->padding.left) / step;
    int last = larger(dy->dim[1] - 1, (op->padding.left + dx->dim[1] - 1) / step);
    int columns = before + last + 1;
    Buffer *u = flipped(plan, op, w, g, tile.size[1] * plan->target->lanes);
    Buffer *to = wide_map(plan, op, "spread.gradient", dx, g);
    Buffer *z = framed(plan, op, dy, 0, before, dy->dim[0], columns);
    Call *call = call_images(plan, op, "conv_grad_input", work_suffix(op));
    reads(call, z);
    reads(call, u);
    reads_or_nothing(call, bias_of(plan, op));
    writes(call, to);
    call->after = AFTER_SUM;
    call->bias = op->ins > 2;
    call->activation = op->activation;
    size(call, "H", dx->dim[0]);
    size(call, "W", dx->dim[1]);
    size(call, "YS", g.groups > 1 ? g.groups * g.wide : stride(plan, dx));
    size(call, "XS", g.groups * g.wide);
    size(call, "FIRST_H", op->padding.top);
    size(call, "FIRST_W", op->padding.left);
    size(call, "R", w->dim[0]);
    size(call, "S", w->dim[1]);
    size(call, "K", w->dim[3] / g.groups);
    size(call, "SH", op->stride.h);
    size(call, "SW", step);
    size(call, "DH", op->dilation.h);
    size(call, "DW", op->dilation.w);
    size(call, "P", dy->dim[0]);
    size(call, "ZW", columns);
    size(call, "LEFT", before);
    size(call, "KS", ks);
    size(call, "GC", g.wide);
    size(call, "TW", tile.size[0]);
    size(call, "KB", tile.size[1]);
    call->key = tile.key;
    gather_map(plan, op, "gather_gradient", to, dx, g);
}

/* True where a crop leaves nothing of the input that no window met. */
static bool is_all_met(const Op *op)
{
    Extent reach = reach_of(op, op->in[1]);
    const Padding *cut = &op->padding;
    return cut->top <= reach.h && cut->bottom <= reach.h && cut->left <= reach.w && cut->right <= reach.w;
}

CHOOSE(CONV_GRAD_INPUT)
{
    if (is_depthwise(op))
        choose_depthwise_grad_input(plan, op);
    else if (op->stride.h == 1 && op->stride.w == 1 && is_all_met(op))
        call_turned(plan, op);
    else
        call_phases(plan, op);
}

CHOOSE(DECONV)       { choose_CONV_GRAD_INPUT(plan, op); }
CHOOSE(DECONV_BLOCK) { choose_CONV_GRAD_INPUT(plan, op); }
