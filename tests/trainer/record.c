/* record.c - what a run's folder tells of the run, what happened to it, and runs that have a name. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "tests/support/compiled.h"
#include "tests/trainer/tiny.h"

static json_t *run_of(const char *path)
{
    json_error_t error;
    json_t *run = json_load_file(path, 0, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(run);
    return run;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static json_int_t number_of(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);
    return json_is_integer(number) ? json_integer_value(number) : -1;
}

static bool holds(const char *path, const char *expected)
{
    char *text = tiny_read(path, NULL);
    bool same = text && !strcmp(text, expected);
    free(text);
    return same;
}

/* ---- run.json, card/, damaged.txt ---- */

static void what_the_run_is(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 2 --threads 3 --seed 18446744073709551615"), 0);
    json_t *run = run_of("runs/tiny/1/run.json"), *starts = json_object_get(run, "starts");
    CU_ASSERT_STRING_EQUAL(text_of(run, "format"), "netc-run-1");
    CU_ASSERT_EQUAL(number_of(run, "number"), 1);
    CU_ASSERT_STRING_EQUAL(text_of(run, "card"), "tiny.net");
    CU_ASSERT_STRING_EQUAL(text_of(run, "hash"), "0123456789abcdef");
    CU_ASSERT_STRING_EQUAL(text_of(run, "netc"), "0.1.0");
    CU_ASSERT_STRING_EQUAL(text_of(run, "compiler"), "by hand");
    CU_ASSERT_STRING_EQUAL(text_of(run, "seed"), "18446744073709551615");   /* more than JSON's whole numbers hold */
    CU_ASSERT_EQUAL(number_of(run, "parameters"), 51);
    CU_ASSERT_EQUAL(number_of(json_object_get(run, "items"), "train"), 18);
    CU_ASSERT_EQUAL(number_of(json_object_get(run, "items"), "validation"), 6);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(json_object_get(run, "set"), 0)), "width=2");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(json_object_get(run, "classes"), 2)), "light");
    CU_ASSERT_EQUAL(json_array_size(starts), 1);
    json_t *start = json_array_get(starts, 0), *options = json_object_get(start, "options");
    CU_ASSERT_EQUAL(number_of(start, "threads"), 3);
    CU_ASSERT_EQUAL(number_of(start, "epochs"), 2);
    CU_ASSERT_EQUAL(json_object_size(options), 3);
    CU_ASSERT_STRING_EQUAL(text_of(options, "epochs"), "2");
    CU_ASSERT_EQUAL(strlen(text_of(start, "time")), strlen("2026-11-28T16:32:23Z"));
    json_decref(run);
    CU_ASSERT(holds("runs/tiny/1/card/tiny.net",
                    "network tiny\n\ninclude \"parts/blocks.net\"   # a \"block\" or two\n"));
    CU_ASSERT(holds("runs/tiny/1/card/parts/blocks.net", ""));
    CU_ASSERT(holds("runs/tiny/1/damaged.txt", ""));
    tiny_leave();
}

/* What netc writes into a program of its card, letter by letter. */
static void a_program_holds_its_card(void)
{
    static const char card[] = "# \"what?\"\t\\ \303\244\r\n"
                               "network noted\ninput 1x1x4\nmodel {\n    dense 1\n}\n"
                               "data arrays {\n    train \"x.npy\" \"y.npy\"\n}\n"
                               "train {\n    loss mse\n    optimizer sgd rate=0.1\n    batch 2\n    epochs 1\n}";
    Compiled *noted = compiled_open_as("noted", card, 1, &(CompiledHow){ .optimize = "-O0" });
    CU_ASSERT_PTR_NOT_NULL_FATAL(noted);
    const Program *program = noted->program;
    CU_ASSERT_STRING_EQUAL(program->text[0].name, "noted.net");
    CU_ASSERT_STRING_EQUAL(program->text[0].text, card);
    CU_ASSERT_PTR_NULL(program->text[1].name);
    CU_ASSERT_PTR_NULL(program->set[0]);
    CU_ASSERT_STRING_EQUAL(program->netc, NETC_VERSION);
    CU_ASSERT(!strncmp(program->compiler, "gcc ", 4) || !strncmp(program->compiler, "clang ", 6));
    compiled_close(noted);
}

