#include "runtime/commands/data_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/data/channel_facts.h"
#include "runtime/data/damage.h"
#include "runtime/data/data_counts.h"
#include "runtime/data/measure.h"
#include "runtime/show/terminal_text.h"
#include "runtime/system/memory.h"

/* ---- the table ---- */

static bool has_part(const Dataset *set, int part)
{
    return set->part[part].items > 0;
}

static void print_heading(FILE *out, const Shelves *shelves, int width, const char *first)
{
    fprintf(out, "%-*s", width, first);
    for (int part = 0; part < PART_COUNT; part++)
        if (has_part(shelves->dataset, part))
            fprintf(out, "  %10s", data_part_name[part]);
}

static int name_width(const Dataset *set, const char *first)
{
    int width = text_columns(first);
    for (int i = 0; i < set->classes; i++)
        width = wider_text(width, set->class_name[i]);
    return width;
}

/* By which a class counts in training, where not all count alike. */
static void print_weight(FILE *out, const Dataset *set, int class)
{
    if (set->class_weight && class != ANY_CLASS)
        fprintf(out, "  %10.4g", (double)set->class_weight[class]);
}

/* What a training will have of a class; the damaged stand apart, so that the numbers are those that
 * training and evaluating tell. */
static void print_row(FILE *out, const Shelves *shelves, int width, const char *name, int class)
{
    long damaged = 0;
    put_padded(out, name, -width);
    for (int part = 0; part < PART_COUNT; part++) {
        damaged += data_count(shelves, part, class, true);
        if (has_part(shelves->dataset, part))
            fprintf(out, "  %10ld", data_count(shelves, part, class, false));
    }
    if (shelves_damaged(shelves))
        fprintf(out, "  %10ld", damaged);
    print_weight(out, shelves->dataset, class);
    fputc('\n', out);
}

/* Rows for the classes, where an image has one or several of them, and one for all. */
static void print_table(FILE *out, const Shelves *shelves)
{
    const Dataset *set = shelves->dataset;
    bool classes = set->classes && !dataset_has_pixels(set->job);
    const char *first = !classes ? "" : dataset_has_labels(set->job) ? "label" : "class";
    int width = classes ? name_width(set, first) : text_columns("total");
    print_heading(out, shelves, width, first);
    if (shelves_damaged(shelves))
        fprintf(out, "  %10s", "damaged");
    if (classes && set->class_weight)
        fprintf(out, "  %10s", "weight");
    fputc('\n', out);
    for (int i = 0; classes && i < set->classes; i++)
        print_row(out, shelves, width, set->class_name[i], i);
    print_row(out, shelves, width, "total", ANY_CLASS);
}

/* ---- pixels of masks ---- */

static void print_share(FILE *out, long pixels, const long *all)
{
    long total = 0;
    for (int class = 0; class < PIXEL_VALUES; class++)
        total += all[class];
    fprintf(out, "  %9.2f%%", total ? 100.0 * (double)pixels / (double)total : 0.0);
}

/* What a resized mask shows, in shares of all pixels. */
static void print_pixels(FILE *out, const Shelves *shelves)
{
    const Dataset *set = shelves->dataset;
    static const char left_out[] = "left out";
    long pixels[PART_COUNT][PIXEL_VALUES], uncounted = 0;
    int width = name_width(set, left_out);
    for (int part = 0; part < PART_COUNT; part++) {
        shelf_count_pixels(shelves->shelf[part], pixels[part]);
        uncounted += pixels[part][MASK_LEFT_OUT];
    }
    fputc('\n', out);
    print_heading(out, shelves, width, "pixels");
    if (set->class_weight)
        fprintf(out, "  %10s", "weight");
    for (int i = 0; i < set->classes + (uncounted > 0); i++) {
        bool last = i == set->classes;
        fputc('\n', out);
        put_padded(out, last ? left_out : set->class_name[i], -width);
        for (int part = 0; part < PART_COUNT; part++)
            if (has_part(set, part))
                print_share(out, pixels[part][last ? MASK_LEFT_OUT : i], pixels[part]);
        print_weight(out, set, last ? ANY_CLASS : i);
    }
    fputc('\n', out);
}

