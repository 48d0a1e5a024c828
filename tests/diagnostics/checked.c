#include "tests/diagnostics/checked.h"

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/scratch.h"

static char *printed(Diagnostics *diagnostics)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    diag_print(diagnostics, out, false);
    fclose(out);
    return text;
}

Checked check_in(const char *folder, const char *name, const void *text, size_t length)
{
    scratch_write(folder, name, text, length);
    int here = open(".", O_RDONLY | O_DIRECTORY);
    CU_ASSERT_FATAL(here >= 0 && chdir(folder) == 0);
    Arena *arena = arena_open();
    Diagnostics *diagnostics = diag_open(arena);
    Card *card = check_card(arena, name, diagnostics);
    CU_ASSERT_FATAL(fchdir(here) == 0);
    close(here);
    return (Checked){arena, diagnostics, card, printed(diagnostics)};
}

void checked_close(Checked *checked)
{
    arena_close(checked->arena);
    free(checked->said);
}

int checked_errors(const Checked *checked)
{
    int errors = 0;
    for (const char *said = checked->said; (said = strstr(said, ": error: ")); said++)
        errors++;
    return errors;
}

static char *with_slip(const char *card, const CardSlip *slip)
{
    const char *at = strstr(card, slip->right);
    CU_ASSERT_FATAL(at != NULL);
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "%.*s%s%s", (int)(at - card), card, slip->slip, at + strlen(slip->right));
    fclose(out);
    return text;
}

bool slip_is_told_once(const char *folder, const char *name, const char *card, const CardSlip *slip)
{
    char *text = with_slip(card, slip);
    Checked checked = check_in(folder, name, text, strlen(text));
    bool once = checked_errors(&checked) == 1 && strstr(checked.said, slip->says);
    if (!once)
        fprintf(stderr, "\n'%s' should cause \"%s\", but\n%s\n", slip->slip, slip->says, checked.said);
    checked_close(&checked);
    free(text);
    return once;
}

char *file_text(const char *path)
{
    FILE *in = fopen(path, "rb");
    CU_ASSERT_FATAL(in != NULL);
    char *text = NULL;
    size_t length = 0;
    if (getdelim(&text, &length, EOF, in) < 0)
        text = strdup("");
    fclose(in);
    return text;
}

bool same_text(const char *what, const char *is, const char *should_be)
{
    if (!strcmp(is, should_be))
        return true;
    fprintf(stderr, "\n%s is\n%s\nand should be\n%s\n", what, is, should_be);
    return false;
}
