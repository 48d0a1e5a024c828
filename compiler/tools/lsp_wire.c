#include "compiler/tools/lsp_wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/utf8.h"

enum { MOST_HEADER = 4096, MOST_MESSAGE = 64 << 20 };

/* ---- messages ---- */

/* A header's lines up to the empty one; the length that they tell, -1: none, -2: the end. */
static long read_header(FILE *in)
{
    char line[MOST_HEADER];
    long length = -1;
    while (fgets(line, sizeof line, in)) {
        static const char name[] = "Content-Length:";
        if (!strncasecmp(line, name, sizeof name - 1)) {
            char *end;
            length = strtol(line + sizeof name - 1, &end, 10);
            length = length < 0 || (*end && !isspace((unsigned char)*end)) ? -1 : length;
        }
        if (!strcmp(line, "\r\n") || !strcmp(line, "\n"))
            return length;
    }
    return -2;
}

static bool skip(FILE *in, long length)
{
    while (length > 0 && getc(in) != EOF)
        length--;
    return !length;
}

WireResult wire_read(FILE *in, json_t **message)
{
    *message = NULL;
    long length;
    do
        length = read_header(in);
    while (length == -1);
    if (length == -2)
        return WIRE_END;
    if (length > MOST_MESSAGE)
        return skip(in, length) ? WIRE_GARBLED : WIRE_END;
    char *text = malloc((size_t)length + 1);
    bool whole = text && fread(text, 1, (size_t)length, in) == (size_t)length;
    if (whole)
        *message = json_loadb(text, (size_t)length, JSON_ALLOW_NUL, NULL);
    free(text);
    return !whole ? WIRE_END : *message ? WIRE_MESSAGE : WIRE_GARBLED;
}

void wire_write(FILE *out, json_t *message)
{
    char *text = json_dumps(message, JSON_COMPACT);
    if (text) {
        fprintf(out, "Content-Length: %zu\r\n\r\n%s", strlen(text), text);
        fflush(out);
    }
    free(text);
    json_decref(message);
}

/* ---- places ---- */

/* The bytes of the character at an offset, and how many UTF-16 units it has; a byte that is no UTF-8 is one. */
static int next_character(const Source *source, int offset, int *units)
{
    int length = utf8_length(source->text + offset);
    *units = length == 4 ? 2 : 1;
    return length ? length : 1;
}

static int number_of(const json_t *object, const char *name)
{
    json_int_t number = json_integer_value(json_object_get(object, name));
    return number < 0 ? 0 : number > 1 << 30 ? 1 << 30 : (int)number;
}

int wire_offset(const Source *source, const json_t *position)
{
    int line = number_of(position, "line"), left = number_of(position, "character");
    if (line >= source->lines)
        return (int)source->length;
    int offset = source->line[line], end = source_line_end(source, line);
    for (int units; offset < end && left > 0; left -= units) {
        int bytes = next_character(source, offset, &units);
        if (units > left)
            break;
        offset += bytes;
    }
    return offset < end ? offset : end;
}

static json_t *position_of(const Source *source, int offset)
{
    int line = source_line(source, offset), character = 0;
    int end = source_line_end(source, line);
    for (int at = source->line[line], units; at < offset && at < end; character += units)
        at += next_character(source, at, &units);
    return json_pack("{s:i, s:i}", "line", line, "character", character);
}

json_t *wire_range(Span span)
{
    return json_pack("{s:o, s:o}", "start", position_of(span.source, span.from), "end",
                     position_of(span.source, span.to));
}

/* ---- names of files ---- */

static const char scheme[] = "file://";

const char *wire_path(Arena *arena, const char *uri)
{
    if (strncmp(uri, scheme, sizeof scheme - 1))
        return uri;
    uri += sizeof scheme - 1;
    const char *slash = strchr(uri, '/');
    char *path = arena_copy(arena, slash ? slash : "/", slash ? strlen(slash) : 1), *to = path;
    for (const char *from = path; *from; to++) {
        char digits[3] = { from[0] == '%' ? from[1] : '\0', from[0] == '%' && from[1] ? from[2] : '\0', '\0' };
        bool escape = isxdigit((unsigned char)digits[0]) && isxdigit((unsigned char)digits[1]) && strcmp(digits, "00");
        *to = escape ? (char)strtol(digits, NULL, 16) : *from;
        from += escape ? 3 : 1;
    }
    *to = '\0';
    return path;
}

const char *wire_uri(Arena *arena, const char *path)
{
    const char *whole = path;
    if (strchr(path, ':') && *path != '/')
        return path;
    if (*path != '/') {
        char folder[4096];
        whole = getcwd(folder, sizeof folder) ? arena_printf(arena, "%s/%s", folder, path) : path;
    }
    char *uri = arena_alloc(arena, sizeof scheme + 3 * strlen(whole));
    char *to = uri + sprintf(uri, "%s", scheme);
    for (; *whole; whole++)
        to += sprintf(to, isalnum((unsigned char)*whole) || strchr("/-._~", *whole) ? "%c" : "%%%02X",
                      (unsigned char)*whole);
    return uri;
}

json_t *wire_text(const char *text, size_t length)
{
    char *good = malloc(3 * length + 1), *to = good;
    if (!good)
        return NULL;
    for (size_t i = 0; i < length;) {
        int bytes = text[i] ? utf8_length(text + i) : 1;
        bool whole = bytes && i + (size_t)bytes <= length;
        memcpy(to, whole ? text + i : "\xef\xbf\xbd", whole ? (size_t)bytes : 3);
        to += whole ? bytes : 3;
        i += whole ? (size_t)bytes : 1;
    }
    json_t *value = json_stringn(good, (size_t)(to - good));
    free(good);
    return value;
}
