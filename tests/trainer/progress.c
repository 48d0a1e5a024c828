/* progress.c - the lines that move, as they stand on a screen of 40, 80 and 200 columns, after it was resized,
 * and when they are gone. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runtime/show/progress.h"
#include "runtime/show/sparkline.h"
#include "runtime/system/fault.h"
#include "tests/trainer/screen.h"
#include "tests/trainer/tiny.h"

static const double falling[] = { 7, 6, 5, 4, 3, 2, 1, 0 };

/* Two lines as a training has them. */
static void draw(Progress *progress, double share)
{
    const ProgressLine line[] = {
        { .field = { "epoch 3/50", " 43 %", "0:17 left", "387 img/s", "waiting 2 %" }, .fields = 5, .before = 1, .bar = true,
          .share = share },
        { .field = { "loss 0.4312", "accuracy 0.8021", "best epoch 2: loss 0.4400" }, .fields = 3, .before = 1,
          .curve = falling, .points = 8 },
    };
    progress_lines(progress, line, 2);
}

static void same_text(const char *line, const char *text, const char *expected)
{
    if (strcmp(text, expected)) {
        printf("\n%s:\n%s--- expected:\n%s", line, text, expected);
        CU_FAIL("another screen");
    }
}

/* What stands on the screen after that. */
static char *shown(const TerminalKind *kind, void (*run)(void *), void *context)
{
    static Screen screen;
    int code;
    char *written = screen_run(kind, run, context, &code);
    CU_ASSERT_EQUAL(code, 0);
    screen_open(&screen, kind->columns, kind->rows);
    screen_write(&screen, written);
    free(written);
    return screen_text(&screen);
}

/* ---- widths ---- */

static void draw_thrice(void *context)
{
    (void)context;
    Progress progress = progress_open(false);
    printf("said before\n");
    draw(&progress, 0);
    draw(&progress, 1);
    draw(&progress, 0.5);
}

static void at_each_width(void)
{
    static const struct { int columns; const char *locale, *text; } cases[] = {
        { 40, "C.UTF-8", "said before\n"
          "epoch 3/50  ━━━━━────   43 %  0:17 left\n"
          "loss 0.4312  █▇▆▅▄▃▂▁  accuracy 0.8021\n" },
        { 80, "C.UTF-8", "said before\n"
          "epoch 3/50  ━━━━━━━━━━━━━────────────   43 %  0:17 left  387 img/s  waiting 2 %\n"
          "loss 0.4312  █▇▆▅▄▃▂▁  accuracy 0.8021  best epoch 2: loss 0.4400\n" },
        { 200, "C.UTF-8", "said before\n"
          "epoch 3/50  ━━━━━━━━━━━━━━━━━━━━────────────────────   43 %  0:17 left  387 img/s  waiting 2 %\n"
          "loss 0.4312  █▇▆▅▄▃▂▁  accuracy 0.8021  best epoch 2: loss 0.4400\n" },
        { 80, "C", "said before\n"
          "epoch 3/50  #############------------   43 %  0:17 left  387 img/s  waiting 2 %\n"
          "loss 0.4312  #*+=-:._  accuracy 0.8021  best epoch 2: loss 0.4400\n" },
        { 20, "C", "said before\nepoch 3/50   43 %\nloss 0.4312\n" },
        { 6, "C", "said b\nefore\nepoch\nloss \n" },
        { 1, "C", NULL },       /* nothing can be said, and nothing goes wrong */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const TerminalKind kind = { cases[i].columns, 24, "xterm", cases[i].locale, false };
        char *text = shown(&kind, draw_thrice, NULL);
        if (cases[i].text)
            same_text(cases[i].locale, text, cases[i].text);
        free(text);
    }
}

static void with_few_rows(void)
{
    const TerminalKind kind = { 80, 2, "xterm", "C", false };
    char *text = shown(&kind, draw_thrice, NULL);
    same_text("two rows", text, "said before\nepoch 3/50  #############------------   43 %  0:17 left  387 img/s  waiting 2 %\n");
    free(text);
}