static void each_start(void)
{
    tiny_enter();
    tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_INTERRUPTED);
    tiny_mischief = (TinyMischief){ 0 };
    CU_ASSERT_EQUAL(tiny_code("train --quiet"), 0);
    json_t *run = run_of("runs/tiny/1/run.json"), *starts = json_object_get(run, "starts");
    CU_ASSERT_EQUAL(json_array_size(starts), 2);
    const json_t *second = json_array_get(starts, 1);
    CU_ASSERT_EQUAL(number_of(second, "epoch"), 1);
    CU_ASSERT_EQUAL(number_of(second, "position"), 8);
    CU_ASSERT(json_is_true(json_object_get(json_object_get(second, "options"), "quiet")));
    json_decref(run);
    tiny_leave();
}

/* Of a run that an earlier netc began, what can be known now is told; a file that somebody spoilt is named. */
static void a_run_without_its_record(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    unlink("runs/tiny/1/run.json");
    unlink("runs/tiny/1/log.jsonl");
    CU_ASSERT_EQUAL(tiny_code("train --epochs 2"), 0);
    json_t *run = run_of("runs/tiny/1/run.json");
    CU_ASSERT_EQUAL(json_array_size(json_object_get(run, "starts")), 1);
    CU_ASSERT_EQUAL(number_of(run, "number"), 1);
    json_decref(run);
    tiny_write("runs/tiny/1/run.json", "{ \"starts\": [", 13);
    TinyRun spoilt = tiny_run("train --epochs 3");
    CU_ASSERT_EQUAL(spoilt.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(spoilt.err, "tiny: cannot read runs/tiny/1/run.json: line 1: "));
    tiny_free(&spoilt);
    tiny_leave();
}

static void damaged_files(void)
{
    static Program program;
    tiny_enter();
    program = tiny_program;
    program.job.data.damaged = DAMAGED_SKIP;
    tiny_now = &program;
    tiny_write("data/dark.1.png", "no picture", 10);
    tiny_write("data/light.3.png", "", 0);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    char *damaged = tiny_read("runs/tiny/1/damaged.txt", NULL), *line = damaged;
    CU_ASSERT_PTR_NOT_NULL(strstr(damaged, "data/dark.1.png\t"));
    CU_ASSERT_PTR_NOT_NULL(strstr(damaged, "data/light.3.png\tis empty\n"));
    int lines = 0;
    for (; (line = strchr(line, '\n')); line++)
        lines++;
    CU_ASSERT_EQUAL(lines, 2);
    free(damaged);
    json_t *run = run_of("runs/tiny/1/run.json");
    CU_ASSERT_EQUAL(number_of(run, "damaged"), 2);
    json_decref(run);
    tiny_leave();
}

/* ---- log.jsonl ---- */

