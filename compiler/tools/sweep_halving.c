/* sweep_halving.c - which trials are worth a training: those that are a card, and in halves those that do better. */

#include "compiler/check/check.h"
#include "compiler/tools/sweep.h"
#include "compiler/workers.h"

/* ---- what is no card ---- */

/* With some values the card may be wrong: that is known before any training. A sound one tells how long that is. */
static void judge_trial(const Sweep *sweep, Trial *trial)
{
    Arena *arena = arena_open();
    Diagnostics *diagnostics = diag_open(arena);
    const Card *card = sweep->card;
    const char **set = arena_array(arena, const char *, card->sweeps);
    for (int i = 0; i < card->sweeps; i++)
        set[i] = arena_printf(arena, "%s=%s", card->sweep[i].name, card->sweep[i].value[trial->value[i]]);
    const Card *its = check_card_with(arena, sweep->options->card, set, card->sweeps, diagnostics);
    if (its)
        trial->whole = sweep->epochs ? sweep->epochs : its->job.train.epochs;
    else {
        int mistakes;
        const Mistake *first = diag_mistakes(diagnostics, &mistakes);
        sweep_fail(trial, mistakes ? arena_printf(sweep->arena, "line %d: %s", source_place(arena, first->span).line,
                                                  first->text)
                                   : "the card cannot be read");
    }
    arena_close(arena);
}

void sweep_judge(Sweep *sweep)
{
    for (int i = 0; i < sweep->trials; i++) {
        Trial *trial = &sweep->trial[i];
        judge_trial(sweep, trial);
        if (trial->state == TRIAL_FAILED)
            printf("%s: failed: %s\n", trial->set, trial->why);
    }
}

/* ---- successive halving ---- */

static bool is_better(const Sweep *sweep, double a, double b)
{
    return sweep->rises ? a > b : a < b;
}

/* How many of those in the race were better by the end of a rung; of equals, the first is. */
static int place_of(const Sweep *sweep, const Trial *trial, int rung)
{
    int place = 0;
    for (const Trial *other = sweep->trial; other < sweep->trial + sweep->trials; other++)
        if (other != trial && other->rungs > rung)
            place += is_better(sweep, other->rung[rung], trial->rung[rung]) ||
                     (other->rung[rung] == trial->rung[rung] && other < trial);
    return place;
}

/* The better half, rounded up, goes on. */
static bool halve(Sweep *sweep, int rung, bool last)
{
    int racing = 0;
    for (int i = 0; i < sweep->trials; i++) {
        Trial *trial = &sweep->trial[i];
        if (trial->state == TRIAL_WAITING && trial->rungs == rung)
            trial->rung[trial->rungs++] = trial->best;
        racing += trial->rungs > rung;
    }
    for (int i = 0; i < sweep->trials; i++) {
        Trial *trial = &sweep->trial[i];
        if (trial->state != TRIAL_WAITING || trial->rungs != rung + 1)
            continue;
        if (last)
            trial->state = TRIAL_FINISHED;
        else if (place_of(sweep, trial, rung) >= (racing + 1) / 2)
            trial->state = TRIAL_DROPPED;
    }
    return sweep_save(sweep);
}

/* So many that one is left in the last, as far as each can be an epoch longer than the one before. */
static int rungs_of(const Sweep *sweep)
{
    int rungs = 1, longest = 1, racing = sweep->trials - sweep_count(sweep, TRIAL_FAILED);
    for (int i = 0; i < sweep->trials; i++)
        longest = sweep->trial[i].whole > longest ? sweep->trial[i].whole : longest;
    while (1 << (rungs - 1) < racing && rungs < MOST_RUNGS && rungs < longest)
        rungs++;
    return rungs;
}

/* The whole in the last rung, in each before half as many, but more than in the one before that. */
static int epochs_in(const Trial *trial, int rung, int rungs)
{
    int epochs = trial->whole >> (rungs - 1 - rung), least = rung + 1;
    epochs = epochs > least ? epochs : least;
    return epochs < trial->whole ? epochs : trial->whole;
}

/* Successive halving (Jamieson and Talwalkar 2016), each trial by shares of its own length. */
bool sweep_halving(Sweep *sweep)
{
    int rungs = rungs_of(sweep);
    for (int rung = 0; rung < rungs && !workers_stopped(); rung++) {
        for (int i = 0; i < sweep->trials; i++)
            sweep->trial[i].until = epochs_in(&sweep->trial[i], rung, rungs);
        if (!sweep_train(sweep))
            return false;
        if (!workers_stopped() && !halve(sweep, rung, rung == rungs - 1))
            return false;
    }
    return true;
}
