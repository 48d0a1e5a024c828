/* rates.c - the rate of every step against what Keras's schedules say, which make_rates.py wrote down; what a
 * plateau and a stop make of a curve, against its callbacks. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "runtime/network/rate.h"
#include "runtime/runs/phase.h"
#include "tests/diagnostics/checked.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

enum { EPOCHS = 12, STEPS = 25 };

static const struct { const char *name, *line; } schedules[] = {
    { "cosine", "cosine final=0.002" },
    { "warm cosine", "cosine warmup=1.6" },
    { "polynomial", "polynomial power=0.9" },
    { "exponential", "exponential factor=0.8" },
    { "step", "step every=3 factor=0.3" },
    { "steps", "steps at=(2.2, 9)" },
};

/* The card's phase with such a schedule, checked as any card is. */
static JobTrain phase_of(const char *schedule, Checked *checked)
{
    char text[300], *folder = scratch_open();
    int length = snprintf(text, sizeof text, "data \"x\" { validation 10%% }\ntrain {\n    loss crossentropy\n"
                          "    optimizer sgd rate=0.1\n    schedule %s\n    epochs %d\n}\n", schedule, EPOCHS);
    *checked = check_in(folder, "card.net", text, (size_t)length);
    scratch_close(folder);
    CU_ASSERT_PTR_NOT_NULL_FATAL(checked->card);
    CU_ASSERT_EQUAL_FATAL(checked->card->job.phases, 1);
    return checked->card->job.phase[0];
}

/* Keras reckons in floats. */
static void keras_schedules(void)
{
    Fixture *fixture = fixture_open("tests/outside/rates.safetensors");
    for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++) {
        Checked checked;
        JobTrain phase = phase_of(schedules[i].line, &checked);
        const double *rate = fixture_f64(fixture, schedules[i].name, EPOCHS * STEPS);
        int wrong = 0;
        for (int step = 0; step < EPOCHS * STEPS; step++) {
            double found = rate_at(&phase, &(RatePlace){ step, STEPS, EPOCHS, 0 });
            wrong += !(fabs(found - rate[step]) <= 2e-6 * rate[step] + 2e-8);
            if (wrong == 1)
                fprintf(stderr, "%s, step %d: %.9g, should be %.9g\n", schedules[i].name, step, found, rate[step]);
        }
        CU_ASSERT_EQUAL(wrong, 0);
        checked_close(&checked);
    }
    fixture_close(fixture);
}

static void keras_callbacks(void)
{
    Fixture *fixture = fixture_open("tests/outside/rates.safetensors");
    Checked checked;
    JobTrain phase = phase_of("plateau patience=3 factor=0.5", &checked);
    phase.epochs = (int)fixture_tensor(fixture, "losses")->count;
    const double *loss = fixture_f64(fixture, "losses", phase.epochs);
    const double *rate = fixture_f64(fixture, "plateau", phase.epochs);
    Program program = { .job = { .phase = &phase, .phases = 1 } };
    Standing standing = { .epochs = (uint64_t)phase.epochs, .batch = 1, .rate = phase.rate };
    phase.batch = 1;
    phase_begin(&standing);
    for (int epoch = 0; epoch < phase.epochs; epoch++) {
        standing.epoch++;
        CU_ASSERT_FALSE(phase_after_epoch(&program, &standing, loss[epoch]));
        CU_ASSERT_DOUBLE_EQUAL(phase_rate(&program, &standing, STEPS), rate[epoch], 1e-12);
    }
    int stopped = 0;
    phase.stop = (JobStop){ 5, 0.005 };
    standing = (Standing){ .epochs = (uint64_t)phase.epochs, .batch = 1, .rate = phase.rate };
    phase_begin(&standing);
    while (!stopped && standing.epoch++ < (uint64_t)phase.epochs)
        if (phase_after_epoch(&program, &standing, loss[standing.epoch - 1]))
            stopped = (int)standing.epoch;
    CU_ASSERT_EQUAL(stopped, (int)*fixture_f64(fixture, "stopped", 1));
    CU_ASSERT_EQUAL(epochs_wanted(&standing), standing.epoch);   /* no more are wanted */
    checked_close(&checked);
    fixture_close(fixture);
}

static void powers(void)
{
    double worst = 0;
    for (double base = 1e-9; base <= 1; base *= 1.37)
        for (double exponent = 0; exponent < 40; exponent += 0.37) {
            double is = rate_power(base, exponent), should = pow(base, exponent);
            worst = fmax(worst, should > 1e-280 ? fabs(is / should - 1) : fabs(is - should));
        }
    CU_ASSERT(worst < 1e-14);
    CU_ASSERT_EQUAL(rate_power(0.1, 1), 0.1);
    CU_ASSERT_EQUAL(rate_power(0.5, 3), 0.125);
    CU_ASSERT_EQUAL(rate_power(0, 0), 1);
    CU_ASSERT_EQUAL(rate_power(0, 0.5), 0);
}

void suite_outside_rates(void);
void suite_outside_rates(void)
{
    CU_pSuite suite = CU_add_suite("outside: rates against Keras", NULL, NULL);
    CU_ADD_TEST(suite, keras_schedules);
    CU_ADD_TEST(suite, keras_callbacks);
    CU_ADD_TEST(suite, powers);
}
