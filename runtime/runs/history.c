#include "runtime/runs/history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/folder.h"

/* Cuts the next field off a line of numbers and plain names, which no field quotes; NULL behind the last. */
static char *next_field(char **line)
{
    return strsep(line, ",");
}

static int count(const char *text, char letter)
{
    int times = 0;
    for (; *text; text++)
        times += *text == letter;
    return times;
}

static void read_head(Arena *arena, History *history, char *line)
{
    history->columns = count(line, ',') + 1;
    history->name = arena_array(arena, const char *, history->columns);
    history->value = arena_array(arena, double *, history->columns);
    for (int i = 0; i < history->columns; i++) {
        const char *name = next_field(&line);
        history->name[i] = arena_copy(arena, name, strlen(name));
    }
}

static void read_line(History *history, char *line)
{
    for (int i = 0; i < history->columns; i++) {
        char *field = next_field(&line), *end = NULL;
        double value = field && *field ? strtod(field, &end) : NAN;
        history->value[i][history->epochs] = end && !*end ? value : NAN;
    }
    history->epochs++;
}

/* How many lines there are at most. */
static int lines_of(FILE *stream)
{
    int lines = 0;
    for (int c; (c = getc(stream)) != EOF; )
        lines += c == '\n';
    rewind(stream);
    return lines;
}

History history_read(Arena *arena, const char *folder)
{
    History history = { 0 };
    char *line = NULL;
    size_t room = 0;
    FILE *stream = fopen(folder_join(arena, folder, "results.csv"), "rbe");
    int lines = stream ? lines_of(stream) : 0;
    while (lines && getline(&line, &room, stream) > 0 && strchr(line, '\n')) {
        *strchr(line, '\n') = '\0';
        if (history.columns) {
            read_line(&history, line);
            continue;
        }
        read_head(arena, &history, line);
        for (int i = 0; i < history.columns; i++)
            history.value[i] = arena_array(arena, double, lines);
    }
    if (stream)
        fclose(stream);
    free(line);
    return history;
}

const double *history_column(const History *history, const char *name)
{
    for (int i = 0; i < history->columns; i++)
        if (!strcmp(history->name[i], name))
            return history->value[i];
    return NULL;
}
