/* look_strongest.c - the filters of a layer that answer a picture most, each beside the pictures of those
 * that were trained on that excite it most. */

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/look/look.h"
#include "runtime/look/saliency.h"

typedef struct { int filter; float strength; } Strong;

static int by_strength(const void *a, const void *b)
{
    const Strong *x = a, *y = b;
    if (x->strength != y->strength)
        return x->strength < y->strength ? 1 : -1;
    return x->filter - y->filter;
}

/* The layer's filters, the strongest first; how many answer at all. */
static int rank(const Look *look, Strong *strong)
{
    int answering = 0;
    for (int k = 0; k < look->layer->shape.c; k++) {
        strong[k] = (Strong){ k, excitation_of(look->trained->network, look->layer, k) };
        answering += strong[k].strength > 0;
    }
    qsort(strong, (size_t)look->layer->shape.c, sizeof *strong, by_strength);
    return answering;
}

/* Where the filter answers, over the picture that the view ran on last. */
static Tile filter_over(const Look *look, int filter, const uint8_t *pixel, const char *label)
{
    const LayerRow *layer = look->layer;
    Shape shape = look->trained->job.input.shape;
    long pixels = (long)shape.h * shape.w;
    float *map = arena_array(look->arena, float, (long)layer->shape.h * layer->shape.w);
    float *large = arena_array(look->arena, float, pixels);
    uint8_t *over = arena_alloc(look->arena, 3 * (size_t)pixels);
    const float *value = view_at(look->trained->network, layer->value);
    for (long i = 0; i < (long)layer->shape.h * layer->shape.w; i++)
        map[i] = value[i * layer->value.stride + filter] > 0 ? value[i * layer->value.stride + filter] : 0;
    saliency_resize(map, layer->shape.h, layer->shape.w, large, shape.h, shape.w);
    saliency_over(saliency_scale(large, pixels, 1), large, pixel, look->shown, pixels, over);
    return (Tile){ .pixel = over, .h = shape.h, .w = shape.w, .c = 3, .label = label };
}

static Tile exciting_tile(const Look *look, int filter, const Exciting *one)
{
    const Excitation *excitation = look->excitation;
    const Item *item = loader_item(excitation->scoring->loader, one->position);
    const char *name = dataset_item_name(look->arena, item);
    const char *slash = strrchr(name, '/');
    Sample sample = scoring_sample(excitation->scoring, one->position);
    const uint8_t *pixel = look_pixels(look, sample.input);
    Step step;
    view_run(look->trained->network, sample.input, NULL, &step);
    scoring_free(sample);
    return filter_over(look, filter, pixel,
                       arena_printf(look->arena, "%.3g %s", (double)one->strength, slash ? slash + 1 : name));
}

/* Rows of tiles: the picture itself, then what excites the filter; what there is not is paper. */
static void fill_rows(const Look *look, const Strong *strong, int rows, Tile *tile)
{
    enum { COLUMNS = EXCITING + 1 };
    Shape shape = look->trained->job.input.shape;
    size_t pixels = (size_t)shape.h * (size_t)shape.w;
    const uint8_t *blank = memset(arena_alloc(look->arena, pixels), paper[0], pixels);
    for (int r = 0; r < rows; r++)
        tile[r * COLUMNS] = filter_over(look, strong[r].filter, look->pixel,
            arena_printf(look->arena, "filter %d: %.3g", strong[r].filter, (double)strong[r].strength));
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < EXCITING; i++) {
            const Exciting *one = &look->excitation->best[(long)strong[r].filter * EXCITING + i];
            tile[r * COLUMNS + 1 + i] = one->strength > 0 ? exciting_tile(look, strong[r].filter, one)
                                      : (Tile){ .pixel = blank, .h = shape.h, .w = shape.w, .c = 1, .label = "" };
        }
}

void look_strongest(const Look *look)
{
    if (!look->excitation)
        return;
    look_see(look);
    Strong *strong = arena_array(look->arena, Strong, look->layer->shape.c);
    int answering = rank(look, strong), rows = look->options->top < answering ? look->options->top : answering;
    page_section(look->page, "strongest", "The filters that answer most");
    if (!rows) {
        look_note(look, "No filter of %s answers to this picture.", look->layer->name);
        return;
    }
    Tile *tile = arena_array(look->arena, Tile, (long)rows * (EXCITING + 1));
    fill_rows(look, strong, rows, tile);
    const Legend legend = { COLOUR_RISING, "0", "the filter's strongest answer there" };
    look_put(look, "strongest-filters", &(Sheet){
        .title = arena_printf(look->arena, "%s: the filters that answer most", look->layer->name),
        .subtitle = arena_printf(look->arena, "first %s, then what excites the filter most of %ld training picture%s",
                                 look->picture, look->excitation->seen, plural(look->excitation->seen)),
        .legend = &legend, .tile = tile, .tiles = rows * (EXCITING + 1), .columns = EXCITING + 1,
    });
}
