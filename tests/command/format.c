/* format.c - netc fmt: what it writes has the same tokens and comments and is written again the same, over all cards of
 * the tree and over such cards as nobody lays out; and the layout that is promised. */

#include <CUnit/CUnit.h>
#include <ftw.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ast/parse.h"
#include "compiler/tools/format.h"
#include "tests/diagnostics/checked.h"

void suite_format(void);

enum { MUTANTS = 60, MOST_BYTES = 40000 };

/* ---- tokens and comments as text ---- */

static void put_comments(FILE *out, const char *text, int from, int to)
{
    for (int i = from; i < to; i++) {
        if (text[i] != '#')
            continue;
        int end = i;
        while (end < to && text[end] != '\n')
            end++;
        int last = end;
        while (strchr(" \t\r", text[last - 1]))
            last--;
        fprintf(out, "%.*s\n", last - i, text + i);
        i = end;
    }
}

/* Each token and each comment on a line; of several ends of lines the first, and none at the beginning. */
static char *essence(Arena *arena, const Source *source)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    Tokens tokens = read_tokens(arena, source);
    int before = 0;
    bool newline = true;
    for (int i = 0; i < tokens.tokens; i++) {
        const Token *token = &tokens.token[i];
        put_comments(out, source->text, before, token->span.from);
        before = token->span.to;
        if (token->kind != TOKEN_NEWLINE || !newline)
            fprintf(out, "%d %.*s\n", (int)token->kind,
                    token->kind == TOKEN_NEWLINE ? 0 : token->span.to - token->span.from, source->text + token->span.from);
        newline = token->kind == TOKEN_NEWLINE;
    }
    put_comments(out, source->text, before, (int)source->length);
    fclose(out);
    return text;
}

static bool can_be_read(Arena *arena, const Source *source)
{
    Diagnostics *diagnostics = diag_open(arena);
    const Syntax *syntax = parse(arena, source, diagnostics);
    report_braces(syntax, diagnostics);
    return !diag_count(diagnostics);
}

/* To be freed. */
static char *formatted(Arena *arena, const Source *source, size_t *length)
{
    char *text;
    FILE *out = open_memstream(&text, length);
    format(out, arena, source);
    fclose(out);
    return text;
}

/* False where it cannot be read. */
static bool holds(const char *text, size_t length)
{
    Arena *arena = arena_open();
    const Source *source = source_new(arena, "card.net", text, length, 0);
    bool good = can_be_read(arena, source);
    if (good) {
        size_t one_length, two_length;
        char *one = formatted(arena, source, &one_length);
        const Source *again = source_new(arena, "card.net", one, one_length, 0);
        char *two = formatted(arena, again, &two_length);
        char *before = essence(arena, source), *after = essence(arena, again);
        CU_ASSERT(can_be_read(arena, again));
        bool same = same_text("laid out again it", two, one);
        same &= same_text("what it says", after, before);
        CU_ASSERT(same);
        if (!same)
            fprintf(stderr, "the card was\n%s\n", text);
        free(one), free(two), free(before), free(after);
    }
    arena_close(arena);
    return good;
}

/* ---- all cards, and mutants of them ---- */

static uint64_t state = 0x9e3779b97f4a7c15u;

/* xorshift64 */
static size_t draw(size_t below)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return below ? (size_t)(state >> 20) % below : 0;
}

/* What may stand between words, what at a line's end, and what belongs hardly anywhere. */
static const char *const blanks[] = { " ", "  ", "\t", "     " };
static const char *const breaks[] = { "\n", "\n\n\n", "\r", "# said", "  # said \t", "\n#\n#", " # \xc3\xa4\n", "    #", "\n\t# said\n" };
static const char *const wild[] = {
    "(", ")", "{", "}", "-", "=", ",", " x ", "/", "*", " a:", "\"\xc3\xa4\"", "\xef\xbb\xbf", " { ", " }\n", " (1, (2\n+3)\n)",
    "(# said\n1, 2)", " a=(\n1,# one\n\n2)",
};
#define ANY(list) list[draw(sizeof list / sizeof *list)]

static const char *draw_piece(const char *text, size_t length, size_t *at)
{
    *at = draw(length + 1);
    if (!draw(16))
        return ANY(wild);
    bool inside = draw(2);
    while (*at < length && !strchr(inside ? " \n(,)" : "\n", text[*at]))
        ++*at;
    return inside ? ANY(blanks) : ANY(breaks);
}

static size_t disarrange(char *text, size_t length)
{
    for (size_t at, times = 1 + draw(12); times; times--) {
        const char *piece = draw_piece(text, length, &at);
        size_t size = strlen(piece);
        if (length + size >= MOST_BYTES)
            break;
        memmove(text + at + size, text + at, length - at);
        memcpy(text + at, piece, size);
        length += size;
    }
    text[length] = 0;
    return length;
}

static int cards, mutants;

static void try_card(const char *path)
{
    static char mutant[MOST_BYTES + 1];
    char *text = file_text(path);
    size_t length = strlen(text);
    cards += holds(text, length);
    for (int i = 0; i < MUTANTS && length < MOST_BYTES / 2; i++) {
        memcpy(mutant, text, length);
        size_t mutated = disarrange(mutant, length);
        mutants += holds(mutant, mutated);
    }
    free(text);
}

