/* dataset_table.c - a table whose rows name pictures, or are vectors; columns of it tell classes, labels
 * or numbers, and the part. */

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/guess.h"
#include "base/utf8.h"
#include "runtime/data/array_file.h"
#include "runtime/data/dataset_build.h"
#include "runtime/data/table.h"

/* Where a table has its columns; NO_COLUMN: the card names none. */
typedef struct {
    int file, label, split;
    int *target;                /* [targets] */
    int *input;                 /* [inputs] of vectors */
    int inputs;
} Columns;

/* Lines with one kind of mistake: the first is told whole, the next by their numbers. */
typedef struct {
    const char *text;
    Misfits more;
} Lines;

/* One table while its rows become items. */
typedef struct {
    DatasetBuild *build;
    const Job *job;
    const char *path;           /* as the card writes it */
    PartKind part;              /* of rows that do not tell theirs */
    Table table;
    Columns column;
    PartKind *part_of;          /* [rows] */
    Lines no_number, no_part, no_file, twice, no_class, two_classes, empty_label;
} Reading;

/* ---- mistakes of lines ---- */

static void wrong_line(Reading *reading, Lines *lines, long row, const char *text)
{
    Arena *arena = reading->build->arena;
    long line = reading->table.line[row];
    if (!lines->text)
        lines->text = arena_printf(arena, "'%s' line %ld %s", reading->path, line, text);
    else
        misfit(reading->build, &lines->more, arena_printf(arena, "%ld", line));
}

static void tell(const Reading *reading, const Lines *lines, const Place *place)
{
    const Place *where = place->line ? place : dataset_path_place(&reading->build->set, reading->part, 0);
    if (lines->text)
        dataset_mistake(reading->build, where, "%s%s%s", lines->text,
                        lines->more.count ? "; likewise line " : "",
                        lines->more.count ? misfits_text(reading->build, &lines->more) : "");
}

static void tell_all(const Reading *reading)
{
    const JobData *data = &reading->job->data;
    const JobTable *table = &data->table;
    tell(reading, &reading->no_part, &table->split_place);
    tell(reading, &reading->no_file, &table->file_place);
    tell(reading, &reading->twice, &table->file_place);
    tell(reading, &reading->empty_label, &table->label_place);
    tell(reading, &reading->no_class, &table->label_place);
    tell(reading, &reading->two_classes, &table->label_place);
    tell(reading, &reading->no_number, table->targets ? &data->target_place : &data->place);
}

/* What a message shows of a cell. */
static const char *shown(const Reading *reading, const char *cell)
{
    return arena_printf(reading->build->arena, "'%.60s'", cell);
}

/* ---- columns ---- */

/* A table of one column may be one whose fields are separated otherwise. */
static const char *other_separator(const Table *table)
{
    if (table->columns == 1 && strchr(table->name[0], ';'))
        return "; its fields have a ';' between them, where a csv has a comma";
    if (table->columns == 1 && strchr(table->name[0], '\t'))
        return "; its fields have a tab between them, where a csv has a comma";
    return "";
}

static int find_column(const Reading *reading, const char *name, const Place *place)
{
    if (!name)
        return NO_COLUMN;
    int column = table_column(&reading->table, name);
    if (column != NO_COLUMN)
        return column;
    Guess guess = guess_begin(name);
    for (int i = 0; i < reading->table.columns; i++)
        guess_try(&guess, reading->table.name[i]);
    dataset_mistake(reading->build, place, "'%s' has no column '%s'%s%s", reading->path, name,
                    guess_text(reading->build->arena, &guess), other_separator(&reading->table));
    return NO_COLUMN;
}

/* Those that are known; else those that nothing names. Of those that the card names, so many are missing: they may be there
 * under another name. */
static void find_inputs(Reading *reading, int missing)
{
    const Job *job = reading->job;
    const JobTable *table = &job->data.table;
    Columns *column = &reading->column;
    column->input = arena_array(reading->build->arena, int, table->inputs ? table->inputs : reading->table.columns);
    for (int i = 0; i < table->inputs; i++)
        column->input[column->inputs++] = find_column(reading, table->input[i], &job->input.place);
    for (int i = 0; !table->inputs && i < reading->table.columns; i++)
        if (!table_names_column(table, reading->table.name[i]))
            column->input[column->inputs++] = i;
    bool told = missing && *other_separator(&reading->table);
    if (!table->inputs && !told && column->inputs - missing != job->input.shape.c)
        dataset_mistake(reading->build, &job->input.place,
                        "'%s' has %d column%s that no line names, but the input takes %d%s", reading->path,
                        column->inputs, plural(column->inputs), job->input.shape.c,
                        other_separator(&reading->table));
}

