/* layers.c - layers and losses one by one against Keras, in double: what the evaluator makes of the cards in layers/, and
 * the gradients of their parameters. The generated code is held against the evaluator elsewhere. make_layers.py
 * tells what the fixtures hold. */

#include <CUnit/CUnit.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compiler/check/check.h"
#include "compiler/pass/pass.h"
#include "tests/support/fixture.h"

/* Keras rounds to float here and there, though asked for double: constants, and all that it resizes. */
#define TOLERANCE 1e-6

static const Value *named(const Graph *graph, const char *name)
{
    for (int i = 0; i < graph->values; i++)
        if (!strcmp(graph->value[i]->name, name))
            return graph->value[i];
    return NULL;
}

static double *in_double(Arena *arena, const FixtureTensor *tensor)
{
    double *values = arena_array(arena, double, tensor->count);
    for (long i = 0; i < tensor->count; i++)
        values[i] = tensor->f64 ? tensor->f64[i] : tensor->i32[i];
    return values;
}

/* The network's inputs and parameters as the fixture has them; the optimiser's states are zero. */
static void put_leaves(const Graph *graph, const Fixture *fixture, Evaluation *e)
{
    for (int i = 0; i < graph->ops; i++) {
        const Op *op = graph->op[i];
        const char *name = op->kind == OP_INPUT ? "input" : op->kind == OP_TARGET ? "target"
            : arena_printf(graph->arena, "initial/%s", op->out[0]->name);
        if (op->kind == OP_INPUT || op->kind == OP_TARGET || op->kind == OP_PARAMETER)
            e->data[op->out[0]->id] = in_double(graph->arena, fixture_tensor(fixture, name));
    }
}

static void compare(const char *card, const char *what, const double *found, const FixtureTensor *expected)
{
    double most = 0;
    for (long i = 0; i < expected->count; i++) {
        double off = fabs(found[i] - expected->f64[i]);
        most = off <= most ? most : off;
    }
    bool close = most <= TOLERANCE;
    CU_ASSERT_TRUE(close);
    if (!close)
        fprintf(stderr, "%s: %s is %g off\n", card, what, most);
}

static int compare_layers(const Graph *graph, const Card *card, const Fixture *fixture, const Evaluation *e)
{
    int compared = 0;
    for (int i = 1; i < card->layers; i++) {
        const char *name = card->layer[i]->name;
        const Value *value = named(graph, name);
        const FixtureTensor *expected =
            fixture_tensor(fixture, arena_printf(graph->arena, "output/%s", name));
        CU_ASSERT_PTR_NOT_NULL_FATAL(value);
        CU_ASSERT_EQUAL_FATAL(expected->count, e->n * value_size(value));
        compare(card->source->name, name, e->data[value->id], expected);
        compared++;
    }
    return compared;
}

/* What a step leaves of statistics that run along. */
static void compare_running(const Graph *graph, const Card *card, const Fixture *fixture, const Evaluation *e)
{
    for (int i = 0; i < graph->ops; i++)
        if (graph->op[i]->kind == OP_RUNNING_MEAN) {
            const char *name = arena_printf(graph->arena, "updated/%s", graph->op[i]->in[0]->name);
            compare(card->source->name, name, e->data[graph->op[i]->out[0]->id], fixture_tensor(fixture, name));
        }
}

static int compare_gradients(const Graph *graph, const Card *card, const Fixture *fixture, const Evaluation *e)
{
    int compared = 0;
    for (int i = 0; i < graph->ops; i++)
        if (is_update(graph->op[i]->kind)) {
            const char *name = arena_printf(graph->arena, "gradient/%s", graph->op[i]->in[0]->name);
            compare(card->source->name, name, e->data[graph->op[i]->in[1]->id], fixture_tensor(fixture, name));
            compared++;
        }
    return compared;
}

static Evaluation evaluate(Graph *graph, const Fixture *fixture)
{
    Evaluation e = { .n = (int)fixture_tensor(fixture, "input")->dim[0], .update = 1,
                     .data = arena_array(graph->arena, double *, graph->values) };
    put_leaves(graph, fixture, &e);
    graph_evaluate(graph, &e);
    return e;
}

/* By running statistics, which are folded into weights where they may be. */
static void compare_predicted(Arena *arena, const Card *card, const Fixture *fixture)
{
    if (!fixture_find(fixture, "predicted"))
        return;
    Graph *graph = lower(arena, card, USE_PREDICT);
    fold(graph);
    graph_verify(graph, "fold");
    Evaluation e = evaluate(graph, fixture);
    compare(card->source->name, "predicted", e.data[graph->output->id], fixture_tensor(fixture, "predicted"));
}

static void check_card_against_keras(const char *path)
{
    Arena *arena = arena_open();
    Diagnostics *diagnostics = diag_open(arena);
    Card *card = check_card(arena, path, diagnostics);
    if (!card)
        diag_print(diagnostics, stderr, false);
    CU_ASSERT_PTR_NOT_NULL_FATAL(card);
    Fixture *fixture =
        fixture_open(arena_printf(arena, "%.*s.safetensors", (int)strlen(path) - (int)strlen(".net"), path));
    Graph *graph = lower(arena, card, USE_TRAIN);
    derive(graph);
    graph_verify(graph, "derive");
    Evaluation e = evaluate(graph, fixture);
    CU_ASSERT(compare_layers(graph, card, fixture, &e) > 1);
    double mean = 0;
    for (int i = 0; i < e.n; i++)
        mean += e.data[graph->loss->id][i] / e.n;
    compare(path, "loss", &mean, fixture_tensor(fixture, "loss"));
    compare_running(graph, card, fixture, &e);
    compare_predicted(arena, card, fixture);
    CU_ASSERT(compare_gradients(graph, card, fixture, &e) > 2);
    fixture_close(fixture);
    arena_close(arena);
}

static void layers_are_keras_s(void)
{
    glob_t found;
    CU_ASSERT_EQUAL_FATAL(glob("tests/outside/layers/*.net", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_card_against_keras(found.gl_pathv[i]);
    globfree(&found);
}

void suite_outside_layers(void);
void suite_outside_layers(void)
{
    CU_ADD_TEST(CU_add_suite("outside: layers against Keras", NULL, NULL), layers_are_keras_s);
}
