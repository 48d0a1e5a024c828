/* laps.c - a generated program whose calls are timed gives the same bits, times every call, and says of its
 * calls what the layers say. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/network/laps.h"
#include "runtime/system/memory.h"
#include "tests/support/compiled.h"

static const char *const cards[] = {
    "tests/outside/chain.net", "tests/outside/residual.net", "tests/outside/fanout.net",
};
enum { CARDS = sizeof cards / sizeof *cards, STEPS = 3 };

/* All weights, one after another, after some steps from others; to be freed. */
static float *trained(Compiled *c, Laps *laps, long *count)
{
    const Program *program = c->program;
    long image = shape_size(program->job.input.shape), at = 0;
    float *input = need_memory(sizeof *input * (size_t)(program->batch * image));
    int32_t *target = need_memory(sizeof *target * (size_t)program->batch);
    for (long i = 0; i < program->batch * image; i++)
        input[i] = (float)(i * 37 % 101) / 101;
    for (int i = 0; i < program->batch; i++)
        target[i] = i % program->classes;
    *count = 0;
    for (int p = 0; p < program->parameters; p++)
        *count += compiled_count(&program->parameter[p]);
    float *all = need_memory(sizeof *all * (size_t)*count);
    for (long i = 0; i < *count; i++)
        all[i] = (float)(i * 53 % 97 - 48) / 400;
    for (int p = 0; p < program->parameters; at += compiled_count(&program->parameter[p++]))
        compiled_put(c, program->parameter[p].name, all + at);
    for (int s = 0; s < STEPS; s++)
        compiled_train(c, &(Step){ .input = input, .target = target, .n = program->batch - s, .laps = laps,
                                   .rate = .01, .update = (uint64_t)s + 1, .seed = 7, .epoch = 1,
                                   .position = (uint32_t)s * 8 });
    at = 0;
    for (int p = 0; p < program->parameters; at += compiled_count(&program->parameter[p++]))
        compiled_take(c, program->parameter[p].name, all + at);
    free(input);
    free(target);
    return all;
}

static void every_call_is_timed(Compiled *c, Laps *laps)
{
    const Use *use = &c->program->train;
    double *seconds = need_memory(sizeof *seconds * (size_t)use->calls), sum = 0;
    laps_take(laps, seconds);
    for (int i = 0; i < use->calls; i++) {
        CU_ASSERT_TRUE(seconds[i] > 0 && seconds[i] < 60);
        sum += seconds[i];
    }
    laps_take(laps, seconds);       /* and what is taken is gone */
    for (int i = 0; i < use->calls; i++)
        CU_ASSERT_EQUAL(seconds[i], 0);
    CU_ASSERT_TRUE(sum > 0);
    free(seconds);
}

/* A pool that is computed with its convolution may drop the last row of that, or more of a small one. */
static void calls_do_what_layers_say(const Program *program, const Use *use)
{
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++) {
        long forward = 0, weight = 0, both = 0;
        for (const CallRow *call = use->call; call < use->call + use->calls; call++) {
            bool mine = !strcmp(call->layer, layer->name);
            forward += mine && !strcmp(call->work, "forward") ? call->multiply_adds : 0;
            weight += mine && !strcmp(call->work, "weight gradient") ? call->multiply_adds : 0;
            both += mine && strstr(call->work, "gradients, ") ? call->multiply_adds : 0;
            CU_ASSERT_EQUAL(call->done > 0, call->multiply_adds > 0);
            CU_ASSERT_TRUE(call->image_bytes + call->batch_bytes > 0);
        }
        CU_ASSERT_TRUE(forward <= layer->multiply_adds && 2 * forward >= layer->multiply_adds);
        CU_ASSERT_TRUE(use != &program->train || layer->multiply_adds == 0 || weight == forward
                       || both == 2 * forward || weight + both == 0);
    }
}

static void laps_change_no_bit(void)
{
    for (int i = 0; i < CARDS; i++) {
        Compiled *c = compiled_open_file(cards[i], 3);
        CU_ASSERT_PTR_NOT_NULL_FATAL(c);
        long count;
        Laps *laps = laps_open(3, c->program->train.calls);
        float *without = trained(c, NULL, &count);
        compiled_clear(c);
        float *with = trained(c, laps, &count);
        CU_ASSERT_EQUAL(memcmp(without, with, (size_t)count * sizeof *with), 0);
        every_call_is_timed(c, laps);
        calls_do_what_layers_say(c->program, &c->program->train);
        calls_do_what_layers_say(c->program, &c->program->predict);
        free(without);
        free(with);
        laps_close(laps);
        compiled_close(c);
    }
}

/* `lap` is a function of the file, and a layer may be called so. */
static void a_layer_may_be_called_lap(void)
{
    Compiled *c = compiled_open("lapped", "network lapped\ninput 12x12x1\nmodel {\n lap: conv 4 3x3 relu\n"
                                " lap_begin: pool max 2x2\n peak: conv 4 3x3\n worker: relu\n flatten\n"
                                " train_calls: dense 2 softmax\n}\n"
                                "train {\n loss crossentropy\n optimizer sgd rate=1e-2\n epochs 1\n}\n", 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(c);
    CU_ASSERT_STRING_EQUAL(c->program->predict.call[c->program->predict.calls - 1].layer, "loss");
    compiled_close(c);
}

void suite_laps(void);
void suite_laps(void)
{
    CU_pSuite suite = CU_add_suite("generated: laps", NULL, NULL);
    CU_ADD_TEST(suite, laps_change_no_bit);
    CU_ADD_TEST(suite, a_layer_may_be_called_lap);
}
