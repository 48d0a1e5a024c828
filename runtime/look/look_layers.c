/* look_layers.c - each convolution: what its filters answer to the picture, a tile for each, and the filters
 * themselves. */

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "runtime/look/look.h"
#include "runtime/network/view.h"
#include "runtime/show/filters.h"

/* What a layer answers. */
typedef struct {
    const LayerRow *layer;
    const float *value;         /* [h * w] pixels, layer->value.stride floats apart */
    ColourScale scale;          /* of all filters */
    bool single;                /* one pixel: then filters can only be told apart by a scale that they share */
} Answers;

static Answers answers_of(const Look *look, const LayerRow *layer)
{
    long pixels = (long)layer->shape.h * layer->shape.w;
    Answers answers = { .layer = layer, .value = view_at(look->trained->network, layer->value),
                        .single = pixels == 1 };
    for (int k = 0; k < layer->shape.c; k++) {
        ColourScale own = scale_of(answers.value + k, pixels, layer->value.stride);
        answers.scale = k ? scale_join(answers.scale, own) : own;
    }
    return answers;
}

/* One filter's tile. Filters differ too much in strength to share a scale, so that each has its own and the
 * label tells how far it goes; all of a layer have colours of the same kind. */
static Tile filter_tile(const Look *look, const Answers *answers, int filter)
{
    const LayerRow *layer = answers->layer;
    const float *value = answers->value + filter;
    long pixels = (long)layer->shape.h * layer->shape.w, stride = layer->value.stride;
    ColourScale scale = scale_join((ColourScale){ answers->scale.map, 0, 0 }, scale_of(value, pixels, stride));
    double strongest = answers->single ? (double)*value : scale.high;
    uint8_t *pixel = arena_alloc(look->arena, 3 * (size_t)pixels);
    for (long i = 0; i < pixels; i++)
        scale_colour(answers->single ? answers->scale : scale, (double)value[i * stride], pixel + 3 * i);
    return (Tile){ .pixel = pixel, .h = layer->shape.h, .w = layer->shape.w, .c = 3,
                   .label = arena_printf(look->arena, "%d: %.3g", filter, strongest) };
}

static Legend maps_legend(const Look *look, const Answers *answers)
{
    if (answers->single)
        return look_legend(look, answers->scale);
    bool rises = answers->scale.map == COLOUR_RISING;
    return (Legend){ answers->scale.map, rises ? "0" : "-strongest",
                     rises ? "a filter's strongest answer" : "+strongest" };
}

static void put_maps(const Look *look, const LayerRow *layer)
{
    const Answers answers = answers_of(look, layer);
    const Legend legend = maps_legend(look, &answers);
    Tile *tile = arena_array(look->arena, Tile, layer->shape.c);
    for (int filter = 0; filter < layer->shape.c; filter++)
        tile[filter] = filter_tile(look, &answers, filter);
    look_put(look, layer->name, &(Sheet){
        .title = arena_printf(look->arena, "%s: %s", layer->name, layer->text),
        .subtitle = arena_printf(look->arena, "%s of %s; number of the filter: its %s", look_size(look, layer->shape),
                                 look->picture, answers.single ? "answer" : "strongest answer"),
        .legend = &legend, .tile = tile, .tiles = layer->shape.c,
    });
}

void look_layers(const Look *look)
{
    const Program *program = look->trained->network->program;
    look_see(look);
    page_section(look->page, "layers", "What each convolution answers");
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++) {
        if (!layer->is_conv)
            continue;
        if (look_is_over(look)) {
            look_note(look, "No maps of %s and the layers behind it: they would take too long here; the command 'look' "
                      "takes its time.", layer->name);
            return;
        }
        page_heading(look->page, arena_printf(look->arena, "%s: %s", layer->name, layer->text));
        put_maps(look, layer);
        size_t bytes;
        uint8_t *filters = filters_png(look->trained->network, layer, &bytes);
        if (!filters)
            continue;
        page_fold_open(look->page, "its filters");
        look->put(look, arena_printf(look->arena, "%s-filters", layer->name), filters, bytes);
        page_fold_close(look->page);
        free(filters);
    }
}
