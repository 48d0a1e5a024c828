/* source.h - the texts that were read, and spans into them. A span is a pair of byte offsets; line
 * and column are computed only when somebody wants to see them. */

#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/place.h"

typedef struct {
    const char *name;           /* as the user wrote it; "-" is standard input */
    const char *text;           /* ends in 0; may hold others */
    size_t length;
    int order;                  /* of reading: the card is 0, then what it includes */
    const int *line;            /* where each line begins */
    int lines;
} Source;

/* Half-open: from <= offset < to, in bytes. */
typedef struct {
    const Source *source;       /* NULL: made by netc, points nowhere */
    int from, to;
} Span;

/* From the beginning of one to the end of the other, both in one text. */
static inline bool span_equal(Span a, Span b)
{
    return a.source == b.source && a.from == b.from && a.to == b.to;
}

static inline Span span_join(Span first, Span last)
{
    return (Span){first.source, first.from, last.to};
}

/* What is written there, in the arena. */
const char *span_text(Arena *arena, Span span);

/* A text as a source; name and text stay the caller's, and must outlive it. */
const Source *source_new(Arena *arena, const char *name, const char *text, size_t length,
                         int order);

/* All that a stream holds as a source; NULL, and errno, where it cannot be read or is larger than a card is. */
const Source *source_read(Arena *arena, FILE *in, const char *name, int order);

/* The line that an offset is in, from 0, and the offset of what ends it: a newline, a carriage return before one, or
 * the text's end. */
int source_line(const Source *source, int offset);
int source_line_end(const Source *source, int line);

/* Where a span begins, its line's text in the arena. The width ends with the line. Of a line that
 * nobody could read at once, the text is the beginning. */
Place source_place(Arena *arena, Span span);

#endif
