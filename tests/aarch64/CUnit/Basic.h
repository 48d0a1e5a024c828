/* Basic.h - how tests/main.c runs the suites: see CUnit.h. */

#ifndef TESTS_AARCH64_BASIC_H
#define TESTS_AARCH64_BASIC_H

#include <CUnit/CUnit.h>

enum { CU_BRM_NORMAL };

int      CU_initialize_registry(void);
void     CU_basic_set_mode(int mode);
int      CU_basic_run_tests(void);
unsigned CU_get_number_of_tests_run(void), CU_get_number_of_tests_failed(void), CU_get_number_of_suites_failed(void);
void     CU_cleanup_registry(void);

#endif