/* ---- columns of numbers ---- */

static void print_numbers(FILE *out, const Shelves *shelves)
{
    const JobTable *table = &shelves->dataset->job->data.table;
    static const char title[] = "training target";
    int width = text_columns(title);
    for (int i = 0; i < table->targets; i++)
        width = wider_text(width, table->target[i]);
    fprintf(out, "\n%-*s  %10s  %10s  %10s  %10s\n", width, title, "least", "mean", "std", "most");
    for (int i = 0; i < data_columns(shelves->dataset->job); i++) {
        DataNumbers numbers = data_numbers(shelves, i);
        put_padded(out, table->targets ? table->target[i] : "all numbers", -width);
        fprintf(out, "  %10.6g  %10.6g  %10.6g  %10.6g\n", numbers.least, numbers.mean, data_deviation(&numbers), numbers.most);
    }
}

/* ---- sizes ---- */

static void print_sizes(FILE *out, const Shelves *shelves)
{
    long count, times;
    DataSize *list = data_sizes(shelves, &count);
    if (count) {
        const DataSize *common = data_common_size(list, count, &times), *last = &list[count - 1];
        fprintf(out, "\nheight x width of the pictures\n");
        fprintf(out, "  smallest     %4d x %-4d  %s\n", list->h, list->w, list->path);
        fprintf(out, "  largest      %4d x %-4d  %s\n", last->h, last->w, last->path);
        fprintf(out, "  most common  %4d x %-4d  %ld of %ld\n", common->h, common->w, times, count);
    }
    free(list);
}

/* ---- the input's numbers ---- */

/* What was measured, with the card's other numbers beside it. */
static void print_measured(FILE *out, const Dataset *set)
{
    enum { SHOWN = 8 };
    const JobInput *input = &set->job->input;
    int channels = input->shape.c;
    fprintf(out, "\nchannel         mean         std, of the training %s\n",
            items_word(&set->job->data));
    for (int c = 0; c < channels && c < SHOWN; c++)
        fprintf(out, "%7d  %11.6g %11.6g\n", c, input->mean[c], input->std[c]);
    if (channels > SHOWN)
        fprintf(out, "... and %d more\n", channels - SHOWN);
}

/* ---- the report ---- */

static void print_damaged(FILE *out, const Shelves *shelves)
{
    long damaged = shelves_damaged(shelves);
    char common[REASON_ROOM];
    if (!damaged)
        return;
    fprintf(out, "\n%ld of %ld file%s cannot be read%s\n", damaged, shelves_files(shelves), plural(shelves_files(shelves)),
            shelves_refused(shelves) ? "; training will stop at them" : " and will be left out");
    if (damage_in_common(shelves, common))
        fprintf(out, "%s\n", common);
    shelves_list_damaged(out, shelves, "; damaged.txt names all");
}

void data_report(FILE *out, const Shelves *shelves)
{
    const Job *job = shelves->dataset->job;
    print_table(out, shelves);
    if (dataset_has_pixels(job))
        print_pixels(out, shelves);
    if (job->target.kind == TARGET_NUMBERS && !job->data.target_is_input)
        print_numbers(out, shelves);
    bool told = names_columns(shelves->dataset) && job->input.scale == 1;   /* by the columns' facts, the very same */
    if (is_measured(&job->input) && !told)
        print_measured(out, shelves->dataset);
    print_sizes(out, shelves);
    print_damaged(out, shelves);
    if (shelves->dataset->passed_over)
        fprintf(out, "\n%ld passed over: hidden files, Thumbs.db, desktop.ini\n",
                shelves->dataset->passed_over);
}
