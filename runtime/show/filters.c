#include "runtime/show/filters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/pictures/input.h"
#include "runtime/show/sheet.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

enum { MOST = 256, NUMBER_ROOM = 32 };

/* NULL where the layer has none. */
static const Parameter *weights_of(const Program *program, const LayerRow *layer)
{
    size_t length = strlen(layer->name);
    for (const Parameter *p = program->parameter; p < program->parameter + program->parameters; p++)
        if (!strncmp(p->name, layer->name, length) && !strcmp(p->name + length, ".weight"))
            return p->dims == 4 ? p : NULL;
    return NULL;
}

/* Whether they are [R][S][C][K] with the input's channels, and these are colours or greys. */
static bool sees_picture(const Program *program, const Parameter *p)
{
    int channels = program->job.input.shape.c;
    return p->dim[2] == channels && p->columns == p->dim[3] && (channels == 1 || channels == 3);
}

const LayerRow *filters_layer(const Program *program)
{
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++)
        if (layer->is_conv) {
            const Parameter *p = weights_of(program, layer);
            return p && sees_picture(program, p) ? layer : NULL;
        }
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

/* ---- filters that look at what people see ---- */

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

/* ---- any others: a filter's slices, one for each channel that it looks at, side by side in a square ---- */

/* How they lie: of a deconv [R][S][K][C], of a depthwise convolution [R][S][1][K], else [R][S][C][K]. */
typedef struct {
    const Parameter *of;
    const float *weight;
    int r, s, c, k;
    bool turned;                /* of a deconv */
    int across, down, gap;      /* slices in a row, rows, pixels between */
} Slices;

static Slices slices_of(const Network *network, const LayerRow *layer, const Parameter *p)
{
    bool turned = !strncmp(layer->text, "deconv", strlen("deconv")), alone = p->columns != p->dim[3];
    Slices slices = { .of = p, .weight = (const float *)(network->block + p->place), .r = p->dim[0], .s = p->dim[1],
                      .c = alone ? 1 : turned ? p->dim[3] : p->dim[2], .k = layer->shape.c, .turned = turned };
    slices.gap = slices.r * slices.s > 1;
    slices.across = (int)ceil(sqrt(slices.c));
    slices.down = (slices.c + slices.across - 1) / slices.across;
    return slices;
}

static double weight_at(const Slices *s, int tap, int channel, int filter)
{
    long row = s->turned ? (long)tap * s->k + filter : (long)tap * s->c + channel;
    return (double)s->weight[parameter_at(s->of, row, s->turned ? channel : filter)];
}

static Tile slices_tile(const Slices *s, int filter, ColourScale scale)
{
    Tile tile = { .h = s->down * (s->r + s->gap) - s->gap, .w = s->across * (s->s + s->gap) - s->gap, .c = 3 };
    uint8_t *pixel = need_memory(3 * (size_t)tile.h * (size_t)tile.w);
    for (long i = 0; i < (long)tile.h * tile.w; i++)
        memcpy(pixel + 3 * i, paper, 3);
    for (int channel = 0; channel < s->c; channel++)
        for (int tap = 0; tap < s->r * s->s; tap++) {
            int y = channel / s->across * (s->r + s->gap) + tap / s->s;
            int x = channel % s->across * (s->s + s->gap) + tap % s->s;
            scale_colour(scale, weight_at(s, tap, channel, filter), pixel + 3 * ((long)y * tile.w + x));
        }
    tile.pixel = pixel;
    return tile;
}

/* ---- sheets ---- */

static uint8_t *draw_sheet(const LayerRow *layer, const char *subtitle, const Legend *legend, Tile *tile, int filters,
                           size_t *bytes)
{
    char *title;
    if (asprintf(&title, "%s: %s", layer->name, layer->text) < 0)
        fault("out of memory");
    uint8_t *png = sheet_png(&(Sheet){ .title = title, .subtitle = subtitle, .legend = legend, .tile = tile,
                                       .tiles = filters }, bytes);
    for (int k = 0; k < filters; k++)
        free((uint8_t *)tile[k].pixel);
    free(title);
    free(tile);
    return png;
}

static uint8_t *draw_seen(const Network *network, const LayerRow *layer, const Parameter *p, int filters,
                          size_t *bytes)
{
    const float *weight = (const float *)(network->block + p->place);
    bool reversed = input_is_reversed(&network->program->job.input);
    double most = largest(p, weight);
    Tile *tile = need_memory(sizeof *tile * (size_t)filters);
    char *subtitle;
    for (int k = 0; k < filters; k++)
        tile[k] = (Tile){ .pixel = draw_filter(p, weight, k, most, reversed), .h = p->dim[0], .w = p->dim[1],
                          .c = p->dim[2] };
    if (asprintf(&subtitle, "its filters; mid-grey is 0, the largest weight %.3g", most) < 0)
        fault("out of memory");
    uint8_t *png = draw_sheet(layer, subtitle, NULL, tile, filters, bytes);
    free(subtitle);
    return png;
}

static uint8_t *draw_slices(const Network *network, const LayerRow *layer, const Parameter *p, int filters,
                            size_t *bytes)
{
    const Slices slices = slices_of(network, layer, p);
    double most = largest(p, slices.weight);
    ColourScale scale = { COLOUR_SIGNED, -most, most };
    Tile *tile = need_memory(sizeof *tile * (size_t)filters);
    char low[NUMBER_ROOM], high[NUMBER_ROOM], *subtitle;
    snprintf(low, sizeof low, "-%.3g", most);
    snprintf(high, sizeof high, "%.3g", most);
    for (int k = 0; k < filters; k++)
        tile[k] = slices_tile(&slices, k, scale);
    int length = slices.c == 1 ? asprintf(&subtitle, "its filters, each of one channel")
               : asprintf(&subtitle, "its filters; of each %d slices, by the channels that it looks at", slices.c);
    if (length < 0)
        fault("out of memory");
    uint8_t *png = draw_sheet(layer, subtitle, &(Legend){ COLOUR_SIGNED, low, high }, tile, filters, bytes);
    free(subtitle);
    return png;
}

uint8_t *filters_png(const Network *network, const LayerRow *layer, size_t *bytes)
{
    const Parameter *p = weights_of(network->program, layer);
    if (!p)
        return NULL;
    int filters = layer->shape.c < MOST ? layer->shape.c : MOST;
    return (sees_picture(network->program, p) ? draw_seen : draw_slices)(network, layer, p, filters, bytes);
}
