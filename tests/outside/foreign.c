/* foreign.c - weights that PyTorch and Keras saved, with their names and layouts, through a card's `load` line: the
 * program answers as they did. make_foreign.py wrote the fixtures. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>

#include "runtime/training/load.h"
#include "tests/support/compiled.h"
#include "tests/support/fixture.h"

void suite_outside_foreign(void);

enum { IMAGES = 4, PIXELS = 8 * 6 * 3, CLASSES = 3 };

static void answers_as(const char *framework)
{
    char name[64];
    float answer[IMAGES * CLASSES];
    Fixture *fixture = fixture_open("tests/outside/foreign.safetensors");
    snprintf(name, sizeof name, "tests/outside/foreign_%s.net", framework);
    Compiled *compiled = compiled_open_file(name, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled);
    load_weights(compiled->network, &(Dataset){ .root = NULL }, true);

    snprintf(name, sizeof name, "%s/input", framework);
    Step step = { .input = fixture_f32(fixture, name, IMAGES * PIXELS), .n = IMAGES };
    compiled_predict(compiled, &step, answer);
    snprintf(name, sizeof name, "%s/answer", framework);
    const float *expected = fixture_f32(fixture, name, IMAGES * CLASSES);
    for (int i = 0; i < IMAGES * CLASSES; i++)
        CU_ASSERT_DOUBLE_EQUAL(answer[i], expected[i], 1e-5);
    compiled_close(compiled);
    fixture_close(fixture);
}

static void what_torch_saved(void)
{
    answers_as("torch");
}

static void what_keras_saved(void)
{
    answers_as("keras");
}

void suite_outside_foreign(void)
{
    CU_pSuite suite = CU_add_suite("outside: weights of other frameworks", NULL, NULL);
    CU_add_test(suite, "what_torch_saved", what_torch_saved);
    CU_add_test(suite, "what_keras_saved", what_keras_saved);
}
