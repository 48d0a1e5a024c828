/* layers.c - one function for each layer of statements.def, from its bound values to its shape.
 *
 * Windows: an extent of n, padded, under a window that spans w = (window-1)*dilation + 1, makes
 * (n + padding - w)/stride + 1, rounded down; `same` pads so that it makes n/stride, rounded up. */

#include "compiler/check/layers.h"

#include <limits.h>
#include <math.h>

#include "base/text.h"
#include "compiler/check/bind.h"
#include "compiler/check/blame.h"

/* One layer while it is made. */
typedef struct {
    Check *check;
    const Statement *statement;
    const Binding *binding;
    Layer *above;
    Layer *layer;
    const Datum *outputs;       /* that the card tells; NULL: they follow from what comes in */
} Making;

static void note_made(Check *check, const Layer *layer)
{
    diag_note(check->diagnostics, layer->span, "%s %s here", shape_text(check->arena, layer->shape),
              layer->kind == LAYER_INPUT ? "comes in" : "is made");
}

/* A number of outputs that is too large, here or in some other place, is one mistake. */
static void too_large(Making *making, const char *what)
{
    Check *check = making->check;
    if (!making->outputs || !is_blamed(check, making->outputs, "", false))
        diag_error(check->diagnostics, making->statement->keyword_span, TOO_LARGE, making->statement->keyword, what);
}

/* Gives the layer its shape, if that is small enough. */
static bool shaped(Making *making, long h, long w, long c)
{
    if (h <= INT_MAX && w <= INT_MAX && h * w <= INT_MAX && c <= INT_MAX && h * w * c <= INT_MAX) {
        making->layer->shape = (Shape){(int)h, (int)w, (int)c};
        return true;
    }
    too_large(making, "values");
    return false;
}

/* A tensor of weights is counted in an int, too. */
static bool weights_fit(Making *making, long inputs, long outputs)
{
    if (inputs <= INT_MAX && inputs * outputs <= INT_MAX)
        return true;
    too_large(making, "weights");
    return false;
}

/* ---- windows ---- */

static Extent extent_of(const Binding *binding, ParameterId id)
{
    const Datum *datum = bound_to(binding, id)->datum;
    if (datum->kind == DATUM_SHAPE)
        return (Extent){(int)datum->extent[0], (int)datum->extent[1]};
    int both = (int)whole_of(binding, id);
    return (Extent){both, both};
}

static int span_of(int window, int dilation)
{
    long span = (long)(window - 1) * dilation + 1;
    return span > INT_MAX / 4 ? INT_MAX / 4 : (int)span;
}

/* What `same` adds to n, both sides together. */
static int same_padding(int n, int span, int stride)
{
    long made = ((long)n + stride - 1) / stride;
    long padding = (made - 1) * stride + span - n;
    return padding > 0 ? (int)padding : 0;
}

/* The odd pixel goes below and right. */
static Padding padding_of(const Binding *binding, ParameterId id, Shape in, Extent span,
                          Extent stride)
{
    const Datum *datum = bound_to(binding, id)->datum;
    if (datum->kind == DATUM_WORD) {
        if (!datum->choice)
            return (Padding){0};
        int h = same_padding(in.h, span.h, stride.h), w = same_padding(in.w, span.w, stride.w);
        return (Padding){h / 2, h - h / 2, w / 2, w - w / 2};
    }
    if (datum->kind == DATUM_LIST) {
        int side[4];
        for (int i = 0; i < 4; i++)
            side[i] = (int)number_long(datum->item[i].number);
        return (Padding){side[0], side[1], side[2], side[3]};
    }
    Extent both = extent_of(binding, id);
    return (Padding){both.h, both.h, both.w, both.w};
}

const char *picture_hint(Arena *arena, int numbers)
{
    for (int channels = 1; channels <= 3; channels += 2) {
        int side = (int)lround(sqrt((double)numbers / channels));
        if (side > 1 && side * side * channels == numbers)
            return arena_printf(arena, "; did you mean %dx%dx%d?", side, side, channels);
    }
    return "";
}

