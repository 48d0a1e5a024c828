/* cuts.c - in whatever sizes kernels cut their work, the bits are the same: programs whose calls have other
 * cuts than the target's numbers say train to the same weights. So netc build --tune may choose. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/check/check.h"
#include "compiler/notes.h"
#include "compiler/pass/pass.h"
#include "tests/generated/cards.h"
#include "tests/generated/trained.h"

/* Convolutions of every way that has cuts, over several vectors of channels; dense layers of
 * several tiles. */
static const SmallCard cards[] = {
    { "pooled", "30x33x32",
      " conv 64 3x3 relu\n pool max 2x2\n conv 48 3x3 relu\n pool max 2x2\n flatten\n dense 130 relu\n"
      " dense 3 softmax\n",
      "crossentropy" },
    { "direct", "17x19x3",
      " conv 32 5x5 relu\n pool max 2x2\n conv 48 3x3 relu stride=2 pad=same\n conv 64 1x1\n flatten\n"
      " dense 64 relu\n dense 3 softmax\n",
      "crossentropy" },
    { "each alone", "18x18x16",
      " conv 64 3x3 pad=same\n relu\n conv 32 3x3 pad=same\n relu\n flatten\n dense 3 softmax\n",
      "crossentropy" },
};

enum { CARDS = sizeof cards / sizeof *cards, BATCH = 13, LAST = 4 };

/* Round 0 takes each call's first cut, and each round after it another one for each. */
typedef struct {
    int round, others;          /* calls that had another cut than their first */
} Round;

static int pick(void *context, const char *key, const Cut *cut, int cuts)
{
    Round *round = context;
    unsigned hash = 5381;
    (void)cut;
    for (; *key; key++)
        hash = hash * 33 + (unsigned char)*key;
    hash += (unsigned)round->round;
    int number = round->round ? 1 + (int)(hash % (unsigned)(cuts - 1)) : 0;
    round->others += number != 0;
    return number;
}

static const Plan *plan_of(Arena *arena, const Card *card, UseKind use, const Picker *picker, size_t least)
{
    PlanOrder order = { .target = target_named("native"), .picker = picker, .least = least,
                        .batch = use == USE_VIEW || use == USE_SINGLE ? 1 : card->job.train.batch };
    Graph *graph = lower(arena, card, use);
    for (int i = 0; i < PASSES; i++)
        passes[i].run(graph);
    return plan_graph(graph, order);
}

/* Writes the program, and has its name: cuts-CARD-ROUND. */
static const char *generate_round(Arena *arena, const Card *card, int number, Round *round)
{
    const Picker picker = { pick, round };
    Generation g = { .card = "cuts.net", .job = &card->job, .layer = layer_notes(arena, card),
                     .layers = card->layers - 1 };
    g.plan[USE_SINGLE] = plan_of(arena, card, USE_SINGLE, &picker, 0);
    g.plan[USE_PREDICT] = plan_of(arena, card, USE_PREDICT, &picker, g.plan[USE_SINGLE]->bytes);
    g.plan[USE_TRAIN] = plan_of(arena, card, USE_TRAIN, &picker, g.plan[USE_PREDICT]->bytes);
    g.plan[USE_VIEW] = plan_of(arena, card, USE_VIEW, &picker, 0);
    const char *name = arena_printf(arena, "cuts-%d-%d", number, round->round);
    FILE *file = fopen(compiled_path(name, ".c"), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    generate(file, &g);
    fclose(file);
    return name;
}

static Card *card_of(Arena *arena, int number)
{
    char text[4096];
    const char *path = compiled_path("cuts", ".net");
    card_text(text, sizeof text, &cards[number], "rmsprop rate=1e-3", BATCH);
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
    Card *card = check_card(arena, path, diag_open(arena));
    CU_ASSERT_PTR_NOT_NULL_FATAL(card);
    return card;
}

/* The weights that a round's program leaves. */
static float *weights(Arena *arena, const Card *card, int number, Round *round, long *count)
{
    const char *name = generate_round(arena, card, number, round);
    Compiled *c = compiled_load(name, 2, &(CompiledHow){ .optimize = "-O1" });
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    float *all = trained(c, 2, count);
    compiled_close(c);
    return all;
}

static void every_cut_gives_the_same_bits(void)
{
    for (int number = 0; number < CARDS; number++) {
        Arena *arena = arena_open();
        const Card *card = card_of(arena, number);
        long count = 0;
        float *first = weights(arena, card, number, &(Round){ 0 }, &count);
        CU_ASSERT_TRUE(first[0] == first[0]);
        for (int i = 1; i < LAST; i++) {
            Round round = { .round = i };
            float *other = weights(arena, card, number, &round, &count);
            CU_ASSERT_TRUE(round.others >= 6);
            bool same = !memcmp(first, other, (size_t)count * sizeof *first);
            CU_ASSERT_TRUE(same);
            if (!same)
                fprintf(stderr, "cuts: %s, round %d: other bits\n", cards[number].name, i);
            free(other);
        }
        free(first);
        arena_close(arena);
    }
}

void suite_cuts(void);
void suite_cuts(void)
{
    CU_pSuite suite = CU_add_suite("generated: cuts", NULL, NULL);
    CU_ADD_TEST(suite, every_cut_gives_the_same_bits);
}
