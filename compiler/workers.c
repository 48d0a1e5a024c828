#include "compiler/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void command_add(CommandLine *line, const char *word)
{
    *arena_push(line->arena, line->word, line->words, line->room) = arena_copy(line->arena, word, strlen(word));
    *arena_push(line->arena, line->word, line->words, line->room) = NULL;
    line->words--;
}

/* ---- signals ---- */

static volatile sig_atomic_t stopped;           /* by which */
static volatile pid_t running[MOST_WORKERS];    /* 0: a free place */

static void stop_all(int signal)
{
    int before = errno;
    stopped = signal;
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

void workers_fall(void)
{
    int by = stopped;
    signal(by, SIG_DFL);
    raise(by);
    _exit(128 + by);
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

/* Where a worker's words go. */
typedef struct { int out, error; } Streams;

/* In the child: all that it needs, and then the program, unless `netc` has fallen before the system was asked to tell of
 * it. Why that cannot be is put into `fault`. One that is not the terminal's own group may write to it all the same. */
static void become(char *const *word, Streams to, const sigset_t *mask, int fault, pid_t netc)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != netc)
        _exit(126);
    for (int i = 0; i < SIGNALS; i++)
        signal(signals[i], SIG_DFL);
    signal(SIGTTOU, SIG_IGN);
    sigprocmask(SIG_SETMASK, mask, NULL);
    int out = fcntl(to.out, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);       /* each may be where another goes */
    int error = fcntl(to.error, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    execvp(word[0], word);
    int why = errno;
    _exit(write(fault, &why, sizeof why) == sizeof why ? 127 : 126);
}

/* Keeps errno. */
static void close_kept(int descriptor)
{
    int before = errno;
    if (descriptor >= 0)
        close(descriptor);
    errno = before;
}

/* Why the child could not become the program; 0: it has. */
static int read_fault(int fault)
{
    int why = 0;
    ssize_t length;
    do
        length = read(fault, &why, sizeof why);
    while (length < 0 && errno == EINTR);
    return length == sizeof why ? why : 0;
}

/* Signals wait until the child is one of those that they stop; one that came before lets none begin. */
static pid_t start_in(char *const *word, Streams to, const int fault[2])
{
    fflush(stdout);
    pid_t netc = getpid();
    int place = 0;
    while (place < MOST_WORKERS - 1 && running[place])
        place++;
    sigset_t mask = block_signals();
    pid_t child = stopped ? -1 : fork();
    int why = child >= 0 ? 0 : stopped ? EINTR : errno;
    if (child == 0)
        become(word, to, &mask, fault[1], netc);
    close(fault[1]);
    if (child > 0) {
        setpgid(child, child);
        why = read_fault(fault[0]);
    }
    if (child > 0 && !why)
        running[place] = child;
    else if (child > 0)
        waitpid(child, NULL, 0);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    errno = why;
    return why ? -1 : child;
}

static pid_t start(char *const *word, Streams to)
{
    int fault[2];
    if (pipe2(fault, O_CLOEXEC))
        return -1;
    pid_t child = start_in(word, to, fault);
    close_kept(fault[0]);
    return child;
}

/* Behind what the log holds; -1, and errno. */
static int open_log(const char *log)
{
    return log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : dup(STDERR_FILENO);
}

pid_t worker_start(char *const *word, const char *log)
{
    int file = open_log(log);
    pid_t child = file < 0 ? -1 : start(word, (Streams){ log ? file : STDOUT_FILENO, file });
    close_kept(file);
    return child;
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
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
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

bool worker_run(char *const *word, const char *log, int *code)
{
    pid_t child = worker_start(word, log);
    return child > 0 && wait_for(child, 0, code) > 0;
}

static char *text_of(Arena *arena, FILE *file)
{
    size_t length = (size_t)lseek(fileno(file), 0, SEEK_END);
    rewind(file);
    char *text = arena_alloc(arena, length + 1);
    text[fread(text, 1, length, file)] = '\0';
    return text;
}

char *worker_output(Arena *arena, char *const *word, const char *log, int *code)
{
    FILE *file = tmpfile();
    int error = file ? open_log(log) : -1;
    pid_t child = error < 0 ? -1 : start(word, (Streams){ fileno(file), error });
    char *text = child > 0 && wait_for(child, 0, code) > 0 ? text_of(arena, file) : NULL;
    close_kept(error);
    if (file)
        fclose(file);
    return text;
}
