/* layout.c - any bytes that the grammar takes are laid out; what comes of it is taken, too, and laid out the same. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ast/parse.h"
#include "compiler/tools/format.h"
#include "tests/fuzz/fuzz.h"

/* Laid out, to be freed; NULL where the grammar does not take it. */
static char *laid_out(Arena *arena, const char *text, size_t length, size_t *laid)
{
    const Source *source = source_new(arena, "case.net", text, length, 0);
    Diagnostics *diagnostics = diag_open(arena);
    report_braces(parse(arena, source, diagnostics), diagnostics);
    if (diag_count(diagnostics))
        return NULL;
    char *out = NULL;
    FILE *stream = open_memstream(&out, laid);
    format(stream, arena, source);
    fclose(stream);
    return out;
}

void fuzz_layout(const uint8_t *bytes, size_t length)
{
    char *text = fuzz_text(bytes, length);
    Arena *arena = arena_open();
    size_t first, second;
    char *once = laid_out(arena, text, length, &first);
    if (once) {
        char *twice = laid_out(arena, once, first, &second);
        fuzz_expect(twice && first == second && !memcmp(once, twice, first));
        free(twice);
    }
    free(once);
    arena_close(arena);
    free(text);
}
