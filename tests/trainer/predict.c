/* predict.c - predict as part of a pipe: names that come slowly, pictures that are decoded ahead. */

#include <CUnit/CUnit.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/resident.h"
#include "runtime/system/fault.h"
#include "tests/trainer/tiny.h"

/* A trainer whose standard input is ours to write. */
typedef struct {
    pid_t child;
    int names;
} Filter;

static Filter start(const char *line)
{
    int ends[2], before = dup(STDIN_FILENO);
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    unlink("out");
    unlink("err");
    fflush(NULL);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    Filter filter = { fork(), ends[1] };
    if (!filter.child) {
        close(ends[1]);
        tiny_child(line);
    }
    dup2(before, STDIN_FILENO);
    close(before);
    return filter;
}

static void say(const Filter *filter, const char *text)
{
    CU_ASSERT_EQUAL(write(filter->names, text, strlen(text)), (ssize_t)strlen(text));
}

/* Ends what it reads; returns its exit code. */
static int finish(const Filter *filter)
{
    int code;
    close(filter->names);
    waitpid(filter->child, &code, 0);
    return WIFEXITED(code) ? WEXITSTATUS(code) : -1;
}

/* Within twenty seconds the file holds this, and nothing else. */
static bool comes(const char *path, const char *text)
{
    for (int i = 0; i < 2000; i++) {
        char *now = tiny_read(path, NULL);
        bool same = now && !strcmp(now, text);
        free(now);
        if (same)
            return true;
        usleep(10000);
    }
    return false;
}

static bool holds(const char *path, const char *text)
{
    char *now = tiny_read(path, NULL);
    bool same = now && !strcmp(now, text);
    if (!same)
        printf("\n--- %s\n%s", path, now ? now : "(none)");
    free(now);
    return same;
}

static void enter(void)
{
    tiny_enter_with_light();
    tiny_picture("white.png", 255, 0);
    tiny_picture("black.png", 0, 0);
}

/* ---- names that come slowly ---- */

/* Each is answered, or refused, while the next is not yet known; half a name is none. */
static void names_are_answered_as_they_come(void)
{
    enter();
    Filter filter = start("predict --quiet --csv --list - --weights w.safetensors");
    say(&filter, "absent.png\nwhi");
    CU_ASSERT_TRUE(comes("err", "tiny: absent.png: cannot be opened: No such file or directory\n"));
    CU_ASSERT_TRUE(comes("out", "file,class,probability,dark,middle,light\n"));
    say(&filter, "te.png\n");
    char *first = NULL;
    for (int i = 0; i < 2000 && !(first && strstr(first, "white.png,light,")); i++) {
        free(first);
        usleep(10000);
        first = tiny_read("out", NULL);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(first, "white.png,light,"));
    free(first);
    say(&filter, "data\nblack.png");         /* a folder, and a name that nothing ends */
    CU_ASSERT_EQUAL(finish(&filter), EXIT_MISTAKE);
    char *out = tiny_read("out", NULL), *last = strstr(out, "data/light.7.png,");
    CU_ASSERT_PTR_NOT_NULL_FATAL(last);
    CU_ASSERT_PTR_NOT_NULL(strstr(last, "\nblack.png,"));
    free(out);
    tiny_leave();
}

/* What ends a name is told, not guessed from what has come: a name that holds a newline may come in two writes. */
static void names_are_cut_anywhere(void)
{
    enter();
    rename("white.png", "x\ny.png");
    Filter filter = start("predict --quiet --list - --null --weights w.safetensors");
    say(&filter, "x\ny");
    usleep(100000);
    CU_ASSERT_EQUAL(write(filter.names, ".png\0black.png", 14), 14);
    CU_ASSERT_EQUAL(finish(&filter), 0);
    CU_ASSERT_TRUE(holds("err", ""));
    char *out = tiny_read("out", NULL), *first = strstr(out, " x\\ny.png\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    CU_ASSERT_PTR_NOT_NULL(strstr(first, " black.png\n"));
    free(out);
    tiny_leave();
}

/* However they come, in one batch or in many, by one thread or by several: the same bytes. */
static void pace_and_threads_change_nothing(void)
{
    static const char *const name[] = { "data/dark.0.png", "white.png", "text", "data/light.1.png", "black.png",
                                        "data/dark.2.png", "absent", "data/light.3.png", "white.png" };
    static const char wanted[] = "tiny: text: is no picture", also[] = "tiny: absent: cannot be opened";
    enum { NAMES = sizeof name / sizeof *name };
    enter();
    tiny_write("text", "no picture", 10);
    TinyRun once = tiny_run("predict --quiet --json --threads 1 --weights w.safetensors data/dark.0.png white.png text "
                            "data/light.1.png black.png data/dark.2.png absent data/light.3.png white.png");
    CU_ASSERT_EQUAL(once.code, EXIT_MISTAKE);
    CU_ASSERT_PTR_EQUAL(strstr(once.err, wanted), once.err);
    CU_ASSERT_PTR_NOT_NULL(strstr(once.err, also));
    for (int slow = 0; slow < 2; slow++) {
        Filter filter = start(slow ? "predict --quiet --json --threads 3 --weights w.safetensors --list -"
                                   : "predict --quiet --json --threads 2 --weights w.safetensors --list -");
        for (int i = 0; i < NAMES; i++) {
            say(&filter, name[i]);
            say(&filter, "\n");
            if (slow)
                usleep(3000);
        }
        CU_ASSERT_EQUAL(finish(&filter), EXIT_MISTAKE);
        CU_ASSERT_TRUE(holds("out", once.out));
        CU_ASSERT_TRUE(holds("err", once.err));
    }
    tiny_free(&once);
    tiny_leave();
}

/* Standard input is one thing, and a line is a name. */
static void what_standard_input_cannot_be(void)
{
    enter();
    Filter filter = start("predict --quiet --list - --weights w.safetensors");
    say(&filter, "-\n");
    CU_ASSERT_EQUAL(finish(&filter), EXIT_MISTAKE);
    CU_ASSERT_TRUE(holds("err", "tiny: -: standard input has been read already\n"));
    filter = start("predict --quiet --list - --weights w.safetensors");
    say(&filter, "absent\n");
    CU_ASSERT_TRUE(comes("err", "tiny: absent: cannot be opened: No such file or directory\n"));
    CU_ASSERT_EQUAL(write(filter.names, "a\0b\n", 4), 4);
    CU_ASSERT_EQUAL(finish(&filter), EXIT_WORLD);
    CU_ASSERT_TRUE(holds("err", "tiny: absent: cannot be opened: No such file or directory\n"
                                "tiny: cannot read the names in -: they are lines, and one holds a zero byte; with --null each ends with one\n"));
    filter = start("predict --quiet --weights w.safetensors - -");
    close(filter.names);
    filter.names = dup(STDIN_FILENO);
    CU_ASSERT_EQUAL(finish(&filter), EXIT_MISTAKE);
    CU_ASSERT_TRUE(holds("err", "tiny: -: is empty\ntiny: -: standard input has been read already\n"));
    tiny_leave();
}

static void only_pictures_are_written(void)
{
    tiny_enter_with_light();
    TinyRun run = tiny_run("predict --weights w.safetensors --output held data");
    CU_ASSERT_EQUAL(run.code, EXIT_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "--output of predict takes masks, or pictures that are given back: "));
    CU_ASSERT_FALSE(tiny_exists("held"));
    tiny_free(&run);
    tiny_leave();
}

