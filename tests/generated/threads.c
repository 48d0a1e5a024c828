/* threads.c - a generated program gives the same bits at any number of threads. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/generated/cards.h"
#include "tests/generated/trained.h"
#include "tests/support/compiled.h"

static void any_number_of_threads_gives_the_same_bits(void)
{
    static const char *const cards[] = { "tests/outside/chain.net", "tests/outside/residual.net", "tests/outside/fanout.net",
                                         "tests/outside/layers/norms.net" };
    static const int threads[] = { 2, 3, 7 };
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
        Compiled *c = compiled_open_file(cards[i], 1);
        CU_ASSERT_PTR_NOT_NULL_FATAL(c);
        long count;
        float *one = trained(c, 1, &count);
        for (int t = 0; t < 3; t++) {
            float *more = trained(c, threads[t], &count);
            CU_ASSERT_EQUAL(memcmp(one, more, (size_t)count * sizeof *one), 0);
            free(more);
        }
        free(one);
        compiled_close(c);
    }
}

/* ---- one image alone, and again ---- */

/* Where both ways of predicting lay out weights, one of them, none; where all threads share an image, and where the
 * way must not depend on that. */
static const SmallCard predicted[] = {
    { "both", "38x35x3",
      " conv 16 3x3 relu\n conv 16 3x3 relu\n pool max 2x2\n conv 33 3x3 relu pad=same\n conv 16 5x5 stride=2\n"
      " pool max 2x2\n flatten\n dense 3 softmax\n",
      "crossentropy" },
    { "none", "9x8x3", " conv 16 5x5\n flatten\n dense 3 softmax\n", "crossentropy" },
    { "vector", "64", " dense 20 relu\n dense 3 softmax\n", "crossentropy" },
    { "wide", "7x7x128", " conv 32 3x3\n flatten\n dense 3 softmax\n", "crossentropy" },
    { "small maps", "6x6x64", " conv 64 3x3 pad=same\n conv 64 3x3 pad=same\n flatten\n dense 3 softmax\n",
      "crossentropy" },
    { "folded norms", "12x9x3",
      " conv 16 3x3 bias=no\n norm batch relu\n conv 33 3x3 pad=same\n norm batch\n flatten\n dense 20\n"
      " norm batch relu\n dense 3 softmax\n",
      "crossentropy" },
};
enum { IMAGES = 5, ANSWERS = 3, CARDS = sizeof predicted / sizeof *predicted };

static void fill(Compiled *c)
{
    for (int p = 0; p < c->program->parameters; p++) {
        const Parameter *parameter = &c->program->parameter[p];
        long count = compiled_count(parameter);
        float *values = calloc((size_t)count, sizeof *values);
        for (long i = 0; i < count; i++)
            values[i] = noise((unsigned)(i + 1000 * p)) * .4f + (strstr(parameter->name, ".running_var") ? .5f : 0);
        compiled_put(c, parameter->name, values);
        free(values);
    }
}

static long numbers_of(const Compiled *c) { return shape_size(c->program->job.input.shape); }

/* Room for all images, as a step wants it, full of noise. */
static float *given_images(const Compiled *c)
{
    long count = IMAGES * numbers_of(c);
    float *images = aligned_alloc(64, ((size_t)count * sizeof *images + INPUT_SLACK + 63) / 64 * 64);
    for (long i = 0; i < count; i++)
        images[i] = noise((unsigned)i);
    return images;
}

static Compiled *open_predicted(int card, float **images)
{
    char text[4096], name[64];
    card_text(text, sizeof text, &predicted[card], "sgd rate=0.1", IMAGES);
    snprintf(name, sizeof name, "predicted-%d", card);
    Compiled *c = compiled_open(name, text, 2);
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    fill(c);
    *images = given_images(c);
    return c;
}

/* The answers to `n` images from the first on, by a step that keeps what it prepared. */
static void answer(Compiled *c, Step *step, const float *images, int first, int n, float *to)
{
    float *input = given_images(c);
    memcpy(input, images + first * numbers_of(c), (size_t)(n * numbers_of(c)) * sizeof *input);
    step->input = input;
    step->n = n;
    network_run(c->network, &c->program->predict, step);
    for (int i = 0; i < n; i++)
        memcpy(to + i * ANSWERS, step->output + i * c->program->output_stride, ANSWERS * sizeof *to);
    free(input);
}

/* Alone, in parts, one after another, whatever ran before: each image has the answer that it has among all. */
static void hold_answers(Compiled *c, const float *images, const float *want)
{
    static const int parts[][2] = { { 0, 1 }, { 1, 1 }, { 0, 5 }, { 2, 3 }, { 4, 1 }, { 1, 2 }, { 3, 1 }, { 0, 5 } };
    Step step = { 0 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        float found[IMAGES * ANSWERS];
        answer(c, &step, images, parts[i][0], parts[i][1], found);
        CU_ASSERT_EQUAL(memcmp(found, want + parts[i][0] * ANSWERS, (size_t)parts[i][1] * ANSWERS * sizeof *found), 0);
    }
}

static void an_image_has_one_answer(void)
{
    for (int card = 0; card < CARDS; card++) {
        float *images, want[IMAGES * ANSWERS];
        Compiled *c = open_predicted(card, &images);
        for (int threads = 1; threads <= 7; threads += threads < 3 ? 1 : 4) {
            compiled_threads(c, threads);
            fill(c);
            Step step = { 0 };
            answer(c, &step, images, 0, IMAGES, want);
            hold_answers(c, images, want);
            for (int i = 1; i < IMAGES; i++)
                CU_ASSERT_NOT_EQUAL(memcmp(want, want + i * ANSWERS, ANSWERS * sizeof *want), 0);
        }
        free(images);
        compiled_close(c);
    }
}

/* Training takes what was prepared away. */
static void training_forgets_what_was_prepared(void)
{
    for (int card = 0; card < CARDS; card++) {
        float *images, again[IMAGES * ANSWERS], anew[IMAGES * ANSWERS];
        int32_t target[IMAGES] = { 1, 0, 2, 1, 0 };
        Compiled *c = open_predicted(card, &images);
        Step step = { .target = target, .rate = .1, .update = 1 }, fresh = { 0 };
        answer(c, &step, images, 0, IMAGES, again);
        step.input = images;
        network_run(c->network, &c->program->train, &step);
        answer(c, &step, images, 0, IMAGES, again);
        answer(c, &fresh, images, 0, IMAGES, anew);
        CU_ASSERT_EQUAL(memcmp(again, anew, sizeof anew), 0);
        free(images);
        compiled_close(c);
    }
}

void suite_threads(void);
void suite_threads(void)
{
    CU_pSuite suite = CU_add_suite("threads", NULL, NULL);
    CU_add_test(suite, "any_number_of_threads_gives_the_same_bits", any_number_of_threads_gives_the_same_bits);
    CU_ADD_TEST(suite, an_image_has_one_answer);
    CU_ADD_TEST(suite, training_forgets_what_was_prepared);
}
