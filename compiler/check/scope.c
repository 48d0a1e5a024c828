#include "compiler/check/scope.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { BUCKETS = 4096, MOST_SEEN = 256, MOST_PLACES = 10 };

/* Names of one text hang on one symbol, the newest first. */
typedef struct Symbol {
    const char *text;
    Name *newest;
    bool lost;
    int mistake;                /* the number of the one that tells it; 0: none */
    int places;                 /* that it tells */
    Span place[MOST_PLACES + 1];        /* these */
    struct Symbol *next;
} Symbol;

struct Names {
    Arena *arena;
    Symbol *bucket[BUCKETS];
};

Names *names_open(Arena *arena)
{
    Names *names = arena_new(arena, Names);
    names->arena = arena;
    return names;
}

/* FNV-1a. */
static unsigned hash(const char *text)
{
    uint32_t value = 2166136261u;
    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 16777619u;
    return value % BUCKETS;
}

static Symbol *symbol_find(const Names *names, const char *text)
{
    Symbol *symbol = names->bucket[hash(text)];
    while (symbol && strcmp(symbol->text, text))
        symbol = symbol->next;
    return symbol;
}

static Symbol *symbol_of(Names *names, const char *text)
{
    Symbol *symbol = symbol_find(names, text);
    if (symbol)
        return symbol;
    symbol = arena_new(names->arena, Symbol);
    symbol->text = text;
    symbol->next = names->bucket[hash(text)];
    return names->bucket[hash(text)] = symbol;
}

Frame frame_within(const Frame *outer)
{
    return (Frame){.outer = outer, .until = outer ? outer->count : 0};
}

Frame frame_of_block(const Name *block)
{
    return (Frame){.outer = block->original->frame, .until = block->original->number};
}

Name *name_declare(Names *names, Frame *frame, const char *text, NameKind kind, Span span)
{
    Symbol *symbol = symbol_of(names, text);
    Name *name = arena_new(names->arena, Name);
    *name = (Name){.text = text, .kind = kind, .span = span, .original = name, .frame = frame,
                   .number = frame->count++, .before = frame->newest, .same = symbol->newest};
    symbol->newest = frame->newest = name;
    return name;
}

void frame_leave(Names *names, Frame *frame)
{
    for (Name *name = frame->newest; name; name = name->before)
        symbol_of(names, name->text)->newest = name->same;
}

static bool in_sight(const Name *name, const Frame *frame)
{
    int until = frame->count;
    for (; frame; until = frame->until, frame = frame->outer)
        if (name->frame == frame)
            return name->number < until;
    return false;
}

Name *name_find(const Names *names, const Frame *frame, const char *text)
{
    Symbol *symbol = symbol_find(names, text);
    for (Name *name = symbol ? symbol->newest : NULL; name; name = name->same)
        if (in_sight(name, frame))
            return name;
    return NULL;
}

void names_in_sight(const Frame *frame, void (*each)(void *, const Name *), void *context)
{
    int seen = 0, until = frame->count;
    for (; frame; until = frame->until, frame = frame->outer)
        for (const Name *name = frame->newest; name && seen < MOST_SEEN;
             name = name->before, seen++)
            if (name->number < until)
                each(context, name);
}

void names_lose(Names *names, const char *word)
{
    symbol_of(names, word)->lost = true;
}

static bool is_word(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_';
}

void names_lose_all(Names *names, Span span)
{
    const char *text = span.source->text;
    for (int from = span.from, to; from < span.to; from = to + 1) {
        for (to = from; to < span.to && is_word(text[to]);)
            to++;
        if (to > from)
            names_lose(names, arena_copy(names->arena, text + from, (size_t)(to - from)));
    }
}

bool names_lost(const Names *names, const char *word)
{
    const Symbol *symbol = symbol_find(names, word);
    return symbol && symbol->lost;
}

void names_tell(Names *names, Diagnostics *diagnostics, const char *word, Span span)
{
    Symbol *symbol = symbol_of(names, word);
    symbol->mistake = diag_newest(diagnostics);
    symbol->places = 1;
    symbol->place[0] = span;
}

/* A line that is read anew, for another round or call, is no other place. */
static bool is_told(const Symbol *symbol, Span span)
{
    int i = 0;
    while (i < symbol->places && !span_equal(symbol->place[i], span))
        i++;
    return i < symbol->places;
}

bool names_tell_too(Names *names, Diagnostics *diagnostics, const char *word, Span span)
{
    Symbol *symbol = symbol_find(names, word);
    if (!symbol || !symbol->mistake)
        return false;
    diag_again(diagnostics);
    if (symbol->places > MOST_PLACES || is_told(symbol, span))
        return true;
    diag_note_to(diagnostics, symbol->mistake, span,
                 symbol->places < MOST_PLACES ? "'%s' stands here, too" : "'%s' stands here, too, and elsewhere", word);
    symbol->place[symbol->places++] = span;
    return true;
}

const char *name_kind_text(NameKind kind)
{
    static const char *const text[] = {"constant", "parameter", "label", "block"};
    return text[kind];
}
