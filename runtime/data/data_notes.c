#include "runtime/data/data_notes.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/data/data_counts.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

static char *note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *note(const char *format, ...)
{
    va_list args;
    char *text;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        fault("out of memory");
    va_end(args);
    return text;
}

/* ---- classes ---- */

/* Labels that count from 1 look like this, too. */
char *note_empty_classes(const Shelves *shelves)
{
    const Dataset *set = shelves->dataset;
    bool labels = dataset_has_labels(set->job);
    const char *what = labels ? "nothing has" : dataset_has_pixels(set->job) ? "no pixel is of" : "nothing is of";
    long *count = shelf_count_classes(shelves->shelf[PART_TRAIN]);
    int empty = 0, first = 0;
    for (int i = set->classes; i-- > 0;)
        if (!count[i])
            first = i, empty++;
    free(count);
    if (empty > 1)
        return note("%s %d %s, as '%s': they cannot be learned", what, empty, labels ? "labels" : "classes", set->class_name[first]);
    return empty ? note("%s %s '%s': it cannot be learned", what, labels ? "label" : "class", set->class_name[first]) : NULL;
}

/* ---- numbers ---- */

/* A column of targets as the loss compares them; of many rows, some, evenly chosen. */
static DataNumbers learned(const Shelves *shelves, int column)
{
    enum { MOST_ROWS = 10000 };
    const Job *job = shelves->dataset->job;
    const DataPart *train = &shelves->dataset->part[PART_TRAIN];
    DataNumbers numbers = { .count = 0 };
    for (long i = 0; i < train->items; i += train->items / MOST_ROWS + 1)
        for (long k = column; k < shape_size(job->target.shape); k += data_columns(job))
            data_add_number(&numbers, (double)((const float *)train->item[i].target)[k]);
    return numbers;
}

/* What a rate for numbers of about 1 copes with. */
static bool is_far(const DataNumbers *numbers)
{
    const double large = 30, small = 0.01;
    double deviation = data_deviation(numbers);
    return deviation < small || deviation * deviation + numbers->mean * numbers->mean > large * large;
}

/* Three digits, and no exponent where people write none. */
static void put_number(FILE *out, double number)
{
    const double long_number = 1000;
    char text[32];
    snprintf(text, sizeof text, "%.3g", number);
    if (fabs(number) < long_number)
        fputs(text, out);
    else
        fprintf(out, "%.0f", strtod(text, NULL));
}

/* "mean=50 std=20", or of several columns "mean=(50, 1) std=(20, 3)"; constant ones stay as they are. `is` tells each as
 * it is learned, from what the table's line makes of it by now. */
static void put_options(FILE *out, const JobTable *table, const DataNumbers *is)
{
    const char *open = table->targets > 1 ? "(" : "", *close = table->targets > 1 ? ")" : "";
    fprintf(out, "mean=%s", open);
    for (int i = 0; i < table->targets; i++) {
        fputs(i ? ", " : "", out);
        put_number(out, is[i].mean * table->std[i] + table->mean[i]);
    }
    fprintf(out, "%s std=%s", close, open);
    for (int i = 0; i < table->targets; i++) {
        double deviation = data_deviation(&is[i]);
        fputs(i ? ", " : "", out);
        put_number(out, deviation > 0 ? deviation * table->std[i] : table->std[i]);
    }
    fputs(close, out);
}

/* What to do about it: a table's line scales, arrays are saved anew. */
static void put_remedy(FILE *out, const JobTable *table, const DataNumbers *is)
{
    enum { FEW = 8 };
    if (table->targets > FEW) {
        fputs("mean= and std= of the 'target' line make learning easier", out);
    } else if (table->targets) {
        fputs("'target ... ", out);
        put_options(out, table, is);
        fputs("' makes learning easier", out);
    } else {
        fputs("saved as (y - ", out);
        put_number(out, is->mean);
        fputs(") / ", out);
        put_number(out, data_deviation(is));
        fputs(" they are easier to learn", out);
    }
}

static char *note_far(const JobTable *table, const DataNumbers *is, int column)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    if (table->targets)
        fprintf(out, "'%s' has mean ", table->target[column]);
    else
        fputs("the numbers to be answered have mean ", out);
    put_number(out, is[column].mean);
    fputs(" and deviation ", out);
    put_number(out, data_deviation(&is[column]));
    fputs(", as the loss compares them: ", out);
    put_remedy(out, table, is);
    fclose(out);
    return text;
}

/* What is wrong with one column, or NULL. */
static char *note_column(const JobTable *table, const DataNumbers *is, int column)
{
    if (data_deviation(&is[column]) > 0)
        return is_far(&is[column]) ? note_far(table, is, column) : NULL;
    if (table->targets)
        return note("'%s' is the same in all that is trained on: there is nothing to learn", table->target[column]);
    return note("the numbers to be answered are all the same: there is nothing to learn");
}

char *note_targets(const Shelves *shelves)
{
    const Job *job = shelves->dataset->job;
    char *text = NULL;
    if (job->target.kind != TARGET_NUMBERS || job->data.target_is_input || shelves->dataset->part[PART_TRAIN].items < 2)
        return NULL;
    int columns = data_columns(job);
    DataNumbers *is = need_memory(sizeof *is * (size_t)columns);
    for (int i = 0; i < columns; i++)
        is[i] = learned(shelves, i);
    for (int i = 0; i < columns && !text; i++)
        text = note_column(&job->data.table, is, i);
    free(is);
    return text;
}