/* ---- changes ---- */

static void resize(int columns)
{
    struct winsize size = { .ws_col = (unsigned short)columns, .ws_row = 24 };
    ioctl(STDOUT_FILENO, TIOCSWINSZ, &size);
    printf("\001%d;", columns);
    fflush(stdout);
}

static void draw_resized(void *context)
{
    const int *columns = context;
    Progress progress = progress_open(false);
    printf("said before\n");
    for (; *columns; columns++) {
        draw(&progress, 0.5);
        resize(*columns);
        draw(&progress, 0.5);
    }
    draw(&progress, 0.5);
}

static void after_a_resize(void)
{
    static int sizes[][5] = { { 40 }, { 200 }, { 40, 30, 100, 41 }, { 9, 80 } };
    static const char *const expected[] = {
        "said before\nepoch 3/50  #####----   43 %  0:17 left\nloss 0.4312  #*+=-:._  accuracy 0.8021\n",
        "said before\nepoch 3/50  ####################--------------------   43 %  0:17 left  387 img/s  waiting 2 %\n"
        "loss 0.4312  #*+=-:._  accuracy 0.8021  best epoch 2: loss 0.4400\n",
        "said before\nepoch 3/50  #####-----   43 %  0:17 left\nloss 0.4312  #*+=-:._  accuracy 0.8021\n",
        "said before\nepoch 3/50  #############------------   43 %  0:17 left  387 img/s  waiting 2 %\n"
        "loss 0.4312  #*+=-:._  accuracy 0.8021  best epoch 2: loss 0.4400\n",
    };
    const TerminalKind kind = { 80, 24, "xterm", "C", false };
    for (int i = 0; i < 4; i++) {
        char *text = shown(&kind, draw_resized, sizes[i]);
        same_text("resized", text, expected[i]);
        free(text);
    }
}

/* A signal's echo and the line that an epoch leaves. */
static void draw_and_clear(void *context)
{
    (void)context;
    Progress progress = progress_open(false);
    draw(&progress, 0.2);
    progress_clear(&progress);
    printf("epoch 1\n");
    draw(&progress, 0.4);
    printf("^C");
    fflush(stdout);
    draw(&progress, 0.6);
    printf("^C");
    progress_clear(&progress);
    progress_clear(&progress);
    progress_draw(&progress, "%d and %d", 1, 2);
    progress_clear(&progress);
    printf("stopped\n");
}

static void clears_well(void)
{
    const TerminalKind kind = { 80, 24, "xterm", "C", false };
    char *text = shown(&kind, draw_and_clear, NULL);
    same_text("cleared", text, "epoch 1\nstopped\n");
    free(text);
}

/* ---- who watches ---- */

static void colours(void)
{
    int code;
    for (int plain = 0; plain <= 1; plain++) {
        const TerminalKind kind = { 80, 24, "xterm", "C.UTF-8", plain };
        char *written = screen_run(&kind, draw_thrice, NULL, &code);
        CU_ASSERT_EQUAL(strstr(written, "\033[32m") == NULL, plain);
        free(written);
    }
}

static void draw_where_due(void *context)
{
    (void)context;
    Progress progress = progress_open(false), quiet = progress_open(true);
    for (int i = 0; i < 300; i++) {
        if (progress_due(&progress))
            draw(&progress, 0.5);
        progress_reading(&quiet, i, 300);
        usleep(1000);
    }
    progress_clear(&progress);
}

static void ten_times_a_second(void)
{
    static Screen screen;
    int code;
    const TerminalKind kind = { 80, 24, "xterm", "C", false }, dumb = { 80, 24, "dumb", "C", false };
    char *written = screen_run(&kind, draw_where_due, NULL, &code);
    screen_open(&screen, 80, 24);
    screen_write(&screen, written);
    CU_ASSERT(screen.clears >= 3 && screen.clears <= 12);       /* a third of a second, or more on a busy machine */
    free(written);
    written = screen_run(&dumb, draw_where_due, NULL, &code);
    CU_ASSERT_STRING_EQUAL(written, "");
    free(written);
}

