#include "runtime/runs/run_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"
#include "runtime/system/lines.h"
#include "runtime/system/memory.h"

enum { DIGITS = 9 };            /* of a number: as many as a float has */

struct RunLog {
    char *path;
    FILE *stream;
    bool echo;
};

static _Noreturn void give_up(const RunLog *log)
{
    fault("cannot write %s: %s", log->path, strerror(errno));
}

/* Where the last whole line ends. */
static long end_of_lines(FILE *stream)
{
    long end = 0, at = 0;
    for (int c; (c = getc(stream)) != EOF; ) {
        at++;
        if (c == '\n')
            end = at;
    }
    return end;
}

RunLog *run_log_open(const char *folder, bool echo)
{
    RunLog *log = need_memory(sizeof *log);
    *log = (RunLog){ .path = path_join(folder, "log.jsonl"), .echo = echo };
    log->stream = fopen(log->path, "a+be");
    if (!log->stream)
        give_up(log);
    rewind(log->stream);
    if (ftruncate(fileno(log->stream), end_of_lines(log->stream)))
        give_up(log);
    return log;
}

void run_log_close(RunLog *log)
{
    if (fclose(log->stream))
        give_up(log);
    free(log->path);
    free(log);
}

json_t *run_log_read(const char *folder)
{
    char *path = path_join(folder, "log.jsonl");
    Lines lines;
    json_t *events = lines_open(&lines, path) ? json_array() : NULL;
    for (const char *line; events && (line = lines_next(&lines)); ) {
        json_t *event = json_loads(line, 0, NULL);
        if (event)
            json_add(events, event);
    }
    lines_close(&lines);
    free(path);
    return events;
}

bool run_event_is(const json_t *event, const char *name)
{
    const char *is = json_string_value(json_object_get(event, "event"));
    return is && !strcmp(is, name);
}

bool run_log_tells(const char *folder, const char *event, const char *other)
{
    json_t *events = run_log_read(folder), *entry;
    bool tells = false;
    size_t i;
    json_array_foreach(events, i, entry)
        tells = run_event_is(entry, event) || (tells && !(other && run_event_is(entry, other)));
    json_decref(events);
    return tells;
}

const char *time_text(char text[TIME_ROOM])
{
    struct tm now;
    time_t seconds = time(NULL);
    strftime(text, TIME_ROOM, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &now));
    return text;
}

json_t *run_event(const char *name)
{
    char time[TIME_ROOM];
    json_t *event = json_object();
    json_put(event, "time", json_text(time_text(time)));
    json_put(event, "event", json_text(name));
    return event;
}

void run_log_write(RunLog *log, json_t *event)
{
    char *line = json_line_to(event, DIGITS);
    fprintf(log->stream, "%s\n", line);
    if (fflush(log->stream))
        give_up(log);
    if (log->echo) {
        printf("%s\n", line);
        flush_output();
    }
    free(line);
    json_decref(event);
}
