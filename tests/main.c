/* main.c - runs every suite, or those that the arguments name, and ends with `N passed, N failed`. */

#include <CUnit/Basic.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* A build may hold only some of them: tests/aarch64/ does. */
#ifndef SUITES
#define SUITES(X) \
    X(outside_data) X(examples) X(unequal) \
    X(outside_layers) X(ops) X(rows) \
    X(pages) X(html) X(pool) X(schedule) X(initialise) X(train) X(phases) X(load) X(commands) X(watch) X(range_test) X(profile) X(safetensors) X(kill) X(replace) \
    X(record) \
    X(picture) X(resize) X(augment) X(target_view) X(mix) X(paint) X(outside_pictures) X(graph) X(pack) X(large) X(outside_networks) \
    X(outside_tails) X(outside_rates) X(outside_losses) X(outside_metrics) X(colour) X(sheet) X(dataset) X(random) X(table) X(arrays) X(kinds) X(loader) X(demo) X(house) X(command) X(memory) \
    X(models) \
    X(format) X(lsp) X(warm) \
    X(threads) X(cuts) X(laps) X(exact) X(learning) X(real) X(losses) X(programs) X(bits) X(kernels) X(instantiate) X(poison) \
    X(messages) X(cards) X(newcomer) X(wild) X(manual) X(bench)
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

static int is_asked_for(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], name))
            return 1;
    return argc < 2;
}

int main(int argc, char **argv)
{
    /* A shell's background job ignores the first, one under nohup the second; so would the trainers under test. */
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 3;
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        if (is_asked_for(suites[i].name, argc, argv))
            suites[i].add();
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
    unsigned passed = CU_get_number_of_tests_run() - CU_get_number_of_tests_failed();
    CU_cleanup_registry();
    printf("%u passed, %u failed\n", passed, failed);
    return failed || !passed;
}
