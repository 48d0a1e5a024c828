/* table.c - the bytes as a CSV file; of one that is read, every cell as a number. */

#include <math.h>

#include "runtime/data/table.h"
#include "tests/fuzz/fuzz.h"

void fuzz_table(const uint8_t *bytes, size_t length)
{
    char reason[REASON_ROOM] = "";
    Table table;
    if (!table_read(&table, fuzz_file(bytes, length), reason)) {
        fuzz_expect(*reason && !table.text);
        return;
    }
    for (int c = 0; c < table.columns; c++)
        fuzz_expect(table_column(&table, table.name[c]) == c);
    for (long row = 0; row < table.rows; row++)
        for (int c = 0; c < table.columns; c++) {
            double number;
            if (table_number(table_cell(&table, row, c), &number))
                fuzz_expect(isfinite(number));
        }
    table_free(&table);
}