/* Whether a shape comes from where a mistake is told of it: what would be said of it is the same mistake. */
static bool is_doubted(Making *making, const Layer *layer)
{
    if (!made_of((Layer *)layer)->misplaced)
        return false;
    diag_again(making->check->diagnostics);
    return true;
}

/* What comes in is as large as it is because of all that stands above. */
static void doubt(Layer *layer)
{
    for (; !made_of(layer)->misplaced; layer = layer->input[0]) {
        made_of(layer)->misplaced = true;
        if (layer->kind == LAYER_INPUT)
            return;
    }
}

/* A window that looks for pixels, and there are none. */
static void window_too_large(Making *making, ParameterId window, Extent span, int h, int w)
{
    Diagnostics *diagnostics = making->check->diagnostics;
    Layer *above = making->above;
    if (is_doubted(making, above))
        return;
    doubt(above);
    if (above->kind == LAYER_INPUT && shape_is_vector(above->shape)) {
        diag_error(diagnostics, making->statement->keyword_span, NO_PICTURE, making->statement->keyword,
                   above->shape.c, picture_hint(making->check->arena, above->shape.c));
    } else {
        diag_error(diagnostics, bound_to(making->binding, window)->datum->span, WINDOW_TOO_LARGE, span.h,
                   span.w, h, w);
    }
    note_made(making->check, above);
}

/* Fills padding and shape from window, stride and dilation. */
static bool slide(Making *making, ParameterId window, ParameterId pad, long channels)
{
    Layer *layer = making->layer;
    Shape in = making->above->shape;
    Extent span = {span_of(layer->window.h, layer->dilation.h),
                   span_of(layer->window.w, layer->dilation.w)};
    Padding padding = layer->padding = padding_of(making->binding, pad, in, span, layer->stride);
    int h = in.h + padding.top + padding.bottom, w = in.w + padding.left + padding.right;
    if (span.h <= h && span.w <= w)
        return shaped(making, (h - span.h) / layer->stride.h + 1,
                      (w - span.w) / layer->stride.w + 1, channels);
    window_too_large(making, window, span, h, w);
    return false;
}

/* ---- layers ---- */

typedef bool Maker(Making *making);

/* What the statements of convolutions have in common. */
typedef struct {
    ParameterId window, stride, dilation, bias, init, activation;
} ConvParameters;

static void take_conv(Making *making, const ConvParameters *id)
{
    const Binding *binding = making->binding;
    Layer *layer = making->layer;
    layer->kind = LAYER_CONV;
    layer->window = extent_of(binding, id->window);
    layer->stride = extent_of(binding, id->stride);
    layer->dilation = extent_of(binding, id->dilation);
    layer->bias = choice_of(binding, id->bias);
    layer->init = choice_of(binding, id->init);
    layer->activation = choice_of(binding, id->activation);
}

/* The number next to `groups` that divides both. */
static const char *groups_hint(Arena *arena, int groups, int channels, int filters)
{
    for (int away = 1; away < groups; away++)
        for (int side = -1; side <= 1; side += 2) {
            int count = groups + side * away;
            if (count > 1 && channels % count == 0 && filters % count == 0)
                return arena_printf(arena, "did you mean %d?", count);
        }
    return "nothing near does, so leave it out";
}

static bool groups_divide(Making *making)
{
    const Layer *layer = making->layer;
    int channels = making->above->shape.c;
    if (channels % layer->groups == 0 && layer->filters % layer->groups == 0)
        return true;
    diag_error(making->check->diagnostics, bound_to(making->binding, PARAMETER_CONV_GROUPS)->datum->span, GROUPS,
               layer->groups, channels, layer->filters,
               groups_hint(making->check->arena, layer->groups, channels, layer->filters));
    note_made(making->check, making->above);
    return false;
}

