/* stand_in.c - what stands in for CUnit, which Debian's cross compiler does not find for a foreign processor, and for
 * the trainer, whose pictures need libraries: a generated program's main calls it, and no test here does. */

#include <CUnit/Basic.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/program.h"

struct CU_Suite {
    const char *name;
    CU_InitializeFunc *open;
    CU_CleanupFunc *close;
    CU_Test *test;
    struct CU_Suite *next;
};

static CU_Suite *suites;
static CU_Test *current;
static unsigned run, failed, failed_suites;
static CU_BOOL good;            /* the test at hand, so far */
static jmp_buf out;             /* of it */

CU_pSuite CU_add_suite(const char *name, CU_InitializeFunc *open, CU_CleanupFunc *close)
{
    CU_Suite *suite = calloc(1, sizeof *suite), **end = &suites;
    *suite = (CU_Suite){ .name = name, .open = open, .close = close };
    while (*end)
        end = &(*end)->next;
    return *end = suite;
}

CU_pTest CU_add_test(CU_pSuite suite, const char *name, CU_TestFunc *test)
{
    CU_Test *added = calloc(1, sizeof *added), **end = &suite->test;
    *added = (CU_Test){ .pName = name, .run = test };
    while (*end)
        end = &(*end)->next;
    return *end = added;
}

CU_pTest CU_get_current_test(void)
{
    return current;
}

CU_BOOL CU_assertImplementation(CU_BOOL value, unsigned line, const char *condition, const char *file,
                                const char *function, CU_BOOL fatal)
{
    (void)function;
    if (value)
        return CU_TRUE;
    printf("    %s:%u: %s\n", file, line, condition);
    good = CU_FALSE;
    if (fatal)
        longjmp(out, 1);
    return CU_FALSE;
}

static void run_test(CU_Test *test)
{
    current = test;
    good = CU_TRUE;
    if (!setjmp(out))
        test->run();
    run++;
    failed += !good;
    printf("  %s ... %s\n", test->pName, good ? "passed" : "FAILED");
    fflush(stdout);
}

int CU_basic_run_tests(void)
{
    for (CU_Suite *suite = suites; suite; suite = suite->next) {
        printf("\n%s\n", suite->name);
        if (suite->open && suite->open()) {
            printf("  could not be opened\n");
            failed_suites++;
            continue;
        }
        for (CU_Test *test = suite->test; test; test = test->next)
            run_test(test);
        if (suite->close)
            suite->close();
    }
    return 0;
}

int      CU_initialize_registry(void)           { return CUE_SUCCESS; }
void     CU_basic_set_mode(int mode)            { (void)mode; }
unsigned CU_get_number_of_tests_run(void)       { return run; }
unsigned CU_get_number_of_tests_failed(void)    { return failed; }
unsigned CU_get_number_of_suites_failed(void)   { return failed_suites; }
void     CU_cleanup_registry(void)              { }

int trainer_main(const Program *program, int argc, char **argv)
{
    (void)program;
    (void)argc;
    (void)argv;
    abort();
}
