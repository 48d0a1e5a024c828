#include "runtime/training/stale.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/system/memory.h"

/* Not a byte more than the text has, and one more, are read. */
static bool differs(const CardText *card)
{
    struct stat status;
    FILE *file = !stat(card->name, &status) && S_ISREG(status.st_mode) ? fopen(card->name, "re") : NULL;
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

void note_stale_card(const Program *program)
{
    for (const CardText *card = program->text; card && card->name; card++)
        if (differs(card)) {
            Arena *arena = arena_open();
            fprintf(stderr, "%s has changed since this program was built; `netc build %s` takes the change in\n", card->name,
                    shell_text(arena, program->card));
            arena_close(arena);
            return;
        }
}
