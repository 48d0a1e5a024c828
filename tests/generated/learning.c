/* learning.c - what a card says of learning against the evaluator: layers that are frozen or learn at rates of their
 * own, gradients that are clipped; and that each phase's step is what a card of that phase alone would do, bit for
 * bit. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/generated/cards.h"
#include "tests/generated/hold.h"

enum { BATCH = 8, TRIES = 40 };

static const char model[] =
    "network learning\ninput 10x9x3\nmodel {\n conv 5 3x3 relu\n pool max 2x2\n"
    " s: repeat 2 {\n  conv 4 2x2 relu pad=same\n }\n conv 6 2x2 relu\n pool max 2x2\n flatten\n dense 20 relu\n dense 17 relu\n"
    " dense 3 softmax\n}\n";

static const char *card_of(char text[2000], const char *optimizer, const char *lines)
{
    snprintf(text, 2000, "%strain {\n loss crossentropy\n optimizer %s\n%s batch %d\n epochs 1\n}\n", model, optimizer,
             lines, BATCH);
    return text;
}

static const char *const parts[] = {
    " freeze conv1\n", " freeze s conv2\n", " freeze conv2\n", " freeze dense1 dense2\n", " freeze dense3\n",
    " freeze conv1 s conv2 dense1 dense2\n", " freeze s.1.conv1 dense2\n",
};
enum { PARTS = sizeof parts / sizeof *parts };

static void frozen_exactly(void)
{
    for (int i = 0; i < PARTS; i++) {
        char text[2000], name[64];
        snprintf(name, sizeof name, "learning-exact-%d", i);
        Subject s = subject_open(name, card_of(text, "sgd rate=1", parts[i]), 1 + i % 3,
                                 &(CompiledHow){ .optimize = "-O1", .direct = true });
        for (int n = 1; s.compiled && n <= BATCH; n += n == 1 ? 3 : 4)
            CU_ASSERT_TRUE(!hold(&s, (Recipe){ .n = n, .seed = (unsigned)n, .whole = true, .density = 8 }).unsure);
        subject_close(&s);
    }
}

/* Gradients that are short enough are what they would be without a limit. */
static void unclipped_exactly(void)
{
    char text[2000];
    Subject s = subject_open("learning-unclipped", card_of(text, "sgd rate=1", " clip 1000000\n freeze s\n"), 2,
                             &(CompiledHow){ .optimize = "-O1", .direct = true });
    for (int n = 4; s.compiled && n <= BATCH; n += 4) {
        Held held = hold(&s, (Recipe){ .n = n, .seed = 3, .whole = true, .density = 8 });
        CU_ASSERT_TRUE(held.exact && !held.unsure);
    }
    subject_close(&s);
}

static const struct { const char *optimizer, *lines; } real[] = {
    { "sgd rate=0.5", " clip 0.001\n" },
    { "sgd rate=0.1 momentum=0.9 decay=0.01", " clip 0.01\n rate s factor=0.1\n rate dense1 dense3 factor=3\n" },
    { "adam rate=0.01", " clip 0.02\n freeze conv1 dense2\n" },
    { "adamw rate=0.1 decay=0.5", " rate conv1 s factor=0.25\n freeze dense2\n" },
    { "rmsprop rate=0.01 decay=0.1", " rate conv1 factor=2\n" },
};
enum { REAL = sizeof real / sizeof *real };

static void within_the_bound(void)
{
    for (int i = 0; i < REAL; i++) {
        char text[2000], name[64];
        snprintf(name, sizeof name, "learning-real-%d", i);
        Subject s = subject_open(name, card_of(text, real[i].optimizer, real[i].lines), 2,
                                 &(CompiledHow){ .optimize = "-O1", .direct = true });
        Held held = { .unsure = 1 };
        for (unsigned seed = 0; s.compiled && seed < TRIES && held.unsure; seed++)
            held = hold(&s, (Recipe){ .n = 1 + (int)seed % 2, .seed = seed });
        CU_ASSERT_FALSE(held.unsure);
        CU_ASSERT(held.worst > 0);
        subject_close(&s);
    }
}

const char *held_learning_card(char text[HELD_ROOM], int which)
{
    return which < REAL ? card_of(text, real[which].optimizer, real[which].lines) : NULL;
}

/* ---- phases ---- */

typedef struct { const char *optimizer, *lines; } Phase;

static const Phase phases[] = {
    { "adam rate=0.01", "  freeze conv1 s conv2\n" },
    { "adam rate=0.01", "  freeze conv1\n  clip 0.01\n" },
    { "sgd rate=0.1 momentum=0.9", "  rate s factor=0.1\n" },
    { "adam rate=0.01", "  freeze conv1 s conv2\n" },
    { "sgd rate=0.1", "  clip 0.001\n" },
};
enum { PHASES = sizeof phases / sizeof *phases };

/* Weights and pictures that depend on nothing else. */
static void begin(Compiled *c)
{
    const Program *program = c->program;
    long pixels = shape_size(program->job.input.shape);
    for (long i = 0; i < BATCH * pixels; i++)
        c->input[i] = (float)((i * 37 + i / 7 * 11) % 101) / 101;
    compiled_clear(c);
    for (int p = 0; p < program->parameters; p++) {
        const Parameter *parameter = &program->parameter[p];
        long size = compiled_count(parameter);
        float *w = malloc(sizeof(float) * (size_t)size);
        for (long i = 0; i < size; i++)
            w[i] = (float)((i * 29 + p * 7) % 41 - 20) / 60;
        compiled_put(c, parameter->name, w);
        free(w);
    }
}

