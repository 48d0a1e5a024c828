/* trial.c - the command `try` finds what would spoil a training, says what to do, and leaves nothing behind. */

#include <CUnit/CUnit.h>
#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "runtime/training/overfit.h"
#include "tests/data/loaded.h"
#include "tests/trainer/tiny.h"

void suite_trial(void);

enum { CHECKS = 6 };
static const char *const check[CHECKS] = { "data", "step", "speed", "numbers", "memory", "overfit" };

/* What was found, by the checks' names. */
typedef struct {
    int code;
    json_t *found;
    char *err;
} Found;

static Found run_try(const char *line)
{
    TinyRun run = tiny_run(line);
    Found found = { .code = run.code, .found = json_object(), .err = run.err };
    for (char *at = run.out, *end; (end = strchr(at, '\n')); at = end + 1) {
        *end = '\0';
        json_t *one = json_loads(at, 0, NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(one);
        json_object_set_new(found.found, json_string_value(json_object_get(one, "check")), one);
    }
    free(run.out);
    return found;
}

static void free_found(Found *found)
{
    json_decref(found->found);
    free(found->err);
}

static void expect_verdict(const Found *found, const char *name, const char *verdict)
{
    const json_t *one = json_object_get(found->found, name);
    const char *is = json_string_value(json_object_get(one, "verdict"));
    CU_ASSERT_TRUE(is && !strcmp(is, verdict));
    if (!is || strcmp(is, verdict)) {
        char *text = json_dumps(found->found, 0);
        printf("\n%s: %s, wanted %s: %s\n", name, is ? is : "none", verdict, text);
        free(text);
    }
}

static bool says(const Found *found, const char *name, const char *words)
{
    char *text = json_dumps(json_object_get(found->found, name), 0);
    bool said = text && strstr(text, words);
    if (!said)
        printf("\n%s says nothing of '%s': %s\n", name, words, text);
    free(text);
    return said;
}

static int files_here(void)
{
    int count = 0;
    DIR *here = opendir(".");
    while (readdir(here))
        count++;
    closedir(here);
    return count;
}

static void all_is_well(void)
{
    tiny_enter();
    TinyRun first = tiny_run("summary");        /* "out" and "err" are there from now on */
    tiny_free(&first);
    int before = files_here();
    Found found = run_try("try --json --steps 600");
    CU_ASSERT_EQUAL(found.code, 0);
    CU_ASSERT_STRING_EQUAL(found.err, "");
    CU_ASSERT_EQUAL(json_object_size(found.found), CHECKS);
    for (int i = 0; i < CHECKS; i++)
        expect_verdict(&found, check[i], "ok");
    CU_ASSERT_TRUE(says(&found, "data", "18 pictures to train on (dark 6, middle 6, light 6), 6 to validate on, 0 damaged"));
    CU_ASSERT_TRUE(says(&found, "step", "4 pictures in "));
    CU_ASSERT_TRUE(says(&found, "step", ", of guessing 1.099"));
    CU_ASSERT_TRUE(says(&found, "speed", "; 3 epochs 0:00"));
    free_found(&found);
    CU_ASSERT_EQUAL(files_here(), before);
    CU_ASSERT_FALSE(tiny_exists("runs"));
    TinyRun text = tiny_run("try --epochs 1 --steps 600");
    CU_ASSERT_EQUAL(text.code, 0);
    CU_ASSERT_PTR_EQUAL(strstr(text.out, "data      ok    18 pictures"), text.out);
    CU_ASSERT_PTR_NOT_NULL(strstr(text.out, "; 1 epoch 0:00"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text.out, "\n\n6 checks, all well; `tiny train` may begin\n"));
    tiny_free(&text);
    TinyRun quiet = tiny_run("try --quiet --steps 600");
    CU_ASSERT_STRING_EQUAL(quiet.out, "");
    tiny_free(&quiet);
    tiny_leave();
}

/* ---- the data ---- */

static void data_that_will_not_do(void)
{
    tiny_enter();
    tiny_write("data/dark.3.png", "no picture", 10);
    Found found = run_try("try --json --steps 600");
    CU_ASSERT_EQUAL(found.code, EXIT_MISTAKE);
    expect_verdict(&found, "data", "wrong");
    CU_ASSERT_TRUE(says(&found, "data", "1 of 24 files cannot be read; mend it"));
    CU_ASSERT_EQUAL(json_object_size(found.found), 1);  /* nothing else can be tried */
    free_found(&found);
    tiny_leave();
}

static void unequal_classes(void)
{
    char path[32];
    tiny_enter();
    for (int i = 8; i < 80; i++) {
        snprintf(path, sizeof path, "data/light.%d.png", i);
        tiny_picture(path, 210, i);
    }
    Found found = run_try("try --json --steps 600");
    CU_ASSERT_EQUAL(found.code, 0);
    expect_verdict(&found, "data", "note");
    CU_ASSERT_TRUE(says(&found, "data", "a class has 10 times as many as another: 'balance weight'"));
    free_found(&found);
    Program balanced = tiny_program;
    balanced.job.data.balance = BALANCE_WEIGHT;
    tiny_now = &balanced;
    found = run_try("try --json --steps 600");
    expect_verdict(&found, "data", "ok");
    CU_ASSERT_TRUE(says(&found, "data", "weights dark 4, middle 4, light 0.4"));
    free_found(&found);
    TinyRun trained = tiny_run("train --epochs 1");
    CU_ASSERT_PTR_NOT_NULL(strstr(trained.out, "unequal classes: weights dark 4, middle 4, light 0.4\n"));
    tiny_free(&trained);
    balanced.job.data.balance = BALANCE_SAMPLE;
    found = run_try("try --json --steps 600");
    expect_verdict(&found, "data", "ok");
    CU_ASSERT_TRUE(says(&found, "data", ", all classes equally often, "));
    free_found(&found);
    tiny_leave();
}

/* ---- numbers ---- */

/* All of a class is damaged, and damaged files are left out: told once, and not as a class that is rare. */
static void a_class_of_which_there_is_none(void)
{
    char path[32];
    Program program = tiny_program;
    program.job.data.damaged = DAMAGED_SKIP;
    program.job.data.damaged_limit = 100;
    tiny_enter();
    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof path, "data/light.%d.png", i);
        tiny_write(path, "no picture", 10);
    }
    tiny_now = &program;
    Found found = run_try("try --json --steps 600");
    expect_verdict(&found, "data", "wrong");
    CU_ASSERT_TRUE(says(&found, "data", "class 'light' has no picture to train on that can be read"));
    CU_ASSERT_EQUAL(json_array_size(json_object_get(json_object_get(found.found, "data"), "advice")), 1);
    free_found(&found);
    tiny_leave();
}