static bool make_conv(Making *making)
{
    static const ConvParameters id = {
        PARAMETER_CONV_WINDOW, PARAMETER_CONV_STRIDE, PARAMETER_CONV_DILATION,
        PARAMETER_CONV_BIAS, PARAMETER_CONV_INIT, PARAMETER_CONV_ACTIVATION,
    };
    const Binding *binding = making->binding;
    Layer *layer = making->layer;
    take_conv(making, &id);
    making->outputs = bound_to(binding, PARAMETER_CONV_FILTERS)->datum;
    layer->filters = (int)whole_of(binding, PARAMETER_CONV_FILTERS);
    layer->groups = (int)whole_of(binding, PARAMETER_CONV_GROUPS);
    if (!groups_divide(making))
        return false;
    long inputs = (long)layer->window.h * layer->window.w, channels = making->above->shape.c / layer->groups;
    return slide(making, PARAMETER_CONV_WINDOW, PARAMETER_CONV_PAD, layer->filters) &&
           weights_fit(making, inputs, channels) && weights_fit(making, inputs * channels, layer->filters);
}

/* Rows or columns that windows make, a stride apart; where they are shorter than a stride, zeros lie between. */
static long spread_out(int n, int window, int stride)
{
    return (long)n * stride + (window > stride ? window - stride : 0);
}

/* What is cut off is what a convolution back to the line above would be padded by. */
static bool make_deconv(Making *making)
{
    const Binding *binding = making->binding;
    Layer *layer = making->layer;
    Shape in = making->above->shape;
    layer->kind = LAYER_DECONV;
    making->outputs = bound_to(binding, PARAMETER_DECONV_FILTERS)->datum;
    layer->filters = (int)whole_of(binding, PARAMETER_DECONV_FILTERS);
    layer->window = extent_of(binding, PARAMETER_DECONV_WINDOW);
    layer->stride = extent_of(binding, PARAMETER_DECONV_STRIDE);
    layer->dilation = (Extent){1, 1};
    layer->bias = choice_of(binding, PARAMETER_DECONV_BIAS);
    layer->init = choice_of(binding, PARAMETER_DECONV_INIT);
    layer->activation = choice_of(binding, PARAMETER_DECONV_ACTIVATION);
    long h = spread_out(in.h, layer->window.h, layer->stride.h);
    long w = spread_out(in.w, layer->window.w, layer->stride.w);
    if (h > INT_MAX || w > INT_MAX)
        return shaped(making, h, w, layer->filters);
    Shape back = {in.h * layer->stride.h, in.w * layer->stride.w, in.c};
    Padding cut = layer->padding = padding_of(binding, PARAMETER_DECONV_PAD, back, layer->window, layer->stride);
    if (cut.top + (long)cut.bottom < h && cut.left + (long)cut.right < w) {
        long inputs = (long)layer->window.h * layer->window.w;
        return shaped(making, h - cut.top - cut.bottom, w - cut.left - cut.right, layer->filters) &&
               weights_fit(making, inputs, in.c) && weights_fit(making, inputs * in.c, layer->filters);
    }
    diag_error(making->check->diagnostics, bound_to(binding, PARAMETER_DECONV_PAD)->datum->span, ALL_CUT_OFF, h, w);
    note_made(making->check, making->above);
    return false;
}

/* Each channel is a group, with as many filters as the multiplier says. */
static bool make_depthwise(Making *making)
{
    static const ConvParameters id = {
        PARAMETER_DEPTHWISE_WINDOW, PARAMETER_DEPTHWISE_STRIDE, PARAMETER_DEPTHWISE_DILATION,
        PARAMETER_DEPTHWISE_BIAS, PARAMETER_DEPTHWISE_INIT, PARAMETER_DEPTHWISE_ACTIVATION,
    };
    Layer *layer = making->layer;
    long channels = making->above->shape.c;
    long filters = channels * whole_of(making->binding, PARAMETER_DEPTHWISE_MULTIPLIER);
    take_conv(making, &id);
    layer->depthwise = true;
    layer->groups = (int)channels;
    if (!slide(making, PARAMETER_DEPTHWISE_WINDOW, PARAMETER_DEPTHWISE_PAD, filters) ||
        !weights_fit(making, (long)layer->window.h * layer->window.w, filters))
        return false;
    layer->filters = layer->shape.c;
    return true;
}

