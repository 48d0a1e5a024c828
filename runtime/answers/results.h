/* results.h - results.csv, the learning curve: a line for each epoch that a run has done. */

#ifndef ANSWERS_RESULTS_H
#define ANSWERS_RESULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/job.h"

typedef struct {
    uint64_t epoch;             /* from 1 */
    double loss, accuracy;      /* while training, with its augmentation and dropout */
    bool validated;
    double validation_loss;
    const double *metric;       /* [METRIC_COUNT] of the validation */
    double learning_rate;       /* of the epoch's last step */
    bool clips;                 /* there is a limit to the gradient's length, */
    double clipped;             /* beyond which it was in this share of the steps */
    double seconds;             /* of training, since the epoch's start or the resume */
    bool timed;                 /* images were trained on in these seconds: else there is no speed */
    double rate, step_rate;     /* images a second; of the steps alone */
    double waiting;             /* the share of `seconds` that passed in waiting for pictures */
} Result;

/* What a line of results.csv says, by the names of its columns, those left out whose field is empty. */
void results_each(const Job *job, const Result *result, void (*take)(void *context, const char *name, double value),
                  void *context);

/* Puts it into an object of JSON. */
void results_put(json_t *object, const Job *job, const Result *result);

/* Failures are faults that name the file. */
void results_create(const char *folder, const Job *job);
void results_append(const char *folder, const Job *job, const Result *result);

/* Drops what is said of later epochs than the first `epochs`: a line is written before the checkpoint
 * that makes it true. */
void results_rewind(const char *folder, const Job *job, uint64_t epochs);

#endif