/* The events' words, with a blank behind each; of epochs and stops, where they are. */
static void words_of(const char *text, char words[512])
{
    char *copy = strdup(text), *at = copy, *line;
    *words = '\0';
    while ((line = strsep(&at, "\n")) && *line) {
        json_t *event = json_loads(line, 0, NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(event);
        size_t length = strlen(words);
        snprintf(words + length, 512 - length, "%s%d ", text_of(event, "event"), (int)number_of(event, "epoch"));
        json_decref(event);
    }
    CU_ASSERT_PTR_NOT_NULL(line);       /* the last line is whole */
    free(copy);
}

static json_t *event_of(const char *text, int line)
{
    while (line-- && (text = strchr(text, '\n')))
        text++;
    json_t *event = text ? json_loads(text, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    return event;
}

static void what_happened(void)
{
    char words[512];
    tiny_enter();
    tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_INTERRUPTED);
    tiny_mischief = (TinyMischief){ .nan_loss_at = 14 };
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_MISTAKE);
    tiny_mischief = (TinyMischief){ 0 };
    FILE *torn = fopen("runs/tiny/1/log.jsonl", "a");
    fputs("{\"time\":\"20", torn);
    fclose(torn);
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    char *log = tiny_read("runs/tiny/1/log.jsonl", NULL);
    words_of(log, words);
    CU_ASSERT_STRING_EQUAL(words, "start0 phase0 epoch1 break1 start1 phase1 epoch2 break2 start2 phase2 epoch3 end3 "
                                  "concluded-1 ");
    json_t *first = event_of(log, 0), *epoch = event_of(log, 2), *stop = event_of(log, 3), *end = event_of(log, 11);
    CU_ASSERT(json_is_true(json_object_get(first, "new")));
    CU_ASSERT_STRING_EQUAL(text_of(first, "run"), "runs/tiny/1");
    CU_ASSERT(json_is_true(json_object_get(epoch, "best")));
    CU_ASSERT_EQUAL(number_of(epoch, "epochs"), 3);
    CU_ASSERT(json_is_real(json_object_get(epoch, "validation_loss")));
    CU_ASSERT_STRING_EQUAL(text_of(stop, "why"), "signal");
    CU_ASSERT_EQUAL(number_of(stop, "position"), 8);
    CU_ASSERT(number_of(end, "best_epoch") >= 1);
    json_decref(first), json_decref(epoch), json_decref(stop), json_decref(end);
    free(log);
    tiny_leave();
}

/* A training that gets no better: its schedule lowers the rate, and at last it stops. */
static void what_acts(void)
{
    static Program program;
    static JobTrain phase;
    char words[512];
    tiny_enter();
    program = tiny_program;
    phase = tiny_program.job.train;
    phase.rate = 1e-30;
    phase.epochs = 9;
    phase.schedule = (JobSchedule){ .kind = SCHEDULE_PLATEAU, .factor = 0.5, .patience = 1 };
    phase.stop = (JobStop){ .patience = 3 };
    program.job.train = phase;
    program.job.phase = &phase;
    tiny_now = &program;
    TinyRun run = tiny_run("train");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nno better for 1 epoch: the rate falls to 5e-31\n"));
    char *log = tiny_read("runs/tiny/1/log.jsonl", NULL);
    words_of(log, words);
    CU_ASSERT_STRING_EQUAL(words, "start0 phase0 epoch1 epoch2 plateau2 epoch3 plateau3 epoch4 stop4 end4 concluded-1 ");
    json_t *drop = event_of(log, 6);
    CU_ASSERT_DOUBLE_EQUAL(json_number_value(json_object_get(drop, "rate")), 2.5e-31, 1e-36);
    json_decref(drop);
    free(log);
    tiny_free(&run);
    tiny_leave();
}

/* What is printed is what the log holds, and nothing else. */
static void json_lines(void)
{
    tiny_enter();
    TinyRun run = tiny_run("train --json");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT(holds("runs/tiny/1/log.jsonl", run.out));
    CU_ASSERT_STRING_EQUAL(run.err, "");
    tiny_free(&run);
    tiny_leave();
}

/* ---- runs with a name ---- */

static void expect_out(const char *line, int code, const char *begins)
{
    TinyRun run = tiny_run(line);
    CU_ASSERT_EQUAL(run.code, code);
    if (strncmp(run.code ? run.err : run.out, begins, strlen(begins))) {
        printf("\n%s: %s%s", line, run.out, run.err);
        CU_FAIL("said something else");
    }
    tiny_free(&run);
}

