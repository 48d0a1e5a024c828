/* kernels.c - every kernel against plain loops, at each width of a vector that this processor has. */

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "compiler/gen/kernels.h"
#include "tests/kernels/kernels.h"

#define TABLE(file, width)  extern const KernelTest WIDE_NAME(file, width)[];
#define MEMBER(file, width) WIDE_NAME(file, width),
#define WIDTH(width)        WIDE_FILES(TABLE, width) \
    static const KernelTest *const tables_##width[] = { WIDE_FILES(MEMBER, width) NULL };

WIDTH(4)
#if defined __x86_64__
WIDTH(8)
WIDTH(16)
#define HAS(feature) (__builtin_cpu_supports(feature) != 0)
#endif

static void add_width(const char *suite_name, bool can, const KernelTest *const *table)
{
    if (!can) {
        printf("skipped: %s: this processor has no such vectors\n", suite_name);
        return;
    }
    CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);
    for (; *table; table++)
        for (const KernelTest *test = *table; test->name; test++)
            CU_add_test(suite, test->name, test->run);
}

static bool is_tested(const char *file)
{
    for (const KernelTest *const *table = tables_4; *table; table++)
        for (const KernelTest *test = *table; test->name; test++)
            if (strlen(file) == strlen(test->name) + 2 && !strncmp(file, test->name, strlen(test->name)))
                return true;
    return false;
}

static void every_kernel_is_tested(void)
{
    int kernels = 0;
    for (const KernelText *k = kernel_texts; k->name; k++) {
        if (strcmp(strrchr(k->name, '.'), ".c"))
            continue;
        kernels++;
        if (!is_tested(k->name))
            CU_assertImplementation(CU_FALSE, __LINE__, k->name, __FILE__, "", CU_FALSE);
    }
    CU_ASSERT_TRUE(kernels > 0);
}

void suite_kernels(void);
void suite_kernels(void)
{
    CU_ADD_TEST(CU_add_suite("kernels", NULL, NULL), every_kernel_is_tested);
#if defined __x86_64__
    add_width("kernels: 4 lanes", HAS("sse4.2"), tables_4);
    add_width("kernels: 8 lanes", HAS("avx2") && HAS("fma") && HAS("bmi2"), tables_8);
    add_width("kernels: 16 lanes", HAS("avx512f") && HAS("avx512dq") && HAS("avx512bw") && HAS("avx512vl"),
              tables_16);
#else
    add_width("kernels: 4 lanes", true, tables_4);
#endif
}
