/* look.c - the command `look`: what the network sees in a picture, and where its answer comes from, as
 * contact sheets and on a page. */

#include "runtime/look/look.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guess.h"
#include "base/text.h"
#include "runtime/data/rows.h"
#include "runtime/look/saliency.h"
#include "runtime/options/options.h"
#include "runtime/pictures/input.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"
#include "runtime/system/stop.h"
#include "runtime/system/whole.h"

/* ---- what the parts share ---- */

void look_put(const Look *look, const char *name, const Sheet *sheet)
{
    size_t bytes;
    uint8_t *png = sheet_png(sheet, &bytes);
    look->put(look, name, png, bytes);
    free(png);
}

void look_note(const Look *look, const char *format, ...)
{
    va_list values;
    char *text;
    va_start(values, format);
    if (vasprintf(&text, format, values) < 0)
        fault("out of memory");
    va_end(values);
    page_note(look->page, "%s", text);
    if (look->note)
        look->note(look, text);
    free(text);
}

bool look_is_over(const Look *look)
{
    return stop_wanted() || seconds_now() > look->until;
}

uint8_t *look_pixels(const Look *look, const float *values)
{
    const JobInput *input = &look->trained->job.input;
    long pixels = (long)input->shape.h * input->shape.w;
    InputRange *range = arena_array(look->arena, InputRange, input->shape.c);
    uint8_t *pixel = arena_alloc(look->arena, (size_t)(pixels * look->shown));
    for (int c = 0; c < input->shape.c; c++)
        range[c] = input_range(input, c);
    input_to_bytes(input, range, values, pixels, pixel);
    return pixel;
}

const char *look_answer(const Look *look)
{
    bool is_class = look->trained->network->program->classes;
    if (is_class)
        return arena_printf(look->arena, "%s %.1f%%", look->asked->name, 100 * look->value);
    return arena_printf(look->arena, "%s %.4g", look->asked->name, look->value);
}

const char *look_size(const Look *look, Shape shape)
{
    return shape_text(look->arena, shape);
}

Legend look_legend(const Look *look, ColourScale scale)
{
    return (Legend){ scale.map, arena_printf(look->arena, "%.3g", scale.low),
                     arena_printf(look->arena, "%.3g", scale.high) };
}

/* ---- one picture ---- */

/* Writes it as NAME.png into the picture's folder, tells its path, and puts it on the page. */
static void put_file(const Look *look, const char *name, const uint8_t *png, size_t bytes)
{
    const char *path = arena_printf(look->arena, "%s/%s.png", look->folder, name);
    WholeFile file = whole_open(path);
    whole_write(&file, png, bytes);
    whole_publish(&file);
    printf("%s\n", path);
    page_figure(look->page, &(PageFigure){ .bytes = png, .length = bytes, .alt = name });
}

static void put_input(const Look *look)
{
    Shape shape = look->trained->job.input.shape;
    const Tile tile = { .pixel = look->pixel, .h = shape.h, .w = shape.w, .c = look->shown };
    page_section(look->page, "input", "What the network gets");
    look_put(look, "input", &(Sheet){
        .title = "input", .tile = &tile, .tiles = 1,
        .subtitle = arena_printf(look->arena, "%s of %s", look_size(look, shape), look->picture),
    });
}

static float *read_input(const Trained *trained, const char *path)
{
    char reason[REASON_ROOM];
    if (shape_is_vector(trained->job.input.shape))
        fault("the network takes vectors: there is no picture to look at");
    if (rows_are_in(&trained->job, path))
        fault("%s holds the rows of an array; look takes pictures", path);
    if (folder_is(path))
        fault("%s is a folder; look takes pictures, as %s/NAME.png", path, path);
    InputReader reader = input_open(&trained->job);
    size_t size = (size_t)shape_size(trained->job.input.shape);
    float *values = need_memory(sizeof(float) * size + INPUT_SLACK);
    if (!input_read(&reader, path, values, reason))
        fault("%s: %s", path, reason);
    input_close(&reader);
    return values;
}

void look_see(const Look *look)
{
    Step step;
    view_run(look->trained->network, look->input, look->asked ? look->asked->weight : NULL, &step);
}

