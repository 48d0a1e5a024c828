#include "compiler/ast/rows.h"

#include <math.h>
#include <string.h>

const SectionRow section_rows[SECTION_COUNT] = {
#define X(id, keyword, noun) {keyword, noun},
    SECTIONS(X)
#undef X
};

/* ---- words ---- */

#define WORDS(list, noun)
#define WORD(list, text, value, state) {WORDS_##list, text, value, state},
const Word word_rows[] = {
#include "compiler/ast/words.def"
};
#undef WORDS
#undef WORD

const int word_count = sizeof word_rows / sizeof *word_rows;

#define WORDS(list, noun) [WORDS_##list] = noun,
#define WORD(list, text, value, state)
static const char *const word_nouns[] = {
    [WORDS_NONE] = "",
#include "compiler/ast/words.def"
};
#undef WORDS
#undef WORD

const char *words_noun(WordList list)
{
    return word_nouns[list];
}

const Word *word_find(WordList list, const char *text)
{
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list == list && !strcmp(word_rows[i].text, text))
            return &word_rows[i];
    return NULL;
}

bool is_word_of_the_language(const char *text)
{
    for (int i = 0; i < word_count; i++)
        if (!strcmp(word_rows[i].text, text))
            return true;
    return false;
}

/* ---- values ---- */

const char *const form_phrases[FORM_COUNT] = {
#define FORM(id, phrase) phrase,
#include "compiler/ast/forms.def"
#undef FORM
};

#define RANGE(id, ...) RANGE_##id,
enum {
#include "compiler/ast/ranges.def"
};
#undef RANGE

#define RANGE(id, low, lowest, high, highest, numbers, ratios) \
    [RANGE_##id] = {low, high, lowest, highest, numbers, ratios},
static const Range ranges[] = {
#include "compiler/ast/ranges.def"
};
#undef RANGE

/* ---- statements ---- */

#define F(form) FORM_##form

#define STATEMENT(id, ...)
#define PARAMETER(id, name, occurrence, state, kinds, forms, range, words, standard) \
    {name, occurrence, state, kinds, forms, &ranges[RANGE_##range], WORDS_##words, standard},
const ParameterRow parameter_rows[PARAMETER_COUNT] = {
#include "compiler/ast/statements.def"
};
#undef STATEMENT
#undef PARAMETER

#define STATEMENT(id, section, keyword, state, times, braces, help) \
    {STATEMENT_##id, SECTION_##section, keyword, state, times, braces, help, FIRST_OF_##id},
#define PARAMETER(id, ...)
const StatementRow statement_rows[STATEMENT_COUNT] = {
#include "compiler/ast/statements.def"
};
#undef STATEMENT
#undef PARAMETER

int parameters_of(const StatementRow *row)
{
    bool last = row->id + 1 == STATEMENT_COUNT;
    return (last ? (int)PARAMETER_COUNT : row[1].first) - row->first;
}

const StatementRow *statement_find(Section section, const char *keyword)
{
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (statement_rows[i].section == section && !strcmp(statement_rows[i].keyword, keyword))
            return &statement_rows[i];
    return NULL;
}

bool kinds_include(const char *kinds, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = kinds; length && (at = strstr(at, word)); at += length)
        if ((at == kinds || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return !*kinds;
}
