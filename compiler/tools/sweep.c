/* sweep.c - from the trials to their results: each is built, trained and read, side by side with others. */

#include "compiler/tools/sweep.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/processors.h"
#include "base/text.h"
#include "compiler/tools/workers.h"

/* What a worker is at; NULL: nothing. */
typedef struct {
    Trial *trial;
    pid_t worker;
    bool builds;                /* else it trains */
} Slot;

enum { MEMORY = 1024, GLANCE = 500, MOST_SHOWN = 78 };     /* MB for decoded pictures; milliseconds between two looks; letters */

/* The trainings up to a number of epochs. */
typedef struct {
    Sweep *sweep;
    int epochs;                 /* 0: as the card says */
    int slots, threads;
    Slot slot[MOST_WORKERS];
    int next, ended, wanted;    /* trials */
} Rung;

/* ---- command lines ---- */

typedef struct {
    Arena *arena;
    char **word;
    int words, room;
} Line;

static void add(Line *line, const char *word)
{
    *arena_push(line->arena, line->word, line->words, line->room) = arena_copy(line->arena, word, strlen(word));
}

static char **ended(Line *line)
{
    *arena_push(line->arena, line->word, line->words, line->room) = NULL;
    return line->word;
}

/* netc itself, by its own name. */
static char **build_line(const Sweep *sweep, const Trial *trial)
{
    Line line = { .arena = sweep->arena };
    const Card *card = sweep->card;
    add(&line, "/proc/self/exe");
    add(&line, "build");
    for (int i = 0; i < card->sweeps; i++)
        add(&line, arena_printf(sweep->arena, "--set=%s=%s", card->sweep[i].name, card->sweep[i].value[trial->value[i]]));
    add(&line, arena_printf(sweep->arena, "--target=%s", sweep->options->target->name));
    if (sweep->options->direct)
        add(&line, "--direct");
    add(&line, "-o");
    add(&line, trial->program);
    add(&line, sweep->options->card);
    return ended(&line);
}

/* What was given for the trainers comes last. */
static char **train_line(const Rung *rung, const Trial *trial)
{
    Arena *arena = rung->sweep->arena;
    const Options *options = rung->sweep->options;
    Line line = { .arena = arena };
    add(&line, arena_printf(arena, "./%s", trial->program));
    add(&line, "train");
    add(&line, "--run");
    add(&line, trial->run);
    add(&line, "--threads");
    add(&line, arena_printf(arena, "%d", rung->threads));
    add(&line, "--cache");
    add(&line, arena_printf(arena, "%dM", MEMORY / rung->slots > 1 ? MEMORY / rung->slots : 1));
    if (rung->epochs) {
        add(&line, "--epochs");
        add(&line, arena_printf(arena, "%d", rung->epochs));
    }
    for (int i = 0; i < options->rest; i++)
        add(&line, options->further[i]);
    return ended(&line);
}

/* ---- what came of it ---- */

/* The last error, or else the last line, that a log holds, without the name of the program that said it. */
static const char *reason(Arena *arena, const Trial *trial)
{
    FILE *in = fopen(trial->log, "r");
    char *line = NULL;
    const char *last = "nothing was said of it";
    size_t room = 0;
    bool told = false;
    for (ssize_t length; in && (length = getline(&line, &room, in)) > 0; ) {
        line[length - (line[length - 1] == '\n')] = '\0';
        bool error = strstr(line, "error: ");
        if (*line && (error || !told))
            last = arena_copy(arena, line, strlen(line));
        told |= error;
    }
    free(line);
    if (in)
        fclose(in);
    size_t name = strlen(trial->run);
    return !strncmp(last, trial->run, name) && !strncmp(last + name, ": ", 2) ? last + name + 2 : last;
}

static void fail(const Sweep *sweep, Trial *trial)
{
    trial->state = TRIAL_FAILED;
    trial->why = reason(sweep->arena, trial);
}

