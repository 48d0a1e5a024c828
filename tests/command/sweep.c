/* sweep.c - `netc sweep` on cards that train in no time: each combination once, told by its result, drawn, and gone on with
 * where it was stopped. */

#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compiler/workers.h"
#include "tests/diagnostics/checked.h"
#include "tests/support/scratch.h"
#include "tests/trainer/screen.h"

void suite_sweep(void);

/* A line through points, with some epochs and lines of its own. */
#define CARD(epochs, sweeps) \
    "input 1\n" sweeps "data csv \"t.csv\" {\n target y\n validation 25%\n}\nmodel { dense 1 }\n" \
    "train {\n loss mse\n optimizer kind rate=speed\n epochs " epochs "\n}\n"

static char *folder;

static int open_folder(void)
{
    folder = scratch_open();
    char *table;
    size_t length;
    FILE *out = open_memstream(&table, &length);
    fputs("x,y\n", out);
    for (int i = 0; i < 40; i++)
        fprintf(out, "%g,%g\n", i / 20.0 - 1, i / 10.0);
    fclose(out);
    scratch_write(folder, "t.csv", table, length);
    free(table);
    return 0;
}

static int close_folder(void)
{
    scratch_close(folder);
    return 0;
}

/* A shell's line in the folder, with $netc: its exit code. What it prints is in the folder's file `out`. */
static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *format, ...)
{
    char script[512], line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(script, sizeof script, format, args);
    va_end(args);
    snprintf(line, sizeof line, "netc=$PWD/build/bin/netc; export CFLAGS=-O1; cd %s && (%s) >out 2>&1", folder, script);
    int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void write_card(const char *name, const char *card)
{
    scratch_write(folder, name, card, strlen(card));
}

/* To be freed. */
static char *written(const char *name)
{
    return file_text(scratch_path(folder, name));
}

static bool holds(const char *name, const char *text)
{
    char *all = written(name);
    bool found = strstr(all, text);
    if (!found)
        fprintf(stderr, "%s lacks '%s', but is\n%s\n", name, text, all);
    free(all);
    return found;
}

static int times(const char *name, const char *text)
{
    char *all = written(name);
    int count = 0;
    for (const char *at = all; (at = strstr(at, text)); at++)
        count++;
    free(all);
    return count;
}

/* ---- what stands in results.csv ---- */

enum { FIELDS = 8, FIELD = 64 };

typedef struct { char speed[16], kind[16], state[16], run[FIELD]; double value, seconds; int best, epochs; } Row;

/* The fields of a line of CSV (RFC 4180), of which the first so many are kept: how many there are. */
static int fields_of(const char *line, char field[FIELDS][FIELD])
{
    int fields = 0;
    for (const char *at = line; ; at++) {
        int length = 0;
        char text[FIELD] = "";
        bool quoted = *at == '"';
        for (at += quoted; *at && (quoted ? *at != '"' || at[1] == '"' : !strchr(",\n", *at)); at++) {
            at += quoted && *at == '"';
            if (length < FIELD - 1)
                text[length++] = *at;
        }
        at += quoted && *at == '"';
        if (fields < FIELDS)
            memcpy(field[fields], text, FIELD);
        fields++;
        if (*at != ',')
            return fields;
    }
}

/* The number-th row, from 1. */
static Row row_of(const char *name, int number)
{
    char *all = written(name), *line = all, field[FIELDS][FIELD];
    for (int i = 0; i < number && line; i++)
        line = (line = strchr(line, '\n')) ? line + 1 : NULL;
    CU_ASSERT_FATAL(line != NULL);
    CU_ASSERT_EQUAL_FATAL(fields_of(line, field), FIELDS);
    free(all);
    Row row = { .value = atof(field[2]), .best = atoi(field[3]), .epochs = atoi(field[4]), .seconds = atof(field[5]) };
    snprintf(row.speed, sizeof row.speed, "%.15s", field[0]);
    snprintf(row.kind, sizeof row.kind, "%.15s", field[1]);
    snprintf(row.state, sizeof row.state, "%.15s", field[6]);
    memcpy(row.run, field[7], sizeof row.run);
    return row;
}

/* The value in the last line of a run's own results. */
static double last_result(const char *card, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "runs/%s/%s/results.csv", card, name);
    char *all = written(path);
    double value = -1;
    for (char *line = strchr(all, '\n'); line && line[1]; line = strchr(line + 1, '\n'))
        sscanf(line + 1, "%*[^,],%*[^,],,%lf", &value);
    free(all);
    return value;
}

