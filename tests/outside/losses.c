/* losses.c - the evaluator's losses and their gradients against Keras and TensorFlow, in double; what the generated code
 * makes of them is held against the evaluator elsewhere. make_losses.py tells what the fixture holds. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>

#include "compiler/ir/ir.h"
#include "tests/support/fixture.h"

/* Keras rounds constants, such as those of label smoothing, to float. */
#define TOLERANCE 1e-7

static const double weights[] = { 2, 0.5, 1, 4 };

static const struct {
    const char *name;
    OpKind loss, gradient;
    Op like;
} cases[] = {
    { "binary", OP_SIGMOID_LOSS, OP_SIGMOID_LOSS_GRAD, { .target = TARGET_CLASS, .weight = 1 } },
    { "binary_weighted", OP_SIGMOID_LOSS, OP_SIGMOID_LOSS_GRAD,
      { .target = TARGET_CLASS, .weight = 1, .weighted = true } },
    { "binary_map", OP_SIGMOID_LOSS, OP_SIGMOID_LOSS_GRAD, { .target = TARGET_MASK, .weight = 1 } },
    { "labels", OP_SIGMOID_LOSS, OP_SIGMOID_LOSS_GRAD, { .target = TARGET_SHARES, .weight = 1 } },
    { "classes", OP_SOFTMAX_LOSS, OP_SOFTMAX_LOSS_GRAD, { .target = TARGET_CLASS, .weight = 1 } },
    { "classes_smooth", OP_SOFTMAX_LOSS, OP_SOFTMAX_LOSS_GRAD,
      { .target = TARGET_CLASS, .weight = 1, .smooth = 0.1 } },
    { "classes_map", OP_SOFTMAX_LOSS, OP_SOFTMAX_LOSS_GRAD,
      { .target = TARGET_MASK, .weight = 1, .smooth = 0.2, .weighted = true } },
    { "shares", OP_SOFTMAX_LOSS, OP_SOFTMAX_LOSS_GRAD, { .target = TARGET_SHARES, .weight = 1 } },
    { "dice", OP_DICE_LOSS, OP_DICE_LOSS_GRAD, { .target = TARGET_MASK, .weight = 1 } },
    { "mse", OP_MSE_LOSS, OP_MSE_LOSS_GRAD, { .target = TARGET_NUMBERS, .weight = 1 } },
    { "mae", OP_MAE_LOSS, OP_MAE_LOSS_GRAD, { .target = TARGET_NUMBERS, .weight = 1 } },
    { "huber", OP_HUBER_LOSS, OP_HUBER_LOSS_GRAD, { .target = TARGET_NUMBERS, .weight = 1, .delta = 0.7 } },
};
enum { CASES = sizeof cases / sizeof *cases };

static Value *leaf_of(Graph *graph, OpKind kind, const char *name, const FixtureTensor *tensor)
{
    const int dim[] = { (int)tensor->dim[1], (int)tensor->dim[2], (int)tensor->dim[3] };
    return graph_leaf(graph, kind, name, name, (Span){ 0 }, true, 3, dim);
}

static void compare(const char *name, const char *what, const double *found, const FixtureTensor *expected)
{
    double most = 0;
    for (long i = 0; i < expected->count; i++)
        most = fmax(most, fabs(found[i] - expected->f64[i]));
    bool close = most <= TOLERANCE;
    CU_ASSERT_TRUE(close);
    if (!close)
        fprintf(stderr, "%s: the %s is %g off\n", name, what, most);
}

static const FixtureTensor *part(const Fixture *fixture, const char *name, const char *what)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", name, what);
    return fixture_tensor(fixture, path);
}

static void as_keras(void)
{
    Fixture *fixture = fixture_open("tests/outside/losses.safetensors");
    static const JobTrain train;
    for (int c = 0; c < CASES; c++) {
        Arena *arena = arena_open();
        Graph *graph = graph_new(arena, USE_TRAIN, &train);
        const FixtureTensor *z = part(fixture, cases[c].name, "z"), *t = part(fixture, cases[c].name, "t");
        Value *in[] = { leaf_of(graph, OP_INPUT, "z", z), leaf_of(graph, OP_TARGET, "t", t) };
        in[1]->maker->target = cases[c].like.target;
        const Op *loss = graph_op(graph, cases[c].loss, &cases[c].like, "loss", (Span){ 0 }, in, 2);
        const Op *slope = graph_op(graph, cases[c].gradient, &cases[c].like, "slope", (Span){ 0 }, in, 2);
        Evaluation e = { .n = (int)z->dim[0], .class_weight = weights,
                         .data = arena_array(arena, double *, graph->values) };
        e.data[in[0]->id] = (double *)z->f64;
        e.data[in[1]->id] = (double *)t->f64;
        graph_evaluate(graph, &e);
        compare(cases[c].name, "loss", e.data[loss->out[0]->id], part(fixture, cases[c].name, "loss"));
        compare(cases[c].name, "gradient", e.data[slope->out[0]->id], part(fixture, cases[c].name, "slope"));
        arena_close(arena);
    }
    fixture_close(fixture);
}

void suite_outside_losses(void);
void suite_outside_losses(void)
{
    CU_pSuite suite = CU_add_suite("outside: losses against Keras", NULL, NULL);
    CU_ADD_TEST(suite, as_keras);
}
