/* sweep.c - from the trials to their results: each is built, trained and read, side by side with others. */

#include "compiler/tools/sweep.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/processors.h"
#include "base/terminal.h"
#include "base/text.h"
#include "compiler/workers.h"

/* What a worker is at; NULL: nothing. */
typedef struct {
    Trial *trial;
    pid_t worker;
    int number;                 /* of the trials wanted, from 1 */
    bool builds;                /* else it trains */
    long said;                  /* bytes of its log that are of earlier ones */
} Slot;

enum { GLANCE = 500 };      /* milliseconds between two looks */

/* The trainings that are next. */
typedef struct {
    Sweep *sweep;
    int slots, threads;
    Slot slot[MOST_WORKERS];
    int next, ended, wanted;    /* trials */
    int begun;                  /* of those wanted */
} Rung;

/* ---- side by side ---- */

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

static bool is_wanted(const Trial *trial)
{
    return trial->state == TRIAL_WAITING && (!trial->until || trial->epochs < trial->until || !trial->best_epoch);
}

static void start(Rung *rung, Slot *slot, Trial *trial, bool builds)
{
    char **word = builds ? sweep_build_line(rung->sweep, trial)
        : sweep_train_line(rung->sweep, trial, rung->slots, rung->threads);
    *slot = (Slot){ .trial = trial, .number = slot->number, .builds = builds, .said = sweep_said(trial) };
    bool room = sweep_reserve_log(trial);
    slot->worker = room ? worker_start(word, trial->log) : -1;
    if (slot->worker > 0)
        return;
    slot->trial = NULL;
    if (workers_stopped())                      /* it waits for the same command, as those behind it */
        return;
    sweep_fail(trial, arena_printf(rung->sweep->arena, "%s cannot be %s: %s", room ? word[0] : trial->log,
                                   room ? "run" : "written", strerror(errno)));
    rung->ended++;
    say_end(rung, trial);
}

static bool is_as_it_was(const Source *read)
{
    Arena *arena = arena_open();
    FILE *in = fopen(read->name, "r");
    const Source *now = in ? source_read(arena, in, read->name, read->order) : NULL;
    bool same = now && now->length == read->length && !memcmp(now->text, read->text, read->length);
    if (in)
        fclose(in);
    arena_close(arena);
    return same;
}

/* A file that says now what the trials do not, or NULL. */
static const char *edited_file(const Card *card)
{
    for (int i = 0; i < card->reads; i++)
        if (!is_as_it_was(card->read[i]))
            return card->read[i]->name;
    return NULL;
}

/* Nothing is built of an edited card: among the others it would be none of them. */
static void fill_slots(Rung *rung)
{
    Sweep *sweep = rung->sweep;
    for (int i = 0; i < rung->slots; i++) {
        while (!rung->slot[i].trial && rung->next < sweep->trials && !workers_stopped() && !sweep->edited) {
            Trial *trial = &sweep->trial[rung->next++];
            bool builds = !trial->built || access(trial->program, X_OK);
            if (!is_wanted(trial))
                continue;
            sweep->edited = builds ? edited_file(sweep->card) : NULL;
            if (sweep->edited)
                continue;
            rung->slot[i].number = ++rung->begun;
            start(rung, &rung->slot[i], trial, builds);
        }
    }
}

/* One that was asked to stop waits on, and goes on next time. */
static void take_end(Rung *rung, Slot *slot, int code)
{
    Trial *trial = slot->trial;
    slot->trial = NULL;
    trial->built = trial->built || (slot->builds && code == 0);
    if (workers_stopped()) {
        rung->sweep->cut_off += slot->builds && !trial->built;
        return;
    }
    if (slot->builds && code == 0) {
        start(rung, slot, trial, false);
        return;
    }
    if (code == 0)
        sweep_read_result(rung->sweep, trial);
    else
        sweep_fail(trial, sweep_reason(rung->sweep->arena, trial, slot->said, code));
    if (workers_stopped())                      /* while it told its result */
        return;
    rung->ended++;
    if (trial->state == TRIAL_WAITING && !trial->until)
        trial->state = TRIAL_FINISHED;
    say_end(rung, trial);
}

/* The epochs that its run tells so far. */
static int epochs_of(Arena *arena, const char *run)
{
    FILE *in = fopen(arena_printf(arena, "%s/results.csv", run), "r");
    int lines = 0, letter;
    while (in && (letter = getc(in)) != EOF)
        lines += letter == '\n';
    if (in)
        fclose(in);
    return lines ? lines - 1 : 0;
}

static const char *doing(Arena *arena, const Sweep *sweep, const Slot *slot)
{
    const Trial *trial = slot->trial;
    int last = trial->until ? trial->until : trial->whole, epoch = epochs_of(arena, sweep_run_folder(sweep, trial)) + 1;
    return slot->builds ? "building" : arena_printf(arena, "epoch %d/%d of", epoch < last ? epoch : last, last);
}

/* On a terminal, one line that is written over: what runs, and how far it is. */
static void show_running(const Rung *rung)
{
    Arena *arena = arena_open();
    const char *text = arena_printf(arena, "%d of %d done;", rung->ended, rung->wanted);
    for (int i = 0; i < rung->slots; i++) {
        const Slot *slot = &rung->slot[i];
        if (slot->trial)
            text = arena_printf(arena, "%s %s %s (%d of %d);", text, doing(arena, rung->sweep, slot), slot->trial->set,
                                slot->number, rung->wanted);
    }
    printf("\r\033[K%.*s", terminal_size().columns - 1, text);
    fflush(stdout);
    arena_close(arena);
}

