/* range_test.c - what a range test reads from a curve that is known, where it ends, and what the command `rate` says
 * and leaves behind. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/show/text_plot.h"
#include "runtime/system/fault.h"
#include "runtime/training/range_test.h"
#include "tests/support/dom.h"
#include "tests/trainer/tiny.h"

void suite_range_test(void);

/* Falls from 2 by 1 in the decade about 1e-3, is lowest at 1e-2, then rises by 10 in each decade. */
static double valley(double rate)
{
    double decades = log10(rate) + 3;
    return 2 - 1 / (1 + exp(-8 * decades)) + (decades > 1 ? 10 * (decades - 1) : 0);
}

static RangeCurve curve_of(int steps, double loss(double rate))
{
    RangeCurve curve = range_open(steps);
    while (range_add(&curve, loss(range_next(&curve))))
        ;
    return curve;
}

static void rates_grow_evenly(void)
{
    RangeCurve curve = range_open(8);
    for (int i = 0; i < 8; i++) {
        CU_ASSERT_DOUBLE_EQUAL(range_next(&curve), pow(10, i - 6), 1e-12 * pow(10, i - 6));
        CU_ASSERT_EQUAL(range_add(&curve, 1), i < 7);
    }
    CU_ASSERT_EQUAL(curve.points, 8);
    CU_ASSERT_FALSE(curve.diverged);
    range_close(&curve);
}

static void a_valley_is_read(void)
{
    for (int steps = 70; steps <= 700; steps *= 10) {
        RangeCurve curve = curve_of(steps, valley);
        RangeVerdict verdict = range_judge(&curve);
        CU_ASSERT_TRUE(curve.diverged);
        CU_ASSERT_TRUE(curve.rate[curve.points - 1] < 0.2);     /* it need not go to 10 */
        CU_ASSERT_TRUE(verdict.suggested > 0.8e-3 && verdict.suggested < 1.25e-3);
        CU_ASSERT_TRUE(verdict.below_lowest > 0.25e-3 && verdict.below_lowest < 1.1e-3);
        CU_ASSERT_TRUE(verdict.fall > 0.45 && verdict.fall < 0.5);
        range_close(&curve);
    }
}

/* About 1, now above and now below. */
static double chance(double rate)
{
    return 1 + 0.05 * sin(1e9 * fmod(log(rate), 1e-3));
}

static double chance_and_fall(double rate)
{
    return chance(rate) - 0.03 / (1 + exp(-6 * (log10(rate) + 2)));
}

static void chance_suggests_nothing(void)
{
    RangeCurve curve = curve_of(200, chance);
    CU_ASSERT_TRUE(isnan(range_judge(&curve).suggested));
    CU_ASSERT_EQUAL(curve.points, 200);
    range_close(&curve);
    curve = curve_of(800, chance_and_fall);     /* a small fall is told from it, given time */
    RangeVerdict verdict = range_judge(&curve);
    CU_ASSERT_TRUE(verdict.suggested > 3e-3 && verdict.suggested < 3e-2);
    CU_ASSERT_TRUE(verdict.fall > 0.02 && verdict.fall < 0.04);
    range_close(&curve);
}

/* Sums of these are rounded, now up and now down. */
static double constant(double rate)
{
    (void)rate;
    return 0.69314718;
}

static void rounding_suggests_nothing(void)
{
    for (int steps = 10; steps <= 200; steps++) {
        RangeCurve curve = curve_of(steps, constant);
        CU_ASSERT_TRUE(isnan(range_judge(&curve).suggested));
        range_close(&curve);
    }
}

static double broken(double rate)
{
    return rate < 1e-3 ? 1 : NAN;
}

static double exploding(double rate)
{
    return rate < 1e-4 ? 1 : 1e6;
}

