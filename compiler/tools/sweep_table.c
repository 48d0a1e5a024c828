/* sweep_table.c - the trials in the order of their results, to read and as results.csv. */

#include <stdlib.h>
#include <string.h>

#include "compiler/output.h"
#include "compiler/tools/sweep.h"

enum { MOST_SHOWN = 30 };

static const Sweep *ranked;     /* by_result has no other way to it */

/* Those that went furthest first: what was dropped early was measured early. */
static int by_result(const void *left, const void *right)
{
    const Trial *a = *(const Trial *const *)left, *b = *(const Trial *const *)right;
    if (a->state != b->state)
        return (a->state > b->state) - (a->state < b->state);
    if (a->rungs != b->rungs && a->state == TRIAL_DROPPED)
        return b->rungs - a->rungs;
    if (a->best != b->best && a->best_epoch && b->best_epoch)
        return (ranked->rises ? a->best < b->best : a->best > b->best) ? 1 : -1;
    return (a > b) - (a < b);
}

const Trial **sweep_ranking(const Sweep *sweep)
{
    const Trial **trial = arena_array(sweep->arena, const Trial *, sweep->trials);
    for (int i = 0; i < sweep->trials; i++)
        trial[i] = &sweep->trial[i];
    ranked = sweep;
    qsort(trial, (size_t)sweep->trials, sizeof *trial, by_result);
    return trial;
}

static const char *value_text(const Sweep *sweep, const Trial *trial, int which)
{
    return sweep->card->sweep[which].value[trial->value[which]];
}

/* ---- to read ---- */

static int width_of(const Sweep *sweep, int which)
{
    const CardSweep *values = &sweep->card->sweep[which];
    int width = (int)strlen(values->name);
    for (int i = 0; i < values->values; i++)
        width = (int)strlen(values->value[i]) > width ? (int)strlen(values->value[i]) : width;
    return width;
}

static void print_row(FILE *out, const Sweep *sweep, const Trial *trial, bool best)
{
    fputs(best ? "* " : "  ", out);
    for (int i = 0; i < sweep->card->sweeps; i++)
        fprintf(out, "%-*s  ", width_of(sweep, i), value_text(sweep, trial, i));
    if (trial->state == TRIAL_FAILED)
        fprintf(out, "failed: %s\n", trial->why);
    else
        fprintf(out, "%*.6g  %5d/%-5d %6.1f  %s%s\n", (int)strlen(sweep->measure), trial->best, trial->best_epoch,
                trial->epochs, trial->seconds, trial->run, trial->state == TRIAL_DROPPED ? ", dropped" : "");
}

void sweep_table(FILE *out, const Sweep *sweep)
{
    const Trial **trial = sweep_ranking(sweep);
    fputs("\n  ", out);
    for (int i = 0; i < sweep->card->sweeps; i++)
        fprintf(out, "%-*s  ", width_of(sweep, i), sweep->card->sweep[i].name);
    fprintf(out, "%s  epoch/of     seconds  run\n", sweep->measure);
    for (int i = 0; i < sweep->trials && i < MOST_SHOWN; i++)
        print_row(out, sweep, trial[i], i == 0 && trial[i]->state != TRIAL_FAILED);
    if (sweep->trials > MOST_SHOWN)
        fprintf(out, "... and %d more in results.csv\n", sweep->trials - MOST_SHOWN);
}

/* ---- results.csv ---- */

static void put_field(FILE *out, const char *text)
{
    if (!text[strcspn(text, ",\"\n")]) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++)
        fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', out);
}

bool sweep_csv(const Sweep *sweep)
{
    const Trial **trial = sweep_ranking(sweep);
    Output file = output_open(arena_printf(sweep->arena, "%s/results.csv", sweep->folder));
    if (!file.out)
        return false;
    for (int i = 0; i < sweep->card->sweeps; i++)
        fprintf(file.out, "%s,", sweep->card->sweep[i].name);
    fprintf(file.out, "%s,best_epoch,epochs,seconds,state,run\n", sweep->measure);
    for (int t = 0; t < sweep->trials; t++) {
        for (int i = 0; i < sweep->card->sweeps; i++) {
            put_field(file.out, value_text(sweep, trial[t], i));
            fputc(',', file.out);
        }
        if (trial[t]->best_epoch)
            fprintf(file.out, "%.9g,%d,", trial[t]->best, trial[t]->best_epoch);
        else
            fputs(",,", file.out);
        fprintf(file.out, "%d,%.3f,%s,", trial[t]->epochs, trial[t]->seconds, trial_state_word[trial[t]->state]);
        put_field(file.out, trial[t]->run);
        fputc('\n', file.out);
    }
    return output_close(&file);
}
