#include "runtime/commands/compare.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/answers/metrics.h"
#include "runtime/show/progress.h"
#include "runtime/show/sparkline.h"
#include "runtime/show/terminal_text.h"
#include "runtime/system/json_text.h"

enum { CURVE = 24, MOST_COLUMNS = 16, DIGITS = 9 };

/* ---- which columns ---- */

/* A column of results.csv that tells how good an epoch was. */
typedef struct {
    const char *name;           /* "validation_loss" */
    bool rises;                 /* more is better */
} Measure;

static const char validation[] = "validation_";

static bool rises(const char *column)
{
    const char *word = strncmp(column, validation, strlen(validation)) ? column : column + strlen(validation);
    for (int kind = 0; kind < METRIC_COUNT; kind++)
        if (!strcmp(word, metric_word[kind]))
            return metric_rises[kind];
    return false;
}

static bool has_numbers(const RunSummary *run, const char *column)
{
    for (int i = 0; i < run->results.epochs; i++)
        if (!isnan(summary_value(run, i, column)))
            return true;
    return false;
}

/* Those of validation that any run has, or else loss and accuracy of training. */
static int choose_measures(const RunSummary *run, int runs, Measure measure[MOST_COLUMNS])
{
    int count = 0;
    for (int pass = 0; pass < 2 && !count; pass++)
        for (int r = 0; r < runs; r++)
            for (int c = 0; c < run[r].results.columns; c++) {
                const char *name = run[r].results.name[c];
                bool wanted = pass ? !strcmp(name, "loss") || !strcmp(name, "accuracy")
                                   : !strncmp(name, validation, strlen(validation));
                for (int i = 0; i < count; i++)
                    wanted &= strcmp(measure[i].name, name) != 0;
                if (wanted && count < MOST_COLUMNS && has_numbers(&run[r], name))
                    measure[count++] = (Measure){ name, rises(name) };
            }
    return count;
}

/* The best that any run has come to. */
static double best_of(const RunSummary *run, int runs, const Measure *measure)
{
    double best = NAN;
    for (int r = 0; r < runs; r++) {
        double value = summary_value(&run[r], run[r].best, measure->name);
        if (isnan(best) || (measure->rises ? value > best : value < best))
            best = value;
    }
    return best;
}

/* ---- the table ---- */

/* The columns before those of measures. */
enum { COLUMN_NAME, COLUMN_STATE, COLUMN_STARTED, COLUMN_TIME, COLUMN_EPOCHS, COLUMN_BEST, FIXED };

/* Cells, column by column as wide as the widest; those of numbers stand at the right. */
typedef struct {
    const char **cell;          /* [rows][columns] */
    int rows, columns;
    unsigned left, hidden;      /* columns, as bits, that stand at the left; that are not shown */
} Table;

static int width_of(const Table *table, int column)
{
    int width = 0;
    for (int row = 0; row < table->rows; row++)
        width = wider_text(width, table->cell[row * table->columns + column]);
    return width;
}

static bool is_shown(const Table *table, int column)
{
    return !(table->hidden >> column & 1);
}

/* Two blanks stand between columns. */
static int table_width(const Table *table)
{
    int width = 0;
    for (int c = 0; c < table->columns; c++)
        if (is_shown(table, c))
            width += (c ? 2 : 0) + width_of(table, c);
    return width;
}

/* Of a long name the end is kept: by that the runs of a sweep differ. */
static void shorten_names(Arena *arena, const Table *table, int most)
{
    static const char gap[] = "...";
    enum { LEAST = 8 };
    int width = most < LEAST ? LEAST : most;
    for (int row = 1; row < table->rows; row++) {
        const char **name = &table->cell[row * table->columns + COLUMN_NAME];
        int length = (int)strlen(*name);
        if (length > width)
            *name = arena_printf(arena, "%s%s", gap, *name + length - width + (int)strlen(gap));
    }
}

/* What does not fit goes: when a run began, and then the beginnings of long names. */
static void fit_table(Arena *arena, Table *table, int columns)
{
    if (table_width(table) > columns)
        table->hidden |= 1u << COLUMN_STARTED;
    if (table_width(table) > columns)
        shorten_names(arena, table, width_of(table, COLUMN_NAME) - (table_width(table) - columns));
}

static void put_cells(FILE *out, const Table *table, int row)
{
    for (int c = 0; c < table->columns; c++) {
        if (!is_shown(table, c))
            continue;
        fprintf(out, "%*s", c ? 2 : 0, "");
        put_padded(out, table->cell[row * table->columns + c],
                   table->left >> c & 1 ? -width_of(table, c) : width_of(table, c));
    }
}

