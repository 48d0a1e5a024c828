/* report_run.c - what the network is made of, where the time went, and how the run came to be. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/progress.h"
#include "runtime/report_leaf.h"
#include "runtime/runs.h"

enum { MOST_LAYERS = 30, MOST_DAMAGED = 50, MOST_FACTS = 32 };  /* that are not folded away; that are named */

/* ---- layers ---- */

static void write_layers(const Leaf *leaf, long multiply_adds)
{
    const Program *program = leaf->training->program;
    Arena *arena = leaf->arena;
    page_table_open(leaf->page, NULL, 5, (const PageCell[]){
        { .text = "layer" }, { .text = "line" }, { .text = "output", .number = true },
        { .text = "parameters", .number = true }, { .text = "multiply-adds", .number = true } });
    page_row(leaf->page, 5, (const PageCell[]){
        { .text = "input", .head = true }, { .text = "" },
        { .text = shape_short_text(arena, program->job.input.shape), .number = true }, { .text = "" }, { .text = "" } });
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++)
        page_row(leaf->page, 5, (const PageCell[]){
            { .text = layer->name, .head = true }, { .text = layer->text },
            { .text = shape_short_text(arena, layer->shape), .number = true },
            { .text = layer->parameters ? grouped_text(arena, layer->parameters) : "", .number = true },
            { .text = layer->multiply_adds ? grouped_text(arena, layer->multiply_adds) : "", .number = true,
              .bar = multiply_adds ? (double)layer->multiply_adds / (double)multiply_adds : 0 } });
    page_table_close(leaf->page);
}

void report_on_model(const Leaf *leaf)
{
    const Program *program = leaf->training->program;
    long parameters = 0, untrained = 0, multiply_adds = 0;
    bool fold = program->layers > MOST_LAYERS;
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
    if (fold)
        page_fold_open(leaf->page, arena_printf(leaf->arena, "All %d layers", program->layers));
    write_layers(leaf, multiply_adds);
    if (fold)
        page_fold_close(leaf->page);
}

/* ---- time ---- */

static void write_share(const Leaf *leaf, const char *name, double seconds, double all)
{
    char text[DURATION_ROOM];
    page_row(leaf->page, 3, (const PageCell[]){
        { .text = name, .head = true },
        { .text = arena_printf(leaf->arena, "%s", duration_text(seconds, text)), .number = true },
        { .text = arena_printf(leaf->arena, "%.1f %%", 100 * seconds / all), .number = true, .bar = seconds / all } });
}

static void draw_speed(const Leaf *leaf)
{
    const History *history = leaf->history;
    const double *epoch = history_column(history, "epoch"), *whole = history_column(history, "images_per_second"),
                 *step = history_column(history, "step_images_per_second");
    static const double from_zero[2] = { 0, 0 };
    if (!epoch || !whole || !step)
        return;
    const PageSeries series[] = {
        { .name = "steps alone", .x = epoch, .y = step, .points = history->epochs },
        { .name = "all in all", .x = epoch, .y = whole, .points = history->epochs },
    };
    page_chart(leaf->page, &(PageChart){ .title = "Training, images a second", .x_name = "epoch", .series = series,
                                         .count = 2, .y_range = from_zero });
}

void report_on_time(const Leaf *leaf)
{
    const Speed *speed = leaf->speed;
    double all = speed->seconds + speed->validating + speed->saving + speed->reporting;
    if (!speed->images)
        return;
    page_section(leaf->page, "time", "Time");
    page_grid_open(leaf->page, 340);
    page_table_open(leaf->page, "Since the program was started", 3, (const PageCell[]){
        { .text = "" }, { .text = "h:min:s", .number = true }, { .text = "share", .number = true } });
    write_share(leaf, "training steps", speed->stepping, all);
    write_share(leaf, "waiting for images", speed->waiting, all);
    write_share(leaf, "between steps", speed->seconds - speed->stepping - speed->waiting, all);
    write_share(leaf, "validation", speed->validating, all);
    write_share(leaf, "checkpoints", speed->saving, all);
    write_share(leaf, "this page", speed->reporting, all);
    page_table_close(leaf->page);
    draw_speed(leaf);
    page_grid_close(leaf->page);
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
    static const char *const name[PART_COUNT] = { "to train on", "held out", "test, not seen" };
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
    shelves_list_damaged(out, shelves);
    fclose(out);
    page_fold_open(leaf->page, arena_printf(leaf->arena, "%ld file%s cannot be read", damaged, damaged == 1 ? "" : "s"));
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
