/* trained.c - see trained.h. */

#include "tests/generated/trained.h"

#include <stdlib.h>

enum { STEPS = 6 };

float noise(unsigned x)
{
    x = (x ^ 61) ^ (x >> 16);
    x *= 9;
    x ^= x >> 4;
    x *= 0x27d4eb2d;
    return (float)(x >> 8) / 16777216.f - .5f;
}

float *trained(Compiled *c, int threads, long *count)
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
