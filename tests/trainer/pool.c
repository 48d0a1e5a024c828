/* pool.c - the pool runs each task once, gives no two running tasks one worker, flushes denormals
 * within tasks alone, keeps the order of a chain's links, and neither loses nor doubles one over many short runs. */

#include <CUnit/CUnit.h>
#include <float.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "runtime/network/pool.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

enum { TASKS = 500, RUNS = 3000 };

static const int thread_counts[] = { 1, 2, 3, 7 };

typedef struct {
    atomic_int ran[TASKS];
    atomic_int busy[8];         /* by worker */
    atomic_int shared, flushed;
    volatile float tiny;
} Seen;

static void look_around(void *context, int task, int worker)
{
    Seen *seen = context;
    if (atomic_fetch_add(&seen->busy[worker], 1))
        seen->shared++;
    seen->ran[task]++;
    volatile float half = seen->tiny * 0.5f;    /* below FLT_MIN: denormal, or 0 */
    seen->flushed += half == 0;
    atomic_fetch_sub(&seen->busy[worker], 1);
}

static void each_task_once(void)
{
    for (int i = 0; i < 4; i++) {
        Pool *pool = pool_open(thread_counts[i]);
        CU_ASSERT_EQUAL(pool_threads(pool), thread_counts[i]);
        for (int run = 0; run < RUNS; run++) {
            Seen *seen = need_memory(sizeof *seen);
            int tasks = run % 7 ? run % 23 : run % TASKS, wrong = 0;
            seen->tiny = FLT_MIN;
            pool_run(pool, look_around, seen, tasks);
            for (int task = 0; task < TASKS; task++)
                wrong += seen->ran[task] != (task < tasks);
            CU_ASSERT_EQUAL(wrong, 0);
            CU_ASSERT_EQUAL(seen->shared, 0);
            CU_ASSERT_EQUAL(seen->flushed, tasks);
            free(seen);
        }
        pool_close(pool);
    }
}

static void denormals_stay_outside(void)
{
    Pool *pool = pool_open(2);
    Seen *seen = need_memory(sizeof *seen);
    seen->tiny = FLT_MIN;
    pool_run(pool, look_around, seen, 4);
    volatile float half = seen->tiny * 0.5f;
    CU_ASSERT(half != 0);
    free(seen);
    pool_close(pool);
}

/* A pool that sleeps must wake, and closing one that sleeps must not hang. */
static void sleepers_wake(void)
{
    Pool *pool = pool_open(3);
    Seen *seen = need_memory(sizeof *seen);
    for (int i = 0; i < 20; i++) {
        struct timespec pause = { .tv_nsec = 2000000 };
        nanosleep(&pause, NULL);
        pool_run(pool, look_around, seen, 5);
    }
    for (int task = 0; task < 5; task++)
        CU_ASSERT_EQUAL(seen->ran[task], 20);
    free(seen);
    pool_close(pool);
}

/* ---- chains ---- */

enum { WHOLE = 3, LINKS = 61 };

typedef struct {
    int chains;
    int next[MOST_CHAINS];      /* link, by chain; no atomics: links of one chain never meet */
    atomic_int whole, wrong;
} Chained;

static void take_link(void *context, int task, int worker)
{
    Chained *chained = context;
    (void)worker;
    if (task < WHOLE) {
        chained->whole++;
        return;
    }
    int link = task - WHOLE, *next = &chained->next[link % chained->chains];
    chained->wrong += *next != link / chained->chains;
    if (link % 13 == 0) {                       /* longer than a wait spins */
        struct timespec pause = { .tv_nsec = 300000 };
        nanosleep(&pause, NULL);
    }
    *next = link / chained->chains + 1;
}

static void links_keep_their_order(void)
{
    for (int i = 0; i < 4; i++) {
        Pool *pool = pool_open(thread_counts[i]);
        for (int run = 0; run < 40; run++) {
            Chained chained = { .chains = 1 + run % MOST_CHAINS };
            int links = 0;
            pool_run_chains(pool, take_link, &chained, WHOLE + LINKS, WHOLE, chained.chains);
            for (int chain = 0; chain < MOST_CHAINS; chain++)
                links += chained.next[chain];
            CU_ASSERT_EQUAL(chained.wrong, 0);
            CU_ASSERT_EQUAL(chained.whole, WHOLE);
            CU_ASSERT_EQUAL(links, LINKS);
        }
        pool_close(pool);
    }
}

void suite_pool(void)
{
    CU_Suite *suite = CU_add_suite("trainer: pool", NULL, NULL);
    CU_add_test(suite, "each task runs once, workers are not shared", each_task_once);
    CU_add_test(suite, "denormals are flushed within tasks alone", denormals_stay_outside);
    CU_add_test(suite, "sleepers wake", sleepers_wake);
    CU_add_test(suite, "links of a chain keep their order", links_keep_their_order);
}