/* ---- every combination ---- */

/* The points of the number-th line that the chart draws, from 0: its class is given. */
static int points_of(const char *name, int number, double point[8][2], char class[16])
{
    char *all = written(name), *at = all;
    int points = 0;
    for (int i = 0; i <= number && at; i++)
        at = strstr(at + 1, "<polyline ");
    CU_ASSERT_FATAL(at != NULL);
    sscanf(at, "<polyline class=\"%15[^\"]", class);
    at = strstr(at, "points=\"") + strlen("points=\"");
    for (int taken; points < 8 && sscanf(at, "%lf,%lf%n", &point[points][0], &point[points][1], &taken) == 2; at += taken)
        points++;
    free(all);
    return points;
}

static void check_chart(const char *name)
{
    double point[8][2];
    char class[16];
    CU_ASSERT_EQUAL(times(name, "<polyline "), 5);              /* the best lies on a darker one */
    CU_ASSERT_EQUAL(points_of(name, 0, point, class), 3);      /* the one that failed is drawn first */
    CU_ASSERT_STRING_EQUAL(class, "failed");
    double end = point[2][0];
    CU_ASSERT_EQUAL(points_of(name, 4, point, class), 3);      /* and the best last, up to the top */
    CU_ASSERT_STRING_EQUAL(class, "best");
    CU_ASSERT(point[2][1] == 50 && end < point[2][0] && point[0][0] < point[1][0]);
    CU_ASSERT(points_of(name, 1, point, class) == 3 && point[2][1] == 350 && !strcmp(class, "trial"));
    for (int a = 0; a < 4; a++)                                 /* none hides another where they share a value */
        for (int b = 0; b < a; b++) {
            double other[8][2];
            points_of(name, a, point, class);
            points_of(name, b, other, class);
            CU_ASSERT(fabs(point[0][1] - other[0][1]) > 10 && fabs(point[1][1] - other[1][1]) > 10);
        }
    CU_ASSERT(holds(name, "prefers-color-scheme") && holds(name, ">validation_loss</text>") && holds(name, "</svg>"));
}

static void each_combination_is_trained(void)
{
    write_card("a.net", CARD("40", "sweep speed 1e-2 1e9\nsweep kind sgd adam\n"));
    CU_ASSERT_EQUAL(run("sed -i 's/1e9/9/' a.net; $netc sweep a.net"), 1);    /* as one of them fails */
    CU_ASSERT(holds("out", "runs/a/sweep1: 4 trainings") && holds("out", "\n* ") && holds("out", "speed=9 kind=sgd: failed: "));
    CU_ASSERT(holds("runs/a/sweep1/results.csv", "speed,kind,validation_loss,best_epoch,epochs,seconds,state,run\n"));
    Row row[4];
    for (int i = 0; i < 4; i++)
        row[i] = row_of("runs/a/sweep1/results.csv", i + 1);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT(!strcmp(row[i].state, "finished") && row[i].epochs == 40 && (!i || row[i - 1].value <= row[i].value));
        CU_ASSERT(row[i].best < 40 || row[i].value == last_result("a", row[i].run));
    }
    CU_ASSERT(!strcmp(row[3].state, "failed") && !strcmp(row[3].speed, "9") && !strcmp(row[3].kind, "sgd"));
    CU_ASSERT(holds("runs/a/sweep1-speed=1e-2,kind=adam/run.json", "\"kind=adam\"") &&
              holds("runs/a/sweep1-speed=1e-2,kind=adam/run.json", "\"speed=1e-2\""));
    check_chart("runs/a/sweep1/parallel.svg");

    CU_ASSERT_EQUAL(run("$netc sweep a.net"), 1);               /* what failed is tried again, and nothing else */
    CU_ASSERT(holds("out", "goes on; 3 of 4 trainings are at their end") && holds("out", "[1/1] speed=9 kind=sgd: failed"));
    CU_ASSERT_EQUAL(times("runs/a/sweep1-speed=9,kind=adam/log.jsonl", "\"event\":\"start\""), 1);
}

