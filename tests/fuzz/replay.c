/* replay.c - what corpus/ keeps, through the target that it was kept for, each file in a process of its own; and what
 * no fuzzer has to find: nothing at all, a zero, a lot of the same. */

#include <CUnit/CUnit.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/scratch.h"

static const struct {
    const char *name;
    FuzzTarget *run;
} targets[] = {
#define TARGET(name, ours, what) { #name, fuzz_##name },
#include "tests/fuzz/targets.def"
#undef TARGET
};
enum { TARGETS = sizeof targets / sizeof *targets };

typedef struct {
    FuzzTarget *run;
    const uint8_t *bytes;
    size_t length;
} Try;

static void run_try(void *argument)
{
    const Try *try = argument;
    fuzz_folder();
    try->run(try->bytes, try->length);
    exit(0);
}

/* Whatever it is told, a program ends by itself. */
static void replay(int target, const char *name, const uint8_t *bytes, size_t length)
{
    char said[2000];
    Try try = { targets[target].run, bytes, length };
    int code = scratch_child(run_try, &try, said, sizeof said);
    CU_ASSERT(code >= 0);
    if (code < 0)
        fprintf(stderr, "%s, %s: signal %d\n%s\n", targets[target].name, name, -code, said);
}

static void replay_file(int target, const char *path)
{
    enum { ROOM = 1 << 20 };
    static uint8_t bytes[ROOM];
    FILE *in = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(in);
    size_t length = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    replay(target, path, bytes, length);
}

static void what_is_kept_is_survived(void)
{
    for (int i = 0; i < TARGETS; i++) {
        char pattern[200];
        glob_t kept = { 0 };
        snprintf(pattern, sizeof pattern, "tests/fuzz/corpus/%s/*", targets[i].name);
        glob(pattern, 0, NULL, &kept);
        for (size_t n = 0; n < kept.gl_pathc; n++)
            replay_file(i, kept.gl_pathv[n]);
        globfree(&kept);
    }
}

static void nothing_and_a_lot_is_survived(void)
{
    enum { LOT = 300000 };
    static const char letter[] = { 0, ' ', '\n', '{', '(', '"', ',', 'a', (char)0xff };
    char *lot = malloc(LOT);
    for (int i = 0; i < TARGETS; i++) {
        replay(i, "nothing", (const uint8_t *)"", 0);
        for (size_t l = 0; l < sizeof letter; l++) {
            memset(lot, letter[l], LOT);
            replay(i, "one", (const uint8_t *)lot, 1);
            replay(i, "a lot", (const uint8_t *)lot, LOT);
        }
    }
    free(lot);
}

void suite_fuzz(void);
void suite_fuzz(void)
{
    CU_pSuite suite = CU_add_suite("fuzz", NULL, NULL);
    CU_ADD_TEST(suite, what_is_kept_is_survived);
    CU_ADD_TEST(suite, nothing_and_a_lot_is_survived);
}