static bool is_global(const Binding *binding)
{
    return bound_to(binding, PARAMETER_POOL_WINDOW)->datum->kind == DATUM_WORD;
}

static bool make_pool(Making *making)
{
    const Binding *binding = making->binding;
    Layer *layer = making->layer;
    Shape in = making->above->shape;
    layer->kind = LAYER_POOL;
    layer->pool = choice_of(binding, PARAMETER_POOL_KIND);
    layer->window =
        is_global(binding) ? (Extent){in.h, in.w} : extent_of(binding, PARAMETER_POOL_WINDOW);
    layer->stride = bound_to(binding, PARAMETER_POOL_STRIDE)->given
        ? extent_of(binding, PARAMETER_POOL_STRIDE) : layer->window;
    layer->dilation = (Extent){1, 1};
    if (!slide(making, PARAMETER_POOL_WINDOW, PARAMETER_POOL_PAD, in.c))
        return false;
    Padding padding = layer->padding;
    if (padding.top < layer->window.h && padding.bottom < layer->window.h &&
        padding.left < layer->window.w && padding.right < layer->window.w)
        return true;
    diag_error(making->check->diagnostics, bound_to(binding, PARAMETER_POOL_PAD)->span,
               EMPTY_WINDOW);
    return false;
}

static bool make_dense(Making *making)
{
    const Binding *binding = making->binding;
    Layer *layer = making->layer;
    Shape in = making->above->shape;
    layer->kind = LAYER_DENSE;
    making->outputs = bound_to(binding, PARAMETER_DENSE_OUTPUTS)->datum;
    layer->filters = (int)whole_of(binding, PARAMETER_DENSE_OUTPUTS);
    layer->bias = choice_of(binding, PARAMETER_DENSE_BIAS);
    layer->init = choice_of(binding, PARAMETER_DENSE_INIT);
    layer->activation = choice_of(binding, PARAMETER_DENSE_ACTIVATION);
    if (!shape_is_vector(in) && !is_doubted(making, making->above)) {
        diag_error(making->check->diagnostics, making->statement->keyword_span, NOT_A_VECTOR,
                   "dense", shape_text(making->check->arena, in));
        note_made(making->check, making->above);
        made_of(layer)->misplaced = true;
    } else if (shape_is_vector(in) && !weights_fit(making, in.c, layer->filters)) {
        return false;
    }
    return shaped(making, 1, 1, layer->filters);
}

static bool make_flatten(Making *making)
{
    making->layer->kind = LAYER_FLATTEN;
    return shaped(making, 1, 1, shape_size(making->above->shape));
}

static bool keep_shape(Making *making)
{
    making->layer->shape = making->above->shape;
    return true;
}

/* "1, 2, 4, 8 or 16": what would do, of which no more than some are named. */
static const char *divisors_text(Arena *arena, int channels)
{
    enum { MOST = 8 };
    const char *all[MOST];
    int count = 0;
    for (int n = 1; n <= channels && count < MOST; n++)
        if (channels % n == 0)
            all[count++] = arena_printf(arena, "%d", n);
    return either_text(arena, all, count);
}

