#include "runtime/filters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/input.h"
#include "runtime/memory.h"
#include "runtime/sheet.h"

enum { MOST = 256 };

/* The layer's weights, [R][S][C][K], if their C is the input's, and these are colours or greys. */
static const Parameter *weights_of(const Program *program, const LayerRow *layer)
{
    int channels = program->job.input.shape.c;
    size_t length = strlen(layer->name);
    for (const Parameter *p = program->parameter; p < program->parameter + program->parameters; p++)
        if (!strncmp(p->name, layer->name, length) && !strcmp(p->name + length, ".weight"))
            return p->dims == 4 && p->dim[2] == channels && p->columns == p->dim[3] &&
                   (channels == 1 || channels == 3) ? p : NULL;
    return NULL;
}

const LayerRow *filters_layer(const Program *program)
{
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++)
        if (layer->is_conv)
            return weights_of(program, layer) ? layer : NULL;
    return NULL;
}

static double largest(const Parameter *p, const float *weight)
{
    double most = 0;
    for (long row = 0; row < p->rows; row++)
        for (int k = 0; k < p->columns; k++)
            most = fmax(most, fabs((double)weight[parameter_at(p, row, k)]));
    return most;
}

/* One filter, [R][S][C], red first. */
static uint8_t *draw_filter(const Parameter *p, const float *weight, int filter, double most, bool reversed)
{
    int c = p->dim[2];
    uint8_t *pixel = need_memory((size_t)p->rows);
    for (long row = 0; row < p->rows; row++) {
        double share = most > 0 ? (double)weight[parameter_at(p, row, filter)] / most : 0;
        long channel = row % c;
        pixel[row - channel + (reversed ? c - 1 - channel : channel)] = (uint8_t)(127.5 + 127.5 * share);
    }
    return pixel;
}

uint8_t *filters_png(const Network *network, const LayerRow *layer, size_t *bytes)
{
    const Program *program = network->program;
    const Parameter *p = weights_of(program, layer);
    const float *weight = (const float *)(network->block + p->place);
    int filters = p->columns < MOST ? p->columns : MOST;
    double most = largest(p, weight);
    Tile *tile = need_memory(sizeof *tile * (size_t)filters);
    char *title, *subtitle;
    for (int k = 0; k < filters; k++)
        tile[k] = (Tile){ .pixel = draw_filter(p, weight, k, most, input_is_reversed(&program->job.input)), .h = p->dim[0],
                          .w = p->dim[1], .c = p->dim[2] };
    if (asprintf(&title, "%s: %s", layer->name, layer->text) < 0 ||
        asprintf(&subtitle, "its filters; mid-grey is 0, the largest weight %.3g", most) < 0)
        fault("out of memory");
    uint8_t *png = sheet_png(&(Sheet){ .title = title, .subtitle = subtitle, .tile = tile, .tiles = filters }, bytes);
    for (int k = 0; k < filters; k++)
        free((uint8_t *)tile[k].pixel);
    free(title);
    free(subtitle);
    free(tile);
    return png;
}