/* "2026-11-28 16:32" of "2026-11-28T16:32:23Z" */
static const char *minute(Arena *arena, const char *time)
{
    return strlen(time) > 16 ? arena_printf(arena, "%.10s %.5s", time, time + 11) : "-";
}

static const char *number(Arena *arena, double value, const char *mark)
{
    return isnan(value) ? arena_printf(arena, "-%s", mark) : arena_printf(arena, "%.5g%s", value, mark);
}

static void fill_row(Arena *arena, const char **cell, const RunSummary *run, const Measure *measure, const double *best,
                     int measures, bool alone)
{
    char duration[DURATION_ROOM];
    double at = summary_value(run, run->best, "epoch");
    *cell++ = run->name;
    *cell++ = run_state_word[run->state];
    *cell++ = minute(arena, run->started);
    *cell++ = arena_printf(arena, "%s", duration_text(run->seconds, duration));
    *cell++ = run->wanted ? arena_printf(arena, "%d/%" PRId64, run->results.epochs, run->wanted)
                          : arena_printf(arena, "%d", run->results.epochs);
    *cell++ = number(arena, at, "");
    for (int i = 0; i < measures; i++) {
        double value = summary_value(run, run->best, measure[i].name);
        *cell++ = number(arena, value, alone ? "" : value == best[i] ? "*" : " ");
    }
}

/* A column's numbers, those that are none left out. */
static int curve_of(Arena *arena, const RunSummary *run, const char *column, double **curve)
{
    int points = 0;
    *curve = arena_array(arena, double, run->results.epochs + 1);
    for (int i = 0; i < run->results.epochs; i++)
        if (isfinite(summary_value(run, i, column)))
            (*curve)[points++] = summary_value(run, i, column);
    return points;
}

static SparkRange range_of(Arena *arena, const RunSummary *run, int runs, const char *column)
{
    SparkRange range = { INFINITY, -INFINITY };
    for (int r = 0; r < runs; r++) {
        double *curve;
        int points = curve_of(arena, &run[r], column, &curve);
        for (int i = 0; i < points; i++) {
            range.low = fmin(range.low, curve[i]);
            range.high = fmax(range.high, curve[i]);
        }
    }
    return range;
}

static Table make_table(Arena *arena, const RunSummary *run, int runs, const Measure *measure, int measures)
{
    static const char *const head[FIXED] = { "run", "state", "started", "time", "epochs", "best" };
    double best[MOST_COLUMNS];
    Table table = { .rows = runs + 1, .columns = FIXED + measures, .left = 1u << COLUMN_NAME | 1u << COLUMN_STATE | 1u << COLUMN_STARTED };
    table.cell = arena_array(arena, const char *, table.rows * table.columns);
    memcpy(table.cell, head, sizeof head);
    for (int i = 0; i < measures; i++) {
        table.cell[FIXED + i] = measure[i].name;
        best[i] = best_of(run, runs, &measure[i]);
    }
    for (int r = 0; r < runs; r++)
        fill_row(arena, table.cell + (r + 1) * table.columns, &run[r], measure, best, measures, runs == 1);
    return table;
}

void compare_table(FILE *out, Arena *arena, const RunSummary *run, int runs, int columns, bool utf8)
{
    Measure measure[MOST_COLUMNS];
    int measures = choose_measures(run, runs, measure);
    Table table = make_table(arena, run, runs, measure, measures);
    const SparkRange range = measures ? range_of(arena, run, runs, measure[0].name) : (SparkRange){ 0 };
    const char *title = !measures ? "" : arena_printf(arena, "  %s, %.3g to %.3g", measure[0].name, range.high, range.low);
    int room = columns ? columns - table_width(&table) : INT_MAX;
    bool curves = measures && room >= 2 + CURVE;
    if (columns)
        fit_table(arena, &table, columns);
    put_cells(out, &table, 0);
    fprintf(out, "%.*s\n", !curves ? 0 : (int)strlen(title) <= room ? INT_MAX : (int)strcspn(title, ","), title);
    for (int r = 0; r < runs; r++) {
        double *curve;
        int points = curves ? curve_of(arena, &run[r], measure[0].name, &curve) : 0;
        put_cells(out, &table, r + 1);
        if (points) {
            fprintf(out, "  ");
            sparkline(out, curve, points, CURVE, &range, utf8);
        }
        fprintf(out, "\n");
    }
}

/* ---- what differs ---- */

static int times(const RunSummary *run, const char *fact)
{
    int count = 0;
    for (int i = 0; i < run->facts; i++)
        count += !strcmp(run->fact[i], fact);
    return count;
}

/* How often all runs have each of the first one's facts. */
typedef struct {
    const RunSummary *first;
    int *times;                 /* [first->facts] */
} Common;