/* ---- the numbers of a sparkline ---- */

static void traces(void)
{
    Trace trace = { .count = 0 };
    double sum = 0;
    for (int i = 0; i < 1000; i++)
        trace_add(&trace, i);
    CU_ASSERT(trace.count > TRACE_ROOM / 4 && trace.count < TRACE_ROOM && trace.each == 8);
    for (int i = 0; i < trace.count; i++) {
        CU_ASSERT_EQUAL(trace.value[i], 8 * i + 3.5);
        sum += 8 * trace.value[i];
    }
    CU_ASSERT_EQUAL(sum + trace.sum, 999 * 500);
}

/* ---- a training ---- */

static void train(void *context)
{
    char *word[] = { "tiny", "train", "--new", context, NULL };
    exit(trainer_main(tiny_now, context ? 4 : 3, word));
}

/* The screen at the end has what a file would have, but for the figures. */
static void what_a_training_leaves(void)
{
    static const int widths[] = { 40, 80, 200 };
    static Screen screen;
    int code;
    tiny_enter();
    for (int i = 0; i < 3; i++) {
        const TerminalKind kind = { widths[i], 50, "xterm", "C.UTF-8", false };
        char *written = screen_run(&kind, train, NULL, &code);
        CU_ASSERT_EQUAL(code, 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(written, "epoch 1/3  "));
        CU_ASSERT_PTR_NOT_NULL(strstr(written, " left"));
        screen_open(&screen, kind.columns, kind.rows);
        screen_write(&screen, written);
        screen_resize(&screen, SCREEN_COLUMNS);
        char *text = screen_text(&screen), *line = text;
        static const char *const begins[] = { "runs/tiny/", "epoch 1/3  loss ", "epoch 2/3  loss ", "epoch 3/3  loss ",
                                              "speed: ", "best: epoch " };
        for (int k = 0; k < 6; k++) {
            CU_ASSERT_PTR_EQUAL_FATAL(strstr(line, begins[k]), line);
            line = strchr(line, '\n') + 1;
        }
        CU_ASSERT_STRING_EQUAL(line, "");
        free(text);
        free(written);
    }
    const TerminalKind kind = { 80, 24, "xterm", "C.UTF-8", false };
    char *json = screen_run(&kind, train, "--json", &code), *quiet = screen_run(&kind, train, "--quiet", &code);
    CU_ASSERT_PTR_NULL(strchr(json, '\033'));
    CU_ASSERT(json[0] == '{');
    CU_ASSERT_PTR_NULL(strchr(quiet, '\033'));
    free(json);
    free(quiet);
    tiny_leave();
}

/* What stands on the screen after a step of the second epoch, which a signal without effect makes a long one: lines below
 * the width, and in the last what the card watches and what the last validation came to. */
static void what_is_watched_is_shown(void)
{
    static const JobMetric metric[] = { { .kind = METRIC_F1 }, { .kind = METRIC_RECALL } };
    static const struct { int columns; const char *fields; } shown[] = {
        { 30, "validation f1 %lf%n" }, { 200, "validation f1 %*f  loss %*f  accuracy %*f  recall %lf%n" },
    };
    JobTrain phase = tiny_program.job.train;
    Program program = tiny_program;
    static Screen screen;
    phase.watch = METRIC_F1;
    program.job.metric = metric;
    program.job.metrics = 2;
    program.job.phase = &phase;
    tiny_enter();
    tiny_now = &program;
    for (int i = 0; i < 2; i++) {
        int code, epoch, end = 0;
        double value, best, told;
        const TerminalKind kind = { shown[i].columns, 50, "xterm", "C", true };
        tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGCONT, .twice = true };
        char *written = screen_run(&kind, train, NULL, &code), *drawn = strstr(written, "\nvalidation f1 ");
        CU_ASSERT_EQUAL(code, 0);
        CU_ASSERT_PTR_NOT_NULL_FATAL(drawn);
        *strstr(drawn, "\033[J") = '\0';
        screen_open(&screen, kind.columns, kind.rows);
        screen_write(&screen, written);
        screen_resize(&screen, SCREEN_COLUMNS);
        char *text = screen_text(&screen), *line = strstr(text, "\nvalidation f1 ");
        CU_ASSERT_PTR_NOT_NULL_FATAL(line);
        CU_ASSERT_EQUAL(sscanf(++line, shown[i].fields, &value, &end), 1);
        CU_ASSERT_TRUE(end > 0 && line[end] == '\n' && end < kind.columns);
        const char *epochs = strstr(text, i ? " recall " : " f1 ");
        CU_ASSERT_TRUE(epochs && sscanf(epochs, i ? " recall %lf" : " f1 %lf", &told) == 1);
        CU_ASSERT_DOUBLE_EQUAL(value, told, 6e-5);
        const char *at = strstr(text, "best epoch 1: validation f1 ");
        CU_ASSERT_EQUAL(at != NULL, i);         /* there is no room for it in the narrow one */
        if (at)
            CU_ASSERT_EQUAL(sscanf(at, "best epoch %d: validation f1 %lf", &epoch, &best), 2);
        free(text);
        free(written);
    }
    tiny_leave();
}

