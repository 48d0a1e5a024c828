/* large.c - large cards: many layers are planned in time that grows as they do, those that are alike share their code,
 * a kernel's stack does not grow with the card, and what cannot be counted is refused. And small ones: nothing is copied that need not be. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler/pass/pass.h"
#include "compiler/plan/plan.h"
#include "tests/support/card_text.h"
#include "tests/support/compiled.h"

/* The plan of a card's training step for AVX-512. */
static const Plan *plan_of(Arena *arena, const char *text)
{
    Card *card = card_of(arena, text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(card);
    Graph *graph = lower(arena, card, USE_TRAIN);
    for (int i = 0; i < PASSES; i++) {
        passes[i].run(graph);
        graph_verify(graph, passes[i].name);
    }
    return plan_graph(graph, (PlanOrder){ .target = target_named("x86-64-v4"), .batch = card->job.train.batch });
}

static const char *card_with(Arena *arena, const char *input, const char *model, int batch)
{
    return arena_printf(arena, "network large\ninput %s\nmodel {\n%s flatten\n dense 1 sigmoid\n}\n"
                        "train {\n epochs 1\n batch %d\n loss binary_crossentropy\n optimizer rmsprop rate=1e-3\n}\n",
                        input, model, batch);
}

static const char *repeated(Arena *arena, const char *line, int times)
{
    size_t length = strlen(line);
    char *text = arena_alloc(arena, length * (size_t)times + 1);
    for (int i = 0; i < times; i++)
        memcpy(text + (size_t)i * length, line, length);
    return text;
}

/* Half a second each; with one loop over all ops for each op it was minutes. */
static void many_layers_take_little_time(void)
{
    static const struct { const char *line; int times; } models[] = {
        { " relu\n", 10000 }, { " conv 1 1x1 relu\n", 2000 },
    };
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        Arena *arena = arena_open();
        clock_t before = clock();
        const char *model = arena_printf(arena, " conv 1 1x1\n%s", repeated(arena, models[i].line, models[i].times));
        const Plan *plan = plan_of(arena, card_with(arena, "2x2x1", model, 4));
        double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
        CU_ASSERT(plan->calls >= 2 * models[i].times);
        CU_ASSERT(seconds < 5);
        if (seconds >= 5)
            fprintf(stderr, "%d layers took %.1f s\n", models[i].times, seconds);
        arena_close(arena);
    }
}

/* Functions of the text that netc makes of a card, and lines within them. */
typedef struct { int functions, code; } Amount;

static Amount amount_of(const char *path)
{
    Amount amount = { 0 };
    bool inside = false, in_table = false;
    char line[512];
    FILE *text = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    while (fgets(line, sizeof line, text)) {
        if (!strcmp(line, "{\n"))
            amount.functions += inside = true;
        in_table |= inside && (!strncmp(line, "    enum {", 10) || !strncmp(line, "    static const ", 17));
        amount.code += inside && !in_table;
        in_table &= strcmp(line, "    };\n") != 0;
        inside &= strcmp(line, "}\n") != 0;
    }
    fclose(text);
    return amount;
}

/* A layer like another adds rows to tables, and no code. */
static void layers_alike_share_all_code(void)
{
    static const int times[] = { 2, 40 };
    Amount amount[2];
    for (int i = 0; i < 2; i++) {
        Arena *arena = arena_open();
        const char *model = arena_printf(arena, " conv 16 3x3 relu pad=same\n%s pool max 2x2\n",
                                         repeated(arena, " conv 16 3x3 relu pad=same\n dropout 0.1\n", times[i]));
        Compiled *compiled = compiled_open("alike", card_with(arena, "12x12x3", model, 4), 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(compiled);
        compiled_close(compiled);
        amount[i] = amount_of(compiled_path("alike", ".c"));
        arena_close(arena);
    }
    CU_ASSERT_TRUE(amount[0].functions > 10);
    CU_ASSERT_EQUAL(amount[0].functions, amount[1].functions);
    CU_ASSERT_EQUAL(amount[0].code, amount[1].code);
}

/* Threads have 8 MB of stack, or less: neither the batch nor a picture's width may stand in an array there. */
static void stacks_do_not_grow(void)
{
    static const struct { const char *name, *input; int batch; } cards[] = {
        { "deep", "8x8x1", 10000 }, { "wide", "8x4000x1", 2 },
    };
    static const char model[] = " conv 2 3x1 relu\n conv 2 3x1 relu\n pool max 2x2\n flatten\n dense 4\n";
    const CompiledHow how = { .optimize = "-O2 -Wframe-larger-than=16384" };
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
        Arena *arena = arena_open();
        const char *card = card_with(arena, cards[i].input, model, cards[i].batch);
        Compiled *compiled = compiled_open_as(cards[i].name, card, 1, &how);
        CU_ASSERT_PTR_NOT_NULL(compiled);
        if (compiled)
            compiled_close(compiled);
        arena_close(arena);
    }
}

static void what_overflows_is_refused(void)
{
    Arena *arena = arena_open();
    const Plan *plan = plan_of(arena, card_with(arena, "16384x16384x1", " conv 1 3x3 relu\n pool max global\n", 1));
    CU_ASSERT_PTR_NOT_NULL_FATAL(plan->too_large);
    CU_ASSERT_STRING_EQUAL(plan->too_large->name, "conv1");
    plan = plan_of(arena, card_with(arena, "8192x8192x1", " conv 1 3x3 relu\n pool max global\n", 1));
    CU_ASSERT_PTR_NULL(plan->too_large);
    arena_close(arena);
}

static void a_flattened_input_is_copied_once(void)
{
    Arena *arena = arena_open();
    const Plan *plan = plan_of(arena, card_with(arena, "28x28x1", "", 4));
    int copies = 0;
    for (int i = 0; i < plan->calls; i++)
        copies += !strcmp(plan->call[i]->kernel, "slice") || !strcmp(plan->call[i]->kernel, "compact");
    CU_ASSERT_EQUAL(copies, 1);
    arena_close(arena);
}

void suite_large(void);
void suite_large(void)
{
    CU_pSuite suite = CU_add_suite("large", NULL, NULL);
    CU_add_test(suite, "many_layers_take_little_time", many_layers_take_little_time);
    CU_add_test(suite, "layers_alike_share_all_code", layers_alike_share_all_code);
    CU_add_test(suite, "stacks_do_not_grow", stacks_do_not_grow);
    CU_add_test(suite, "what_overflows_is_refused", what_overflows_is_refused);
    CU_add_test(suite, "a_flattened_input_is_copied_once", a_flattened_input_is_copied_once);
}
