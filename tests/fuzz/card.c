/* card.c - any bytes as a card: checked, its mistakes printed in both ways, and where it is sound, every use lowered,
 * passed and planned, each step verified. */

#include <stdio.h>
#include <stdlib.h>

#include "compiler/check/check.h"
#include "compiler/pass/pass.h"
#include "compiler/plan/plan.h"
#include "tests/fuzz/fuzz.h"

enum { LAYERS = 300 };          /* a sanitizer takes its time: more of the same proves no more */

static void print_mistakes(Diagnostics *diagnostics)
{
    for (int json = 0; json < 2; json++) {
        char *said = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&said, &length);
        diag_show(diagnostics, out, json);
        fclose(out);
        fuzz_expect(length > 0);
        free(said);
    }
}

static const Graph *graph_of(Arena *arena, const Card *card, UseKind use, int phase)
{
    Graph *graph = lower_phase(arena, card, use, phase);
    graph_verify(graph, "lower");
    for (int i = 0; i < PASSES; i++) {
        passes[i].run(graph);
        graph_verify(graph, passes[i].name);
    }
    return graph;
}

static void plan_uses(Arena *arena, const Card *card)
{
    PlanOrder order = { .target = target_named("x86-64-v3") };
    for (int phase = 0; phase < card->job.phases; phase++)
        for (UseKind use = 0; use < USE_VIEW; use++) {
            order.batch = use == USE_SINGLE ? 1 : card->job.train.batch;
            plan_graph(graph_of(arena, card, use, phase), order);
        }
}

void fuzz_card(const uint8_t *bytes, size_t length)
{
    Arena *arena = arena_open();
    Diagnostics *diagnostics = diag_open(arena);
    const Card *card = check_card(arena, fuzz_file(bytes, length), diagnostics);
    fuzz_expect((card != NULL) == (diag_count(diagnostics) == 0) && !diag_world(diagnostics));
    if (!card)
        print_mistakes(diagnostics);
    else if (card->has_model && card->has_train && card->layers < LAYERS)
        plan_uses(arena, card);
    arena_close(arena);
}
