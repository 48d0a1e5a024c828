/* pool.h - a fixed set of threads that share out numbered tasks. Which thread takes which task never
 * touches a result: the tasks are cut by the card. */

#ifndef NETWORK_POOL_H
#define NETWORK_POOL_H

typedef struct Pool Pool;

/* `worker` is from 0 to threads-1 and no two running tasks share one: it names scratch memory. */
typedef void PoolTask(void *context, int task, int worker);

/* Starts threads-1 threads (the caller of pool_run is worker 0). Where the program may use just as many
 * processors as there are threads, each of those started is bound to one of its own; the caller roams.
 * Never NULL; a system that gives no threads ends the program with a fault. */
Pool *pool_open(int threads);
void  pool_close(Pool *pool);
int   pool_threads(const Pool *pool);

/* Runs task(context, 0..tasks-1, worker) and returns when all are done. Within tasks, denormal
 * numbers are flushed to zero; the caller's mode is restored. Waiting spins for some microseconds,
 * then sleeps, so that a loader's thread gets the processor. Not reentrant. */
void pool_run(Pool *pool, PoolTask *task, void *context, int tasks);

/* The same, but that the tasks from `first` on are links of up to MOST_CHAINS chains, which take turns: of two
 * that are `chains` apart, the later starts when the earlier has returned. So they may add to one sum, in an
 * order that is always the same. A link that must wait holds its thread, so more threads than chains gain nothing. */
enum { MOST_CHAINS = 4 };
void pool_run_chains(Pool *pool, PoolTask *task, void *context, int tasks, int first, int chains);

#endif