static void divergence_ends_it(void)
{
    RangeCurve curve = curve_of(70, broken), at_once = range_open(70);
    CU_ASSERT_TRUE(curve.diverged);
    CU_ASSERT_EQUAL(curve.points, 30);
    CU_ASSERT_TRUE(isnan(range_judge(&curve).suggested));
    range_close(&curve);
    curve = curve_of(70, exploding);
    CU_ASSERT_TRUE(curve.diverged);
    CU_ASSERT_EQUAL(curve.points, 21);
    range_close(&curve);
    CU_ASSERT_FALSE(range_add(&at_once, INFINITY));
    CU_ASSERT_TRUE(isnan(range_judge(&at_once).suggested));
    range_close(&at_once);
}

/* ---- the plot ---- */

static void a_line_is_plotted(void)
{
    double y[61];
    char *text;
    size_t length;
    for (int i = 0; i <= 60; i++)
        y[i] = i < 60 ? 60 - i : 1e30;          /* what lies outside is not drawn */
    FILE *out = open_memstream(&text, &length);
    setenv("LC_ALL", "C", 1);
    text_plot(out, &(TextPlot){ .y = y, .points = 61, .span = 61, .low = 0, .high = 60, .ticks = 2,
                                .tick = (const char *const[]){ "left", "right" }, .mark = 30 });
    fclose(out);
    unsetenv("LC_ALL");
    char *line = text;
    int row = 0;
    for (char *end; row < 12 && (end = strchr(line, '\n')); line = end + 1, row++) {
        char *first = strchr(line, '*');
        CU_ASSERT_PTR_NOT_NULL_FATAL(first);
        CU_ASSERT(first < end && labs(first - line - 12 - row * 5) <= 1);       /* down to the right */
    }
    CU_ASSERT_PTR_EQUAL(strstr(text, "        60 |*"), text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n         0 |"));
    CU_ASSERT_STRING_EQUAL(line, "            left                                                   right\n"
                                 "                                         ^\n");
    free(text);
}

/* ---- the command ---- */

static json_t *run_json(const char *line, int code)
{
    TinyRun run = tiny_run(line);
    json_t *json = json_loads(run.out, 0, NULL);
    CU_ASSERT_EQUAL(run.code, code);
    CU_ASSERT_STRING_EQUAL(run.err, "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    tiny_free(&run);
    return json;
}

static double number(const json_t *json, const char *key)
{
    return json_number_value(json_object_get(json, key));
}

static void the_command_suggests(void)
{
    tiny_enter();
    json_t *json = run_json("rate --json", 0);
    const json_t *rate = json_object_get(json, "rate"), *loss = json_object_get(json, "loss");
    double suggested = number(json, "suggested");
    CU_ASSERT_TRUE(suggested > 1e-3 && suggested < 1);
    CU_ASSERT_TRUE(number(json, "fall") > 0.02 && number(json, "fall") < 1);
    CU_ASSERT_TRUE(json_is_false(json_object_get(json, "doubtful")));
    CU_ASSERT_EQUAL(json_array_size(rate), (size_t)number(json, "steps"));
    CU_ASSERT_EQUAL(json_array_size(loss), json_array_size(rate));
    CU_ASSERT_DOUBLE_EQUAL(json_number_value(json_array_get(rate, 0)), 1e-6, 1e-12);
    json_t *again = run_json("rate --json --threads 3 --cache 0", 0);
    CU_ASSERT_TRUE(json_equal(json, again));    /* the same at any number of threads */
    json_decref(again);
    json_decref(json);
    CU_ASSERT_FALSE(tiny_exists("runs"));
    CU_ASSERT_FALSE(tiny_exists("tiny-rate.html"));
    TinyRun text = tiny_run("rate --seed 2");
    CU_ASSERT_EQUAL(text.code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text.out, "\nsuggested: rate=0."));
    CU_ASSERT_PTR_NOT_NULL(strstr(text.out, "; the card says 0.1, and another rule "));
    tiny_free(&text);
    tiny_leave();
}

static int times(const char *text, const char *word)
{
    int count = 0;
    while ((text = strstr(text, word))) {
        text += strlen(word);
        count++;
    }
    return count;
}

/* The page says the same, and has a dot for each step, and one line without a gap through all. */
static void the_command_writes_a_page(void)
{
    const char *why = "there is no file";
    Arena *arena = arena_open();
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("rate --steps 70"), 0);
    char *text = tiny_read("tiny-rate.html", NULL);
    Node *page = text ? dom_read(arena, text, &why) : NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    CU_ASSERT_TRUE(dom_stands_alone(page));
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, page), "Suggested: rate=0."));
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, page), "the card says 0.1, and another rule "));
    const char *note = strstr(text, " steps of 4 images");
    CU_ASSERT_PTR_NOT_NULL_FATAL(note);
    while (note[-1] >= '0' && note[-1] <= '9')
        note--;
    CU_ASSERT_EQUAL(times(text, "class=\"cloud\""), atoi(note));
    CU_ASSERT_EQUAL(times(text, "<path"), 1);
    CU_ASSERT_EQUAL(times(strstr(text, "<path"), "M"), 1);
    free(text);
    CU_ASSERT_EQUAL(tiny_code("rate --steps 70 --quiet --output other.html"), 0);
    CU_ASSERT_TRUE(tiny_same_files("tiny-rate.html", "other.html"));
    TinyRun run = tiny_run("rate --steps 70 --output absent/page.html");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_STRING_EQUAL(run.err, "tiny: cannot write absent/page.html: No such file or directory\n");
    tiny_free(&run);
    tiny_leave();
    arena_close(arena);
}

