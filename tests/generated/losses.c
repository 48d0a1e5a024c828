/* losses.c - every loss with every kind of target that it takes, in generated programs against the evaluator:
 * exactly where whole numbers and certain answers leave nothing to round, else within the bound. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/generated/cards.h"
#include "tests/generated/hold.h"

enum { BATCH = 4, TRIES = 60 };

#define WEIGHTS "data \"d\" {\n class a weight=2\n class b weight=0.5\n"

/* Of those that are exact, the answer has a power of two of elements. */
static const struct {
    SmallCard card;
    bool exact;
} losses[] = {
    { { "two classes that weigh", "5x4x3\n" WEIGHTS "}", " conv 3 2x2 relu\n flatten\n dense 1 sigmoid\n",
        "binary_crossentropy" }, true },
    { { "three classes that weigh", "5x4x3\n" WEIGHTS "class c\n}",
        " conv 3 2x2 relu\n flatten\n dense 3 softmax\n", "crossentropy" }, true },
    { { "smoothed classes", "5x4x2", " conv 3 2x2 relu\n flatten\n dense 17 softmax\n",
        "crossentropy smooth=10%" }, false },
    { { "labels", "4x4x2", " conv 3 2x2 relu\n flatten\n dense 8 sigmoid\n", "binary_crossentropy" }, true },
    { { "more labels than a vector", "4x4x2", " flatten\n dense 37 sigmoid\n", "binary_crossentropy" }, false },
    { { "mixed classes", "5x4x3\naugment {\n mixup 0.3\n}", " conv 3 2x2 relu\n flatten\n dense 5 softmax\n",
        "crossentropy smooth=10%" }, false },
    { { "two mixed classes that weigh", "5x4x3\n" WEIGHTS "}\naugment {\n mixup 0.3\n}",
        " conv 3 2x2 relu\n flatten\n dense 1 sigmoid\n", "binary_crossentropy" }, false },
    { { "a picture between 0 and 1", "6x5x3 scale=1/255\ndata \"d\" {\n target input\n}",
        " conv 5 3x3 relu pad=same\n conv 3 3x3 sigmoid pad=same\n", "binary_crossentropy" }, false },
    { { "dice of one", "4x3x2", " flatten\n dense 1 sigmoid\n", "dice" }, false },
    { { "a mask of two", "8x8x2", " conv 5 3x3 relu pad=same\n conv 1 1x1 sigmoid\n", "binary_crossentropy" }, true },
    { { "an odd mask of two", "7x9x2", " conv 5 3x3 relu pad=same\n conv 1 3x3 sigmoid pad=same\n",
        "binary_crossentropy weight=0.3\n    loss dice weight=2" }, false },
    { { "dice of a mask", "7x9x2", " conv 1 3x3 sigmoid pad=same\n", "dice" }, false },
    { { "a mask of many", "8x8x2", " conv 5 3x3 relu pad=same\n conv 3 1x1 softmax\n", "crossentropy" }, true },
    { { "an odd mask of many", "5x7x2", " conv 5 3x3 relu pad=same\n conv 19 3x3 softmax pad=same\n",
        "crossentropy smooth=5% weight=0.5" }, false },
    { { "a number", "4x4x2", " conv 3 2x2 relu\n flatten\n dense 1\n", "mse" }, true },
    { { "numbers", "4x4x2", " conv 3 2x2 relu\n flatten\n dense 4\n", "mae weight=4" }, true },
    { { "numbers and a line", "4x4x2", " conv 3 2x2 relu\n flatten\n dense 16\n", "huber delta=0.5" }, true },
    { { "a picture", "8x8x2", " conv 5 3x3 relu pad=same\n conv 2 3x3 pad=same\n", "mse" }, true },
    { { "an odd picture", "5x7x3", " conv 5 3x3 relu pad=same\n conv 3 3x3 sigmoid pad=same\n",
        "mse\n    loss mae weight=0.1\n    loss huber delta=0.2" }, false },
};
enum { LOSSES = sizeof losses / sizeof *losses };

const char *held_loss_card(char text[HELD_ROOM], int which)
{
    return which < LOSSES ? card_text(text, HELD_ROOM, &losses[which].card, "sgd rate=1", BATCH) : NULL;
}

static Subject open_loss(int which, const char *kind, const char *optimizer, const CompiledHow *how)
{
    char text[4096], name[64];
    card_text(text, sizeof text, &losses[which].card, optimizer, BATCH);
    snprintf(name, sizeof name, "losses-%s-%d", kind, which);
    Subject s = subject_open(name, text, 1 + which % 3, how);
    s.name = losses[which].card.name;
    return s;
}

static void hold_exactly(const CompiledHow *how, int step)
{
    for (int l = 0; l < LOSSES; l += step) {
        if (!losses[l].exact)
            continue;
        Subject s = open_loss(l, "exact", "sgd rate=1", how);
        for (int n = 1; s.compiled && n <= BATCH; n++) {
            Held held = hold(&s, (Recipe){ .n = n, .seed = (unsigned)n, .whole = true, .density = 4 });
            CU_ASSERT_TRUE(!held.unsure && (held.exact || n == 3));
            if (!held.exact && n != 3)
                fprintf(stderr, "%s, n %d: the test's numbers are not exact\n", s.name, n);
        }
        subject_close(&s);
    }
}

static void exactly(void)
{
    hold_exactly(&(CompiledHow){ .optimize = "-O1", .direct = true }, 1);
}

static void exactly_by_4(void)
{
    if (compiled_runs("x86-64-v2"))
        hold_exactly(&(CompiledHow){ .optimize = "-O1", .direct = true, .target = "x86-64-v2" }, 3);
}

/* A relu near 0 hides what comes behind it: other numbers are drawn. */
static void within_the_bound(void)
{
    for (int l = 0; l < LOSSES; l++) {
        Subject s = open_loss(l, "real", "sgd rate=0.5", &(CompiledHow){ .optimize = "-O1", .direct = true });
        for (int n = 1; s.compiled && n <= BATCH; n += 2) {
            Held held = { .unsure = 1 };
            for (unsigned seed = 0; seed < TRIES && held.unsure; seed++)
                held = hold(&s, (Recipe){ .n = n, .seed = seed });
            CU_ASSERT_FALSE(held.unsure);
        }
        subject_close(&s);
    }
}

void suite_losses(void);
void suite_losses(void)
{
    CU_pSuite suite = CU_add_suite("generated: losses", NULL, NULL);
    CU_ADD_TEST(suite, exactly);
    CU_ADD_TEST(suite, exactly_by_4);
    CU_ADD_TEST(suite, within_the_bound);
}