/* Rows of 4 x 4 bytes in arrays, of which none is of the third class. */
static Program arrays_of_two_classes(const uint8_t *pixels)
{
    static const char *const paths[] = { "x.npy", "y.npy" };
    uint8_t class[24];
    for (int i = 0; i < 24; i++)
        class[i] = i % 2;
    write_npy(".", "x.npy", "|u1", "(24, 4, 4)", pixels, 24 * TINY_PIXELS);
    write_npy(".", "y.npy", "|u1", "(24,)", class, sizeof class);
    Program program = tiny_program;
    program.job.data.kind = DATA_ARRAYS;
    program.job.data.part[PART_TRAIN].path = paths;
    program.job.data.part[PART_TRAIN].paths = 2;
    return program;
}

/* `try` and `train` say the same of a class that is empty; `try` of inputs that are all alike or tiny. */
static void what_cannot_be_learned(void)
{
    static const char words[] = "nothing is of class 'light': it cannot be learned";
    uint8_t pixels[24 * TINY_PIXELS];
    tiny_enter();
    for (int i = 0; i < 24 * TINY_PIXELS; i++)
        pixels[i] = (uint8_t)(i / TINY_PIXELS % 2 * 100 + i % 50);
    Program program = arrays_of_two_classes(pixels);
    tiny_now = &program;
    Found found = run_try("try --json --steps 300");
    expect_verdict(&found, "data", "note");
    CU_ASSERT_TRUE(says(&found, "data", words));
    expect_verdict(&found, "step", "ok");
    CU_ASSERT_TRUE(says(&found, "step", "4 rows in ") && says(&found, "speed", " rows/s"));
    CU_ASSERT_TRUE(says(&found, "memory", " MB foretold; "));
    free_found(&found);
    TinyRun run = tiny_run("train --epochs 1");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, words));
    CU_ASSERT(strstr(run.out, " rows/s, step alone ") && !strstr(run.out, "img/s"));
    tiny_free(&run);
    run = tiny_run("train --epochs 2");         /* said once */
    CU_ASSERT_PTR_NULL(strstr(run.out, words));
    tiny_free(&run);

    for (int i = 0; i < 24 * TINY_PIXELS; i++)
        pixels[i] = i % 3;                      /* of 255 */
    program = arrays_of_two_classes(pixels);
    found = run_try("try --json --steps 300");
    expect_verdict(&found, "step", "note");
    CU_ASSERT_TRUE(says(&found, "step", "the input reaches no more than 0.00784: 'input ... mean=data std=data', or a larger "
                        "scale=, makes learning easier"));
    free_found(&found);
    memset(pixels, 51, sizeof pixels);
    program = arrays_of_two_classes(pixels);
    program.job.augments = 0;
    found = run_try("try --json --steps 300");
    expect_verdict(&found, "step", "wrong");
    CU_ASSERT_TRUE(says(&found, "step", "the input is 0.2 everywhere: there is nothing to learn from"));
    free_found(&found);
    tiny_leave();
}

static void numbers_that_are_none(void)
{
    tiny_enter();
    tiny_mischief.nan_loss_at = 1;
    Found found = run_try("try --json --steps 3");
    CU_ASSERT_EQUAL(found.code, EXIT_MISTAKE);
    expect_verdict(&found, "step", "wrong");
    expect_verdict(&found, "numbers", "wrong");
    CU_ASSERT_TRUE(says(&found, "numbers", "the loss of step 1 is no finite number"));
    free_found(&found);
    tiny_mischief = (TinyMischief){ .hidden_at = 3 };
    found = run_try("try --json --steps 2");
    expect_verdict(&found, "step", "ok");
    expect_verdict(&found, "numbers", "wrong");
    CU_ASSERT_TRUE(says(&found, "numbers", "'dense1.weight' holds numbers that are not finite"));
    free_found(&found);
    tiny_leave();
}

