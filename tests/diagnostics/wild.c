/* wild.c - cards that nobody meant: mutated, huge, deep. None may crash or hang; one that is called
 * sound reads the same when it is printed; and a mistake causes one message. */

#include <CUnit/CUnit.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler/ast/parse.h"
#include "compiler/ast/rows.h"
#include "tests/diagnostics/checked.h"
#include "tests/diagnostics/mutate.h"
#include "tests/support/scratch.h"

void suite_wild(void);

enum { MUTANTS = 4000, SLIPS = 10000 };

/* Cards that are right, and some that are not. */
static glob_t cards;
static const char *const others[] = {
    "tests/outside/residual.net", "tests/diagnostics/cases/UNUSED_NAME.case", "tests/diagnostics/cases/WRONG_VALUE.case",
};
enum { OTHERS = sizeof others / sizeof *others };

static int enter(void)
{
    return suite_open_folder() || glob("examples/*/*.net", 0, NULL, &cards)
        || glob("models/*.net", GLOB_APPEND, NULL, &cards) || glob("tests/diagnostics/page/*.net", GLOB_APPEND, NULL, &cards);
}

static int leave(void)
{
    globfree(&cards);
    return suite_close_folder();
}

static char *print_text(Arena *arena, const char *text, size_t length, Diagnostics *diagnostics)
{
    char *printed;
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    const Source *source = source_new(arena, "printed.net", text, length, 0);
    ast_print(out, parse(arena, source, diagnostics)->statements);
    fclose(out);
    return printed;
}

/* Printed, read and printed again it is the same. */
static void expect_round_trip(const char *text, size_t length)
{
    Arena *arena = arena_open();
    Diagnostics *diagnostics = diag_open(arena);
    char *once = print_text(arena, text, length, diagnostics);
    if (diag_count(diagnostics) == 0) {
        char *twice = print_text(arena, once, strlen(once), diagnostics);
        CU_ASSERT(diag_count(diagnostics) == 0);
        CU_ASSERT(same_text("a card printed twice", twice, once));
        free(twice);
    }
    free(once);
    arena_close(arena);
}

static void mutants_are_judged(void)
{
    int sound = 0;
    mutate_seed(0);
    for (int i = 0; i < MUTANTS; i++) {
        static char text[MUTANT_ROOM];
        size_t which = (size_t)i % (cards.gl_pathc + OTHERS);
        char *seed = file_text(which < cards.gl_pathc ? cards.gl_pathv[which] : others[which - cards.gl_pathc]);
        size_t length = strlen(seed);
        memcpy(text, seed, length);
        free(seed);
        for (size_t n = 1 + mutate_draw(6); n && length > 1; n--)
            length = mutate_bytes(text, length);
        Checked checked = check_in(suite_folder, "case.net", text, length);
        CU_ASSERT((checked.card != NULL) == (diag_count(checked.diagnostics) == 0));
        CU_ASSERT((checked.card != NULL) == (*checked.said == 0));
        sound += checked.card != NULL;
        checked_close(&checked);
        expect_round_trip(text, length);
    }
    CU_ASSERT(sound > MUTANTS / 50 && sound < MUTANTS / 2);
}

/* ---- large and deep ---- */

static void repeat_text(FILE *out, const char *text, int times)
{
    while (times-- > 0)
        fputs(text, out);
}

/* Of work: a processor that others use, too, makes nothing slow. */
static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void giants_are_refused_in_time(void)
{
    static const struct { const char *before, *many; int times; const char *after; } giants[] = {
        {"input 8x8x4\nmodel {\n", "relu\n", 99000, "}\n"},
        {"input 8x8x4\nmodel {\n", "repeat 1000000 {\n", 60, ""},
        {"model {\n", "l: relu\n", 20000, "}\n"},
        {"let a=(", "(", 100000, "\n"},
        {"let a=(1", "+1", 100000, ")\ninput a\n"},
        {"let a=(1", " x 1", 10000, ")\ninput a\n"},
        {"let a=round(1", ",1", 100000, ")\ninput a\n"},
        {"", "data \"a\" {", 100000, ""},
        {"", "}", 100000, ""},
        {"", "}\n", 20000, ""},
        {"input 3\nmodel {\na: relu\nadd a", " a", 100000, "\n}\n"},
        {"", "= 3\n", 20000, ""},
        {"", "\x00", 1000, ""},
        {"", "unknown 3\n", 20000, ""},
        {"network ", "a", 1000000, "=\n"},
        {"input 9", "x9", 100000, "\n"},
        {"input 1", "0", 100000, "\n"},
        {"input 8 scale=1e-", "9", 30, "\n"},
        {"#", "#", 1000000, ""},
        {"data \"a\" {\n", "class a \"b\" ", 50000, "\n}\n"},
    };
    for (size_t i = 0; i < sizeof giants / sizeof *giants; i++) {
        char *text;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        fputs(giants[i].before, out);
        if (*giants[i].many)
            repeat_text(out, giants[i].many, giants[i].times);
        else
            for (int zero = 0; zero < giants[i].times; zero++)
                fputc(0, out);
        fputs(giants[i].after, out);
        fclose(out);
        double begin = seconds();
        Checked checked = check_in(suite_folder, "case.net", text, length);
        CU_ASSERT(seconds() - begin < 5);
        CU_ASSERT((checked.card != NULL) == (*checked.said == 0));
        checked_close(&checked);
        free(text);
    }
}

