/* compare.c - `runs` tells of each run what its files say, compares them, and draws their curves. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "tests/trainer/screen.h"
#include "tests/trainer/tiny.h"

/* The line of the table that tells of a run, up to its end; NULL: there is none. */
static const char *line_of(const char *text, const char *name)
{
    static char line[512];
    size_t length = strlen(name);
    for (const char *at = text; at && *at && *at != '\n'; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (!strncmp(at, name, length) && at[length] == ' ') {
            snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
            return line;
        }
    return NULL;
}

static bool says(const char *text, const char *name, const char *part)
{
    const char *line = line_of(text, name);
    return line && strstr(line, part);
}

/* The best epoch of a run and its validation loss, from what training said of it. */
static int best_epoch(const char *line, char loss[32])
{
    TinyRun run = tiny_run(line);
    int epoch = 0;
    double value = 0;
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_EQUAL(sscanf(run.out, "best: epoch %d, validation loss %lf", &epoch, &value), 2);
    snprintf(loss, 32, "%.4f", value);
    loss[5] = '\0';             /* the table's number begins so, if it is not just below a rounding */
    tiny_free(&run);
    return epoch;
}

static void a_table(void)
{
    char loss[2][32], epoch[64];
    tiny_enter();
    best_epoch("train --quiet", loss[0]);
    int best = best_epoch("train --quiet --run big --epochs 40 --seed 7 --rate 0.09", loss[1]);
    TinyRun run = tiny_run("runs");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_EQUAL(strstr(run.out, "run  state     started"), run.out);
    CU_ASSERT(strstr(run.out, "\nbig ") < strstr(run.out, "\n1 "));         /* the newest first */
    snprintf(epoch, sizeof epoch, "40/40  %4d  ", best);
    CU_ASSERT(says(run.out, "big", "finished  20") && says(run.out, "big", epoch) && says(run.out, "1", " 3/3 "));
    CU_ASSERT(says(run.out, "big", loss[1]) && says(run.out, "1", loss[0]));
    CU_ASSERT(strchr(line_of(run.out, "big"), '*') != NULL);                /* forty epochs are better than three */
    CU_ASSERT(says(run.out, "big", "#") && says(run.out, "big", "___") && !says(run.out, "1", "_"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nWhat differs:\nbig  epochs 40; seed 7; --rate 0.09\n1    epochs 3; seed 1\n"));
    for (const char *c = run.out; *c; c++)
        CU_ASSERT((unsigned char)*c < 0x80);
    TinyRun one = tiny_run("runs 1"), unknown = tiny_run("runs 1 2");
    CU_ASSERT(line_of(one.out, "1") && !line_of(one.out, "big") && !strchr(one.out, '*') && !strstr(one.out, "differs"));
    CU_ASSERT_EQUAL(unknown.code, EXIT_WORLD);
    CU_ASSERT_STRING_EQUAL(unknown.err, "tiny: runs/tiny holds no run '2'; `tiny runs` lists what there is\n");
    tiny_free(&run), tiny_free(&one), tiny_free(&unknown);
    tiny_leave();
}

/* ---- what differs ---- */

/* Of runs of that card, what is told to differ. */
static void train_card(const char *name, const char *card)
{
    static Program program;
    char line[64];
    CardText text[] = { { "tiny.net", card }, { NULL, NULL } };
    program = tiny_program;
    program.text = text;
    tiny_now = &program;
    snprintf(line, sizeof line, "train --quiet --epochs 1 --run %s", name);
    CU_ASSERT_EQUAL(tiny_code(line), 0);
    tiny_now = &tiny_program;
}

static void expect_difference(const char *runs, const char *expected)
{
    char line[64];
    snprintf(line, sizeof line, "runs %s", runs);
    TinyRun run = tiny_run(line);
    const char *said = strstr(run.out, "\n\n");
    if (!said || strcmp(said + 2, expected)) {
        printf("\n%s: %s", line, run.out);
        CU_FAIL("another difference");
    }
    tiny_free(&run);
}

static void what_differs(void)
{
    tiny_enter();
    train_card("a", "network tiny  # first\ntrain {\n    optimizer sgd   rate=0.1\n    epochs 1\n}\n");
    train_card("b", "network tiny\n\n\ntrain {\n\toptimizer sgd rate=0.1 # the same\n    epochs 1\n}");
    train_card("c", "network tiny\ntrain {\n    optimizer adam \"#\"\n    optimizer adam \"#\"\n    epochs 1\n}\n");
    train_card("d", "train {\n    epochs 1\n    optimizer sgd rate=0.1\n}\nnetwork tiny\n");
    train_card("e --rate 1e-1", "network tiny\ntrain {\n    optimizer sgd rate=0.1\n    epochs 1\n}\n");
    expect_difference("a e", "Nothing differs: they have the same card, options and machine.\n");
    expect_difference("a b", "Nothing differs: they have the same card, options and machine.\n");
    expect_difference("a c", "What differs:\nc  optimizer adam \"#\"\na  optimizer sgd rate=0.1\n");
    expect_difference("a d", "What differs:\nd \na \nthe order of the card's lines\n");
    tiny_leave();
}

/* ---- states ---- */

static void states(void)
{
    tiny_enter();
    TinyRun none = tiny_run("runs");
    CU_ASSERT_STRING_EQUAL(none.out, "runs/tiny holds no run yet; `tiny train` begins one\n");
    tiny_free(&none);
    tiny_mischief = (TinyMischief){ .signal_at = 12, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train --quiet"), EXIT_INTERRUPTED);
    tiny_mischief = (TinyMischief){ .signal_at = 12, .signal = SIGKILL };
    CU_ASSERT_EQUAL(tiny_code("train --new --quiet"), 128 + SIGKILL);
    tiny_mischief = (TinyMischief){ 0 };
    CU_ASSERT_EQUAL(tiny_code("train --new --quiet --epochs 1"), 0);
    FILE *folder = fopen("runs/tiny/3", "r");
    CU_ASSERT_EQUAL(flock(fileno(folder), LOCK_EX), 0);
    TinyRun run = tiny_run("runs");
    CU_ASSERT(says(run.out, "1", " stopped ") && says(run.out, "1", " 2/3 "));
    CU_ASSERT(says(run.out, "2", " killed ") && says(run.out, "2", " 2/3 "));
    CU_ASSERT(says(run.out, "3", " running ") && says(run.out, "3", " 1/1 "));
    fclose(folder);
    tiny_free(&run);
    tiny_leave();
}

/* What a run's files lack is left out. */
static void files_that_are_missing(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --quiet"), 0);
    FILE *torn = fopen("runs/tiny/1/results.csv", "a");
    fputs("4,0.1", torn);
    fclose(torn);
    torn = fopen("runs/tiny/1/log.jsonl", "a");
    fputs("{\"event\":\"start\"", torn);
    fclose(torn);
    TinyRun run = tiny_run("runs");
    CU_ASSERT(says(run.out, "1", " finished ") && says(run.out, "1", " 3/3 "));
    tiny_free(&run);
    unlink("runs/tiny/1/log.jsonl");
    unlink("runs/tiny/1/run.json");
    unlink("runs/tiny/1/results.csv");
    run = tiny_run("runs");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT(says(run.out, "1", "1    killed  -        0:00       0     -"));
    tiny_free(&run);
    tiny_leave();
}

/* A run that is broken keeps nobody from the others, but who asks for it is told. */
static void a_broken_record(void)
{
    static const char warning[] = "tiny: warning: cannot read runs/tiny/T/run.json: line 1: string or '}' expected near end of file; "
                                  "goes on without this run\n",
                      broken[] = "tiny: cannot read runs/tiny/T/run.json: line 1: string or '}' expected near end of file\n";
    static const char *const others[] = { "runs", "predict data/dark.1.png", "train --new --epochs 1" },
                      *const meant[] = { "runs T", "predict --run T data/dark.1.png", "train --run T" };
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --quiet --epochs 1"), 0);
    mkdir("runs/tiny/T", 0777);
    FILE *file = fopen("runs/tiny/T/run.json", "w");
    fputs("{", file);
    fclose(file);
    for (int i = 0; i < 3; i++) {
        TinyRun other = tiny_run(others[i]), own = tiny_run(meant[i]);
        CU_ASSERT_EQUAL(other.code, 0);
        const char *told = strstr(other.err, warning);
        CU_ASSERT(told && !strstr(told + 1, warning));
        CU_ASSERT_EQUAL(own.code, EXIT_WORLD);
        CU_ASSERT_STRING_EQUAL(own.err, broken);
        tiny_free(&other), tiny_free(&own);
    }
    tiny_leave();
}

/* One with a name uses up no number, and yet stands in its place among the newest. */
static void numbers_and_names(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --quiet --epochs 1"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --quiet --epochs 1 --run hello"), 0);
    TinyRun run = tiny_run("predict data/dark.1.png");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "weights of runs/tiny/hello/best.safetensors"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("train --quiet --epochs 1 --new"), 0);
    CU_ASSERT(tiny_exists("runs/tiny/2/run.json") && !tiny_exists("runs/tiny/3"));
    run = tiny_run("predict data/dark.1.png");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "weights of runs/tiny/2/best.safetensors"));
    tiny_free(&run);
    run = tiny_run("runs");
    const char *newest = strstr(run.out, "\n2 "), *named = strstr(run.out, "\nhello "), *oldest = strstr(run.out, "\n1 ");
    CU_ASSERT(newest && named && oldest && newest < named && named < oldest);
    tiny_free(&run);
    tiny_leave();
}

