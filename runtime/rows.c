#include "runtime/rows.h"

#include <string.h>

#include "runtime/array_file.h"
#include "runtime/arrays.h"
#include "runtime/dataset.h"
#include "runtime/fault.h"
#include "runtime/table.h"

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

/* ---- a table ---- */

/* The columns of what comes in, [c]; the others may be there or not. */
static int *find_inputs(Arena *arena, const Job *job, const Table *table, const char *path)
{
    int *column = arena_array(arena, int, table->columns), found = 0;
    for (int i = 0; i < table->columns; i++)
        if (!table_names_column(&job->data.table, table->name[i]))
            column[found++] = i;
    if (found != job->input.shape.c)
        fault("%s has %d columns that the card does not name, but the input takes %d", path, found,
              job->input.shape.c);
    return column;
}

static const float *table_row(Arena *arena, const Job *job, const Table *table, const int *column, long row,
                              const char *path)
{
    float *values = new_values(arena, job);
    for (int i = 0; i < job->input.shape.c; i++) {
        double number;
        const char *cell = table_cell(table, row, column[i]);
        if (!table_number(cell, &number))
            fault("%s: line %ld has '%.60s' in '%s', which is no number", path, table->line[row], cell,
                  table->name[column[i]]);
        values[i] = (float)number;
    }
    return values;
}

static RowList read_table(Arena *arena, const Job *job, const char *path)
{
    char reason[REASON_ROOM];
    Table table;
    if (!table_read(&table, path, reason))
        fault("%s %s", path, reason);
    const int *column = find_inputs(arena, job, &table, path);
    RowList list = { .row = arena_array(arena, Row, table.rows), .rows = table.rows };
    for (long i = 0; i < table.rows; i++)
        list.row[i] = (Row){ arena_printf(arena, "%s:%ld", path, table.line[i]),
                             table_row(arena, job, &table, column, i, path) };
    table_free(&table);
    return list;
}

/* ---- an array ---- */

static RowList read_array(Arena *arena, const Job *job, const char *path)
{
    const char *reason[2];
    Arrays *arrays = arrays_open(arena, path, NULL, job, 0, reason);
    if (!arrays)
        fault("%s", reason[0]);
    RowList list = { .row = arena_array(arena, Row, arrays_rows(arrays)), .rows = arrays_rows(arrays) };
    for (long i = 0; i < list.rows; i++) {
        float *values = new_values(arena, job);
        const void *row = arrays_row(arrays, i);
        for (long k = 0; k < shape_size(job->input.shape); k++)
            values[k] = arrays_are_bytes(arrays) ? ((const uint8_t *)row)[k] : ((const float *)row)[k];
        list.row[i] = (Row){ arena_printf(arena, "%s:%ld", path, i), values };
    }
    arrays_close(arrays);
    return list;
}

RowList rows_read(Arena *arena, const Job *job, const char *path)
{
    if (!strcmp(path, "-"))
        fault("rows are read from files, not from standard input");
    return job->data.kind == DATA_CSV ? read_table(arena, job, path) : read_array(arena, job, path);
}
