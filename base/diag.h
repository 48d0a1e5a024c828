/* diag.h - the mistakes of one run: collected while the compiler goes on, sorted by their place,
 * and printed with the text they speak of. What can be wrong is listed in diag.def. */

#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/source.h"

#define DIAG(id, format) DIAG_##id,
typedef enum {
#include "base/diag.def"
    DIAG_COUNT
} DiagId;
#undef DIAG

/* The formats are constants, not rows of a table: so the compiler checks what is put in them. */
#define DIAG(id, format) static const char diag_format_##id[] __attribute__((unused)) = format;
#include "base/diag.def"
#undef DIAG

typedef struct Diagnostics Diagnostics;

/* Where else to look. */
typedef struct Note {
    Span span;
    const char *text;
    const struct Note *next;
} Note;

typedef struct {
    Span span;
    DiagId id;
    const char *text;
    const Note *notes;
    const Note *way;            /* that led to it, innermost first */
    int sequence;               /* of being added; of equal mistakes the first one is printed */
} Mistake;

/* Nothing is wrong yet. All that is collected lives in the arena. */
Diagnostics *diag_open(Arena *arena);

/* Adds a mistake at a span. The same mistake at the same place is reported once, however often it
 * is met: a block's line is read once for each of its uses.
 *     diag_error(diagnostics, span, NOT_A_VECTOR, "dense", shape_text(...)); */
#define diag_error(diagnostics, span, id, ...) \
    diag_add(diagnostics, span, DIAG_##id, diag_format_##id __VA_OPT__(, ) __VA_ARGS__)
void diag_add(Diagnostics *diagnostics, Span span, DiagId id, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A mistake that was added is met again: it counts, and nothing is printed. */
void diag_again(Diagnostics *diagnostics);

/* Adds to the newest mistake where else to look. */
void diag_note(Diagnostics *diagnostics, Span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The newest mistake's number, and a note for the mistake of a number. */
int  diag_newest(const Diagnostics *diagnostics);
void diag_note_to(Diagnostics *diagnostics, int number, Span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Between these two, every mistake is met on the way through a place, which its notes tell: "in
 * this 'basic'". Ways may lead through others; the innermost is noted first. */
void diag_enter(Diagnostics *diagnostics, Span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_leave(Diagnostics *diagnostics);

/* A fault of the world's, such as an unreadable card: no mistake, but nothing can be compiled. The
 * message is a whole line without "netc: " and newline. The first one stands. */
void diag_fault(Diagnostics *diagnostics, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The fault's message, or NULL. */
const char *diag_world(const Diagnostics *diagnostics);

/* How many mistakes were added so far, repeated ones included: 0 where the card is sound. */
int diag_count(const Diagnostics *diagnostics);

/* True where a mistake of this kind was added. */
bool diag_has(const Diagnostics *diagnostics, DiagId id);

/* The mistakes, sorted by place, each once; and what the JSON form calls them. */
const Mistake *diag_mistakes(Diagnostics *diagnostics, int *count);
const char *diag_id(DiagId id);

/* Prints them so. Text is the form of GCC, with line and caret, in color where
 * `color`. JSON is one array, in the form of GCC's too: kind, message, id, file, line, column (from
 * 1, in bytes), end (the column of the last byte), and children, which are notes. */
void diag_print(Diagnostics *diagnostics, FILE *out, bool color);
void diag_print_json(Diagnostics *diagnostics, FILE *out);

/* Either of them: text in color where `out` is a terminal that wants it. */
void diag_show(Diagnostics *diagnostics, FILE *out, bool json);

#endif
