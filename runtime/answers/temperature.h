/* temperature.h - probabilities that say how often they are right: one number by which all logits are
 * divided, chosen so that the answers held out are likeliest (Guo, Pleiss, Sun, Weinberger: On Calibration
 * of Modern Neural Networks, 2017). It changes no order of answers. */

#ifndef ANSWERS_TEMPERATURE_H
#define ANSWERS_TEMPERATURE_H

#include <stdbool.h>

#include "runtime/answers/metrics.h"

/* Probabilities [outputs] become those of their logits divided by the temperature: p^(1/T), each against 1 -
 * p where they are `apart`, else all divided by their sum. */
void temper(float *probability, int outputs, bool apart, double temperature);

/* What is known of answers whose classes or labels are known: [images][outputs], as metrics_answers has
 * them. */
typedef struct {
    const Ranked *answer;
    long images;
    int outputs;
    bool apart;
} Labelled;

/* Mean over images, and over outputs that are apart, of -ln of what the truth was given. */
double likelihood_of(const Labelled *labelled, double temperature);

/* How far confidence is from being right: answers fall into 15 equal bins by the probability of what they
 * say; the mean over bins, by their number, of |share that is right - mean probability|. Each output that is
 * apart is an answer. */
enum { CALIBRATION_BINS = 15 };
double calibration_error(const Labelled *labelled, double temperature);

/* The temperature between 1/20 and 20 at which the likelihood is best, within a thousandth of it. At an end there is none:
 * of answers that are all right the likelihood only grows, the surer they become, and of answers that say nothing, the
 * less sure. */
double fit_temperature(const Labelled *labelled);
bool   temperature_is_an_end(double temperature);

/* By how much one likelihood is better than another of the same images, and the standard error of that, by how the gain
 * scatters from image to image. */
typedef struct { double mean, error; } Gain;
Gain likelihood_gain(const Labelled *before, const Labelled *after);

/* The answers as new ones would be tempered: of every second image by the temperature that the others alone choose, and
 * of those by that of the first. Two images or more; the answers are the caller's to free. */
Labelled cross_fitted(const Labelled *labelled);

#endif