static const Place *target_place(const JobData *data, int target)
{
    return data->table.target_place ? &data->table.target_place[target] : &data->target_place;
}

static void find_columns(Reading *reading)
{
    const JobData *data = &reading->job->data;
    const JobTable *table = &data->table;
    Columns *column = &reading->column;
    column->file = find_column(reading, table->file, &table->file_place);
    column->label = find_column(reading, table->label, &table->label_place);
    column->split = find_column(reading, table->split, &table->split_place);
    column->target = arena_array(reading->build->arena, int, table->targets);
    for (int i = 0; i < table->targets; i++)
        column->target[i] = find_column(reading, table->target[i], target_place(data, i));
    int missing = (table->label && column->label == NO_COLUMN) + (table->split && column->split == NO_COLUMN);
    for (int i = 0; i < table->targets; i++)
        missing += column->target[i] == NO_COLUMN;
    if (!table->file)
        find_inputs(reading, missing);
}

/* ---- numbers ---- */

static double number_in(Reading *reading, long row, int column)
{
    double number = 0;
    const char *cell = table_cell(&reading->table, row, column);
    if (!table_number(cell, &number))
        wrong_line(reading, &reading->no_number, row,
                   arena_printf(reading->build->arena, "has %s in '%s', which is no number",
                                *cell ? shown(reading, cell) : "nothing", reading->table.name[column]));
    return number;
}

static const float *targets_in(Reading *reading, long row)
{
    const JobTable *table = &reading->job->data.table;
    float *target = arena_array(reading->build->arena, float, table->targets);
    for (int i = 0; i < table->targets; i++) {
        double number = number_in(reading, row, reading->column.target[i]);
        target[i] = (float)((table->scale * number - table->mean[i]) / table->std[i]);
    }
    return target;
}

static const float *vector_in(Reading *reading, long row)
{
    const Columns *column = &reading->column;
    float *values = arena_alloc(reading->build->arena, sizeof(float) * (size_t)column->inputs + ARRAY_SLACK);
    for (int i = 0; i < column->inputs; i++)
        values[i] = (float)number_in(reading, row, column->input[i]);
    return values;
}

/* ---- the part, the file ---- */

static PartKind part_in(Reading *reading, long row)
{
    const char *cell = table_cell(&reading->table, row, reading->column.split);
    for (PartKind part = 0; part < PART_COUNT; part++)
        if (!strcmp(cell, part_word[part]))
            return part;
    wrong_line(reading, &reading->no_part, row,
               arena_printf(reading->build->arena, "has %s in '%s'; a row is for train, validation or test",
                            shown(reading, cell), reading->table.name[reading->column.split]));
    return PART_TRAIN;
}

static void find_parts(Reading *reading)
{
    reading->part_of = arena_array(reading->build->arena, PartKind, reading->table.rows);
    for (long row = 0; row < reading->table.rows; row++)
        reading->part_of[row] = reading->column.split == NO_COLUMN ? reading->part : part_in(reading, row);
}

static const char *file_in(Reading *reading, long row)
{
    const char *root = reading->job->data.table.root;
    const char *cell = table_cell(&reading->table, row, reading->column.file);
    Arena *arena = reading->build->arena;
    if (!*cell)
        wrong_line(reading, &reading->no_file, row,
                   arena_printf(arena, "names no file in '%s'", reading->table.name[reading->column.file]));
    return *root ? folder_join(arena, root, cell) : arena_copy(arena, cell, strlen(cell));
}

typedef struct {
    const char *path;
    long row;
} FileOfRow;

