/* sweep_trials.c - which combinations a sweep tries, and what it knows of each: sweep.json. */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "compiler/output.h"
#include "compiler/tools/sweep.h"

#define X(id, word) word,
const char *const trial_state_word[] = { TRIAL_STATES(X) };
#undef X

/* ---- the combinations ---- */

/* One that the command line sets has that value alone. */
static bool is_set(const Sweep *sweep, const CardSweep *values)
{
    size_t length = strlen(values->name);
    for (int i = 0; i < sweep->options->sets; i++)
        if (!strncmp(sweep->options->set[i], values->name, length) && sweep->options->set[i][length] == '=')
            return true;
    return false;
}

/* Of all of them, as far as they can be counted. */
static double combinations(const Sweep *sweep)
{
    double count = 1;
    for (int i = 0; i < sweep->card->sweeps; i++)
        count *= is_set(sweep, &sweep->card->sweep[i]) ? 1 : sweep->card->sweep[i].values;
    return count;
}

static const char *set_text(const Sweep *sweep, const int *value, const char *between)
{
    const char *text = "";
    for (int i = 0; i < sweep->card->sweeps; i++)
        text = arena_printf(sweep->arena, "%s%s%s=%s", text, i ? between : "", sweep->card->sweep[i].name,
                            sweep->card->sweep[i].value[value[i]]);
    return text;
}

/* The number-th combination; the last sweep's values change first. */
static void add_trial(Sweep *sweep, uint64_t number)
{
    const Card *card = sweep->card;
    Trial *trial = &sweep->trial[sweep->trials++];
    *trial = (Trial){ .value = arena_array(sweep->arena, int, card->sweeps) };
    for (int i = card->sweeps - 1; i >= 0; i--) {
        const CardSweep *values = &card->sweep[i];
        if (is_set(sweep, values)) {
            trial->value[i] = values->chosen;
            continue;
        }
        trial->value[i] = (int)(number % (uint64_t)values->values);
        number /= (uint64_t)values->values;
    }
    trial->set = set_text(sweep, trial->value, " ");
}

