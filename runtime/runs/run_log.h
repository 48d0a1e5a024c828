/* run_log.h - log.jsonl, all that happened to a run: an object of JSON a line, with its time and what it is.
 * What `train --json` prints are the same lines. */

#ifndef RUNS_RUN_LOG_H
#define RUNS_RUN_LOG_H

#include <jansson.h>
#include <stdbool.h>

typedef struct RunLog RunLog;

/* Goes on behind the last whole line of FOLDER/log.jsonl: a kill may have torn one. Failures are faults that
 * name the file. `echo`: lines are printed, too. */
RunLog *run_log_open(const char *folder, bool echo);
void    run_log_close(RunLog *log);

/* All events of the log in that folder, an array to be given up with json_decref; lines that are none are left out. NULL,
 * which has no events, and errno where it cannot be read. */
json_t *run_log_read(const char *folder);

/* What an event is. */
bool run_event_is(const json_t *event, const char *name);

/* True where the log in that folder tells of `event` behind all that it tells of `other`; of which NULL is nothing. */
bool run_log_tells(const char *folder, const char *event, const char *other);

/* A new object: { "time": now, "event": name }; more is put into it. */
json_t *run_event(const char *name);

/* Writes it, and gives it up. */
void run_log_write(RunLog *log, json_t *event);

/* "2026-11-28T16:32:23Z", now. */
enum { TIME_ROOM = 32 };
const char *time_text(char text[TIME_ROOM]);

#endif
