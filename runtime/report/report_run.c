/* report_run.c - what the network is made of, and how the run came to be. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/report/report_leaf.h"
#include "runtime/runs/runs.h"
#include "runtime/system/fault.h"

enum { MOST_BOXES = 200, MOST_FACTS = 32 };     /* that are drawn; of the run */

/* ---- layers ---- */

/* A row of the model's table: a layer, or some that a block or a repeat holds. */
typedef struct {
    const char *name, *text, *takes;
    Shape shape;
    long parameters, multiply_adds;
} ModelRow;

/* What is 0 is left empty. */
static PageCell count_cell(const Leaf *leaf, long count)
{
    return (PageCell){ .text = count ? grouped_text(leaf->arena, count) : "", .number = true };
}

static void write_rows(const Leaf *leaf, const ModelRow *row, int rows, bool takes)
{
    const PageCell head[] = { { .text = "layer" }, { .text = "line" }, { .text = "output", .number = true },
                              { .text = "parameters", .number = true }, { .text = "multiply-adds", .number = true },
                              { .text = "takes" } };
    long most = 1;
    for (int i = 0; i < rows; i++)
        most = row[i].multiply_adds > most ? row[i].multiply_adds : most;
    page_table_open(leaf->page, NULL, takes ? 6 : 5, head);
    for (int i = 0; i < rows; i++) {
        PageCell cell[] = { { .text = row[i].name, .head = true }, { .text = row[i].text },
                            { .text = shape_short_text(leaf->arena, row[i].shape), .number = true },
                            count_cell(leaf, row[i].parameters), count_cell(leaf, row[i].multiply_adds),
                            { .text = row[i].takes } };
        cell[4].bar = (double)row[i].multiply_adds / (double)most;
        page_row(leaf->page, takes ? 6 : 5, cell);
    }
    page_table_close(leaf->page);
}

/* As `netc explain` lists them. */
static void write_boxes(const Leaf *leaf, const GraphView *graph)
{
    ModelRow *row = arena_array(leaf->arena, ModelRow, graph->boxes);
    for (int i = 0; i < graph->boxes; i++) {
        const Box *box = &graph->box[i];
        row[i] = (ModelRow){ box->name, box->text, i ? box_takes(leaf->arena, graph, i) : "", box->shape,
                             box->parameters, box->multiply_adds };
    }
    write_rows(leaf, row, graph->boxes, !graph->chain);
}

static void write_layers(const Leaf *leaf, const Program *program)
{
    ModelRow *row = arena_array(leaf->arena, ModelRow, program->layers);
    for (int i = 0; i < program->layers; i++) {
        const LayerRow *layer = &program->layer[i];
        row[i] = (ModelRow){ layer->name, layer->text, "", layer->shape, layer->parameters, layer->multiply_adds };
    }
    write_rows(leaf, row, program->layers, false);
}

static void write_drawing(const Leaf *leaf, const GraphView *graph)
{
    char *svg;
    size_t length;
    FILE *out = open_memstream(&svg, &length);
    if (!out)
        fault("out of memory");
    draw_svg(out, leaf->arena, graph);
    if (fclose(out))
        fault("out of memory");
    page_figure(leaf->page, &(PageFigure){ .bytes = (const uint8_t *)svg, .length = length, .drawing = true,
                                           .alt = "The layers as boxes, each below those that it takes" });
    free(svg);
}

/* The table, and the drawing beside it; layers that the table folds are folded away. */
static void write_model(const Leaf *leaf, const Program *program)
{
    const GraphView *graph = &program->graph;
    if (!graph->boxes || graph->boxes > MOST_BOXES) {
        write_layers(leaf, program);
        return;
    }
    page_grid_open(leaf->page, 520);
    write_boxes(leaf, graph);
    write_drawing(leaf, graph);
    page_box_close(leaf->page);
    if (graph->boxes - 1 < program->layers) {
        page_fold_open(leaf->page, arena_printf(leaf->arena, "All %d layers", program->layers));
        write_layers(leaf, program);
        page_fold_close(leaf->page);
    }
}

void report_on_model(const Leaf *leaf)
{
    const Program *program = leaf->training->program;
    long parameters = 0, untrained = 0, multiply_adds = 0;
    for (int i = 0; i < program->layers; i++) {
        parameters += program->layer[i].parameters;
        untrained += program->layer[i].untrained;
        multiply_adds += program->layer[i].multiply_adds;
    }
    page_section(leaf->page, "model", "Model");
    page_text(leaf->page, "%s parameters%s, and %s multiply-adds for one image, forward.",
              grouped_text(leaf->arena, parameters),
              untrained ? arena_printf(leaf->arena, ", of them %s running statistics of norms",
                                       grouped_text(leaf->arena, untrained)) : "",
              grouped_text(leaf->arena, multiply_adds));
    write_model(leaf, program);
}

