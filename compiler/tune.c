#include "compiler/tune.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/build.h"
#include "compiler/output.h"
#include "compiler/tune_cache.h"
#include "compiler/workers.h"

static const double worth = 0.98;       /* another cut takes at most that share of the first one's time */

/* All calls with one key. */
typedef struct {
    const char *key, *name;             /* of the first such function; NULL: none trains or predicts many */
    Cut cut[MOST_CUTS];
    int cuts;
    Candidates candidates;              /* by cut */
    int chosen;
    bool known;                         /* what is chosen was timed, now or earlier */
    double first, best;                 /* seconds */
} Row;

struct Tuning {
    Arena *arena;
    const Target *target;
    TuneCache cache;
    Picker picker;
    Row **row;
    int rows, room;
    int number;                         /* of the cut at hand */
    bool collecting;
    int timed;                          /* calls, now */
};

/* ---- picking ---- */

static Row *row_of(const Tuning *tuning, const char *key)
{
    for (int i = 0; i < tuning->rows; i++)
        if (!strcmp(tuning->row[i]->key, key))
            return tuning->row[i];
    return NULL;
}

/* What the cache knows of it. A cut that netc would not offer any more counts for nothing. */
static void recall(const Tuning *tuning, Row *row)
{
    const Timed *timed = tune_cache_find(&tuning->cache, row->key);
    for (int i = 0; timed && i < row->cuts; i++)
        if (!memcmp(&row->cut[i], &timed->cut, sizeof timed->cut)) {
            row->known = true;
            row->chosen = i;
            row->first = timed->first;
            row->best = timed->best;
        }
}

static int pick(void *context, const char *key, const Cut *cut, int cuts)
{
    Tuning *tuning = context;
    Row *row = row_of(tuning, key);
    if (!row) {
        row = arena_new(tuning->arena, Row);
        row->key = key;
        row->cuts = cuts;
        memcpy(row->cut, cut, (size_t)cuts * sizeof *cut);
        recall(tuning, row);
        *arena_push(tuning->arena, tuning->row, tuning->rows, tuning->room) = row;
    }
    if (!tuning->collecting)
        return row->chosen;
    return tuning->number < cuts ? tuning->number : 0;
}

Tuning *tuning_open(Arena *arena, const Target *target)
{
    Tuning *tuning = arena_new(arena, Tuning);
    *tuning = (Tuning){ .arena = arena, .target = target, .cache = tune_cache_open(arena, target),
                        .picker = { pick, tuning }, .collecting = true };
    return tuning;
}

const Picker *tuning_picker(const Tuning *tuning)
{
    return &tuning->picker;
}

/* ---- collecting ---- */

static void collect_calls(const Tuning *tuning, const Plan *plan)
{
    for (int i = 0; i < plan->calls; i++) {
        const Call *call = plan->call[i];
        Row *row = call->key ? row_of(tuning, call->key) : NULL;
        if (!row || row->candidates.calls != tuning->number || tuning->number >= row->cuts)
            continue;
        row->name = row->name ? row->name : call->name;
        *arena_push(tuning->arena, row->candidates.call, row->candidates.calls, row->candidates.room) = call;
    }
}

bool tuning_collect(Tuning *tuning, const Generation *g)
{
    bool more = false;
    collect_calls(tuning, g->plan[USE_TRAIN]);
    collect_calls(tuning, g->plan[USE_PREDICT]);
    tuning->number++;
    for (int i = 0; i < tuning->rows; i++)
        more |= tuning->row[i]->name && !tuning->row[i]->known && tuning->row[i]->cuts > tuning->number;
    tuning->collecting = more;
    return more;
}

/* ---- timing ---- */

static void choose_best(Row *row, const double *seconds)
{
    row->chosen = 0;
    for (int i = 1; i < row->cuts; i++)
        if (seconds[i] < seconds[row->chosen] && seconds[i] <= worth * seconds[0])
            row->chosen = i;
    row->first = seconds[0];
    row->best = seconds[row->chosen];
    row->known = true;
}

