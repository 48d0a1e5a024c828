/* workers.h - programs that run side by side, each with its processes a group of its own. SIGINT, SIGTERM and SIGHUP ask
 * all that run to stop, as Ctrl-C does; should netc itself fall, the system does that. */

#ifndef TOOLS_WORKERS_H
#define TOOLS_WORKERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"

enum { MOST_WORKERS = 256 };

/* From now on signals stop the workers, not netc: who starts them waits for their end. */
void workers_listen(void);

/* True once there was such a signal: nothing more is to be started. */
bool workers_stopped(void);

/* Runs a program, whose words end in NULL, with what it prints put behind what the file `log` holds. Its number; -1,
 * and errno, where it cannot be run. No more than MOST_WORKERS run at a time. */
pid_t worker_start(char *const *word, const char *log);

/* Waits for one of them to end, at most so many milliseconds unless these are 0: its number, and its exit code, 128 and
 * the signal's number where one ended it; 0: the time has passed; -1: none runs. */
pid_t worker_wait(int *code, int milliseconds);

/* What a program prints, in the arena; NULL where it fails. What it complains of goes to `log`. */
char *worker_output(Arena *arena, char *const *word, const char *log);

#endif