static void judge_groups(Making *making)
{
    int groups = making->layer->groups, channels = making->above->shape.c;
    if (channels % groups == 0)
        return;
    /* Where there are several, all of them stand on the same filters, or constant. */
    Check *check = making->check;
    const Bound *bound = bound_to(making->binding, PARAMETER_NORM_GROUPS);
    const char *what = bound->given ? arena_printf(check->arena, "norm group groups=%d", groups) : "norm group";
    const Span span = making->statement->keyword_span;
    if (names_tell_too(check->names, check->diagnostics, what, span))
        return;
    diag_error(check->diagnostics, bound->given ? bound->span : span, NORM_GROUPS, channels, groups,
               divisors_text(check->arena, channels));
    note_made(check, making->above);
    names_tell(check->names, check->diagnostics, what, span);
}

static bool make_norm(Making *making)
{
    const Binding *binding = making->binding;
    Layer *layer = making->layer;
    layer->kind = LAYER_NORM;
    layer->norm = choice_of(binding, PARAMETER_NORM_KIND);
    layer->keep = number_of(binding, PARAMETER_NORM_KEEP);
    layer->epsilon = number_of(binding, PARAMETER_NORM_EPS);
    layer->groups = (int)whole_of(binding, PARAMETER_NORM_GROUPS);
    layer->size = (int)whole_of(binding, PARAMETER_NORM_SIZE);
    layer->alpha = number_of(binding, PARAMETER_NORM_ALPHA);
    layer->beta = number_of(binding, PARAMETER_NORM_BETA);
    layer->level = number_of(binding, PARAMETER_NORM_BIAS);
    layer->activation = choice_of(binding, PARAMETER_NORM_ACTIVATION);
    if (layer->norm == NORM_GROUP && is_sound(binding, PARAMETER_NORM_GROUPS))
        judge_groups(making);
    return keep_shape(making);
}

static bool make_dropout(Making *making)
{
    making->layer->kind = LAYER_DROPOUT;
    making->layer->rate = number_of(making->binding, PARAMETER_DROPOUT_RATE);
    return keep_shape(making);
}

static bool make_drop_path(Making *making)
{
    making->layer->kind = LAYER_DROP_PATH;
    making->layer->rate = number_of(making->binding, PARAMETER_DROP_PATH_RATE);
    return keep_shape(making);
}

static bool make_reshape(Making *making)
{
    const Datum *datum = bound_to(making->binding, PARAMETER_RESHAPE_SHAPE)->datum;
    Arena *arena = making->check->arena;
    Shape in = making->above->shape;
    making->layer->kind = LAYER_RESHAPE;
    bool is_vector = datum->kind == DATUM_NUMBER;
    if (!(is_vector ? shaped(making, 1, 1, number_long(datum->number))
                    : shaped(making, datum->extent[0], datum->extent[1], datum->extent[2])))
        return false;
    if (shape_size(making->layer->shape) == shape_size(in))
        return true;
    if (is_doubted(making, making->above))
        return false;
    diag_error(making->check->diagnostics, datum->span, SIZES_DIFFER,
               shape_text(arena, making->layer->shape), (int)shape_size(making->layer->shape),
               (int)shape_size(in), shape_text(arena, in));
    note_made(making->check, making->above);
    return false;
}

static bool make_upsample(Making *making)
{
    Shape in = making->above->shape;
    Extent times = extent_of(making->binding, PARAMETER_UPSAMPLE_TIMES);
    making->layer->kind = LAYER_UPSAMPLE;
    making->layer->window = times;
    making->layer->upsampling = choice_of(making->binding, PARAMETER_UPSAMPLE_FILTER);
    return shaped(making, (long)in.h * times.h, (long)in.w * times.w, in.c);
}

static bool make_activation(Making *making)
{
    making->layer->kind = LAYER_ACTIVATION;
    making->layer->activation = word_find(WORDS_ACTIVATION, making->statement->keyword)->value;
    return keep_shape(making);
}

static bool make_leaky(Making *making)
{
    making->layer->kind = LAYER_ACTIVATION;
    making->layer->activation = ACTIVATION_LEAKY;
    making->layer->rate = number_of(making->binding, PARAMETER_LEAKY_SHARE);
    return keep_shape(making);
}

/* ---- layers of several inputs ---- */

