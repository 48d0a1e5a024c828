#include "runtime/training/stale.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/system/called.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"

/* Not a byte more than the text has, and one more, are read. */
static bool differs(const char *path, const CardText *card)
{
    struct stat status;
    FILE *file = !stat(path, &status) && S_ISREG(status.st_mode) ? fopen(path, "re") : NULL;
    if (!file)
        return false;
    size_t length = strlen(card->text);
    char *text = need_memory(length + 1);
    size_t read = fread(text, 1, length + 1, file);
    bool other = !ferror(file) && (read != length || memcmp(text, card->text, length) != 0);
    fclose(file);
    free(text);
    return other;
}

static void note(Arena *arena, bool here, const char *path, const char *card)
{
    fprintf(stderr, "%s has changed since this program was built; ", path);
    if (here)
        fprintf(stderr, "`netc build %s` takes the change in\n", shell_text(arena, card));
    else
        fprintf(stderr, "built anew, it takes the change in\n");
}

void note_stale_card(const Program *program)
{
    const char *folder = called_folder();
    Arena *arena = arena_open();
    bool here = folder && !strcmp(folder, "."), noted = false;
    for (const CardText *card = program->text; folder && card && card->name && !noted; card++) {
        const char *path = here ? card->name : folder_join(arena, folder, card->name);
        noted = differs(path, card);
        if (noted)
            note(arena, here, path, program->card);
    }
    arena_close(arena);
}
