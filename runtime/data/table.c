#include "runtime/data/table.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/system/memory.h"

/* The file while it is read. Fields are unquoted in place: they only become shorter. */
typedef struct {
    Table *table;
    char *at, *end;             /* *end is 0 */
    long line;                  /* of `at`, from 1 */
    const char **field;         /* of all records, one behind the other */
    long fields, field_room;
    long *line_of;              /* of all records, the header too */
    long records, record_room;
    char *reason;
} Reader;

/* ---- what grows ---- */

static void *doubled(void *array, long count, long *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room ? 2 * *room : 256;
    void *larger = need_room((size_t)*room * size);
    if (count)
        memcpy(larger, array, (size_t)count * size);
    free(array);
    return larger;
}

static void add_field(Reader *reader, const char *field)
{
    reader->field = doubled(reader->field, reader->fields, &reader->field_room, sizeof *reader->field);
    reader->field[reader->fields++] = field;
}

static void add_record(Reader *reader)
{
    reader->line_of = doubled(reader->line_of, reader->records, &reader->record_room, sizeof *reader->line_of);
    reader->line_of[reader->records++] = reader->line;
}

/* ---- fields ---- */

/* What may follow a field. */
static bool is_end(const Reader *reader, const char *at)
{
    return at == reader->end || *at == ',' || *at == '\n' || (*at == '\r' && at[1] == '\n');
}

/* From behind the opening quote to behind the closing one. */
static bool read_quoted(Reader *reader)
{
    long begun = reader->line;
    char *from = reader->at, *to = from;
    const char *field = to;
    for (;; from++) {
        if (from == reader->end)
            return refuse(reader->reason, "line %ld begins a quoted field that never ends", begun);
        if (*from == '"' && *++from != '"')
            break;
        reader->line += *from == '\n';
        *to++ = *from;
    }
    reader->at = from;
    if (!is_end(reader, from))
        return refuse(reader->reason, "line %ld goes on behind a closing quote; a quote within a field is "
                      "doubled: \"\"", reader->line);
    add_field(reader, field);
    *to = 0;
    return true;
}

static bool read_plain(Reader *reader)
{
    char *at = reader->at;
    for (; !is_end(reader, at); at++) {
        if (*at == '"')
            return refuse(reader->reason, "line %ld has a quote within a field that does not begin with one",
                          reader->line);
        if (*at == '\r')
            return refuse(reader->reason, "line %ld has a carriage return without a line feed", reader->line);
    }
    add_field(reader, reader->at);
    reader->at = at;
    return true;
}

/* One record, and its line end. The separator behind a field is cut off only when the next one is known to
 * follow: until then `is_end` looks at it. */
static bool read_record(Reader *reader)
{
    add_record(reader);
    for (;;) {
        bool quoted = *reader->at == '"';
        reader->at += quoted;
        if (!(quoted ? read_quoted(reader) : read_plain(reader)))
            return false;
        char *separator = reader->at;
        bool more = *separator == ',';
        reader->at += more || *separator == '\n' ? 1 : *separator == '\r' ? 2 : 0;
        reader->line += !more;
        *separator = 0;
        if (!more)
            return true;
    }
}

static bool is_empty_line(Reader *reader)
{
    char *at = reader->at;
    if (*at == '\r' && at[1] == '\n')
        at++;
    if (*at != '\n')
        return false;
    reader->at = at + 1;
    reader->line++;
    return true;
}

/* ---- records ---- */

