#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

struct Diagnostics {
    Arena *arena;
    Mistake *mistake;
    int mistakes, room;
    int again;                  /* how often one of them was met again */
    bool has[DIAG_COUNT];
    const Note *way;            /* at the moment */
    const char *world;
};

#define DIAG(id, format) [DIAG_##id] = #id,
static const char *const id_name[DIAG_COUNT] = {
#include "base/diag.def"
};
#undef DIAG

Diagnostics *diag_open(Arena *arena)
{
    Diagnostics *diagnostics = arena_new(arena, Diagnostics);
    diagnostics->arena = arena;
    return diagnostics;
}

static const char *format_text(Arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, args);
    return text;
}

void diag_add(Diagnostics *diagnostics, Span span, DiagId id, const char *format, ...)
{
    Mistake *mistake = arena_push(diagnostics->arena, diagnostics->mistake, diagnostics->mistakes,
                                  diagnostics->room);
    va_list args;
    va_start(args, format);
    const char *text = format_text(diagnostics->arena, format, args);
    va_end(args);
    *mistake = (Mistake){.span = span, .id = id, .text = text, .way = diagnostics->way,
                         .sequence = diagnostics->mistakes};
    diagnostics->has[id] = true;
}

static void add_note(Diagnostics *diagnostics, int number, Span span, const char *format, va_list args)
{
    Note *note = arena_new(diagnostics->arena, Note);
    *note = (Note){span, format_text(diagnostics->arena, format, args), NULL};
    const Note **end = &diagnostics->mistake[number - 1].notes;
    while (*end)
        end = (const Note **)&(*end)->next;
    *end = note;
}

void diag_note(Diagnostics *diagnostics, Span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_note(diagnostics, diagnostics->mistakes, span, format, args);
    va_end(args);
}

void diag_note_to(Diagnostics *diagnostics, int number, Span span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_note(diagnostics, number, span, format, args);
    va_end(args);
}

void diag_enter(Diagnostics *diagnostics, Span span, const char *format, ...)
{
    Note *note = arena_new(diagnostics->arena, Note);
    va_list args;
    va_start(args, format);
    *note = (Note){span, format_text(diagnostics->arena, format, args), diagnostics->way};
    va_end(args);
    diagnostics->way = note;
}

void diag_leave(Diagnostics *diagnostics)
{
    diagnostics->way = diagnostics->way->next;
}

void diag_fault(Diagnostics *diagnostics, const char *format, ...)
{
    if (diagnostics->world)
        return;
    va_list args;
    va_start(args, format);
    diagnostics->world = format_text(diagnostics->arena, format, args);
    va_end(args);
}

const char *diag_world(const Diagnostics *diagnostics)
{
    return diagnostics->world;
}

int diag_count(const Diagnostics *diagnostics)
{
    return diagnostics->mistakes + diagnostics->again;
}

void diag_again(Diagnostics *diagnostics)
{
    diagnostics->again++;
}

int diag_newest(const Diagnostics *diagnostics)
{
    return diagnostics->mistakes;
}

bool diag_has(const Diagnostics *diagnostics, DiagId id)
{
    return diagnostics->has[id];
}

/* ---- in order, each once ---- */

static int compare_spans(const Span *a, const Span *b)
{
    if (a->source != b->source)
        return a->source->order < b->source->order ? -1 : 1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static int compare_mistakes(const void *left, const void *right)
{
    const Mistake *a = left, *b = right;
    int order = compare_spans(&a->span, &b->span);
    if (!order)
        order = (a->id > b->id) - (a->id < b->id);
    return order ? order : a->sequence - b->sequence;
}

static bool same_mistake(const Mistake *a, const Mistake *b)
{
    return a->id == b->id && compare_spans(&a->span, &b->span) == 0;
}

/* The sorted mistakes; repeated ones are dropped for good. */
static void sort(Diagnostics *diagnostics)
{
    Mistake *mistake = diagnostics->mistake;
    if (!diagnostics->mistakes)
        return;
    qsort(mistake, (size_t)diagnostics->mistakes, sizeof *mistake, compare_mistakes);
    int kept = 1;
    for (int i = 1; i < diagnostics->mistakes; i++)
        if (!same_mistake(&mistake[i], &mistake[kept - 1]))
            mistake[kept++] = mistake[i];
    diagnostics->mistakes = kept;
}

const Mistake *diag_mistakes(Diagnostics *diagnostics, int *count)
{
    sort(diagnostics);
    *count = diagnostics->mistakes;
    return diagnostics->mistake;
}

const char *diag_id(DiagId id)
{
    return id_name[id];
}

/* Notes tell a place, and leave its line to whoever goes there. */
static void print_note(Diagnostics *diagnostics, FILE *out, const Note *note, bool color)
{
    Place place = source_place(diagnostics->arena, note->span);
    place.text = NULL;
    place_print(out, &place, "note", note->text, color);
}

void diag_print(Diagnostics *diagnostics, FILE *out, bool color)
{
    sort(diagnostics);
    for (int i = 0; i < diagnostics->mistakes; i++) {
        const Mistake *mistake = &diagnostics->mistake[i];
        Place place = source_place(diagnostics->arena, mistake->span);
        place_print(out, &place, "error", mistake->text, color);
        for (const Note *note = mistake->notes; note; note = note->next)
            print_note(diagnostics, out, note, color);
        for (const Note *note = mistake->way; note; note = note->next)
            print_note(diagnostics, out, note, color);
    }
}

/* ---- JSON ---- */

static void print_json_text(FILE *out, const char *text)
{
    putc('"', out);
    while (*text) {
        int length = utf8_length(text);
        if (!length)
            fputs("\\ufffd", out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            fwrite(text, 1, (size_t)length, out);
        text += length ? length : 1;
    }
    putc('"', out);
}

static void print_json_place(FILE *out, const char *kind, const char *text, const Place *place)
{
    fprintf(out, "\"kind\": \"%s\", \"message\": ", kind);
    print_json_text(out, text);
    fputs(", \"file\": ", out);
    print_json_text(out, place->file);
    fprintf(out, ", \"line\": %d, \"column\": %d, \"end\": %d", place->line, place->column,
            place->column + place->width - 1);
}

static void print_json_notes(Diagnostics *diagnostics, FILE *out, const Note *note,
                             const char *before)
{
    for (; note; note = note->next, before = ", ") {
        Place place = source_place(diagnostics->arena, note->span);
        fprintf(out, "%s{", before);
        print_json_place(out, "note", note->text, &place);
        fputs("}", out);
    }
}

void diag_print_json(Diagnostics *diagnostics, FILE *out)
{
    sort(diagnostics);
    fputs("[", out);
    for (int i = 0; i < diagnostics->mistakes; i++) {
        const Mistake *mistake = &diagnostics->mistake[i];
        Place place = source_place(diagnostics->arena, mistake->span);
        fputs(i ? ",\n {" : "\n {", out);
        print_json_place(out, "error", mistake->text, &place);
        fprintf(out, ", \"id\": \"%s\", \"children\": [", id_name[mistake->id]);
        print_json_notes(diagnostics, out, mistake->notes, "");
        print_json_notes(diagnostics, out, mistake->way, mistake->notes ? ", " : "");
        fputs("]}", out);
    }
    fputs(diagnostics->mistakes ? "\n]\n" : "]\n", out);
}

void diag_show(Diagnostics *diagnostics, FILE *out, bool json)
{
    if (json)
        diag_print_json(diagnostics, out);
    else
        diag_print(diagnostics, out, place_color(out));
}
