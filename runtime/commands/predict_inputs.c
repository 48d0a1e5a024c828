#include "runtime/commands/predict_inputs.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/system/folder.h"
#include "runtime/system/memory.h"

struct Inputs {
    const Job *job;
    const Options *options;
    int operand;                /* the next one */
    NameList *names;            /* behind all operands; NULL: none */
    bool taken;                 /* standard input: by the names, or by the picture that it is */

    Arena *path;                /* of what was named last, and of what it holds */
    const char *folder;
    FolderList below;           /* that folder */
    int file;                   /* the next one of those */

    Arena *table;               /* of the rows at hand */
    RowList rows;
    long row;                   /* the next one */
};

Inputs *inputs_open(const Job *job, const Options *options)
{
    Inputs *inputs = need_memory(sizeof *inputs);
    inputs->job = job;
    inputs->options = options;
    inputs->path = arena_open();
    inputs->table = arena_open();
    inputs->names = options->list ? name_list_open(options->list, options->null ? '\0' : '\n') : NULL;
    inputs->taken = options->list && !strcmp(options->list, "-");
    return inputs;
}

void inputs_close(Inputs *inputs)
{
    if (inputs->names)
        name_list_close(inputs->names);
    arena_close(inputs->path);
    arena_close(inputs->table);
    free(inputs);
}

static void renew(Arena **arena)
{
    arena_close(*arena);
    *arena = arena_open();
}

/* The next operand or name of the list. */
static NameState next_path(Inputs *inputs, bool wait, const char **path)
{
    if (inputs->operand < inputs->options->operands) {
        *path = inputs->options->operand[inputs->operand++];
        return NAME_NEXT;
    }
    return inputs->names ? name_list_next(inputs->names, wait, path) : NAME_END;
}

/* True where there is something to answer at once, or a problem to tell; false where its rows are to be taken. */
static bool open_file(Inputs *inputs, const char *path, Row *input)
{
    *input = (Row){ .name = path };
    if (rows_are_in(inputs->job, path)) {
        renew(&inputs->table);
        inputs->rows = rows_read(inputs->table, inputs->job, path);
        inputs->row = 0;
        return false;
    }
    if (!strcmp(path, "-") && inputs->taken)
        input->problem = "-: standard input has been read already";
    inputs->taken = inputs->taken || !strcmp(path, "-");
    return true;
}

/* The same for a folder, whose files are then to be taken. */
static bool open_folder(Inputs *inputs, const char *path, Row *input)
{
    inputs->below = (FolderList){ 0 };
    inputs->file = 0;
    inputs->folder = arena_printf(inputs->path, "%s", path);
    const char *problem = folder_list(inputs->path, path, &inputs->below);
    if (!problem && !inputs->below.files)
        problem = arena_printf(inputs->path, "folder '%s' holds no files", path);
    *input = (Row){ .name = path, .problem = problem };
    return problem;
}

static bool open_path(Inputs *inputs, const char *path, Row *input)
{
    renew(&inputs->path);
    return folder_is(path) ? open_folder(inputs, path, input) : open_file(inputs, path, input);
}

NameState inputs_next(Inputs *inputs, bool wait, Row *input)
{
    const char *path;
    for (bool found = false; !found; ) {
        if (inputs->row < inputs->rows.rows) {
            *input = inputs->rows.row[inputs->row++];
            found = true;
        } else if (inputs->file < inputs->below.files) {
            path = folder_join(inputs->path, inputs->folder, inputs->below.file[inputs->file++]);
            found = open_file(inputs, path, input);
        } else {
            NameState state = next_path(inputs, wait, &path);
            if (state != NAME_NEXT)
                return state;
            found = open_path(inputs, path, input);
        }
    }
    return NAME_NEXT;
}
