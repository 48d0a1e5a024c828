/* ops.c - no op and no kernel lacks its proofs. What each has to have, and who asks for it:
 *
 *     op          infer_, evaluate_, derive_, choose_      it would not compile without
 *                 slopes by central differences            a card of tests/graph holds it
 *                 generated code against the evaluator     a card of tests/generated holds it
 *     kernel      plain loops                              tests/kernels/kernels.c
 *                 a call                                   a plan of one of these
 *
 * What the language's rows have to have is told in rows.c. */

#include <CUnit/CUnit.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/gen/kernels.h"
#include "compiler/pass/pass.h"
#include "compiler/plan/plan.h"
#include "tests/diagnostics/checked.h"
#include "tests/generated/cards.h"
#include "tests/graph/graph.h"
#include "tests/support/scratch.h"

static void lacks(const char *what, const char *proof)
{
    fprintf(stderr, "'%s' lacks %s\n", what, proof);
    CU_FAIL("a row lacks a proof");
}

enum { KERNELS_AT_MOST = 200 };

typedef struct {
    bool op[OP_COUNT];
    const char *kernel[KERNELS_AT_MOST];
    int kernels;
} Met;

static bool has_kernel(const Met *met, const char *name)
{
    for (int i = 0; i < met->kernels; i++)
        if (!strcmp(met->kernel[i], name))
            return true;
    return false;
}

static void meet_ops(Met *met, const Graph *graph)
{
    for (int i = 0; i < graph->ops; i++)
        met->op[graph->op[i]->kind] = true;
}

static void meet_calls(Met *met, const Graph *graph, int batch, bool direct)
{
    static const char *const names[] = { "x86-64-v4", "x86-64-v2" };
    for (int t = 0; t < 2; t++) {
        PlanOrder order = { .target = target_named(names[t]), .batch = batch, .direct = direct };
        const Plan *plan = plan_graph(graph, order);
        for (int i = 0; i < plan->calls; i++)
            if (!has_kernel(met, plan->call[i]->kernel)) {
                CU_ASSERT_FATAL(met->kernels < KERNELS_AT_MOST);
                met->kernel[met->kernels++] = strdup(plan->call[i]->kernel);
            }
    }
}

/* The graphs of all uses, after each pass. */
static void meet_card(Met *met, const char *text)
{
    char *folder = scratch_open();
    Checked checked = check_in(folder, "card.net", text, strlen(text));
    if (!checked.card)
        fprintf(stderr, "%s", checked.said);
    CU_ASSERT_PTR_NOT_NULL_FATAL(checked.card);
    for (int use = 0; use < USE_COUNT; use++) {
        Graph *graph = lower(checked.arena, checked.card, (UseKind)use);
        for (int i = 0; i < PASSES; i++) {
            meet_ops(met, graph);
            passes[i].run(graph);
        }
        meet_ops(met, graph);
        meet_calls(met, graph, checked.card->job.train.batch, false);
        meet_calls(met, graph, checked.card->job.train.batch, true);
    }
    checked_close(&checked);
    scratch_close(folder);
}

static void close_met(Met *met)
{
    for (int i = 0; i < met->kernels; i++)
        free((char *)met->kernel[i]);
}

static void expect_ops(const Met *met, const char *proof)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (!met->op[op])
            lacks(op_info[op].word, proof);
}

static void every_op_has_slopes(void)
{
    Met met = { 0 };
    for (int i = 0; i < graph_card_count; i++)
        meet_card(&met, graph_cards[i]);
    expect_ops(&met, "a card among those of tests/graph/graph.c");
    close_met(&met);
}

static void every_op_is_generated_and_every_kernel_called(void)
{
    Met met = { 0 };
    static HeldCard *const cards[] = { held_small_card, held_loss_card, held_learning_card };
    char text[HELD_ROOM];
    for (size_t c = 0; c < sizeof cards / sizeof *cards; c++)
        for (int i = 0; cards[c](text, i); i++)
            meet_card(&met, text);
    expect_ops(&met, "a card that tests/generated/cards.h offers");
    for (const KernelText *kernel = kernel_texts; kernel->name; kernel++) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(kernel->name, "."), kernel->name);
        bool is_kernel = !strcmp(kernel->name + strlen(name), ".c") && strcmp(name, "peak");
        if (is_kernel && !has_kernel(&met, name))
            lacks(kernel->name, "a call in a plan of such a card");
    }
    close_met(&met);
}

/* An example that says what it trains can be planned; tests/models does as much, and more, for models/. */
static void examples_compile(void)
{
    glob_t found;
    CU_ASSERT_EQUAL_FATAL(glob("examples/*/*.net", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        Arena *arena = arena_open();
        Diagnostics *diagnostics = diag_open(arena);
        const Card *card = check_card(arena, found.gl_pathv[i], diagnostics);
        if (!card)
            diag_print(diagnostics, stderr, false);
        CU_ASSERT_PTR_NOT_NULL(card);
        if (card && card->has_model && card->has_train) {
            Graph *graph = lower(arena, card, USE_TRAIN);
            for (int p = 0; p < PASSES; p++)
                passes[p].run(graph);
            graph_verify(graph, "dead");
            PlanOrder order = { .target = target_named("x86-64-v3"), .batch = card->job.train.batch };
            CU_ASSERT_PTR_NULL(plan_graph(graph, order)->too_large);
        }
        arena_close(arena);
    }
    globfree(&found);
}

void suite_ops(void);
void suite_ops(void)
{
    CU_pSuite suite = CU_add_suite("proofs of ops and kernels", NULL, NULL);
    CU_ADD_TEST(suite, every_op_has_slopes);
    CU_ADD_TEST(suite, every_op_is_generated_and_every_kernel_called);
    CU_ADD_TEST(suite, examples_compile);
}