/* The line above and the labels; NULL where one is unknown. */
static bool take_labels(Making *making, ParameterId id)
{
    const Bound *labels = bound_to(making->binding, id);
    Layer *layer = making->layer;
    layer->inputs = 1 + labels->count;
    layer->input = arena_array(making->check->arena, Layer *, layer->inputs);
    layer->input[0] = making->above;
    bool known = true;
    for (int i = 0; i < labels->count; i++) {
        layer->input[1 + i] = labels->datum[i].layer;
        known = known && is_known(labels->datum[i].layer);
    }
    return known;
}

static void shapes_differ(Making *making, const Datum *label, const char *what)
{
    Arena *arena = making->check->arena;
    if (is_doubted(making, making->above) || is_doubted(making, label->layer))
        return;
    diag_error(making->check->diagnostics, label->span, SHAPES_DIFFER, making->statement->keyword,
               what, shape_text(arena, label->layer->shape),
               shape_text(arena, making->above->shape));
    note_made(making->check, label->layer);
    note_made(making->check, making->above);
}

static bool make_add(Making *making)
{
    making->layer->kind = LAYER_ADD;
    if (!take_labels(making, PARAMETER_ADD_LABELS))
        return false;
    const Bound *labels = bound_to(making->binding, PARAMETER_ADD_LABELS);
    for (int i = 0; i < labels->count; i++)
        if (!shape_equal(labels->datum[i].layer->shape, making->above->shape)) {
            shapes_differ(making, &labels->datum[i], "equal shapes");
            return false;
        }
    return keep_shape(making);
}

static bool make_multiply(Making *making)
{
    making->layer->kind = LAYER_MULTIPLY;
    if (!take_labels(making, PARAMETER_MULTIPLY_LABEL))
        return false;
    const Datum *label = bound_to(making->binding, PARAMETER_MULTIPLY_LABEL)->datum;
    Shape a = making->above->shape, b = label->layer->shape;
    if (!shape_equal(a, b) && !(a.c == b.c && (shape_is_vector(a) || shape_is_vector(b)))) {
        shapes_differ(making, label, "equal shapes, or one of 1x1 and equal channels");
        return false;
    }
    making->layer->shape = shape_is_vector(a) ? b : a;
    return true;
}

static bool make_concat(Making *making)
{
    making->layer->kind = LAYER_CONCAT;
    if (!take_labels(making, PARAMETER_CONCAT_LABELS))
        return false;
    const Bound *labels = bound_to(making->binding, PARAMETER_CONCAT_LABELS);
    bool crops = choice_of(making->binding, PARAMETER_CONCAT_CROP);
    Shape shape = making->above->shape;
    long channels = shape.c;
    for (int i = 0; i < labels->count; i++) {
        Shape other = labels->datum[i].layer->shape;
        if (!crops && (other.h != shape.h || other.w != shape.w)) {
            shapes_differ(making, &labels->datum[i], "equal heights and widths unless crop=yes");
            return false;
        }
        shape.h = other.h < shape.h ? other.h : shape.h;
        shape.w = other.w < shape.w ? other.w : shape.w;
        channels += other.c;
    }
    return shaped(making, shape.h, shape.w, channels);
}

/* ---- the table ---- */

