#include "runtime/runs/run_summary.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/runs/run_log.h"
#include "runtime/runs/runs.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"
#include "runtime/system/lines.h"

#define X(id, word) word,
const char *const run_state_word[] = { RUN_STATES(X) };
#undef X

/* A run that is being read. */
typedef struct {
    Arena *arena;
    const char *folder;         /* the run's */
    RunSummary run;
    int fact_room;
} Reading;

static _Noreturn void cannot_read(const char *path)
{
    fault("cannot read %s: %s", path, strerror(errno));
}

/* ---- results.csv ---- */

static void read_results(Reading *reading)
{
    RunSummary *run = &reading->run;
    if (!history_read(reading->arena, reading->folder, &run->results))
        cannot_read(folder_join(reading->arena, reading->folder, "results.csv"));
    for (int i = 0; i < run->results.epochs; i++) {
        double seconds = summary_value(run, i, "seconds");
        run->seconds += isnan(seconds) ? 0 : seconds;
    }
}

/* ---- log.jsonl ---- */

static const char *word_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void take_event(Reading *reading, const json_t *event)
{
    RunSummary *run = &reading->run;
    const json_t *wanted = json_object_get(event, "epochs");
    if (json_is_integer(wanted))
        run->wanted = json_integer_value(wanted);
    if (run_event_is(event, "epoch") && json_is_true(json_object_get(event, "best")))
        run->best = history_row(&run->results, (double)json_integer_value(json_object_get(event, "epoch")));
    if (run_event_is(event, "end"))
        run->state = RUN_FINISHED;
    else if (run_event_is(event, "break"))
        run->state = RUN_STOPPED;
    else if (run_event_is(event, "start"))
        run->state = RUN_KILLED;        /* until there is a word of its end */
}

static void read_log(Reading *reading)
{
    json_t *events = run_log_read(reading->folder), *event;
    size_t i;
    if (!events)
        cannot_read(folder_join(reading->arena, reading->folder, "log.jsonl"));
    json_array_foreach(events, i, event)
        take_event(reading, event);
    json_decref(events);
    if (run_is_locked(reading->folder))
        reading->run.state = RUN_RUNNING;
}

/* ---- facts ---- */

static void add_fact(Reading *reading, const char *fact)
{
    *arena_push(reading->arena, reading->run.fact, reading->run.facts, reading->fact_room) = fact;
}

/* "seed 7"; a text as it is, a number, a yes by its name alone. */
static void add_value(Reading *reading, const char *name, const json_t *value)
{
    if (json_is_string(value))
        add_fact(reading, arena_printf(reading->arena, "%s %s", name, json_string_value(value)));
    else if (json_is_integer(value))
        add_fact(reading, arena_printf(reading->arena, "%s %" JSON_INTEGER_FORMAT, name, json_integer_value(value)));
    else if (json_is_true(value))
        add_fact(reading, name);
}

/* Of an object what has one of the names, a list that ends in NULL. */
static void add_values(Reading *reading, const json_t *object, const char *prefix, const char *const *name)
{
    for (; *name; name++)
        add_value(reading, arena_printf(reading->arena, "%s%s", prefix, *name), json_object_get(object, *name));
}

static void read_record(Reading *reading)
{
    static const char *const whole[] = { "seed", "batch", "parameters", "target", "direct", "netc", "compiler", "damaged",
                                         NULL };
    static const char *const options[] = { "rate", "weights", "from", NULL };
    static const char *const machine[] = { "threads", "processor", NULL };
    json_t *run = run_json_if_sound(reading->folder), *set;
    const json_t *start = json_array_get(json_object_get(run, "starts"), 0);
    const char *started = word_of(start, "time");
    size_t i;
    reading->run.started = arena_copy(reading->arena, started, strlen(started));
    add_values(reading, run, "", whole);
    json_array_foreach(json_object_get(run, "set"), i, set)
        add_value(reading, "--set", set);
    for (PartKind part = 0; part < PART_COUNT; part++)
        add_value(reading, arena_printf(reading->arena, "items to %s", part_word[part]),
                  json_object_get(json_object_get(run, "items"), part_word[part]));
    add_values(reading, json_object_get(start, "options"), "--", options);
    add_values(reading, start, "", machine);
    json_decref(run);
}

/* A line of a card without its comment, and with one blank where there are several. Changes it. */
static const char *plain_line(char *line)
{
    bool quoted = false;
    char *to = line;
    for (const char *from = line; *from && (quoted || *from != '#'); from++) {
        quoted ^= *from == '"';
        if (!quoted && isspace((unsigned char)*from)) {
            if (to > line && to[-1] != ' ')
                *to++ = ' ';
        } else {
            *to++ = *from;
        }
    }
    to -= to > line && to[-1] == ' ';
    *to = '\0';
    return line;
}

static void read_card(Reading *reading)
{
    FolderList list;
    const char *folder = folder_join(reading->arena, reading->folder, "card");
    if (folder_list(reading->arena, folder, &list))
        return;
    for (int i = 0; i < list.files; i++) {
        const char *path = folder_join(reading->arena, folder, list.file[i]);
        Lines lines;
        if (!lines_open(&lines, path))
            cannot_read(path);
        for (char *line; (line = lines_next(&lines)); ) {
            const char *plain = plain_line(line);
            if (*plain && strcmp(plain, "}"))
                add_fact(reading, arena_copy(reading->arena, plain, strlen(plain)));
        }
        lines_close(&lines);
    }
}

/* A rate on the command line that is the card's own, however it is written, makes no difference. */
static void forget_own_rate(RunSummary *run)
{
    static const char optimizer[] = "optimizer ", field[] = " rate=", option[] = "--rate ";
    double own = NAN;
    int kept = 0;
    for (int i = run->facts - 1; i >= 0; i--)
        if (!strncmp(run->fact[i], optimizer, strlen(optimizer)) && strstr(run->fact[i], field))
            own = strtod(strstr(run->fact[i], field) + strlen(field), NULL);    /* the first one's, in the end */
    for (int i = 0; i < run->facts; i++)
        if (strncmp(run->fact[i], option, strlen(option)) || strtod(run->fact[i] + strlen(option), NULL) != own)
            run->fact[kept++] = run->fact[i];
    run->facts = kept;
}

static void read_facts(Reading *reading)
{
    if (reading->run.wanted)
        add_fact(reading, arena_printf(reading->arena, "epochs %" PRId64, reading->run.wanted));
    read_record(reading);
    read_card(reading);
    forget_own_rate(&reading->run);
}

/* ---- the whole ---- */

double summary_value(const RunSummary *run, int row, const char *column)
{
    const double *value = history_column(&run->results, column);
    return row < 0 || !value ? NAN : value[row];
}

RunSummary run_summary(Arena *arena, const char *folder, const char *name)
{
    Reading reading = { .arena = arena, .folder = folder_join(arena, folder, name),
                        .run = { .name = name, .state = RUN_KILLED, .started = "", .best = -1 } };
    read_results(&reading);
    read_log(&reading);
    read_facts(&reading);
    return reading.run;
}
