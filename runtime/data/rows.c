#include "runtime/data/rows.h"

#include <string.h>

#include "base/guess.h"
#include "base/text.h"
#include "runtime/data/array_file.h"
#include "runtime/data/arrays.h"
#include "runtime/data/dataset.h"
#include "runtime/data/table.h"

bool rows_are_in(const Job *job, const char *path)
{
    Shape shape = job->input.shape;
    bool may_be_pictures = !shape_is_vector(shape) && (shape.c == 1 || shape.c == 3);
    return !data_has_pictures(&job->data) && (!may_be_pictures || array_is_one(path));
}

static float *new_values(Arena *arena, const Job *job)
{
    return arena_alloc(arena, sizeof(float) * (size_t)shape_size(job->input.shape) + ARRAY_SLACK);
}

/* A file that holds none. */
static RowList no_rows(Arena *arena, const char *path, const char *problem)
{
    RowList list = { arena_array(arena, Row, 1), 1 };
    list.row[0] = (Row){ .name = path, .problem = problem };
    return list;
}

/* ---- a table ---- */

/* Both fill `column` with those that come in, and return NULL, or why they cannot; other columns may be there or not. */
static const char *find_by_name(Arena *arena, const JobTable *known, const Table *table, int *column, const char *path)
{
    for (int i = 0; i < known->inputs; i++) {
        column[i] = table_column(table, known->input[i]);
        if (column[i] != NO_COLUMN)
            continue;
        Guess guess = guess_begin(known->input[i]);
        for (int k = 0; k < table->columns; k++)
            guess_try(&guess, table->name[k]);
        return arena_printf(arena, "%s has no column '%s', by which the weights were trained%s", path, known->input[i],
                            guess_text(arena, &guess));
    }
    return NULL;
}

static const char *find_by_place(Arena *arena, const Job *job, const Table *table, int *column, const char *path)
{
    int found = 0;
    for (int i = 0; i < table->columns; i++)
        if (!table_names_column(&job->data.table, table->name[i]))
            column[found++] = i;
    return found == job->input.shape.c ? NULL
         : arena_printf(arena, "%s has %d column%s that the card does not name, but the input takes %d", path, found,
                        plural(found), job->input.shape.c);
}

static Row table_row(Arena *arena, const Job *job, const Table *table, const int *column, long at, const char *path)
{
    float *values = new_values(arena, job);
    Row row = { .name = arena_printf(arena, "%s:%ld", path, table->line[at]), .values = values };
    for (int i = 0; i < job->input.shape.c; i++) {
        double number;
        const char *cell = table_cell(table, at, column[i]);
        if (!table_number(cell, &number))
            return (Row){ row.name, NULL, arena_printf(arena, "%s: '%.60s' in '%s' is no number", row.name, cell,
                                                       table->name[column[i]]) };
        values[i] = (float)number;
    }
    return row;
}

static RowList table_rows(Arena *arena, const Job *job, const Table *table, const int *column, const char *path)
{
    RowList list = { .row = arena_array(arena, Row, table->rows), .rows = table->rows };
    for (long i = 0; i < table->rows; i++)
        list.row[i] = table_row(arena, job, table, column, i, path);
    return list;
}

static RowList read_table(Arena *arena, const Job *job, const char *path)
{
    char reason[REASON_ROOM];
    Table table;
    if (!table_read(&table, path, reason))
        return no_rows(arena, path, arena_printf(arena, "%s %s", path, reason));
    const JobTable *known = &job->data.table;
    int *column = arena_array(arena, int, table.columns + known->inputs);
    const char *problem = known->inputs ? find_by_name(arena, known, &table, column, path)
                                        : find_by_place(arena, job, &table, column, path);
    RowList list = problem ? no_rows(arena, path, problem) : table_rows(arena, job, &table, column, path);
    table_free(&table);
    return list;
}

/* ---- an array ---- */

static RowList read_array(Arena *arena, const Job *job, const char *path)
{
    const char *reason[2];
    Arrays *arrays = arrays_open(arena, path, NULL, job, 0, reason);
    if (!arrays)
        return no_rows(arena, path, reason[0]);
    RowList list = { .row = arena_array(arena, Row, arrays_rows(arrays)), .rows = arrays_rows(arrays) };
    for (long i = 0; i < list.rows; i++) {
        float *values = new_values(arena, job);
        const void *row = arrays_row(arrays, i);
        for (long k = 0; k < shape_size(job->input.shape); k++)
            values[k] = arrays_are_bytes(arrays) ? ((const uint8_t *)row)[k] : ((const float *)row)[k];
        list.row[i] = (Row){ .name = arena_printf(arena, "%s:%ld", path, i), .values = values };
    }
    arrays_close(arrays);
    return list;
}

RowList rows_read(Arena *arena, const Job *job, const char *path)
{
    if (!strcmp(path, "-"))
        return no_rows(arena, path, "rows are read from files, not from standard input");
    return job->data.kind == DATA_CSV ? read_table(arena, job, path) : read_array(arena, job, path);
}
