/* training.h - a training as the command line and the runs on the disk make it: a run to go on with,
 * or a new one, with all that its epochs need. */

#ifndef TRAINING_TRAINING_H
#define TRAINING_TRAINING_H

#include "runtime/answers/decision.h"
#include "runtime/data/loader.h"
#include "runtime/data/shelves.h"
#include "runtime/network/network.h"
#include "runtime/options/options.h"
#include "runtime/runs/checkpoint.h"
#include "runtime/runs/phase.h"
#include "runtime/runs/run_log.h"
#include "runtime/runs/runs.h"
#include "runtime/show/events.h"
#include "runtime/show/progress.h"
#include "runtime/show/sparkline.h"

typedef struct Report Report;

typedef struct {
    const Program *program;
    const Options *options;
    Dataset *dataset;
    Item *moved;                /* by split_apply */
    Run run;
    bool resumed;
    char *finished;             /* folder of a run that had no epochs left to go on with, or NULL */
    Standing finished_at;       /* where that run stands: before its end, where fewer epochs are wanted now */
    char *newer;                /* folder of a run begun after the one that goes on, whose best other commands take */
    Standing standing;
    Network *network;
    Shelves shelves;
    Ring *ring;                 /* of both loaders: no batch is trained on while others are validated on */
    Loader *loader, *validation;        /* NULL where the card holds nothing out */
    double rate_told;           /* in the last epoch's line, or the phase's */
    bool validated;             /* since the program began; then what the last validation came to: */
    double metric[METRIC_COUNT];
    Progress progress;
    Trace losses;               /* of the steps since the program began */
    RunLog *log;
    Events *events;
    Report *report;             /* runtime/report/report.h */
} Training;

/* Reads the pictures, and goes on with the newest unfinished run, or begins one. From where a new run's
 * folder is made, a signal only asks for a stop. What does not fit is a fault. */
Training training_open(const Program *program, const Options *options);
void     training_close(Training *training);

/* Fills a fresh network with what a training starts from: drawn weights or, where there is a path, a
 * file's. One that does not fit, or holds numbers that are not finite, is a fault. */
void first_weights(const Network *network, const char *path, uint64_t seed);

/* Writes the run's last checkpoint, and its best where this is it. */
void training_save(const Training *training, bool best);

/* Writes the best alone, of a phase that has just ended and been scored. */
void training_save_best(const Training *training, const Standing *scored);

/* Of a training that is over: the network has the run's best weights, and what they predict by, from here on. Returns the
 * decision that is kept with them, to be freed. */
Decision training_take_best(Training *training);

/* The rate of the next step. */
double training_rate(const Training *training);

/* The rate of the last step that was done in the epoch at hand, in this program or before. */
double training_last_rate(const Training *training);

/* What the best was chosen by, as it is measured: standings hold it so that less is better. */
double training_best_watched(const Standing *standing);

/* Loss or accuracy of the epoch at hand, from its sum. */
static inline double so_far(const Standing *standing, double sum)
{
    return standing->position ? sum / (double)standing->position : 0;
}

static inline bool training_is_over(const Standing *standing)
{
    return standing->epoch >= epochs_wanted(standing);
}

#endif