/* What the program printed: the seconds of each row's cuts, in order. */
static bool take_seconds(Row **row, int rows, const char *text)
{
    for (int i = 0; i < rows; i++) {
        double seconds[MOST_CUTS];
        for (int cut = 0; cut < row[i]->cuts; cut++) {
            int a, b, length;
            if (sscanf(text, "%d %d %lg%n", &a, &b, &seconds[cut], &length) != 3 || a != i || b != cut)
                return false;
            text += length;
        }
        choose_best(row[i], seconds);
    }
    return true;
}

static bool write_source(const char *path, const Generation *g, const Candidates *candidates, int count)
{
    Output file = output_open(path);
    if (!file.out)
        return false;
    generate_timing(file.out, g, candidates, count);
    return output_close(&file);
}

/* What the program prints that times them; NULL where there is none, which has been said. */
static const char *time_all(const Tuning *tuning, const Generation *g, const Candidates *candidates,
                            int count)
{
    Arena *arena = tuning->arena;
    const char *temporary = getenv("TMPDIR"), *in = temporary && *temporary ? temporary : "/tmp";
    const char *folder = arena_printf(arena, "%s/netc-tune-XXXXXX", in);
    if (!mkdtemp((char *)folder)) {
        fprintf(stderr, "netc: %s: %s\n", folder, strerror(errno));
        return NULL;
    }
    const char *source = arena_printf(arena, "%s/tune.c", folder);
    const char *program = arena_printf(arena, "%s/tune", folder), *text = NULL;
    if (write_source(source, g, candidates, count) && build_program(arena, source, program, tuning->target))
        text = build_output(arena, program);
    unlink(source);
    unlink(program);
    rmdir(folder);
    return text;
}

bool tuning_measure(Tuning *tuning, const Generation *g)
{
    Row **row = arena_array(tuning->arena, Row *, tuning->rows + 1);
    Candidates *candidates = arena_array(tuning->arena, Candidates, tuning->rows + 1);
    int count = 0;
    for (int i = 0; i < tuning->rows; i++)
        if (tuning->row[i]->name && !tuning->row[i]->known) {
            candidates[count] = tuning->row[i]->candidates;
            row[count++] = tuning->row[i];
        }
    if (!count)
        return true;
    const char *text = time_all(tuning, g, candidates, count);
    if (!text || !take_seconds(row, count, text)) {
        if (!workers_stopped())
            fprintf(stderr, "netc: this machine could not time code for %s\n", tuning->target->name);
        return false;
    }
    tuning->timed = count;
    for (int i = 0; i < count; i++)
        tune_cache_put(&tuning->cache, (Timed){ .key = row[i]->key, .cut = row[i]->cut[row[i]->chosen],
                                                .first = row[i]->first, .best = row[i]->best });
    tune_cache_save(&tuning->cache);
    return true;
}

/* ---- the table ---- */

static const char *cut_text(Arena *arena, const Cut *cut)
{
    const char *text = arena_printf(arena, "%d x %d", cut->size[0], cut->size[1]);
    return cut->size[2] ? arena_printf(arena, "%s x %d", text, cut->size[2]) : text;
}

void tuning_print(FILE *out, const Tuning *tuning)
{
    int width = 4, known = 0;
    for (int i = 0; i < tuning->rows; i++)
        if (tuning->row[i]->name && tuning->row[i]->known) {
            known++;
            width = (int)strlen(tuning->row[i]->name) > width ? (int)strlen(tuning->row[i]->name) : width;
        }
    fprintf(out, "tuned for %s, %s: %d calls, of which %d were timed now\n", tuning->cache.processor,
            tuning->cache.compiler, known, tuning->timed);
    if (known)
        fprintf(out, "%-*s  %-12s  %-12s  %12s  %6s\n", width, "call", "cut", "instead of", "microseconds",
                "gain");
    for (int i = 0; i < tuning->rows; i++) {
        const Row *row = tuning->row[i];
        if (row->name && row->known)
            fprintf(out, "%-*s  %-12s  %-12s  %12.1f  %4.1f %%\n", width, row->name,
                    cut_text(tuning->arena, &row->cut[row->chosen]),
                    row->chosen ? cut_text(tuning->arena, &row->cut[0]) : "", 1e6 * row->best,
                    100 * (row->first / row->best - 1));
    }
}