/* Equal pictures teach nothing, and one that cannot be read nothing either. */
static void the_command_says_what_is_wrong(void)
{
    char path[32];
    tiny_enter();
    TinyRun few = tiny_run("rate --steps 1");
    CU_ASSERT_EQUAL(few.code, EXIT_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(few.err, "--steps of rate takes 10 or more, not '1'"));
    tiny_free(&few);
    CU_ASSERT_NOT_EQUAL(tiny_code("rate --steps 10"), EXIT_USAGE);
    CU_ASSERT_EQUAL(tiny_code("try --steps 0"), EXIT_USAGE);
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < TINY_CLASSES; k++) {
            snprintf(path, sizeof path, "data/%s.%d.png", (const char *[]){ "dark", "middle", "light" }[k], i);
            tiny_picture(path, 10, 0);
        }
    TinyRun run = tiny_run("rate --steps 60");
    CU_ASSERT_EQUAL(run.code, EXIT_MISTAKE);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "the loss never fell by more than chance may do"));
    CU_ASSERT_PTR_NULL(strstr(run.out, "suggested: rate"));
    tiny_free(&run);
    json_t *json = run_json("rate --json --steps 60", EXIT_MISTAKE);
    CU_ASSERT_TRUE(json_is_null(json_object_get(json, "suggested")));
    json_decref(json);
    tiny_write("data/dark.0.png", "no picture", 10);
    CU_ASSERT_EQUAL(tiny_code("rate"), EXIT_WORLD);
    CU_ASSERT_FALSE(tiny_exists("runs"));
    tiny_leave();
}

void suite_range_test(void)
{
    CU_pSuite suite = CU_add_suite("range_test", NULL, NULL);
    CU_add_test(suite, "rates grow evenly", rates_grow_evenly);
    CU_add_test(suite, "a valley is read", a_valley_is_read);
    CU_add_test(suite, "chance suggests nothing", chance_suggests_nothing);
    CU_add_test(suite, "rounding suggests nothing", rounding_suggests_nothing);
    CU_add_test(suite, "divergence ends it", divergence_ends_it);
    CU_add_test(suite, "a line is plotted", a_line_is_plotted);
    CU_add_test(suite, "the command suggests", the_command_suggests);
    CU_add_test(suite, "the command writes a page", the_command_writes_a_page);
    CU_add_test(suite, "the command says what is wrong", the_command_says_what_is_wrong);
}