/* "1 field" */
static bool read_records(Reader *reader)
{
    long columns = 0;
    while (reader->at < reader->end) {
        if (is_empty_line(reader))
            continue;
        long before = reader->fields, line = reader->line;
        if (!read_record(reader))
            return false;
        long fields = reader->fields - before;
        if (reader->records == 1)
            columns = fields;
        if (fields != columns)
            return refuse(reader->reason, "line %ld has %ld field%s, but the header has %ld", line, fields,
                          plural(fields), columns);
        if (columns > TABLE_COLUMNS)
            return refuse(reader->reason, "has more than %d columns", TABLE_COLUMNS);
    }
    reader->table->columns = (int)columns;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_number(const char *field)
{
    char *end;
    strtod(field, &end);
    return end > field && !*end;
}

static bool check_header(const Reader *reader)
{
    int columns = reader->table->columns;
    if (!reader->records)
        return refuse(reader->reason, "is empty; its first line is to name the columns");
    if (reader->records == 1 && is_number(reader->field[0]))
        return refuse(reader->reason, "has one line alone, of numbers; its first line must name the columns");
    if (reader->records == 1)
        return refuse(reader->reason, "has a header, but no rows");
    const char **sorted = need_memory((size_t)columns * sizeof *sorted);
    memcpy(sorted, reader->field, (size_t)columns * sizeof *sorted);
    qsort(sorted, (size_t)columns, sizeof *sorted, by_text);
    const char *twice = NULL;
    for (int i = 1; i < columns && !twice; i++)
        twice = strcmp(sorted[i - 1], sorted[i]) ? NULL : sorted[i];
    free(sorted);
    return !twice || refuse(reader->reason, "names the column '%.100s' twice", twice);
}

/* The header's fields and lines, then those of the rows. */
static void fill_table(Reader *reader)
{
    Table *table = reader->table;
    table->name = reader->field;
    table->cell = reader->field + table->columns;
    table->rows = reader->records - 1;
    table->line = reader->line_of;
    memmove(table->line, table->line + 1, (size_t)table->rows * sizeof *table->line);
}

static bool parse(Table *table, size_t length, char *reason)
{
    static const char mark[] = "\xef\xbb\xbf";
    Reader reader = { .table = table, .at = table->text, .end = table->text + length, .line = 1,
                      .reason = reason };
    const char *zero = memchr(table->text, 0, length);
    if (length >= 3 && !memcmp(reader.at, mark, 3))
        reader.at += 3;
    bool good = zero ? refuse(reason, "holds a byte 0; a csv is text, in UTF-8")
                     : read_records(&reader) && check_header(&reader);
    if (good)
        fill_table(&reader);
    else {
        free(reader.field);
        free(reader.line_of);
    }
    return good;
}

/* ---- the file ---- */

static bool read_text(int file, char **text, size_t *length, char *reason)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return refuse(reason, "cannot be read: %s", strerror(errno));
    if (!S_ISREG(status.st_mode))
        return refuse(reason, "is not a file");
    if (status.st_size > TABLE_BYTES)
        return refuse(reason, "has more than %d MB", TABLE_BYTES >> 20);
    *text = need_room((size_t)status.st_size + 1);
    for (*length = 0; *length < (size_t)status.st_size; ) {
        ssize_t got = read(file, *text + *length, (size_t)status.st_size - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return refuse(reason, "cannot be read: %s", strerror(errno));
        if (got == 0)
            break;
        *length += (size_t)got;
    }
    (*text)[*length] = 0;
    return true;
}

bool table_read(Table *table, const char *path, char reason[REASON_ROOM])
{
    *table = (Table){ 0 };
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);   /* a pipe must not hang us */
    if (file < 0)
        return refuse(reason, "cannot be opened: %s", strerror(errno));
    size_t length = 0;
    bool good = read_text(file, &table->text, &length, reason) && parse(table, length, reason);
    close(file);
    if (!good) {
        free(table->text);
        *table = (Table){ 0 };
    }
    return good;
}

void table_free(Table *table)
{
    free(table->name);
    free(table->line);
    free(table->text);
    *table = (Table){ 0 };
}

/* ---- cells ---- */

int table_column(const Table *table, const char *name)
{
    for (int i = 0; i < table->columns; i++)
        if (!strcmp(table->name[i], name))
            return i;
    return NO_COLUMN;
}

bool table_number(const char *cell, double *number)
{
    static const char blanks[] = " \t";
    cell += strspn(cell, blanks);
    size_t length = strspn(cell, "0123456789.+-eE");
    char *end;
    *number = strtod(cell, &end);
    return length && end == cell + length && !end[strspn(end, blanks)] && fabs(*number) <= FLT_MAX;
}
