/* headers.c - what a file's kernels stand on of the headers of runtime/kernels/. A kernel says which those are by its
 * #include lines. A header is cut at the blank lines between its functions, and a part that defines only functions and
 * macros is left out where nobody behind it uses one. */

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "compiler/gen/writer.h"

typedef struct {
    const char *text;           /* ends with a newline */
    int header;                 /* whose it is */
    bool comment, kept;         /* comment: and no code */
    const char **name;          /* what it defines */
    int names, room;
    bool types;                 /* ... and else */
} Part;

typedef struct {
    const char **name;
    Part *part;
    int names, name_room, parts, part_room;
} Headers;

/* ---- what a part defines ---- */

static const char *behind_comments(const char *text)
{
    while (begins(text, "/*")) {
        text = strstr(text, "*/") + 2;
        text += strspn(text, " \n");
    }
    return text;
}

/* The function's that a line begins with: the word before the first parenthesis that is not an attribute's. */
static const char *function_name(Arena *arena, const char *line)
{
    for (const char *at = strchr(line, '('); at; at = strchr(at + 1, '(')) {
        const char *from = at;
        while (from > line && (isalnum((unsigned char)from[-1]) || from[-1] == '_'))
            from--;
        if (from < at && !begins(from, "__attribute__"))
            return arena_copy(arena, from, (size_t)(at - from));
    }
    assert(!"a function's name");
    return "";
}

static void find_names(Arena *arena, Part *part)
{
    const char *line = behind_comments(part->text);
    part->comment = !*line;
    for (; *line; line += strcspn(line, "\n") + 1) {
        static const char define[] = "#define ";
        const char *name = line + sizeof define - 1;
        if (begins(line, "#define VL "))
            continue;           /* the file's head has it */
        if (begins(line, define))
            *arena_push(arena, part->name, part->names, part->room) =
                arena_copy(arena, name, strcspn(name, " (\n"));
        else if (begins(line, "INLINE ") || begins(line, "static inline "))
            *arena_push(arena, part->name, part->names, part->room) = function_name(arena, line);
        else
            part->types |= isalpha((unsigned char)*line) != 0;
    }
}

/* ---- the parts of all headers ---- */

/* To the blank line that ends a part, or the text's end. */
static size_t part_length(const char *text)
{
    int depth = 0;
    const char *at = text;
    for (; *at && (depth || at == text || at[-1] != '\n' || *at != '\n'); at++)
        depth += (*at == '{') - (*at == '}');
    assert(!depth);
    return (size_t)(at - text);
}

static void cut(Arena *arena, Headers *headers, const char *text)
{
    while (*text) {
        size_t length = part_length(text);
        Part *part = arena_push(arena, headers->part, headers->parts, headers->part_room);
        *part = (Part){ .text = arena_copy(arena, text, length), .header = headers->names };
        find_names(arena, part);
        text += length;
        text += strspn(text, "\n");
    }
}

static void take_included(Arena *arena, Headers *headers, const char *text);

/* Once each, behind those that it includes itself. */
static void take_header(Arena *arena, Headers *headers, const char *name)
{
    for (int i = 0; i < headers->names; i++)
        if (!strcmp(headers->name[i], name))
            return;
    *arena_push(arena, headers->name, headers->names, headers->name_room) = name;
    take_included(arena, headers, kernel_text(name));
    cut(arena, headers, without_includes(arena, kernel_text(name)));
}

static void take_included(Arena *arena, Headers *headers, const char *text)
{
    static const char include[] = "#include \"runtime/kernels/";
    for (const char *at = strstr(text, include); at; at = strstr(at + 1, include)) {
        const char *name = at + sizeof include - 1;
        take_header(arena, headers, arena_copy(arena, name, strcspn(name, "\"")));
    }
}

static void take_headers(Writer *w, Headers *headers)
{
    const char *last = "";
    for (int i = 0; i < w->calls; i++) {
        if (strcmp(w->call[i]->kernel, last))
            take_included(w->arena, headers, kernel_text(arena_printf(w->arena, "%s.c", w->call[i]->kernel)));
        last = w->call[i]->kernel;
        if (w->call[i]->activation > ACTIVATION_RELU)
            take_header(w->arena, headers, "activation.h");
    }
}

/* ---- which are kept ---- */

static bool is_used(const Headers *headers, int number, const char *code)
{
    const Part *part = &headers->part[number];
    for (int n = 0; n < part->names; n++) {
        if (has_word(code, part->name[n]))
            return true;
        for (int i = number + 1; i < headers->parts; i++)
            if (headers->part[i].kept && has_word(headers->part[i].text, part->name[n]))
                return true;
    }
    return false;
}

/* From the last one on, since a use stands behind what is used. Then comments over parts that are kept: a header's first
 * over any, another over those up to the next. */
static void keep(Headers *headers, const char *code)
{
    for (int i = headers->parts; i-- > 0;) {
        Part *part = &headers->part[i];
        part->kept = part->types || is_used(headers, i, code);
    }
    for (int i = 0; i < headers->parts; i++) {
        Part *part = &headers->part[i];
        bool first = !i || part[-1].header != part->header;
        for (int k = i + 1; part->comment && k < headers->parts && headers->part[k].header == part->header; k++) {
            if (headers->part[k].comment && !first)
                break;
            part->kept |= headers->part[k].kept;
        }
    }
}

void put_headers(Writer *w, const char *code)
{
    Headers headers = { 0 };
    take_headers(w, &headers);
    keep(&headers, code);
    for (int i = 0; i < headers.parts; i++)
        if (headers.part[i].kept)
            fprintf(w->out, "%s\n", headers.part[i].text);
}
