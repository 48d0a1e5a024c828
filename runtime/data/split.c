#include "runtime/data/split.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"
#include "runtime/system/whole.h"

/* One line of the file. */
typedef struct {
    PartKind part;
    char *class, *key;
    bool met;                   /* an item of the dataset */
} SplitLine;

typedef struct {
    Arena *arena;               /* holds the lines */
    char *path;
    SplitLine *line;            /* by key */
    long lines;
} Split;

/* ---- an item's key ---- */

/* The part whose files hold a row: a share's are those of train. */
static PartKind home_of(const Dataset *dataset, PartKind part)
{
    return dataset->job->data.part[part].paths ? part : PART_TRAIN;
}

char *split_key(const Dataset *dataset, PartKind part, long i)
{
    enum { NUMBER = 40 };
    const Item *item = &dataset->part[part].item[i];
    const char *path = item->path ? item->path : "";
    char *key = need_memory(2 * strlen(path) + NUMBER), *to = key;
    if (!item->path)
        snprintf(key, NUMBER, "%s#%ld", part_word[home_of(dataset, part)], item->index);
    for (const char *from = path; *from; from++) {
        if (*from == '\n' || *from == '\\')
            *to++ = '\\';
        *to++ = *from == '\n' ? 'n' : *from;
    }
    return key;
}

/* The class of an item; of those without a single one, "-". */
static const char *class_word(const Dataset *dataset, const Item *item)
{
    return item->class == NO_CLASS ? "-" : dataset->class_name[item->class];
}

/* ---- writing ---- */

void split_write(const Dataset *dataset, const char *folder)
{
    char *path = path_join(folder, "split.txt");
    WholeFile file = whole_open(path);
    for (PartKind part = 0; part < PART_COUNT; part++)
        for (long i = 0; i < dataset->part[part].items; i++) {
            const Item *item = &dataset->part[part].item[i];
            char *key = split_key(dataset, part, i);
            fprintf(file.stream, "%s\t%s\t%s\n", part_word[part], class_word(dataset, item), key);
            free(key);
        }
    whole_publish(&file);
    free(path);
}

/* ---- reading ---- */

static bool read_part(const char *word, PartKind *part)
{
    for (*part = 0; *part < PART_COUNT; (*part)++)
        if (!strcmp(word, part_word[*part]))
            return true;
    return false;
}

/* Cuts "part<tab>class<tab>key" in three. */
static bool parse_line(char *text, SplitLine *line)
{
    char *tab = strchr(text, '\t'), *second = tab ? strchr(tab + 1, '\t') : NULL;
    if (!second)
        return false;
    *tab = *second = '\0';
    *line = (SplitLine){ .class = tab + 1, .key = second + 1 };
    return read_part(text, &line->part);
}

static int by_key(const void *left, const void *right)
{
    return strcmp(((const SplitLine *)left)->key, ((const SplitLine *)right)->key);
}

static void read_lines(Split *split, FILE *stream)
{
    char *text = NULL;
    size_t room = 0;
    int lines = 0, lines_room = 0;
    for (ssize_t length; (length = getline(&text, &room, stream)) > 0; ) {
        SplitLine *line = arena_push(split->arena, split->line, lines, lines_room);
        bool whole = text[length - 1] == '\n';
        if (!whole || !parse_line(arena_copy(split->arena, text, (size_t)length - 1), line))
            fault("%s: line %d is not `part class path`", split->path, lines);
    }
    free(text);
    if (ferror(stream))
        fault("cannot read %s: %s", split->path, strerror(errno));
    split->lines = lines;
    if (lines)
        qsort(split->line, (size_t)lines, sizeof *split->line, by_key);
}

/* False where there is no file. */
static bool split_read(Split *split, const char *folder)
{
    *split = (Split){ .arena = arena_open(), .path = path_join(folder, "split.txt") };
    FILE *stream = fopen(split->path, "rbe");
    if (!stream && errno != ENOENT)
        fault("cannot read %s: %s", split->path, strerror(errno));
    if (!stream)
        return false;
    read_lines(split, stream);
    fclose(stream);
    return true;
}

static void split_free(Split *split)
{
    arena_close(split->arena);
    free(split->path);
}

/* ---- applying ---- */

/* The file's line for an item, or NULL where the item is new. */
static SplitLine *line_of(const Split *split, const Dataset *dataset, PartKind part, long i)
{
    char *key = split_key(dataset, part, i);
    SplitLine wanted = { .key = key };
    SplitLine *line = split->lines
        ? bsearch(&wanted, split->line, (size_t)split->lines, sizeof(SplitLine), by_key) : NULL;
    free(key);
    return line;
}

