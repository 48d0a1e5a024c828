#include "compiler/check/read.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guess.h"
#include "compiler/ast/parse.h"

/* Where a build and an install keep models/, seen from the folder of the program. */
static const char *const models_folders[] = {"../share/netc/models", "../../models"};

/* What a line that cannot be read names is not known. */
static void lose_names(Check *check, Span lost)
{
    static const char *const naming[] = {"block", "let", "include"};
    const char *text = lost.source->text + lost.from;
    names_lose_all(check->names, lost);
    check->names_missing |= *text == '"';       /* an 'include', perhaps */
    for (size_t i = 0; i < sizeof naming / sizeof *naming; i++)
        check->names_missing |= !strncmp(text, naming[i], strlen(naming[i]));
}

/* Of what is no text nothing is read. */
static const Source *readable(Check *check, const Source *source)
{
    const char *zero = memchr(source->text, 0, source->length);
    if (!zero)
        return source;
    int at = (int)(zero - source->text);
    const Span span = { source, at, at + 1 };
    diag_error(check->diagnostics, span, NO_TEXT);
    check->names_missing = true;
    return source_new(check->arena, source->name, "", 0, source->order);
}

static CardFile *add_file(Check *check, const Source *text, const struct stat *status)
{
    const Source *source = readable(check, text);
    CardFile *file = arena_new(check->arena, CardFile);
    file->syntax = parse(check->arena, source, check->diagnostics);
    for (int i = 0; i < file->syntax->losts; i++)
        lose_names(check, file->syntax->lost[i]);
    file->device = (unsigned long)status->st_dev;
    file->inode = (unsigned long)status->st_ino;
    *arena_push(check->arena, check->file, check->files, check->file_room) = file;
    return file;
}

static CardFile *find_file(const Check *check, const struct stat *status)
{
    for (int i = 0; i < check->files; i++)
        if (check->file[i]->device == status->st_dev && check->file[i]->inode == status->st_ino)
            return check->file[i];
    return NULL;
}

/* ---- texts that an editor holds ---- */

static bool is_same_file(const char *one, const char *other)
{
    struct stat a, b;
    return !strcmp(one, other) ||
           (!stat(one, &a) && !stat(other, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

static const OpenText *find_open(const Check *check, const char *path)
{
    for (int i = 0; i < check->opens; i++)
        if (is_same_file(check->open[i].path, path))
            return &check->open[i];
    return NULL;
}

/* It may have no file yet: then it is told from others by its number. */
static CardFile *read_open(Check *check, const OpenText *open)
{
    struct stat status;
    if (stat(open->path, &status)) {
        status.st_dev = (dev_t)-1;
        status.st_ino = (ino_t)(open - check->open);
    }
    CardFile *file = find_file(check, &status);
    if (file)
        return file;
    return add_file(check, source_new(check->arena, open->path, open->text, open->length, check->files), &status);
}

CardFile *read_card(Check *check, const char *path)
{
    const OpenText *open = find_open(check, path);
    if (open)
        return read_open(check, open);
    bool standard = !strcmp(path, "-");
    FILE *in = standard ? stdin : fopen(path, "rb");
    struct stat status;
    const Source *source = NULL;
    if (in && !fstat(fileno(in), &status))
        source = source_read(check->arena, in, arena_copy(check->arena, path, strlen(path)), check->files);
    int reason = errno;
    if (in && !standard)
        fclose(in);
    if (source)
        return add_file(check, source, &status);
    diag_fault(check->diagnostics, "cannot read '%s': %s", path, strerror(reason));
    return NULL;
}

/* ---- includes ---- */

static const char *beside(Check *check, const Source *source, const char *path)
{
    const char *slash = strrchr(source->name, '/');
    if (*path == '/' || !slash)
        return path;
    return arena_printf(check->arena, "%.*s%s", (int)(slash + 1 - source->name), source->name,
                        path);
}

/* A folder of netc's own cards and blocks as others would write it; NULL: there is none. */
static const char *models_folder(Check *check, const char *below)
{
    char program[PATH_MAX], folder[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return NULL;
    program[length] = 0;
    *strrchr(program, '/') = 0;
    bool there = realpath(arena_printf(check->arena, "%s/%s", program, below), folder);
    return there ? arena_copy(check->arena, folder, strlen(folder)) : NULL;
}

/* A pipe or a terminal might never end. */
static FILE *open_file(const char *path)
{
    struct stat status;
    if (stat(path, &status))
        return NULL;
    errno = EINVAL;
    return S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) ? fopen(path, "rb") : NULL;
}

/* Opens the first of the places that has such a file, and tells its name. */
static FILE *open_include(Check *check, const Source *from, const char *path, const char **name)
{
    *name = beside(check, from, path);
    FILE *in = open_file(*name);
    for (size_t i = 0; !in && i < sizeof models_folders / sizeof *models_folders; i++) {
        if (errno != ENOENT)
            break;
        const char *folder = models_folder(check, models_folders[i]);
        const char *model = folder ? arena_printf(check->arena, "%s/%s", folder, path) : NULL;
        if (model && (in = open_file(model)))
            *name = model;
    }
    return in;
}

/* The names of the cards in a folder, in byte order. */
typedef struct {
    const char **name;
    int names, room;
} Listing;

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static Listing list_cards(Check *check, const char *folder)
{
    Listing list = {0};
    DIR *names = opendir(folder);
    for (struct dirent *entry; names && (entry = readdir(names));) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && !strcmp(entry->d_name + length - 4, ".net"))
            *arena_push(check->arena, list.name, list.names, list.room) = arena_copy(check->arena, entry->d_name, length);
    }
    if (names)
        closedir(names);
    if (list.names)
        qsort(list.name, (size_t)list.names, sizeof *list.name, by_bytes);
    return list;
}

/* Guesses among the cards of a folder. */
static void try_folder(Check *check, Guess *guess, const char *folder)
{
    const Listing list = list_cards(check, folder);
    for (int i = 0; i < list.names; i++)
        guess_try(guess, list.name[i]);
}

/* Where it was sought, and what is there by another name. */
static void report_missing(Check *check, const Source *from, const char *path, Span span)
{
    const char *own = beside(check, from, path), *slash = strrchr(own, '/');
    const char *folder = slash ? arena_printf(check->arena, "%.*s", (int)(slash - own), own) : "this folder";
    Guess guess = guess_begin(path);
    try_folder(check, &guess, slash ? folder : ".");
    const char *where = arena_printf(check->arena, slash ? "'%s'" : "%s", folder);
    for (size_t i = 0; i < sizeof models_folders / sizeof *models_folders; i++) {
        const char *models = models_folder(check, models_folders[i]);
        if (!models)
            continue;
        try_folder(check, &guess, models);
        where = arena_printf(check->arena, "%s, nor in '%s'", where, models);
    }
    diag_error(check->diagnostics, span, INCLUDE_MISSING, path, where, guess_text(check->arena, &guess));
}

CardFile *read_include(Check *check, const CardFile *from, const char *path, Span span)
{
    const OpenText *open = find_open(check, beside(check, from->syntax->source, path));
    if (open)
        return read_open(check, open);
    const char *name;
    FILE *in = open_include(check, from->syntax->source, path, &name);
    struct stat status;
    const Source *source = NULL;
    if (in && !fstat(fileno(in), &status)) {
        CardFile *file = find_file(check, &status);
        if (file) {
            fclose(in);
            return file;
        }
        source = source_read(check->arena, in, name, check->files);
    }
    int reason = errno;
    if (in)
        fclose(in);
    if (source)
        return add_file(check, source, &status);
    if (reason == ENOENT && *path != '/')
        report_missing(check, from->syntax->source, path, span);
    else
        diag_error(check->diagnostics, span, INCLUDE_UNREADABLE, path, strerror(reason));
    check->names_missing = true;
    return NULL;
}

/* ---- blocks that no file brought ---- */

static bool begins_line(const Source *source, int line, const char *word)
{
    return !strncmp(source->text + source->line[line], word, strlen(word));
}

/* The names of the blocks, none where the file is a whole card. */
static Listing list_blocks(Check *check, const Source *source)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    Listing list = {0};
    for (int i = 0; i < source->lines; i++) {
        if (begins_line(source, i, "network ") || begins_line(source, i, "input "))
            return (Listing){0};
        const char *name = source->text + source->line[i] + strlen("block ");
        if (begins_line(source, i, "block "))
            *arena_push(check->arena, list.name, list.names, list.room) =
                arena_copy(check->arena, name, strspn(name, letters));
    }
    return list;
}

