/* exact.c - generated programs against the evaluator on small whole numbers, with bound 0: whatever the
 * order of sums, the tiles and the threads, each weight's gradient is the one right number. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "tests/generated/hold.h"

static const struct {
    const char *name, *input, *model, *loss;
} cards[] = {
    { "chain", "14x13x3", " conv 8 3x3 relu\n pool max 2x2\n conv 16 3x3 relu\n pool max 2x2\n flatten\n"
      " dense 20 relu\n dense 1 sigmoid\n", "binary_crossentropy" },
    { "residual", "9x8x3", " a: conv 5 3x3 relu pad=same\n conv 5 3x3 relu pad=same\n conv 5 3x3 pad=same\n"
      " add a\n b: relu\n conv 5 3x3 pad=same\n add b a\n relu\n pool max 2x2\n flatten\n dense 3 softmax\n",
      "crossentropy" },
    { "fanout", "8x10x2", " a: conv 3 3x3 relu\n b: conv 17 1x1 relu\n from a\n c: conv 5 3x3 pad=same\n from a\n"
      " conv 1 5x5 pad=2\n concat b c a\n conv 4 3x3 relu\n flatten\n dense 4 softmax\n", "crossentropy" },
    { "odd", "11x13x1", " conv 1 3x3 relu\n conv 33 2x2\n pool max 2x2\n conv 17 3x2 relu\n flatten\n dense 33 relu\n"
      " dense 17\n relu\n dense 3 softmax\n", "crossentropy" },
    { "stride", "15x16x3", " conv 5 3x3 relu stride=2\n conv 6 3x3 stride=2x1 pad=same\n conv 7 3x2 stride=3 pad=1\n"
      " flatten\n dense 1 sigmoid\n", "binary_crossentropy" },
    { "dilation", "17x15x2", " conv 5 3x3 relu dilation=2 pad=same\n conv 17 3x3 dilation=2x3\n"
      " conv 3 2x3 dilation=3x1 stride=2\n relu\n flatten\n dense 1 sigmoid\n", "binary_crossentropy" },
    { "pads", "7x6x3", " conv 4 3x3 pad=(0, 2, 1, 3)\n conv 4 2x2 relu pad=same\n conv 4 4x4 pad=same stride=3\n"
      " conv 5 1x1 relu pad=1\n flatten\n dense 2 softmax\n", "crossentropy" },
    { "windows", "13x12x3", " conv 5 5x5 relu pad=same\n conv 33 1x1 relu\n conv 3 1x7\n conv 5 4x1 relu\n flatten\n"
      " dense 2 softmax\n", "crossentropy" },
    { "maximum", "14x15x5", " conv 6 3x3 relu\n pool max 3x3 stride=2 pad=same\n conv 9 2x2\n pool max 3x2 stride=2x1 pad=1\n"
      " pool max 2x3 stride=3 pad=(1, 0, 0, 2)\n flatten\n dense 1 sigmoid\n", "binary_crossentropy" },
    { "average", "16x14x3", " conv 5 3x3 relu\n pool average 2x2\n conv 17 2x2\n pool average 2x2 pad=1\n"
      " pool average 4x1 stride=1\n flatten\n dense 1 sigmoid\n", "binary_crossentropy" },
    { "global", "12x9x3", " conv 8 1x1 relu\n a: conv 3 5x2\n pool max global\n b: relu\n from a\n"
      " pool average global\n concat b\n dense 5 relu\n dense 2 softmax\n", "crossentropy" },
    { "pool of the input", "12x11x3", " pool max 2x2\n conv 4 2x2 relu\n pool average 2x2\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "average of the input", "8x8x3", " pool average 2x2 stride=1\n conv 4 2x2 relu\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "dense of the input", "70", " dense 19 relu\n dense 3 softmax\n", "crossentropy" },
    { "dense alone", "1", " dense 1 sigmoid\n", "binary_crossentropy" },
    { "flat input", "5x7x3", " flatten\n dense 130 relu\n dense 1 sigmoid\n", "binary_crossentropy" },
    { "odd rows left", "13x11x3", " conv 4 2x2 relu\n pool max 2x2\n conv 5 3x3\n pool max 2x2\n flatten\n"
      " dense 1 sigmoid\n", "binary_crossentropy" },
    { "pool without relu", "12x12x3", " conv 16 3x3 bias=no\n pool max 2x2\n relu\n conv 32 2x2\n pool max 2x2\n flatten\n"
      " dense 1 sigmoid\n", "binary_crossentropy" },
    { "users before a pool", "12x12x3", " a: conv 8 3x3 relu\n p: pool max 2x2\n from a\n q: pool max 2x2\n from a\n"
      " conv 8 2x2 stride=2\n add p q\n b: conv 5 3x3\n pool max 2x2\n c: flatten\n from b\n flatten\n d: dense 4\n from c\n"
      " dense 7 relu\n concat d c\n dense 2 softmax\n", "crossentropy" },
    { "same twice", "6x6x4", " a: conv 4 3x3\n add a a\n b: relu\n concat b\n concat b a\n flatten\n dense 2 softmax\n",
      "crossentropy" },
    { "strided pool", "15x17x3", " conv 16 3x3 relu stride=2\n pool max 2x2\n conv 5 3x2 relu stride=1x2\n pool max 1x2\n"
      " flatten\n dense 1 sigmoid\n", "binary_crossentropy" },
    { "whole windows", "10x7x3", " conv 5 10x3 relu\n conv 3 1x5 relu\n conv 2 1x1\n softmax\n", "crossentropy" },
    { "answer of an average", "9x6x3", " conv 7 2x3 relu\n conv 3 1x1\n pool average global\n softmax\n", "crossentropy" },
    { "wide", "5x5x16", " conv 64 3x3 relu\n conv 48 1x1 relu\n flatten\n dense 200 relu\n dense 65 softmax\n", "crossentropy" },
    { "dropout", "9x9x3", " dropout 50%\n a: conv 6 3x3 relu\n b: conv 6 3x3 pad=same\n from a\n dropout 50%\n add b\n"
      " pool max 2x2\n dropout 75%\n flatten\n dropout 50%\n dense 30 relu\n dropout 50%\n dense 2 softmax\n", "crossentropy" },
    { "blocks", "9x9x3", " conv 4 3x3\n s: repeat 3 {\n  conv 4 3x3 relu pad=same\n  conv 4 3x3 pad=same\n  add input\n"
      "  relu\n }\n pool max 3x3 stride=2\n flatten\n dense 2 softmax\n", "crossentropy" },
};
enum { CARDS = sizeof cards / sizeof *cards, BATCH = 8 };

/* Programs of cards[] for a target: whole batches, and batches that end early. A third of an image has
 * no exact gradient, so that odd batches are held within their bounds, forward exactly. */
