/* report_network.c - what the network sees: the first convolution's filters, and what layers make of a few images. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/look/asked.h"
#include "runtime/look/saliency.h"
#include "runtime/network/average.h"
#include "runtime/pictures/input.h"
#include "runtime/report/report_leaf.h"
#include "runtime/show/colour.h"
#include "runtime/show/shown.h"
#include "runtime/system/memory.h"

enum {
    MOST_FILTERS = 64,
    FILTER_SIDE = 40,           /* pixels of the page, about */
    MOST_LAYERS = 5,            /* whose maps are shown: the first, the last, and some between */
    MOST_MAPS = 16,             /* of each */
    MAP_SIDE = 67,
    DRAWN_SIDE = 80,            /* pixels that are drawn of a map, at most */
};

/* ---- filters ---- */

/* The weights of the first convolution, where they lie on a picture's channels; else NULL. */
static const Parameter *first_filters(const Program *program)
{
    int channels = program->job.input.shape.c;
    for (int i = 0; i < program->parameters; i++) {
        const Parameter *parameter = &program->parameter[i];
        if (parameter->dims == 4 && parameter->dim[0] * parameter->dim[1] > 1)
            return parameter->dim[2] == channels && (channels == 1 || channels == 3) ? parameter : NULL;
    }
    return NULL;
}

/* All weights, [R][S][C][K]. */
static float *read_filters(const Leaf *leaf, const Parameter *parameter)
{
    const Network *network = leaf->training->network;
    Tensor tensor = { .layout = parameter, .values = (float *)(network->block + parameter->place) };
    float *values = arena_array(leaf->arena, float, parameter->rows * parameter->columns);
    for (long row = 0; row < parameter->rows; row++)
        tensor_get_row(&tensor, row, values + row * parameter->columns);
    return values;
}

/* Pixels that a weight is drawn with, to either side. */
static int magnified(const Parameter *parameter)
{
    return (FILTER_SIDE + parameter->dim[1] - 1) / parameter->dim[1];
}

/* One filter [R][S][3]: as a picture of the strengths of red, green and blue about gray, or of one channel as signed
 * colours; `most` is the largest weight of all. */
static void draw_filter(const Leaf *leaf, const Parameter *parameter, const float *values, int filter, double most)
{
    int h = parameter->dim[0], w = parameter->dim[1], c = parameter->dim[2], times = magnified(parameter);
    bool reversed = leaf->training->program->job.input.order == ORDER_BGR && c == 3;
    ColourScale scale = { COLOUR_SIGNED, -most, most };
    uint8_t *pixel = arena_array(leaf->arena, uint8_t, h * w * 3);
    for (int i = 0; i < h * w; i++) {
        const float *weight = values + (long)i * c * parameter->columns + filter;
        if (c == 1)
            scale_colour(scale, *weight, pixel + 3L * i);
        for (int k = 0; k < c && c == 3; k++) {
            double value = weight[(long)(reversed ? 2 - k : k) * parameter->columns];
            double share = 0.5 + (most > 0 ? value / (2 * most) : 0);
            pixel[3 * i + k] = (uint8_t)fmin(fmax(255 * share + 0.5, 0), 255);
        }
    }
    page_picture(leaf->page, h, w, 3, pixel, (PageFigure){ .alt = arena_printf(leaf->arena, "filter %d", filter),
                                                           .width = w * times, .crisp = true });
}

static void write_filters(const Leaf *leaf)
{
    const Parameter *parameter = first_filters(leaf->training->program);
    if (!parameter)
        return;
    float *values = read_filters(leaf, parameter);
    int filters = parameter->columns, shown = filters < MOST_FILTERS ? filters : MOST_FILTERS;
    double most = 0;
    for (long i = 0; i < parameter->rows * parameter->columns; i++)
        most = fmax(most, fabs(values[i]));
    page_heading(leaf->page, arena_printf(leaf->arena, "Filters of %.*s", (int)strcspn(parameter->name, "."),
                                          parameter->name));
    page_note(leaf->page, "%s%d filters of %dx%d. %s The largest weight is %.3g.",
              shown < filters ? arena_printf(leaf->arena, "%d of ", shown) : "", filters, parameter->dim[0],
              parameter->dim[1], parameter->dim[2] == 3 ? "Gray is no weight; red, green and blue stand for theirs."
                                                        : "White is no weight, red is above and blue below it.", most);
    page_tiles_open(leaf->page, shown, parameter->dim[1] * magnified(parameter));
    for (int filter = 0; filter < shown; filter++)
        draw_filter(leaf, parameter, values, filter, most);
    page_box_close(leaf->page);
}