/* splitmix64, from the card's seed. */
static uint64_t draw(uint64_t *state, uint64_t below)
{
    uint64_t drawn = hash_mix(*state);
    *state += HASH_STEP;
    return drawn % below;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* So many of them, none twice. */
static void add_random(Sweep *sweep, int count, uint64_t all)
{
    uint64_t *number = arena_array(sweep->arena, uint64_t, count), state = sweep->card->job.train.seed;
    for (int i = 0; i < count; i++) {
        bool twice = true;
        while (twice) {
            number[i] = draw(&state, all);
            twice = false;
            for (int k = 0; k < i; k++)
                twice = twice || number[k] == number[i];
        }
    }
    qsort(number, (size_t)count, sizeof *number, by_number);
    for (int i = 0; i < count; i++)
        add_trial(sweep, number[i]);
}

static bool make_trials(Sweep *sweep)
{
    double all = combinations(sweep);
    int random = sweep->options->random;
    bool some = random && random < all;
    double count = some ? random : all;
    if (count > MOST_TRIALS || all > 1e15) {
        fprintf(stderr, "netc: %.0f combinations are more than the %d that a sweep may try; --random takes some of them\n",
                all, MOST_TRIALS);
        return false;
    }
    sweep->trial = arena_array(sweep->arena, Trial, (int)count);
    if (some)
        add_random(sweep, random, (uint64_t)all);
    for (uint64_t i = 0; !some && i < (uint64_t)all; i++)
        add_trial(sweep, i);
    return true;
}

/* ---- names ---- */

enum { LONGEST_RUN = 90 };

/* As the name of a run and of files, of which a value may hold what these may not. */
static const char *plain(Sweep *sweep, const char *text)
{
    char *copy = arena_copy(sweep->arena, text, strlen(text));
    for (char *c = copy; *c; c++)
        *c = isalnum((unsigned char)*c) || strchr("=.,+-%_", *c) ? *c : '_';
    return copy;
}

static void name_trials(Sweep *sweep, int number)
{
    for (int i = 0; i < sweep->trials; i++) {
        Trial *trial = &sweep->trial[i];
        const char *values = plain(sweep, set_text(sweep, trial->value, ","));
        const char *run = arena_printf(sweep->arena, "sweep%d-%s", number, values);
        bool taken = strlen(run) > LONGEST_RUN;
        for (int k = 0; k < i; k++)
            taken = taken || !strcmp(sweep->trial[k].run, run);
        trial->run = taken ? arena_printf(sweep->arena, "sweep%d-%d", number, i + 1) : run;
        trial->program = arena_printf(sweep->arena, "%s/programs/%s", sweep->folder, trial->run);
        trial->log = arena_printf(sweep->arena, "%s/logs/%s.txt", sweep->folder, trial->run);
    }
}

/* ---- what makes two sweeps the same ---- */

/* With an end, so that two texts are not one. */
static uint64_t mix_text(uint64_t hash, const char *text, size_t length)
{
    return hash_bytes(hash_bytes(hash, text, length), "", 1);
}

static const char *fingerprint(const Sweep *sweep)
{
    uint64_t hash = HASH_BEGIN;
    for (int i = 0; i < sweep->card->reads; i++)
        hash = mix_text(hash, sweep->card->read[i]->text, sweep->card->read[i]->length);
    for (int i = 0; i < sweep->trials; i++)
        hash = mix_text(hash, sweep->trial[i].set, strlen(sweep->trial[i].set));
    for (int i = 0; i < sweep->options->rest; i++)
        hash = mix_text(hash, sweep->options->further[i], strlen(sweep->options->further[i]));
    const char *ways = arena_printf(sweep->arena, "%s %s %d %d", NETC_VERSION, sweep->options->target->name,
                                    sweep->options->direct, sweep->options->halving);
    return arena_printf(sweep->arena, "%016" PRIx64, mix_text(hash, ways, strlen(ways)));
}

/* ---- sweep.json ---- */

static json_t *trial_json(const Trial *trial)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:b, s:i, s:f}", "run", trial->run, "set", trial->set, "state",
                               trial_state_word[trial->state], "built", trial->built, "epochs", trial->epochs,
                               "seconds", trial->seconds);
    json_t *rungs = json_array();
    for (int i = 0; i < trial->rungs; i++)
        json_array_append_new(rungs, json_real(trial->rung[i]));
    json_object_set_new(object, "rungs", rungs);
    if (trial->best_epoch) {
        json_object_set_new(object, "best_epoch", json_integer(trial->best_epoch));
        json_object_set_new(object, "best", json_real(trial->best));
    }
    if (trial->why)
        json_object_set_new(object, "why", json_string(trial->why));
    return object;
}

bool sweep_save(const Sweep *sweep)
{
    json_t *list = json_array(), *all = json_object();
    for (int i = 0; i < sweep->trials; i++)
        json_array_append_new(list, trial_json(&sweep->trial[i]));
    json_object_set_new(all, "format", json_string("netc-sweep-1"));
    json_object_set_new(all, "card", json_string(sweep->card->source->name));
    json_object_set_new(all, "fingerprint", json_string(sweep->fingerprint));
    json_object_set_new(all, "measure", json_string(sweep->measure));
    json_object_set_new(all, "rises", json_boolean(sweep->rises));
    json_object_set_new(all, "trials", list);
    Output file = output_open(arena_printf(sweep->arena, "%s/sweep.json", sweep->folder));
    if (file.out)
        json_dumpf(all, file.out, JSON_INDENT(1));
    json_decref(all);
    return file.out && output_close(&file);
}

static TrialState state_of(const char *word)
{
    for (TrialState state = 0; state < TRIAL_STATE_COUNT; state++)
        if (word && !strcmp(word, trial_state_word[state]))
            return state;
    return TRIAL_WAITING;
}