static bool is_whole(const Sweep *sweep)
{
    if (sweep->edited)
        fprintf(stderr, "netc: %s is not what it was when the sweep began; the same command begins another sweep, or goes on "
                "with this one where the file is as before\n", sweep->edited);
    return !sweep->edited;
}

/* False, having said why, where it has no end: what came of it cannot be kept, or the card is another now. */
static bool run_rung(Rung *rung)
{
    int code;
    bool terminal = terminal_moves();
    for (;;) {
        fill_slots(rung);
        pid_t worker = worker_wait(&code, terminal ? GLANCE : 0);
        if (terminal && worker == 0)
            show_running(rung);
        else if (terminal)
            printf("\r\033[K");
        if (worker < 0)
            return is_whole(rung->sweep);
        for (int i = 0; i < rung->slots; i++)
            if (rung->slot[i].trial && rung->slot[i].worker == worker) {
                take_end(rung, &rung->slot[i], code);
                if (!sweep_save(rung->sweep))
                    return false;
            }
    }
}

/* As many at once as there are processors, and trials; each has its share of the threads. */
static Rung rung_of(Sweep *sweep)
{
    int all = processors(), most = sweep->options->jobs ? sweep->options->jobs : all;
    Rung rung = { .sweep = sweep };
    for (int i = 0; i < sweep->trials; i++)
        rung.wanted += is_wanted(&sweep->trial[i]);
    most = most < MOST_WORKERS ? most : MOST_WORKERS;
    rung.slots = rung.wanted < most ? rung.wanted : most;
    rung.threads = rung.slots && all / rung.slots > 1 ? all / rung.slots : 1;
    return rung;
}

/* "3", or "3-8". */
static const char *range(Arena *arena, int least, int most)
{
    return least == most ? arena_printf(arena, "%d", most) : arena_printf(arena, "%d-%d", least, most);
}

/* " to epoch 2 of 8", where they are not to train to their end. */
static const char *lengths(const Sweep *sweep)
{
    Trial least = { .until = INT_MAX, .whole = INT_MAX }, most = { .until = 0 };
    for (int i = 0; i < sweep->trials; i++) {
        const Trial *trial = &sweep->trial[i];
        if (!is_wanted(trial))
            continue;
        least.until = trial->until < least.until ? trial->until : least.until;
        least.whole = trial->whole < least.whole ? trial->whole : least.whole;
        most.until = trial->until > most.until ? trial->until : most.until;
        most.whole = trial->whole > most.whole ? trial->whole : most.whole;
    }
    return !most.until ? "" : arena_printf(sweep->arena, " to epoch %s of %s", range(sweep->arena, least.until, most.until),
                                           range(sweep->arena, least.whole, most.whole));
}

bool sweep_train(Sweep *sweep)
{
    Rung rung = rung_of(sweep);
    if (!rung.wanted)
        return true;
    printf("%s: %d training%s%s, %d at once with %d thread%s each\n", sweep->folder, rung.wanted, plural(rung.wanted),
           lengths(sweep), rung.slots, rung.threads, plural(rung.threads));
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
    printf("\nbest: %s, in runs/%s/%s; to go on with it:\n", best->set, sweep->name, best->run);
    sweep_say_commands(sweep, best);
    printf("%s/parallel.svg shows all, results.csv holds them\n", sweep->folder);
}

int sweep(Arena *arena, const Card *card, const Options *options)
{
    const char *slash = strrchr(card->source->name, '/'), *file = slash ? slash + 1 : card->source->name;
    size_t length = strlen(file), suffix = length > 4 && !strcmp(file + length - 4, ".net") ? 4 : 0;
    Sweep sweep = { .arena = arena, .card = card, .options = options,
                    .name = arena_copy(arena, file, length - suffix) };
    if (!card->sweeps) {
        fprintf(stderr, "netc: %s sweeps nothing; a line such as 'sweep rate 1e-3 1e-2' names values to try\n",
                options->card);
        return EXIT_MISTAKE;
    }
    if (!sweep_take_further(&sweep))
        return EXIT_USAGE;
    choose_measure(&sweep);
    if (!sweep_open(&sweep))
        return EXIT_WORLD;
    if (sweep.resumed)
        printf("%s: goes on; %d of %d trainings are at their end\n", sweep.folder,
               sweep.trials - sweep_count(&sweep, TRIAL_WAITING), sweep.trials);
    sweep_judge(&sweep);
    workers_listen();
    bool kept = options->halving ? sweep_halving(&sweep) : sweep_train(&sweep);
    if (!kept || !sweep_save(&sweep))
        return EXIT_WORLD;
    if (workers_stopped()) {
        printf("%s: stopped; the same command goes on%s\n", sweep.folder, sweep.cut_off
               ? arena_printf(arena, ", and begins anew %d build%s", sweep.cut_off, plural(sweep.cut_off)) : "");
        return EXIT_INTERRUPTED;
    }
    sweep_table(stdout, &sweep);
    if (!sweep_csv(&sweep) || !sweep_chart(&sweep))
        return EXIT_WORLD;
    say_best(&sweep);
    return sweep_count(&sweep, TRIAL_FAILED) ? EXIT_MISTAKE : 0;
}