static void check_cards(const CompiledHow *how, int step)
{
    static const int sizes[] = { 8, 1, 3, 5, 4 };
    for (int c = 0; c < CARDS; c += step) {
        char text[4096], train[256], name[64];
        snprintf(train, sizeof train, "    loss %s\n    optimizer sgd rate=1\n    batch %d\n", cards[c].loss, BATCH);
        card_text(text, sizeof text, cards[c].input, cards[c].model, train);
        snprintf(name, sizeof name, "exact-%d", c);
        Subject s = subject_open(name, text, 2, how);
        s.name = cards[c].name;
        for (size_t i = 0; s.compiled && i < sizeof sizes / sizeof *sizes; i++) {
            Held held = hold(&s, (Recipe){ .n = sizes[i], .seed = (unsigned)i + 1, .whole = true, .density = 8,
                                           .epoch = 2, .position = 16 });
            CU_ASSERT_EQUAL(held.unsure, 0);
            bool power = (sizes[i] & (sizes[i] - 1)) == 0;
            CU_ASSERT_TRUE(held.exact || !power);
            if (held.unsure || (power && !held.exact))
                fprintf(stderr, "%s, n %d: %d unsure, %s\n", s.name, sizes[i], held.unsure, held.exact ? "exact" : "not exact");
        }
        subject_close(&s);
    }
}

static void native(void)
{
    check_cards(&(CompiledHow){ .optimize = "-O1" }, 1);
}

void suite_exact(void);
void suite_exact(void)
{
    CU_pSuite suite = CU_add_suite("generated: whole numbers, exactly", NULL, NULL);
    CU_ADD_TEST(suite, native);
}
