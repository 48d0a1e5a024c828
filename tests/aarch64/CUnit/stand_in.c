/* stand_in.c - what stands in for CUnit, which Debian's cross compiler does not find for a foreign processor, and for
 * the trainer, whose pictures need libraries: a generated program's main calls it, and no test here does. */

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/network/program.h"

struct CU_Suite {
    const char *name;
    CU_InitializeFunc *open;
    CU_CleanupFunc *close;
    CU_Test *test;
    struct CU_Suite *next;
};

static CU_Suite *suites;
static CU_Test *current;
static CU_FailureRecord *failures;      /* of the test at hand, the last one first */
static unsigned failed, failed_suites;

static void (*begin_test)(const CU_pTest, const CU_pSuite);
static void (*end_test)(const CU_pTest, const CU_pSuite, const CU_pFailureRecord);

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
    CU_FailureRecord *failure = calloc(1, sizeof *failure);
    *failure = (CU_FailureRecord){ file, condition, line, failures };
    failures = failure;
    failed++;
    if (fatal)
        longjmp(*current->pJumpBuf, 1);
    return CU_FALSE;
}

static void run_test(CU_Suite *suite, CU_Test *test)
{
    current = test;
    failures = NULL;
    begin_test(test, suite);
    jmp_buf out;
    test->pJumpBuf = &out;
    if (!setjmp(out))
        test->run();
    end_test(test, suite, failures);
}

void CU_run_all_tests(void)
{
    for (CU_Suite *suite = suites; suite; suite = suite->next) {
        if (suite->open && suite->open()) {
            failed_suites++;
            continue;
        }
        for (CU_Test *test = suite->test; test; test = test->next)
            run_test(suite, test);
        if (suite->close)
            suite->close();
    }
}

void CU_set_test_start_handler(void (*handler)(const CU_pTest, const CU_pSuite))
{
    begin_test = handler;
}

void CU_set_test_complete_handler(void (*handler)(const CU_pTest, const CU_pSuite, const CU_pFailureRecord))
{
    end_test = handler;
}

void     CU_initialize_registry(void)           { }
unsigned CU_get_number_of_suites_failed(void)   { return failed_suites; }
unsigned CU_get_number_of_failures(void)        { return failed; }
void     CU_cleanup_registry(void)              { }

int trainer_main(const Program *program, int argc, char **argv)
{
    (void)program;
    (void)argc;
    (void)argv;
    abort();
}
