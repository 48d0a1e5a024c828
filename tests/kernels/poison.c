/* poison.c - a NaN is never cut to zero: it passes what follows a convolution in a generated program, forward
 * and as a gradient that is alive, so that training sees it and stops. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/compiled.h"

/* conv1: relu in the convolution; conv2: relu and pool in it; then each on its own. */
static const char card[] =
    "network poison\ninput 16x16x3\nmodel {\n conv 4 3x3 relu\n conv 5 3x3 relu\n pool max 2x2\n"
    " pool max 3x3 stride=1\n relu\n flatten\n dense 2 softmax\n}\n"
    "train {\n batch 2\n epochs 1\n loss crossentropy\n optimizer sgd rate=1e-2\n}\n";

enum { IMAGE = 16 * 16 * 3, BATCH = 2 };

static float *whole_numbers(long count, int most)
{
    float *to = malloc((size_t)count * sizeof *to);
    for (long i = 0; i < count; i++)
        to[i] = (float)((i * 7919 + 13) % (2 * most + 1) - most) / 4;
    return to;
}

/* The network's weights anew, with a NaN in the first of tensor `name`, or in none. */
static void fill(Compiled *c, const char *name)
{
    static const char *const tensors[] = {
        "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "dense1.weight",
    };
    compiled_clear(c);
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++) {
        long count = compiled_count(compiled_parameter(c, tensors[i]));
        float *value = whole_numbers(count, 3);
        if (name && !strcmp(name, tensors[i]))
            value[0] = NAN;
        compiled_put(c, tensors[i], value);
        free(value);
    }
}

/* How many numbers of channel 0 of a weight [..][channels] are NaN, of how many. */
static int nans_of_first(Compiled *c, const char *name, int channels, int *of)
{
    long count = compiled_count(compiled_parameter(c, name));
    float *value = malloc((size_t)count * sizeof *value);
    int found = 0;
    compiled_take(c, name, value);
    for (long i = 0; i < count; i += channels)
        found += value[i] != value[i];
    *of = (int)(count / channels);
    free(value);
    return found;
}

static bool answers(Compiled *c, Step *step)
{
    float answer[BATCH * 2];
    compiled_predict(c, step, answer);
    return answer[2] == answer[2] && answer[3] == answer[3];
}

static void a_nan_passes_a_generated_program(void)
{
    static const struct { const char *tensor; int channels; } places[] = {
        { "conv1.weight", 4 }, { "conv2.weight", 5 }, { "conv1.bias", 4 }, { "conv2.bias", 5 },
    };
    Compiled *c = compiled_open("poison", card, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    float *image = whole_numbers(BATCH * IMAGE, 8);
    int32_t target[BATCH] = { 0, 1 };
    Step step = { .input = image, .target = target, .n = BATCH, .rate = 0.01, .update = 1 };

    fill(c, NULL);
    CU_ASSERT_TRUE(answers(c, &step));
    image[IMAGE + IMAGE / 2] = NAN;             /* in the second image */
    CU_ASSERT_FALSE(answers(c, &step));
    compiled_train(c, &step);
    CU_ASSERT_TRUE(isnan(step.loss));
    image[IMAGE + IMAGE / 2] = 0;

    /* every value of the filter is NaN; were its gradient dead, its other weights would stay numbers */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int of, found;
        char weight[] = "conv1.weight";
        weight[4] = places[i].tensor[4];
        fill(c, places[i].tensor);
        CU_ASSERT_FALSE(answers(c, &step));
        compiled_train(c, &step);
        CU_ASSERT_TRUE(isnan(step.loss));
        found = nans_of_first(c, weight, places[i].channels, &of);
        CU_ASSERT_EQUAL(found, of);
    }
    free(image);
    compiled_close(c);
}

void suite_poison(void);
void suite_poison(void)
{
    CU_ADD_TEST(CU_add_suite("poison", NULL, NULL), a_nan_passes_a_generated_program);
}
