/* main.c - runs every suite, or those that the arguments name: each in a process of its own, as many at a time as there
 * are processors. What a suite says comes whole, when it has ended; the last line is `N passed, N failed`.
 *
 * exit: 0 all passed, 1 not all, 2 no suite has such a name, 3 no memory or process. */

#include <CUnit/CUnit.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/processors.h"
#include "tests/support/compiled.h"

/* Those that take long come first, so that no processor is without work at the end. A build may hold only some of them:
 * tests/aarch64/ does. */
#ifndef SUITES
#define SUITES(X) \
    X(exact) X(exact_targets) X(models) X(programs) X(real) X(learning) X(threads) X(cuts) X(losses) X(outside_networks) X(command) X(sweep) X(warm) \
    X(bits) X(resumed) X(kernels) X(memory) X(demo) X(wild) X(messages) X(large) X(laps) X(lsp) X(examples) \
    X(outside_data) X(unequal) X(outside_layers) X(ops) X(rows) \
    X(pages) X(html) X(report) X(pool) X(schedule) X(initialise) X(train) X(phases) X(load) X(outside_foreign) X(commands) X(predict) X(watch) X(range_test) X(trial) X(decision) X(serve) X(look) X(saliency) X(mistakes) X(profile) X(safetensors) X(kill) X(replace) \
    X(record) X(events) X(progress) X(compare) \
    X(picture) X(resize) X(augment) X(target_view) X(mix) X(paint) X(outside_pictures) X(outside_masks) X(graph) X(view_plan) X(pack) \
    X(outside_tails) X(outside_rates) X(outside_losses) X(outside_metrics) X(colour) X(sheet) X(dataset) X(damage) X(notes) X(alike) X(data_sheets) X(random) X(table) X(arrays) X(kinds) X(loader) X(prefetch) X(house) \
    X(format) X(instantiate) X(poison) X(cards) X(newcomer) X(slips) X(manual) X(bench) X(fuzz) X(bombs) X(hostile_names)
#endif

#define X(name) void suite_##name(void);
SUITES(X)
#undef X

static const struct {
    const char *name;
    void (*add)(void);
} suites[] = {
#define X(name) { #name, suite_##name },
    SUITES(X)
#undef X
};
enum { COUNT = sizeof suites / sizeof *suites };

/* What a suite's process tells of itself, in memory that it shares. */
typedef struct {
    unsigned passed, failed;
    char test[128];             /* the one that runs */
    bool ended;
} Outcome;

static struct {
    pid_t process;              /* 0: it waits, or has ended */
    bool asked_for;
    double began;               /* in seconds */
    FILE *said;
} run[COUNT];

static Outcome *outcomes;       /* [COUNT] */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- in a suite's process ---- */

static Outcome *own;

static void begin_test(const CU_pTest test, const CU_pSuite suite)
{
    (void)suite;
    snprintf(own->test, sizeof own->test, "%s", test->pName);
}

static void end_test(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failures)
{
    (void)suite;
    own->passed += !failures;
    own->failed += failures != NULL;
    for (const CU_FailureRecord *failure = failures; failure; failure = failure->pNext)
        printf("    %s: %s:%u: %s\n", test->pName, failure->strFileName, failure->uiLineNumber, failure->strCondition);
}

static void run_suite(int number)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(fileno(run[number].said), STDOUT_FILENO);
    dup2(fileno(run[number].said), STDERR_FILENO);
    compiled_keep_in(suites[number].name);
    own = &outcomes[number];
    CU_initialize_registry();
    CU_set_test_start_handler(begin_test);
    CU_set_test_complete_handler(end_test);
    suites[number].add();
    CU_run_all_tests();
    if (CU_get_number_of_suites_failed()) {
        printf("    could not be set up, or cleared away\n");
        own->failed++;
    }
    CU_cleanup_registry();
    own->ended = true;
}

/* ---- all of them ---- */

static bool choose(int argc, char **argv)
{
    bool known = true;
    for (int i = 0; i < COUNT; i++)
        run[i].asked_for = argc < 2;
    for (int a = 1; a < argc; a++) {
        int i = 0;
        while (i < COUNT && strcmp(suites[i].name, argv[a]))
            i++;
        if (i < COUNT)
            run[i].asked_for = true;
        else
            fprintf(stderr, "no suite has the name '%s'\n", argv[a]);
        known = known && i < COUNT;
    }
    return known;
}

static void start(int number)
{
    fflush(NULL);
    run[number].said = tmpfile();
    run[number].began = seconds();
    run[number].process = run[number].said ? fork() : -1;
    if (run[number].process < 0) {
        perror(suites[number].name);
        exit(3);
    }
    if (!run[number].process) {
        run_suite(number);
        exit(0);
    }
}

static void tell(int number, int status)
{
    Outcome *outcome = &outcomes[number];
    bool crashed = !outcome->ended || status;
    outcome->failed += crashed;
    printf("%-6s %-18s %3u passed, %u failed %7.1f s\n", outcome->failed ? "FAILED" : "", suites[number].name,
           outcome->passed, outcome->failed, seconds() - run[number].began);
    rewind(run[number].said);
    for (int c; (c = getc(run[number].said)) != EOF;)
        putchar(c);
    fclose(run[number].said);
    if (crashed && WIFSIGNALED(status))
        printf("    ended by '%s' in %s\n", strsignal(WTERMSIG(status)), outcome->test);
    else if (crashed)
        printf("    ended with exit code %d in %s\n", WEXITSTATUS(status), outcome->test);
}

static void wait_for_one(void)
{
    int status, number = 0;
    pid_t ended = wait(&status);
    while (run[number].process != ended)
        number++;
    run[number].process = 0;
    tell(number, status);
}

int main(int argc, char **argv)
{
    /* A shell's background job ignores the first, one under nohup the second; so would the trainers under test. */
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    setvbuf(stdout, NULL, _IOLBF, 0);           /* so that a crash takes no line with it */
    outcomes = mmap(NULL, COUNT * sizeof *outcomes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (outcomes == MAP_FAILED)
        return 3;
    if (!choose(argc, argv))
        return 2;
    int running = 0;
    for (int i = 0; i < COUNT; i++) {
        if (!run[i].asked_for)
            continue;
        if (running == processors()) {
            wait_for_one();
            running--;
        }
        start(i);
        running++;
    }
    while (running--)
        wait_for_one();
    unsigned passed = 0, failed = 0;
    for (int i = 0; i < COUNT; i++) {
        passed += outcomes[i].passed;
        failed += outcomes[i].failed;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed || !passed;
}
