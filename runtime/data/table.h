/* table.h - a table in a CSV file, as RFC 4180 has it: fields between commas, in double quotes where they
 * hold commas, quotes (doubled) or line ends; the first record names the columns. Lines end with LF or
 * CRLF, a mark of UTF-8 at the start is passed over, and so are empty lines. Read strictly: every record
 * has as many fields as the first. */

#ifndef DATA_TABLE_H
#define DATA_TABLE_H

#include <stdbool.h>

#include "runtime/system/reason.h"

enum {
    NO_COLUMN = -1,
    TABLE_BYTES = 1 << 30,      /* of a file */
    TABLE_COLUMNS = 100000,
};

typedef struct {
    char *text;                 /* of the file; the cells point into it */
    const char **name;          /* [columns] */
    int columns;
    const char **cell;          /* [rows][columns], without their quotes */
    long *line;                 /* [rows] in the file, from 1: where the row begins */
    long rows;                  /* at least 1 */
} Table;

/* On failure false, `table` empty, and a reason that fits behind "FILE ". Freed with table_free. */
bool table_read(Table *table, const char *path, char reason[REASON_ROOM]);
void table_free(Table *table);

/* The column of that name, or NO_COLUMN. */
int table_column(const Table *table, const char *name);

static inline const char *table_cell(const Table *table, long row, int column)
{
    return table->cell[row * table->columns + column];
}

/* A cell that is a number and nothing else, but for blanks around it: digits, point, exponent, as 1e-3. False
 * where it is not, or is too large for a float. */
bool table_number(const char *cell, double *number);

#endif
