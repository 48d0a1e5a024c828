/* calibrate.c - the command `calibrate`: a temperature that makes the answers' probabilities honest. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/answers/temperature.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"
#include "runtime/training/scoring.h"

/* What was chosen by the probabilities as they were says the same of those that they become. */
static void move_thresholds(Decision *decision, double temperature)
{
    if (decision_has_thresholds(decision->program))
        temper(decision->threshold, decision->program->output.c, true, temperature);
}

/* What a temperature is worth on the pictures that it was fitted to says little of others. */
static void say_worth(const Judged *judged)
{
    if (judged->images < 2) {
        printf("of 1 picture, nothing tells what that is worth\n");
        return;
    }
    Judged fitted = cross_fitted(judged);
    printf("expected calibration error %.4f, before %.4f\n", calibration_error(&fitted, 1),
           calibration_error(judged, 1));
    printf("negative log-likelihood %.4f, before %.4f\n", judged_likelihood(&fitted, 1),
           judged_likelihood(judged, 1));
    printf("both of each half of the pictures, by the temperature that the other half chooses\n");
    if (judged_likelihood(&fitted, 1) >= judged_likelihood(judged, 1))
        printf("that is no better than before: the pictures are too few, or the probabilities honest already\n");
    free((void *)fitted.answer);
}

static void say(const Scoring *scoring, const Judged *judged, double temperature)
{
    printf("%s: %ld picture%s\n", part_word[scoring->part], judged->images, plural(judged->images));
    const char *sure = temperature > 1.01 ? "surer than" : temperature < 0.99 ? "less sure than" : "as sure as";
    printf("temperature %.4g: the network is %s it is right\n", temperature, sure);
    say_worth(judged);
}

int calibrate_command(const Program *program, const Options *options)
{
    Scoring scoring = scoring_open(program, options, &program->predict, PART_VALIDATION);
    const char *path = scoring.trained.checkpoint->path;
    Judged judged = { .outputs = program->output.c, .apart = decision_has_thresholds(program) };
    Metrics *metrics = metrics_open(program);
    metrics_keep(metrics);
    scoring_run(&scoring, metrics);
    judged.answer = metrics_answers(metrics, &judged.images);
    if (!judged.answer)
        fault("calibration is of classes and labels of whole pictures, which this network does not answer");
    if (!scoring.trained.checkpoint->hash)
        fault("%s is none of netc's checkpoints: a temperature in it would not be read", path);
    double temperature = (float)fit_temperature(&judged);      /* as the file will have it */
    say(&scoring, &judged, temperature);
    Decision *decision = &scoring.trained.decision;
    move_thresholds(decision, temperature / decision->temperature);
    decision->temperature = temperature;
    decision_write(decision, path);
    if (!options->quiet)
        printf("%s: keeps it, for predict and evaluate\n", path);
    metrics_close(metrics);
    scoring_close(&scoring);
    return 0;
}
