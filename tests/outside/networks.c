/* networks.c - whole programs against Keras: what every layer makes, the loss, every gradient, and
 * the weights after ten steps of each optimiser. make_networks.py tells what the fixtures hold and
 * how their bounds are derived. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/look/saliency.h"
#include "tests/support/compiled.h"
#include "tests/support/fixture.h"

#define FOLDER "tests/outside/"

/* Against weights of the same tensor's size, and losses; Keras in float32 stays within a tenth. */
#define STEPS_TOLERANCE 1e-5

enum { STEPS = 10, THREADS = 2, TEXT = 4096 };

/* ---- a network, its card compiled with an optimiser of the test's choice, its fixture ---- */

typedef struct {
    Compiled *compiled;
    Fixture *fixture;
} Subject;

/* The card's text with another optimizer statement. */
static void card_text(const char *network, const char *optimizer, char text[TEXT])
{
    char path[128], card[TEXT];
    snprintf(path, sizeof path, FOLDER "%s.net", network);
    FILE *file = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    card[fread(card, 1, sizeof card - 1, file)] = '\0';
    fclose(file);

    char *statement = strstr(card, "optimizer ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(statement);
    snprintf(text, TEXT, "%.*soptimizer %s%s", (int)(statement - card), card, optimizer,
             strchr(statement, '\n'));
}

/* All parameters as the fixture begins; `name` distinguishes the programs of one network. */
static Subject open_subject(const char *network, const char *name, const char *optimizer)
{
    char path[128], program[128], text[TEXT];
    snprintf(path, sizeof path, FOLDER "%s.safetensors", network);
    snprintf(program, sizeof program, "outside-%s-%s", network, name);
    card_text(network, optimizer, text);
    Subject s = { compiled_open(program, text, THREADS), fixture_open(path) };
    CU_ASSERT_PTR_NOT_NULL_FATAL(s.compiled);
    for (int p = 0; p < s.compiled->program->parameters; p++) {
        const Parameter *parameter = &s.compiled->program->parameter[p];
        snprintf(path, sizeof path, "initial/%s", parameter->name);
        compiled_put(s.compiled, parameter->name,
                     fixture_f32(s.fixture, path, compiled_count(parameter)));
    }
    return s;
}

static void close_subject(Subject s)
{
    compiled_close(s.compiled);
    fixture_close(s.fixture);
}

/* The numbers of a tensor of bytes, which the caller frees. */
static float *pictures(const FixtureTensor *bytes)
{
    float *values = malloc(bytes->count * sizeof *values);
    for (long i = 0; i < bytes->count; i++)
        values[i] = (bytes->u8[i] - 128) / 64.0f;
    return values;
}

/* ---- comparing ---- */

/* A bound that does not hold is reported with the worst offender; no number is no answer. */
static void check_close(const char *network, const char *what, const float *found,
                        const float *expected, long count, double bound)
{
    long worst = 0;
    double most = -1;
    for (long i = 0; i < count; i++) {
        double distance = fabs((double)found[i] - expected[i]);
        if (!(distance <= most)) {
            most = distance;
            worst = i;
            if (isnan(distance))
                break;
        }
    }
    bool close = most <= bound;
    CU_ASSERT_TRUE(close);
    if (!close)
        fprintf(stderr, "%s: %s[%ld] is %.9g, Keras has %.9g; %.2e apart, allowed %.2e\n", network,
                what, worst, found[worst], expected[worst], most, bound);
}

static double bound_of(const Fixture *fixture, const char *kind, const char *name)
{
    char key[128];
    snprintf(key, sizeof key, "%s-bound/%s", kind, name);
    return *fixture_f64(fixture, key, 1);
}

static double largest(const float *values, long count)
{
    double most = 0;
    for (long i = 0; i < count; i++)
        most = fmax(most, fabs(values[i]));
    return most;
}

/* ---- the tests ---- */

/* Every layer's value for every picture, seen through the program's view. */
static void check_layers(const char *network, Subject s, const float *input, int n)
{
    const Program *program = s.compiled->program;
    long pixels = shape_size(program->job.input.shape);
    int seen = 0;
    for (int l = 0; l < program->layers; l++) {
        const LayerRow *layer = &program->layer[l];
        long size = shape_size(layer->shape);
        char key[128];
        snprintf(key, sizeof key, "output/%s", layer->name);
        if (!fixture_find(s.fixture, key))
            continue;           /* the input */
        const float *expected = fixture_f32(s.fixture, key, n * size);
        float *found = malloc(size * sizeof *found);
        for (int i = 0; i < n; i++) {
            compiled_view(s.compiled, input + i * pixels, layer->name, found);
            check_close(network, layer->name, found, expected + i * size, size,
                        bound_of(s.fixture, "output", layer->name));
        }
        free(found);
        seen++;
    }
    CU_ASSERT_TRUE(seen >= program->layers - 1);
}

/* Of the first picture: the gradient of the first class's logit by each pixel, and every convolution's Grad-CAM. Bounds
 * are a share of the largest. */
static void check_cams(const char *network, Subject s, const float *input)
{
    const Program *program = s.compiled->program;
    Fixture *cams = fixture_open(FOLDER "cams.safetensors");
    float *asked = calloc((size_t)shape_size(program->logits), sizeof *asked);
    long pixels = shape_size(program->job.input.shape);
    float *gradient = malloc((size_t)pixels * sizeof *gradient);
    char key[128];
    asked[0] = 1;
    snprintf(key, sizeof key, "%s/pixels", network);
    const float *expected = fixture_f32(cams, key, pixels);
    CU_ASSERT_TRUE(compiled_gradient(s.compiled, input, asked, NULL, gradient));
    check_close(network, "pixels", gradient, expected, pixels, 1e-5 * largest(expected, pixels));
    int seen = 0;
    for (const LayerRow *layer = program->layer; layer < program->layer + program->layers; layer++) {
        if (!layer->is_conv)
            continue;
        long size = (long)layer->shape.h * layer->shape.w;
        float *map = malloc((size_t)size * sizeof *map);
        snprintf(key, sizeof key, "%s/cam/%s", network, layer->name);
        expected = fixture_f32(cams, key, size);
        saliency_grad_cam(s.compiled->viewer, layer, map);
        check_close(network, key, map, expected, size, 1e-5 * largest(expected, size));
        seen += largest(expected, size) > 0;
        free(map);
    }
    CU_ASSERT(seen > 1);
    free(gradient);
    free(asked);
    fixture_close(cams);
}

static void check_forward(const char *network)
{
    Subject s = open_subject(network, "forward", "sgd rate=1");
    const FixtureTensor *bytes = fixture_tensor(s.fixture, "input");
    const Program *program = s.compiled->program;
    const LayerRow *last = &program->layer[program->layers - 1];
    int n = bytes->dim[0];
    float *input = pictures(bytes), *answers = malloc(n * program->output.c * sizeof *answers);
    Step step = { .input = input, .n = n, .target = fixture_i32(s.fixture, "target", n) };
    char key[128];

    compiled_predict(s.compiled, &step, answers);
    snprintf(key, sizeof key, "output/%s", last->name);
    double bound = bound_of(s.fixture, "output", last->name);
    check_close(network, "answer", answers, fixture_f32(s.fixture, key, n * program->output.c),
                n * program->output.c, bound);
    CU_ASSERT_DOUBLE_EQUAL(step.loss, *fixture_f64(s.fixture, "loss", 1), 1e-6);
    CU_ASSERT_EQUAL(step.correct, *fixture_i32(s.fixture, "correct", 1));

    check_layers(network, s, input, n);
    check_cams(network, s, input);
    free(input);
    free(answers);
    close_subject(s);
}

/* One step of plain SGD at a rate so large that the old weight is a rounding's worth beside the
 * gradient's share: (before - after) / rate is the gradient to float precision. */
static void check_gradients(const char *network)
{
    Subject s = open_subject(network, "gradients", "sgd rate=1");
    const FixtureTensor *bytes = fixture_tensor(s.fixture, "input");
    int n = bytes->dim[0];
    float *input = pictures(bytes);
    Step step = { .input = input, .n = n, .target = fixture_i32(s.fixture, "target", n),
                  .rate = 1 << 20, .update = 1 };
    compiled_train(s.compiled, &step);
    CU_ASSERT_DOUBLE_EQUAL(step.loss, *fixture_f64(s.fixture, "loss", 1), 1e-6);
    CU_ASSERT_EQUAL(step.correct, *fixture_i32(s.fixture, "correct", 1));

    for (int p = 0; p < s.compiled->program->parameters; p++) {
        const Parameter *parameter = &s.compiled->program->parameter[p];
        long count = compiled_count(parameter);
        char key[128];
        snprintf(key, sizeof key, "initial/%s", parameter->name);
        const float *before = fixture_f32(s.fixture, key, count);
        float *gradient = malloc(count * sizeof *gradient);
        compiled_take(s.compiled, parameter->name, gradient);
        for (long i = 0; i < count; i++)
            gradient[i] = ((double)before[i] - gradient[i]) / step.rate;
        snprintf(key, sizeof key, "gradient/%s", parameter->name);
        check_close(network, key, gradient, fixture_f32(s.fixture, key, count), count,
                    bound_of(s.fixture, "gradient", parameter->name));
        free(gradient);
    }
    free(input);
    close_subject(s);
}

/* Ten batches of many sizes; `name` is the fixture's for what the optimizer statement asks. */
static void check_steps(const char *network, const char *name, const char *optimizer, double rate)
{
    Subject s = open_subject(network, name, optimizer);
    const Program *program = s.compiled->program;
    const FixtureTensor *bytes = fixture_tensor(s.fixture, "steps/input");
    const int32_t *count = fixture_i32(s.fixture, "steps/count", STEPS);
    const int32_t *target = fixture_i32(s.fixture, "steps/target", bytes->dim[0]);
    float *all = pictures(bytes), *input = all;
    char key[128];
    snprintf(key, sizeof key, "%s/loss", name);
    const double *loss = fixture_f64(s.fixture, key, STEPS);
    CU_ASSERT_EQUAL(program->job.train.rate, rate);

    for (int t = 0; t < STEPS; t++) {
        Step step = { .input = input, .target = target, .n = count[t], .rate = rate,
                      .update = t + 1 };
        compiled_train(s.compiled, &step);
        CU_ASSERT_DOUBLE_EQUAL(step.loss, loss[t], STEPS_TOLERANCE * fmax(1, loss[t]));
        input += count[t] * shape_size(program->job.input.shape);
        target += count[t];
    }
    for (int p = 0; p < program->parameters; p++) {
        const Parameter *parameter = &program->parameter[p];
        snprintf(key, sizeof key, "%s/%s", name, parameter->name);
        const float *expected = fixture_f32(s.fixture, key, compiled_count(parameter));
        float *found = malloc(compiled_count(parameter) * sizeof *found);
        compiled_take(s.compiled, parameter->name, found);
        check_close(network, key, found, expected, compiled_count(parameter),
                    STEPS_TOLERANCE * largest(expected, compiled_count(parameter)));
        free(found);
    }
    free(all);
    close_subject(s);
}

static void chain_forward(void)      { check_forward("chain"); }
static void chain_gradients(void)    { check_gradients("chain"); }
static void residual_forward(void)   { check_forward("residual"); }
static void residual_gradients(void) { check_gradients("residual"); }
static void fanout_forward(void)     { check_forward("fanout"); }
static void fanout_gradients(void)   { check_gradients("fanout"); }

static void chain_sgd(void)
{
    check_steps("chain", "sgd", "sgd rate=0.05", 0.05);
}

static void chain_momentum(void)
{
    check_steps("chain", "momentum", "sgd rate=0.05 momentum=0.9", 0.05);
}

static void chain_nesterov(void)
{
    check_steps("chain", "nesterov", "sgd rate=0.05 momentum=0.9 nesterov=yes", 0.05);
}

static void chain_rmsprop(void)
{
    check_steps("chain", "rmsprop", "rmsprop rate=1e-3", 1e-3);
}

static void chain_adam(void)
{
    check_steps("chain", "adam", "adam rate=1e-3", 1e-3);
}

static void residual_nesterov(void)
{
    check_steps("residual", "nesterov", "sgd rate=0.1 momentum=0.8 nesterov=yes", 0.1);
}

static void fanout_adam(void)
{
    check_steps("fanout", "adam", "adam rate=0.003 beta1=0.8 beta2=0.95 eps=1e-5", 0.003);
}

static void fanout_adamw(void)
{
    check_steps("fanout", "adamw", "adamw rate=0.003 beta1=0.8 beta2=0.95 eps=1e-5 decay=2", 0.003);
}

static void fanout_clip(void)
{
    check_steps("fanout", "clip", "sgd rate=0.1 momentum=0.8\n    clip 0.25", 0.1);
}

void suite_outside_networks(void)
{
    CU_pSuite suite = CU_add_suite("outside: networks against Keras", NULL, NULL);
    CU_ADD_TEST(suite, chain_forward);
    CU_ADD_TEST(suite, chain_gradients);
    CU_ADD_TEST(suite, chain_sgd);
    CU_ADD_TEST(suite, chain_momentum);
    CU_ADD_TEST(suite, chain_nesterov);
    CU_ADD_TEST(suite, chain_rmsprop);
    CU_ADD_TEST(suite, chain_adam);
    CU_ADD_TEST(suite, residual_forward);
    CU_ADD_TEST(suite, residual_gradients);
    CU_ADD_TEST(suite, residual_nesterov);
    CU_ADD_TEST(suite, fanout_forward);
    CU_ADD_TEST(suite, fanout_gradients);
    CU_ADD_TEST(suite, fanout_adam);
    CU_ADD_TEST(suite, fanout_adamw);
    CU_ADD_TEST(suite, fanout_clip);
}