/* In the place of a C compiler, which takes a second where there is a file `slow`: its programs train in no time as far as
 * they are told, or do what a file `act` says; where there is a file `stop`, they ask the sweep to stop before they tell a
 * result. */
static void write_compiler(void)
{
    static const char text[] =
        "#!/bin/sh\n"
        "for word; do case $word in -o*) program=${word#-o} ;; esac; done\n"
        "[ \"$program\" ] || exit 0\n"
        "[ ! -e slow ] || sleep 1\n"
        "cat >$program <<'end'\n"
        "#!/bin/sh\n"
        "if [ $1 != runs ]; then\n"
        "    until=3\n"
        "    for word; do [ \"$last\" != --epochs ] || until=$word; last=$word; done\n"
        "    echo $until >$0.epochs\n"
        "    [ ! -e act ] || . ./act\n"
        "    exit 0\n"
        "fi\n"
        "if [ -e stop ]; then rm stop; kill -TERM $PPID; sleep 20; fi\n"
        "echo '{\"epochs\": '$(cat $0.epochs)', \"seconds\": 1, \"best\": {\"epoch\": 2, \"validation_loss\": 0.5}}'\n"
        "end\n"
        "chmod +x $program\n";
    scratch_write(folder, "compiler", text, sizeof text - 1);
    CU_ASSERT_EQUAL(run("chmod +x compiler"), 0);
}

/* ---- halves ---- */

static void the_better_half_goes_on(void)
{
    write_card("h.net", CARD("8", "sweep speed 1e-3 0.1\nlet kind=adam\n"));
    CU_ASSERT_EQUAL(run("sed -i 's/^let.*/sweep kind adam/; s/^ loss/ watch r2\\n loss/' h.net; $netc sweep --halving h.net"), 0);
    CU_ASSERT(holds("runs/h/sweep1/results.csv", "speed,kind,validation_r2,"));      /* of which more is better */
    Row first = row_of("runs/h/sweep1/results.csv", 1), second = row_of("runs/h/sweep1/results.csv", 2);
    CU_ASSERT(first.epochs == 8 && !strcmp(first.state, "finished") && !strcmp(first.speed, "0.1"));
    CU_ASSERT(first.value > second.value && first.value <= 1);
    CU_ASSERT(second.epochs == 4 && !strcmp(second.state, "dropped") && !strcmp(second.speed, "1e-3"));
    CU_ASSERT(holds("out", "2 trainings to epoch 4 of 8") && holds("out", "1 training to epoch 8 of 8"));
}

/* As told to the trainers, a whole training has so many epochs; and what begins a run is told to its first half alone. */
static void halves_are_of_what_trainers_are_told(void)
{
    CU_ASSERT_EQUAL(run("$netc build --set speed=0.1 --set kind=adam h.net && ./h train --run base --quiet &&"
                        " $netc sweep --halving --set kind=adam h.net -- --epochs=6 --weights runs/h/base/best.safetensors"), 0);
    Row first = row_of("runs/h/sweep2/results.csv", 1), second = row_of("runs/h/sweep2/results.csv", 2);
    CU_ASSERT(first.epochs == 6 && !strcmp(first.state, "finished"));
    CU_ASSERT(second.epochs == 3 && !strcmp(second.state, "dropped"));
    CU_ASSERT(holds("out", "2 trainings to epoch 3 of 6") && holds("out", "1 training to epoch 6 of 6"));
    CU_ASSERT_EQUAL(run("$netc sweep --halving h.net -- --epochs 0"), 2);
    CU_ASSERT(holds("out", "netc: --epochs takes a whole number from 1 to 1000000000, not '0'\n"));
    CU_ASSERT_EQUAL(run("$netc sweep h.net -- --run mine"), 2);
    CU_ASSERT(holds("out", "netc: --run is not for the trainers of a sweep: each combination has a run of its own\n"));
}

/* Each by shares of its own length: the first value's does not hold for all. */
static void each_is_halved_by_its_own_length(void)
{
    write_card("o.net", CARD("long", "sweep long 2 8\nsweep speed 1e-3 1e-2\nsweep kind adam\n"));
    write_compiler();
    CU_ASSERT_EQUAL(run("CC=./compiler $netc sweep --halving o.net"), 0);       /* of equals, the first goes on */
    CU_ASSERT(holds("out", "4 trainings to epoch 1-2 of 2-8,") && holds("out", "2 trainings to epoch 2 of 2,"));
    CU_ASSERT_EQUAL(run("sed -i 's/long 2 8/long 8 2/' o.net; CC=./compiler $netc sweep --halving o.net"), 0);
    CU_ASSERT(holds("out", "4 trainings to epoch 1-2 of 2-8,") && holds("out", "2 trainings to epoch 4 of 8,"));
    CU_ASSERT(holds("out", "1 training to epoch 8 of 8,") && holds("out", "best: long=8 speed=1e-3 kind=adam, in "));
}

