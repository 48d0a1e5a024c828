/* names.c - what a card, its texts and its files are called never becomes code: of names that mean something to a C
 * compiler netc makes a program that it takes without a warning, trigraphs and all, and that says nothing else. */

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scratch.h"

void suite_hostile_names(void);

static const char card[] =
    "network %s\ninput 4x4x1\ndata \"d\" {\n    class %s\n    class other\n}\nmodel {\n    %s: conv 2 3x3 relu\n"
    "    flatten\n    dense 1 sigmoid\n}\ntrain {\n    loss binary_crossentropy\n    optimizer sgd rate=0.1\n"
    "    epochs 1\n}\n";

/* What netc makes of the card FOLDER/NAME is C, and holds the word `injected` in comments and strings alone. */
static bool is_harmless(const char *name)
{
    char *quoted = strdup(scratch_path(suite_folder, name)), command[4096];
    setenv("CARD", quoted, 1);
    setenv("MADE", scratch_path(suite_folder, "made.c"), 1);
    snprintf(command, sizeof command, "build/bin/netc -o \"$MADE\" \"$CARD\" >/dev/null &&"
             " cc -std=gnu17 -trigraphs -Wall -Wextra -Werror -Wno-trigraphs -march=native -Ibuild/include/netc"
             " -fsyntax-only \"$MADE\" && cc -std=gnu17 -trigraphs -march=native -Ibuild/include/netc -E \"$MADE\" |"
             " sed -E 's/\"([^\"\\\\]|\\\\.)*\"//g' | { ! grep -q injected; }");
    free(quoted);
    return system(command) == 0;
}

static void hold(const char *file, const char *network, const char *class, const char *label)
{
    char text[2000];
    snprintf(text, sizeof text, card, network, class, label);
    scratch_write(suite_folder, file, text, strlen(text));
    bool harmless = is_harmless(file);
    CU_ASSERT_TRUE(harmless);
    if (!harmless)
        fprintf(stderr, "a card '%s' of network %s, class %s, label %s\n", file, network, class, label);
}

static void words_of_c_are_names(void)
{
    static const char *const word[] = { "int", "main", "memset", "linux", "NULL", "INFINITY", "_Pragma", "step", "program",
                                        "__attribute__", "trainer_main" };
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        hold("case.net", word[i], word[i], word[i]);
}

static void texts_stay_texts(void)
{
    static const char *const text[] = { "\"*/ int injected; /*\"", "\"\\\"", "\"\\n\\\\; int injected;\"", "\"?\?/\"", "\"?\?/\\\"",
                                        "\"%s%n\"", "\"\u732b \u202e\"", "\"// \\\"", "\"#define injected\"" };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        hold("case.net", text[i], text[i], "label");
}

static void files_may_be_called_anything(void)
{
    static const char *const file[] = { "*/ int injected; x.net", "a\"; int injected; \".net", "a\nint injected;\n.net",
                                        "a?\?/.net", "a\\.net", "%s%n.net", "\u732b.net", "a // \\.net" };
    for (size_t i = 0; i < sizeof file / sizeof *file; i++)
        hold(file[i], "\"a\"", "\"b\"", "label");
}

void suite_hostile_names(void)
{
    CU_pSuite suite = CU_add_suite("hostile_names", suite_open_folder, suite_close_folder);
    CU_ADD_TEST(suite, words_of_c_are_names);
    CU_ADD_TEST(suite, texts_stay_texts);
    CU_ADD_TEST(suite, files_may_be_called_anything);
}