/* A name may hold what a terminal would obey, and lines' ends. */
static void names_are_told_in_one_line(void)
{
    tiny_enter_with_light();
    CU_ASSERT_EQUAL(rename("data/light.1.png", "a\x1b[31m\n\\\xc2\x9bé.png"), 0);
    TinyRun run = tiny_run("predict --quiet --weights w.safetensors a\x1b[31m\n\\\xc2\x9bé.png no\x07.png");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, " a\\x1b[31m\\n\\\\\\xc2\\x9bé.png\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "tiny: no\\x07.png: "));
    tiny_free(&run);
    tiny_leave();
}

/* ---- decoding ahead ---- */

/* While the first batch waits for its first picture, which standard input owes, the last of the ring is read, and
 * nothing behind it. */
static void batches_are_decoded_ahead(void)
{
    enum { AHEAD = TINY_BATCH * RING_BATCHES };
    char line[1000], event[4096], *end = line + sprintf(line, "predict --quiet --threads 2 --weights w.safetensors -");
    enter();
    tiny_picture("last.png", 9, 0);
    tiny_picture("far.png", 9, 0);
    for (int i = 1; i < AHEAD - 1; i++)
        end += sprintf(end, " white.png");
    strcpy(end, " last.png far.png");
    int watched = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    inotify_add_watch(watched, "last.png", IN_CLOSE);
    Filter filter = start(line);
    CU_ASSERT_EQUAL(poll(&(struct pollfd){ .fd = watched, .events = POLLIN }, 1, 20000), 1);
    CU_ASSERT_TRUE(read(watched, event, sizeof event) > 0);
    int further = inotify_add_watch(watched, "far.png", IN_CLOSE);
    usleep(50000);
    CU_ASSERT_EQUAL(read(watched, event, sizeof event), -1);
    CU_ASSERT_TRUE(further >= 0);
    size_t bytes;
    char *picture = tiny_read("black.png", &bytes);
    CU_ASSERT_EQUAL(write(filter.names, picture, bytes), (ssize_t)bytes);
    CU_ASSERT_EQUAL(finish(&filter), 0);
    CU_ASSERT_EQUAL(read(watched, event, sizeof event) > 0, 1);
    char *out = tiny_read("out", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(out, " -\nlight "));
    CU_ASSERT_PTR_NOT_NULL(strstr(out, " last.png\n"));
    CU_ASSERT_TRUE(strstr(out, " far.png\n") > strstr(out, " last.png\n"));
    free(out);
    free(picture);
    close(watched);
    tiny_leave();
}

void suite_predict(void)
{
    CU_Suite *suite = CU_add_suite("trainer: predict in a pipe", NULL, NULL);
    CU_add_test(suite, "names are answered as they come", names_are_answered_as_they_come);
    CU_add_test(suite, "names are cut anywhere", names_are_cut_anywhere);
    CU_add_test(suite, "pace and threads change nothing", pace_and_threads_change_nothing);
    CU_add_test(suite, "what standard input cannot be", what_standard_input_cannot_be);
    CU_add_test(suite, "only pictures are written", only_pictures_are_written);
    CU_add_test(suite, "names are told in one line", names_are_told_in_one_line);
    CU_add_test(suite, "batches are decoded ahead", batches_are_decoded_ahead);
}