/* Twelve with twelve epochs: no two rounds are of one length, where whole halves would be (0.75 and 1.5 epochs). Where the
 * epochs are too few for so many rounds, some train to their end. */
static void each_rung_halves(void)
{
    static const char *const rungs[] = { "12 trainings to epoch 1 of 12,", "6 trainings to epoch 2 of 12,",
        "3 trainings to epoch 3 of 12,", "2 trainings to epoch 6 of 12,", "1 training to epoch 12 of 12," };
    write_card("g.net", CARD("12", "sweep speed 0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08 0.09 0.1 0.11 0.12\n"
                                   "sweep kind sgd\n"));
    write_compiler();
    CU_ASSERT_EQUAL(run("CC=./compiler $netc sweep --halving g.net"), 0);
    for (int i = 0; i < 5; i++)
        CU_ASSERT(holds("out", rungs[i]));
    CU_ASSERT_EQUAL(run("CC=./compiler $netc sweep --halving g.net -- --epochs 2"), 0);
    CU_ASSERT(holds("out", "12 trainings to epoch 1 of 2,") && holds("out", "6 trainings to epoch 2 of 2,"));
    CU_ASSERT_EQUAL(times("runs/g/sweep2/results.csv", ",finished,"), 6);
}

/* ---- what to go on with ---- */

/* What is told can be pasted, and takes the best run, though one of the same values is newer, and worse. */
static void the_best_is_gone_on_with(void)
{
    write_card("p.net", CARD("4", "sweep speed 1e-3 0.1\nsweep kind adam\n"));
    CU_ASSERT_EQUAL(run("cp t.csv 'a table.csv'; sed -i 's/t.csv/a table.csv/' p.net; $netc sweep p.net; cp out commands"), 0);
    CU_ASSERT(holds("out", "best: speed=0.1 kind=adam, in runs/p/sweep1-speed=0.1,kind=adam; to go on with it:\n    "));
    CU_ASSERT(holds("out", "    ./p predict --run sweep1-speed=0.1,kind=adam 'a table.csv'\n"));
    CU_ASSERT_EQUAL(run("$netc sweep --new p.net -- --epochs 1 && grep '^    ' commands | sh -e"), 0);
    CU_ASSERT(times("out", "p: weights of runs/p/sweep1-speed=0.1,kind=adam/best.safetensors") == 2);
    CU_ASSERT_EQUAL(run("$netc build --set speed=1e-3 p.net && ./p evaluate"), 0);      /* of its own values alone */
    CU_ASSERT(holds("out", "p: weights of runs/p/sweep2-speed=1e-3,kind=adam/best.safetensors"));
    write_compiler();
    CU_ASSERT_EQUAL(run("CC=./compiler $netc sweep --new --direct --set speed=0.1 p.net -- --data there"), 0);
    CU_ASSERT(holds("out", " --direct p.net\n") && holds("out", ",kind=adam --data there\n"));
    CU_ASSERT(holds("out", "predict --run sweep3-speed=0.1,kind=adam 'there/a table.csv'\n"));
}

/* ---- stopped ---- */

static void wait_a_moment(void)
{
    const struct timespec moment = { .tv_nsec = 10000000 };
    nanosleep(&moment, NULL);
}

/* True once the run has so many epochs behind it. */
static bool has_begun(const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "runs/s/%s/log.jsonl", name);
    return !access(scratch_path(folder, path), F_OK) && times(path, "\"event\":\"epoch\"") > 3;
}

static pid_t start_sweep(void)
{
    char netc[SCRATCH_PATH];
    CU_ASSERT_FATAL(realpath("build/bin/netc", netc) != NULL);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        setenv("CFLAGS", "-O1", 1);
        if (!chdir(folder) && freopen("out", "w", stdout))
            execl(netc, netc, "sweep", "--jobs", "2", "s.net", NULL);
        _exit(99);
    }
    return child;
}