/* Each block calls the one above twice: 2^60 layers, were it allowed. */
static void towers_are_refused_in_time(void)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fputs("input 8\nblock b0() { relu }\n", out);
    for (int i = 1; i <= 60; i++)
        fprintf(out, "block b%d() {\n    b%d\n    b%d\n}\n", i, i - 1, i - 1);
    fputs("model { b60 }\n", out);
    fclose(out);
    double begin = seconds();
    Checked checked = check_in(suite_folder, "case.net", text, length);
    CU_ASSERT(diag_has(checked.diagnostics, DIAG_TOO_MANY_LAYERS));
    CU_ASSERT(seconds() - begin < 5);
    checked_close(&checked);
    free(text);
}

/* ---- one mistake, one message ---- */

/* Each word of the tutorial without its last letter is one mistake, or none. */
static void a_slip_causes_one_message(void)
{
    char *card = file_text("tests/diagnostics/page/tutorial.net");
    size_t length = strlen(card);
    int slips = 0;
    for (size_t from = 0, to; from < length; from = to + 1) {
        if (card[from] == '#')
            from += strcspn(card + from, "\n");
        to = from + strspn(card + from, "abcdefghijklmnopqrstuvwxyz_0123456789.%\"/*");
        if (to < from + 2)
            continue;
        char *slip = strdup(card);
        memmove(slip + to - 1, slip + to, length - to + 1);
        Checked checked = check_in(suite_folder, "case.net", slip, length - 1);
        if (checked_errors(&checked) > 1)
            CU_ASSERT(same_text("what a slip causes", checked.said, "one message"));
        slips += checked_errors(&checked);
        checked_close(&checked);
        free(slip);
    }
    CU_ASSERT(slips > 50);
    free(card);
}

/* The C compiler's word on the C that netc makes of a card; nothing is kept. */
static bool compiles(const char *text)
{
    scratch_write(suite_folder, "case.net", text, strlen(text));
    char command[512];
    snprintf(command, sizeof command, "build/bin/netc -o %s/case.c %s/case.net >%s/out 2>&1 && ${CC:-cc} -std=gnu17 -w"
             " -fsyntax-only -I. -march=native %s/case.c", suite_folder, suite_folder, suite_folder, suite_folder);
    return system(command) == 0;
}

/* A right card; NULL for blocks that others include, and for the page's mistakes. */
static char *right_card(const char *path)
{
    char *card = file_text(path);
    bool whole = !strncmp(card, "network ", 8) || strstr(card, "\nnetwork ");
    CU_ASSERT_FATAL(strlen(card) < MUTANT_ROOM);
    if (whole && !strstr(path, "mistakes"))
        return card;
    free(card);
    return NULL;
}

/* Of `count` cards with one slip each, every every-th of those that are found sound goes through the C compiler; of the
 * others each is told once. */
static void hold_slips(int count, int every)
{
    int told = 0, sound = 0, twice = 0;
    for (int i = 0; i < count; i++) {
        static char text[MUTANT_ROOM];
        const char *what = "nothing";
        const char *path = cards.gl_pathv[(size_t)i % cards.gl_pathc];
        char *card = right_card(path);
        if (!card)
            continue;
        size_t length = strlen(card);
        memcpy(text, card, length + 1);
        mutate_seed((unsigned)i);
        length = mutate_slip(text, length, &what);
        double begin = seconds();
        Checked checked = check_in(suite_folder, "case.net", text, length);
        int errors = checked_errors(&checked);
        bool right = (errors == 0) == (checked.card != NULL) && seconds() - begin < 5;
        told += errors > 0;
        twice += errors > 1;
        sound += errors == 0;
        if (right && !errors && sound % every == 0)
            right = compiles(text);
        CU_ASSERT_TRUE(right);
        if (!right || errors > 1)
            fprintf(stderr, "slip %d of %s, %s: %d errors\n%s\n", i, path, what, errors, checked.said);
        checked_close(&checked);
        free(card);
    }
    CU_ASSERT(told > count / 3);
    CU_ASSERT(twice == 0);
    if (getenv("NETC_SLIPS"))
        printf("%d slips: %d told, %d of them more than once; %d make another card\n", count, told, twice, sound);
}

/* NETC_SLIPS=N holds so many instead of the usual few, and tells how they were taken. */
static void slips_are_told_once(void)
{
    const char *told = getenv("NETC_SLIPS");
    hold_slips(told ? atoi(told) : SLIPS, told ? 100 : SLIPS / 16);
}

void suite_wild(void)
{
    CU_pSuite suite = CU_add_suite("wild", enter, leave);
    CU_add_test(suite, "mutants are judged", mutants_are_judged);
    CU_add_test(suite, "giants are refused in time", giants_are_refused_in_time);
    CU_add_test(suite, "towers are refused in time", towers_are_refused_in_time);
    CU_add_test(suite, "a slip causes one message", a_slip_causes_one_message);
    CU_add_test(suite, "slips are told once", slips_are_told_once);
}
