/* tails.c - our own exp and log, seen through a sigmoid and a softmax of one layer, against values
 * that mpmath rounded once: also where e^z has no float, and where 1 + e^-z is 1. */

#include <CUnit/CUnit.h>
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "tests/support/compiled.h"
#include "tests/support/fixture.h"

#define FIXTURE "tests/outside/tails.safetensors"

enum { CLASSES = 4 };

/* A few roundings, relative; the exponent's own, which grows with it: z - max is rounded before exp
 * sees it; and what flushing small numbers to zero may take. */
static bool is_answer(double found, double expected, double exponent)
{
    return fabs(found - expected) <= (8 + fabs(exponent)) * FLT_EPSILON * expected + FLT_MIN;
}

/* A loss below the grain of 1 may be lost: it comes from a sum with numbers near 1. */
static bool is_loss(double found, double expected)
{
    return fabs(found - expected) <= 8 * FLT_EPSILON * expected + FLT_EPSILON;
}

/* One dense layer that hands its inputs on; n logits an image. */
static Compiled *open_answer(const char *name, int n, const char *activation, const char *loss)
{
    char text[512];
    snprintf(text, sizeof text,
             "network tails\n\ninput 1x1x%d\n\nmodel {\n    dense %d %s\n}\n\n"
             "train {\n    loss %s\n    optimizer sgd rate=1\n    batch 1\n    epochs 1\n}\n",
             n, n, activation, loss);
    Compiled *compiled = compiled_open(name, text, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled);
    float identity[CLASSES * CLASSES] = { 0 };
    for (int i = 0; i < n; i++)
        identity[i * n + i] = 1;
    compiled_put(compiled, "dense1.weight", identity);
    return compiled;
}

static void check(const char *what, double z, double found, double expected, bool right)
{
    CU_ASSERT_TRUE(right);
    if (!right)
        fprintf(stderr, "%s at %.9g is %.9g, not %.9g\n", what, z, found, expected);
}

static void sigmoid_tails(void)
{
    Fixture *fixture = fixture_open(FIXTURE);
    Compiled *compiled = open_answer("tails-sigmoid", 1, "sigmoid", "binary_crossentropy");
    const FixtureTensor *z = fixture_tensor(fixture, "sigmoid/z");
    const double *p = fixture_f64(fixture, "sigmoid/p", z->count);
    const double *loss = fixture_f64(fixture, "sigmoid/loss", z->count * 2);
    for (long i = 0; i < z->count; i++)
        for (int32_t target = 0; target < 2; target++) {
            Step step = { .input = &z->f32[i], .target = &target, .n = 1 };
            float answer;
            compiled_predict(compiled, &step, &answer);
            check("sigmoid", z->f32[i], answer, p[i], is_answer(answer, p[i], z->f32[i]));
            double expected = loss[2 * i + target];
            check("its loss", z->f32[i], step.loss, expected, is_loss(step.loss, expected));
        }
    compiled_close(compiled);
    fixture_close(fixture);
}

static void softmax_tails(void)
{
    Fixture *fixture = fixture_open(FIXTURE);
    Compiled *compiled = open_answer("tails-softmax", CLASSES, "softmax", "crossentropy");
    const FixtureTensor *all = fixture_tensor(fixture, "softmax/z");
    const double *p = fixture_f64(fixture, "softmax/p", all->count);
    const double *loss = fixture_f64(fixture, "softmax/loss", all->count);
    for (long i = 0; i < all->count; i += CLASSES)
        for (int32_t target = 0; target < CLASSES; target++) {
            const float *z = all->f32 + i;
            double most = fmax(fmax(z[0], z[1]), fmax(z[2], z[3]));
            Step step = { .input = z, .target = &target, .n = 1 };
            float answer[CLASSES];
            compiled_predict(compiled, &step, answer);
            check("softmax", z[target], answer[target], p[i + target],
                  is_answer(answer[target], p[i + target], z[target] - most));
            check("its loss", z[target], step.loss, loss[i + target],
                  is_loss(step.loss, loss[i + target]));
        }
    compiled_close(compiled);
    fixture_close(fixture);
}

void suite_outside_tails(void)
{
    CU_pSuite suite = CU_add_suite("outside: exp and log against mpmath", NULL, NULL);
    CU_ADD_TEST(suite, sigmoid_tails);
    CU_ADD_TEST(suite, softmax_tails);
}
