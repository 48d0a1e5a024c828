/* manual.c - docs/language.md tells of every row of the language's tables, with its default; and the card that it
 * begins with is sound. */

#include <CUnit/CUnit.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ast/rows.h"
#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"

void suite_manual(void);

/* What stands between backquotes, in one line each; to be freed. */
static char *code_of_manual(void)
{
    char *code, *text = file_text("docs/language.md");
    size_t length;
    FILE *out = open_memstream(&code, &length);
    bool within = false;
    for (const char *at = text; *at; at++) {
        if (*at == '`' && strncmp(at, "```", 3)) {
            within = !within;
            fputc('\n', out);
        } else if (!strncmp(at, "```", 3)) {
            at += 2;
        } else if (within) {
            fputc(*at, out);
        }
    }
    fclose(out);
    free(text);
    return code;
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

static void expect(const char *code, const char *word)
{
    if (tells(code, word))
        return;
    fprintf(stderr, "docs/language.md does not tell of '%s'\n", word);
    CU_FAIL("the manual lacks a row");
}

static void it_tells_every_statement(void)
{
    char *code = code_of_manual();
    for (int i = 0; i < STATEMENT_COUNT; i++)
        expect(code, statement_rows[i].keyword);
    free(code);
}

static void it_tells_every_option_and_its_default(void)
{
    char *code = code_of_manual();
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        const ParameterRow *parameter = &parameter_rows[i];
        char option[100];
        snprintf(option, sizeof option, "%s=%s", parameter->name, parameter->standard);
        if (is_option(parameter))
            expect(code, option);
    }
    free(code);
}

static void it_tells_every_word(void)
{
    char *code = code_of_manual();
    for (int i = 0; i < word_count; i++)
        if (word_rows[i].list != WORDS_YESNO)
            expect(code, word_rows[i].text);
    free(code);
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
