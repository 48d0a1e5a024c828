#include "compiler/tools/lsp_fix.h"

#include <string.h>

/* One mistake, and what was found in its message so far. */
typedef struct {
    Arena *arena;
    Span span;
    Fixes found;
} Reader;

/* ---- the text around the mistake ---- */

static Span between(const Reader *reader, int from, int to)
{
    return (Span){ reader->span.source, from, to };
}

static bool ends_line(char letter)
{
    return !letter || strchr("\r\n#{}", letter);
}

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t';
}

static int before_blanks(const char *text, int at)
{
    while (at > 0 && is_blank(text[at - 1]))
        at--;
    return at;
}

/* The mistake's line from where its statement begins, without block and comment. */
static Span line_of(const Reader *reader)
{
    const char *text = reader->span.source->text;
    int from = reader->span.from, to = from;
    while (from > 0 && !ends_line(text[from - 1]))
        from--;
    while (is_blank(text[from]))
        from++;
    while (!ends_line(text[to]))
        to++;
    return between(reader, from, before_blanks(text, to));
}

/* The end of a line, and the blanks that the mistake's line begins with. */
static const char *line_break(const Reader *reader)
{
    const Source *source = reader->span.source;
    const char *line = source->text + source->line[source_line(source, reader->span.from)];
    return arena_printf(reader->arena, "\n%.*s", (int)strspn(line, " \t"), line);
}

/* ---- edits ---- */

static void add(Reader *reader, const char *title, Span span, const char *text)
{
    *arena_push(reader->arena, reader->found.fix, reader->found.fixes, reader->found.room) = (Fix){ title, span, text };
}

/* In the place of what is wrong, of the rest of its line, or of the whole line: a message shows as much as it needs. */
static void add_text(Reader *reader, const char *from, size_t length)
{
    const char *text = arena_copy(reader->arena, from, length);
    const char *title = arena_printf(reader->arena, "write %s", text);
    const Span line = line_of(reader);
    if (!length || strstr(text, "...") || text[length - 1] == '=')
        return;
    add(reader, title, reader->span, text);
    if (line.to > reader->span.to)
        add(reader, title, between(reader, reader->span.from, line.to), text);
    if (line.from < reader->span.from && line.to >= reader->span.to)
        add(reader, title, line, text);
}

/* ---- phrases ---- */

/* What begins at `at` and is quoted, or goes on to its end: *behind is what follows. */
static size_t piece_at(const char *at, const char **begin, const char **behind)
{
    static const char closing[] = { '\'', ')', '"' };
    const char *opening = "'(\"", *which = strchr(opening, *at), *end;
    bool quoted = *at == '\'';
    if (*at && which && (end = strchr(at + 1, closing[which - opening]))) {
        *begin = at + quoted;
        *behind = end + 1;
        return (size_t)(end - *begin) + !quoted;
    }
    *begin = at;
    *behind = at + strcspn(at, " ,;?");
    return (size_t)(*behind - at);
}

/* "20% or 20px", "'max 2x2' or 'average 2x2'": each of them. */
static void read_pieces(Reader *reader, const char *at)
{
    for (const char *begin, *behind; ; at = behind + (strncmp(behind, " or ", 4) ? strlen(", ") : strlen(" or "))) {
        size_t length = piece_at(at, &begin, &behind);
        add_text(reader, begin, length);
        if (strncmp(behind, " or ", 4) && strncmp(behind, ", '", 3))
            return;
    }
}

static void read_vector(Reader *reader, const char *behind)
{
    (void)behind;
    const Span line = line_of(reader);
    add(reader, "put 'flatten' before it", between(reader, line.from, line.from),
        arena_printf(reader->arena, "flatten%s", line_break(reader)));
}

static void read_own_line(Reader *reader, const char *behind)
{
    (void)behind;
    int from = before_blanks(reader->span.source->text, reader->span.from);
    add(reader, "begin a line here", between(reader, from, reader->span.from), line_break(reader));
}

static void read_unnamed(Reader *reader, const char *behind)
{
    (void)behind;
    const char *text = reader->span.source->text;
    int to = reader->span.to + (int)strcspn(text + reader->span.to, "=\r\n");
    if (text[to] == '=')
        add(reader, "write it without its name", between(reader, reader->span.from, to + 1 + (int)strspn(text + to + 1, " \t")),
            "");
}

static void read_needless(Reader *reader, const char *behind)
{
    (void)behind;
    const char *text = reader->span.source->text;
    int from = before_blanks(text, reader->span.from), to = reader->span.to;
    while (!ends_line(text[to]) && !is_blank(text[to]))
        to++;
    add(reader, "leave it out", between(reader, from, to), "");
}

/* How messages of diag.def, and the ends that the checks give them, show what stands right. */
static const struct {
    const char *phrase;
    void (*read)(Reader *reader, const char *behind);
} phrases[] = {
    { "did you mean ", read_pieces },
    { "it is called ", read_pieces },
    { "; put 'flatten' before it", read_vector },
    { " stands on a line of its own", read_own_line },
    { " without a name", read_unnamed },
    { "; leave it out", read_needless },
    { "in quotes: ", read_pieces },
    { "in double quotes: ", read_pieces },
    { "in parentheses: ", read_pieces },
    { "before its fraction: ", read_pieces },
    { "its extents: ", read_pieces },
    { "of its point: ", read_pieces },
    { "a blank: ", read_pieces },
    { "between them: ", read_pieces },
    { "a shape is written ", read_pieces },
    { "its values: ", read_pieces },
    { "by 'let': ", read_pieces },
    { "by a label: ", read_pieces },
};

Fixes fixes_of(Arena *arena, const Mistake *mistake)
{
    Reader reader = { .arena = arena, .span = mistake->span };
    for (size_t i = 0; mistake->span.source && i < sizeof phrases / sizeof *phrases; i++) {
        const char *at = strstr(mistake->text, phrases[i].phrase);
        if (at)
            phrases[i].read(&reader, at + strlen(phrases[i].phrase));
    }
    return reader.found;
}