/* The trainer tells it of its own run. */
static void read_result(const Sweep *sweep, Trial *trial)
{
    char *word[] = { (char *)arena_printf(sweep->arena, "./%s", trial->program), "runs", "--json",
                     arena_copy(sweep->arena, trial->run, strlen(trial->run)), NULL };
    const char *text = worker_output(sweep->arena, word, trial->log);
    if (!text && workers_stopped())
        return;
    json_t *run = text ? json_loads(text, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
    const json_t *best = json_object_get(run, "best"), *value = json_object_get(best, sweep->measure);
    trial->epochs = (int)json_integer_value(json_object_get(run, "epochs"));
    trial->seconds = json_number_value(json_object_get(run, "seconds"));
    trial->best_epoch = (int)json_integer_value(json_object_get(best, "epoch"));
    trial->best = json_number_value(value);
    if (!json_is_number(value)) {
        trial->state = TRIAL_FAILED;
        trial->why = arena_printf(sweep->arena, "its run tells no %s", sweep->measure);
    }
    json_decref(run);
}

static void say_end(const Rung *rung, const Trial *trial)
{
    printf("[%d/%d] %s: ", rung->ended, rung->wanted, trial->set);
    if (trial->state == TRIAL_FAILED)
        printf("failed: %s\n", trial->why);
    else
        printf("%s %.6g in epoch %d of %d, %.1f s\n", rung->sweep->measure, trial->best, trial->best_epoch, trial->epochs,
               trial->seconds);
    fflush(stdout);
}

/* ---- side by side ---- */

static bool is_wanted(const Rung *rung, const Trial *trial)
{
    int epochs = rung->epochs;
    return trial->state == TRIAL_WAITING && (!epochs || trial->epochs < epochs || !trial->best_epoch);
}

static void start(Rung *rung, Slot *slot, Trial *trial, bool builds)
{
    char **word = builds ? build_line(rung->sweep, trial) : train_line(rung, trial);
    *slot = (Slot){ trial, worker_start(word, trial->log), builds };
    if (slot->worker > 0)
        return;
    trial->state = TRIAL_FAILED;
    trial->why = arena_printf(rung->sweep->arena, "%s cannot be run: %s", word[0], strerror(errno));
    slot->trial = NULL;
    rung->ended++;
    say_end(rung, trial);
}

static void fill_slots(Rung *rung)
{
    Sweep *sweep = rung->sweep;
    for (int i = 0; i < rung->slots; i++) {
        while (!rung->slot[i].trial && rung->next < sweep->trials && !workers_stopped()) {
            Trial *trial = &sweep->trial[rung->next++];
            if (is_wanted(rung, trial))
                start(rung, &rung->slot[i], trial, !trial->built || access(trial->program, X_OK));
        }
    }
}

/* One that was asked to stop waits on, and goes on next time. */
static void take_end(Rung *rung, Slot *slot, int code)
{
    Trial *trial = slot->trial;
    slot->trial = NULL;
    trial->built = trial->built || (slot->builds && code == 0);
    if (workers_stopped())
        return;
    if (slot->builds && code == 0) {
        start(rung, slot, trial, false);
        return;
    }
    if (code == 0)
        read_result(rung->sweep, trial);
    else
        fail(rung->sweep, trial);
    if (workers_stopped())                      /* while it told its result */
        return;
    rung->ended++;
    if (trial->state == TRIAL_WAITING && !rung->epochs)
        trial->state = TRIAL_FINISHED;
    say_end(rung, trial);
}

/* The epochs that its run tells so far. */
static int epochs_of(Arena *arena, const Sweep *sweep, const Trial *trial)
{
    FILE *in = fopen(arena_printf(arena, "runs/%s/%s/results.csv", sweep->name, trial->run), "r");
    int lines = 0, letter;
    while (in && (letter = getc(in)) != EOF)
        lines += letter == '\n';
    if (in)
        fclose(in);
    return lines ? lines - 1 : 0;
}

/* On a terminal, one line that is written over: what runs, and how far it is. */
static void show_running(const Rung *rung)
{
    struct winsize size = { .ws_col = 0 };
    Arena *arena = arena_open();
    const char *text = "";
    for (int i = 0; i < rung->slots; i++) {
        const Slot *slot = &rung->slot[i];
        const char *at = !slot->trial ? NULL : slot->builds ? "is built"
            : arena_printf(arena, "epoch %d", epochs_of(arena, rung->sweep, slot->trial) + 1);
        if (at)
            text = arena_printf(arena, "%s%s%s: %s", text, *text ? ", " : "", slot->trial->set, at);
    }
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    printf("\r\033[K%.*s", size.ws_col > 1 ? size.ws_col - 1 : MOST_SHOWN, text);
    fflush(stdout);
    arena_close(arena);
}

/* False, having said why, where what came of it cannot be kept. */
static bool run_rung(Rung *rung)
{
    int code;
    bool terminal = isatty(STDOUT_FILENO);
    for (;;) {
        fill_slots(rung);
        pid_t worker = worker_wait(&code, terminal ? GLANCE : 0);
        if (terminal && worker == 0)
            show_running(rung);
        else if (terminal)
            printf("\r\033[K");
        if (worker < 0)
            return true;
        for (int i = 0; i < rung->slots; i++)
            if (rung->slot[i].trial && rung->slot[i].worker == worker) {
                take_end(rung, &rung->slot[i], code);
                if (!sweep_save(rung->sweep))
                    return false;
            }
    }
}

/* As many at once as there are processors, and trials; each has its share of the threads. */
static Rung rung_of(Sweep *sweep, int epochs)
{
    int all = processors(), most = sweep->options->jobs ? sweep->options->jobs : all;
    Rung rung = { .sweep = sweep, .epochs = epochs };
    for (int i = 0; i < sweep->trials; i++)
        rung.wanted += is_wanted(&rung, &sweep->trial[i]);
    most = most < MOST_WORKERS ? most : MOST_WORKERS;
    rung.slots = rung.wanted < most ? rung.wanted : most;
    rung.threads = rung.slots && all / rung.slots > 1 ? all / rung.slots : 1;
    return rung;
}

bool sweep_run_to(Sweep *sweep, int epochs)
{
    Rung rung = rung_of(sweep, epochs);
    if (!rung.wanted)
        return true;
    printf("%s: %d training%s%s, %d at once with %d thread%s each\n", sweep->folder, rung.wanted, plural(rung.wanted),
           epochs ? arena_printf(sweep->arena, " to epoch %d of %d", epochs, sweep->epochs) : "", rung.slots,
           rung.threads, plural(rung.threads));
    fflush(stdout);
    return run_rung(&rung);
}

int sweep_count(const Sweep *sweep, TrialState state)
{
    int found = 0;
    for (int i = 0; i < sweep->trials; i++)
        found += sweep->trial[i].state == state;
    return found;
}

/* ---- the whole ---- */

static bool has_validation(const JobData *data)
{
    return data->part[PART_VALIDATION].share > 0 || data->part[PART_VALIDATION].paths || data->table.split;
}

/* What the card watches at its end. */
static void choose_measure(Sweep *sweep)
{
#define X(id, word, rises, fits) { word, rises },
    static const struct { const char *word; bool rises; } metrics[] = { METRIC_KINDS(X) };
#undef X
    const Job *job = &sweep->card->job;
    MetricKind watch = job->phase[job->phases - 1].watch;
    bool validated = has_validation(&job->data);
    sweep->measure = validated ? arena_printf(sweep->arena, "validation_%s", metrics[watch].word) : "loss";
    sweep->rises = validated && metrics[watch].rises;
}

/* Which values did best, and how to have them alone. */
static void say_best(const Sweep *sweep)
{
    const Trial *best = sweep_ranking(sweep)[0];
    if (!best->best_epoch || best->state == TRIAL_FAILED)
        return;
    const char *command = "netc build";
    const Card *card = sweep->card;
    for (int i = 0; i < card->sweeps; i++)
        command = arena_printf(sweep->arena, "%s --set %s", command,
            shell_text(sweep->arena, arena_printf(sweep->arena, "%s=%s", card->sweep[i].name,
                                                  card->sweep[i].value[best->value[i]])));
    printf("\nbest: %s, in runs/%s/%s; `%s %s` builds its trainer\n", best->set, sweep->name, best->run, command,
           shell_text(sweep->arena, sweep->options->card));
    printf("%s/parallel.svg shows all, results.csv holds them\n", sweep->folder);
}

int sweep(Arena *arena, const Card *card, const Options *options)
{
    const char *slash = strrchr(card->source->name, '/'), *file = slash ? slash + 1 : card->source->name;
    size_t length = strlen(file), suffix = length > 4 && !strcmp(file + length - 4, ".net") ? 4 : 0;
    Sweep sweep = { .arena = arena, .card = card, .options = options, .epochs = card->job.train.epochs,
                    .name = arena_copy(arena, file, length - suffix) };
    if (!card->sweeps) {
        fprintf(stderr, "netc: %s sweeps nothing; a line such as 'sweep rate 1e-3 1e-2' names values to try\n",
                options->card);
        return EXIT_MISTAKE;
    }
    choose_measure(&sweep);
    if (!sweep_open(&sweep))
        return EXIT_WORLD;
    if (sweep.resumed)
        printf("%s: goes on; %d of %d trainings are at their end\n", sweep.folder,
               sweep.trials - sweep_count(&sweep, TRIAL_WAITING), sweep.trials);
    sweep_judge(&sweep);
    workers_listen();
    bool kept = options->halving ? sweep_halving(&sweep) : sweep_run_to(&sweep, 0);
    if (!kept || !sweep_save(&sweep))
        return EXIT_WORLD;
    if (workers_stopped()) {
        printf("%s: stopped; the same command goes on\n", sweep.folder);
        return EXIT_INTERRUPTED;
    }
    sweep_table(stdout, &sweep);
    if (!sweep_csv(&sweep) || !sweep_chart(&sweep))
        return EXIT_WORLD;
    say_best(&sweep);
    return sweep_count(&sweep, TRIAL_FAILED) ? EXIT_MISTAKE : 0;
}