static int visit(const char *path, const struct stat *status, int flag, struct FTW *place)
{
    (void)status;
    if (flag == FTW_D && (!strcmp(path + place->base, "build") || !strcmp(path + place->base, ".git")))
        return FTW_SKIP_SUBTREE;
    size_t length = strlen(path);
    if (flag == FTW_F && length > 4 && !strcmp(path + length - 4, ".net"))
        try_card(path);
    return FTW_CONTINUE;
}

static void it_changes_no_meaning(void)
{
    cards = mutants = 0;
    CU_ASSERT_EQUAL(nftw(".", visit, 16, FTW_PHYS | FTW_ACTIONRETVAL), 0);
    CU_ASSERT(cards >= 8);
    CU_ASSERT(mutants >= 100);
}

/* Those that people read are laid out so. */
static void the_examples_are_laid_out(void)
{
    CU_ASSERT_EQUAL(system("build/bin/netc fmt --check examples/catdog/catdog.net examples/fashion/fashion.net"
                           " tests/diagnostics/page/*.net"), 0);
}

/* ---- the layout ---- */

static const struct { const char *text, *laid_out; } layouts[] = {
    { "", "" }, { "\n\n", "" }, { "#  a card \t", "#  a card\n" },
    { "network   a language = 1", "network a language=1\n" },
    { "let a=( 3*x + - 2 ) b=round( 32 *n ,8 ) c=-3", "let a=(3*x + -2) b=round(32*n, 8) c=-3\n" },
    { "input ( n x n x 3 ) mean = ( 1,2 , 3)", "input (n x n x 3) mean=(1, 2, 3)\n" },
    { "model{\nmain :conv 3 3x3\n\n\n\nrepeat 2{}\n\n}", "model {\n    main: conv 3 3x3\n\n    repeat 2 {}\n}\n" },
    { "model {\nrepeat 2 {basic 3}\n\t# last\n}", "model {\n    repeat 2 { basic 3 }\n    # last\n}\n" },
    /* a column is meant, here by one gap, here by none, here by some */
    { "rotate 40deg\nshift   20% 20%\nzoom    20%", "rotate 40deg\nshift 20% 20%\nzoom  20%\n" },
    { "rotate 40deg\nshift  20%  20%\nzoom   20%", "rotate 40deg\nshift  20% 20%\nzoom   20%\n" },
    { "conv 3 3x3\nrelu\nadd a b", "conv 3 3x3\nrelu\nadd a b\n" },
    { "dense 9\ndropout 3%\nconv  9 3x3 \n\nadd   a\nfrom  b", "dense 9\ndropout 3%\nconv  9 3x3\n\nadd  a\nfrom b\n" },
    { "main: conv   9 3x3\na: relu\nadd          main\nfrom b", "main: conv 9 3x3\na: relu\nadd        main\nfrom b\n" },
    { "conv  9 3x3\nmain: relu\ndense 9", "conv  9 3x3\nmain: relu\ndense 9\n" },
    { "main:  relu\nother: relu\nrelu", "main:  relu\nother: relu\nrelu\n" },
    /* comments: with their line, in their column, with the line below */
    { "relu# said\nrelu      # a\nconv 3 3x3# b", "relu # said\nrelu        # a\nconv 3 3x3  # b\n" },
    { "relu    # a\ndropout 3%      # b\nconv 3 3x3   groups=2  # c\nrelu            # d",
      "relu    # a\ndropout 3%      # b\nconv 3 3x3 groups=2    # c\nrelu            # d\n" },
    { "conv 3 3x3 pad=same# a\nconv      3 3x3   # b\nrelu  # c\n      # d",
      "conv 3 3x3 pad=same # a\nconv 3 3x3        # b\nrelu  # c\n      # d\n" },
    { "data {\n        # a\n  train \"a\"   # b\n# c\n}  # d", "data {\n    # a\n    train \"a\" # b\n    # c\n}  # d\n" },
    /* lines that break within parentheses */
    { "input 3 mean=(1, # a\n 2,\n\n# b\n3) std = 2  # c", "input 3 mean=(1, # a\n              2,\n              # b\n              3) std=2  # c\n" },
    { "block a(\nb,\nc=(\n1,2\n)\n) {\n}", "block a(\n    b,\n    c=(\n        1, 2\n    )\n) {\n}\n" },
    { "relu\r\n\r\n\r\nrelu # a\r\n", "relu\r\n\r\nrelu # a\r\n" },
};

static void it_lays_out_as_promised(void)
{
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        Arena *arena = arena_open();
        const char *text = layouts[i].text;
        size_t length;
        char *laid_out = formatted(arena, source_new(arena, "card.net", text, strlen(text), 0), &length);
        CU_ASSERT(same_text("the layout", laid_out, layouts[i].laid_out));
        CU_ASSERT(holds(text, strlen(text)));
        free(laid_out);
        arena_close(arena);
    }
}

void suite_format(void)
{
    CU_pSuite suite = CU_add_suite("format", NULL, NULL);
    CU_add_test(suite, "it_lays_out_as_promised", it_lays_out_as_promised);
    CU_add_test(suite, "the_examples_are_laid_out", the_examples_are_laid_out);
    CU_add_test(suite, "it_changes_no_meaning", it_changes_no_meaning);
}
