/* exact.c - generated programs against the evaluator on small whole numbers, with bound 0: whatever the
 * order of sums, the tiles and the threads, each weight's gradient is the one right number. Two suites, so that they can
 * run side by side: as this processor is built for, and as others are, or by another compiler. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/generated/cards.h"
#include "tests/generated/hold.h"

enum { BATCH = 8 };

/* A whole batch, and batches that end early. A third of an image has no exact gradient, so that odd
 * batches are held within their bounds, forward exactly. */
static void hold_batches(Subject *s)
{
    static const int sizes[] = { BATCH, 1, 3, 5, BATCH, 4 };
    for (size_t i = 0; s->compiled && i < sizeof sizes / sizeof *sizes; i++) {
        bool power = (sizes[i] & (sizes[i] - 1)) == 0;
        Held held = hold(s, (Recipe){ .n = sizes[i], .seed = (unsigned)i + 1, .whole = true, .density = 8,
                                      .epoch = 2, .position = 16 });
        bool sure = !held.unsure && (held.exact || !power);
        CU_ASSERT_TRUE(sure);
        if (!sure)
            fprintf(stderr, "%s, n %d: the test's numbers are not exact\n", s->name, sizes[i]);
    }
}

/* Each step-th of the small cards. */
static void check_cards(const CompiledHow *how, int step)
{
    for (int c = 0; c < small_card_count; c += step) {
        if (is_smooth(&small_cards[c]))
            continue;
        char text[4096], name[64];
        card_text(text, sizeof text, &small_cards[c], "sgd rate=1", BATCH);
        snprintf(name, sizeof name, "exact-%d", c);
        Subject s = subject_open(name, text, 1 + c % 3, how);
        s.name = small_cards[c].name;
        hold_batches(&s);
        subject_close(&s);
    }
}

static void this_processor(void)
{
    check_cards(&(CompiledHow){ .optimize = "-O1", .direct = true }, 1);
}

static void vectors_of_8(void)
{
    if (compiled_runs("x86-64-v3"))
        check_cards(&(CompiledHow){ .optimize = "-O1", .direct = true, .target = "x86-64-v3" }, 3);
}

static void vectors_of_4(void)
{
    if (compiled_runs("x86-64-v2"))
        check_cards(&(CompiledHow){ .optimize = "-O1", .direct = true, .target = "x86-64-v2" }, 4);
}

static void clang(void)
{
    if (compiled_clang())
        check_cards(&(CompiledHow){ .compiler = compiled_clang(), .optimize = "-O1", .direct = true }, 5);
}

/* Layers may be called as C, the generated file or the runtime call their own things. */
static void any_label_will_do(void)
{
    static const SmallCard card = {
        "labels", "9x9x4",
        " int: conv 4 3x3 relu pad=same\n step: conv 4 3x3 relu pad=same\n add int\n"
        " block: conv 4 3x3 pad=same\n image: relu\n from step\n linux: conv 4 1x1\n"
        " add image block\n vf: relu\n load: pool max 2x2\n from vf\n load_forward: pool max 2x2\n"
        " concat load\n scratch: conv 5 2x2 bias=no\n scratch_: relu\n"
        " scratch_weight: conv 5 1x1 relu\n scratch_bias: conv 5 1x1\n shard: conv 3 1x1\n"
        " shard__bias: relu\n NULL: flatten\n task: dense 5 relu\n main: dense 4 relu\n"
        " train0: dense 4\n program: relu\n memset: dense 3 softmax\n",
        "crossentropy",
    };
    char text[4096];
    card_text(text, sizeof text, &card, "sgd rate=1", BATCH);
    Subject s = subject_open("exact-labels", text, 2, &(CompiledHow){ .optimize = "-O1", .direct = true });
    hold_batches(&s);
    subject_close(&s);
}

/* A value may be read, and a sum or a concatenation be made, as often as the card likes. */
static void many_users(void)
{
    enum { USERS = 70 };
    char model[3000] = " a: conv 2 2x2\n", labels[600] = "";
    size_t length = strlen(model), names = 0;
    for (int i = 0; i < USERS; i++) {
        length += (size_t)snprintf(model + length, sizeof model - length, " from a\n l%d: relu\n", i);
        if (i < USERS - 1)
            names += (size_t)snprintf(labels + names, sizeof labels - names, " l%d", i);
    }
    snprintf(model + length, sizeof model - length, " add%s\n relu\n concat%s\n flatten\n dense 2 softmax\n",
             labels, labels);
    char text[4096];
    SmallCard card = { "many users", "3x4x1", model, "crossentropy" };
    card_text(text, sizeof text, &card, "sgd rate=1", BATCH);
    Subject s = subject_open("exact-many", text, 2, &(CompiledHow){ .optimize = "-O1", .direct = true });
    hold_batches(&s);
    subject_close(&s);
}

void suite_exact(void);
void suite_exact(void)
{
    CU_pSuite suite = CU_add_suite("generated: whole numbers, exactly", NULL, NULL);
    CU_ADD_TEST(suite, this_processor);
}

void suite_exact_targets(void);
void suite_exact_targets(void)
{
    CU_pSuite suite = CU_add_suite("generated: whole numbers, exactly, for other targets", NULL, NULL);
    CU_ADD_TEST(suite, vectors_of_8);
    CU_ADD_TEST(suite, vectors_of_4);
    CU_ADD_TEST(suite, clang);
    CU_ADD_TEST(suite, any_label_will_do);
    CU_ADD_TEST(suite, many_users);
}