/* As a trainer does that was left behind when netc was killed: it has its run for a moment more. */
static pid_t hold_run(const char *path)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        flock(open(scratch_path(folder, path), O_RDONLY | O_DIRECTORY), LOCK_EX);
        sleep(2);
        _exit(0);
    }
    return child;
}

/* Ctrl-C stops those that run, which save; the same command goes on with them. */
static void a_stopped_sweep_goes_on(void)
{
    static const char *const name[] = { "sweep1-speed=1e-3,kind=sgd", "sweep1-speed=1e-2,kind=sgd" };
    write_card("s.net", CARD("3000", "sweep speed 1e-3 1e-2\nsweep kind sgd\n"));
    pid_t sweep = start_sweep();
    for (int i = 0; i < 6000 && !(has_begun(name[0]) && has_begun(name[1])); i++)
        wait_a_moment();
    CU_ASSERT_EQUAL(run("$netc sweep s.net"), 3);               /* not twice at once */
    CU_ASSERT(holds("out", "is being swept by another process"));
    kill(sweep, SIGINT);
    int status = 0;
    CU_ASSERT(waitpid(sweep, &status, 0) == sweep && WIFEXITED(status) && WEXITSTATUS(status) == 130);
    for (int i = 0; i < 2; i++) {
        char path[200];
        snprintf(path, sizeof path, "runs/s/%s/log.jsonl", name[i]);
        CU_ASSERT(holds(path, "\"event\":\"break\""));
    }
    pid_t holder = hold_run("runs/s/sweep1-speed=1e-2,kind=sgd");
    wait_a_moment();
    CU_ASSERT_EQUAL(run("$netc sweep s.net"), 0);
    CU_ASSERT_EQUAL(waitpid(holder, &status, 0), holder);
    CU_ASSERT(holds("out", "goes on; 0 of 2 trainings are at their end"));
    CU_ASSERT_EQUAL(times("runs/s/sweep1-speed=1e-2,kind=sgd/log.jsonl", "\"event\":\"start\",\"epoch\":0,"), 1);
    CU_ASSERT_EQUAL(times("runs/s/sweep1-speed=1e-2,kind=sgd/log.jsonl", "\"event\":\"start\""), 2);
    CU_ASSERT(row_of("runs/s/sweep1/results.csv", 1).epochs == 3000 && row_of("runs/s/sweep1/results.csv", 2).epochs == 3000);
}

/* A build that was cut off leaves nothing to go on with, which is said. */
static void a_build_that_is_cut_off_begins_anew(void)
{
    write_card("b.net", CARD("3", "sweep speed 1e-3\nsweep kind sgd\n"));
    CU_ASSERT_EQUAL(run("printf '#!/bin/sh\\nkill -INT $(cat netc.pid); exec sleep 20\\n' >hangs && chmod +x hangs &&"
                        " CC=./hangs sh -c 'echo $$ >netc.pid; exec $0 sweep b.net' $netc"), 130);
    CU_ASSERT(holds("out", "runs/b/sweep1: stopped; the same command goes on, and begins anew 1 build\n"));
}

/* What has trained and was stopped before it told its result waits for the next time. */
static void a_sweep_may_stop_before_a_result(void)
{
    write_compiler();
    write_card("r.net", CARD("3", "sweep speed 1e-3\nsweep kind sgd\n"));
    CU_ASSERT_EQUAL(run("touch stop; CC=./compiler $netc sweep r.net"), 130);
    CU_ASSERT(holds("runs/r/sweep1/sweep.json", "\"waiting\"") && !times("out", "[1/1]"));
    CU_ASSERT_EQUAL(run("CC=./compiler $netc sweep r.net"), 0);
    CU_ASSERT(holds("out", "goes on; 0 of 1 trainings") && holds("out", "[1/1] speed=1e-3 kind=sgd: validation_loss 0.5 in "));
    CU_ASSERT_EQUAL(row_of("runs/r/sweep1/results.csv", 1).epochs, 3);
}

/* A signal may come between the last look for one and the start of the next program. */
static void what_is_stopped_starts_nothing(void)
{
    char path[512];
    snprintf(path, sizeof path, "%s/started", folder);
    fflush(NULL);
    pid_t child = fork();
    if (!child) {
        int code = 0;
        workers_listen();
        raise(SIGTERM);
        bool run = worker_run((char *[]){ "touch", path, NULL }, NULL, &code);
        _exit(run || errno != EINTR);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CU_ASSERT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status));
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
}

