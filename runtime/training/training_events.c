#include "runtime/training/training_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/show/batch_sheet.h"
#include "runtime/show/filters.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"
#include "runtime/system/whole.h"

enum {
    MOST_PICTURES = 64,         /* of the sheet of a batch */
    OFTEN = 32,                 /* epochs that all have histograms; then every second, every fourth, ... */
};

/* ---- text ---- */

/* A text that grows, in Markdown. */
typedef struct {
    char *text;
    size_t length;
    FILE *out;
} Markdown;

static void markdown_open(Markdown *markdown)
{
    markdown->out = open_memstream(&markdown->text, &markdown->length);
    if (!markdown->out)
        fault("out of memory");
}

static void markdown_put(Markdown *markdown, Events *events, const char *tag)
{
    fclose(markdown->out);
    events_text(events, 0, tag, markdown->text);
    free(markdown->text);
}

/* As it is: lines that begin with four blanks. */
static void put_verbatim(FILE *out, const char *text)
{
    for (const char *end; *text; text = end + (*end == '\n')) {
        end = strchrnul(text, '\n');
        fprintf(out, "    %.*s\n", (int)(end - text), text);
    }
}

static void put_card(Events *events, const Program *program)
{
    Markdown markdown;
    markdown_open(&markdown);
    for (const CardText *text = program->text; text && text->name; text++) {
        fprintf(markdown.out, "`%s`\n\n", text->name);
        put_verbatim(markdown.out, text->text);
        fprintf(markdown.out, "\n");
    }
    markdown_put(&markdown, events, "card");
}

static void put_model(Events *events, const Program *program)
{
    Markdown markdown;
    markdown_open(&markdown);
    fprintf(markdown.out, "| layer | card | shape | parameters | multiply-adds |\n|:-|:-|-:|-:|-:|\n");
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++)
        fprintf(markdown.out, "| %s | `%s` | %d x %d x %d | %ld | %ld |\n", layer->name, layer->text, layer->shape.h,
                layer->shape.w, layer->shape.c, layer->parameters, layer->multiply_adds);
    markdown_put(&markdown, events, "model");
}

static void put_run(Events *events, const char *folder)
{
    Markdown markdown;
    json_t *run = run_json(folder);
    char *text = json_dumps(run, JSON_INDENT(2));
    markdown_open(&markdown);
    put_verbatim(markdown.out, text ? text : "");
    markdown_put(&markdown, events, "run");
    free(text);
    json_decref(run);
}

/* ---- pictures ---- */

/* The batch lies beside the checkpoints, too. */
static void put_batch(Events *events, const Training *training)
{
    size_t bytes;
    int batch = (int)training->standing.batch;
    uint8_t *png = batch_sheet_png(&training->shelves, batch < MOST_PICTURES ? batch : MOST_PICTURES,
                                   training->standing.seed, training->options->threads, &bytes);
    if (!png)
        return;
    char *path = path_join(training->run.folder, "batch.png");
    whole_file(path, png, bytes);
    events_image(events, 0, "batch", png, bytes);
    free(path);
    free(png);
}

static void put_filters(Events *events, const Training *training, int64_t step)
{
    size_t bytes;
    const LayerRow *layer = filters_layer(training->program);
    if (!layer)
        return;
    char *tag = path_join("filters", layer->name);
    uint8_t *png = filters_png(training->network, layer, &bytes);
    events_image(events, step, tag, png, bytes);
    free(png);
    free(tag);
}

/* ---- numbers ---- */

typedef struct {
    Events *events;
    int64_t step;
} EventPlace;

/* "loss/train", "f1/validation", "speed/images_per_second": what belongs together has one word before the
 * slash. */
static void put_scalar(void *context, const char *column, double value)
{
    static const char validation[] = "validation_";
    const EventPlace *place = context;
    char tag[64];
    if (!strcmp(column, "epoch"))
        return;
    if (!strncmp(column, validation, strlen(validation)))
        snprintf(tag, sizeof tag, "%s/validation", column + strlen(validation));
    else if (!strcmp(column, "loss") || !strcmp(column, "accuracy"))
        snprintf(tag, sizeof tag, "%s/train", column);
    else
        snprintf(tag, sizeof tag, "%s%s", strcmp(column, "rate") && strcmp(column, "clipped") ? "speed/" : "", column);
    events_scalar(place->events, place->step, tag, value);
}

/* "conv1.weight.momentum" is under "conv1/weight.momentum". */
static void put_histogram(Events *events, int64_t step, const Tensor *tensor)
{
    const Parameter *p = tensor->layout;
    Histogram histogram;
    char *tag = strdup(tensor->name), *dot = strrchr(p->name, '.');
    if (!tag)
        fault("out of memory");
    if (dot)
        tag[dot - p->name] = '/';
    if (histogram_of(tensor->values, p->floats, p->floats - p->rows * p->columns, &histogram))
        events_histogram(events, step, tag, &histogram);
    free(tag);
}

static void put_histograms(Events *events, const Training *training, int64_t step)
{
    Tensors all = network_tensors(training->network, phase_uses(training->program, &training->standing)->train);
    for (int i = 0; i < all.count; i++)
        put_histogram(events, step, &all.tensor[i]);
    network_free_tensors(all);
}

/* A long training has as many in each doubling of its epochs. */
static bool is_due(int64_t epoch)
{
    int64_t every = 1;
    while (epoch / every > OFTEN)
        every *= 2;
    return epoch % every == 0;
}

/* ---- the whole ---- */

Events *training_events_open(const Training *training)
{
    Events *events = events_open(training->run.folder);
    if (training->resumed) {
        events_restart(events, (int64_t)training->standing.epoch + 1);
    } else {
        put_card(events, training->program);
        put_model(events, training->program);
        if (training->program->graph.boxes)
            events_graph(events, &training->program->graph);
        put_run(events, training->run.folder);
        put_batch(events, training);
        put_filters(events, training, 0);
        put_histograms(events, training, 0);
    }
    events_flush(events);
    return events;
}

void training_events_epoch(const Training *training, const Result *result)
{
    EventPlace place = { training->events, (int64_t)result->epoch };
    results_each(&training->program->job, result, put_scalar, &place);
    if (is_due(place.step))
        put_histograms(training->events, training, place.step);
    if ((place.step & (place.step - 1)) == 0)
        put_filters(training->events, training, place.step);
    events_flush(training->events);
}
