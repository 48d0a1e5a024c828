#include "runtime/stop.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "runtime/fault.h"

static volatile sig_atomic_t guarding, wanted;

static void on_signal(int signal)
{
    (void)signal;
    if (!guarding || wanted)
        _exit(EXIT_INTERRUPTED);
    wanted = 1;
}

void stop_listen(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART }, before;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

void stop_guard(bool guarded)
{
    guarding = guarded;
}

bool stop_wanted(void)
{
    return wanted;
}
