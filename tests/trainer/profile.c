/* profile.c - what `profile` prints, that its numbers add up, and that it leaves nothing behind. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/commands/profile.h"
#include "runtime/system/fault.h"
#include "tests/trainer/tiny.h"

/* "#" in a form is any number. */
static bool has_line(const char *text, const char *form)
{
    char pattern[1024] = "(^|\n)", *to = pattern + strlen(pattern);
    for (; *form; form++)
        if (*form == '#')
            to = stpcpy(to, "-?[0-9]+(\\.[0-9]+)?");
        else if (*form == ' ')
            to = stpcpy(to, form[1] == ' ' ? "" : " +");
        else {
            if (strchr(".*+?()[]{}|^$\\", *form))
                *to++ = '\\';
            *to++ = *form;
        }
    strcpy(to, "(\n|$)");
    regex_t expression;
    CU_ASSERT_EQUAL_FATAL(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool has = !regexec(&expression, text, 0, NULL, 0);
    regfree(&expression);
    if (!has)
        printf("\nno line '%s' in\n%s\n", pattern, text);
    return has;
}

static void leaves_nothing(void)
{
    CU_ASSERT_FALSE(tiny_exists("runs"));
    CU_ASSERT_EQUAL(system("test \"$(ls)\" = \"$(printf 'data\\nerr\\nout')\""), 0);
}

static void a_row_for_each_direction(void)
{
    tiny_enter();
    TinyRun run = tiny_run("profile --threads 2 --steps 6");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_STRING_EQUAL(run.err, "");
    CU_ASSERT(has_line(run.out, "training: 4 images a step, 2 threads; the faster half of 6 steps"));
    CU_ASSERT(has_line(run.out, "layer direction ms/step share GFLOP/s of peak done MB GB/s"));
    CU_ASSERT(has_line(run.out, "dense1 forward # # % # # % # % # #"));
    CU_ASSERT(has_line(run.out, "dense1 gradient, update # # % # # % # % # #"));
    CU_ASSERT(has_line(run.out, "in no call # # %"));
    CU_ASSERT(has_line(run.out, "total # 100.0 % # # % # % # #"));
    CU_ASSERT(has_line(run.out, "# img/s in bare steps; # img/s with the loader at work beside them, "
                                "waiting for pictures # % of the time"));
    CU_ASSERT(has_line(run.out, "at most, measured: # GFLOP/s by the vectors of test, # GB/s from and to "
                                "memory"));
    tiny_free(&run);
    leaves_nothing();
    tiny_leave();
}

static void a_row_for_each_call(void)
{
    tiny_enter();
    TinyRun run = tiny_run("profile --calls --steps 1 --batch 3 --threads 1");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT(has_line(run.out, "training: 3 images a step, 1 thread; one step"));
    CU_ASSERT(has_line(run.out, "dense1_forward forward # # % # # % # % # #"));
    CU_ASSERT(has_line(run.out, "dense1_update gradient, update # # % # # % # % # #"));
    tiny_free(&run);
    leaves_nothing();
    tiny_leave();
}

/* Of noise there is no loading to measure, and no data is looked for. */
static void noise_needs_no_data(void)
{
    tiny_enter();
    TinyRun run = tiny_run("profile --random --answers --steps 2 --data nowhere");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, ", noise instead of pictures; the faster half of 2 steps\n"));
    CU_ASSERT_PTR_EQUAL(strstr(run.out, "predicting: 4 images a step"), run.out);
    CU_ASSERT_PTR_NULL(strstr(run.out, "update"));
    CU_ASSERT(has_line(run.out, "# img/s in bare steps"));
    tiny_free(&run);
    CU_ASSERT_EQUAL(tiny_code("profile --data nowhere"), EXIT_MISTAKE);
    CU_ASSERT_EQUAL(tiny_code("profile --random --weights nowhere"), EXIT_WORLD);
    leaves_nothing();
    tiny_leave();
}

static void options_are_those_of_the_command(void)
{
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("profile --epochs 3"), EXIT_USAGE);
    CU_ASSERT_EQUAL(tiny_code("profile --steps 0"), EXIT_USAGE);
    CU_ASSERT_EQUAL(tiny_code("profile data"), EXIT_USAGE);
    CU_ASSERT_EQUAL(tiny_code("train --random"), EXIT_USAGE);
    leaves_nothing();
    tiny_leave();
}

/* ---- from numbers that are known ---- */

/* 8 steps of 4 images in 80 ms, two threads; 20 multiply-adds a microsecond at most. */
static const double seconds[] = { 96e-3, 32e-3 };
static const Profile known = {
    .program = &tiny_program, .use = &tiny_program.train, .threads = 2, .batch = 4, .steps = 16,
    .machine = { .multiply_adds = 20e6, .bytes = 4e9 }, .call = seconds,
    .bare = { .steps = 8, .images = 32, .seconds = 80e-3 },
    .whole = { .steps = 5, .images = 20, .seconds = 100e-3, .waiting = 25e-3 },
};

