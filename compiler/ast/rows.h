/* rows.h - the tables of the language, as statements.def, words.def, forms.def and ranges.def list
 * them. Who wants to know what a keyword, an option or a word means asks here. */

#ifndef AST_ROWS_H
#define AST_ROWS_H

#include <stdbool.h>

#include "compiler/ast/card.h"

/* ---- where a statement may stand ---- */

#define SECTIONS(X)                                                                                \
    X(CARD, "", "statement")                                                                       \
    X(DATA, "data", "statement of data") X(AUGMENT, "augment", "augmentation")                     \
        X(MODEL, "model", "layer") X(TRAIN, "train", "statement of training")  \
            X(LOAD, "load", "statement of load")

typedef enum {
#define X(id, keyword, noun) SECTION_##id,
    SECTIONS(X)
#undef X
    SECTION_COUNT
} Section;

typedef struct {
    const char *keyword;        /* of the statement whose braces it is; "" outside of all */
    const char *noun;           /* what one of its statements is called */
} SectionRow;

extern const SectionRow section_rows[SECTION_COUNT];

/* ---- lists of words ---- */

typedef enum { PLANNED, BUILT } State;

typedef enum {
    WORDS_NONE,
#define WORDS(list, noun) WORDS_##list,
#define WORD(list, text, value, state)
#include "compiler/ast/words.def"
#undef WORDS
#undef WORD
} WordList;

typedef struct {
    WordList list;
    const char *text;
    int value;                  /* of the list's enum */
    State state;
} Word;

const char *words_noun(WordList list);  /* "pooling", for "unknown pooling" */

/* The list's word of that text, or NULL. */
const Word *word_find(WordList list, const char *text);

/* True where any list has it. */
bool is_word_of_the_language(const char *text);

extern const Word word_rows[];
extern const int word_count;

/* ---- what a value may be ---- */

typedef enum {
#define FORM(id, phrase) FORM_INDEX_##id,
#include "compiler/ast/forms.def"
#undef FORM
    FORM_COUNT
} FormIndex;

typedef enum {
#define FORM(id, phrase) FORM_##id = 1 << FORM_INDEX_##id,
#include "compiler/ast/forms.def"
#undef FORM
} Form;

extern const char *const form_phrases[FORM_COUNT];

typedef struct {
    double low, high;
    bool lowest, highest;       /* the ends belong to it */
    const char *of_numbers, *of_ratios;     /* the second NULL: what is counted so is no share of anything */
} Range;

/* ---- statements and their parameters ---- */

typedef enum {
#define STATEMENT(id, ...) STATEMENT_##id,
#define PARAMETER(id, ...)
#include "compiler/ast/statements.def"
#undef STATEMENT
#undef PARAMETER
    STATEMENT_COUNT
} StatementId;

typedef enum {
/* The mark of a statement has the number of its first parameter, and takes none itself. */
#define STATEMENT(id, ...) FIRST_OF_##id, BEFORE_##id = FIRST_OF_##id - 1,
#define PARAMETER(id, ...) PARAMETER_##id,
#include "compiler/ast/statements.def"
#undef STATEMENT
#undef PARAMETER
    PARAMETER_COUNT
} ParameterId;

typedef enum { ONCE, REPEATS, PHASED, PHASED_REPEATS } Times;
typedef enum { NO_BLOCK, BLOCK, MAY_BLOCK } Braces;
typedef enum { ONE, MAYBE, SOME, ANY, OPTION, MUST } Occurrence;

typedef struct {
    StatementId id;
    Section section;
    const char *keyword;
    State state;
    Times times;
    Braces braces;
    const char *help;
    int first;                  /* of its parameters, in parameter_rows */
} StatementRow;

typedef struct {
    const char *name;
    Occurrence occurrence;
    State state;
    const char *kinds;          /* words of the first argument; empty: all */
    Form forms;
    const Range *range;
    WordList words;
    const char *standard;       /* as a card would write it; "" where there is none */
} ParameterRow;

extern const StatementRow statement_rows[STATEMENT_COUNT];
extern const ParameterRow parameter_rows[PARAMETER_COUNT];

/* How many parameters a statement has. */
int parameters_of(const StatementRow *row);

/* The section's row of that keyword, or NULL. */
const StatementRow *statement_find(Section section, const char *keyword);

/* True where a list such as "adam adamw" holds the word, or is empty. */
bool kinds_include(const char *kinds, const char *word);

static inline bool is_option(const ParameterRow *parameter)
{
    return parameter->occurrence == OPTION || parameter->occurrence == MUST;
}

#endif
