/* pool.c - threads that take numbered tasks from one counter.
 *
 * `left` is the whole protocol. It is 0 between runs; pool_run sets it to the number of tasks, and
 * who lowers it by one has taken a task. So a thread that wakes late finds 0, or tasks of the next
 * run, and both are fine: nobody waits for sleepers, and a barrier costs what its slowest task does.
 *
 * A link of a chain may be taken before its time, and then waits. Links are taken in their order, so the one that it
 * waits for has a thread, and the first of those who wait is never held up: no two wait for each other. */

#include "runtime/network/pool.h"

#include <assert.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/system/memory.h"
#include "runtime/system/threads.h"

enum {
    CLOSED = -1,                /* in `left`: go home */
    SPINS = 2000,               /* looks before a sleep: some 20 to 50 microseconds */
    LINE = 64                   /* bytes of a cache line */
};

typedef struct {
    Pool *pool;
    int number;
    pthread_t thread;
} Worker;

struct Pool {
    int threads;
    Worker *worker;             /* [threads]; 0 is the caller, and has no thread */
    PoolTask *task;             /* of the run at hand */
    void *context;
    int tasks, first, chains;   /* tasks from `first` on are links of chains */
    _Alignas(LINE) atomic_int left;     /* tasks that nobody has taken */
    _Alignas(LINE) atomic_int done;     /* tasks that have returned */
    _Alignas(LINE) atomic_int sleepers; /* workers that need waking */
    atomic_bool caller_sleeps;
    _Alignas(LINE) atomic_int linked[MOST_CHAINS];      /* links that have returned, by chain */
    atomic_int chain_sleepers;
};

/* ---- the processor's ways ---- */

static inline void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/* Flushes denormal numbers to zero, as operands and as results; returns the mode before. */
static uint64_t flush_denormals(void)
{
#if defined(__x86_64__)
    unsigned mode = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(mode | 1u << 15 | 1u << 6);      /* FTZ, DAZ */
    return mode;
#elif defined(__aarch64__)
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    __asm__ volatile("msr fpcr, %0" : : "r"(mode | UINT64_C(1) << 24));     /* FZ */
    return mode;
#else
    return 0;
#endif
}

static void restore_denormals(uint64_t mode)
{
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr((unsigned)mode);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
    (void)mode;
#endif
}

static void sleep_while(atomic_int *word, int value)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(atomic_int *word, int threads)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, threads, NULL, NULL, 0);
}

/* ---- tasks ---- */

/* Lowers `left` by one; returns what it was, or 0 where nothing was left (CLOSED stays). */
static int take(Pool *pool)
{
    int left = atomic_load_explicit(&pool->left, memory_order_relaxed);
    while (left > 0 &&
           !atomic_compare_exchange_weak_explicit(&pool->left, &left, left - 1,
                                                  memory_order_acquire, memory_order_relaxed))
        ;
    return left > 0 ? left : 0;
}

static void wait_for_links(Pool *pool, int chain, int links)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load_explicit(&pool->linked[chain], memory_order_acquire) == links)
            return;
        pause_briefly();
    }
    atomic_fetch_add(&pool->chain_sleepers, 1);
    for (int linked; (linked = atomic_load(&pool->linked[chain])) != links; )
        sleep_while(&pool->linked[chain], linked);
    atomic_fetch_sub(&pool->chain_sleepers, 1);
}

static void run_link(Pool *pool, int number, int worker)
{
    int chain = number % pool->chains, before = number / pool->chains;
    wait_for_links(pool, chain, before);
    pool->task(pool->context, pool->first + number, worker);
    atomic_store(&pool->linked[chain], before + 1);
    if (atomic_load(&pool->chain_sleepers))
        wake(&pool->linked[chain], INT_MAX);
}

/* Runs tasks until none is left. Having taken one, the run cannot end before it is done, so its
 * fields hold still. */