static char *printed(bool json)
{
    fflush(NULL);
    pid_t child = fork();
    if (!child) {
        if (!freopen("out", "w", stdout))
            _exit(1);
        json ? profile_print_json(&known) : profile_print(&known, false);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return tiny_read("out", NULL);
}

/* dense1 forward: 96 ms of 2 threads in 8 steps are 6 ms a step; 4 x 48 multiply-adds in them are 32,000 a
 * second, of 20 million; 4 x 100 + 1000 bytes. */
static void the_table(void)
{
    static const char want[] =
        "training: 4 images a step, 2 threads; the faster half of 16 steps\n\n"
        "layer       direction           ms/step    share   GFLOP/s   of peak      done         MB    GB/s\n"
        "dense1      forward               6.000   60.0 %       0.0     0.2 %     0.2 %       0.00     0.0\n"
        "dense1      gradient, update      2.000   20.0 %       0.0     0.5 %     0.1 %       0.00     0.0\n"
        "in no call                        2.000   20.0 %\n"
        "total                            10.000  100.0 %       0.0     0.2 %     0.1 %       0.00     0.0\n\n"
        "400 img/s in bare steps; 200 img/s with the loader at work beside them, waiting for pictures 25.0 % of "
        "the time\n"
        "at most, measured: 0.0 GFLOP/s by the vectors of test, 4.0 GB/s from and to memory\n\n";
    tiny_enter();
    char *text = printed(false);
    CU_ASSERT(!strncmp(text, want, sizeof want - 1));
    if (strncmp(text, want, sizeof want - 1))
        printf("\n%s", text);
    free(text);
    tiny_leave();
}

static void the_line_of_json(void)
{
    tiny_enter();
    char *text = printed(true);
    CU_ASSERT_STRING_EQUAL(text,
        "{\"card\":\"tiny.net\",\"target\":\"test\",\"measured\":\"training\",\"random\":false,\"threads\":2,"
        "\"batch\":4,\"steps\":8,\"of_steps\":16,\"peak_gflops\":0.04,\"memory_gb_per_second\":4.0,\"ms\":10.0,"
        "\"in_no_call_ms\":2.0,\"step_images_per_second\":400.0,\"images_per_second\":200.0,\"waiting\":0.25,"
        "\"layers\":["
        "{\"layer\":\"dense1\",\"direction\":\"forward\",\"ms\":6.0,\"share\":0.6,\"gflops\":6.4e-5,"
        "\"of_peak\":0.0016,\"done_of_peak\":0.0016,\"mb\":0.0014},"
        "{\"layer\":\"dense1\",\"direction\":\"gradient, update\",\"ms\":2.0,\"share\":0.2,\"gflops\":0.000192,"
        "\"of_peak\":0.0048,\"done_of_peak\":0.0012,\"mb\":0.0006}],"
        "\"calls\":["
        "{\"name\":\"dense1_forward\",\"layer\":\"dense1\",\"direction\":\"forward\",\"ms\":6.0,\"share\":0.6,"
        "\"gflops\":6.4e-5,\"of_peak\":0.0016,\"done_of_peak\":0.0016,\"mb\":0.0014},"
        "{\"name\":\"dense1_update\",\"layer\":\"dense1\",\"direction\":\"gradient, update\",\"ms\":2.0,\"share\":0.2,"
        "\"gflops\":0.000192,\"of_peak\":0.0048,\"done_of_peak\":0.0012,\"mb\":0.0006}]}\n");
    free(text);
    tiny_leave();
}

/* ---- from the command ---- */

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    CU_ASSERT_TRUE(json_is_number(value));
    return json_number_value(value);
}

static void json_of_a_measure(void)
{
    tiny_enter();
    TinyRun run = tiny_run("profile --json --steps 20 --threads 2 --cache 0");
    CU_ASSERT_EQUAL(run.code, 0);
    json_error_t error;
    json_t *line = json_loads(run.out, 0, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    double ms = number(line, "ms"), sum = number(line, "in_no_call_ms");
    CU_ASSERT(sum > 0 && sum < ms);
    for (size_t i = 0; i < 2; i++) {
        double call = number(json_array_get(json_object_get(line, "calls"), i), "ms");
        CU_ASSERT(call > 0 && call < ms);
        sum += call;
    }
    CU_ASSERT(fabs(sum - ms) <= 1e-4 * ms);
    CU_ASSERT(number(line, "images_per_second") > 0);
    CU_ASSERT(number(line, "waiting") >= 0 && number(line, "waiting") < 1);
    CU_ASSERT_EQUAL(number(line, "of_steps"), 20);
    CU_ASSERT_EQUAL(number(line, "steps"), 10);
    json_decref(line);
    tiny_free(&run);
    leaves_nothing();
    tiny_leave();
}

void suite_profile(void);
void suite_profile(void)
{
    CU_Suite *suite = CU_add_suite("trainer: profile", NULL, NULL);
    CU_add_test(suite, "a row for each direction", a_row_for_each_direction);
    CU_add_test(suite, "a row for each call", a_row_for_each_call);
    CU_add_test(suite, "noise needs no data", noise_needs_no_data);
    CU_add_test(suite, "options are those of the command", options_are_those_of_the_command);
    CU_add_test(suite, "the table", the_table);
    CU_add_test(suite, "the line of JSON", the_line_of_json);
    CU_add_test(suite, "JSON of a measure", json_of_a_measure);
}