static Common common_of(Arena *arena, const RunSummary *run, int runs)
{
    Common common = { &run[0], arena_array(arena, int, run[0].facts + 1) };
    for (int i = 0; i < run[0].facts; i++) {
        common.times[i] = times(&run[0], run[0].fact[i]);
        for (int r = 1; r < runs && common.times[i]; r++) {
            int own = times(&run[r], run[0].fact[i]);
            common.times[i] = own < common.times[i] ? own : common.times[i];
        }
    }
    return common;
}

/* True where the run has the fact more often than all. */
static bool differs(const Common *common, const RunSummary *run, const char *fact)
{
    int all = 0;
    for (int i = 0; i < common->first->facts && !all; i++)
        if (!strcmp(common->first->fact[i], fact))
            all = common->times[i];
    return times(run, fact) > all;
}

/* The facts of one run that not all have, each once. */
static const char **differences(Arena *arena, const Common *common, const RunSummary *run, int *count)
{
    const char **list = arena_array(arena, const char *, run->facts + 1);
    *count = 0;
    for (int i = 0; i < run->facts; i++) {
        bool told = false;
        for (int k = 0; k < *count; k++)
            told |= !strcmp(list[k], run->fact[i]);
        if (!told && differs(common, run, run->fact[i]))
            list[(*count)++] = run->fact[i];
    }
    return list;
}

static bool same_facts(const RunSummary *a, const RunSummary *b)
{
    bool same = a->facts == b->facts;
    for (int i = 0; i < a->facts && same; i++)
        same = !strcmp(a->fact[i], b->fact[i]);
    return same;
}

void compare_facts(FILE *out, Arena *arena, const RunSummary *run, int runs)
{
    int width = 0, all = 0;
    bool same = true;
    for (int r = 0; r < runs; r++) {
        width = wider_text(width, run[r].name);
        same &= same_facts(&run[r], &run[0]);
    }
    if (runs < 2)
        return;
    const Common common = common_of(arena, run, runs);
    fprintf(out, same ? "\nNothing differs: they have the same card, options and machine.\n" : "\nWhat differs:\n");
    for (int r = 0; r < runs && !same; r++) {
        int count;
        const char **list = differences(arena, &common, &run[r], &count);
        all += count;
        put_padded(out, run[r].name, -width);
        fprintf(out, " ");
        for (int i = 0; i < count; i++)
            fprintf(out, "%s%s", i ? "; " : " ", list[i]);
        fprintf(out, "\n");
    }
    if (!same && !all)
        fprintf(out, "the order of the card's lines\n");
}

/* ---- JSON ---- */

/* Of epochs, whole numbers. */
static json_t *value_at(const RunSummary *run, int row, int column)
{
    double value = run->results.value[column][row];
    return strcmp(run->results.name[column], "epoch") ? json_number(value) : json_integer((json_int_t)value);
}

static json_t *values_at(const RunSummary *run, int row)
{
    json_t *object = json_object();
    for (int c = 0; c < run->results.columns; c++)
        json_put(object, run->results.name[c], value_at(run, row, c));
    return object;
}

/* All epochs of each column. */
static json_t *curves(const RunSummary *run)
{
    json_t *object = json_object();
    for (int c = 0; c < run->results.columns; c++) {
        json_t *curve = json_array();
        for (int row = 0; row < run->results.epochs; row++)
            json_add(curve, value_at(run, row, c));
        json_put(object, run->results.name[c], curve);
    }
    return object;
}

void compare_json(FILE *out, Arena *arena, const RunSummary *run, int runs)
{
    const Common common = runs ? common_of(arena, run, runs) : (Common){ 0 };
    for (int r = 0; r < runs; r++) {
        int count;
        const char **list = differences(arena, &common, &run[r], &count);
        json_t *object = json_object(), *facts = json_array();
        for (int i = 0; i < count; i++)
            json_add(facts, json_text(list[i]));
        json_put(object, "run", json_text(run[r].name));
        json_put(object, "state", json_text(run_state_word[run[r].state]));
        json_put(object, "started", json_text(run[r].started));
        json_put(object, "seconds", json_number(run[r].seconds));
        json_put(object, "epochs", json_integer(run[r].results.epochs));
        json_put(object, "wanted", json_integer(run[r].wanted));
        json_put(object, "best", run[r].best < 0 ? json_null() : values_at(&run[r], run[r].best));
        json_put(object, "differs", facts);
        json_put(object, "curves", curves(&run[r]));
        char *line = json_line_to(object, DIGITS);
        fprintf(out, "%s\n", line);
        free(line);
        json_decref(object);
    }
}