/* ---- for programs, and for eyes ---- */

static void json_lines(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --quiet"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --quiet --new --epochs 1 --seed 3"), 0);
    TinyRun run = tiny_run("runs --json");
    const char *second = strchr(run.out, '\n') + 1;
    json_t *two = json_loads(run.out, JSON_DISABLE_EOF_CHECK, NULL), *one = json_loads(second, 0, NULL);
    CU_ASSERT_FATAL(one && two);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(one, "run")), "1");
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(one, "epochs")), 3);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(two, "state")), "finished");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(json_object_get(two, "differs"), 1)), "seed 3");
    const json_t *curve = json_object_get(json_object_get(one, "curves"), "validation_loss");
    const json_t *best = json_object_get(one, "best");
    CU_ASSERT_EQUAL(json_array_size(curve), 3);
    size_t epoch = (size_t)json_integer_value(json_object_get(best, "epoch"));
    CU_ASSERT(epoch >= 1 && json_equal(json_array_get(curve, epoch - 1), json_object_get(best, "validation_loss")));
    json_decref(one);
    json_decref(two);
    tiny_free(&run);
    tiny_leave();
}

static void list(void *context)
{
    char *word[] = { "tiny", "runs", context, NULL };
    exit(trainer_main(&tiny_program, context ? 3 : 2, word));
}

