#include "runtime/commands/data_page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/data/damage.h"
#include "runtime/data/data_counts.h"
#include "runtime/pictures/input.h"
#include "runtime/show/page.h"
#include "runtime/show/shown.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

typedef struct {
    Page *page;
    Arena *arena;
    const Shelves *shelves;
    const Dataset *set;
} Leaf;

static const char *number(Leaf *leaf, long value)
{
    return grouped_text(leaf->arena, value);
}

static const char *things(const Leaf *leaf)
{
    return items_word(&leaf->set->job->data);
}

/* ---- counts ---- */

static void tell_first(Leaf *leaf, const Alike *alike)
{
    long all = 0;
    for (int part = 0; part < PART_COUNT; part++)
        all += data_count(leaf->shelves, part, ANY_CLASS, false);
    PageFact fact[4] = {
        { things(leaf), number(leaf, all) },
        { "damaged", number(leaf, shelves_damaged(leaf->shelves)) },
        { "groups of copies", number(leaf, alike->groups) },
        { "classes", number(leaf, leaf->set->classes) },
    };
    page_highlights(leaf->page, leaf->set->classes ? 4 : 3, fact);
}

static void count_row(Leaf *leaf, const char *name, int class, long most)
{
    PageCell cell[PART_COUNT + 2] = { { .text = name, .head = true } };
    int cells = 1;
    for (int part = 0; part < PART_COUNT; part++)
        if (leaf->set->part[part].items) {
            long count = data_count(leaf->shelves, part, class, false);
            cell[cells++] = (PageCell){ .text = number(leaf, count), .number = true,
                                        .bar = class == ANY_CLASS || !most ? 0 : (double)count / (double)most };
        }
    long damaged = 0;
    for (int part = 0; part < PART_COUNT; part++)
        damaged += data_count(leaf->shelves, part, class, true);
    if (shelves_damaged(leaf->shelves))
        cell[cells++] = (PageCell){ .text = number(leaf, damaged), .number = true };
    page_row(leaf->page, cells, cell);
}

/* Of each part the shares of all pixels. */
static void tell_pixels(Leaf *leaf)
{
    const Dataset *set = leaf->set;
    long pixels[PART_COUNT][PIXEL_VALUES], all[PART_COUNT] = { 0 };
    PageCell head[PART_COUNT + 1] = { { .text = "pixels" } };
    int cells = 1;
    for (int part = 0; part < PART_COUNT; part++) {
        shelf_count_pixels(leaf->shelves->shelf[part], pixels[part]);
        for (int class = 0; class < PIXEL_VALUES; class++)
            all[part] += pixels[part][class];
        if (all[part])
            head[cells++] = (PageCell){ .text = data_part_name[part], .number = true };
    }
    page_table_open(leaf->page, NULL, cells, head);
    for (int class = 0; class <= set->classes; class++) {
        bool last = class == set->classes;
        PageCell cell[PART_COUNT + 1] = { { .text = last ? "left out" : set->class_name[class], .head = true } };
        cells = 1;
        for (int part = 0; part < PART_COUNT; part++)
            if (all[part]) {
                double share = (double)pixels[part][last ? MASK_LEFT_OUT : class] / (double)all[part];
                cell[cells++] = (PageCell){ .text = arena_printf(leaf->arena, "%.2f%%", 100 * share), .number = true,
                                            .bar = share };
            }
        page_row(leaf->page, cells, cell);
    }
    page_table_close(leaf->page);
}

/* A bar is the share of the largest class of any part. */
static void tell_counts(Leaf *leaf)
{
    const Dataset *set = leaf->set;
    bool classes = set->classes && !dataset_has_pixels(set->job);
    PageCell head[PART_COUNT + 2] = { { .text = !classes ? "" : dataset_has_labels(set->job) ? "label" : "class" } };
    int cells = 1;
    long most = 0;
    for (int part = 0; part < PART_COUNT; part++)
        if (set->part[part].items)
            head[cells++] = (PageCell){ .text = data_part_name[part], .number = true };
    if (shelves_damaged(leaf->shelves))
        head[cells++] = (PageCell){ .text = "damaged", .number = true };
    for (int class = 0; classes && class < set->classes; class++)
        for (int part = 0; part < PART_COUNT; part++) {
            long count = data_count(leaf->shelves, part, class, false);
            most = count > most ? count : most;
        }
    page_section(leaf->page, "counts", "Counts");
    page_table_open(leaf->page, NULL, cells, head);
    for (int class = 0; classes && class < set->classes; class++)
        count_row(leaf, set->class_name[class], class, most);
    count_row(leaf, "total", ANY_CLASS, 0);
    page_table_close(leaf->page);
    if (dataset_has_pixels(set->job))
        tell_pixels(leaf);
}

