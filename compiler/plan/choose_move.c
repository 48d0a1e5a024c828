/* choose_move.c - ops that move numbers: frames of zeros, other shapes, channels joined and cut, sums. */

#include "compiler/plan/choose.h"

static void choose_frame(Plan *plan, const Op *op, const char *kernel, const Value *large, const Value *small)
{
    bool pad = op->kind == OP_PAD;
    Call *call = call_images(plan, op, kernel, kernel);
    reads(call, at(plan, op->in[0]));
    writes(call, at(plan, op->out[0]));
    if (pad)
        size(call, "H", small->dim[0]);
    size(call, "W", op->in[0]->dim[1]);
    size(call, "XS", stride(plan, op->in[0]));
    size(call, "TOP", op->padding.top);
    size(call, "LEFT", op->padding.left);
    size(call, "OH", pad ? large->dim[0] : small->dim[0]);
    size(call, "OW", pad ? large->dim[1] : small->dim[1]);
}

/* A padded input keeps the input's unpadded channels, where its readers can take them. */
CHOOSE(PAD)
{
    if (at(plan, op->in[0])->store == STORE_INPUT) {
        Home *out = home_of(plan, op->out[0]);
        out->stride = stride(plan, op->in[0]);
        out->buffer->count = value_size(op->out[0]);
    }
    choose_frame(plan, op, "pad", op->out[0], op->in[0]);
}

CHOOSE(CROP) { choose_frame(plan, op, "crop", op->in[0], op->out[0]); }

static bool is_dense_layout(Plan *plan, const Value *value)
{
    return stride(plan, value) == value->dim[2] || value->dim[0] * value->dim[1] == 1;
}

/* A copy of an image's numbers from or to one behind another, of which there are `room`. */
static void call_packing(Plan *plan, const Op *op, const char *kernel, Buffer *from, Buffer *to, const Value *image, long room)
{
    Call *call = call_images(plan, op, kernel, kernel);
    reads(call, from);
    writes(call, to);
    size(call, "PIXELS", pixels(image));
    size(call, "C", image->dim[2]);
    size(call, "XS", stride(plan, image));
    size(call, "SIZE", value_size(image));
    size(call, "YS", room);
}

/* The same memory under another shape, where no channel is padded or all are as before; else a copy without the
 * padding, or with another one. */
CHOOSE(RESHAPE)
{
    const Value *x = op->in[0], *y = op->out[0];
    int whole = (int)lanes_up(plan, y->dim[2]);
    bool packed = is_dense_layout(plan, x), fits = whole == y->dim[2] || pixels(y) == 1;
    bool alike = stride(plan, x) == whole && x->dim[2] == y->dim[2];
    Store store = at(plan, x)->store;
    if (store != STORE_INPUT && store != STORE_TARGET && (alike || (packed && whole == y->dim[2]))) {
        share_home(plan, y, x, whole);
    } else if (packed && !(pixels(y) == 1)) {
        call_packing(plan, op, "expand", at(plan, x), at(plan, y), y, stride(plan, x));
    } else if (fits) {
        call_packing(plan, op, "compact", at(plan, x), at(plan, y), x, at(plan, y)->count);
    } else {
        Buffer *row = helper_buffer(plan, op, "row", STORE_SCRATCH, ELEMENT_FLOAT, value_size(x));
        call_packing(plan, op, "compact", at(plan, x), row, x, value_size(x));
        call_packing(plan, op, "expand", row, at(plan, y), y, value_size(x));
    }
}

/* What has been made in its place, join.c has put there. */
CHOOSE(CONCAT)
{
    for (int i = 0, first = 0; i < op->ins; first += op->in[i]->dim[2], i++) {
        int channels = op->in[i]->dim[2];
        if (lies_within(plan, op->in[i], op->out[0]))
            continue;
        Call *call = call_images(plan, op, "join", "join");
        reads(call, at(plan, op->in[i]));
        writes(call, at(plan, op->out[0]));
        size(call, "PIXELS", pixels(op->out[0]));
        size(call, "C", channels);
        size(call, "XS", stride(plan, op->in[i]));
        size(call, "FIRST", first);
        size(call, "YS", stride(plan, op->out[0]));
        /* behind a map that is itself a part of a wider one lie others' channels; such a map fills whole vectors */
        size(call, "END", i == op->ins - 1 && lanes_up(plan, op->out[0]->dim[2]) != op->out[0]->dim[2]);
    }
}

CHOOSE(SLICE)
{
    if (read_in_place(plan, op))
        return;
    Call *call = call_images(plan, op, "slice", "slice");
    reads(call, at(plan, op->in[0]));
    writes(call, at(plan, op->out[0]));
    size(call, "PIXELS", pixels(op->out[0]));
    size(call, "XS", stride(plan, op->in[0]));
    size(call, "FIRST", op->offset);
    size(call, "C", op->out[0]->dim[2]);
    size(call, "YS", stride(plan, op->out[0]));
}

/* From the left, two at a time. Where no map is a part of a wider one, all are like one pixel. */
CHOOSE(ADD)
{
    Buffer *sum = at(plan, op->out[0]);
    int ys = stride(plan, op->out[0]);
    for (int i = 1; i < op->ins; i++) {
        int as = i == 1 ? stride(plan, op->in[0]) : ys, bs = stride(plan, op->in[i]);
        bool alike = as == ys && bs == ys;
        Call *call = call_images(plan, op, "add2", "add");
        reads(call, i == 1 ? at(plan, op->in[0]) : sum);
        reads(call, at(plan, op->in[i]));
        writes(call, sum);
        size(call, "PIXELS", alike ? 1 : pixels(op->out[0]));
        size(call, "AS", alike ? sum->count : as);
        size(call, "BS", alike ? sum->count : bs);
        size(call, "YS", alike ? sum->count : ys);
    }
    if (op->ins == 1)
        share_home(plan, op->out[0], op->in[0], stride(plan, op->in[0]));
}
