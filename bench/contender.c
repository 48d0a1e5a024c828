#include "bench/contender.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/median.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

struct Contender {
    char *command;
    pid_t process;
    FILE *to, *from;
    json_t *facts;
};

static json_t *read_answer(Contender *contender)
{
    char *line = NULL;
    size_t room = 0;
    json_t *answer = getline(&line, &room, contender->from) > 0 ? json_loads(line, 0, NULL) : NULL;
    free(line);
    return answer;
}

static void start(Contender *contender)
{
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
        fault("no pipe is to be had");
    contender->process = fork();
    if (contender->process == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        char *command;
        if (asprintf(&command, "exec %s", contender->command) > 0)
            execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    contender->to = fdopen(to[1], "w");
    contender->from = fdopen(from[0], "r");
}

Contender *contender_open(const char *format, ...)
{
    Contender *contender = need_memory(sizeof *contender);
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&contender->command, format, arguments) < 0)
        fault("out of memory");
    va_end(arguments);
    fflush(NULL);
    signal(SIGPIPE, SIG_IGN);
    start(contender);
    contender->facts = read_answer(contender);
    if (contender->facts)
        return contender;
    fprintf(stderr, "bench: does not answer: %s\n", contender->command);
    contender_close(contender);
    return NULL;
}

/* Its input ends, and so does it. */
void contender_close(Contender *contender)
{
    if (!contender)
        return;
    fclose(contender->to);
    fclose(contender->from);
    waitpid(contender->process, NULL, 0);
    json_decref(contender->facts);
    free(contender->command);
    free(contender);
}

const json_t *contender_facts(const Contender *contender)
{
    return contender->facts;
}

json_t *contender_ask(Contender *contender, int rounds)
{
    fprintf(contender->to, "%d\n", rounds);
    fflush(contender->to);
    json_t *answer = read_answer(contender);
    if (!answer)
        fault("%s: ended before it answered", contender->command);
    return answer;
}

/* ---- races ---- */

/* Milliseconds of a round, the median of so many. */
static double time_rounds(Contender *contender, int rounds)
{
    json_t *answer = contender_ask(contender, rounds), *list = json_object_get(answer, "ms");
    size_t count = json_array_size(list);
    double *ms = need_memory(sizeof *ms * (count + 1));
    for (size_t i = 0; i < count; i++)
        ms[i] = json_number_value(json_array_get(list, i));
    double middle = count ? median(ms, count) : 0;
    free(ms);
    json_decref(answer);
    return middle;
}

static int rounds_in(double seconds, double ms)
{
    double rounds = 1e3 * seconds / (ms > 0 ? ms : 1);
    return rounds < 1 ? 1 : rounds > 2000 ? 2000 : (int)rounds;
}

Race race(Contender *const *contender, int count, double seconds, int turns)
{
    Race race = { .turns = turns };
    int rounds[MOST_CONTENDERS];
    assert(count <= MOST_CONTENDERS && turns <= MOST_TURNS);
    for (int i = 0; i < count; i++)
        rounds[i] = contender[i] ? rounds_in(seconds, time_rounds(contender[i], 1)) : 0;
    for (int turn = 0; turn < turns; turn++)
        for (int i = 0; i < count; i++)
            race.ms[i][turn] = contender[i] ? time_rounds(contender[i], rounds[i]) : 0;
    return race;
}

void race_join(Race *race, const Race *more)
{
    assert(race->turns + more->turns <= MOST_TURNS);
    for (int i = 0; i < MOST_CONTENDERS; i++)
        memcpy(race->ms[i] + race->turns, more->ms[i], sizeof **more->ms * (size_t)more->turns);
    race->turns += more->turns;
}

double race_ms(const Race *race, int contender)
{
    double ms[MOST_TURNS];
    memcpy(ms, race->ms[contender], sizeof ms);
    return median(ms, (size_t)race->turns);
}

double race_faster(const Race *race, int contender, int other)
{
    double faster[MOST_TURNS];
    for (int turn = 0; turn < race->turns; turn++)
        faster[turn] = race->ms[contender][turn] > 0 ? race->ms[other][turn] / race->ms[contender][turn] : 0;
    return median(faster, (size_t)race->turns);
}