static int by_item(const void *left, const void *right)
{
    const Item *a = left, *b = right;
    if (a->path && b->path)
        return strcmp(a->path, b->path);
    return (a->index > b->index) - (a->index < b->index);
}

typedef struct {
    long fresh, gone, moved;
    const char *first_fresh, *first_gone;
} Changes;

/* A row lies in its part's arrays: it can move between train and the shares of train alone. */
static void check_home(const Dataset *dataset, const Split *split, PartKind part, const SplitLine *line)
{
    bool rows = !data_has_pictures(&dataset->job->data);
    if (rows && home_of(dataset, part) != home_of(dataset, line->part))
        fault("%s has %s for %s, but that part now has files of its own in the card; `%s` starts "
              "anew", split->path, line->key, part_word[line->part], call_text("train --new"));
}

/* Meets every item with its line. */
static Changes compare(const Dataset *dataset, const Split *split)
{
    Changes changes = { 0 };
    for (PartKind part = 0; part < PART_COUNT; part++)
        for (long i = 0; i < dataset->part[part].items; i++) {
            const Item *item = &dataset->part[part].item[i];
            SplitLine *line = line_of(split, dataset, part, i);
            if (!line && !changes.fresh++)
                changes.first_fresh = item->path ? item->path : "a row";
            if (!line)
                continue;
            line->met = true;
            check_home(dataset, split, part, line);
            changes.moved += line->part != part;
            if (strcmp(line->class, class_word(dataset, item)))
                fault("%s is now of class %s, but %s has it as %s", line->key, class_word(dataset, item),
                      split->path, line->class);
        }
    for (long i = 0; i < split->lines; i++)
        if (!split->line[i].met && !changes.gone++)
            changes.first_gone = split->line[i].key;
    return changes;
}

static void tell(const Changes *changes, const Split *split, bool strict)
{
    const char *program = program_invocation_short_name, *is = changes->gone == 1 ? "is" : "are";
    if (changes->gone && strict)
        fault("%ld of the pictures in %s %s gone, the first is %s; bring %s back, or start anew with `%s`", changes->gone,
              split->path, is, changes->first_gone, changes->gone == 1 ? "it" : "them", call_text("train --new"));
    if (changes->gone)
        fprintf(stderr, "%s: %ld of the pictures in %s %s gone, the first is %s\n", program, changes->gone, split->path,
                is, changes->first_gone);
    if (changes->fresh)
        fprintf(stderr, "%s: %ld picture%s not in %s and %s left out, the first is %s\n", program, changes->fresh,
                changes->fresh == 1 ? " is" : "s are", split->path, changes->fresh == 1 ? "is" : "are",
                changes->first_fresh);
}

static long count_items(const Dataset *dataset)
{
    long count = 0;
    for (PartKind part = 0; part < PART_COUNT; part++)
        count += dataset->part[part].items;
    return count;
}

/* Copies the items that belong to a part to `to`, sorted; returns how many there are. */
static long take_part(const Dataset *dataset, const Split *split, PartKind wanted, Item *to)
{
    long count = 0;
    for (PartKind part = 0; part < PART_COUNT; part++)
        for (long i = 0; i < dataset->part[part].items; i++) {
            const SplitLine *line = line_of(split, dataset, part, i);
            if (line && line->part == wanted)
                to[count++] = dataset->part[part].item[i];
        }
    if (count)
        qsort(to, (size_t)count, sizeof *to, by_item);
    return count;
}

static Item *move_items(Dataset *dataset, const Split *split)
{
    Item *all = need_memory(sizeof(Item) * (size_t)count_items(dataset)), *to = all;
    DataPart moved[PART_COUNT];
    for (PartKind part = 0; part < PART_COUNT; part++) {
        moved[part] = dataset->part[part];
        moved[part].arrays = dataset->part[home_of(dataset, part)].arrays;
        moved[part].floats = dataset->part[home_of(dataset, part)].floats;
        moved[part].item = to;
        to += moved[part].items = take_part(dataset, split, part, to);
    }
    memcpy(dataset->part, moved, sizeof moved);
    return all;
}

Item *split_apply(Dataset *dataset, const char *folder, bool strict)
{
    Split split;
    Item *moved = NULL;
    if (split_read(&split, folder)) {
        Changes changes = compare(dataset, &split);
        tell(&changes, &split, strict);
        if (changes.fresh || changes.moved)
            moved = move_items(dataset, &split);
    }
    split_free(&split);
    return moved;
}
