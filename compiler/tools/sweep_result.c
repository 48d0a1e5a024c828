/* sweep_result.c - what came of a trial: its trainer tells of its run, and its log why there is none. */

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/tools/sweep.h"
#include "compiler/workers.h"

/* ---- why it failed ---- */

/* What is asked for is the room of a linker's words and more; not every file system can give it. */
bool sweep_reserve_log(const Trial *trial)
{
    enum { ROOM = 16384 };
    int log = open(trial->log, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    bool full = log >= 0 && fallocate(log, FALLOC_FL_KEEP_SIZE, sweep_said(trial), ROOM) &&
                (errno == ENOSPC || errno == EDQUOT);
    int why = errno;
    if (log >= 0)
        close(log);
    errno = why;
    return log >= 0 && !full;
}

long sweep_said(const Trial *trial)
{
    struct stat log;
    return stat(trial->log, &log) ? 0 : (long)log.st_size;
}

/* By these a C compiler tells only that the linker, whose words stand above, has failed. */
static bool is_echo(const char *line)
{
    static const char *const echoes[] = { "error: ld returned", "error: linker command failed" };
    for (size_t i = 0; i < sizeof echoes / sizeof *echoes; i++)
        if (strstr(line, echoes[i]))
            return true;
    return false;
}

/* The first error, or else the last line: what follows an error shows its place. */
static const char *told(Arena *arena, FILE *log)
{
    const char *last = NULL;
    char *line = NULL;
    size_t room = 0;
    bool found = false;
    for (ssize_t length; !found && (length = getline(&line, &room, log)) > 0; ) {
        line[length - (line[length - 1] == '\n')] = '\0';
        found = strstr(line, "error: ");
        if (*line && !(last && is_echo(line)))
            last = arena_copy(arena, line, strlen(line));
    }
    free(line);
    return last ? last : "nothing was said of it";
}

/* Without the name of the program that said it. */
static const char *without_name(const char *text, const char *name)
{
    size_t length = strlen(name);
    return !strncmp(text, name, length) && !strncmp(text + length, ": ", 2) ? text + length + 2 : text;
}

const char *sweep_reason(Arena *arena, const Trial *trial, long said, int code)
{
    if (code < 0)
        return arena_printf(arena, "ended by signal %d, %s%s", -code, strsignal(-code),
                            code == -SIGKILL ? "; where memory runs out, the system does that" : "");
    FILE *log = fopen(trial->log, "r");
    if (!log)
        return arena_printf(arena, "%s cannot be opened: %s", trial->log, strerror(errno));
    fseek(log, said, SEEK_SET);
    const char *text = told(arena, log);
    fclose(log);
    return without_name(without_name(text, trial->run), "netc");
}

void sweep_fail(Trial *trial, const char *why)
{
    trial->state = TRIAL_FAILED;
    trial->why = why;
}

/* ---- its result ---- */

static void take_result(const Sweep *sweep, Trial *trial, const json_t *run)
{
    const json_t *best = json_object_get(run, "best"), *value = json_object_get(best, sweep->measure);
    trial->epochs = (int)json_integer_value(json_object_get(run, "epochs"));
    trial->seconds = json_number_value(json_object_get(run, "seconds"));
    trial->best_epoch = (int)json_integer_value(json_object_get(best, "epoch"));
    trial->best = json_number_value(value);
    if (!json_is_number(value))
        sweep_fail(trial, arena_printf(sweep->arena, "its run tells no %s", sweep->measure));
}

void sweep_read_result(const Sweep *sweep, Trial *trial)
{
    char **word = sweep_result_line(sweep, trial);
    int code;
    long said = sweep_said(trial);
    const char *text = worker_output(sweep->arena, word, trial->log, &code);
    if (workers_stopped())
        return;
    if (!text)
        sweep_fail(trial, arena_printf(sweep->arena, "%s cannot be run: %s", word[0], strerror(errno)));
    else if (code)
        sweep_fail(trial, sweep_reason(sweep->arena, trial, said, code));
    else {
        json_t *run = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
        take_result(sweep, trial, run);
        json_decref(run);
    }
}
