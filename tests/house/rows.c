/* rows.c - no row of the language lacks its proofs. What each has to have, and who asks for it:
 *
 *     statement, option, word                         a line of the manual      tests/diagnostics/manual.c
 *     layer, activation, pooling, norm,               numbers from outside      a card of tests/outside uses it
 *     upsampling, loss                                an example                a card of examples/ or models/ does
 *
 * Exceptions stand here, each with its reason. What ops and kernels have to have is told in ops.c. */

#include <CUnit/CUnit.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ast/parse.h"
#include "compiler/ast/rows.h"
#include "tests/diagnostics/checked.h"

static void lacks(const char *what, const char *proof)
{
    fprintf(stderr, "'%s' lacks %s\n", what, proof);
    CU_FAIL("a row lacks a proof");
}

typedef struct {
    bool statement[STATEMENT_COUNT];
    bool *word;                 /* by its place in word_rows */
} Said;

static void note_word(Said *said, const char *text)
{
    for (int i = 0; i < word_count; i++)
        if (!strcmp(word_rows[i].text, text))
            said->word[i] = true;
}

/* A word that stands for what is not said. */
static void note_unsaid(Said *said, const Statement *statement, const StatementRow *row)
{
    for (int p = row->first; p < row->first + parameters_of(row); p++) {
        bool said_here = false;
        for (const Argument *a = statement->arguments; a; a = a->next)
            said_here |= a->name && !strcmp(a->name, parameter_rows[p].name);
        if (is_option(&parameter_rows[p]) && !said_here)
            note_word(said, parameter_rows[p].standard);
    }
}

static void note_statements(Said *said, const Statement *statement, Section section)
{
    for (; statement; statement = statement->next) {
        if (!statement->keyword)
            continue;
        const StatementRow *row = statement_find(section, statement->keyword);
        note_word(said, statement->keyword);
        for (const Argument *a = statement->arguments; a; a = a->next)
            if (a->value->kind == VALUE_WORD)
                note_word(said, a->value->text);
        Section within = section;
        if (row) {
            said->statement[row->id] = true;
            note_unsaid(said, statement, row);
        }
        for (int s = SECTION_CARD + 1; s < SECTION_COUNT; s++)
            if (section == SECTION_CARD && !strcmp(section_rows[s].keyword, statement->keyword))
                within = (Section)s;
        if (row && row->id == STATEMENT_BLOCK)
            within = SECTION_MODEL;
        note_statements(said, statement->block, within);
    }
}

static void note_cards(Said *said, const char *pattern)
{
    glob_t found;
    if (glob(pattern, 0, NULL, &found))
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        Arena *arena = arena_open();
        char *text = file_text(found.gl_pathv[i]);
        const Source *source = source_new(arena, found.gl_pathv[i], text, strlen(text), 0);
        note_statements(said, parse(arena, source, diag_open(arena))->statements, SECTION_CARD);
        free(text);
        arena_close(arena);
    }
    globfree(&found);
}

typedef struct { const char *row, *reason; } Exception;

static bool is_excepted(const Exception *list, const char *row)
{
    for (; list->row; list++)
        if (!strcmp(list->row, row))
            return true;
    return false;
}

/* Of the model's statements, and of the words that name what is computed. */
static void expect_rows(const Said *said, const Exception *excepted, const char *proof)
{
    static const WordList lists[] = { WORDS_ACTIVATION, WORDS_POOLING, WORDS_NORM, WORDS_UPSAMPLING, WORDS_LOSS };
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        const StatementRow *row = &statement_rows[i];
        bool is_word = word_find(WORDS_ACTIVATION, row->keyword) != NULL;       /* at a line's end it does as well */
        if (row->section == SECTION_MODEL && row->state == BUILT && !is_word && !said->statement[i]
            && !is_excepted(excepted, row->keyword))
            lacks(row->keyword, proof);
    }
    for (int i = 0; i < word_count; i++)
        for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
            if (word_rows[i].list == lists[k] && word_rows[i].state == BUILT && !said->word[i]
                && !is_excepted(excepted, word_rows[i].text))
                lacks(word_rows[i].text, proof);
}

static void every_layer_has_numbers_from_outside(void)
{
    static const Exception excepted[] = {
        { "dropout", "draws at random, and passes on what it takes outside training: tests/kernels, tests/generated" },
        { "drop_path", "likewise" },
        { "repeat", "computes nothing: tests/diagnostics/cards.c" },
        { NULL, NULL },
    };
    bool word[word_count];
    memset(word, 0, sizeof word);
    Said said = { .word = word };
    note_cards(&said, "tests/outside/*.net");
    note_cards(&said, "tests/outside/*/*.net");
    expect_rows(&said, excepted, "a card in tests/outside/");
}

static void every_layer_has_an_example(void)
{
    static const Exception excepted[] = { { NULL, NULL } };
    bool word[word_count];
    memset(word, 0, sizeof word);
    Said said = { .word = word };
    note_cards(&said, "examples/*/*.net");
    note_cards(&said, "models/*.net");
    expect_rows(&said, excepted, "a card in examples/ or models/");
}

void suite_rows(void);
void suite_rows(void)
{
    CU_pSuite suite = CU_add_suite("proofs of the language's rows", NULL, NULL);
    CU_ADD_TEST(suite, every_layer_has_numbers_from_outside);
    CU_ADD_TEST(suite, every_layer_has_an_example);
}
