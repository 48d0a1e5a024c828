/* memory.c - what a training holds, and what `netc explain` said of it before. */

#include "bench/pictures.h"

#include <stdlib.h>
#include <string.h>

#include "bench/command.h"

/* What stands behind a text, up to a blank; 0 where it does not stand there. Thousands may have blanks
 * between them: "204,819,712". */
static double number_after(const char *text, const char *before)
{
    const char *at = text ? strstr(text, before) : NULL;
    char digits[64];
    size_t count = 0;
    if (!at)
        return 0;
    for (at += strlen(before); *at && count + 1 < sizeof digits && strchr(" ,.0123456789", *at); at++)
        if (*at != ' ' && *at != ',')
            digits[count++] = *at;
    digits[count] = '\0';
    return atof(digits);
}

static double block_of_program(void)
{
    Contender *step = open_step("catdog-step", "train", THREADS, BATCH);
    double bytes = step ? json_number_value(json_object_get(contender_facts(step), "block")) : 0;
    contender_close(step);
    return bytes;
}

/* `netc explain` tells the resident total in a line of its own, or else what training takes. */
static double foretold(const char *explained)
{
    double resident = number_after(explained, "\nresident");
    return 1e6 * (resident > 0 ? resident : number_after(explained, "\ntraining"));
}

void section_memory(Bench *bench)
{
    Pictures pictures;
    char *text = card_tutorial((Changes){ 0 });
    bool built = card_build("catdog-step", text, "step", NULL);
    char *explained = command_output("build/bin/netc explain build/bench/cards/catdog-step.net");
    double block = built ? block_of_program() : 0;
    if (explained && block > 0)
        add_row(bench, .what = "a step's block, foretold",
                .value = 1e-6 * number_after(explained, "a block of "), .unit = "MB", .against = "program's",
                .other = 1e-6 * block, .ratio = number_after(explained, "a block of ") / block,
                .goal = NEAR_ONE(0));
    free(text);
    if (!pictures_whole(bench, &pictures))       /* enough to fill all batches that are loaded ahead */
        return;
    text = card_tutorial(pictures.classes);
    if (card_build("catdog-memory", text, NULL, NULL)) {
        Ran ran = command_run("cd %s && rm -rf runs && exec ../cards/catdog-memory train --new --quiet"
                              " --epochs 1 --cache 0 --threads %d", pictures.root, THREADS);
        if (ran.good)
            add_row(bench, .what = "resident at most, without a cache", .value = 1e-6 * ran.peak,
                    .unit = "MB", .goal = AT_MOST(330));
        if (ran.good && explained)
            add_row(bench, .what = "resident, foretold", .value = 1e-6 * foretold(explained), .unit = "MB",
                    .against = "resident", .other = 1e-6 * ran.peak, .ratio = foretold(explained) / ran.peak,
                    .goal = NEAR_ONE(0.03));
    }
    free(text);
    free(explained);
}