/* ---- on a terminal ---- */

static void sweep_slowly(void *netc)
{
    setenv("CC", "./compiler", 1);
    if (!chdir(folder))
        execl(netc, netc, "sweep", "--new", "--jobs", "2", "l.net", NULL);
    _exit(99);
}

/* What runs is told in one line, which what ended takes the place of; a terminal that cannot write over has lines alone. */
static void what_runs_is_told_on_a_terminal(void)
{
    char netc[SCRATCH_PATH];
    int code;
    CU_ASSERT_FATAL(realpath("build/bin/netc", netc) != NULL);
    write_compiler();
    write_card("l.net", CARD("3", "sweep speed 1e-3 1e-2\nsweep kind sgd\n"));
    scratch_write(folder, "act", "sleep 2", strlen("sleep 2"));
    scratch_write(folder, "slow", "", 0);
    char *wrote = screen_run(&(TerminalKind){ 100, 24, "xterm", "C", false }, sweep_slowly, netc, &code);
    Screen *screen = malloc(sizeof *screen);
    screen_open(screen, 100, 24);
    screen_write(screen, wrote);
    char *seen = screen_text(screen);
    CU_ASSERT_PTR_NOT_NULL(strstr(wrote, "\r\033[K0 of 2 done; building speed=1e-3 kind=sgd (1 of 2);"
                                         " building speed=1e-2 kind=sgd (2 of 2);"));
    CU_ASSERT(code == 0 && strstr(wrote, "\r\033[K0 of 2 done; epoch 1/3 of speed=1e-3 kind=sgd (1 of 2);") != NULL);
    CU_ASSERT(!strstr(seen, "epoch 1/3") && strstr(seen, "\n[1/2] speed=1e-") && strstr(seen, "\n[2/2] speed=1e-"));
    free(screen);
    free(seen);
    free(wrote);
    wrote = screen_run(&(TerminalKind){ 40, 24, "dumb", "C", false }, sweep_slowly, netc, &code);
    CU_ASSERT(code == 0 && !strchr(wrote, '\033') && strstr(wrote, "\n[2/2] speed=1e-") && !strstr(wrote, "epoch 1/3"));
    free(wrote);
    CU_ASSERT_EQUAL(run("rm act slow"), 0);
}

/* ---- why one failed ---- */

/* What a trainer does, and what is then said of it. */
static const struct { const char *act, *why; } failures[] = {
    { "echo here; echo 't.net:3:1: error: the first'; echo '    3 | data'; echo '      | ^~~~'; echo 't.net:4:1: error: next'; exit 1",
      "t.net:3:1: error: the first" },
    { "echo 'epoch 1/3  loss 2'; echo 'sweep1-speed=1e-3,kind=sgd: epoch 2, step 1: the loss is inf' >&2; exit 1",
      "epoch 2, step 1: the loss is inf" },
    { "echo 'ld: no room'; echo 'collect2: error: ld returned 1 exit status'; exit 1", "ld: no room" },
    { "echo 'epoch 1/3  loss 2'; kill -KILL $$", "ended by signal 9, Killed; where memory runs out, the system does that" },
    { "exit 1", "nothing was said of it" },
};

/* Of what the log holds, that which is of the last time. */
static void it_is_told_why_one_failed(void)
{
    write_compiler();
    write_card("w.net", CARD("3", "sweep speed 1e-3\nsweep kind sgd\n"));
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        char line[200];
        snprintf(line, sizeof line, "[1/1] speed=1e-3 kind=sgd: failed: %s\n", failures[i].why);
        scratch_write(folder, "act", failures[i].act, strlen(failures[i].act));
        CU_ASSERT_EQUAL(run("CC=./compiler $netc sweep w.net"), 1);
        CU_ASSERT(holds("out", line));
    }
    CU_ASSERT_EQUAL(run("rm act; CC=./compiler $netc sweep w.net"), 0);
    CU_ASSERT_EQUAL(run("$netc sweep --new w.net -- --data nowhere"), 1);      /* of a trainer itself */
    CU_ASSERT(holds("out", "failed: w.net:4:10: error: 't.csv' cannot be opened: No such file or directory\n"));
    CU_ASSERT_EQUAL(run("CC=nosuch $netc sweep --new w.net"), 1);               /* of netc build */
    CU_ASSERT(holds("out", "failed: the C compiler 'nosuch' could not be run: No such file or directory; CC= names another\n"));
}