static void blocks_on_a_terminal(void)
{
    int code;
    const TerminalKind utf8 = { 120, 24, "xterm", "C.UTF-8", false }, plain = { 120, 24, "xterm", "C", false };
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --quiet --epochs 9"), 0);
    char *drawn = screen_run(&utf8, list, NULL, &code), *spelt = screen_run(&plain, list, NULL, &code);
    CU_ASSERT(strstr(drawn, "█") && strstr(drawn, "▁") && !strchr(drawn, '#'));
    CU_ASSERT(!strstr(spelt, "█") && strchr(spelt, '#'));
    free(drawn);
    free(spelt);
    tiny_leave();
}

/* The widest line of the table, up to what differs. */
static size_t widest(const char *text)
{
    size_t width = 0;
    for (const char *at = text; *at && *at != '\r' && *at != '\n'; at += strcspn(at, "\n") + 1)
        width = strcspn(at, "\r\n") > width ? strcspn(at, "\r\n") : width;
    return width;
}

static void narrow_terminals(void)
{
    int code;
    const TerminalKind usual = { 80, 24, "xterm", "C", false }, plain = { 120, 24, "xterm", "C", false };
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --quiet --epochs 1 --run sweep1-rate=0.001-width=32"), 0);
    CU_ASSERT_EQUAL(tiny_code("train --quiet --epochs 1"), 0);
    TinyRun whole = tiny_run("runs"), sweep = tiny_run("runs sweep1"), none = tiny_run("runs sweep");
    CU_ASSERT(widest(whole.out) > 120 && line_of(whole.out, "1"));
    CU_ASSERT(line_of(sweep.out, "sweep1-rate=0.001-width=32") && !line_of(sweep.out, "1"));
    CU_ASSERT_EQUAL(none.code, EXIT_WORLD);
    char *first = screen_run(&usual, list, "1", &code), *both = screen_run(&usual, list, NULL, &code),
         *wide = screen_run(&plain, list, "1", &code);
    CU_ASSERT(widest(first) <= 80 && !strstr(first, ", ") && !strstr(first, "started"));
    CU_ASSERT(widest(wide) > 80 && widest(wide) <= 120 && strstr(wide, "started"));
    CU_ASSERT(widest(both) <= 80 && !strstr(both, "started") && strstr(both, "width=32  finished"));
    CU_ASSERT(strstr(both, "...") && strstr(both, "validation_accuracy"));
    free(first), free(both), free(wide);
    tiny_free(&whole), tiny_free(&sweep), tiny_free(&none);
    tiny_leave();
}

void suite_compare(void);
void suite_compare(void)
{
    CU_pSuite suite = CU_add_suite("trainer: runs beside each other", NULL, NULL);
    CU_add_test(suite, "a table", a_table);
    CU_add_test(suite, "what differs", what_differs);
    CU_add_test(suite, "states", states);
    CU_add_test(suite, "files that are missing", files_that_are_missing);
    CU_add_test(suite, "a broken record", a_broken_record);
    CU_add_test(suite, "numbers and names", numbers_and_names);
    CU_add_test(suite, "lines of JSON", json_lines);
    CU_add_test(suite, "narrow terminals", narrow_terminals);
    CU_add_test(suite, "blocks on a terminal", blocks_on_a_terminal);
}
