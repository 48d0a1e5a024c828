#include "bench/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/memory.h"

enum { NUMBER = 32, CELL = 128, WHAT = 44, MEASURED = 15, AGAINST = 27, RATIO = 6, GOAL = 9 };

struct Table {
    FILE *out;
    const char *section;
    json_t *rows, *skipped;
    int goals, reached;
    bool headed;                /* the columns have their names */
};

Table *table_open(FILE *out)
{
    Table *table = need_memory(sizeof *table);
    *table = (Table){ .out = out, .section = "", .rows = json_array(), .skipped = json_array() };
    return table;
}

void table_close(Table *table)
{
    json_decref(table->rows);
    json_decref(table->skipped);
    free(table);
}

/* ---- cells ---- */

/* Four digits that tell something. */
static const char *number_text(double number, char text[NUMBER])
{
    double size = fabs(number);
    snprintf(text, NUMBER, "%.*f", size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3, number);
    return text;
}

static const char *measured_text(const Row *row, char text[CELL])
{
    char number[NUMBER];
    const char *unit = row->unit ? row->unit : "";
    snprintf(text, CELL, "%s%s%s", number_text(row->value, number), *unit ? " " : "", unit);
    return text;
}

static const char *against_text(const Row *row, char text[CELL])
{
    char number[NUMBER];
    if (!row->against)
        return "";
    snprintf(text, CELL, "%s%s%s", row->against, row->other != 0 ? " " : "",
             row->other != 0 ? number_text(row->other, number) : "");
    return text;
}

static const char *ratio_text(const Row *row, char text[CELL])
{
    snprintf(text, CELL, "%.3f", row->ratio);
    return row->ratio != 0 ? text : "";
}

static const char *goal_text(const Row *row, char text[CELL])
{
    static const char *const sign[] = { "", ">=", "<=", "1 +-" };
    snprintf(text, CELL, "%s %.4g", sign[row->goal.kind], row->goal.number);
    return row->goal.kind == GOAL_NONE ? "" : text;
}

bool goal_reached(const Row *row)
{
    double number = row->ratio != 0 ? row->ratio : row->value;
    switch (row->goal.kind) {
    case GOAL_AT_LEAST: return number >= row->goal.number;
    case GOAL_AT_MOST: return number <= row->goal.number;
    case GOAL_NEAR: return fabs(number - 1) <= row->goal.number;
    default: return false;
    }
}

static const char *verdict(const Row *row)
{
    return row->goal.kind == GOAL_NONE ? "" : goal_reached(row) ? "reached" : "missed";
}

/* ---- lines ---- */

static void put_line(FILE *out, const char *what, const char *measured, const char *against,
                     const char *ratio, const char *goal, const char *end, const char *note)
{
    char line[512];
    int length = snprintf(line, sizeof line, "%-*s %*s  %-*s %*s  %-*s %-7s%s%s", WHAT, what, MEASURED,
                          measured,
                          AGAINST, against, RATIO, ratio, GOAL, goal, end, note
                              ? "  " : "", note ? note : "");
    while (length > 0 && line[length - 1] == ' ')
        line[--length] = '\0';
    fprintf(out, "%s\n", line);
    fflush(out);
}

void table_section(Table *table, const char *name, const char *title)
{
    table->section = name;
    if (!table->headed)
        put_line(table->out, "what", "measured", "against", "ratio", "goal", "", NULL);
    table->headed = true;
    fprintf(table->out, "\n%s: %s\n", name, title);
    fflush(table->out);
}

static json_t *row_json(const Table *table, const Row *row)
{
    char goal[CELL];
    json_t *object = json_pack("{s:s, s:s, s:f}", "section", table->section, "what", row->what,
                               "value", row->value);
    if (row->unit)
        json_object_set_new(object, "unit", json_string(row->unit));
    if (row->against)
        json_object_set_new(object, "against", json_string(row->against));
    if (row->other != 0)
        json_object_set_new(object, "other", json_real(row->other));
    if (row->ratio != 0)
        json_object_set_new(object, "ratio", json_real(row->ratio));
    if (row->goal.kind != GOAL_NONE) {
        json_object_set_new(object, "goal", json_string(goal_text(row, goal)));
        json_object_set_new(object, "reached", json_boolean(goal_reached(row)));
    }
    if (row->note)
        json_object_set_new(object, "note", json_string(row->note));
    return object;
}

void table_add(Table *table, const Row *row)
{
    char measured[CELL], against[CELL], ratio[CELL], goal[CELL];
    json_array_append_new(table->rows, row_json(table, row));
    table->goals += row->goal.kind != GOAL_NONE;
    table->reached += goal_reached(row);
    char what[CELL];
    snprintf(what, sizeof what, "  %s", row->what);
    put_line(table->out, what, measured_text(row, measured), against_text(row, against), ratio_text(row,
                                                                                                    ratio),
             goal_text(row, goal), verdict(row), row->note);
}

void table_skip(Table *table, const char *format, ...)
{
    char why[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    json_array_append_new(table->skipped, json_pack("{s:s, s:s}", "section", table->section, "why", why));
    fprintf(table->out, "  skipped: %s\n", why);
    fflush(table->out);
}

int table_goals(const Table *table)
{
    return table->goals;
}

int table_reached(const Table *table)
{
    return table->reached;
}

json_t *table_rows(const Table *table)
{
    return table->rows;
}

json_t *table_skipped(const Table *table)
{
    return table->skipped;
}
