/* table.h - what was measured, a row each, as the one table that is printed and as JSON. */

#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Of a row's ratio, or where it has none, of its value. */
typedef enum { GOAL_NONE, GOAL_AT_LEAST, GOAL_AT_MOST, GOAL_NEAR } GoalKind;

typedef struct {
    GoalKind kind;
    double number;              /* GOAL_NEAR: how far from 1 it may be */
} Goal;

#define AT_LEAST(number) ((Goal){ GOAL_AT_LEAST, number })
#define AT_MOST(number)  ((Goal){ GOAL_AT_MOST, number })
#define NEAR_ONE(number) ((Goal){ GOAL_NEAR, number })

typedef struct {
    const char *what;           /* "batch 32, 2 threads" */
    double value;
    const char *unit;           /* "img/s"; NULL: none */
    const char *against;        /* "yardstick"; NULL: nothing */
    double other;               /* what that measured, in the same unit; 0: untold */
    double ratio;               /* 0: none */
    Goal goal;
    const char *note;           /* or NULL */
} Row;

typedef struct Table Table;

/* Rows are printed to `out` as they come. */
Table *table_open(FILE *out);
void   table_close(Table *table);

/* What follows is about `title`; an empty line and a heading. */
void table_section(Table *table, const char *name, const char *title);

/* Texts are copied. */
void table_add(Table *table, const Row *row);

/* One line in place of rows that cannot be had here. */
void table_skip(Table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True where a row has a goal and reaches it. */
bool goal_reached(const Row *row);

/* How many goals there were, and how many were reached. */
int table_goals(const Table *table);
int table_reached(const Table *table);

/* [{"section", "what", "value", "unit", "against", "other", "ratio", "goal", "reached", "note"}, ...],
 * without what a row has not; and what was skipped, [{"section", "why"}, ...]. Owned by the table. */
json_t *table_rows(const Table *table);
json_t *table_skipped(const Table *table);

#endif
