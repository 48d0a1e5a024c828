/* look.c - what the network sees: the picture as it comes in, and each convolution's answers to it,
 * a tile for each filter. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/fault.h"
#include "runtime/folder.h"
#include "runtime/input.h"
#include "runtime/memory.h"
#include "runtime/options.h"
#include "runtime/rows.h"
#include "runtime/sheet.h"
#include "runtime/trained.h"
#include "runtime/view.h"

typedef struct {
    Arena *arena;
    const JobInput *input;
    const char *picture;        /* the file's name */
    const char *folder;         /* where to write */
} Look;

static uint8_t grey(double share)
{
    return (uint8_t)fmin(fmax(255 * share + 0.5, 0), 255);     /* no number becomes black */
}

/* ---- the picture ---- */

static uint8_t *input_pixels(Look *look, const float *values)
{
    const JobInput *input = look->input;
    InputRange *range = arena_array(look->arena, InputRange, input->shape.c);
    uint8_t *pixel = arena_alloc(look->arena, (size_t)shape_size(input->shape));
    for (int c = 0; c < input->shape.c; c++)
        range[c] = input_range(input, c);
    input_to_bytes(input, range, values, (long)input->shape.h * input->shape.w, pixel);
    return pixel;
}

static void write_sheet(const Look *look, const char *name, const Sheet *sheet)
{
    const char *path = arena_printf(look->arena, "%s/%s.png", look->folder, name);
    sheet_write(path, sheet);
    printf("%s\n", path);
}

static void write_input(Look *look, const float *values)
{
    Shape shape = look->input->shape;
    Tile tile = { .pixel = input_pixels(look, values), .h = shape.h, .w = shape.w, .c = shape.c };
    write_sheet(look, "input", &(Sheet){
        .title = "input", .tile = &tile, .tiles = 1,
        .subtitle = arena_printf(look->arena, "%s of %s", shape_text(look->arena, shape),
                                 look->picture),
    });
}

/* ---- the convolutions ---- */

/* What a layer's values reach from and to. */
typedef struct {
    const LayerRow *layer;
    const float *values;        /* [h * w] pixels, layer->value.stride floats apart */
    bool negative;              /* some are: then grey is zero, else black is */
} Answers;

static Answers answers_of(const LayerRow *layer, const char *block)
{
    Answers answers = { .layer = layer, .values = (const float *)(block + layer->value.place) };
    for (long i = 0; i < (long)layer->shape.h * layer->shape.w; i++)
        for (int k = 0; k < layer->shape.c; k++)
            answers.negative = answers.negative || answers.values[i * layer->value.stride + k] < 0;
    return answers;
}

/* One filter's tile, as bright as its own strongest answer allows: filters differ too much in
 * strength to share a scale, so the label tells it. */
static Tile filter_tile(Look *look, const Answers *answers, int filter)
{
    const LayerRow *layer = answers->layer;
    long pixels = (long)layer->shape.h * layer->shape.w;
    uint8_t *pixel = arena_alloc(look->arena, (size_t)pixels);
    double most = 0;
    for (long i = 0; i < pixels; i++)
        most = fmax(most, fabs(answers->values[i * layer->value.stride + filter]));
    for (long i = 0; i < pixels; i++) {
        double share = most > 0 ? answers->values[i * layer->value.stride + filter] / most : 0;
        pixel[i] = grey(answers->negative ? 0.5 + share / 2 : share);
    }
    return (Tile){
        .pixel = pixel, .h = layer->shape.h, .w = layer->shape.w, .c = 1,
        .label = arena_printf(look->arena, "%d: %.3g", filter, most),
    };
}

static void write_layer(Look *look, const LayerRow *layer, const char *block)
{
    Answers answers = answers_of(layer, block);
    Tile *tile = arena_array(look->arena, Tile, layer->shape.c);
    for (int filter = 0; filter < layer->shape.c; filter++)
        tile[filter] = filter_tile(look, &answers, filter);
    write_sheet(look, layer->name, &(Sheet){
        .title = arena_printf(look->arena, "%s: %s", layer->name, layer->text),
        .subtitle = arena_printf(look->arena, "%s of %s; number of the filter: its strongest answer%s",
                                 shape_text(look->arena, layer->shape), look->picture,
                                 answers.negative ? ", grey is 0" : ""),
        .tile = tile, .tiles = layer->shape.c,
    });
}

/* ---- the command ---- */

/* "look-cat.7" for "photos/cat.7.jpg" */
static const char *default_folder(Arena *arena, const char *picture)
{
    if (!strcmp(picture, "-"))
        return "look";
    const char *slash = strrchr(picture, '/'), *name = slash ? slash + 1 : picture;
    const char *dot = strrchr(name, '.');
    size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    return arena_printf(arena, "look-%.*s", (int)length, name);
}

static float *read_input(const Job *job, const char *path)
{
    char reason[REASON_ROOM];
    if (shape_is_vector(job->input.shape))
        fault("the network takes vectors: there is no picture to look at");
    if (rows_are_in(job, path))
        fault("%s holds the rows of an array; look takes one picture", path);
    InputReader reader = input_open(job);
    size_t size = (size_t)shape_size(job->input.shape);
    float *values = need_memory(sizeof(float) * size + INPUT_SLACK);
    if (!input_read(&reader, path, values, reason))
        fault("%s: %s", path, reason);
    input_close(&reader);
    return values;
}

int look_command(const Program *program, const Options *options)
{
    const char *picture = options->operand[0];
    Trained trained = trained_open(program, options, &program->view);
    float *values = read_input(&trained.job, picture);
    Look look = { .arena = arena_open(), .input = &trained.job.input, .picture = picture };
    look.folder = options->output ? options->output : default_folder(look.arena, picture);
    make_folder(look.folder);
    Step step;
    view_run(trained.network, values, NULL, &step);
    write_input(&look, values);
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++)
        if (layer->is_conv)
            write_layer(&look, layer, trained.network->block);
    arena_close(look.arena);
    trained_close(&trained);
    free(values);
    return 0;
}
