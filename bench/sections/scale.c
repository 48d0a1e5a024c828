/* scale.c - how a step's cost grows with the batch and with the picture: images a second times the
 * multiply-adds of an image, which would stay the same if nothing but arithmetic took time. */

#include "bench/bench.h"

#include <stdlib.h>

#include "bench/card.h"

static const double turn = 0.4;             /* seconds */
enum { TURNS = 5 };

static const struct {
    const char *what;
    int batch, side;
    double goal;
} cases[] = {
    { "batch 8", 8, 150, 0.55 },
    { "batch 16", 16, 150, 0.85 },
    { "batch 64", 64, 150, 0.85 },
    { "batch 256", 256, 150, 0.85 },
    { "64 pixels", 32, 64, 0.85 },
    { "100 pixels", 32, 100, 0.85 },
    { "200 pixels", 32, 200, 0.85 },
    { "256 pixels", 32, 256, 0.85 },
    { "300 pixels", 32, 300, 0.85 },
};
enum { CASES = sizeof cases / sizeof *cases };

static double work(const Contender *contender)
{
    return json_number_value(json_object_get(contender_facts(contender), "step_multiply_adds"));
}

static Contender *open_case(int batch, int side)
{
    char name[64], *text = card_tutorial((Changes){ .batch = batch, .side = side });
    snprintf(name, sizeof name, "catdog-%d-%d", batch, side);
    bool built = card_build(name, text, "step", NULL);
    free(text);
    return built ? open_step(name, "train", THREADS, batch) : NULL;
}

void section_scale(Bench *bench)
{
    Contender *usual = open_case(BATCH, 150);
    for (int i = 0; usual && i < CASES; i++) {
        Contender *other = open_case(cases[i].batch, cases[i].side);
        if (!other)
            continue;
        Race run = race((Contender *[]){ usual, other }, 2, turn, TURNS);
        char note[64];
        snprintf(note, sizeof note, "%.1f million multiply-adds an image", 1e-6 * work(other));
        add_row(bench, .what = cases[i].what, .value = per_second(cases[i].batch, race_ms(&run, 1)),
                .unit = "img/s", .against = "batch 32, 150 pixels",
                .other = per_second(BATCH, race_ms(&run, 0)),
                .ratio = race_faster(&run, 1, 0) * cases[i].batch / BATCH * work(other) / work(usual),
                .goal = AT_LEAST(cases[i].goal), .note = note);
        contender_close(other);
    }
    contender_close(usual);
}
