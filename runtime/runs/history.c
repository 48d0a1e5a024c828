#include "runtime/runs/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/folder.h"
#include "runtime/system/lines.h"

/* Fields are numbers and plain names, which no field quotes. */
static void read_head(Arena *arena, History *history, char *line)
{
    int room = 0;
    for (char *name; (name = strsep(&line, ",")); )
        *arena_push(arena, history->name, history->columns, room) = arena_copy(arena, name, strlen(name));
}

/* A line's values behind those before it, row by row. */
static void read_row(Arena *arena, History *history, char *line, double **row, int *values, int *room)
{
    for (int i = 0; i < history->columns; i++) {
        char *field = strsep(&line, ","), *end = NULL;
        double value = field && *field ? strtod(field, &end) : NAN;
        *arena_push(arena, *row, *values, *room) = end && !*end ? value : NAN;
    }
    history->epochs++;
}

static void turn(Arena *arena, History *history, const double *row)
{
    history->value = arena_array(arena, double *, history->columns);
    for (int i = 0; i < history->columns; i++) {
        history->value[i] = arena_array(arena, double, history->epochs);
        for (int k = 0; k < history->epochs; k++)
            history->value[i][k] = row[k * history->columns + i];
    }
}

bool history_read(Arena *arena, const char *folder, History *history)
{
    double *row = NULL;
    int values = 0, room = 0;
    Lines lines;
    *history = (History){ 0 };
    bool there = lines_open(&lines, folder_join(arena, folder, "results.csv"));
    char *line = lines_next(&lines);
    if (line)
        read_head(arena, history, line);
    while (line && (line = lines_next(&lines)))
        read_row(arena, history, line, &row, &values, &room);
    lines_close(&lines);
    turn(arena, history, row);
    return there;
}

const double *history_column(const History *history, const char *name)
{
    for (int i = 0; i < history->columns; i++)
        if (!strcmp(history->name[i], name))
            return history->value[i];
    return NULL;
}

int history_row(const History *history, double epoch)
{
    const double *number = history_column(history, "epoch");
    for (int i = 0; number && i < history->epochs; i++)
        if (number[i] == epoch)
            return i;
    return -1;
}
