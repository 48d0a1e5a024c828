#include "compiler/tools/line_text.h"

#include <string.h>

#include "compiler/ast/parse.h"

/* How often each keyword stood so far. */
typedef struct Tally {
    const char *keyword;
    int count;
    struct Tally *next;
} Tally;

struct Lines {
    Arena *arena;
    const Statement *next;
    Tally *tally;
};

Lines *lines_read(Arena *arena, const Source *card)
{
    Lines *lines = arena_new(arena, Lines);
    const Statement *model = parse(arena, card, diag_open(arena))->statements;
    while (model && strcmp(model->keyword, "model"))
        model = model->next;
    *lines = (Lines){ .arena = arena, .next = model ? model->block : NULL };
    return lines;
}

static int count_up(Lines *lines, const char *keyword)
{
    Tally *tally = lines->tally;
    while (tally && strcmp(tally->keyword, keyword))
        tally = tally->next;
    if (!tally) {
        tally = arena_new(lines->arena, Tally);
        *tally = (Tally){ keyword, 0, lines->tally };
        lines->tally = tally;
    }
    return ++tally->count;
}

static const char *whole_line(Arena *arena, const Statement *line)
{
    bool one = line->block && !line->block->next && !line->block->has_block;
    const char *within = one ? statement_text(arena, line->block) : "...", *text = statement_text(arena, line);
    return line->has_block ? arena_printf(arena, "%s { %s }", text, within) : text;
}

const char *line_text(Lines *lines, const char *name)
{
    while (lines->next) {
        const Statement *line = lines->next;
        lines->next = line->next;
        int ordinal = count_up(lines, line->keyword);
        if (!strcmp(line->label ? line->label : arena_printf(lines->arena, "%s%d", line->keyword, ordinal), name))
            return whole_line(lines->arena, line);
    }
    return "";
}