static int by_file(const void *left, const void *right)
{
    const FileOfRow *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

/* One picture has one row: held out of one part, it would stay in another. */
static void check_files(Reading *reading)
{
    const Table *table = &reading->table;
    FileOfRow *file = arena_array(reading->build->arena, FileOfRow, table->rows);
    if (reading->column.file == NO_COLUMN)
        return;
    for (long row = 0; row < table->rows; row++)
        file[row] = (FileOfRow){ table_cell(table, row, reading->column.file), row };
    qsort(file, (size_t)table->rows, sizeof *file, by_file);
    for (long i = 1; i < table->rows; i++)
        if (*file[i].path && !strcmp(file[i - 1].path, file[i].path))
            wrong_line(reading, &reading->twice, file[i].row,
                       arena_printf(reading->build->arena,
                                    "names %s, as line %ld does; a picture has one row%s", shown(reading, file[i].path), table->line[file[i - 1].row],
                                    reading->job->data.table.label ? ", several labels one cell" : ""));
}

/* ---- labels ---- */

/* One of the labels in a cell, without blanks around it; moves *at behind it, NULL at the end. */
static const char *next_label(const Reading *reading, const char **at)
{
    const char *separator = reading->job->data.table.separator;
    const char *end = *separator ? strstr(*at, separator) : NULL, *next = end ? end + strlen(separator) : NULL;
    const char *from = *at + strspn(*at, " \t");
    if (!end)
        end = from + strlen(from);
    while (end > from && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *at = next;
    return arena_copy(reading->build->arena, from, end > from ? (size_t)(end - from) : 0);
}

typedef struct {
    const char **name;
    int count, room;
} NameList;

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts a list, and keeps one of each. */
static void make_unique(NameList *list)
{
    int kept = 0;
    if (list->count)
        qsort(list->name, (size_t)list->count, sizeof *list->name, by_bytes);
    for (int i = 0; i < list->count; i++)
        if (!kept || strcmp(list->name[kept - 1], list->name[i]))
            list->name[kept++] = list->name[i];
    list->count = kept;
}

/* The classes that the card does not name: the labels of the training rows, in byte order. */
static void name_classes(Reading *reading)
{
    Dataset *set = &reading->build->set;
    NameList list = { 0 };
    for (long row = 0; row < reading->table.rows; row++) {
        if (reading->part_of[row] != PART_TRAIN)
            continue;
        for (const char *at = table_cell(&reading->table, row, reading->column.label); at; ) {
            const char *label = next_label(reading, &at);
            if (*label)
                *arena_push(reading->build->arena, list.name, list.count, list.room) = label;
        }
        if (list.count == list.room)
            make_unique(&list);
    }
    make_unique(&list);
    set->class_name = list.name;
    set->classes = list.count;
}

static bool fits_class(const JobClass *class, const char *label)
{
    for (int i = 0; i < class->patterns; i++)
        if (!fnmatch(class->pattern[i], label, 0))
            return true;
    return !class->patterns && !strcmp(class->name, label);
}

/* The class of a label, or NO_CLASS after noting what is wrong with it. */
static int class_of(Reading *reading, long row, const char *label)
{
    const Dataset *set = &reading->build->set;
    const JobData *data = &reading->job->data;
    Arena *arena = reading->build->arena;
    int found = NO_CLASS;
    if (!data->classes && set->classes) {
        const char **name = bsearch(&label, set->class_name, (size_t)set->classes, sizeof label, by_bytes);
        found = name ? (int)(name - set->class_name) : NO_CLASS;
    }
    for (int i = 0; i < data->classes; i++) {
        if (!fits_class(&data->class[i], label))
            continue;
        if (found != NO_CLASS)
            wrong_line(reading, &reading->two_classes, row,
                       arena_printf(arena, "has %s, which fits two classes, %s and %s", shown(reading, label),
                                    set->class_name[found], set->class_name[i]));
        found = i;
    }
    if (found == NO_CLASS)
        wrong_line(reading, &reading->no_class, row,
                   arena_printf(arena, "has %s in '%s', which is %s", shown(reading, label),
                                reading->table.name[reading->column.label],
                                data->classes ? "no class" : "no class of the rows to train on"));
    return found;
}

static int class_in(Reading *reading, long row)
{
    const char *cell = table_cell(&reading->table, row, reading->column.label), *at = cell;
    Arena *arena = reading->build->arena;
    const char *label = next_label(reading, &at), *column = reading->table.name[reading->column.label];
    if (at)
        wrong_line(reading, &reading->two_classes, row,
                   arena_printf(arena, "has several classes in '%s', %s, but the network answers with one; "
                                "separator=\"\" takes the cell whole", column, shown(reading, cell)));
    else if (!*label)
        wrong_line(reading, &reading->empty_label, row, arena_printf(arena, "has no class in '%s'", column));
    return at || !*label ? NO_CLASS : class_of(reading, row, label);
}

/* 1 for each label that the row has. */
static const float *labels_in(Reading *reading, long row)
{
    const char *cell = table_cell(&reading->table, row, reading->column.label);
    float *share = arena_array(reading->build->arena, float, reading->build->set.classes + 1);
    const char *at = cell[strspn(cell, " \t")] ? cell : NULL;   /* none at all is fine */
    while (at) {
        const char *label = next_label(reading, &at);
        if (!*label)
            wrong_line(reading, &reading->empty_label, row,
                       arena_printf(reading->build->arena, "has an empty label in '%s', %s",
                                    reading->table.name[reading->column.label], shown(reading, cell)));
        int class = *label ? class_of(reading, row, label) : NO_CLASS;
        if (class != NO_CLASS)
            share[class] = 1;
    }
    return share;
}

/* ---- rows ---- */

static Item item_of(Reading *reading, long row)
{
    const JobTable *table = &reading->job->data.table;
    Item item = { .index = row, .source = reading->path, .number = reading->table.line[row], .class = NO_CLASS };
    if (table->file)
        item.path = file_in(reading, row);
    else
        item.values = vector_in(reading, row);
    if (table->targets)
        item.target = targets_in(reading, row);
    else if (table->label && dataset_has_labels(reading->job))
        item.target = labels_in(reading, row);
    else if (table->label)
        item.class = class_in(reading, row);
    return item;
}

static void add_rows(Reading *reading)
{
    DatasetBuild *build = reading->build;
    bool split = reading->column.split != NO_COLUMN;
    check_files(reading);
    for (PartKind part = 0; part < PART_COUNT; part++) {
        if (!split && part != reading->part)
            continue;
        build->set.part[part].item = arena_array(build->arena, Item, reading->table.rows);
        build->set.part[part].floats = reading->column.file == NO_COLUMN;
    }
    for (long row = 0; row < reading->table.rows; row++) {
        DataPart *into = &build->set.part[reading->part_of[row]];
        into->item[into->items++] = item_of(reading, row);
    }
}

/* ---- the tables ---- */

static bool open_table(Reading *reading)
{
    char reason[REASON_ROOM];
    DatasetBuild *build = reading->build;
    char *path = dataset_path(&build->set, reading->path);
    bool good = table_read(&reading->table, path, reason);
    if (!good)
        dataset_mistake(build, dataset_path_place(&build->set, reading->part, 0), "'%s' %s%s", reading->path, reason,
                        access(path, F_OK) ? dataset_hint(&build->set, reading->path) : "");
    free(path);
    return good;
}

static bool has_training_rows(const Reading *reading)
{
    for (long row = 0; row < reading->table.rows; row++)
        if (reading->part_of[row] == PART_TRAIN)
            return true;
    return false;
}

/* Where the card names the classes, or a loss does not need any. */
static void begin_classes(Reading *reading)
{
    const JobData *data = &reading->job->data;
    if (data->classes)
        dataset_number_classes(reading->build, data->classes);
    else if (data->table.label)
        name_classes(reading);
}

static bool is_utf8(const char *text)
{
    int length = 1;
    for (; *text && length; text += length)
        length = utf8_length(text);
    return length > 0;
}

/* From here on the input's columns are known by their names, to other parts' tables and to the weights. */
static void name_inputs(Reading *reading)
{
    DatasetBuild *build = reading->build;
    const Columns *column = &reading->column;
    const char **name = arena_array(build->arena, const char *, column->inputs);
    for (int i = 0; i < column->inputs; i++) {
        const char *text = reading->table.name[column->input[i]];
        name[i] = arena_copy(build->arena, text, strlen(text));
        if (!is_utf8(text))
            dataset_mistake(build, &reading->job->input.place, "'%s' names its column %d in letters that are not UTF-8; save "
                            "the table as UTF-8", reading->path, column->input[i] + 1);
    }
    build->job->data.table.input = name;
    build->job->data.table.inputs = column->inputs;
}

/* `train` has been read where this is another part's table. */
static void read_table(Reading *reading, const Reading *train)
{
    DatasetBuild *build = reading->build;
    int mistakes = build->mistakes;
    if (!open_table(reading))
        return;
    find_columns(reading);
    if (build->mistakes == mistakes)
        name_inputs(reading);
    if (build->mistakes > mistakes)
        return;
    find_parts(reading);
    if (!train && !has_training_rows(reading)) {
        tell_all(reading);
        dataset_mistake(build, dataset_path_place(&build->set, PART_TRAIN, 0), "'%s' has no row to train on",
                        reading->path);
        return;
    }
    if (!train)
        begin_classes(reading);
    add_rows(reading);
    tell_all(reading);
}

/* Rows with files are sorted as files are anywhere. */
static void sort_parts(DatasetBuild *build)
{
    if (!build->set.job->data.table.file)
        return;
    for (PartKind part = 0; part < PART_COUNT; part++)
        dataset_sort(&build->set.part[part]);
    dataset_check_shared(build);
}

void dataset_open_tables(DatasetBuild *build)
{
    const Job *job = build->set.job;
    Reading reading[PART_COUNT];
    for (PartKind part = 0; part < PART_COUNT; part++) {
        const JobPart *from = &job->data.part[part];
        reading[part] = (Reading){ .build = build, .job = job, .part = part,
                                   .path = from->paths ? from->path[0] : NULL };
        if (from->paths && (part == PART_TRAIN || reading[PART_TRAIN].table.rows))
            read_table(&reading[part], part == PART_TRAIN ? NULL : &reading[PART_TRAIN]);
    }
    if (!build->mistakes)
        sort_parts(build);
    for (PartKind part = 0; part < PART_COUNT; part++)
        table_free(&reading[part].table);
}
