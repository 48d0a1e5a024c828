/* pages.c - memory is aligned and cleared, also what another had before, and pages take no memory before they are
 * touched. */

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/system/memory.h"

enum { HUGE = 1 << 21 };

static bool is_clear(const char *memory, size_t bytes)
{
    return memory[0] == 0 && memcmp(memory, memory + 1, bytes - 1) == 0;
}

static void memory_is_cleared(void)
{
    static const size_t sizes[] = { 1, 63, 64, 65, 4096, HUGE - 1, HUGE, HUGE + 1, 3 * HUGE + 5 };
    for (int again = 0; again < 2; again++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            char *memory = need_memory(sizes[i]), *pages = need_pages(sizes[i]);
            CU_ASSERT_EQUAL((uintptr_t)memory % 64, 0);
            CU_ASSERT_EQUAL((uintptr_t)pages % (sizes[i] < HUGE ? 64 : HUGE), 0);
            CU_ASSERT_TRUE(is_clear(memory, sizes[i]));
            CU_ASSERT_TRUE(is_clear(pages, sizes[i]));
            memset(memory, 1, sizes[i]);
            memset(pages, 1, sizes[i]);
            free(memory);
            free_pages(pages, sizes[i]);
        }
}

/* Of this process. */
static long resident_bytes(void)
{
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

static void pages_come_when_they_are_touched(void)
{
    enum { BYTES = 64 * HUGE };
    long before = resident_bytes();
    char *pages = need_pages(BYTES);
    CU_ASSERT_TRUE(resident_bytes() - before < BYTES / 8);
    memset(pages, 1, BYTES);
    CU_ASSERT_TRUE(resident_bytes() - before > BYTES / 2);
    free_pages(pages, BYTES);
    CU_ASSERT_TRUE(resident_bytes() - before < BYTES / 8);
}

void suite_pages(void);
void suite_pages(void)
{
    CU_pSuite suite = CU_add_suite("pages", NULL, NULL);
    CU_ADD_TEST(suite, memory_is_cleared);
    CU_ADD_TEST(suite, pages_come_when_they_are_touched);
}