/* ---- damage ---- */

static void tell_damage(Leaf *leaf)
{
    enum { MOST = 200 };
    long told = 0;
    char common[REASON_ROOM];
    if (!shelves_damaged(leaf->shelves))
        return;
    page_section(leaf->page, "damaged", "Damaged files");
    if (damage_in_common(leaf->shelves, common))
        page_text(leaf->page, "In short: %s.", common);
    page_table_open(leaf->page, NULL, 2, (const PageCell[]){ { .text = "file" }, { .text = "what is wrong" } });
    for (int part = 0; part < PART_COUNT; part++) {
        const Seen *seen = shelf_seen(leaf->shelves->shelf[part]);
        for (long i = 0; seen && i < leaf->set->part[part].items && told < MOST; i++)
            if (seen[i].reason) {
                page_row(leaf->page, 2, (const PageCell[]){
                    { .text = leaf->set->part[part].item[i].path, .head = true }, { .text = seen[i].reason } });
                told++;
            }
    }
    page_table_close(leaf->page);
    if (told < shelves_damaged(leaf->shelves))
        page_note(leaf->page, "And %ld more; damaged.txt names all.", shelves_damaged(leaf->shelves) - told);
}

/* ---- copies ---- */

/* The picture as the network gets it, not augmented. */
static void show_item(Leaf *leaf, const Alike *alike, long i)
{
    const AlikeItem *is = &alike->item[i];
    const Shelf *shelf = leaf->shelves->shelf[is->part];
    const Item *item = &leaf->set->part[is->part].item[is->item];
    const JobInput *input = &leaf->set->job->input;
    const char *how = alike_how(alike, i, leaf->set);
    char reason[REASON_ROOM];
    void *room = need_memory(shelf_room(shelf));
    float *values = need_memory(sizeof *values * (size_t)shape_size(input->shape));
    const void *picture = shelf_picture(shelf, is->item, room, reason);
    if (picture) {
        Gather gather = gather_open(leaf->set->job, shelf_has_bytes(shelf));
        gather_whole(&gather, picture, values);
        gather_close(&gather);
        uint8_t *shown = shown_pictures(leaf->shelves, values, 1);
        const char *name = dataset_item_name(leaf->arena, item);
        page_picture(leaf->page, input->shape.h, input->shape.w, input_shown(input), shown, (PageFigure){
            .alt = name, .caption = name, .crisp = true, .width = input->shape.w < 128 ? 128 : input->shape.w,
            .note = arena_printf(leaf->arena, "%s%s%s", data_part_name[is->part], *how ? ", " : "", how) });
        free(shown);
    }
    free(values);
    free(room);
}

/* A row of vectors has no picture. */
static void list_item(Leaf *leaf, const Alike *alike, long i)
{
    const AlikeItem *is = &alike->item[i];
    const Item *item = &leaf->set->part[is->part].item[is->item];
    const char *how = alike_how(alike, i, leaf->set);
    page_text(leaf->page, "%s, %s%s%s", data_part_name[is->part], dataset_item_name(leaf->arena, item),
              *how ? ": " : "", how);
}

static void tell_copies(Leaf *leaf, const Alike *alike)
{
    enum { MOST_GROUPS = 20, MOST_OF_ONE = 8 };
    bool pictures = !shape_is_vector(leaf->set->job->input.shape);
    if (!alike->groups)
        return;
    page_section(leaf->page, "copies", "Copies");
    page_text(leaf->page, "%ld %s are alike, in %d group%s.%s", alike->items, things(leaf), alike->groups,
              plural(alike->groups), alike->across ? " Those that lie in several parts come first: what is measured on "
              "them the network knows from training." : "");
    for (long i = 0, begin = 0; i < alike->items && alike->item[i].group < MOST_GROUPS; i++) {
        bool first = alike_begins(alike, i), last = i + 1 == alike->items || alike_begins(alike, i + 1);
        begin = first ? i : begin;
        if (first)
            page_heading(leaf->page, arena_printf(leaf->arena, "Group %d", alike->item[i].group + 1));
        if (first && pictures)
            page_grid_open(leaf->page, 140);
        if (i - begin < MOST_OF_ONE)
            (pictures ? show_item : list_item)(leaf, alike, i);
        if (last && pictures)
            page_box_close(leaf->page);
        if (last && i - begin >= MOST_OF_ONE)
            page_note(leaf->page, "And %ld more.", i - begin + 1 - MOST_OF_ONE);
    }
    if (alike->groups > MOST_GROUPS)
        page_note(leaf->page, "And %d more groups.", alike->groups - MOST_GROUPS);
}

