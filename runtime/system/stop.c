#include "runtime/system/stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/system/fault.h"

/* Who signals a program and then its whole group, as timeout(1) does, means one thing: so close to the first a signal
 * is its echo. */
#define ECHO_NS INT64_C(200000000)

static volatile sig_atomic_t guarding, wanted, watched;
static _Atomic int64_t wanted_at;
static const char *volatile last_words;

static int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Within a signal: no stream may be touched. Nobody is left to be told that a write failed. */
static void put(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

static void on_signal(int signal)
{
    (void)signal;
    int64_t now = nanoseconds(), first = atomic_load(&wanted_at);
    if (!first && guarding && atomic_compare_exchange_strong(&wanted_at, &first, now)) {
        wanted = 1;
        return;
    }
    if (first && now - first < ECHO_NS)
        return;
    if (watched)
        put("\n");              /* behind a line that moves, and the terminal's ^C */
    if (last_words)
        put(last_words);
    _exit(EXIT_INTERRUPTED);
}

void stop_listen(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
    watched = isatty(STDERR_FILENO);
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART }, before;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

void stop_guard(bool guarded)
{
    guarding = guarded;
}

void stop_last_words(const char *words)
{
    last_words = words;
}

bool stop_wanted(void)
{
    return wanted;
}
