/* complete.c - the first two bytes are a place in the card that the others are: what could stand there, what does, and
 * where else its name stands. */

#include <stdlib.h>

#include "compiler/check/check.h"
#include "compiler/check/context.h"
#include "compiler/check/read.h"
#include "compiler/tools/lsp_complete.h"
#include "compiler/tools/lsp_hover.h"
#include "tests/fuzz/fuzz.h"

/* Of a card that is no text, nothing is kept: no place in it is beyond. */
static void ask(const Check *check, size_t asked)
{
    const Source *source = check->card->source;
    int offset = (int)(asked % (source->length + 1));
    const Symbols *symbols = symbols_read(check->arena, check);
    Span span;
    json_t *list = complete(check->arena, source, symbols, offset);
    fuzz_expect(json_is_array(list));
    json_decref(list);
    if (hover_text(check->arena, check, symbols, offset, &span))
        fuzz_expect(span.from <= span.to && span.to <= (int)source->length);
    int symbol = symbol_at(symbols, source, offset, &span), places;
    if (symbol < 0)
        return;
    const Span *place = symbol_places(symbols, symbol, &places);
    for (int i = 0; i < places; i++)
        fuzz_expect(place[i].from < place[i].to && place[i].to <= (int)place[i].source->length);
}

void fuzz_complete(const uint8_t *bytes, size_t length)
{
    if (length < 3)
        return;
    size_t place = bytes[0] | (size_t)bytes[1] << 8;
    char *text = fuzz_text(bytes + 2, length - 2);
    Arena *arena = arena_open();
    const OpenText open = { "tests/fuzz/case.net", text, length - 2 };
    Check check = { .arena = arena, .diagnostics = diag_open(arena), .open = &open, .opens = 1 };
    if (check_all(&check, open.path))
        ask(&check, place);
    arena_close(arena);
    free(text);
}