/* ---- the run ---- */

/* What a list of names holds is in the arena. */
typedef struct {
    PageFact fact[MOST_FACTS];
    int count;
} Facts;

static void add_fact(Facts *facts, const char *name, const char *value)
{
    if (value && *value && facts->count < MOST_FACTS)
        facts->fact[facts->count++] = (PageFact){ name, value };
}

/* A member of run.json in words: a text, a number, texts of a list. */
static const char *member_text(const Leaf *leaf, const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key), *element;
    const char *text = "";
    size_t i;
    if (json_is_string(member))
        return arena_printf(leaf->arena, "%s", json_string_value(member));
    if (json_is_integer(member))
        return arena_printf(leaf->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(member));
    json_array_foreach(member, i, element)
        if (json_is_string(element))
            text = arena_printf(leaf->arena, "%s%s%s", text, *text ? ", " : "", json_string_value(element));
    return text;
}

/* "--epochs 3 --new" */
static const char *options_text(const Leaf *leaf, json_t *options)
{
    const char *text = "", *key;
    json_t *value;
    json_object_foreach(options, key, value)
        text = arena_printf(leaf->arena, "%s%s--%s%s%s", text, *text ? " " : "", key, json_is_string(value) ? " " : "",
                            json_is_string(value) ? json_string_value(value) : "");
    return text;
}

/* What run.json tells of the run, and of its last start. */
static void add_record(const Leaf *leaf, Facts *facts, const json_t *run)
{
    static const char *const member[] = { "card", "set", "netc", "compiler", "target", "hash", "seed", "batch" };
    static const char *const of_start[] = { "processor", "threads", "time" };
    json_t *starts = json_object_get(run, "starts"), *start = json_array_get(starts, json_array_size(starts) - 1);
    for (size_t i = 0; i < sizeof member / sizeof *member; i++)
        add_fact(facts, member[i], member_text(leaf, run, member[i]));
    for (size_t i = 0; i < sizeof of_start / sizeof *of_start; i++)
        add_fact(facts, i == 2 ? "last start" : of_start[i], member_text(leaf, start, of_start[i]));
    if (json_array_size(starts) > 1)
        add_fact(facts, "starts", arena_printf(leaf->arena, "%zu", json_array_size(starts)));
    add_fact(facts, "options", options_text(leaf, json_object_get(start, "options")));
}

/* What is read and sound, by part. */
static void add_parts(const Leaf *leaf, Facts *facts)
{
    const Dataset *set = leaf->training->dataset;
    long damaged = shelves_damaged(&leaf->training->shelves);
    static const char *const name[PART_COUNT] = { "to train on", "held out", "test" };
    for (int part = 0; part < PART_COUNT; part++)
        if (set->part[part].items)
            add_fact(facts, name[part], leaf_count(leaf, set->part[part].items));
    if (damaged)
        add_fact(facts, "damaged, left out", grouped_text(leaf->arena, damaged));
    if (set->passed_over)
        add_fact(facts, "passed over", leaf_count(leaf, set->passed_over));
}

static void write_damaged(const Leaf *leaf)
{
    const Shelves *shelves = &leaf->training->shelves;
    long damaged = shelves_damaged(shelves);
    if (!damaged)
        return;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return;
    shelves_list_damaged(out, shelves, "; damaged.txt names all");
    fclose(out);
    page_fold_open(leaf->page, damaged == 1 ? "1 file cannot be read"
                                            : arena_printf(leaf->arena, "%ld files cannot be read", damaged));
    page_verbatim(leaf->page, text);
    page_fold_close(leaf->page);
    free(text);
}

/* The card, and what it includes. */
static void write_card(const Leaf *leaf)
{
    for (const CardText *text = leaf->training->program->text; text && text->name; text++) {
        page_fold_open(leaf->page, text->name);
        page_verbatim(leaf->page, text->text);
        page_fold_close(leaf->page);
    }
}

void report_on_run(const Leaf *leaf)
{
    Facts facts = { 0 };
    json_t *run = run_json(leaf->training->run.folder);
    page_section(leaf->page, "run", "Run");
    add_record(leaf, &facts, run);
    add_parts(leaf, &facts);
    page_facts(leaf->page, facts.count, facts.fact);
    json_decref(run);
    write_card(leaf);
    write_damaged(leaf);
}
