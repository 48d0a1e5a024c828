#include "compiler/tools/settings.h"

#include <string.h>

#include "compiler/ast/parse.h"

typedef struct {
    Arena *arena;
    const char **line;
    int lines, room;
} Settings;

/* A section that says no more than its name is told by what stands in it. */
static void add(Settings *settings, const char *within, const Statement *statement)
{
    if (!*within && statement->has_block && !statement->arguments)
        return;
    *arena_push(settings->arena, settings->line, settings->lines, settings->room) =
        arena_printf(settings->arena, "%s%s", within, statement_text(settings->arena, statement));
}

static void add_all(Settings *settings, const char *within, const Statement *statement)
{
    for (; statement; statement = statement->next) {
        bool model = !*within && (!strcmp(statement->keyword, "model") || !strcmp(statement->keyword, "block"));
        if (model)
            continue;
        add(settings, within, statement);
        add_all(settings, arena_printf(settings->arena, "%s%s: ", within, statement->keyword), statement->block);
    }
}

const char **settings_lines(Arena *arena, const Source *card, int *count)
{
    Settings settings = { .arena = arena };
    add_all(&settings, "", parse(arena, card, diag_open(arena))->statements);
    *count = settings.lines;
    return settings.line;
}
