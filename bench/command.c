#include "bench/command.h"

#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/system/clock.h"

static const char log_file[] = "build/bench/command.log";

enum { COMMAND = 4096 };

static void format_command(char command[COMMAND], const char *format, va_list arguments)
{
    if (vsnprintf(command, COMMAND, format, arguments) >= COMMAND)
        abort();
}

#define FORMAT(command, format) \
    do { va_list arguments; va_start(arguments, format); format_command(command, format, arguments); \
         va_end(arguments); } while (0)

static _Noreturn void become(const char *command)
{
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

Ran command_run(const char *format, ...)
{
    char command[COMMAND];
    FORMAT(command, format);
    fflush(NULL);
    double begun = seconds_now();
    pid_t child = fork();
    if (child == 0) {
        if (!freopen(log_file, "w", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
            _exit(127);
        become(command);
    }
    int status = -1;
    struct rusage usage = { 0 };
    if (child > 0)
        wait4(child, &status, 0, &usage);
    Ran ran = {
        .good = child > 0 && status == 0,
        .seconds = seconds_now() - begun,
        .busy = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
        .peak = 1024.0 * (double)usage.ru_maxrss,
    };
    if (!ran.good)
        fprintf(stderr, "bench: failed: %s\nbench: it said: %s\n", command, log_file);
    return ran;
}

char *command_output(const char *format, ...)
{
    char command[COMMAND], part[4096], *text;
    size_t length;
    FORMAT(command, format);
    FILE *from = popen(command, "r"), *to = open_memstream(&text, &length);
    for (size_t bytes; from && (bytes = fread(part, 1, sizeof part, from)) > 0; )
        fwrite(part, 1, bytes, to);
    fclose(to);
    if (from && pclose(from) == 0)
        return text;
    free(text);
    return NULL;
}

double command_until(const char *word, const char *format, ...)
{
    char command[COMMAND], shown[1 << 16] = "";
    size_t length = 0;
    int terminal, status;
    FORMAT(command, format);
    fflush(NULL);
    double begun = seconds_now(), seconds = -1;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    if (child == 0) {
        setenv("TERM", "xterm", 1);
        become(command);
    }
    for (ssize_t bytes; child > 0 && seconds < 0 && length + 1 < sizeof shown
         && (bytes = read(terminal, shown + length, sizeof shown - 1 - length)) > 0; ) {
        length += (size_t)bytes;
        shown[length] = '\0';
        if (strstr(shown, word))
            seconds = seconds_now() - begun;
    }
    if (child > 0) {
        kill(-child, SIGKILL);      /* its session is its own */
        waitpid(child, &status, 0);
        close(terminal);
    }
    if (seconds < 0)
        fprintf(stderr, "bench: never said '%s': %s\n%s", word, command, shown);
    return seconds;
}
