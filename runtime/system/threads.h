/* threads.h - threads beside the one that drives the program. */

#ifndef SYSTEM_THREADS_H
#define SYSTEM_THREADS_H

#include <pthread.h>

/* Starts a thread that no signal reaches: those are the main thread's. One that cannot be had is a
 * fault. */
pthread_t thread_start(void *(*run)(void *), void *argument);

/* Sleeps for a part of a second. */
void thread_doze(double seconds);

#endif
