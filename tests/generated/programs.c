/* programs.c - random cards, compiled and held against the evaluator: every other one on whole numbers,
 * exactly, the rest on real numbers within the derived bound. Each number is a card for ever, so that a
 * find can be run again: NETC_PROGRAMS=FROM-TO runs those instead of the usual few. */

#include <CUnit/CUnit.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/generated/draft.h"
#include "tests/generated/hold.h"

enum { USUAL = 100, TRIES = 20, MOST_WORKERS = 16 };

typedef struct {
    int exact, bounded, skipped, winograd;
    unsigned failed;            /* assertions */
    double worst;
} Count;

/* Whatever processors there are, old ones must be served, too; and each compiler that is here. Whole numbers stay
 * whole where sums are as they are written. */
static CompiledHow how_of(unsigned number, bool whole)
{
    static const char *const optimize[] = { "-O1", "-O0", "-O0", "-O1", "-O0", "-O0", "-O2", "-O0" };
    CompiledHow how = { .optimize = optimize[number / 2 % 8], .direct = whole || number % 8 == 3 };
    if (number % 5 == 1 && compiled_runs("x86-64-v3"))
        how.target = "x86-64-v3";
    if (number % 7 == 1 && compiled_runs("x86-64-v2"))
        how.target = "x86-64-v2";
    if (number % 9 == 2)
        how.compiler = compiled_clang();
    return how;
}

/* A power of two, since a third of an image has no exact gradient; few images are evaluated sooner. */
static int whole_batch(int batch, unsigned number)
{
    int n = 1, most = number % 8 ? 8 : 64;
    while (2 * n <= batch && 2 * n <= most)
        n *= 2;
    return n;
}

static void tell(const char *what, unsigned number, const Subject *s)
{
    fprintf(stderr, "program %u: %s\n%s", number, what, s->text);
}

static void hold_whole(Subject *s, unsigned number, Count *count)
{
    int batch = s->compiled->program->batch;
    Recipe recipe = { .n = whole_batch(batch, number), .seed = number, .whole = true, .density = 8,
                      .position = number };
    Held held = hold(s, recipe);
    count->exact += held.exact;
    count->bounded += !held.exact && !held.unsure;
    count->skipped += held.unsure != 0;
    recipe.n = batch > 3 ? 3 : 1;
    Held rest = hold(s, recipe);
    count->skipped += rest.unsure != 0;
    if (held.wrong || rest.wrong)
        tell("wrong on whole numbers", number, s);
}

/* Where rounding may decide who wins, other numbers are taken. */
static void hold_real(Subject *s, unsigned number, Count *count)
{
    int batch = s->compiled->program->batch;
    Held held = { .unsure = 1 };
    for (unsigned i = 0; i < TRIES && held.unsure; i++)
        held = hold(s, (Recipe){ .n = batch > 3 && i % 2 == 0 ? 3 : 1, .seed = number * TRIES + i,
                                 .position = number });
    count->bounded += !held.unsure;
    count->skipped += held.unsure != 0;
    if (held.worst > count->worst)
        count->worst = held.worst;
    if (held.wrong)
        tell("out of bound", number, s);
}

/* Whether the step has a table of weights in Winograd's form. */
static bool uses_winograd(const Program *program)
{
    static const char transform[] = "_transform";
    for (int i = 0; i < program->train.calls; i++) {
        const char *name = program->train.call[i].name, *end = name + strlen(name) - strlen(transform);
        if (end > name && !strcmp(end, transform))
            return true;
    }
    return false;
}

static void check_program(unsigned number, Count *count)
{
    char text[DRAFT_ROOM], name[32];
    bool whole = number % 2 == 0;
    CompiledHow how = how_of(number, whole);
    draft_card(text, number, whole);
    snprintf(name, sizeof name, "program-%u", number);
    Subject s = subject_open(name, text, 1 + (int)(number % 4), &how);
    count->winograd += s.compiled && uses_winograd(s.compiled->program);
    if (s.compiled && whole)
        hold_whole(&s, number, count);
    else if (s.compiled)
        hold_real(&s, number, count);
    subject_close(&s);
}

/* ---- as many at once as there are processors, since the C compiler takes most of the time ---- */

/* Each step-th program; what is asserted of them fails in this process. An assertion that is fatal ends its part. */
static Count check_part(unsigned from, unsigned to, unsigned step)
{
    Count count = { 0 };
    unsigned before = CU_get_number_of_failures();
    jmp_buf back;
    CU_get_current_test()->pJumpBuf = &back;
    if (!setjmp(back))
        for (unsigned number = from; number < to; number += step)
            check_program(number, &count);
    count.failed = CU_get_number_of_failures() - before;
    return count;
}

/* A process of its own for a part, whose count comes through the pipe that is returned. */
static int start_part(unsigned from, unsigned to, unsigned step)
{
    int ends[2];
    CU_ASSERT_FATAL(pipe(ends) == 0);
    fflush(NULL);
    pid_t child = fork();
    CU_ASSERT_FATAL(child >= 0);
    if (child == 0) {
        Count count = check_part(from, to, step);
        _exit(write(ends[1], &count, sizeof count) != sizeof count);
    }
    close(ends[1]);
    return ends[0];
}

static void add_part(Count *all, int end)
{
    Count part;
    bool counted = read(end, &part, sizeof part) == sizeof part;
    close(end);
    CU_ASSERT_TRUE(counted);
    if (!counted)
        return;                 /* it crashed */
    all->exact += part.exact;
    all->bounded += part.bounded;
    all->skipped += part.skipped;
    all->winograd += part.winograd;
    all->failed += part.failed;
    all->worst = part.worst > all->worst ? part.worst : all->worst;
}

static Count check_programs(unsigned from, unsigned to)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned workers = processors > MOST_WORKERS ? MOST_WORKERS : processors < 1 ? 1 : (unsigned)processors;
    int end[MOST_WORKERS];
    Count all = { 0 };
    for (unsigned w = 0; w < workers; w++)
        end[w] = start_part(from + w, to, workers);
    for (unsigned w = 0; w < workers; w++)
        add_part(&all, end[w]);
    for (unsigned w = 0; w < workers; w++)
        CU_ASSERT(wait(&(int){ 0 }) > 0);
    return all;
}

static void random_programs(void)
{
    unsigned from = 0, to = USUAL;
    const char *told = getenv("NETC_PROGRAMS");
    if (told)
        CU_ASSERT_EQUAL(sscanf(told, "%u-%u", &from, &to), 2);
    Count count = check_programs(from, to);
    int total = (int)(to - from);
    CU_ASSERT_EQUAL(count.failed, 0);
    CU_ASSERT(count.skipped <= 1 + total / 10);
    CU_ASSERT(count.exact >= total * 3 / 10);
    CU_ASSERT(count.winograd >= total / 6);     /* a quarter are drafted for it */
    if (told)
        printf("%d exact, %d within the bound, of which at most %.3g was used, %d not sure enough; "
               "%d by Winograd's way\n", count.exact, count.bounded, count.worst, count.skipped, count.winograd);
}

void suite_programs(void);
void suite_programs(void)
{
    CU_pSuite suite = CU_add_suite("generated: random programs", NULL, NULL);
    CU_ADD_TEST(suite, random_programs);
}
