/* decision.c - thresholds and a temperature are found where they are known, kept with the weights, and used; the test part
 * is looked at once, at the end. */

#include <CUnit/CUnit.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/answers/temperature.h"
#include "runtime/answers/threshold.h"
#include "runtime/network/safetensors.h"
#include "runtime/runs/run_log.h"
#include "runtime/runs/runs.h"
#include "runtime/system/fault.h"
#include "tests/support/compiled.h"
#include "tests/trainer/tiny.h"

void suite_decision(void);

static uint64_t state;

/* xorshift64; from 0 to 1 */
static double draw(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

/* ---- thresholds ---- */

static void a_threshold_parts_two_classes(void)
{
    Ranked answer[1000];
    for (int i = 0; i < 1000; i++)      /* one in ten is, and is labelled from 0.2 to 0.4; the others below 0.2 */
        answer[i] = i % 10 ? (Ranked){ (float)(i % 190) / 1000, 0 } : (Ranked){ 0.21f + (float)i / 6000, 1 };
    ranked_sort(answer, 1000);
    Threshold chosen = choose_threshold(answer, 1000, false);
    CU_ASSERT_TRUE(chosen.threshold > 0.189 && chosen.threshold < 0.21);
    CU_ASSERT_EQUAL(chosen.measure, 1);
    CU_ASSERT_EQUAL(chosen.at_half, 0.5);
    chosen = choose_threshold(answer, 1000, true);
    CU_ASSERT_TRUE(chosen.threshold > 0.189 && chosen.threshold < 0.21);
    CU_ASSERT_EQUAL(chosen.measure, 1);
    CU_ASSERT_EQUAL(chosen.at_half, 0);
}

/* Of few pictures a little gain is chance, and of one class alone there is none. */
static void a_half_stays(void)
{
    Ranked few[] = { { 0.1f, 0 }, { 0.2f, 0 }, { 0.45f, 1 }, { 0.6f, 1 }, { 0.9f, 1 }, { 0.3f, 0 } };
    ranked_sort(few, 6);
    CU_ASSERT_EQUAL(choose_threshold(few, 6, false).threshold, 0.5);
    Ranked tiny[1000];                  /* below what a checkpoint may keep, none parts them */
    for (int i = 0; i < 1000; i++)
        tiny[i] = (Ranked){ i < 800 ? 1e-9f : 2e-9f, i >= 800 };
    CU_ASSERT_EQUAL(choose_threshold(tiny, 1000, false).threshold, 0.5);
    CU_ASSERT_EQUAL(choose_threshold(few, 6, true).threshold, 0.5);
    Ranked all[] = { { 0.1f, 1 }, { 0.2f, 1 } };
    CU_ASSERT_EQUAL(choose_threshold(all, 2, false).threshold, 0.5);
    CU_ASSERT_TRUE(isnan(choose_threshold(all, 2, true).measure));
}

/* By hand: of the two that are, one exceeds both others and one exceeds one, and equals another half. */
static void the_area_is_that_of_the_pairs(void)
{
    Ranked answer[] = { { 0.5f, 0 }, { 0.9f, 1 }, { 0.2f, 0 }, { 0.5f, 1 } }, output[8];
    for (int i = 0; i < 4; i++) {
        output[2 * i] = (Ranked){ (float)i, 0 };
        output[2 * i + 1] = answer[i];
    }
    Ranked *one = ranked_output(output, 4, 2, 1);
    CU_ASSERT_EQUAL(one[0].answer, 0.2f);
    CU_ASSERT_EQUAL(one[3].answer, 0.9f);
    CU_ASSERT_DOUBLE_EQUAL(ranked_area(one, 4), (2 + 1.5) / 4, 1e-12);
    CU_ASSERT_TRUE(isnan(ranked_area(one, 1)));         /* none is */
    one[1].answer = NAN;
    ranked_sort(one, 4);
    CU_ASSERT_TRUE(isnan(one[3].answer) && one[2].answer == 0.9f);
    CU_ASSERT_TRUE(isnan(ranked_area(one, 4)));
    CU_ASSERT_TRUE(isnan(ranked_area(one, 0)));
    free(one);
}

/* ---- temperature ---- */

/* A network that is surer than it is right: its logits are 2.5 times what they should be. */
static Ranked *overconfident(long images, int outputs, bool apart)
{
    Ranked *answer = calloc((size_t)(images * outputs), sizeof *answer);
    state = 88172645463325252u;
    for (long i = 0; i < images; i++) {
        double logit[4], sum = 0, left = draw(), told = 0;
        Ranked *one = answer + i * outputs;
        for (int k = 0; k < outputs; k++)
            sum += exp(logit[k] = 6 * draw() - 3);
        for (int k = 0; k < outputs; k++)
            told += exp(2.5 * logit[k]);
        for (int k = 0; k < outputs && !apart; k++) {
            double p = exp(logit[k]) / sum;
            one[k] = (Ranked){ (float)(exp(2.5 * logit[k]) / told), left >= 0 && left < p };
            left -= p;
        }
        for (int k = 0; k < outputs && apart; k++)
            one[k] = (Ranked){ (float)(1 / (1 + exp(-2.5 * logit[k]))), draw() < 1 / (1 + exp(-logit[k])) };
    }
    return answer;
}

static void a_temperature_is_found(void)
{
    for (int apart = 0; apart < 2; apart++) {
        Ranked *answer = overconfident(20000, 4, apart);
        const Labelled labelled = { answer, 20000, 4, apart };
        double temperature = fit_temperature(&labelled);
        CU_ASSERT_DOUBLE_EQUAL(temperature, 2.5, 0.1);
        CU_ASSERT_TRUE(likelihood_of(&labelled, temperature) < likelihood_of(&labelled, 1) - 0.1);
        CU_ASSERT_TRUE(calibration_error(&labelled, 1) > 0.08);
        CU_ASSERT_TRUE(calibration_error(&labelled, temperature) < 0.02);
        free(answer);
    }
}

/* Two bins, by hand: three answers of 0.9 of which two are right, one of 0.6 that is wrong. */
static void the_calibration_error_is_that_of_the_bins(void)
{
    const Ranked answer[] = { { 0.9f, 1 }, { 0.1f, 0 }, { 0.1f, 1 }, { 0.6f, 0 } };
    const Labelled labelled = { answer, 4, 1, true };
    CU_ASSERT_DOUBLE_EQUAL(calibration_error(&labelled, 1), (fabs(2 - 2.7) + 0.6) / 4, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(likelihood_of(&labelled, 1), -(2 * log(0.9) + log(0.1) + log(0.4)) / 4, 1e-6);
}

/* Two halves that have nothing to do with each other: the first, third, ... answers are all right, the others all wrong,
 * so each half is fitted to its own end of the scale, and labelled at the other's. */
static void a_temperature_is_judged_on_others(void)
{
    Ranked answer[40];
    for (int i = 0; i < 20; i++) {
        answer[2 * i] = (Ranked){ 0.9f, i % 2 == 0 };
        answer[2 * i + 1] = (Ranked){ 0.1f, i % 2 != 0 };
    }
    const Labelled labelled = { answer, 20, 2, false };
    Labelled fitted = cross_fitted(&labelled);
    double unsure = pow(9, 1.0 / 20);
    for (int i = 0; i < 20; i++)
        CU_ASSERT_DOUBLE_EQUAL(fitted.answer[2 * i].answer, i % 2 ? 1 : unsure / (1 + unsure), 1e-4);
    CU_ASSERT_TRUE(likelihood_of(&fitted, 1) > 2 * likelihood_of(&labelled, 1));
    CU_ASSERT_DOUBLE_EQUAL(calibration_error(&fitted, 1), (10 + 10 * (1 - unsure / (1 + unsure))) / 20, 1e-4);
    free((void *)fitted.answer);
}

/* Of answers of which half tells as much as all, both agree. */
static void new_answers_are_tempered_as_well(void)
{
    Ranked *answer = overconfident(20000, 4, false);
    const Labelled labelled = { answer, 20000, 4, false };
    Labelled fitted = cross_fitted(&labelled);
    CU_ASSERT_TRUE(calibration_error(&fitted, 1) < 0.02);
    double worth = likelihood_of(&fitted, 1), best = likelihood_of(&labelled, fit_temperature(&labelled));
    CU_ASSERT_TRUE(worth >= best - 1e-6 && worth < best + 0.001);
    free((void *)fitted.answer);
    free(answer);
}

static void tempering_keeps_the_order(void)
{
    float p[] = { 0.7f, 0.2f, 0.1f, 0 }, q[4], one[] = { 0.9f, 0, 1 };
    memcpy(q, p, sizeof p);
    temper(q, 4, false, 2);
    double sum = sqrt(0.7) + sqrt(0.2) + sqrt(0.1);
    for (int i = 0; i < 4; i++)
        CU_ASSERT_DOUBLE_EQUAL(q[i], sqrt(p[i]) / sum, 1e-6);
    temper(one, 3, true, 2);
    CU_ASSERT_DOUBLE_EQUAL(one[0], 0.75, 1e-6);         /* sqrt(9) to 1 */
    CU_ASSERT_TRUE(one[1] > 0 && one[1] < 0.001 && one[2] < 1 && one[2] > 0.999);
}

/* ---- amending ---- */

static void metadata_is_amended(void)
{
    const TensorHead head = { "a", 2, { 2, 3 } };
    const float values[] = { 1, -2, 3.5f, INFINITY, 0, 6 };
    const Metadata before[] = { { "format", "x" }, { "temperature", "1" } };
    const Metadata more[] = { { "temperature", "2.5" }, { "threshold", "0.25 0.5 0.125" } };
    char why[REASON_ROOM];
    float got[6];
    tiny_enter();
    WholeFile file = whole_open("w.safetensors");
    safetensors_begin(&file, &head, 1, before, 2);
    whole_write(&file, values, sizeof values);
    whole_publish(&file);
    CU_ASSERT_TRUE(safetensors_amend("w.safetensors", more, 2, why));
    Safetensors *read = safetensors_open("w.safetensors", why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(read);
    CU_ASSERT_STRING_EQUAL(safetensors_metadata(read, "format"), "x");
    CU_ASSERT_STRING_EQUAL(safetensors_metadata(read, "temperature"), "2.5");
    CU_ASSERT_STRING_EQUAL(safetensors_metadata(read, "threshold"), "0.25 0.5 0.125");
    CU_ASSERT_TRUE(safetensors_find(read, &head, why) && safetensors_next(read, got, 6, why));
    CU_ASSERT_EQUAL(memcmp(got, values, sizeof values), 0);
    CU_ASSERT_TRUE(safetensors_stands(read, "w.safetensors"));
    CU_ASSERT_TRUE(safetensors_amend("w.safetensors", more, 1, why));
    CU_ASSERT_FALSE(safetensors_stands(read, "w.safetensors"));         /* the same content, in another file */
    CU_ASSERT_FALSE(safetensors_stands(read, "absent.safetensors"));
    safetensors_close(read);
    CU_ASSERT_FALSE(safetensors_amend("absent.safetensors", more, 2, why));
    CU_ASSERT_STRING_EQUAL(why, "No such file or directory");
    tiny_leave();
}

/* ---- the commands ---- */

static char *metadata_of(const char *path, const char *key)
{
    char why[REASON_ROOM];
    Safetensors *file = safetensors_open(path, why);
    const char *text = file ? safetensors_metadata(file, key) : NULL;
    char *copy = text ? strdup(text) : NULL;
    if (file)
        safetensors_close(file);
    return copy;
}

static double first_probability(const char *line)
{
    TinyRun run = tiny_run(line);
    json_t *json = json_loads(run.out, JSON_DISABLE_EOF_CHECK, NULL);
    double p = json_number_value(json_object_get(json, "probability"));
    json_decref(json);
    tiny_free(&run);
    return p;
}

static bool prints(const char *line, int code, const char *words)
{
    TinyRun run = tiny_run(line);
    bool right = run.code == code && (strstr(run.out, words) || strstr(run.err, words));
    if (!right)
        printf("\n%s: %d, no '%s' in %s%s\n", line, run.code, words, run.out, run.err);
    tiny_free(&run);
    return right;
}

static void calibration_is_kept(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    double before = first_probability("predict --json data/light.0.png");
    CU_ASSERT_TRUE(prints("calibrate", 0, "runs/tiny/1/best.safetensors: keeps it"));
    char *temperature = metadata_of("runs/tiny/1/best.safetensors", "temperature");
    CU_ASSERT_PTR_NOT_NULL_FATAL(temperature);
    double t = strtod(temperature, NULL), after = first_probability("predict --json data/light.0.png");
    CU_ASSERT_TRUE(t < 0.9);            /* all are right, and it is not sure enough */
    CU_ASSERT_TRUE(after > before);
    CU_ASSERT_TRUE(prints("evaluate", 0, "\ntemperature 0."));
    CU_ASSERT_TRUE(prints("evaluate", 0, "; the loss is of the network without it\n"));
    CU_ASSERT_TRUE(prints("calibrate --quiet", 0, ": what it gains could be chance; "));        /* of six pictures */
    CU_ASSERT_TRUE(prints("calibrate --quiet", 0, "expected calibration error"));
    CU_ASSERT_TRUE(prints("calibrate --quiet", 0,
                          "both of each half of the pictures, by the temperature that the other half chooses"));
    char *again = metadata_of("runs/tiny/1/best.safetensors", "temperature");
    CU_ASSERT_STRING_EQUAL(again, temperature);         /* of the answers as they are, not of the tempered */
    CU_ASSERT_TRUE(prints("predict --threshold 0.3 data/light.0.png", EXIT_USAGE, "--threshold is for one sigmoid"));
    free(temperature);
    free(again);
    tiny_leave();
}

/* A training would replace what it writes into. Meanwhile nobody may train or tidy the run: whoever holds it for that is
 * not in the way of who only looks. */
static void a_run_is_calibrated_by_itself(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    FILE *folder = fopen("runs/tiny/1", "r");
    CU_ASSERT_EQUAL(flock(fileno(folder), LOCK_EX), 0);
    CU_ASSERT_TRUE(prints("calibrate", EXIT_WORLD, "tiny: runs/tiny/1 is being trained by another process, which may"));
    CU_ASSERT_PTR_NULL(metadata_of("runs/tiny/1/best.safetensors", "temperature"));
    CU_ASSERT_EQUAL(flock(fileno(folder), LOCK_UN), 0);
    tiny_mischief = (TinyMischief){ .predict_at = 1, .signal = SIGSTOP };
    pid_t child = fork();
    if (!child)
        tiny_child("calibrate");
    int status;
    CU_ASSERT_EQUAL(waitpid(child, &status, WUNTRACED), child);
    CU_ASSERT_TRUE_FATAL(WIFSTOPPED(status));           /* it measures */
    tiny_mischief = (TinyMischief){ 0 };
    CU_ASSERT_EQUAL(flock(fileno(folder), LOCK_EX | LOCK_NB), -1);
    CU_ASSERT_FALSE(run_is_locked("runs/tiny/1"));      /* by no training */
    CU_ASSERT_EQUAL(kill(child, SIGCONT), 0);
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CU_ASSERT_EQUAL(flock(fileno(folder), LOCK_EX | LOCK_NB), 0);
    fclose(folder);
    CU_ASSERT_PTR_NOT_NULL(metadata_of("runs/tiny/1/best.safetensors", "temperature"));
    tiny_leave();
}

/* Answers that are all right have no temperature: the surer, the likelier. Nor have those that say nothing. */
static void some_answers_have_no_temperature(void)
{
    Ranked right[40], wrong[40];
    for (int i = 0; i < 40; i++) {
        right[i] = (Ranked){ i % 2 ? 0.6f : 0.4f, i % 2 };
        wrong[i] = (Ranked){ i % 2 ? 0.6f : 0.4f, i % 2 == 0 };
    }
    CU_ASSERT_TRUE(temperature_is_an_end(fit_temperature(&(Labelled){ right, 40, 1, true })));
    CU_ASSERT_TRUE(temperature_is_an_end(fit_temperature(&(Labelled){ wrong, 40, 1, true })));
    CU_ASSERT_FALSE(temperature_is_an_end(1));
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 40"), 0);
    CU_ASSERT_TRUE(prints("calibrate --quiet", EXIT_WORLD, "no temperature fits: at 0.05, where the search ends"));
    CU_ASSERT_PTR_NULL(metadata_of("runs/tiny/1/best.safetensors", "temperature"));
    static Program program;
    program = tiny_program;
    tiny_now = &program;
    program.output = (Shape){ 4, 4, TINY_CLASSES };
    CU_ASSERT_TRUE(prints("calibrate", EXIT_WORLD, "the network answers each pixel; "));
    program.classes = 0;
    CU_ASSERT_TRUE(prints("calibrate", EXIT_WORLD, "the network answers numbers; "));
    tiny_leave();
}

/* By hand: gains of ln 2 and 0 have the mean ln(2) / 2, and that for their standard error. */
static void a_gain_scatters(void)
{
    const Ranked before[] = { { 0.4f, 1 }, { 0.4f, 1 } }, after[] = { { 0.8f, 1 }, { 0.4f, 1 } };
    Gain gain = likelihood_gain(&(Labelled){ before, 2, 1, true }, &(Labelled){ after, 2, 1, true });
    CU_ASSERT_DOUBLE_EQUAL(gain.mean, log(2) / 2, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(gain.error, log(2) / 2, 1e-6);
}

/* Nonsense in a file is refused. */
static void decisions_that_make_no_sense(void)
{
    static const char *const temperatures[] = { "0", "-1", "nan", "inf", "x", "1 2", "" };
    char why[REASON_ROOM];
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    for (size_t i = 0; i < sizeof temperatures / sizeof *temperatures; i++) {
        const Metadata told = { "temperature", temperatures[i] };
        CU_ASSERT_TRUE(safetensors_amend("runs/tiny/1/best.safetensors", &told, 1, why));
        CU_ASSERT_TRUE(prints("predict data/light.0.png", EXIT_WORLD,
                              "tiny: runs/tiny/1/best.safetensors: its metadata 'temperature' makes no sense"));
    }
    tiny_leave();
}

/* ---- the test part ---- */

static Program with_test(void)
{
    Program program = tiny_program;
    program.job.data.part[PART_TEST] = (JobPart){ .share = 0.25, .place = { "tiny.net", 6, 5, 4, "    test 25%" } };
    return program;
}

static void the_test_is_scored_at_the_end(void)
{
    Program program = with_test();
    tiny_enter();
    tiny_now = &program;
    CU_ASSERT_TRUE(prints("train", 0, "\ntest: 6 pictures, loss 0."));
    char *log = tiny_read("runs/tiny/1/log.jsonl", NULL);
    const char *test = log ? strstr(log, "\"event\":\"test\"") : NULL;
    CU_ASSERT_TRUE(test && strstr(test, "\"images\":6,\"loss\":0.") && strstr(test, "\"accuracy\":"));
    CU_ASSERT_TRUE(test && strstr(log, "\"event\":\"end\"") < test);
    free(log);
    TinyRun trained = tiny_run("train --new --quiet"), evaluated = tiny_run("evaluate --test --quiet");
    CU_ASSERT_PTR_NOT_NULL(strstr(trained.out, evaluated.out));         /* the same numbers */
    CU_ASSERT_PTR_EQUAL(strstr(evaluated.out, "test: 6 pictures"), evaluated.out);
    tiny_free(&trained);
    tiny_free(&evaluated);
    tiny_leave();
}

/* The event of the log's last test. */
static json_t *last_test(void)
{
    char *log = tiny_read("runs/tiny/1/log.jsonl", NULL), *at = log;
    json_t *last = NULL;
    for (char *end; (end = strchr(at, '\n')); at = end + 1) {
        json_t *event = json_loadb(at, (size_t)(end - at), 0, NULL);
        const char *name = json_string_value(json_object_get(event, "event"));
        if (name && !strcmp(name, "test")) {
            json_decref(last);
            last = json_incref(event);
        }
        json_decref(event);
    }
    free(log);
    CU_ASSERT_PTR_NOT_NULL_FATAL(last);
    return last;
}

static bool report_says(const char *words)
{
    char *page = tiny_read("runs/tiny/1/report.html", NULL);
    bool says = page && strstr(page, words);
    free(page);
    return says;
}

/* A run that goes on behind its end has been told what the test says. */
static void a_second_test_is_marked(void)
{
    Program program = with_test();
    tiny_enter();
    tiny_now = &program;
    for (int again = 0; again < 2; again++) {
        TinyRun run = tiny_run(again ? "train --epochs 3" : "train --epochs 2");
        CU_ASSERT_EQUAL(strstr(run.out, "\nmeasured again: ") != NULL, again);
        json_t *test = last_test();
        CU_ASSERT_TRUE(json_is_boolean(json_object_get(test, "again")));
        CU_ASSERT_EQUAL(json_is_true(json_object_get(test, "again")), again);
        CU_ASSERT_EQUAL(report_says(">Test, measured again<"), again);
        CU_ASSERT_EQUAL(report_says(">Test<"), !again);
        json_decref(test);
        tiny_free(&run);
    }
    TinyRun other = tiny_run("train --new");            /* another run has not seen it */
    CU_ASSERT_PTR_NULL(strstr(other.out, "measured again"));
    tiny_free(&other);
    tiny_leave();
}

/* Nobody looks at its files before: one that is damaged is found out at the end, when the training is done. */
static void the_test_is_not_looked_at_before(void)
{
    Program program = with_test();
    char *split, *line, path[64];
    tiny_enter();
    tiny_now = &program;
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    split = tiny_read("runs/tiny/1/split.txt", NULL);
    line = strstr(split, "test\t");
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    CU_ASSERT_EQUAL(sscanf(line, "test\t%*[^\t]\t%63s", path), 1);
    free(split);
    tiny_write(path, "no picture", 10);
    TinyRun run = tiny_run("train --new");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "best: epoch"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "tiny: the test is not measured: 1 of 6 files cannot be read"));
    tiny_free(&run);
    tiny_leave();
}

/* ---- two unequal classes ---- */

static const char unequal[] =
    "network unequal\ninput 4x4x1 scale=1/255\ndata \"data\" {\n class dark \"dark.*\"\n class light \"light.*\"\n"
    " validation 50%\n}\nmodel {\n flatten\n dense 1 sigmoid\n}\ntrain {\n loss binary_crossentropy\n"
    " optimizer sgd rate=0.1\n batch 8\n epochs 3\n}\n";

/* One picture in ten is a little lighter: it is never likelier than not, but it can be told. */
static void draw_unequal(void)
{
    char path[64];
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < TINY_CLASSES; k++) {
            snprintf(path, sizeof path, "data/%s.%d.png", (const char *[]){ "dark", "middle", "light" }[k], i);
            unlink(path);
        }
    for (int i = 0; i < 200; i++) {
        bool light = i % 10 == 0;
        snprintf(path, sizeof path, "data/%s.%d.png", light ? "light" : "dark", i);
        tiny_picture(path, light ? 150 : 20, i);
    }
}

/* A run is begun whose best epoch is the first: at a half no later one is right more often. */
static const Program *watched(Compiled **compiled)
{
    char card[sizeof unequal + 32];
    const char *batch = strstr(unequal, " batch 8");
    snprintf(card, sizeof card, "%.*s watch accuracy\n%s", (int)(batch - unequal), unequal, batch);
    *compiled = compiled_open_as("unequal_watched", card, 1, &(CompiledHow){ .optimize = "-O1" });
    CU_ASSERT_PTR_NOT_NULL_FATAL(*compiled);
    return (*compiled)->program;
}

/* A temperature that is kept is applied before thresholds are chosen anew. */
static void thresholds_are_of_tempered_answers(void)
{
    Compiled *compiled;
    const Program *program = watched(&compiled);
    tiny_enter();
    draw_unequal();
    tiny_now = program;
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    CU_ASSERT_EQUAL(tiny_code("calibrate"), 0);
    TinyRun before = tiny_run("evaluate");
    CU_ASSERT_PTR_NOT_NULL(strstr(before.out, "\ntemperature "));
    CU_ASSERT_TRUE(prints("train --epochs 4", 0, "best: epoch 1"));
    TinyRun after = tiny_run("evaluate");
    const char *rights = strstr(after.out, "\nclass");
    CU_ASSERT_TRUE(rights && strstr(before.out, rights));         /* the same answers */
    CU_ASSERT_PTR_NOT_NULL(strstr(after.out, "\nthreshold "));
    tiny_free(&before);
    tiny_free(&after);
    tiny_leave();
    compiled_close(compiled);
}

/* A kill between the last epoch and the test: the next `train` makes up for it, and begins no other run. */
static void what_a_kill_left_out_is_made_up_for(void)
{
    Program program = with_test();
    size_t length;
    tiny_enter();
    tiny_now = &program;
    CU_ASSERT_EQUAL(tiny_code("train --quiet"), 0);
    char *log = tiny_read("runs/tiny/1/log.jsonl", &length), *test = strstr(log, "\"event\":\"test\"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(test);
    while (test > log && test[-1] != '\n')
        test--;
    tiny_write("runs/tiny/1/log.jsonl", log, (size_t)(test - log));
    CU_ASSERT_TRUE(prints("train", 0, "\ntest: 6 pictures, loss 0."));
    CU_ASSERT_NOT_EQUAL(access("runs/tiny/2", F_OK), 0);
    CU_ASSERT_EQUAL(tiny_code("train --quiet"), 0);
    CU_ASSERT_EQUAL(access("runs/tiny/2", F_OK), 0);
    free(log);
    tiny_leave();
}

/* How often the log tells of an event. */
static int times_told(const char *folder, const char *event)
{
    json_t *events = run_log_read(folder), *entry;
    int times = 0;
    size_t i;
    json_array_foreach(events, i, entry)
        times += run_event_is(entry, event);
    json_decref(events);
    return times;
}

/* The log ends behind its last line of that event: the program was killed there. */
static void kill_behind(const char *folder, const char *event)
{
    char path[64], words[64], *last = NULL;
    snprintf(path, sizeof path, "%s/log.jsonl", folder);
    snprintf(words, sizeof words, "\"event\":\"%s\"", event);
    char *log = tiny_read(path, NULL);
    for (char *at = log; at && (at = strstr(at, words)); at++)
        last = at;
    CU_ASSERT_PTR_NOT_NULL_FATAL(last);
    tiny_write(path, log, (size_t)(strchr(last, '\n') + 1 - log));
    free(log);
}

/* A kill between the test and the page: nobody has let the run go on, so the test stays the one that it was, and new. */
static void a_test_before_a_kill_stands(void)
{
    Program program = with_test();
    tiny_enter();
    tiny_now = &program;
    CU_ASSERT_EQUAL(tiny_code("train --quiet"), 0);
    kill_behind("runs/tiny/1", "test");
    unlink("runs/tiny/1/report.html");
    TinyRun run = tiny_run("train");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NULL(strstr(run.out, "\ntest: "));
    CU_ASSERT_PTR_NULL(strstr(run.out, "measured again"));
    CU_ASSERT_EQUAL(times_told("runs/tiny/1", "test"), 1);
    CU_ASSERT_EQUAL(times_told("runs/tiny/1", "concluded"), 1);
    CU_ASSERT_TRUE(report_says(">Test<"));
    CU_ASSERT_FALSE(tiny_exists("runs/tiny/2"));
    tiny_free(&run);
    CU_ASSERT_TRUE(prints("train --epochs 4", 0, "\nmeasured again: "));         /* behind another epoch it is not new */
    CU_ASSERT_EQUAL(times_told("runs/tiny/1", "test"), 2);
    kill_behind("runs/tiny/1", "test");
    CU_ASSERT_EQUAL(tiny_code("train --epochs 4"), 0);
    CU_ASSERT_EQUAL(times_told("runs/tiny/1", "test"), 2);
    tiny_leave();
}

static Program tested_too(const Compiled *compiled)
{
    Program program = *compiled->program;
    program.job.data.part[PART_TEST] = (JobPart){ .share = 0.25, .place = { "tiny.net", 6, 5, 4, "    test 25%" } };
    return program;
}

/* Behind its threshold, which is kept by then, a kill leaves the test alone to be done. */
static void a_threshold_before_a_kill_stands(void)
{
    Compiled *compiled = compiled_open_as("unequal", unequal, 1, &(CompiledHow){ .optimize = "-O1" });
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled);
    Program program = tested_too(compiled);
    tiny_enter();
    draw_unequal();
    tiny_now = &program;
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    char *before = metadata_of("runs/unequal/1/best.safetensors", "threshold");
    CU_ASSERT_PTR_NOT_NULL_FATAL(before);
    kill_behind("runs/unequal/1", "threshold");
    CU_ASSERT_TRUE(prints("train", 0, "\ntest: "));
    CU_ASSERT_EQUAL(times_told("runs/unequal/1", "threshold"), 1);
    CU_ASSERT_EQUAL(times_told("runs/unequal/1", "test"), 1);
    kill_behind("runs/unequal/1", "test");
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    CU_ASSERT_EQUAL(times_told("runs/unequal/1", "threshold"), 1);
    char *after = metadata_of("runs/unequal/1/best.safetensors", "threshold");
    CU_ASSERT_STRING_EQUAL(after, before);
    free(before);
    free(after);
    tiny_leave();
    compiled_close(compiled);
}

/* What the compiled program predicts with, and the picture that goes away in its first call. */
static struct { void (*run)(Step *step); const char *path; } robbed;

static void predict_and_rob(Step *step)
{
    robbed.run(step);
    unlink(robbed.path);
}

/* Killed behind its end: what is held out is read again for the thresholds, and not all of it is there. */
static void thresholds_are_of_all_that_is_held_out(void)
{
    Compiled *compiled = compiled_open_as("unequal", unequal, 1, &(CompiledHow){ .optimize = "-O1" });
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled);
    char path[64];
    size_t bytes;
    tiny_enter();
    draw_unequal();
    tiny_now = compiled->program;
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    kill_behind("runs/unequal/1", "end");
    char *split = tiny_read("runs/unequal/1/split.txt", NULL), *last = NULL;
    for (char *at = split; (at = strstr(at, "validation\t")); at++)
        last = at;
    CU_ASSERT_EQUAL_FATAL(sscanf(last, "validation\t%*[^\t]\t%63s", path), 1);
    char *picture = tiny_read(path, &bytes);
    Program program = *compiled->program;
    Use predict = *program.phase[0].predict;
    PhaseUses uses = { program.phase[0].train, &predict };
    robbed.run = predict.run;
    robbed.path = path;
    predict.run = predict_and_rob;
    program.phase = &uses;
    tiny_now = &program;
    CU_ASSERT_TRUE(prints("train --cache 0", EXIT_WORLD, "does what follows them once the file is back\n"));
    CU_ASSERT_EQUAL(times_told("runs/unequal/1", "threshold"), 0);
    CU_ASSERT_EQUAL(times_told("runs/unequal/1", "concluded"), 0);
    tiny_write(path, picture, bytes);
    tiny_now = compiled->program;
    CU_ASSERT_TRUE(prints("train", 0, "threshold of light: 0."));
    CU_ASSERT_EQUAL(times_told("runs/unequal/1", "concluded"), 1);
    free(split);
    free(picture);
    tiny_leave();
    compiled_close(compiled);
}