/* On a disk of a megabyte that the linker fills there is room for its words: the log has kept it. Who may mount none
 * skips this. */
static void a_full_disk_is_told(void)
{
    static const char fills[] =
        "#!/bin/sh\nfor word; do case $word in -o*) program=${word#-o} ;; esac; done\n[ \"$program\" ] || exit 0\n"
        "cat /dev/zero >fill 2>/dev/null\necho 'ld: final link failed: No space left on device'\nrm fill\n"
        "echo 'collect2: error: ld returned 1 exit status'\nexit 1\n";
    static const char mount[] = "unshare -rm sh -c 'mount -t tmpfs -o size=1M none small";
    if (run("mkdir -p small; %s'", mount))
        return;
    scratch_write(folder, "fills", fills, sizeof fills - 1);
    CU_ASSERT_EQUAL(run("chmod +x fills; %s && cp t.csv w.net fills small && cd small &&"
                        " CC=./fills $0 sweep w.net' $netc", mount), 1);
    CU_ASSERT(holds("out", "speed=1e-3 kind=sgd: failed: ld: final link failed: No space left on device\n"));
}

/* ---- edited ---- */

/* Trainings of two cards are no sweep. */
static void an_edited_card_is_not_swept_on(void)
{
    static const char act[] = "[ ! -e edit ] || { echo '# edited' >>e.net; rm edit; }";
    write_compiler();
    write_card("e.net", CARD("3", "sweep speed 1e-3 1e-2\nsweep kind sgd\n"));
    scratch_write(folder, "act", act, sizeof act - 1);
    CU_ASSERT_EQUAL(run("touch edit; CC=./compiler $netc sweep --jobs 1 e.net"), 3);
    CU_ASSERT(holds("out", "[1/2] ") && !times("out", "[2/2] "));
    CU_ASSERT(holds("out", "netc: e.net is not what it was when the sweep began; the same command begins another sweep"));
    CU_ASSERT_EQUAL(run("sed -i '/edited/d' e.net; CC=./compiler $netc sweep --jobs 1 e.net; code=$?; rm act; exit $code"), 0);
    CU_ASSERT(holds("out", "runs/e/sweep1: goes on; 1 of 2 trainings are at their end"));
}

/* ---- no process ---- */

/* One that the system gave no process has failed: it has no result, least of all the best one. */
static void a_process_may_be_refused(void)
{
    static const char refuse[] =
        "#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <errno.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
        "pid_t fork(void)\n{\n    static int calls;\n    unsetenv(\"LD_PRELOAD\");\n"
        "    if (calls++)\n        return ((pid_t (*)(void))dlsym(RTLD_NEXT, \"fork\"))();\n"
        "    errno = EAGAIN;\n    return -1;\n}\n";
    write_compiler();
    write_card("f.net", CARD("4", "sweep speed 1e-3 1e-2\nsweep kind sgd\n"));
    scratch_write(folder, "refuse.c", refuse, sizeof refuse - 1);
    CU_ASSERT_EQUAL(run("cc -shared -fPIC -o refuse.so refuse.c -ldl"), 0);
    static const char *const options[] = { "--new", "--new --halving" };
    for (int i = 0; i < 2; i++) {
        char results[64];
        snprintf(results, sizeof results, "runs/f/sweep%d/results.csv", i + 1);
        CU_ASSERT_EQUAL(run("LD_PRELOAD=./refuse.so CC=./compiler $netc sweep %s f.net", options[i]), 1);
        CU_ASSERT(holds("out", "speed=1e-3 kind=sgd: failed: /proc/self/exe cannot be run: Resource temporarily"));
        CU_ASSERT_EQUAL(times("out", "netc: "), 0);             /* which is said once */
        Row first = row_of(results, 1), second = row_of(results, 2);
        CU_ASSERT(!strcmp(first.state, "finished") && !strcmp(first.speed, "1e-2") && first.value == 0.5);
        CU_ASSERT(!strcmp(second.state, "failed") && !strcmp(second.speed, "1e-3") && !second.epochs);
    }
}

