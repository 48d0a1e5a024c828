/* mistakes.c - what `mistakes` tells of pictures that were held out. The weights are set by hand: every
 * picture is light, the surer the lighter it is. */

#include <CUnit/CUnit.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/look/label_check.h"
#include "runtime/network/safetensors.h"
#include "runtime/pictures/picture.h"
#include "runtime/show/terminal_text.h"
#include "runtime/system/fault.h"
#include "tests/trainer/tiny.h"

enum { HELD_OUT = 6, WRONG = 4 };       /* a quarter of eight of each class; all but the light ones */

/* The lines of JSON, as one array. */
static json_t *lines_of(const char *line)
{
    TinyRun run = tiny_run(line);
    json_t *all = json_array();
    CU_ASSERT_EQUAL(run.code, 0);
    for (char *at = run.out, *end; (end = strchr(at, '\n')); at = end + 1) {
        json_t *one = json_loadb(at, (size_t)(end - at), JSON_REJECT_DUPLICATES, NULL);
        CU_ASSERT_PTR_NOT_NULL_FATAL(one);
        json_array_append_new(all, one);
    }
    tiny_free(&run);
    return all;
}

static const char *text_in(const json_t *line, const char *key)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text ? text : "";
}

/* Those of middle brightness are taken for light more surely than dark ones, so they come first. */
static void the_worst_come_first(void)
{
    tiny_enter_with_light();
    json_t *all = lines_of("mistakes --quiet --json --weights w.safetensors");
    int wrong = 0;
    double before = INFINITY;
    size_t i;
    json_t *line;
    json_array_foreach(all, i, line) {
        if (!json_object_get(line, "loss"))
            continue;
        double loss = json_number_value(json_object_get(line, "loss"));
        char file[64];
        CU_ASSERT_STRING_EQUAL(text_in(line, "answered"), "light");
        CU_ASSERT_STRING_EQUAL(text_in(line, "true"), wrong < 2 ? "middle" : "dark");
        snprintf(file, sizeof file, "data/%s.", wrong < 2 ? "middle" : "dark");
        CU_ASSERT_EQUAL(strncmp(text_in(line, "file"), file, strlen(file)), 0);
        CU_ASSERT(loss <= before);
        /* the other two share what is left of the probability */
        CU_ASSERT_DOUBLE_EQUAL(loss, -log((1 - json_number_value(json_object_get(line, "probability"))) / 2), 1e-4);
        before = loss;
        wrong++;
    }
    CU_ASSERT_EQUAL(wrong, WRONG);
    CU_ASSERT_FALSE(tiny_exists("tiny-mistakes"));
    json_decref(all);
    tiny_leave();
}

/* Each wrong one stands on the sheet, in its greys, and on the page. */
static void they_are_shown(void)
{
    char reason[REASON_ROOM];
    size_t bytes;
    Picture sheet;
    tiny_enter_with_light();
    TinyRun run = tiny_run("mistakes --quiet --weights w.safetensors --top 3");
    CU_ASSERT_EQUAL(run.code, 0);
    CU_ASSERT_PTR_EQUAL(strstr(run.out, "validation: 6 pictures, 4 answered wrongly\n\n"
                                        "    loss  true      answered  probability  file\n"), run.out);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\ntiny-mistakes/mistakes.png\ntiny-mistakes/mistakes.html\n"));
    char *page = tiny_read("tiny-mistakes/mistakes.html", &bytes);
    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    int figures = 0;
    for (const char *at = strstr(page, "answered light "); at; at = strstr(at + 1, "answered light "))
        figures++;
    CU_ASSERT_EQUAL(figures, 3);
    CU_ASSERT_TRUE(picture_read(&sheet, "tiny-mistakes/mistakes.png", 1, reason));
    long middle = 0, dark = 0;
    for (long i = 0; i < (long)sheet.h * sheet.w; i++) {
        middle += sheet.pixel[i] >= 110 && sheet.pixel[i] < 150;
        dark += sheet.pixel[i] >= 10 && sheet.pixel[i] < 50;
    }
    CU_ASSERT(middle >= 2 * TINY_PIXELS * 28 * 28 && dark >= TINY_PIXELS * 28 * 28);
    picture_free(&sheet);
    free(page);
    tiny_free(&run);
    tiny_leave();
}