/* ---- numbers to be answered ---- */

/* In the unit of the table, where there is one. */
static double target_of(const Leaf *leaf, const Item *item, int column)
{
    const JobTable *table = &leaf->set->job->data.table;
    double target = ((const float *)item->target)[column];
    return table->targets ? (table->std[column] * target + table->mean[column]) / table->scale : target;
}

/* How many of the rows that are trained on lie in each of some equal parts of what there is. */
static void chart_target(Leaf *leaf, const char *name, int column)
{
    enum { BINS = 24 };
    const DataPart *train = &leaf->set->part[PART_TRAIN];
    double middle[BINS], count[BINS] = { 0 }, least = target_of(leaf, train->item, column), most = least;
    for (long i = 1; i < train->items; i++) {
        double target = target_of(leaf, &train->item[i], column);
        least = target < least ? target : least;
        most = target > most ? target : most;
    }
    double width = (most - least) / BINS;
    for (int b = 0; b < BINS; b++)
        middle[b] = least + (b + 0.5) * width;
    for (long i = 0; i < train->items; i++) {
        int bin = width > 0 ? (int)((target_of(leaf, &train->item[i], column) - least) / width) : 0;
        count[bin < BINS ? bin : BINS - 1]++;
    }
    page_chart(leaf->page, &(PageChart){
        .title = name, .x_name = "value", .y_name = things(leaf), .count = 1,
        .series = &(PageSeries){ .name = name, .x = middle, .y = count, .points = width > 0 ? BINS : 1 } });
}

static void tell_targets(Leaf *leaf)
{
    enum { MOST = 12 };
    const Job *job = leaf->set->job;
    const JobTable *table = &job->data.table;
    bool numbers = job->target.kind == TARGET_NUMBERS && !job->data.target_is_input && shape_is_vector(job->target.shape);
    if (!numbers || !leaf->set->part[PART_TRAIN].items)
        return;
    page_section(leaf->page, "targets", "What is to be answered");
    page_text(leaf->page, "How often each value is there among the %s that are trained on.", things(leaf));
    page_grid_open(leaf->page, 320);
    for (int k = 0; k < job->target.shape.c && k < MOST; k++)
        chart_target(leaf, table->targets ? table->target[k] : arena_printf(leaf->arena, "number %d", k), k);
    page_box_close(leaf->page);
}

/* ---- sizes ---- */

static const char *size_text(Leaf *leaf, const DataSize *size)
{
    return arena_printf(leaf->arena, "%d x %d: %s", size->h, size->w, size->path);
}

/* Each size once; of many, some of them, evenly chosen. */
static void tell_sizes(Leaf *leaf)
{
    enum { MOST_DOTS = 400 };
    long count, sizes = 0;
    DataSize *list = data_sizes(leaf->shelves, &count);
    double *h = need_memory(sizeof *h * (size_t)(count + 1)), *w = need_memory(sizeof *w * (size_t)(count + 1));
    for (long i = 0; i < count; i++)
        if (!i || list[i].h != list[i - 1].h || list[i].w != list[i - 1].w) {
            h[sizes] = list[i].h;
            w[sizes++] = list[i].w;
        }
    long step = sizes / MOST_DOTS + 1, dots = 0;
    for (long i = 0; i < sizes; i += step, dots++) {
        h[dots] = h[i];
        w[dots] = w[i];
    }
    if (sizes) {
        page_section(leaf->page, "sizes", "Sizes");
        page_facts(leaf->page, 3, (const PageFact[]){
            { "smallest", size_text(leaf, list) }, { "largest", size_text(leaf, &list[count - 1]) },
            { "different sizes", number(leaf, sizes) } });
    }
    if (sizes > 1)
        page_chart(leaf->page, &(PageChart){
            .title = "Height over width, in pixels", .x_name = "width", .y_name = "height",
            .square = true, .diagonal = true,
            .series = &(PageSeries){ .name = "size", .x = w, .y = h, .points = (int)dots, .dots = true }, .count = 1 });
    free(w);
    free(h);
    free(list);
}

