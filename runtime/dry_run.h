/* dry_run.h - steps as a training's first phase takes them, which leave nothing behind: no run, no checkpoint. */

#ifndef RUNTIME_DRY_RUN_H
#define RUNTIME_DRY_RUN_H

#include "runtime/laps.h"
#include "runtime/network.h"
#include "runtime/samples.h"

typedef struct {
    const Program *program;
    const Options *options;
    const Use *use;             /* what a step runs: the first phase's training, or predicting */
    Samples samples;
    Network *network;
    int batch;                  /* images in a step */
    uint64_t seed, update;      /* updates that are done */
    uint32_t epoch;             /* of the loader, from 0 */
} DryRun;

/* Reads the card's data, unless --random was given, and begins; what does not fit is a fault or ends the program with
 * the card's mistakes. `use` is the program's. */
DryRun dry_run_open(const Program *program, const Options *options, const Use *use);
void   dry_run_close(DryRun *run);

/* The weights become again those that a new run starts from, and the optimiser has seen nothing. */
void dry_run_begin_anew(DryRun *run);

/* The loader's next batch, of the next epoch where one has ended. */
const Batch *dry_run_next(DryRun *run);

/* One step at that rate; `laps` as in Step, or NULL. Returns the step: its loss is of before the update. */
Step dry_run_step(DryRun *run, const Batch *batch, double rate, Laps *laps);

#endif