/* ---- which combinations ---- */

/* Nothing is compiled, so all fail, but each is told. */
static void some_are_drawn(void)
{
    write_card("d.net", CARD("1", "sweep speed 1 2 3 4 5 6 7 11\nsweep kind sgd adam rmsprop\n"));
    CU_ASSERT_EQUAL(run("CC=true $netc sweep --random 5 d.net"), 1);
    CU_ASSERT_EQUAL(times("runs/d/sweep1/results.csv", ",failed,"), 5);
    CU_ASSERT_EQUAL(run("CC=true $netc sweep --new --random 5 d.net && true; cut -d, -f1,2 runs/d/sweep1/results.csv | sort >one;"
                        " cut -d, -f1,2 runs/d/sweep2/results.csv | sort >two; cmp one two && test $(sort -u one | wc -l) = 6"), 0);
    CU_ASSERT_EQUAL(run("CC=true $netc sweep --set kind=adam d.net"), 1);
    CU_ASSERT_EQUAL(times("runs/d/sweep3/results.csv", ",adam,"), 8);
    CU_ASSERT_EQUAL(times("runs/d/sweep3/results.csv", "\n"), 9);
    CU_ASSERT(holds("out", "speed=11 kind=adam: failed: line 11: 'rate' takes a number above 0, at most 10, not 11"));
}

static void each_value_is_checked(void)
{
    write_card("later.net", CARD("1", "sweep kind sgd adam\nsweep speed 0.1 -2\n"));
    CU_ASSERT_EQUAL(run("$netc check later.net"), 1);
    CU_ASSERT(times("out", ": error: ") == 1 && holds("out", "'rate' takes a number above 0") && holds("out", "-2"));
    write_card("later.net", CARD("1", "sweep kind sgd adam\nsweep speed 0.1 0.2\n"));
    CU_ASSERT_EQUAL(run("$netc check later.net"), 0);
}

static void what_cannot_be_swept_is_told(void)
{
    write_card("n.net", CARD("1", "let kind=adam speed=1\n"));
    CU_ASSERT_EQUAL(run("sed -i 's/^let.*//; s/kind rate=speed/adam rate=1/' n.net; $netc sweep n.net"), 1);
    CU_ASSERT(holds("out", "n.net sweeps nothing; a line such as 'sweep rate 1e-3 1e-2' names values to try"));
    CU_ASSERT_EQUAL(run("$netc sweep --random 0 a.net"), 2);
    CU_ASSERT_EQUAL(run("$netc sweep --set kind=lion a.net"), 2);
    CU_ASSERT_EQUAL(run("$netc build a.net -- --epochs 3"), 2);
    CU_ASSERT_EQUAL(run("$netc sweep - <a.net"), 2);
    CU_ASSERT_EQUAL(run("$netc build --random 3 a.net"), 2);
}

void suite_sweep(void)
{
    CU_pSuite suite = CU_add_suite("sweep", open_folder, close_folder);
    CU_ADD_TEST(suite, each_combination_is_trained);
    CU_ADD_TEST(suite, the_better_half_goes_on);
    CU_ADD_TEST(suite, halves_are_of_what_trainers_are_told);
    CU_ADD_TEST(suite, each_is_halved_by_its_own_length);
    CU_ADD_TEST(suite, each_rung_halves);
    CU_ADD_TEST(suite, the_best_is_gone_on_with);
    CU_ADD_TEST(suite, a_stopped_sweep_goes_on);
    CU_ADD_TEST(suite, a_build_that_is_cut_off_begins_anew);
    CU_ADD_TEST(suite, a_sweep_may_stop_before_a_result);
    CU_ADD_TEST(suite, what_is_stopped_starts_nothing);
    CU_ADD_TEST(suite, what_runs_is_told_on_a_terminal);
    CU_ADD_TEST(suite, it_is_told_why_one_failed);
    CU_ADD_TEST(suite, a_full_disk_is_told);
    CU_ADD_TEST(suite, an_edited_card_is_not_swept_on);
    CU_ADD_TEST(suite, a_process_may_be_refused);
    CU_ADD_TEST(suite, some_are_drawn);
    CU_ADD_TEST(suite, what_cannot_be_swept_is_told);
    CU_ADD_TEST(suite, each_value_is_checked);
}
