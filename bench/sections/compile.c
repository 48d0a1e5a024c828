/* compile.c - the time from a card to a program and to its first step, and how it grows with layers that
 * are alike. */

#include "bench/pictures.h"

#include <stdlib.h>

#include "bench/command.h"
#include "bench/median.h"

enum { RUNS = 21 };

static void report_netc(Bench *bench)
{
    double ms[RUNS];
    for (int i = 0; i < RUNS; i++)
        ms[i] = 1e3 * command_run("exec build/bin/netc -o - examples/catdog/catdog.net").seconds;
    add_row(bench, .what = "netc alone", .value = median(ms, RUNS), .unit = "ms", .goal = AT_MOST(15));
}

/* Until the trainer tells a person at a terminal of its first step. */
static void report_first_step(Bench *bench)
{
    Pictures pictures;
    double seconds[3];
    if (!pictures_few(bench, &pictures))
        return;
    char *text = card_tutorial(pictures.classes);
    bool built = card_build("catdog-first", text, NULL, NULL);
    free(text);
    for (int i = 0; built && i < 3; i++)
        seconds[i] = command_until("epoch", "cd %s && rm -rf runs"
                                   " && ../../bin/netc build -o first ../cards/catdog-first.net"
                                   " && exec ./first train --new --epochs 1 --threads %d",
                                   pictures.root, THREADS);
    if (built)
        add_row(bench, .what = "from the card to the first step done", .value = median(seconds, 3),
                .unit = "s", .goal = AT_MOST(2.5), .note = "cc, 48 pictures read, a checkpoint");
}

/* ---- layers that are alike ---- */

static char *deep_card(int layers)
{
    char *text;
    if (asprintf(&text,
                 "network deep\n"
                 "input 32x32x3 scale=1/255\n"
                 "data \"data/train\" {\n"
                 "    class cat \"cat.*\"\n"
                 "    class dog \"dog.*\"\n"
                 "}\n"
                 "model {\n"
                 "    conv 32 3x3 relu pad=same\n"
                 "    repeat %d { conv 32 3x3 relu pad=same }\n"
                 "    pool average global\n"
                 "    dense 1 sigmoid\n"
                 "}\n"
                 "train {\n"
                 "    loss binary_crossentropy\n"
                 "    optimizer sgd rate=1e-3\n"
                 "    epochs 1\n"
                 "}\n", layers) < 0)
        abort();
    return text;
}

static const int depths[] = { 2, 8, 32, 128 };
enum { DEPTHS = sizeof depths / sizeof *depths };

/* Of what netc writes: a card's code must not grow with layers that are alike, its calls and its tables
 * may. */
static void report_growth(Bench *bench)
{
    double first = 0;
    for (int i = 0; i < DEPTHS; i++) {
        char *text = deep_card(depths[i]), what[64], against[64], note[64];
        bool built = card_build("deep", text, NULL, NULL);
        free(text);
        if (!built)
            return;
        double netc = command_run("cd build/bench/cards && exec ../../bin/netc -o - deep.net").busy;
        double all = command_run("cd build/bench/cards && exec ../../bin/netc build deep.net").busy;
        first = i ? first : all;
        snprintf(what, sizeof what, "compiling %d layers alike", depths[i]);
        snprintf(against, sizeof against, "%d layers", depths[0]);
        snprintf(note, sizeof note, "netc %.0f ms of it", 1e3 * netc);
        add_row(bench, .what = what, .value = all, .unit = "s", .against = i ? against : NULL,
                .other = i ? first : 0, .ratio = i ? all / first : 0, .note = note);
    }
}

void section_compile(Bench *bench)
{
    report_netc(bench);
    report_first_step(bench);
    report_growth(bench);
}
