/* stop.h - what Ctrl-C means. While work is guarded, the first signal only asks for a stop, at the
 * next place where that is safe; the second ends the program at once, and so does any outside. One that
 * comes within a fifth of a second is the first one's echo, and means nothing. */

#ifndef SYSTEM_STOP_H
#define SYSTEM_STOP_H

#include <stdbool.h>

/* SIGINT, SIGTERM, SIGHUP and SIGUSR1 (a cluster's warning), but those that the caller of the program
 * had ignored, end it with EXIT_INTERRUPTED from here on. */
void stop_listen(void);

/* Begins, or ends, what must not be torn apart. */
void stop_guard(bool guarded);

/* What standard error is told where a signal ends the program at once; kept. */
void stop_last_words(const char *words);

/* True once a stop was asked for. */
bool stop_wanted(void);

#endif