/* ---- channels ---- */

/* How often each byte is there, in shares of all. */
static void chart_channels(Leaf *leaf, const ChannelFacts *facts, int channels)
{
    enum { MOST = 3 };
    static double value[BYTE_VALUES];
    PageSeries series[MOST];
    int count = channels < MOST ? channels : MOST;
    for (int c = 0; c < count; c++) {
        double *share = arena_array(leaf->arena, double, BYTE_VALUES);
        for (int v = 0; v < BYTE_VALUES; v++) {
            value[v] = v;
            share[v] = facts[c].values ? 100.0 * (double)facts[c].count[v] / (double)facts[c].values : 0;
        }
        series[c] = (PageSeries){ .name = channel_name(leaf->arena, leaf->set, c), .x = value, .y = share,
                                  .points = BYTE_VALUES };
    }
    page_chart(leaf->page, &(PageChart){
        .title = "How often each value is there", .x_name = "value", .y_name = "% of pixels",
        .series = series, .count = count });
}

static void tell_channels(Leaf *leaf, const ChannelFacts *facts)
{
    enum { MOST = 64 };
    int channels = leaf->set->job->input.shape.c;
    if (!facts->values)
        return;
    page_section(leaf->page, "channels", "Channels");
    page_text(leaf->page, "Of the %s that are trained on, as the files have the values and as large as the network gets "
              "them.", things(leaf));
    page_table_open(leaf->page, NULL, 5, (const PageCell[]){
        { .text = "channel" }, { .text = "least", .number = true }, { .text = "mean", .number = true },
        { .text = "std", .number = true }, { .text = "most", .number = true } });
    for (int c = 0; c < channels && c < MOST; c++) {
        PageCell cell[5] = { { .text = channel_name(leaf->arena, leaf->set, c), .head = true } };
        const double told[4] = { facts[c].least, facts[c].mean, facts[c].deviation, facts[c].most };
        for (int k = 0; k < 4; k++)
            cell[k + 1] = (PageCell){ .text = arena_printf(leaf->arena, "%.6g", told[k]), .number = true };
        page_row(leaf->page, 5, cell);
    }
    page_table_close(leaf->page);
    if (channels > MOST)
        page_note(leaf->page, "And %d more.", channels - MOST);
    if (shelf_has_bytes(leaf->shelves->shelf[PART_TRAIN]))
        chart_channels(leaf, facts, channels);
}

/* ---- the whole ---- */

static void show_sheets(Leaf *leaf, const DataSheet *sheet, int sheets)
{
    for (int i = 0; i < sheets; i++) {
        if (sheet[i].id)
            page_section(leaf->page, sheet[i].id, sheet[i].title);
        if (sheet[i].text)
            page_text(leaf->page, "%s", sheet[i].text);
        page_figure(leaf->page, &(PageFigure){ .bytes = sheet[i].png, .length = sheet[i].bytes,
                                               .alt = sheet[i].title, .caption = sheet[i].file });
    }
}

void data_page(const char *path, const Shelves *shelves, const ChannelFacts *facts, const Alike *alike,
               const DataSheet *sheet, int sheets, const char *report)
{
    const Dataset *set = shelves->dataset;
    Leaf leaf = { .arena = arena_open(), .shelves = shelves, .set = set };
    leaf.page = page_open(arena_printf(leaf.arena, "%s: the data", set->job->network),
                          "what there is to train on, and how the network sees it");
    tell_first(&leaf, alike);
    tell_counts(&leaf);
    tell_damage(&leaf);
    tell_targets(&leaf);
    tell_copies(&leaf, alike);
    show_sheets(&leaf, sheet, sheets);
    tell_sizes(&leaf);
    tell_channels(&leaf, facts);
    page_section(leaf.page, "text", "As text");
    page_verbatim(leaf.page, report);
    if (!page_close(leaf.page, path))
        fault("cannot write %s: %s", path, strerror(errno));
    arena_close(leaf.arena);
}
