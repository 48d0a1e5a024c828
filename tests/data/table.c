/* table.c - CSV files: what RFC 4180 allows is read, cell by cell; what it does not is refused by line. */

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/data/table.h"
#include "tests/support/scratch.h"

static bool read_text(const char *folder, const char *text, size_t length, Table *table, char *reason)
{
    scratch_write(folder, "t.csv", text, length);
    return table_read(table, scratch_path(folder, "t.csv"), reason);
}

/* The cells of all rows, each row in brackets with its line. */
static char *cells_of(const Table *table)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    for (int i = 0; i < table->columns; i++)
        fprintf(out, "%s|", table->name[i]);
    for (long row = 0; row < table->rows; row++) {
        fprintf(out, "[%ld:", table->line[row]);
        for (int i = 0; i < table->columns; i++)
            fprintf(out, "%s|", table_cell(table, row, i));
        fprintf(out, "]");
    }
    fclose(out);
    return text;
}

static const struct {
    const char *text, *cells;
} sound[] = {
    { "a,b\n1,2\n3,4\n", "a|b|[2:1|2|][3:3|4|]" },
    { "a,b\r\n1,2\r\n", "a|b|[2:1|2|]" },
    { "a,b\n1,2", "a|b|[2:1|2|]" },                             /* no line end at the end */
    { "\xef\xbb\xbf""a,b\n1,2\n", "a|b|[2:1|2|]" },
    { "a,b\n,\n1,\n", "a|b|[2:||][3:1||]" },
    { "a\n\n1\n\r\n\n2\n\n", "a|[3:1|][6:2|]" },
    { "\"a\",\"b c\"\n\"1,5\",\"say \"\"hi\"\"\"\n", "a|b c|[2:1,5|say \"hi\"|]" },
    { "a,b\n\"two\nlines\",2\n3,4\n", "a|b|[2:two\nlines|2|][4:3|4|]" },
    { "a,b\n\"two\r\nlines\",\"\"\r\n3,\"\"\"\"\r\n", "a|b|[2:two\r\nlines||][4:3|\"|]" },
    { "a,b\n 1 , x y\n", "a|b|[2: 1 | x y|]" },                 /* blanks belong to a field */
    { "a\n\"\"\n", "a|[2:|]" },
    { "a,b\n1,\"2\"", "a|b|[2:1|2|]" },
};

static void what_is_read(void)
{
    char *folder = scratch_open(), reason[REASON_ROOM];
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        Table table;
        bool good = read_text(folder, sound[i].text, strlen(sound[i].text), &table, reason);
        CU_ASSERT_TRUE(good);
        if (!good) {
            fprintf(stderr, "table %zu: %s\n", i, reason);
            continue;
        }
        char *cells = cells_of(&table);
        CU_ASSERT_STRING_EQUAL(cells, sound[i].cells);
        if (strcmp(cells, sound[i].cells))
            fprintf(stderr, "table %zu is %s\n", i, cells);
        CU_ASSERT_EQUAL(table_column(&table, table.name[table.columns - 1]), table.columns - 1);
        CU_ASSERT_EQUAL(table_column(&table, "nothing"), NO_COLUMN);
        free(cells);
        table_free(&table);
    }
    scratch_close(folder);
}

static const struct {
    const char *text, *reason;
} refused[] = {
    { "", "is empty; its first line is to name the columns" },
    { "\n\r\n\n", "is empty; its first line is to name the columns" },
    { "a,b\n", "has a header, but no rows" },
    { "100,3,20\n", "has one line alone, of numbers; its first line must name the columns" },
    { "a,b\n1,2\n3\n", "line 3 has 1 field, but the header has 2" },
    { "a,b\n1,2,3\n", "line 2 has 3 fields, but the header has 2" },
    { "a,b\n\"x\ny\",2\n3,4,5\n", "line 4 has 3 fields, but the header has 2" },
    { "a,b\n1,2\"\n", "line 2 has a quote within a field that does not begin with one" },
    { "a,b\n1,\"2\"x\n", "line 2 goes on behind a closing quote; a quote within a field is doubled: \"\"" },
    { "a,b\n1,\"2\n3,4\n", "line 2 begins a quoted field that never ends" },
    { "a,b\n1,\"", "line 2 begins a quoted field that never ends" },
    { "a,b\r1,2\r", "line 1 has a carriage return without a line feed" },
    { "a,b,a\n1,2,3\n", "names the column 'a' twice" },
};