/* What failed is tried again. */
static void take_trial(Trial *trial, const json_t *object)
{
    trial->state = state_of(json_string_value(json_object_get(object, "state")));
    trial->state = trial->state == TRIAL_FAILED ? TRIAL_WAITING : trial->state;
    trial->built = json_is_true(json_object_get(object, "built"));
    trial->epochs = (int)json_integer_value(json_object_get(object, "epochs"));
    trial->seconds = json_number_value(json_object_get(object, "seconds"));
    trial->best_epoch = (int)json_integer_value(json_object_get(object, "best_epoch"));
    trial->best = json_number_value(json_object_get(object, "best"));
    const json_t *rungs = json_object_get(object, "rungs");
    for (; trial->rungs < (int)json_array_size(rungs) && trial->rungs < MOST_RUNGS; trial->rungs++)
        trial->rung[trial->rungs] = json_number_value(json_array_get(rungs, (size_t)trial->rungs));
}

/* Takes where the trials stand from that file, if it is of the same sweep. */
static bool take_over(Sweep *sweep, const char *path)
{
    json_t *all = json_load_file(path, 0, NULL);
    const json_t *list = json_object_get(all, "trials");
    const char *print = json_string_value(json_object_get(all, "fingerprint"));
    bool same = print && !strcmp(print, sweep->fingerprint) && (int)json_array_size(list) == sweep->trials;
    for (int i = 0; i < sweep->trials && same; i++)
        take_trial(&sweep->trial[i], json_array_get(list, (size_t)i));
    json_decref(all);
    return same;
}

/* ---- its folder, and those of its runs ---- */

const char *sweep_run_folder(const Sweep *sweep, const Trial *trial)
{
    return arena_printf(sweep->arena, "runs/%s/%s", sweep->name, trial->run);
}

static bool make_folder(const char *path)
{
    if (!mkdir(path, 0777) || errno == EEXIST)
        return true;
    fprintf(stderr, "netc: cannot make the folder %s: %s\n", path, strerror(errno));
    return false;
}

static bool make_folders(const Sweep *sweep)
{
    return make_folder(sweep->folder) && make_folder(arena_printf(sweep->arena, "%s/programs", sweep->folder)) &&
           make_folder(arena_printf(sweep->arena, "%s/logs", sweep->folder));
}

/* ---- others at work in it ---- */

enum { LOOK = 50, TO_FALL = 1000, TO_SAVE = 30000 };       /* milliseconds between two looks, and for that at most */

/* A file system without locks: go on without. */
static bool take_lock(int folder, int most)
{
    const struct timespec pause = { .tv_nsec = LOOK * 1000000 };
    int passed = 0;
    while (flock(folder, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK && passed <= most) {
        nanosleep(&pause, NULL);
        passed += LOOK;
    }
    return passed <= most;
}

/* Until netc ends. */
static bool lock(const Sweep *sweep)
{
    int folder = open(sweep->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || take_lock(folder, TO_FALL))
        return true;
    fprintf(stderr, "netc: %s is being swept by another process; --new begins a sweep beside it\n", sweep->folder);
    return false;
}

/* Trainers of a netc that was killed have their runs until they have saved. */
static void wait_for_orphans(const Sweep *sweep)
{
    for (int i = 0; i < sweep->trials; i++) {
        int folder = open(sweep_run_folder(sweep, &sweep->trial[i]), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0)
            continue;
        if (sweep->trial[i].state == TRIAL_WAITING)
            take_lock(folder, TO_SAVE);
        close(folder);
    }
}

/* ---- opening ---- */

bool sweep_open(Sweep *sweep)
{
    const char *runs = arena_printf(sweep->arena, "runs/%s", sweep->name);
    if (!make_trials(sweep) || !make_folder("runs") || !make_folder(runs))
        return false;
    sweep->fingerprint = fingerprint(sweep);
    struct stat there;
    int last = 0;
    while (!stat(arena_printf(sweep->arena, "%s/sweep%d", runs, last + 1), &there))
        last++;
    int number = last;
    while (number && !sweep->options->fresh &&
           !take_over(sweep, arena_printf(sweep->arena, "%s/sweep%d/sweep.json", runs, number)))
        number--;
    sweep->resumed = number && !sweep->options->fresh;
    number = sweep->resumed ? number : last + 1;
    sweep->folder = arena_printf(sweep->arena, "%s/sweep%d", runs, number);
    name_trials(sweep, number);
    if (!make_folders(sweep) || !lock(sweep))
        return false;
    wait_for_orphans(sweep);
    return sweep_save(sweep);
}
