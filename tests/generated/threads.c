/* threads.c - a generated program gives the same bits at any number of threads. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "tests/generated/cards.h"
#include "tests/support/compiled.h"

enum { STEPS = 6 };

static float noise(unsigned x)
{
    x = (x ^ 61) ^ (x >> 16);
    x *= 9;
    x ^= x >> 4;
    x *= 0x27d4eb2d;
    return (float)(x >> 8) / 16777216.f - .5f;
}

/* All weights after STEPS steps of whole and short batches, in the arena of malloc; *count floats. */
static float *trained(Compiled *c, int threads, long *count)
{
    const Program *program = c->program;
    long image = shape_size(program->job.input.shape), total = 0;
    float *input = calloc((size_t)(program->batch * image), sizeof *input);
    int32_t *target = calloc((size_t)program->batch, sizeof *target);
    compiled_threads(c, threads);
    for (int p = 0; p < program->parameters; p++)
        total += compiled_count(&program->parameter[p]);
    float *all = calloc((size_t)total, sizeof *all);
    for (long j = 0; j < total; j++)
        all[j] = noise((unsigned)j) * .4f;
    for (int p = 0, at = 0; p < program->parameters; at += (int)compiled_count(&program->parameter[p++]))
        compiled_put(c, program->parameter[p].name, all + at);
    for (int s = 0; s < STEPS; s++) {
        Step step = { .input = input, .target = target, .n = s % 2 ? program->batch - 3 : program->batch,
                      .rate = .01, .update = (uint64_t)s + 1, .seed = 7, .epoch = 1, .position = (uint32_t)s * 8 };
        for (long j = 0; j < step.n * image; j++)
            input[j] = noise((unsigned)(j + 100000 * s));
        for (int i = 0; i < step.n; i++)
            target[i] = (i + s) % 2;
        compiled_train(c, &step);
    }
    for (int p = 0, at = 0; p < program->parameters; at += (int)compiled_count(&program->parameter[p++]))
        compiled_take(c, program->parameter[p].name, all + at);
    free(input);
    free(target);
    *count = total;
    return all;
}

static void any_number_of_threads_gives_the_same_bits(void)
{
    static const char *const cards[] = { "tests/outside/chain.net", "tests/outside/residual.net", "tests/outside/fanout.net" };
    static const int threads[] = { 2, 3, 7 };
    for (int i = 0; i < 3; i++) {
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

/* ---- one image alone ---- */

static const SmallCard shared_rows = {
    "shared rows", "38x35x3",
    " conv 16 3x3 relu\n conv 16 3x3 relu\n pool max 2x2\n conv 33 3x3 relu pad=same\n conv 16 5x5 stride=2\n"
    " pool max 2x2\n flatten\n dense 3 softmax\n",
    "crossentropy",
};
enum { IMAGES = 5, ANSWERS = 3, NUMBERS = 38 * 35 * 3 };

static void fill(Compiled *c)
{
    for (int p = 0; p < c->program->parameters; p++) {
        const Parameter *parameter = &c->program->parameter[p];
        long count = compiled_count(parameter);
        float *values = calloc((size_t)count, sizeof *values);
        for (long i = 0; i < count; i++)
            values[i] = noise((unsigned)(i + 1000 * p)) * .4f;
        compiled_put(c, parameter->name, values);
        free(values);
    }
}

static Compiled *open_shared_rows(const char *name)
{
    char text[4096];
    card_text(text, sizeof text, &shared_rows, "sgd rate=0.1", IMAGES);
    Compiled *c = compiled_open(name, text, 2);
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    fill(c);
    return c;
}

static float *room_for_an_image(void)
{
    return aligned_alloc(64, (NUMBERS * sizeof(float) + INPUT_SLACK + 63) / 64 * 64);
}

/* The images one by one; what one run has prepared the next takes, unless it must begin anew. */
static void answer_each(Compiled *c, const float *input, bool anew, float *to)
{
    float *image = room_for_an_image();
    Step step = { .input = image, .n = 1 };
    for (int i = 0; i < IMAGES; i++) {
        memcpy(image, input + i * NUMBERS, NUMBERS * sizeof *image);
        step.prepared = anew ? 0 : step.prepared;
        network_run(c->network, &c->program->predict, &step);
        memcpy(to + i * ANSWERS, step.output, ANSWERS * sizeof *to);
    }
    free(image);
}

/* Nothing is prepared before, so that the weights would be missed. */
static void an_image_alone_gives_the_same_bits(void)
{
    Compiled *c = open_shared_rows("single");
    float *input = calloc(IMAGES * NUMBERS, sizeof *input);
    for (int i = 0; i < IMAGES * NUMBERS; i++)
        input[i] = noise((unsigned)i);
    float together[IMAGES * ANSWERS], alone[IMAGES * ANSWERS];
    for (int threads = 1; threads <= 7; threads += threads < 3 ? 1 : 4) {
        compiled_threads(c, threads);
        fill(c);
        Step all = { .input = input, .n = IMAGES };
        compiled_predict(c, &all, together);
        for (int anew = 0; anew < 2; anew++) {
            answer_each(c, input, anew, alone);
            CU_ASSERT_EQUAL(memcmp(together, alone, sizeof alone), 0);
        }
        CU_ASSERT_NOT_EQUAL(memcmp(together, together + ANSWERS, ANSWERS * sizeof *together), 0);
    }
    free(input);
    compiled_close(c);
}

/* Training takes what was prepared away. */
static void training_forgets_what_was_prepared(void)
{
    Compiled *c = open_shared_rows("forgets");
    float *image = room_for_an_image();
    float again[ANSWERS], anew[ANSWERS];
    int32_t target = 1;
    for (int i = 0; i < NUMBERS; i++)
        image[i] = noise((unsigned)i);
    Step step = { .input = image, .target = &target, .n = 1, .rate = .1, .update = 1 };
    network_run(c->network, &c->program->predict, &step);
    network_run(c->network, &c->program->train, &step);
    network_run(c->network, &c->program->predict, &step);
    memcpy(again, step.output, sizeof again);
    step.prepared = 0;
    network_run(c->network, &c->program->predict, &step);
    memcpy(anew, step.output, sizeof anew);
    CU_ASSERT_EQUAL(memcmp(again, anew, sizeof anew), 0);
    free(image);
    compiled_close(c);
}

void suite_threads(void);
void suite_threads(void)
{
    CU_pSuite suite = CU_add_suite("threads", NULL, NULL);
    CU_add_test(suite, "any_number_of_threads_gives_the_same_bits", any_number_of_threads_gives_the_same_bits);
    CU_ADD_TEST(suite, an_image_alone_gives_the_same_bits);
    CU_ADD_TEST(suite, training_forgets_what_was_prepared);
}