static const struct {
    StatementId id;
    Maker *make;
    /* The parameters that its shape hangs on: where one is unsound, the shape is unknown. */
    ParameterId shape_of[6];
    int count;
} makers[] = {
    {STATEMENT_CONV, make_conv,
     {PARAMETER_CONV_FILTERS, PARAMETER_CONV_WINDOW, PARAMETER_CONV_STRIDE, PARAMETER_CONV_PAD,
      PARAMETER_CONV_DILATION, PARAMETER_CONV_GROUPS}, 6},
    {STATEMENT_DEPTHWISE, make_depthwise,
     {PARAMETER_DEPTHWISE_WINDOW, PARAMETER_DEPTHWISE_STRIDE, PARAMETER_DEPTHWISE_PAD,
      PARAMETER_DEPTHWISE_DILATION, PARAMETER_DEPTHWISE_MULTIPLIER}, 5},
    {STATEMENT_DECONV, make_deconv,
     {PARAMETER_DECONV_FILTERS, PARAMETER_DECONV_WINDOW, PARAMETER_DECONV_STRIDE, PARAMETER_DECONV_PAD}, 4},
    {STATEMENT_POOL, make_pool,
     {PARAMETER_POOL_WINDOW, PARAMETER_POOL_STRIDE, PARAMETER_POOL_PAD}, 3},
    {STATEMENT_DENSE, make_dense, {PARAMETER_DENSE_OUTPUTS}, 1},
    {STATEMENT_FLATTEN, make_flatten, {0}, 0},
    {STATEMENT_NORM, make_norm, {0}, 0},
    {STATEMENT_DROPOUT, make_dropout, {0}, 0},
    {STATEMENT_ADD, make_add, {PARAMETER_ADD_LABELS}, 1},
    {STATEMENT_DROP_PATH, make_drop_path, {0}, 0},
    {STATEMENT_RESHAPE, make_reshape, {PARAMETER_RESHAPE_SHAPE}, 1},
    {STATEMENT_UPSAMPLE, make_upsample, {PARAMETER_UPSAMPLE_TIMES}, 1},
    {STATEMENT_MULTIPLY, make_multiply, {PARAMETER_MULTIPLY_LABEL}, 1},
    {STATEMENT_CONCAT, make_concat, {PARAMETER_CONCAT_LABELS, PARAMETER_CONCAT_CROP}, 2},
    {STATEMENT_RELU, make_activation, {0}, 0},
    {STATEMENT_RELU6, make_activation, {0}, 0},
    {STATEMENT_ELU, make_activation, {0}, 0},
    {STATEMENT_GELU, make_activation, {0}, 0},
    {STATEMENT_SILU, make_activation, {0}, 0},
    {STATEMENT_TANH, make_activation, {0}, 0},
    {STATEMENT_SIGMOID, make_activation, {0}, 0},
    {STATEMENT_SOFTMAX, make_activation, {0}, 0},
    {STATEMENT_HARD_SIGMOID, make_activation, {0}, 0},
    {STATEMENT_HARD_SWISH, make_activation, {0}, 0},
    {STATEMENT_LEAKY, make_leaky, {0}, 0},
};

static bool shape_is_told(const Binding *binding, const ParameterId *id, int count)
{
    for (int i = 0; i < count; i++)
        if (!is_sound(binding, id[i]))
            return false;
    return !binding->uncertain;
}

/* A shape that is doubted makes others that are; a dense layer's is as it says. */
static void mark_inputs(Layer *layer)
{
    for (int i = 0; i < layer->inputs; i++) {
        made_of(layer->input[i])->used = true;
        made_of(layer)->misplaced |= layer->kind != LAYER_DENSE && made_of(layer->input[i])->misplaced;
    }
}

Layer *make_layer(Check *check, const Frame *frame, const Statement *statement,
                  const StatementRow *row, Layer *above)
{
    Binding binding = bind_arguments(check, frame, statement, row);
    size_t m = 0;
    while (makers[m].id != row->id)
        m++;
    if (statement->misfit || !shape_is_told(&binding, makers[m].shape_of, makers[m].count) || !is_known(above))
        return NULL;

    Made *made = arena_new(check->arena, Made);
    made->statement = statement;
    made->layer = (Layer){.span = statement->keyword_span, .line = statement->span, .inputs = 1};
    made->layer.input = arena_new(check->arena, Layer *);
    *made->layer.input = above;
    Making making = {check, statement, &binding, above, &made->layer, NULL};
    if (!makers[m].make(&making))
        return NULL;
    mark_inputs(&made->layer);
    return &made->layer;
}