/* Returns what was left of the gradient's length. */
static double step_once(Compiled *c, const Use *use, int update)
{
    int32_t target[BATCH];
    for (int i = 0; i < BATCH; i++)
        target[i] = i * 5 % 3;
    Step step = { .input = c->input, .target = target, .n = BATCH - update, .rate = 0.03, .update = (uint64_t)update };
    network_run(c->network, use, &step);
    return step.shortened;
}

/* Steps of one use; what the parameters become is the answer. */
static float *stepped(Compiled *c, const Use *use, size_t *count)
{
    const Program *program = c->program;
    float *all = NULL;
    begin(c);
    *count = 0;
    for (int update = 1; update <= 3; update++)
        step_once(c, use, update);
    for (int p = 0; p < program->parameters; p++) {
        long size = compiled_count(&program->parameter[p]);
        all = realloc(all, sizeof(float) * (*count + (size_t)size));
        compiled_take(c, program->parameter[p].name, all + *count);
        *count += (size_t)size;
    }
    return all;
}

/* A gradient that is too long is shortened to the limit, which the step tells: half the limit shortens it twice as much.
 * One that is short enough is left as it is. */
static void told_when_clipped(void)
{
    double left[3];
    static const char *const limit[] = { " clip 0.001\n", " clip 0.0005\n", " clip 1000\n" };
    for (int i = 0; i < 3; i++) {
        char text[2000], name[64];
        snprintf(name, sizeof name, "learning-clipped-%d", i);
        Compiled *c = compiled_open_as(name, card_of(text, "sgd rate=0.1", limit[i]), 2, &(CompiledHow){ .optimize = "-O1" });
        CU_ASSERT_PTR_NOT_NULL_FATAL(c);
        begin(c);
        left[i] = step_once(c, &c->program->train, 1);
        compiled_close(c);
    }
    CU_ASSERT(left[0] > 0 && left[0] < 1);
    CU_ASSERT_DOUBLE_EQUAL(left[1], left[0] / 2, 1e-6 * left[0]);
    CU_ASSERT_EQUAL(left[2], 1);
}

/* Adam's first step is of about the rate's length: of a layer that was frozen, too, however late it is. */
static void thawed(Compiled *c)
{
    enum { LATE = 4 };
    static float before[1000], after[1000];
    double longest = 0;
    begin(c);
    for (int update = 1; update < LATE; update++)
        step_once(c, c->program->phase[0].train, update);
    compiled_take(c, "conv2.weight", before);
    step_once(c, c->program->phase[1].train, LATE);
    compiled_take(c, "conv2.weight", after);
    for (long i = 0; i < compiled_count(compiled_parameter(c, "conv2.weight")); i++)
        longest = fmax(longest, fabs(after[i] - before[i]));
    CU_ASSERT(longest > 0.9 * 0.03 && longest < 1.001 * 0.03);
}

static void a_phase_is_as_alone(void)
{
    char text[4000], alone[2000], name[64];
    int length = snprintf(text, sizeof text, "%strain {\n loss crossentropy\n batch %d\n", model, BATCH);
    for (int i = 0; i < PHASES; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, " phase p%d {\n  optimizer %s\n%s  epochs 2\n }\n",
                           i, phases[i].optimizer, phases[i].lines);
    snprintf(text + length, sizeof text - (size_t)length, "}\n");
    const CompiledHow how = { .optimize = "-O1" };
    Compiled *all = compiled_open_as("learning-phases", text, 2, &how);
    CU_ASSERT_PTR_NOT_NULL_FATAL(all);
    CU_ASSERT_EQUAL(all->program->job.phases, PHASES);
    CU_ASSERT_PTR_EQUAL(all->program->phase[0].train, all->program->phase[3].train);
    CU_ASSERT_PTR_NOT_EQUAL(all->program->phase[0].train, all->program->phase[1].train);
    CU_ASSERT_PTR_EQUAL(all->program->phase[0].predict, all->program->phase[4].predict);
    for (int i = 0; i < PHASES; i++) {
        size_t count = 0, expected = 0;
        snprintf(name, sizeof name, "learning-phase-%d", i);
        Compiled *one = compiled_open_as(name, card_of(alone, phases[i].optimizer, phases[i].lines), 1, &how);
        CU_ASSERT_PTR_NOT_NULL_FATAL(one);
        float *found = stepped(all, all->program->phase[i].train, &count);
        float *should = stepped(one, &one->program->train, &expected);
        CU_ASSERT_EQUAL_FATAL(count, expected);
        CU_ASSERT_EQUAL(memcmp(found, should, count * sizeof *found), 0);
        free(found);
        free(should);
        compiled_close(one);
    }
    thawed(all);
    compiled_close(all);
}

void suite_learning(void);
void suite_learning(void)
{
    CU_pSuite suite = CU_add_suite("generated: what a card says of learning", NULL, NULL);
    CU_ADD_TEST(suite, frozen_exactly);
    CU_ADD_TEST(suite, unclipped_exactly);
    CU_ADD_TEST(suite, within_the_bound);
    CU_ADD_TEST(suite, told_when_clipped);
    CU_ADD_TEST(suite, a_phase_is_as_alone);
}
