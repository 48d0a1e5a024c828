/* workers.h - programs that netc runs, one or many side by side, each with its processes a group of its own. SIGINT, SIGTERM
 * and SIGHUP ask all that run to stop, as Ctrl-C does; should netc itself fall, the system does that. */

#ifndef COMPILER_WORKERS_H
#define COMPILER_WORKERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"

enum { MOST_WORKERS = 256 };

/* A command line. */
typedef struct {
    Arena *arena;
    char **word;                /* NULL behind the last */
    int words, room;
} CommandLine;

void command_add(CommandLine *line, const char *word);

/* From now on signals stop the workers, not netc: who starts them waits for their end. */
void workers_listen(void);

/* True once there was such a signal: nothing more is to be started. */
bool workers_stopped(void);

/* Ends netc by that signal, for those who asked what it was that ended it: a shell's loop ends with it. */
void workers_fall(void) __attribute__((noreturn));

/* Runs a program, with what it prints put behind what the file `log` holds; NULL: where netc's own words go. Its number;
 * -1, and errno, where it cannot be run: EINTR once workers_stopped. No more than MOST_WORKERS run at a time. */
pid_t worker_start(char *const *word, const char *log);

/* Waits for one of them to end, at most so many milliseconds unless these are 0: its number, and its exit code, or less
 * than 0: the signal that ended it; 0: the time has passed; -1: none runs. */
pid_t worker_wait(int *code, int milliseconds);

/* Runs one to its end: its exit code as above. False, and errno, where it cannot be run. */
bool worker_run(char *const *word, const char *log, int *code);

/* What a program prints, in the arena, and its exit code; NULL, and errno, where it cannot be run. What it complains of
 * goes to `log`. */
char *worker_output(Arena *arena, char *const *word, const char *log, int *code);

#endif
