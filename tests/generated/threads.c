/* threads.c - a generated program gives the same bits at any number of threads. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

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

void suite_threads(void);
void suite_threads(void)
{
    CU_pSuite suite = CU_add_suite("threads", NULL, NULL);
    CU_add_test(suite, "any_number_of_threads_gives_the_same_bits", any_number_of_threads_gives_the_same_bits);
}