static void evaluate(void *context)
{
    char *word[] = { "tiny", "evaluate", NULL };
    (void)context;
    exit(trainer_main(tiny_now, 2, word));
}

static void what_an_evaluation_leaves(void)
{
    static Screen screen;
    int code;
    const TerminalKind kind = { 120, 50, "xterm", "C", true };
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    char *written = screen_run(&kind, evaluate, NULL, &code);
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "answering pictures  #"));
    screen_open(&screen, kind.columns, kind.rows);
    screen_write(&screen, written);
    char *text = screen_text(&screen);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, ", epoch 1\nvalidation: 6 pictures, loss "));
    CU_ASSERT_PTR_NULL(strstr(text, "answering"));
    free(text);
    free(written);
    tiny_leave();
}

/* Stopped while lines stand there: they go, and the last words stand alone. A second signal leaves them, and
 * begins a line. */
static void what_a_signal_leaves(void)
{
    static Screen screen;
    int code;
    const TerminalKind kind = { 80, 24, "xterm", "C", false };
    tiny_enter();
    for (int twice = 0; twice <= 1; twice++) {
        tiny_mischief = (TinyMischief){ .signal_at = 2, .signal = SIGINT, .twice = twice };
        char *written = screen_run(&kind, train, NULL, &code);
        CU_ASSERT_EQUAL(code, EXIT_INTERRUPTED);
        screen_open(&screen, kind.columns, kind.rows);
        screen_write(&screen, written);
        char *text = screen_text(&screen), *line = strchr(text, '\n') + 1;
        if (!twice)
            CU_ASSERT_PTR_EQUAL(strstr(line, "tiny: stopped in epoch 1 and saved; "), line);
        CU_ASSERT_EQUAL(strstr(text, "left") != NULL, twice);
        CU_ASSERT_EQUAL(strstr(text, "\ntiny: ended at once; ") != NULL, twice);
        free(text);
        free(written);
    }
    tiny_leave();
}

void suite_progress(void);
void suite_progress(void)
{
    CU_pSuite suite = CU_add_suite("trainer: the lines that move", NULL, NULL);
    CU_add_test(suite, "at 40, 80 and 200 columns", at_each_width);
    CU_add_test(suite, "with few rows", with_few_rows);
    CU_add_test(suite, "after a resize", after_a_resize);
    CU_add_test(suite, "cleared", clears_well);
    CU_add_test(suite, "colours", colours);
    CU_add_test(suite, "ten times a second", ten_times_a_second);
    CU_add_test(suite, "traces", traces);
    CU_add_test(suite, "what a training leaves", what_a_training_leaves);
    CU_add_test(suite, "what is watched is shown", what_is_watched_is_shown);
    CU_add_test(suite, "what an evaluation leaves", what_an_evaluation_leaves);
    CU_add_test(suite, "what a signal leaves", what_a_signal_leaves);
}
