/* pictures.c - how fast batches are made, when nobody trains on them. */

#include "bench/pictures.h"

#include <stdlib.h>

static const double turn = 0.5;             /* seconds */
enum { TURNS = 5 };

static void report(Bench *bench, const char *what, const char *root, int cache, double goal, const char *note)
{
    Contender *loader = contender_open("build/bench/cards/catdog-pictures --data %s --threads %d --cache %d",
                                       root, THREADS, cache);
    if (!loader)
        return;
    int images = (int)json_integer_value(json_object_get(contender_facts(loader), "images"));
    Race run = race(&loader, 1, turn, TURNS);
    add_row(bench, .what = what, .value = per_second(images, race_ms(&run, 0)), .unit = "img/s",
            .goal = AT_LEAST(goal), .note = note);
    contender_close(loader);
}

void section_pictures(Bench *bench)
{
    Pictures pictures;
    if (!pictures_shrunk(bench, &pictures))
        return;
    char *text = card_tutorial(pictures.classes);
    if (card_build("catdog-pictures", text, "pictures", NULL)) {
        report(bench, "JPEG 500x375: decode, resize, augment", pictures.root, 0, 2100, pictures.what);
        report(bench, "in memory, 150x150x3: augment", pictures.root, 1000, 7000, NULL);
    }
    free(text);
}
