/* notes.c - what reports say of each layer: its line, parameters, cost. */

#include "compiler/notes.h"

#include "compiler/tools/layer_text.h"

static bool is_weighted(const Layer *layer)
{
    return layer->kind == LAYER_CONV || layer->kind == LAYER_DECONV || layer->kind == LAYER_DENSE;
}

static long inputs_of_filter(const Layer *layer, int channels)
{
    long area = (long)layer->window.h * layer->window.w;
    switch (layer->kind) {
    case LAYER_CONV:   return area * channels / layer->groups;
    case LAYER_DECONV: return area * channels;
    default:           return channels;
    }
}

/* Running statistics. */
static long untrained_of(const Layer *layer, int channels)
{
    return layer->kind == LAYER_NORM && layer->norm == NORM_BATCH ? 2L * channels : 0;
}

static long parameters_of(const Layer *layer, int channels)
{
    if (layer->kind == LAYER_NORM)
        return layer->norm == NORM_LOCAL ? 0 : 2L * channels + untrained_of(layer, channels);
    if (!is_weighted(layer))
        return 0;
    return inputs_of_filter(layer, channels) * layer->filters + (layer->bias ? layer->filters : 0);
}

/* A deconv's filters meet each position of its input once. */
static long multiply_adds_of(const Layer *layer, int channels)
{
    if (!is_weighted(layer))
        return 0;
    if (layer->kind == LAYER_DECONV)
        return shape_size(layer->input[0]->shape) / channels * layer->filters * inputs_of_filter(layer, channels);
    return shape_size(layer->shape) * inputs_of_filter(layer, channels);
}

static const char *shown_by(const Layer *layer)
{
    while (is_for_training(layer))
        layer = layer->input[0];
    return layer->name;
}

LayerNote *layer_notes(Arena *arena, const Card *card)
{
    LayerNote *note = arena_array(arena, LayerNote, card->layers);
    for (int i = 1; i < card->layers; i++) {
        const Layer *layer = card->layer[i];
        int channels = layer->inputs ? layer->input[0]->shape.c : 0;
        note[i - 1] = (LayerNote){
            .name = layer->name,
            .shows = shown_by(layer),
            .text = layer_text(arena, layer),
            .shape = layer->shape,
            .parameters = parameters_of(layer, channels),
            .untrained = untrained_of(layer, channels),
            .multiply_adds = multiply_adds_of(layer, channels),
            .place = source_place(arena, layer->span),
            .is_conv = layer->kind == LAYER_CONV || layer->kind == LAYER_DECONV,
        };
    }
    return note;
}