static void thresholds_are_chosen_kept_and_used(void)
{
    Compiled *compiled = compiled_open_as("unequal", unequal, 1, &(CompiledHow){ .optimize = "-O1" });
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled);
    tiny_enter();
    draw_unequal();
    tiny_now = compiled->program;
    CU_ASSERT_TRUE(prints("train", 0, "threshold of light: 0."));
    char *threshold = metadata_of("runs/unequal/1/best.safetensors", "threshold");
    CU_ASSERT_PTR_NOT_NULL_FATAL(threshold);
    double chosen = strtod(threshold, NULL);
    CU_ASSERT_TRUE(chosen > 0 && chosen < 0.5);
    CU_ASSERT_TRUE(prints("evaluate", 0, "accuracy 1.0000\nthreshold 0."));
    CU_ASSERT_TRUE(prints("evaluate --threshold 0.5", 0, "accuracy 0.9000"));
    CU_ASSERT_TRUE(prints("evaluate --threshold 50%", 0, "accuracy 0.9000"));
    CU_ASSERT_TRUE(prints("predict data/light.0.png", 0, "light 0."));
    CU_ASSERT_TRUE(prints("predict --json data/light.0.png", 0, "\"threshold\":0."));
    CU_ASSERT_TRUE(prints("predict --threshold 0.99 data/light.0.png", 0, "dark 0."));
    CU_ASSERT_TRUE(prints("predict --threshold 1 data/light.0.png", EXIT_USAGE,
                          "--threshold takes a probability between 0 and 1"));
    CU_ASSERT_TRUE(prints("calibrate", 0, "temperature"));          /* which moves the threshold along */
    CU_ASSERT_TRUE(prints("evaluate", 0, "accuracy 1.0000\ntemperature "));
    free(threshold);
    tiny_leave();
    compiled_close(compiled);
}