static void work(Pool *pool, int worker)
{
    for (int left; (left = take(pool)) > 0; ) {
        int tasks = pool->tasks, number = tasks - left;
        if (number < pool->first)
            pool->task(pool->context, number, worker);
        else
            run_link(pool, number - pool->first, worker);
        if (atomic_fetch_add(&pool->done, 1) + 1 == tasks && atomic_load(&pool->caller_sleeps))
            wake(&pool->done, 1);
    }
}

static void wait_for_tasks(Pool *pool)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load_explicit(&pool->left, memory_order_relaxed))
            return;
        pause_briefly();
    }
    atomic_fetch_add(&pool->sleepers, 1);
    sleep_while(&pool->left, 0);
    atomic_fetch_sub(&pool->sleepers, 1);
}

static void wait_for_done(Pool *pool)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load_explicit(&pool->done, memory_order_acquire) == pool->tasks)
            return;
        pause_briefly();
    }
    atomic_store(&pool->caller_sleeps, true);
    for (int done; (done = atomic_load(&pool->done)) != pool->tasks; )
        sleep_while(&pool->done, done);
    atomic_store(&pool->caller_sleeps, false);
}

static void *worker_main(void *argument)
{
    Worker *self = argument;
    Pool *pool = self->pool;
    flush_denormals();
    while (atomic_load(&pool->left) != CLOSED) {
        wait_for_tasks(pool);
        work(pool, self->number);
    }
    return NULL;
}

/* ---- opening and closing ---- */

/* Gives each thread a processor, if the program may use just as many as it has threads. With fewer
 * threads another program may well use the rest, and we would not know which. The caller stays
 * free, since the threads that it starts later (a loader's) would inherit its place. */
static void bind_workers(Pool *pool)
{
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) || CPU_COUNT(&allowed) != pool->threads)
        return;
    for (int processor = 0, number = 0; number < pool->threads; processor++)
        if (CPU_ISSET(processor, &allowed) && number++) {
            CPU_ZERO(&one);
            CPU_SET(processor, &one);
            pthread_setaffinity_np(pool->worker[number - 1].thread, sizeof one, &one);
        }
}

Pool *pool_open(int threads)
{
    Pool *pool = need_memory(sizeof *pool);
    pool->threads = threads;
    pool->worker = need_memory(sizeof *pool->worker * (unsigned long)threads);
    for (int i = 1; i < threads; i++) {
        Worker *worker = &pool->worker[i];
        *worker = (Worker){ .pool = pool, .number = i };
        worker->thread = thread_start(worker_main, worker);
    }
    bind_workers(pool);
    return pool;
}

void pool_close(Pool *pool)
{
    atomic_store(&pool->left, CLOSED);
    wake(&pool->left, INT_MAX);
    for (int i = 1; i < pool->threads; i++)
        pthread_join(pool->worker[i].thread, NULL);
    free(pool->worker);
    free(pool);
}

int pool_threads(const Pool *pool)
{
    return pool->threads;
}

void pool_run(Pool *pool, PoolTask *task, void *context, int tasks)
{
    pool_run_chains(pool, task, context, tasks, tasks, 0);
}

void pool_run_chains(Pool *pool, PoolTask *task, void *context, int tasks, int first, int chains)
{
    assert(chains <= MOST_CHAINS && (chains > 0 || first == tasks));
    if (tasks <= 0)
        return;
    pool->task = task;
    pool->context = context;
    pool->tasks = tasks;
    pool->first = first;
    pool->chains = chains;
    for (int chain = 0; chain < chains; chain++)
        atomic_store(&pool->linked[chain], 0);
    atomic_store(&pool->done, 0);
    atomic_store(&pool->left, tasks);
    if (tasks > 1 && atomic_load(&pool->sleepers))
        wake(&pool->left, tasks - 1);
    uint64_t mode = flush_denormals();
    work(pool, 0);
    restore_denormals(mode);
    wait_for_done(pool);
}
