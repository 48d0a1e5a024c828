#include "runtime/system/threads.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "runtime/system/fault.h"

pthread_t thread_start(void *(*run)(void *), void *argument)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error)
        fault("cannot start a thread: %s", strerror(error));
    return thread;
}

void thread_doze(double seconds)
{
    nanosleep(&(struct timespec){ .tv_nsec = (long)(seconds * 1e9) }, NULL);
}