static void named_runs(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    expect_out("train --run big --epochs 1", 0, "runs/tiny/big: a new run");
    expect_out("train --run big --epochs 2", 0, "runs/tiny/big: goes on with epoch 2 of 2\n");
    expect_out("train --run big --epochs 2", 0, "runs/tiny/big: finished after epoch 2; `tiny train --epochs 4 "
               "--run big` goes on\n");
    /* it is the newest, until there is another */
    TinyRun run = tiny_run("evaluate");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "weights of runs/tiny/big/best.safetensors"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("train --new --epochs 1"), 0);
    CU_ASSERT(tiny_exists("runs/tiny/2/best.safetensors"));
    run = tiny_run("evaluate");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "weights of runs/tiny/2/best.safetensors"));
    tiny_free(&run);
    run = tiny_run("evaluate --run big");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "weights of runs/tiny/big/best.safetensors"));
    tiny_free(&run);
    run = tiny_run("evaluate --run 1");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "weights of runs/tiny/1/best.safetensors"));
    tiny_free(&run);
    tiny_leave();
}

/* Who names an older run need not be told that another is newer. */
static void an_older_run_by_its_name(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --run a --epochs 1"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --new --epochs 1"), 0);
    TinyRun run = tiny_run("train --run a --epochs 2");
    CU_ASSERT_PTR_EQUAL(strstr(run.out, "runs/tiny/a: goes on with epoch 2 of 2\nepoch 2/2"), run.out);
    tiny_free(&run);
    tiny_leave();
}

static void names_that_do_not_do(void)
{
    static Program other;
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --run a --epochs 1"), 0);
    expect_out("train --run a --new", EXIT_WORLD, "tiny: runs/tiny/a is a run already, which `tiny train --run a` goes on");
    expect_out("train --run a --seed 7", EXIT_WORLD, "tiny: runs/tiny/a is a run already");
    expect_out("evaluate --run b", EXIT_WORLD, "tiny: there is no run runs/tiny/b with a finished epoch; `tiny runs` "
               "lists what there is\n");
    expect_out("runs", 0, "run  state");
    expect_out("evaluate --run a --weights w", EXIT_USAGE, "tiny: --run takes that run's weights");
    expect_out("train --run ../a", EXIT_USAGE, "tiny: --run takes a name of letters");
    expect_out("train --run .a", EXIT_USAGE, "tiny: --run takes a name of letters");
    expect_out("train --run=", EXIT_USAGE, "tiny: --run takes a name of letters");
    other = tiny_program;
    other.hash = "fedcba9876543210";
    tiny_now = &other;
    expect_out("train --run a", EXIT_WORLD, "tiny: runs/tiny/a is a run of another version of the card");
    expect_out("predict --run a data/dark.1.png", EXIT_WORLD, "tiny: runs/tiny/a is of another version of this card");
    tiny_leave();
}

/* A hint names the run that it is about; a folder in which no run has begun may be taken. */
static void a_named_run_that_was_stopped(void)
{
    tiny_enter();
    mkdir("runs", 0777);
    mkdir("runs/tiny", 0777);
    mkdir("runs/tiny/a", 0777);
    tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGTERM };
    expect_out("train --run a", EXIT_INTERRUPTED, "tiny: stopped in epoch 2 and saved; `tiny train --run a` goes on\n");
    tiny_mischief = (TinyMischief){ 0 };
    expect_out("train", 0, "runs/tiny/a: goes on in epoch 2 of 3 after 8 images\n");
    tiny_leave();
}

void suite_record(void);
void suite_record(void)
{
    CU_pSuite suite = CU_add_suite("trainer: a run's folder", NULL, NULL);
    CU_add_test(suite, "run.json and card/ tell what the run is", what_the_run_is);
    CU_add_test(suite, "a program holds its card", a_program_holds_its_card);
    CU_add_test(suite, "each start is told", each_start);
    CU_add_test(suite, "a run without run.json", a_run_without_its_record);
    CU_add_test(suite, "damaged.txt names the damaged", damaged_files);
    CU_add_test(suite, "log.jsonl tells what happened", what_happened);
    CU_add_test(suite, "plateau and stop are told", what_acts);
    CU_add_test(suite, "--json prints it", json_lines);
    CU_add_test(suite, "runs with a name", named_runs);
    CU_add_test(suite, "an older run by its name", an_older_run_by_its_name);
    CU_add_test(suite, "names that do not do", names_that_do_not_do);
    CU_add_test(suite, "a named run that was stopped", a_named_run_that_was_stopped);
}
