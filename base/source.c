#include "base/source.h"

#include <string.h>

static int count_lines(const char *from, const char *to)
{
    int lines = 0;
    while ((from = memchr(from, '\n', (size_t)(to - from)))) {
        lines++;
        from++;
    }
    return lines;
}

Place source_place(Arena *arena, Span span)
{
    const char *text = span.source->text;
    const char *end = text + span.source->length;
    const char *at = text + span.from;

    const char *first = at;
    while (first > text && first[-1] != '\n')
        first--;
    const char *last = memchr(at, '\n', (size_t)(end - at));
    if (!last)
        last = end;
    if (last > first && last[-1] == '\r')
        last--;

    char *line = arena_copy(arena, first, (size_t)(last - first));
    for (char *zero = line; (zero = memchr(zero, 0, (size_t)(line + (last - first) - zero))); )
        *zero = '?';

    const char *to = text + span.to < last ? text + span.to : last;
    return (Place){
        .file = span.source->name,
        .line = 1 + count_lines(text, first),
        .column = 1 + (int)(at - first),
        .width = to > at ? (int)(to - at) : 1,
        .text = line,
    };
}
