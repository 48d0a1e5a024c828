/* calibrate.c - the command `calibrate`: a temperature that makes the answers' probabilities honest. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/answers/temperature.h"
#include "runtime/runs/runs.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"
#include "runtime/training/scoring.h"

/* What was chosen by the probabilities as they were says the same of those that they become. */
static void move_thresholds(Decision *decision, double temperature)
{
    if (decision_has_thresholds(decision->program))
        temper(decision->threshold, decision->program->output.c, true, temperature);
}

/* What a temperature is worth on the pictures that it was fitted to says little of others: it is told of answers as new
 * ones would be tempered, and whether they are better for it by more than chance has it. */
static void say_worth(const Labelled *labelled, double temperature)
{
    Labelled fitted = cross_fitted(labelled);
    Gain gain = likelihood_gain(labelled, &fitted);
    printf("temperature %.4g: ", temperature);
    if (gain.mean > 2 * gain.error)
        printf("the network is %s it is right\n", temperature > 1 ? "surer than" : "less sure than");
    else
        printf("what it gains could be chance; the pictures are too few, or the probabilities honest already\n");
    printf("expected calibration error %.4f, before %.4f\n", calibration_error(&fitted, 1),
           calibration_error(labelled, 1));
    printf("negative log-likelihood %.4f, before %.4f\n", likelihood_of(&fitted, 1), likelihood_of(labelled, 1));
    printf("both of each half of the pictures, by the temperature that the other half chooses\n");
    free((void *)fitted.answer);
}

static void say(const Scoring *scoring, const Labelled *labelled, double temperature)
{
    printf("%s: %ld picture%s\n", part_word[scoring->part], labelled->images, plural(labelled->images));
    if (labelled->images < 2)
        printf("temperature %.4g: of 1 picture, nothing tells what that is worth\n", temperature);
    else
        say_worth(labelled, temperature);
}

/* NULL, or why a network's answers have no temperature. */
static const char *why_not(const Program *program)
{
    return !program->classes ? "the network answers numbers; a temperature is of the probabilities of classes or labels"
         : !shape_is_vector(program->output) ? "the network answers each pixel; a temperature is of classes or labels of whole pictures"
         : NULL;
}

/* The temperature is of the weights that were read: from here on no training replaces them, or clears away the file that
 * takes their place. Returns what ends that when it is closed. */
static int hold_weights(const Trained *trained)
{
    int hold = run_hold(trained->folder);
    if (!safetensors_stands(trained->checkpoint->file, trained->checkpoint->path))
        fault("%s was replaced while the pictures were read; `%s` takes the new one", trained->checkpoint->path,
              call_text("calibrate"));
    return hold;
}

int calibrate_command(const Program *program, const Options *options)
{
    const char *why = why_not(program);
    if (why)
        fault("%s", why);
    Scoring scoring = scoring_open(program, options, &program->predict, PART_VALIDATION);
    int hold = hold_weights(&scoring.trained);
    const char *path = scoring.trained.checkpoint->path;
    Labelled labelled = { .outputs = program->output.c, .apart = decision_has_thresholds(program) };
    Metrics *metrics = metrics_open(program);
    metrics_keep(metrics);
    scoring_run(&scoring, metrics);
    labelled.answer = metrics_answers(metrics, &labelled.images);
    if (!scoring.trained.checkpoint->hash)
        fault("%s is none of netc's checkpoints: a temperature in it would not be read", path);
    double temperature = (float)fit_temperature(&labelled);      /* as the file will have it */
    if (temperature_is_an_end(temperature))
        fault("no temperature fits: at %.2g, where the search ends, the answers are still %s; %s", temperature,
              temperature < 1 ? "too unsure, as where all of them are right" : "too sure, as where they say nothing",
              "hold out more pictures, and harder ones");
    say(&scoring, &labelled, temperature);
    Decision *decision = &scoring.trained.decision;
    move_thresholds(decision, temperature / decision->temperature);
    decision->temperature = temperature;
    decision_write(decision, path);
    close(hold);
    if (!options->quiet)
        printf("%s: keeps it, for predict and evaluate\n", path);
    metrics_close(metrics);
    scoring_close(&scoring);
    return 0;
}