/* Whether a line tells of the file and of another that is alike. */
static bool has_twin(const json_t *all, const char *file, const char *other)
{
    size_t i;
    json_t *line;
    json_array_foreach((json_t *)all, i, line)
        if (!strcmp(text_in(line, "file"), file) && !strcmp(text_in(line, "alike"), other))
            return !strcmp(text_in(line, "part"), "train");
    return false;
}

/* A held-out picture is replaced by a copy of one that is trained on. */
static void what_is_there_twice_is_told(void)
{
    static const char *const names[] = { "data/dark.0.png", "data/dark.1.png", "data/dark.2.png" };
    tiny_enter_with_light();
    json_t *all = lines_of("mistakes --quiet --json --weights w.safetensors");
    const char *held = NULL, *trained = NULL;
    size_t i;
    json_t *line;
    json_array_foreach(all, i, line)
        if (!strcmp(text_in(line, "true"), "dark"))
            held = text_in(line, "file");
    CU_ASSERT_PTR_NOT_NULL_FATAL(held);
    for (int n = 0; n < 3; n++) {
        bool out = false;
        json_array_foreach(all, i, line)
            out |= !strcmp(text_in(line, "true"), "dark") && !strcmp(text_in(line, "file"), names[n]);
        trained = out ? trained : names[n];
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(trained);
    size_t bytes;
    char *copy = tiny_read(trained, &bytes);
    tiny_write(held, copy, bytes);
    json_t *again = lines_of("mistakes --quiet --json --weights w.safetensors");
    CU_ASSERT_TRUE(has_twin(again, held, trained));
    CU_ASSERT_FALSE(has_twin(all, held, trained));
    TinyRun run = tiny_run("mistakes --quiet --weights w.safetensors");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "in another part as well: the answer was known before\n"));
    tiny_free(&run);
    free(copy);
    json_decref(again);
    json_decref(all);
    tiny_leave();
}

/* By hand: the thresholds are 0.6 for class 0, of 0.9, 0.8 and 0.1, and 0.7 for class 1, of 0.9, 0.8 and 0.4.
 * The third is a 1 by 0.9, the sixth reaches 0 with its 0.6, the others stay. */
static void labels_are_doubted_by_the_rule(void)
{
    const float share[] = { 0.9f, 0.1f, 0.8f, 0.2f, 0.1f, 0.9f, 0.1f, 0.9f, 0.2f, 0.8f, 0.6001f, 0.3999f };
    const int32_t label[] = { 0, 0, 0, 1, 1, 1 };
    Doubt doubt[6];
    CU_ASSERT_EQUAL_FATAL(labels_doubted(share, label, 6, 2, doubt), 2);
    CU_ASSERT(doubt[0].at == 2 && doubt[0].label == 0 && doubt[0].likely == 1);
    CU_ASSERT_DOUBLE_EQUAL(doubt[0].margin, 0.8, 1e-6);
    CU_ASSERT(doubt[1].at == 5 && doubt[1].label == 1 && doubt[1].likely == 0);

    /* what is unsure is no reason to doubt, and a class without labels has no threshold */
    const float unsure[] = { 0.4f, 0.35f, 0.25f, 0.3f, 0.45f, 0.25f };
    CU_ASSERT_EQUAL(labels_doubted(unsure, (int32_t[]){ 0, 1 }, 2, 3, doubt), 0);
    CU_ASSERT_EQUAL(labels_doubted((float[]){ 0.1f, 0.2f, 0.7f }, (int32_t[]){ 0 }, 1, 3, doubt), 0);
    CU_ASSERT_EQUAL(labels_doubted(NULL, NULL, 0, 3, doubt), 0);
}

/* Of nine labels four are the commonest. Eight right answers are more than chance has, six are not: of those pictures that
 * the commonest label alone or the network alone has right, a coin gives as many. */
