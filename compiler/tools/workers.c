#include "compiler/tools/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- signals ---- */

static volatile sig_atomic_t stopped;
static volatile pid_t running[MOST_WORKERS];    /* 0: a free place */

static void stop_all(int signal)
{
    (void)signal;
    int before = errno;
    stopped = 1;
    for (int i = 0; i < MOST_WORKERS; i++)
        if (running[i])
            kill(-running[i], SIGINT);
    errno = before;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
enum { SIGNALS = sizeof signals / sizeof *signals };

void workers_listen(void)
{
    struct sigaction action = { .sa_handler = stop_all }, before;
    for (int i = 0; i < SIGNALS; i++)
        if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

bool workers_stopped(void)
{
    return stopped;
}

static sigset_t block_signals(void)
{
    sigset_t set, before;
    sigemptyset(&set);
    for (int i = 0; i < SIGNALS; i++)
        sigaddset(&set, signals[i]);
    sigprocmask(SIG_BLOCK, &set, &before);
    return before;
}

/* ---- processes ---- */

/* In the child: all that it needs, and then the program. `out` is where its standard output goes, or -1: to the log. */
static void become(char *const *word, const char *log, int out, const sigset_t *mask)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    for (int i = 0; i < SIGNALS; i++)
        signal(signals[i], SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    int file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(out < 0 ? file : out, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    execvp(word[0], word);
    fprintf(stderr, "%s: %s\n", word[0], strerror(errno));
    _exit(127);
}

static pid_t start(char *const *word, const char *log, int out)
{
    fflush(stdout);
    int place = 0;
    while (place < MOST_WORKERS - 1 && running[place])
        place++;
    sigset_t mask = block_signals();
    pid_t child = fork();
    if (child == 0)
        become(word, log, out, &mask);
    if (child > 0) {
        setpgid(child, child);
        running[place] = child;
    }
    int why = errno;
    sigprocmask(SIG_SETMASK, &mask, NULL);
    errno = why;
    return child;
}

pid_t worker_start(char *const *word, const char *log)
{
    return start(word, log, -1);
}

/* Any of them where `child` is -1. */
static pid_t wait_for(pid_t child, int how, int *code)
{
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(child, &status, how);
    while (ended < 0 && errno == EINTR);
    for (int i = 0; i < MOST_WORKERS; i++)
        if (ended > 0 && running[i] == ended)
            running[i] = 0;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

pid_t worker_wait(int *code, int milliseconds)
{
    enum { LOOK = 20 };
    const struct timespec pause = { .tv_nsec = LOOK * 1000000 };
    for (int passed = 0; milliseconds && passed < milliseconds; passed += LOOK) {
        pid_t ended = wait_for(-1, WNOHANG, code);
        if (ended)
            return ended;
        nanosleep(&pause, NULL);
    }
    return milliseconds ? 0 : wait_for(-1, 0, code);
}

char *worker_output(Arena *arena, char *const *word, const char *log)
{
    FILE *file = tmpfile();
    if (!file) {
        fprintf(stderr, "netc: a temporary file: %s\n", strerror(errno));
        return NULL;
    }
    int code = 1;
    char *text = NULL;
    pid_t child = start(word, log, fileno(file));
    if (child < 0)
        fprintf(stderr, "netc: %s: %s\n", word[0], strerror(errno));
    if (child > 0 && wait_for(child, 0, &code) > 0 && code == 0) {
        size_t length = (size_t)lseek(fileno(file), 0, SEEK_END);
        rewind(file);
        text = arena_alloc(arena, length + 1);
        text[fread(text, 1, length, file)] = '\0';
    }
    fclose(file);
    return text;
}