/* ---- overfitting ---- */

static Program with_rate(JobTrain *phase, double rate)
{
    Program program = tiny_program;
    *phase = tiny_program.job.phase[0];
    phase->rate = rate;
    program.job.phase = phase;
    program.job.train.rate = rate;
    return program;
}

static void contradicting_pictures(void)
{
    char path[32];
    tiny_enter();
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < TINY_CLASSES; k++) {
            snprintf(path, sizeof path, "data/%s.%d.png", (const char *[]){ "dark", "middle", "light" }[k], i);
            tiny_picture(path, 10, 0);
        }
    Found found = run_try("try --json --steps 600");
    CU_ASSERT_EQUAL(found.code, EXIT_MISTAKE);
    expect_verdict(&found, "overfit", "wrong");
    CU_ASSERT_TRUE(says(&found, "overfit", ".png are the same but for what is to be answered"));
    CU_ASSERT_TRUE(says(&found, "overfit", "data/"));
    free_found(&found);
    tiny_leave();
}

static void rates_that_do_not_fit(void)
{
    JobTrain phase;
    tiny_enter();
    Program slow = with_rate(&phase, 0.02);
    tiny_now = &slow;
    Found found = run_try("try --json --steps 600");
    CU_ASSERT_EQUAL(found.code, 0);
    expect_verdict(&found, "overfit", "note");
    CU_ASSERT_TRUE(says(&found, "overfit", "with rate=0.2 it can: 0.02 is too small"));
    free_found(&found);
    tiny_now = &tiny_program;
    found = run_try("try --json --steps 600 --rate 0.02");      /* the card's is another */
    CU_ASSERT_TRUE(says(&found, "overfit", "with rate=0.2 it can: 0.02 is too small"));
    free_found(&found);
    Program still = with_rate(&phase, 1e-12);
    LayerRow layer[3] = { tiny_program.layer[0], { .name = "dropout1", .text = "dropout 50%" }, tiny_program.layer[2] };
    still.layer = layer;
    tiny_now = &still;
    found = run_try("try --json --steps 600");
    CU_ASSERT_EQUAL(found.code, EXIT_MISTAKE);
    expect_verdict(&found, "overfit", "wrong");
    CU_ASSERT_TRUE(says(&found, "overfit", "a step leaves 1 of 2 tensors as they are, as 'dense1.weight'"));
    CU_ASSERT_TRUE(says(&found, "overfit", "1 layer of dropout or drop_path loses"));
    free_found(&found);
    tiny_leave();
}

/* Against sums by hand: ln's of two shares each. */
static void floors(void)
{
    const float share[] = { 0.5f, 0, 1, 0.25f };
    const Batch batch = { .target = share, .n = 4 };
    JobLoss loss = { .kind = LOSS_BINARY_CROSSENTROPY, .weight = 2 };
    JobTrain phase = { .loss = &loss, .losses = 1 };
    Program program = { .classes = 4, .job = { .phase = &phase, .phases = 1, .target = { TARGET_SHARES, { 1, 1, 1 } } } };
    double half = log(2), quarter = -(0.25 * log(0.25) + 0.75 * log(0.75));
    CU_ASSERT_DOUBLE_EQUAL(overfit_floor(&program, &batch), 2 * (half + quarter) / 4, 1e-12);
    loss = (JobLoss){ .kind = LOSS_CROSSENTROPY, .weight = 1, .smooth = 0.4 };
    program.job.target.kind = TARGET_CLASS;
    CU_ASSERT_DOUBLE_EQUAL(overfit_floor(&program, &batch), -0.7 * log(0.7) - 0.3 * log(0.1), 1e-12);
    loss.smooth = 0;
    CU_ASSERT_EQUAL(overfit_floor(&program, &batch), 0);
    /* down from far above guessing is not learned yet; from below it, a twentieth of that */
    CU_ASSERT_DOUBLE_EQUAL(overfit_enough(&program, &batch, 22), 0.05 * log(4), 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(overfit_enough(&program, &batch, 1), 0.05, 1e-12);
}

void suite_trial(void)
{
    CU_pSuite suite = CU_add_suite("trial", NULL, NULL);
    CU_add_test(suite, "all is well", all_is_well);
    CU_add_test(suite, "data that will not do", data_that_will_not_do);
    CU_add_test(suite, "unequal classes", unequal_classes);
    CU_add_test(suite, "a class of which there is none", a_class_of_which_there_is_none);
    CU_add_test(suite, "what cannot be learned", what_cannot_be_learned);
    CU_add_test(suite, "numbers that are none", numbers_that_are_none);
    CU_add_test(suite, "contradicting pictures", contradicting_pictures);
    CU_add_test(suite, "rates that do not fit", rates_that_do_not_fit);
    CU_add_test(suite, "floors", floors);
}