static void who_guesses_doubts_nothing(void)
{
    const int32_t label[] = { 0, 0, 0, 0, 1, 1, 1, 2, 2 };
    Knowledge knows = knowledge_of((int32_t[]){ 0, 0, 0, 0, 1, 1, 1, 2, 2 }, label, 9, 3);
    CU_ASSERT(knows.right == 9 && knows.commonest == 0 && knows.common == 4 && knows.enough);
    knows = knowledge_of((int32_t[]){ 0, 0, 0, 0, 1, 1, 0, 0, 0 }, label, 9, 3);
    CU_ASSERT(knows.right == 6 && !knows.enough);
    knows = knowledge_of((int32_t[]){ 2, 2, 2, 2, 2, 2, 2, 2, 2 }, label, 9, 3);
    CU_ASSERT(knows.right == 2 && !knows.enough);
    tiny_enter_with_light();
    json_t *all = lines_of("mistakes --quiet --json --weights w.safetensors");
    tiny_picture(text_in(json_array_get(all, WRONG - 1), "file"), 212, 0);      /* a dark one is light, as the rule sees */
    json_decref(all);
    TinyRun run = tiny_run("mistakes --quiet --weights w.safetensors");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nno label is doubted: of 6 answers 2 are right, not clearly more than the 2 that "
                                           "'dark' alone would be\n"));
    CU_ASSERT_PTR_NULL(strstr(run.out, "likely wrong"));
    tiny_free(&run);
    tiny_leave();
}

/* What is damaged in the part for testing matters to nobody who asks for the validation. */
static void other_parts_may_be_damaged(void)
{
    static Program program;
    program = tiny_program;
    program.job.data.part[PART_TEST] = program.job.data.part[PART_VALIDATION];
    tiny_enter_with_light();
    tiny_now = &program;
    json_t *test = lines_of("mistakes --quiet --json --test --weights w.safetensors");
    json_t *before = lines_of("mistakes --quiet --json --weights w.safetensors");
    const char *file = text_in(json_array_get(test, 0), "file");
    tiny_write(file, "no picture", 10);
    json_t *after = lines_of("mistakes --quiet --json --weights w.safetensors");
    CU_ASSERT_TRUE(json_array_size(before) > 0 && json_equal(before, after));
    TinyRun run = tiny_run("mistakes --quiet --test --weights w.safetensors");
    CU_ASSERT_EQUAL(run.code, EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, file));
    tiny_free(&run);
    json_decref(test);
    json_decref(before);
    json_decref(after);
    tiny_leave();
}

/* What a terminal would obey in a name is written out. */
static void names_stay_in_their_line(void)
{
    tiny_enter_with_light();
    for (int i = 0; i < 8; i++) {
        char from[32], to[32];
        snprintf(from, sizeof from, "data/dark.%d.png", i);
        snprintf(to, sizeof to, "data/dark.\x1b[7m\n%d.png", i);
        CU_ASSERT_EQUAL(rename(from, to), 0);
    }
    TinyRun run = tiny_run("mistakes --quiet --weights w.safetensors");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "  data/dark.\\x1b[7m\\n"));
    CU_ASSERT_PTR_NULL(strchr(run.out, '\x1b'));
    tiny_free(&run);
    tiny_leave();
}

/* Letters outside of ASCII are more bytes than columns, or fewer. */
static void columns_are_those_that_are_seen(void)
{
    CU_ASSERT(text_columns("") == 0 && text_columns("cat") == 3 && text_columns("kätzchen") == 8 && text_columns("猫") == 2);
    CU_ASSERT(text_columns("e\xcc\x81") == 1 && text_columns("\xff!") == 2);
    static Program program;
    JobClass class[TINY_CLASSES];
    memcpy(class, tiny_program.job.data.class, sizeof class);
    class[0].name = "dürr 猫";
    program = tiny_program;
    program.job.data.class = class;
    tiny_enter_with_light();
    tiny_now = &program;
    TinyRun run = tiny_run("evaluate --weights w.safetensors");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\nclass    pictures   right  dürr 猫   middle    light\n"
                                           "dürr 猫         2    0.0%        0        0        2\n"
                                           "middle          2    0.0%"));
    tiny_free(&run);
    run = tiny_run("mistakes --quiet --weights w.safetensors");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "  dürr 猫   light "));
    tiny_free(&run);
    tiny_leave();
}

void suite_mistakes(void);
void suite_mistakes(void)
{
    CU_pSuite suite = CU_add_suite("trainer: mistakes", NULL, NULL);
    CU_ADD_TEST(suite, the_worst_come_first);
    CU_ADD_TEST(suite, they_are_shown);
    CU_ADD_TEST(suite, what_is_there_twice_is_told);
    CU_ADD_TEST(suite, labels_are_doubted_by_the_rule);
    CU_ADD_TEST(suite, names_stay_in_their_line);
    CU_ADD_TEST(suite, columns_are_those_that_are_seen);
    CU_ADD_TEST(suite, who_guesses_doubts_nothing);
    CU_ADD_TEST(suite, other_parts_may_be_damaged);
}
