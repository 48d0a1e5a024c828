/* dry_run.h - steps as a training's first phase takes them, which leave nothing behind: no run, no
 * checkpoint. */

#ifndef TRAINING_DRY_RUN_H
#define TRAINING_DRY_RUN_H

#include "runtime/network/laps.h"
#include "runtime/network/network.h"
#include "runtime/training/samples.h"

typedef struct {
    const Program *program;
    const Options *options;
    const Use *use;             /* what a step runs: the first phase's training, or predicting */
    Samples samples;
    Network *network;
    int batch;                  /* images in a step */
    uint64_t seed, update;      /* updates that are done */
    uint64_t broken_at;         /* the first update whose loss was no finite number; 0: none */
    uint32_t epoch;             /* of the loader, from 0 */
} DryRun;

/* So many steps of so many images, one after another. */
typedef struct {
    long steps, images;
    double seconds;             /* from the first to the last */
    double waiting;             /* of them, for pictures */
} Pace;

/* Reads the card's data, unless --random was given, and begins; what does not fit is a fault or ends the
 * program with the card's mistakes. `use` is the program's. */
DryRun dry_run_open(const Program *program, const Options *options, const Use *use);
void   dry_run_close(DryRun *run);

/* The same of data that is read and judged already, at least the part for training, to train on; it is the
 * run's from here on. */
DryRun dry_run_of(const Program *program, const Options *options, Dataset *dataset, Shelves shelves);

/* The weights become again those that a new run starts from, and the optimiser has seen nothing. */
void dry_run_begin_anew(DryRun *run);

/* The loader's next batch, of the next epoch where one has ended. */
const Batch *dry_run_next(DryRun *run);

/* One step at that rate; `laps` as in Step, or NULL. Returns the step: its loss is of before the update. */
Step dry_run_step(DryRun *run, const Batch *batch, double rate, Laps *laps);

/* Takes steps with the loader at work beside them, after WARM_STEPS that do not count: so many as are
 * wanted; of 0, as many as take two seconds, at least five. */
enum { WARM_STEPS = 4 };
Pace dry_run_pace(DryRun *run, double rate, int steps);
bool pace_is_enough(int wanted, long steps, double seconds);

#endif
