#include "compiler/tools/layer_text.h"

#include "base/text.h"
#include "compiler/ast/rows.h"

static const char *word_of(WordList list, int value)
{
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list == list && word_rows[i].state == BUILT && word_rows[i].value == value)
            return word_rows[i].text;
    return "";
}

static const char *extent_text(Arena *arena, Extent e)
{
    return e.h == e.w ? arena_printf(arena, "%d", e.h) : arena_printf(arena, "%dx%d", e.h, e.w);
}

/* " stride=2", or nothing where it is what it would be unsaid. */
static const char *extent_option(Arena *arena, const char *name, Extent e, Extent unsaid)
{
    if (e.h == unsaid.h && e.w == unsaid.w)
        return "";
    return arena_printf(arena, " %s=%s", name, extent_text(arena, e));
}

static const char *padding_option(Arena *arena, Padding p)
{
    if (!p.top && !p.bottom && !p.left && !p.right)
        return "";
    if (p.top == p.bottom && p.left == p.right)
        return arena_printf(arena, " pad=%s", extent_text(arena, (Extent){ p.top, p.left }));
    return arena_printf(arena, " pad=(%d, %d, %d, %d)", p.top, p.bottom, p.left, p.right);
}

static const char *activation_text(Arena *arena, const Layer *layer)
{
    if (layer->activation == ACTIVATION_NONE)
        return "";
    return arena_printf(arena, " %s", word_of(WORDS_ACTIVATION, (int)layer->activation));
}

static const char *bias_and_init(Arena *arena, const Layer *layer)
{
    const char *init = layer->init == INIT_GLOROT ? ""
                     : arena_printf(arena, " init=%s", word_of(WORDS_INIT, (int)layer->init));
    return arena_printf(arena, "%s%s", layer->bias ? "" : " bias=no", init);
}

static const char *number_option(Arena *arena, const char *name, double number, double unsaid)
{
    return number == unsaid ? "" : arena_printf(arena, " %s=%g", name, number);
}

static const char *norm_text(Arena *arena, const Layer *layer)
{
    const char *text = arena_printf(arena, "norm %s%s", word_of(WORDS_NORM, (int)layer->norm), activation_text(arena, layer));
    if (layer->norm == NORM_LOCAL)
        return arena_printf(arena, "%s%s%s%s%s", text, number_option(arena, "size", layer->size, 5),
                            number_option(arena, "alpha", layer->alpha, 1e-4),
                            number_option(arena, "beta", layer->beta, 0.75),
                            number_option(arena, "bias", layer->level, 1));
    return arena_printf(arena, "%s%s%s%s", text,
                        layer->norm == NORM_BATCH ? number_option(arena, "keep", layer->keep, 0.99) : "",
                        number_option(arena, "eps", layer->epsilon, 1e-3),
                        layer->norm == NORM_GROUP ? number_option(arena, "groups", layer->groups, 8) : "");
}

static const char *joined_names(Arena *arena, const Layer *layer)
{
    const char *names = "";
    for (int i = 1; i < layer->inputs; i++)
        names = arena_printf(arena, "%s %s", names, layer->input[i]->name);
    return names;
}

static const Extent one = { 1, 1 };

static const char *conv_text(Arena *arena, const Layer *layer)
{
    const char *head = layer->depthwise ? "depthwise" : arena_printf(arena, "conv %d", layer->filters);
    const char *groups = "";
    int multiplier = layer->filters / layer->groups;
    if (layer->depthwise && multiplier > 1)
        groups = arena_printf(arena, " multiplier=%d", multiplier);
    else if (!layer->depthwise && layer->groups > 1)
        groups = arena_printf(arena, " groups=%d", layer->groups);
    return arena_printf(arena, "%s %dx%d%s%s%s%s%s%s", head, layer->window.h, layer->window.w,
                        activation_text(arena, layer), extent_option(arena, "stride", layer->stride, one),
                        padding_option(arena, layer->padding), extent_option(arena, "dilation", layer->dilation, one),
                        bias_and_init(arena, layer), groups);
}

const char *layer_text(Arena *arena, const Layer *layer)
{
    switch (layer->kind) {
    case LAYER_INPUT:
        return "input";
    case LAYER_CONV:
        return conv_text(arena, layer);
    case LAYER_DECONV:
        return arena_printf(arena, "deconv %d %dx%d%s%s%s%s", layer->filters, layer->window.h, layer->window.w,
                            activation_text(arena, layer), extent_option(arena, "stride", layer->stride, one),
                            padding_option(arena, layer->padding), bias_and_init(arena, layer));
    case LAYER_POOL:
        return arena_printf(arena, "pool %s %dx%d%s%s", word_of(WORDS_POOLING, (int)layer->pool), layer->window.h,
                            layer->window.w, extent_option(arena, "stride", layer->stride, layer->window),
                            padding_option(arena, layer->padding));
    case LAYER_DENSE:
        return arena_printf(arena, "dense %d%s%s", layer->filters, activation_text(arena, layer),
                            bias_and_init(arena, layer));
    case LAYER_FLATTEN:
        return "flatten";
    case LAYER_NORM:
        return norm_text(arena, layer);
    case LAYER_DROPOUT:
        return arena_printf(arena, "dropout %g%%", 100 * layer->rate);
    case LAYER_ACTIVATION:
        if (layer->activation == ACTIVATION_LEAKY)
            return arena_printf(arena, "leaky %g", layer->rate);
        return word_of(WORDS_ACTIVATION, (int)layer->activation);
    case LAYER_RESHAPE:
        return arena_printf(arena, "reshape %s", shape_text(arena, layer->shape));
    case LAYER_UPSAMPLE:
        return arena_printf(arena, "upsample %dx%d filter=%s", layer->window.h, layer->window.w,
                            word_of(WORDS_UPSAMPLING, (int)layer->upsampling));
    case LAYER_DROP_PATH:
        return arena_printf(arena, "drop_path %g%%", 100 * layer->rate);
    case LAYER_MULTIPLY:
        return arena_printf(arena, "multiply%s", joined_names(arena, layer));
    case LAYER_ADD:
        return arena_printf(arena, "add%s", joined_names(arena, layer));
    case LAYER_CONCAT:
        return arena_printf(arena, "concat%s", joined_names(arena, layer));
    }
    return "";
}
