/* pictures.c - how fast batches are made, when nobody trains on them. */

#include "bench/pictures.h"

#include <stdlib.h>

static const double turn = 0.5;             /* seconds */
enum { TURNS = 5 };

static int images_of(const Contender *contender)
{
    return (int)json_integer_value(json_object_get(contender_facts(contender), "images"));
}

static void report(Bench *bench, const char *what, const char *root, int cache, double goal, const char *note)
{
    Contender *racer[] = {
        contender_open("build/bench/cards/catdog-pictures --data %s --threads %d --cache %d", root, THREADS, cache),
        cache ? NULL : contender_open("build/bench/decode --data %s --threads %d", root, THREADS),
    };
    if (!racer[0])
        return;
    Race run = race(racer, 2, turn, TURNS);
    int images = images_of(racer[0]), others = racer[1] ? images_of(racer[1]) : 0;
    add_row(bench, .what = what, .value = per_second(images, race_ms(&run, 0)), .unit = "img/s",
            .goal = AT_LEAST(goal), .note = note);
    if (racer[1])
        add_row(bench, .what = "the same", .value = per_second(images, race_ms(&run, 0)), .unit = "img/s",
                .against = "libjpeg alone", .other = per_second(others, race_ms(&run, 1)),
                .ratio = race_faster(&run, 0, 1) * images / others);
    for (int i = 0; i < 2; i++)
        contender_close(racer[i]);
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
