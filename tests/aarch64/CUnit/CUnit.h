/* CUnit.h - the part of CUnit that tests/main.c and the tests built for aarch64 use: see stand_in.c. The names are
 * CUnit's. */

#ifndef TESTS_AARCH64_CUNIT_H
#define TESTS_AARCH64_CUNIT_H

#include <math.h>
#include <setjmp.h>
#include <string.h>

enum { CU_FALSE, CU_TRUE };

typedef int CU_BOOL;
typedef int CU_InitializeFunc(void), CU_CleanupFunc(void);
typedef void CU_TestFunc(void);

typedef struct CU_Suite CU_Suite, *CU_pSuite;
typedef struct CU_Test {
    const char *pName;
    CU_TestFunc *run;
    jmp_buf *pJumpBuf;          /* where it ends */
    struct CU_Test *next;
} CU_Test, *CU_pTest;

typedef struct CU_FailureRecord {
    const char *strFileName, *strCondition;
    unsigned uiLineNumber;
    struct CU_FailureRecord *pNext;
} CU_FailureRecord, *CU_pFailureRecord;

CU_pSuite CU_add_suite(const char *name, CU_InitializeFunc *open, CU_CleanupFunc *close);
CU_pTest  CU_add_test(CU_pSuite suite, const char *name, CU_TestFunc *run);
CU_pTest  CU_get_current_test(void);

/* What is called before a test, and with its failures behind it. */
void CU_set_test_start_handler(void (*handler)(const CU_pTest test, const CU_pSuite suite));
void CU_set_test_complete_handler(void (*handler)(const CU_pTest test, const CU_pSuite suite,
                                                  const CU_pFailureRecord failures));

void     CU_initialize_registry(void);
void     CU_run_all_tests(void);
unsigned CU_get_number_of_suites_failed(void), CU_get_number_of_failures(void);
void     CU_cleanup_registry(void);

/* Notes a failure where `value` is 0; the test goes on, or where it is `fatal`, ends. */
CU_BOOL CU_assertImplementation(CU_BOOL value, unsigned line, const char *condition, const char *file,
                                const char *function, CU_BOOL fatal);

#define CU_HOLDS(condition, text, fatal) \
    (void)CU_assertImplementation((condition) ? CU_TRUE : CU_FALSE, __LINE__, text, __FILE__, "", fatal)

#define CU_ADD_TEST(suite, test)                CU_add_test(suite, #test, test)
#define CU_ASSERT(value)                        CU_HOLDS(value, #value, CU_FALSE)
#define CU_ASSERT_FATAL(value)                  CU_HOLDS(value, #value, CU_TRUE)
#define CU_ASSERT_TRUE(value)                   CU_HOLDS(value, #value, CU_FALSE)
#define CU_ASSERT_FALSE(value)                  CU_HOLDS(!(value), "not " #value, CU_FALSE)
#define CU_ASSERT_EQUAL(a, b)                   CU_HOLDS((a) == (b), #a " == " #b, CU_FALSE)
#define CU_ASSERT_EQUAL_FATAL(a, b)             CU_HOLDS((a) == (b), #a " == " #b, CU_TRUE)
#define CU_ASSERT_NOT_EQUAL(a, b)               CU_HOLDS((a) != (b), #a " != " #b, CU_FALSE)
#define CU_ASSERT_PTR_NULL(value)               CU_HOLDS(!(value), #value " is NULL", CU_FALSE)
#define CU_ASSERT_PTR_EQUAL(a, b)               CU_HOLDS((a) == (b), #a " == " #b, CU_FALSE)
#define CU_ASSERT_PTR_NOT_EQUAL(a, b)           CU_HOLDS((a) != (b), #a " != " #b, CU_FALSE)
#define CU_ASSERT_PTR_NOT_NULL(value)           CU_HOLDS(value, #value " is not NULL", CU_FALSE)
#define CU_ASSERT_PTR_NOT_NULL_FATAL(value)     CU_HOLDS(value, #value " is not NULL", CU_TRUE)
#define CU_ASSERT_DOUBLE_EQUAL(a, b, by)        CU_HOLDS(fabs((a) - (b)) <= fabs(by), #a " == " #b, CU_FALSE)
#define CU_ASSERT_STRING_EQUAL(a, b)            CU_HOLDS(!strcmp(a, b), #a " is " #b, CU_FALSE)

#endif