/* ---- maps ---- */

/* Some of the convolutions, evenly spread. */
static int choose_layers(const Program *program, const LayerRow *chosen[MOST_LAYERS])
{
    int convolutions = 0, seen = 0, count = 0;
    for (int i = 0; i < program->layers; i++)
        convolutions += program->layer[i].is_conv;
    int wanted = convolutions < MOST_LAYERS ? convolutions : MOST_LAYERS;
    for (int i = 0; i < program->layers; i++)
        if (program->layer[i].is_conv && count < wanted &&
            seen++ == (wanted > 1 ? count * (convolutions - 1) / (wanted - 1) : 0))
            chosen[count++] = &program->layer[i];
    return count;
}

/* The mean of the map in a square of `step` pixels, or what the map has of it. */
static double mean_of(const LayerRow *layer, const float *map, int y, int x, int step)
{
    double sum = 0;
    int count = 0;
    for (int i = y * step; i < (y + 1) * step && i < layer->shape.h; i++)
        for (int k = x * step; k < (x + 1) * step && k < layer->shape.w; k++, count++)
            sum += map[((long)i * layer->shape.w + k) * layer->value.stride];
    return sum / count;
}

/* Each map has its own scale, but those of a layer are all of one kind. */
static ColourScale scale_of_map(const LayerRow *layer, const float *values, int map, ColourMap kind)
{
    ColourScale scale = scale_of(values + map, (long)layer->shape.h * layer->shape.w, layer->value.stride);
    return kind == COLOUR_SIGNED && scale.map != kind ? (ColourScale){ kind, -scale.high, scale.high } : scale;
}

/* One map of a layer; where it is large, a pixel stands for some. */
static void draw_map(const Leaf *leaf, const LayerRow *layer, const float *values, int map, ColourMap kind)
{
    Shape shape = layer->shape;
    int side = shape.h > shape.w ? shape.h : shape.w, step = (side + DRAWN_SIDE - 1) / DRAWN_SIDE;
    int h = (shape.h + step - 1) / step, w = (shape.w + step - 1) / step;
    ColourScale scale = scale_of_map(layer, values, map, kind);
    uint8_t *pixel = need_memory(3 * (size_t)h * (size_t)w);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            scale_colour(scale, mean_of(layer, values + map, y, x, step), pixel + 3 * ((long)y * w + x));
    page_picture(leaf->page, h, w, 3, pixel, (PageFigure){
        .alt = arena_printf(leaf->arena, "map %d of %s, up to %.3g", map, layer->name, scale.high), .width = MAP_SIDE,
        .crisp = true });
    free(pixel);
}

static void write_maps(const Leaf *leaf, const Network *network, const LayerRow *layer)
{
    int maps = layer->shape.c, shown = maps < MOST_MAPS ? maps : MOST_MAPS;
    page_note(leaf->page, "%s: %s. %d of %d maps, %dx%d", layer->name, layer->text, shown, maps, layer->shape.h,
              layer->shape.w);
    const float *values = view_at(network, layer->value);
    ColourMap kind = COLOUR_RISING;
    for (int map = 0; map < shown && kind == COLOUR_RISING; map++)
        kind = scale_of_map(layer, values, map, COLOUR_RISING).map;
    page_tiles_open(leaf->page, shown, MAP_SIDE);
    for (int map = 0; map < shown; map++)
        draw_map(leaf, layer, values, map, kind);
    page_box_close(leaf->page);
}

static void write_sample_maps(const Leaf *leaf, const Network *network, const Reviewed *sample)
{
    const LayerRow *layer[MOST_LAYERS];
    int layers = choose_layers(network->program, layer);
    Step step;
    view_run(network, sample->input, NULL, &step);
    for (int i = 0; i < layers; i++)
        write_maps(leaf, network, layer[i]);
}

/* ---- heat maps ---- */

/* The network that is at hand as commands know one that is trained; the decision is to be freed. */
static Trained as_trained(const Leaf *leaf, Network *network)
{
    const Program *program = network->program;
    Trained trained = { .network = network, .job = *leaf->training->dataset->job, .decision = decision_plain(program),
                        .class_name = arena_array(leaf->arena, const char *, program->classes) };
    for (int i = 0; i < program->classes; i++)
        trained.class_name[i] = leaf_class(leaf, i);
    return trained;
}

