/* manual.c - docs/language.md tells of every row of the language's tables, as built or as not built
 * yet, with its default; and the card that it begins with is sound. */

#include <CUnit/CUnit.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ast/rows.h"
#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

void suite_manual(void);

typedef struct {
    char *built, *planned;      /* what stands between backquotes, before and below "Not built yet" */
} Manual;

/* All that is code, in one line each. */
static char *code_of(const char *text, const char *end)
{
    char *code;
    size_t length;
    FILE *out = open_memstream(&code, &length);
    bool within = false;
    for (; text < end; text++) {
        if (*text == '`' && strncmp(text, "```", 3)) {
            within = !within;
            fputc('\n', out);
        } else if (!strncmp(text, "```", 3)) {
            text += 2;
        } else if (within) {
            fputc(*text, out);
        }
    }
    fclose(out);
    return code;
}

static Manual manual_open(void)
{
    char *text = file_text("docs/language.md");
    const char *planned = strstr(text, "\n## Not built yet\n");
    CU_ASSERT_FATAL(planned != NULL);
    Manual manual = {code_of(text, planned), code_of(planned, planned + strlen(planned))};
    free(text);
    return manual;
}

static void manual_close(Manual *manual)
{
    free(manual->built);
    free(manual->planned);
}

static bool is_part_of_word(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_';
}

static bool tells(const char *code, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = code; (at = strstr(at, word)); at++)
        if ((at == code || !is_part_of_word(at[-1])) && !is_part_of_word(at[length]))
            return true;
    return false;
}

static void expect(const Manual *manual, State state, const char *word)
{
    if (tells(state == BUILT ? manual->built : manual->planned, word))
        return;
    fprintf(stderr, "docs/language.md does not tell of '%s' as %s\n", word,
            state == BUILT ? "built" : "not built yet");
    CU_FAIL("the manual lacks a row");
}

static void it_tells_every_statement(void)
{
    Manual manual = manual_open();
    for (int i = 0; i < STATEMENT_COUNT; i++)
        expect(&manual, statement_rows[i].state, statement_rows[i].keyword);
    manual_close(&manual);
}

static void it_tells_every_option_and_its_default(void)
{
    Manual manual = manual_open();
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        const ParameterRow *parameter = &parameter_rows[i];
        char option[100];
        bool built = parameter->state == BUILT;
        snprintf(option, sizeof option, "%s=%s", parameter->name, built ? parameter->standard : "");
        if (is_option(parameter))
            expect(&manual, parameter->state, option);
    }
    manual_close(&manual);
}

static void it_tells_every_word(void)
{
    Manual manual = manual_open();
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list != WORDS_YESNO)
            expect(&manual, word_rows[i].state, word_rows[i].text);
    manual_close(&manual);
}

static void its_card_is_sound(void)
{
    char *text = file_text("docs/language.md"), *folder = scratch_open();
    const char *card = strstr(text, "```\n") + 4;
    Checked checked = check_in(folder, "card.net", card, (size_t)(strstr(card, "```") - card));
    CU_ASSERT(same_text("the manual's card", checked.said, ""));
    checked_close(&checked);
    scratch_close(folder);
    free(text);
}

void suite_manual(void)
{
    CU_pSuite suite = CU_add_suite("manual", NULL, NULL);
    CU_add_test(suite, "it tells every statement", it_tells_every_statement);
    CU_add_test(suite, "it tells every option and its default", it_tells_every_option_and_its_default);
    CU_add_test(suite, "it tells every word", it_tells_every_word);
    CU_add_test(suite, "its card is sound", its_card_is_sound);
}
