/* data.c - what there is to train on, as text or JSON, as contact sheets and on a page. */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "runtime/commands/data_json.h"
#include "runtime/commands/data_page.h"
#include "runtime/commands/data_report.h"
#include "runtime/commands/data_sheets.h"
#include "runtime/data/alike.h"
#include "runtime/data/balance.h"
#include "runtime/data/channel_facts.h"
#include "runtime/data/measure.h"
#include "runtime/options/options.h"
#include "runtime/runs/runs.h"
#include "runtime/show/batch_sheet.h"
#include "runtime/show/progress.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"
#include "runtime/system/whole.h"

typedef struct {
    Arena *arena;
    const Shelves *shelves;
    const Options *options;
    const char *folder;         /* cards that lie side by side have one each */
    DataSheet *sheet;
    int sheets, room;
} Sheets;

static const char *folder_of(Arena *arena, const Program *program, const Options *options)
{
    char *name = card_name(program);
    const char *folder = options->output ? options->output : arena_printf(arena, "%s-data", name);
    free(name);
    return folder;
}

/* ---- sheets ---- */

/* Keeps what was drawn, if anything was, for the page, and writes it. */
static void keep(Sheets *sheets, DataSheet sheet, const char *what)
{
    if (!sheet.png)
        return;
    const char *path = arena_printf(sheets->arena, "%s/%s", sheets->folder, sheet.file);
    whole_file(path, sheet.png, sheet.bytes);
    if (!sheets->options->json)
        printf("%s: %s\n", path, what);
    *arena_push(sheets->arena, sheets->sheet, sheets->sheets, sheets->room) = sheet;
}

static void draw_batch(Sheets *sheets)
{
    const Job *job = sheets->shelves->dataset->job;
    DataSheet sheet = { .id = "batch", .title = "A training batch", .file = "batch.png",
                        .text = "The first of a training, as the network sees it." };
    sheet.png = batch_sheet_png(sheets->shelves, job->train.batch, job->train.seed, sheets->options->threads,
                                &sheet.bytes);
    keep(sheets, sheet, "a training batch as the network sees it");
}

static void draw_augmentation(Sheets *sheets)
{
    DataSheet sheet = { .id = "augment", .title = "Augmentation", .file = "augment.png",
                        .text = "What each of the card's rows does to one picture." };
    sheet.png = augment_sheet(sheets->shelves, &sheet.bytes);
    keep(sheets, sheet, "what each augment row does");
}

/* "class-3-tabby_cat.png": the number keeps apart what would be one name. */
static const char *class_file(Arena *arena, int class, const char *name)
{
    char *file = arena_printf(arena, "class-%d-%.40s.png", class, name);
    for (char *at = file; *at; at++)
        *at = isalnum((unsigned char)*at) || strchr("-.", *at) ? *at : '_';
    return file;
}

static void draw_classes(Sheets *sheets)
{
    enum { MOST_CLASSES = 100 };
    const Dataset *set = sheets->shelves->dataset;
    int classes = dataset_has_pixels(set->job) ? 0 : set->classes;
    for (int class = 0, drawn = 0; class < classes && class < MOST_CLASSES; class++) {
        DataSheet sheet = { .title = "Classes", .file = class_file(sheets->arena, class, set->class_name[class]) };
        if (!drawn) {
            sheet.id = "classes";
            sheet.text = "Some of each that are trained on, not augmented.";
        }
        sheet.png = class_sheet(sheets->shelves, class, &sheet.bytes);
        drawn += sheet.png != NULL;
        keep(sheets, sheet, arena_printf(sheets->arena, "some of class %s", set->class_name[class]));
    }
}

/* ---- the command ---- */

/* All of them, of which texts and pages show the first. */
static void name_damaged(const Sheets *sheets)
{
    const char *path = arena_printf(sheets->arena, "%s/damaged.txt", sheets->folder);
    if (!shelves_damaged(sheets->shelves)) {
        unlink(path);           /* of what was there before */
        return;
    }
    shelves_write_damaged(sheets->shelves, sheets->folder);
    if (!sheets->options->json)
        printf("%s: the files that cannot be read, and why\n", path);
}

static char *report_text(const Shelves *shelves, const ChannelFacts *facts, const Alike *alike)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    data_report(out, shelves);
    channel_facts_tell(out, facts, shelves->dataset);
    alike_tell(out, alike, shelves->dataset);
    fclose(out);
    return text;
}

static void print_json(const Shelves *shelves, const ChannelFacts *facts, const Alike *alike)
{
    json_t *line = data_json(shelves, facts, alike);
    char *text = json_line(line);
    puts(text);
    free(text);
    json_decref(line);
}

/* The folder of sheets, and the page there. */
static void write_folder(const Program *program, const Options *options, const Shelves *shelves,
                         const ChannelFacts *facts, const Alike *alike, const char *report)
{
    Sheets sheets = { .arena = arena_open(), .shelves = shelves, .options = options };
    sheets.folder = folder_of(sheets.arena, program, options);
    make_folder(sheets.folder);
    name_damaged(&sheets);
    draw_classes(&sheets);
    draw_augmentation(&sheets);
    draw_batch(&sheets);
    const char *page = arena_printf(sheets.arena, "%s/data.html", sheets.folder);
    data_page(page, shelves, facts, alike, sheets.sheet, sheets.sheets, report);
    if (!options->json)
        printf("%s: all of it on one page\n", page);
    for (int i = 0; i < sheets.sheets; i++)
        free(sheets.sheet[i].png);
    arena_close(sheets.arena);
}

static void look_at(const Program *program, const Options *options, const Shelves *shelves)
{
    ChannelFacts *facts = channel_facts(shelves, options->threads);
    Alike alike = alike_find(shelves, options->threads);
    char *report = report_text(shelves, facts, &alike);
    if (options->json)
        print_json(shelves, facts, &alike);
    else
        printf("%s\n", report);
    if (options->output || !options->json)
        write_folder(program, options, shelves, facts, &alike, report);
    free(report);
    alike_free(&alike);
    free(facts);
}

int data_command(const Program *program, const Options *options)
{
    Progress progress = progress_open(options_hush(options));
    Dataset *dataset = dataset_open(&program->job, program->classes, options->data);
    Shelves shelves = shelves_open(dataset, ALL_PARTS, options->threads, options->cache, progress_reading, &progress);
    measure_input(dataset, shelves.shelf[PART_TRAIN]);
    balance_weigh(dataset, shelves.shelf[PART_TRAIN]);
    look_at(program, options, &shelves);
    bool refused = shelves_refused(&shelves);
    shelves_close(&shelves);
    dataset_close(dataset);
    return refused ? EXIT_WORLD : 0;
}
