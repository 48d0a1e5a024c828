/* wild.c - cards that nobody meant: mutated, huge, deep. None may crash or hang; one that is called
 * sound reads the same when it is printed; and a mistake causes one message. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler/ast/parse.h"
#include "compiler/ast/rows.h"
#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

void suite_wild(void);

enum { MUTANTS = 4000, MOST_BYTES = 20000 };

static char *folder;

static int open_folder(void)
{
    folder = scratch_open();
    return 0;
}

static int close_folder(void)
{
    scratch_close(folder);
    return 0;
}

static const char *const seeds[] = {
    "tests/diagnostics/page/tutorial.net", "tests/diagnostics/page/residual.net",
    "tests/outside/residual.net", "examples/fashion/fashion.net", "examples/fashion/mixed.net",
    "examples/segment/segment.net", "examples/tags/tags.net", "examples/houses/houses.net", "examples/compress/compress.net",
    "tests/diagnostics/cases/UNUSED_NAME.case", "tests/diagnostics/cases/WRONG_VALUE.case",
};
enum { SEEDS = sizeof seeds / sizeof *seeds };

/* xorshift64 */
static uint64_t state = 0x9e3779b97f4a7c15u;

static size_t draw(size_t below)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return below ? (size_t)(state >> 20) % below : 0;
}

/* A piece that means something somewhere. */
static const char *piece(void)
{
    static const char *const pieces[] = {
        "{", "}", "(", ")", "=", ":", ",", "\"", "\n", "\r\n", "#", "/", "*", " x ", "-", "%",
        "px", "deg", "3x3", "0", "1e18", "99999999999999999999", "input", "main", "block", "let",
        "a.b.c", "\xff", "\xc3",
        "round(", "include \"case.net\"", "repeat 2 {", "1/0", "\t", " ", "1000000000x1000000000",
    };
    enum { PIECES = sizeof pieces / sizeof *pieces };
    size_t which = draw(PIECES + STATEMENT_COUNT + (size_t)word_count);
    if (which < PIECES)
        return pieces[which];
    which -= PIECES;
    return which < STATEMENT_COUNT ? statement_rows[which].keyword
                                   : word_rows[which - STATEMENT_COUNT].text;
}

static size_t replace(char *text, size_t length, size_t at, size_t old, const char *with,
                      size_t size)
{
    if (length - old + size >= MOST_BYTES)
        return length;
    memmove(text + at + size, text + at + old, length - at - old);
    memcpy(text + at, with, size);
    return length - old + size;
}

static size_t mutate(char *text, size_t length)
{
    size_t at = draw(length), size = draw(length - at < 40 ? length - at : 40);
    char copy[64];
    switch (draw(5)) {
    case 0:                                         /* another byte */
        text[at] = (char)draw(256);
        return length;
    case 1:                                         /* something is lost */
        return replace(text, length, at, size, "", 0);
    case 2: {                                       /* something is said twice */
        memcpy(copy, text + at, size);
        return replace(text, length, draw(length), 0, copy, size);
    }
    case 3:                                         /* the end is missing */
        return draw(8) ? length : at;
    default: {
        const char *with = piece();
        return replace(text, length, at, draw(2) ? size : 0, with, strlen(with));
    }
    }
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
    for (int i = 0; i < MUTANTS; i++) {
        static char text[MOST_BYTES];
        char *seed = file_text(seeds[i % SEEDS]);
        size_t length = strlen(seed);
        memcpy(text, seed, length);
        free(seed);
        for (size_t n = 1 + draw(6); n && length > 1; n--)
            length = mutate(text, length);
        Checked checked = check_in(folder, "case.net", text, length);
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

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
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
        Checked checked = check_in(folder, "case.net", text, length);
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
    Checked checked = check_in(folder, "case.net", text, length);
    CU_ASSERT(diag_has(checked.diagnostics, DIAG_TOO_MANY_LAYERS));
    CU_ASSERT(seconds() - begin < 5);
    checked_close(&checked);
    free(text);
}

/* ---- one mistake, one message ---- */

static int count_errors(const char *said)
{
    int errors = 0;
    for (; (said = strstr(said, ": error: ")); said++)
        errors++;
    return errors;
}

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
        Checked checked = check_in(folder, "case.net", slip, length - 1);
        if (count_errors(checked.said) > 1)
            CU_ASSERT(same_text("what a slip causes", checked.said, "one message"));
        slips += count_errors(checked.said);
        checked_close(&checked);
        free(slip);
    }
    CU_ASSERT(slips > 50);
    free(card);
}

void suite_wild(void)
{
    CU_pSuite suite = CU_add_suite("wild", open_folder, close_folder);
    CU_add_test(suite, "mutants are judged", mutants_are_judged);
    CU_add_test(suite, "giants are refused in time", giants_are_refused_in_time);
    CU_add_test(suite, "towers are refused in time", towers_are_refused_in_time);
    CU_add_test(suite, "a slip causes one message", a_slip_causes_one_message);
}
