/* metrics.c - metrics against scikit-learn. make_losses.py tells what the fixture holds. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>

#include "runtime/answers/metrics.h"
#include "tests/support/fixture.h"

static const double mean[] = { 1, -2, 30 }, std[] = { 3, 0.2, 10 };
static const char *const columns[] = { "a", "b", "c" };
static const JobMetric asked[] = { { METRIC_TOP, 2 }, { METRIC_AUC, 0 } };
static const JobLoss labels_loss = { .kind = LOSS_BINARY_CROSSENTROPY, .weight = 1 };
static const JobTrain labels_phase = { .loss = &labels_loss, .losses = 1 };

static const struct {
    const char *name;
    TargetKind target;
    int channels;               /* of the target */
} cases[] = {
    { "one", TARGET_CLASS, 1 }, { "classes", TARGET_CLASS, 1 }, { "mask", TARGET_MASK, 1 },
    { "mask_of_two", TARGET_MASK, 1 }, { "labels", TARGET_SHARES, 4 }, { "numbers", TARGET_NUMBERS, 3 },
};
enum { CASES = sizeof cases / sizeof *cases };

static const FixtureTensor *part(const Fixture *fixture, const char *name, const char *what, bool must)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", name, what);
    return must ? fixture_tensor(fixture, path) : fixture_find(fixture, path);
}

/* A program of which nothing but its answers is seen; they lie without gaps. */
static Program program_of(int which, const FixtureTensor *y)
{
    Shape shape = { (int)y->dim[1], (int)y->dim[2], (int)y->dim[3] };
    bool numbers = cases[which].target == TARGET_NUMBERS;
    return (Program){
        .output = shape, .output_stride = (int)shape_size(shape), .pixel_stride = shape.c,
        .classes = numbers ? 0 : shape.c == 1 ? 2 : shape.c,
        .job = {
            .target = { cases[which].target, { shape.h, shape.w, cases[which].channels } },
            .phase = &labels_phase, .phases = 1,
            .metric = asked, .metrics = 2,
            .data.table = { .target = columns, .targets = numbers ? 3 : 0, .scale = 0.5, .mean = mean, .std = std },
        },
    };
}

/* In two steps, the second of which is short. */
static void add_all(Metrics *metrics, const Program *program, const FixtureTensor *y, const FixtureTensor *t)
{
    int all = (int)y->dim[0], first = all * 2 / 3;
    for (int from = 0; from < all; from = first) {
        Step step = { .n = from ? all - first : first, .output = y->f32 + (long)from * program->output_stride,
                      .target = (const char *)(t->f32 ? (const void *)t->f32 : t->i32)
                              + (size_t)from * target_bytes(program) };
        metrics_add(metrics, &step);
        if (from)
            break;
    }
}

static void as_scikit_learn(void)
{
    Fixture *fixture = fixture_open("tests/outside/metrics.safetensors");
    int compared = 0;
    for (int c = 0; c < CASES; c++) {
        const FixtureTensor *y = part(fixture, cases[c].name, "y", true), *t = part(fixture, cases[c].name, "t", true);
        const Program program = program_of(c, y);
        Metrics *metrics = metrics_open(&program);
        add_all(metrics, &program, y, t);
        for (int kind = METRIC_ACCURACY; kind < METRIC_COUNT; kind++) {
            const FixtureTensor *expected = part(fixture, cases[c].name, metric_word[kind], false);
            double found = metrics_value(metrics, (MetricKind)kind);
            bool close = !expected || fabs(found - *expected->f64) <= 1e-12 * (1 + fabs(*expected->f64));
            CU_ASSERT_TRUE(close);
            if (!close)
                fprintf(stderr, "%s: %s is %.15g, not %.15g\n", cases[c].name, metric_word[kind], found, *expected->f64);
            compared += expected != NULL;
        }
        metrics_close(metrics);
    }
    CU_ASSERT(compared >= 35);
    fixture_close(fixture);
}

/* An answer that is no number is no hit, and has no rank; nothing waits for it for ever. */
static void an_answer_that_is_no_number(void)
{
    static const float answer[] = { 0.2f, NAN, 0.7f, NAN, 0.9f, 0.1f };
    static const int32_t class[] = { 1, 1, 0 };
    Program program = {
        .output = { 1, 1, 2 }, .output_stride = 2, .pixel_stride = 2, .classes = 2,
        .job = { .target = { TARGET_CLASS, { 1, 1, 1 } }, .phase = &labels_phase, .phases = 1,
                 .metric = (const JobMetric[]){ { METRIC_TOP, 1 }, { METRIC_AUC, 0 } }, .metrics = 2 },
    };
    Metrics *metrics = metrics_open(&program);
    metrics_add(metrics, &(Step){ .n = 3, .output = answer, .target = class });
    CU_ASSERT_DOUBLE_EQUAL(metrics_value(metrics, METRIC_TOP), 1. / 3, 1e-12);
    CU_ASSERT(isnan(metrics_value(metrics, METRIC_AUC)) || metrics_value(metrics, METRIC_AUC) <= 1);
    metrics_close(metrics);
}

void suite_outside_metrics(void);
void suite_outside_metrics(void)
{
    CU_pSuite suite = CU_add_suite("outside: metrics against scikit-learn", NULL, NULL);
    CU_ADD_TEST(suite, as_scikit_learn);
    CU_ADD_TEST(suite, an_answer_that_is_no_number);
}