/* The test is decided by the threshold that was chosen, as `evaluate` decides it, and not by a half. */
static void the_test_is_decided_by_the_threshold(void)
{
    Compiled *compiled = compiled_open_as("unequal", unequal, 1, &(CompiledHow){ .optimize = "-O1" });
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled);
    Program program = tested_too(compiled);
    tiny_enter();
    draw_unequal();
    tiny_now = &program;
    TinyRun trained = tiny_run("train"), evaluated = tiny_run("evaluate --test --quiet");
    CU_ASSERT_PTR_NOT_NULL(strstr(trained.out, "threshold of light: 0."));
    CU_ASSERT_PTR_NULL(strstr(evaluated.out, "accuracy 0.9000"));
    const char *test = strstr(trained.out, "test: ");
    CU_ASSERT_TRUE(test && !strncmp(test, evaluated.out, strcspn(test, "\n") + 1));
    CU_ASSERT_TRUE(prints("evaluate --test --threshold 0.5", 0, "accuracy 0.9000"));
    tiny_free(&trained);
    tiny_free(&evaluated);
    tiny_leave();
    compiled_close(compiled);
}

void suite_decision(void)
{
    CU_pSuite suite = CU_add_suite("decision", NULL, NULL);
    CU_add_test(suite, "a threshold parts two classes", a_threshold_parts_two_classes);
    CU_add_test(suite, "a half stays", a_half_stays);
    CU_add_test(suite, "the area is that of the pairs", the_area_is_that_of_the_pairs);
    CU_add_test(suite, "a temperature is found", a_temperature_is_found);
    CU_add_test(suite, "the calibration error is that of the bins", the_calibration_error_is_that_of_the_bins);
    CU_add_test(suite, "a temperature is judged on others", a_temperature_is_judged_on_others);
    CU_add_test(suite, "new answers are tempered as well", new_answers_are_tempered_as_well);
    CU_add_test(suite, "a run is calibrated by itself", a_run_is_calibrated_by_itself);
    CU_add_test(suite, "some answers have no temperature", some_answers_have_no_temperature);
    CU_add_test(suite, "a gain scatters", a_gain_scatters);
    CU_add_test(suite, "tempering keeps the order", tempering_keeps_the_order);
    CU_add_test(suite, "metadata is amended", metadata_is_amended);
    CU_add_test(suite, "calibration is kept", calibration_is_kept);
    CU_add_test(suite, "decisions that make no sense", decisions_that_make_no_sense);
    CU_add_test(suite, "the test is scored at the end", the_test_is_scored_at_the_end);
    CU_add_test(suite, "a second test is marked", a_second_test_is_marked);
    CU_add_test(suite, "the test is not looked at before", the_test_is_not_looked_at_before);
    CU_add_test(suite, "thresholds are chosen, kept and used", thresholds_are_chosen_kept_and_used);
    CU_add_test(suite, "the test is decided by the threshold", the_test_is_decided_by_the_threshold);
    CU_add_test(suite, "thresholds are of tempered answers", thresholds_are_of_tempered_answers);
    CU_add_test(suite, "what a kill left out is made up for", what_a_kill_left_out_is_made_up_for);
    CU_add_test(suite, "a test before a kill stands", a_test_before_a_kill_stands);
    CU_add_test(suite, "thresholds are of all that is held out", thresholds_are_of_all_that_is_held_out);
    CU_add_test(suite, "a threshold before a kill stands", a_threshold_before_a_kill_stands);
}
