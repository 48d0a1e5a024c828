/* memory.c - what `netc explain` foretells that a training holds, against the most that it held. */

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/scratch.h"

enum { THREADS = 2, PATH = 256 };   /* threads at most: what each of many decodes would count for more */

/* The exit code of a shell's line, run in the project's root. */
static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *format, ...)
{
    char line[4 * PATH];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- the most that a program held ---- */

/* kB; 0: it holds nothing any more. */
static long peak_of(pid_t program)
{
    char path[PATH], line[PATH];
    long peak = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)program);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %ld", &peak) == 1)
            break;
    if (file)
        fclose(file);
    return peak;
}

static _Noreturn void become_trainer(const char *name)
{
    char program[PATH];
    snprintf(program, sizeof program, "./%s", name);
    if (chdir(suite_folder) == 0)
        execl(program, program, "train", "--new", "--quiet", "--cache", "0", (char *)NULL);
    _exit(127);
}

/* MB; 0: it failed. The child begins as a copy of this program, which is large; its last figure counts. */
static double measured(const char *name)
{
    long peak = 0;
    int status;
    pid_t child = fork();
    if (child == 0)
        become_trainer(name);
    while (waitpid(child, &status, WNOHANG) == 0) {
        long now = peak_of(child);
        peak = now ? now : peak;
        usleep(1000);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1024e-6 * (double)peak : 0;
}

/* ---- what was foretold ---- */

/* MB, of a part; 0: it is not told. */
static double foretold(const char *name, const char *part)
{
    char path[PATH], line[PATH];
    double found = 0;
    snprintf(path, sizeof path, "%s/%s.txt", suite_folder, name);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, part, strlen(part)))
            found = atof(line + strlen(part));
    if (file)
        fclose(file);
    return found;
}

/* A card, its explanation and its trainer. */
static void make(const char *name, int side, const char *model, int batch)
{
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s.net", suite_folder, name);
    FILE *card = fopen(path, "w");
    fprintf(card, "network %s\ninput %dx%dx3 scale=1/255\n"
                  "data \"data\" {\n class cat \"cat.*\"\n class dog \"dog.*\"\n validation 25%%\n}\n"
                  "model {\n%s flatten\n dense 64 relu\n dense 1 sigmoid\n}\n"
                  "train {\n loss binary_crossentropy\n optimizer rmsprop rate=1e-4\n"
                  " batch %d\n epochs 2\n}\n",
            name, side, side, model, batch);
    fclose(card);
    CU_ASSERT_EQUAL(run("build/bin/netc explain %s/%s.net >%s/%s.txt", suite_folder, name, suite_folder, name), 0);
    CU_ASSERT_EQUAL(run("build/bin/netc build -o %s/%s %s/%s.net >/dev/null", suite_folder, name, suite_folder, name), 0);
}

static void check(const char *name, int side, const char *model, int batch, double tolerance)
{
    make(name, side, model, batch);
    double told = foretold(name, "resident"), held = measured(name);
    CU_ASSERT(held > 0);
    CU_ASSERT(fabs(told / held - 1) <= tolerance);
    if (!(fabs(told / held - 1) <= tolerance))
        fprintf(stderr, "%s: foretold %.1f MB, held %.1f\n", name, told, held);
    double parts = foretold(name, "block") + foretold(name, "batches") + foretold(name, "decoding") +
                   foretold(name, "report") + foretold(name, "program");
    CU_ASSERT_DOUBLE_EQUAL(parts, told, 0.25);      /* rounded */
    CU_ASSERT_EQUAL(run("grep -q '^cache  *up to 1 GB more' %s/%s.txt", suite_folder, name), 0);
}

/* A few processors, whatever the machine has: for the test, netc and the trainers alike. */
static void foretold_is_held(void)
{
    cpu_set_t all, few;
    CPU_ZERO(&few);
    sched_getaffinity(0, sizeof all, &all);
    for (int i = 0; CPU_COUNT(&few) < THREADS && i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &few);
    sched_setaffinity(0, sizeof few, &few);
    CU_ASSERT_EQUAL(run("build/demo/draw --count 200 %s/data >/dev/null", suite_folder), 0);
    check("small", 48, " conv 8 3x3 relu\n pool max 2x2\n", 16, 0.12);
    check("middle", 96, " conv 16 3x3 relu\n pool max 2x2\n conv 32 3x3 relu\n pool max 2x2\n", 32, 0.03);
    sched_setaffinity(0, sizeof all, &all);
}

void suite_memory(void);
void suite_memory(void)
{
    CU_pSuite suite = CU_add_suite("memory", suite_open_folder, suite_close_folder);
    CU_add_test(suite, "foretold_is_held", foretold_is_held);
}