/* A file that has blocks, as `include` would name it. */
struct BlockFile {
    const char *name;
    Listing block;
    const BlockFile *next;
};

/* Reads the files of a folder; returns where the next one is to be put. */
static const BlockFile **list_folder(Check *check, const char *folder, const BlockFile **last)
{
    const Listing list = list_cards(check, folder);
    for (int i = 0; i < list.names; i++) {
        const char *path = arena_printf(check->arena, "%s/%s", folder, list.name[i]);
        FILE *in = open_file(path);
        const Source *source = in ? source_read(check->arena, in, path, 0) : NULL;
        if (in)
            fclose(in);
        BlockFile *file = arena_new(check->arena, BlockFile);
        *file = (BlockFile){list.name[i], source ? list_blocks(check, source) : (Listing){0}, NULL};
        *last = file;
        last = &file->next;
    }
    return last;
}

/* Beside the card, then among netc's models: once, however many names are unknown. */
static void list_block_files(Check *check)
{
    const char *card = check->file[0]->syntax->source->name, *slash = strrchr(card, '/');
    const BlockFile **last = &check->block_file;
    last = list_folder(check, slash ? arena_printf(check->arena, "%.*s", (int)(slash - card), card) : ".", last);
    for (size_t i = 0; i < sizeof models_folders / sizeof *models_folders; i++) {
        const char *folder = models_folder(check, models_folders[i]);
        if (folder)
            last = list_folder(check, folder, last);
    }
    check->block_files_listed = true;
}

static bool has_block(const BlockFile *file, const char *block)
{
    for (int i = 0; i < file->block.names; i++)
        if (!strcmp(file->block.name[i], block))
            return true;
    return false;
}

const char *file_with_block(Check *check, const char *block)
{
    if (!check->block_files_listed)
        list_block_files(check);
    const BlockFile *file = check->block_file;
    while (file && !has_block(file, block))
        file = file->next;
    for (int i = 0; file && i < file->block.names; i++)
        names_lose(check->names, file->block.name[i]);
    return file ? file->name : NULL;
}
