#include "tests/support/card_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/check/check.h"

Card *card_of(Arena *arena, const char *text)
{
    char path[] = "/tmp/netc-card-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    fputs(text, file);
    fclose(file);
    Diagnostics *diagnostics = diag_open(arena);
    Card *card = check_card(arena, path, diagnostics);
    if (!card)
        diag_print(diagnostics, stderr, false);
    remove(path);
    return card;
}