/* Where in a picture its answer comes from. */
static void write_heat(const Leaf *leaf, const Trained *trained, const LayerRow *layer, const Reviewed *sample)
{
    Shape shape = trained->job.input.shape, of = layer->shape;
    long pixels = (long)shape.h * shape.w;
    Asked asked = asked_open(trained, leaf->arena, asked_usual(trained, sample->output), sample->output);
    float *map = arena_array(leaf->arena, float, (long)of.h * of.w), *large = arena_array(leaf->arena, float, pixels);
    uint8_t *over = arena_alloc(leaf->arena, 3 * (size_t)pixels);
    Step step;
    view_run(trained->network, sample->input, asked.weight, &step);
    saliency_grad_cam(trained->network, layer, map);
    saliency_resize(map, of.h, of.w, large, shape.h, shape.w);
    ColourScale scale = saliency_scale(large, pixels, 1);
    saliency_over(scale, large, sample->shown, input_shown(&trained->job.input), pixels, over);
    leaf_picture(leaf, over, 1, 3, (PageFigure){
        .alt = arena_printf(leaf->arena, "heat map of %s", leaf_name(leaf, sample)),
        .caption = arena_printf(leaf->arena, "why %s", asked.name),
        .note = scale.high > 0 ? arena_printf(leaf->arena, "by the maps of %s", layer->name)
                               : arena_printf(leaf->arena, "nothing in %s speaks for it", layer->name) });
}

/* The samples, each with its heat map beside it where there is one. */
static void write_heats(const Leaf *leaf, Network *network)
{
    const LayerRow *layer = asked_nothing(network->program) ? NULL : saliency_layer(network->program);
    Trained trained = as_trained(leaf, network);
    page_heading(leaf->page, "A few images that are held out");
    if (layer)
        page_note(leaf->page, "Beside each its heat map (Grad-CAM): what is seen where it is yellow speaks for the "
                              "answer.");
    page_grid_open(leaf->page, LEAF_WIDTH * shown_parts(&trained.job));
    for (int i = 0; i < leaf->review->samples; i++) {
        leaf_figure(leaf, &leaf->review->sample[i]);
        if (layer)
            write_heat(leaf, &trained, layer, &leaf->review->sample[i]);
    }
    page_box_close(leaf->page);
    decision_free(&trained.decision);
}

/* ---- the samples ---- */

static void write_all_maps(const Leaf *leaf, const Network *network)
{
    page_heading(leaf->page, "What layers make of them");
    page_note(leaf->page, "Each map has its own scale: dark is nothing and yellow the strongest answer; or where "
                          "some of the layer are negative, blue is below zero and red above.");
    for (int i = 0; i < leaf->review->samples; i++) {
        const Reviewed *sample = &leaf->review->sample[i];
        const char *truth = leaf_truth(leaf, sample), *name = leaf_name(leaf, sample);
        if (truth)
            name = arena_printf(leaf->arena, "%s, %s", name, truth);
        (i ? page_fold_open : page_unfolded_open)(leaf->page, name);
        write_sample_maps(leaf, network, sample);
        page_fold_close(leaf->page);
    }
}

static void write_samples(const Leaf *leaf)
{
    const Training *training = leaf->training;
    bool averages = !leaf->best && phase_now(training->program, &training->standing)->ema != 0 &&
                    training->standing.averaged;
    if (averages)
        average_swap(training->network);
    Network network = network_view(training->network);
    write_heats(leaf, &network);
    write_all_maps(leaf, &network);
    network_view_end(training->network, &network);
    if (averages)
        average_swap(training->network);
}

void report_on_network(const Leaf *leaf)
{
    const Program *program = leaf->training->program;
    const LayerRow *layer[MOST_LAYERS];
    bool maps = leaf->review && leaf->review->samples && choose_layers(program, layer) &&
                !shape_is_vector(program->job.input.shape);
    if (!maps && !first_filters(program))
        return;
    page_section(leaf->page, "network", "What it sees");
    page_text(leaf->page, "All of it %s.", leaf_weights(leaf));
    write_filters(leaf);
    if (maps)
        write_samples(leaf);
}
