#include "base/source.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { MOST_SHOWN = 500, MOST_BYTES = 16 << 20 };

const char *span_text(Arena *arena, Span span)
{
    return arena_copy(arena, span.source->text + span.from, (size_t)(span.to - span.from));
}

const Source *source_new(Arena *arena, const char *name, const char *text, size_t length, int order)
{
    Source *source = arena_new(arena, Source);
    int *line = NULL;
    int lines = 0, room = 0;
    *arena_push(arena, line, lines, room) = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\n')
            *arena_push(arena, line, lines, room) = (int)i + 1;
    *source = (Source){name, text, length, order, line, lines};
    return source;
}

const Source *source_read(Arena *arena, FILE *in, const char *name, int order)
{
    char *text = NULL;
    size_t length = 0, room = 0;
    for (;;) {
        if (length == room) {
            room = room ? 2 * room : 1 << 14;
            char *more = arena_alloc(arena, room + 1);
            if (length)
                memcpy(more, text, length);
            text = more;
        }
        size_t got = fread(text + length, 1, room - length, in);
        length += got;
        if (ferror(in))
            return NULL;
        if (length > MOST_BYTES) {
            errno = EFBIG;
            return NULL;
        }
        if (!got)
            break;
    }
    text[length] = 0;
    return source_new(arena, name, text, length, order);
}

int source_line(const Source *source, int offset)
{
    int low = 0, high = source->lines;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(source->line[middle] <= offset ? &low : &high) = middle;
    }
    return low;
}

int source_line_end(const Source *source, int line)
{
    int end = line + 1 < source->lines ? source->line[line + 1] - 1 : (int)source->length;
    bool carriage_return = end > source->line[line] && source->text[end - 1] == '\r';
    return carriage_return ? end - 1 : end;
}

/* A copy of the text without what a terminal would obey; of what is no text, up to its first 0. */
static const char *shown_text(Arena *arena, const Source *source, int from, int to)
{
    const char *zero = memchr(source->text + from, 0, (size_t)(to - from));
    to = zero ? (int)(zero - source->text) + 1 : to;
    char *shown = arena_copy(arena, source->text + from, (size_t)(to - from));
    for (int i = 0; i < to - from; i++)
        if ((unsigned char)shown[i] < ' ' && shown[i] != '\t')
            shown[i] = '?';
    return shown;
}

Place source_place(Arena *arena, Span span)
{
    const Source *source = span.source;
    int line = source_line(source, span.from);
    int first = source->line[line], last = source_line_end(source, line);
    int to = span.to < last ? span.to : last;
    return (Place){
        .file = source->name,
        .line = line + 1,
        .column = span.from - first + 1,
        .width = to > span.from ? to - span.from : 1,
        .text =
            shown_text(arena, source, first, last - first < MOST_SHOWN ? last : first + MOST_SHOWN),
    };
}
