/* real.c - generated programs against the evaluator on real numbers, within 4 sqrt(K) 2^-24 sum|ab| of each
 * sum, carried on through all that follows it; with every optimizer, its states in use. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/generated/cards.h"
#include "tests/generated/hold.h"

enum { BATCH = 4, TRIES = 40 };

/* Looks for numbers with which no relu and no pool hangs on the last bit: for one image there always are
 * some, for several of a deep network there need not be. Returns whether any were compared. */
static bool hold_sure(Subject *s, int n)
{
    Held held = { .unsure = 1 };
    for (unsigned seed = 0; seed < TRIES && held.unsure; seed++)
        held = hold(s, (Recipe){ .n = n, .seed = seed, .epoch = 1, .position = 7 });
    bool sure = !held.unsure;
    CU_ASSERT_TRUE(sure || n > 1);
    if (!sure && n == 1)
        fprintf(stderr, "%s: a winner is never sure\n", s->name);
    return sure;
}

static void within_the_bound(void)
{
    int held = 0, all = 0;
    for (int c = 0; c < small_card_count; c++) {
        if (c % 2 && !is_smooth(&small_cards[c]))
            continue;
        char text[4096], name[64];
        card_text(text, sizeof text, &small_cards[c], optimizers[c / 2 % optimizer_count], BATCH);
        snprintf(name, sizeof name, "real-%d", c);
        Subject s = subject_open(name, text, 2, &(CompiledHow){ .optimize = "-O1", .direct = true });
        s.name = small_cards[c].name;
        for (int n = 1; s.compiled && n <= BATCH; n += n == 1 ? 2 : 1)
            held += hold_sure(&s, n), all++;
        subject_close(&s);
    }
    CU_ASSERT(held >= all - 4);
}

/* ---- Winograd's tiles ---- */

static bool says(const char *path, const char *word)
{
    static char text[1 << 20];
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[length] = '\0';
    if (file)
        fclose(file);
    return strstr(text, word) != NULL;
}

/* Their bound is so wide that of a deep network a winner may never be sure: then the step goes unseen, but what
 * it predicts does not. */
static void tiles_within_the_bound(void)
{
    int cards = 0, steps = 0;
    for (int c = 0; c < small_card_count; c++) {
        char text[4096], name[64];
        if (strncmp(small_cards[c].name, "tiles", 5))
            continue;
        card_text(text, sizeof text, &small_cards[c], optimizers[c % optimizer_count], BATCH);
        snprintf(name, sizeof name, "real-tiles-%d", c);
        Subject s = subject_open(name, text, 2, &(CompiledHow){ .optimize = "-O1" });
        s.name = small_cards[c].name;
        CU_ASSERT_TRUE(says(compiled_path(name, ".c"), "Winograd"));
        Held held = { .unsure = 1 };
        for (unsigned seed = 0; s.compiled && seed < TRIES && held.unsure; seed++)
            held = hold(&s, (Recipe){ .n = 1 + seed % 2, .seed = seed, .epoch = 1, .position = 7 });
        steps += !held.unsure;
        cards++;
        subject_close(&s);
    }
    CU_ASSERT(cards >= 4);
    CU_ASSERT(steps >= 2);
}

void suite_real(void);
void suite_real(void)
{
    CU_pSuite suite = CU_add_suite("generated: real numbers, within the bound", NULL, NULL);
    CU_ADD_TEST(suite, within_the_bound);
    CU_ADD_TEST(suite, tiles_within_the_bound);
}
