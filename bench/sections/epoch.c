/* epoch.c - training on files: how much of the bare step's rate is left when pictures must be made beside
 * it. */

#include "bench/pictures.h"

#include <stdlib.h>

static const double turn = 1.2;             /* seconds */
enum { TURNS = 5, STEPS = 8 };

static Contender *open_epoch(const char *root, const char *mode, int cache)
{
    return contender_open("build/bench/cards/catdog-epoch --data %s --threads %d --mode %s --cache %d"
                          " --steps %d", root, THREADS, mode, cache, STEPS);
}

static void report(Bench *bench, const Race *run, int racer, const char *what, double goal, const char *note)
{
    add_row(bench, .what = what, .value = per_second(BATCH * STEPS, race_ms(run, racer)), .unit = "img/s",
            .against = "bare step", .other = per_second(BATCH * STEPS, race_ms(run, 0)),
            .ratio = race_faster(run, racer, 0), .goal = AT_LEAST(goal), .note = note);
}

void section_epoch(Bench *bench)
{
    Pictures pictures;
    if (!pictures_whole(bench, &pictures))
        return;
    char *text = card_tutorial(pictures.classes);
    bool built = card_build("catdog-epoch", text, "epoch", NULL);
    free(text);
    if (!built)
        return;
    Contender *racer[] = {
        open_epoch(pictures.root, "bare", 0), open_epoch(pictures.root, "loaded", 1000),
        open_epoch(pictures.root, "loaded", 0),
    };
    if (racer[0] && racer[1] && racer[2]) {
        Race run = race(racer, 3, turn, TURNS);
        report(bench, &run, 1, "pictures cached", 0.92, pictures.what);
        report(bench, &run, 2, "decoding each time", 0.80, pictures.what);
    }
    for (int i = 0; i < 3; i++)
        contender_close(racer[i]);
}