static void what_is_refused(void)
{
    char *folder = scratch_open(), reason[REASON_ROOM];
    Table table;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        CU_ASSERT_FALSE(read_text(folder, refused[i].text, strlen(refused[i].text), &table, reason));
        CU_ASSERT_STRING_EQUAL(reason, refused[i].reason);
        if (strcmp(reason, refused[i].reason))
            fprintf(stderr, "the reason is '%s', not '%s'\n", reason, refused[i].reason);
        CU_ASSERT_PTR_NULL(table.text);
    }
    CU_ASSERT_FALSE(read_text(folder, "a\0b\n1\n", 6, &table, reason));
    CU_ASSERT_STRING_EQUAL(reason, "holds a byte 0; a csv is text, in UTF-8");
    CU_ASSERT_FALSE(table_read(&table, folder, reason));
    CU_ASSERT_STRING_EQUAL(reason, "is not a file");
    CU_ASSERT_FALSE(table_read(&table, "/nonexistent.csv", reason));
    CU_ASSERT_STRING_EQUAL(reason, "cannot be opened: No such file or directory");
    scratch_close(folder);
}

static uint32_t state = 1;

static unsigned draw(unsigned n)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % n;
}

/* Of whatever bytes there are, a table or a reason comes out; a table has all its cells. */
static void anything_at_all(void)
{
    static const char letters[] = { 'a', '1', ',', '"', '\n', '\r', ' ', ',', '\n', '"', 0, (char)0xff };
    char *folder = scratch_open(), reason[REASON_ROOM];
    for (int i = 0; i < 3000; i++) {
        char text[40];
        size_t length = draw(sizeof text), kinds = sizeof letters - 2 + draw(3);
        for (size_t k = 0; k < length; k++)
            text[k] = letters[draw((unsigned)kinds)];
        Table table;
        if (!read_text(folder, text, length, &table, reason)) {
            CU_ASSERT_TRUE(*reason != 0);
            continue;
        }
        CU_ASSERT_TRUE(table.rows >= 1 && table.columns >= 1);
        for (long k = 0; k < table.rows * table.columns; k++)
            CU_ASSERT_TRUE(strlen(table.cell[k]) <= length);
        table_free(&table);
    }
    scratch_close(folder);
}

/* Written as RFC 4180 has it, any cells come back. */
static void write_cell(FILE *out, const char *cell)
{
    bool quoted = strpbrk(cell, ",\"\r\n") || draw(3) == 0 || !*cell;
    if (quoted)
        fputc('"', out);
    for (; *cell; cell++)
        fprintf(out, *cell == '"' ? "\"\"" : "%c", *cell);
    if (quoted)
        fputc('"', out);
}

static void cells_come_back(void)
{
    enum { COLUMNS = 3, ROWS = 4 };
    static const char letters[] = "ab,\"\n\r ";
    char *folder = scratch_open(), reason[REASON_ROOM];
    for (int i = 0; i < 300; i++) {
        char cell[ROWS][COLUMNS][8] = { 0 }, *text;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        fprintf(out, "x,y,z");
        for (int row = 0; row < ROWS; row++)
            for (int k = 0; k < COLUMNS; k++) {
                for (unsigned n = draw(7), at = 0; at < n; at++)
                    cell[row][k][at] = letters[draw(sizeof letters - 1)];
                fprintf(out, k ? "," : row % 2 ? "\r\n" : "\n");
                write_cell(out, cell[row][k]);
            }
        fclose(out);
        Table table;
        CU_ASSERT_TRUE_FATAL(read_text(folder, text, length, &table, reason));
        CU_ASSERT_EQUAL_FATAL(table.rows, ROWS);
        for (int row = 0; row < ROWS; row++)
            for (int k = 0; k < COLUMNS; k++)
                CU_ASSERT_STRING_EQUAL(table_cell(&table, row, k), cell[row][k]);
        table_free(&table);
        free(text);
    }
    scratch_close(folder);
}

static void numbers(void)
{
    static const struct {
        const char *cell;
        bool good;
        double number;
    } rows[] = {
        { "1", true, 1 }, { "-0.5", true, -0.5 }, { "1e-3", true, 1e-3 }, { " 7 ", true, 7 }, { "+2.", true, 2 },
        { ".5", true, .5 }, { "\t3", true, 3 }, { "", false, 0 }, { " ", false, 0 }, { "1,5", false, 0 },
        { "nan", false, 0 }, { "inf", false, 0 }, { "0x10", false, 0 }, { "1 2", false, 0 }, { "1e99", false, 0 },
        { "12a", false, 0 }, { "e5", false, 0 }, { "-", false, 0 }, { "1e", false, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double number;
        bool good = table_number(rows[i].cell, &number);
        CU_ASSERT_EQUAL(good, rows[i].good);
        if (good != rows[i].good)
            fprintf(stderr, "'%s' is %d\n", rows[i].cell, good);
        if (good)
            CU_ASSERT_EQUAL(number, rows[i].number);
    }
}

void suite_table(void);
void suite_table(void)
{
    CU_pSuite suite = CU_add_suite("data: table", NULL, NULL);
    CU_ADD_TEST(suite, what_is_read);
    CU_ADD_TEST(suite, what_is_refused);
    CU_ADD_TEST(suite, anything_at_all);
    CU_ADD_TEST(suite, cells_come_back);
    CU_ADD_TEST(suite, numbers);
}