/* What is asked depends on what is answered, unless it was told. */
static Asked ask(const Look *look, float *output)
{
    const Program *program = look->trained->network->program;
    const Options *options = look->options;
    Step step;
    view_run(look->trained->network, look->input, NULL, &step);
    output_read(program, &step, 0, output);
    if (asked_nothing(program))
        return (Asked){ 0 };
    if (program->classes)
        decision_temper(&look->trained->decision, output);
    int number = options->class ? asked_find(look->trained, look->arena, options->class)
                                : asked_usual(look->trained, output);
    return asked_open(look->trained, look->arena, number, output);
}

static void write_page(const Look *look)
{
    const char *path = arena_printf(look->arena, "%s/look.html", look->folder);
    if (!page_close(look->page, path))
        fault("cannot write %s: %s", path, strerror(errno));
    printf("%s\n", path);
}

void look_begin(Look *look, const float *input)
{
    float *output = arena_array(look->arena, float, shape_size(look->trained->network->program->output));
    Asked *asked = arena_new(look->arena, Asked);
    look->input = input;
    look->output = output;
    look->pixel = look_pixels(look, input);
    *asked = ask(look, output);
    look->asked = asked->weights ? asked : NULL;
    look->value = look->asked ? asked_value(asked, output) : 0;
}

/* `look` has what all pictures have in common. */
static void look_at(Look look)
{
    const Program *program = look.trained->network->program;
    float *values = read_input(look.trained, look.picture);
    look_begin(&look, values);
    make_folder(look.folder);
    look.page = page_open(arena_printf(look.arena, "%s looks at %s", program->job.network, look.picture),
                          look.asked ? look_answer(&look) : NULL);
    put_input(&look);
    look_heat(&look);
    look_strongest(&look);
    look_layers(&look);
    write_page(&look);
    free(values);
}

/* ---- the command ---- */

/* "cat.7" of "photos/cat.7.jpg". What has nothing but dots before its last keeps all of its name: "." and ".." are other
 * folders' names. */
static const char *name_of(Arena *arena, const char *picture)
{
    const char *slash = strrchr(picture, '/'), *name = slash ? slash + 1 : picture;
    const char *dot = strrchr(name, '.');
    bool cut = dot && dot > name + strspn(name, ".");
    return arena_copy(arena, name, cut ? (size_t)(dot - name) : strlen(name));
}

/* "look-cat.7", or of several pictures below --output "DIR/cat.7"; what is taken by one before gets a number. */
static const char *folder_of(Arena *arena, const Options *options, int at, const char **before)
{
    const char *picture = options->operand[at], *name = strcmp(picture, "-") ? name_of(arena, picture) : NULL;
    const char *first = options->output && options->operands == 1 ? options->output
                      : options->output ? arena_printf(arena, "%s/%s", options->output, name ? name : "look")
                      : name ? arena_printf(arena, "look-%s", name) : "look";
    const char *folder = first;
    for (int i = 0, number = 2; i < at; i++)
        if (!strcmp(before[i], folder)) {
            folder = arena_printf(arena, "%s-%d", first, number++);
            i = -1;
        }
    return folder;
}

static const LayerRow *layer_of(const Program *program, const Options *options)
{
    return options->layer ? options->layer : saliency_layer(program);
}

int look_command(const Program *program, const Options *options)
{
    const LayerRow *layer = layer_of(program, options);
    Arena *arena = arena_open();
    Scoring scoring = { 0 };
    if (options->top && layer)
        scoring = scoring_open(program, options, &program->view, PART_TRAIN);
    else
        scoring.trained = trained_open(program, options, &program->view);
    Excitation excitation = { 0 };
    if (scoring.loader)
        excitation = excitation_open(&scoring, layer, options);
    const char **folder = arena_array(arena, const char *, options->operands);
    if (options->output && options->operands > 1)
        make_folder(options->output);
    for (int i = 0; i < options->operands; i++) {
        Look look = { .trained = &scoring.trained, .options = options, .layer = layer,
                      .excitation = scoring.loader ? &excitation : NULL, .arena = arena_open(),
                      .picture = options->operand[i], .shown = input_shown(&scoring.trained.job.input),
                      .until = INFINITY, .put = put_file };
        look.folder = folder[i] = folder_of(arena, options, i, folder);
        look_at(look);
        arena_close(look.arena);
    }
    if (scoring.loader) {
        excitation_close(&excitation);
        scoring_close(&scoring);
    } else
        trained_close(&scoring.trained);
    arena_close(arena);
    return 0;
}
