/* overfit.h - whether the network can learn a single batch by heart. One that cannot will not learn more
 * either: it is the quickest proof that data, loss, gradients and rate belong together. */

#ifndef TRAINING_OVERFIT_H
#define TRAINING_OVERFIT_H

#include "runtime/training/dry_run.h"

enum { OVERFIT_STEPS = 300 };   /* unless told otherwise */

/* The first batch of a training, shuffled, but not augmented, mixed or weighed. */
typedef struct {
    Batch batch;                /* its own */
    const Item **item;          /* [n] where its images come from */
} PlainBatch;

PlainBatch plain_batch(const DryRun *run);
void       plain_batch_free(PlainBatch *plain);

/* What the loss cannot fall below: the smoothing of labels leaves something, and so do shares and inputs
 * between 0 and 1 under a cross-entropy (their own entropy). */
double overfit_floor(const Program *program, const Batch *batch);

/* What guessing costs: of classes alone, and of a single loss. 0: not known. */
double chance_loss(const Program *program);

/* The loss from which on the batch is learned: above its floor a twentieth of where it began, or of guessing, if that is
 * less. A network that begins far above guessing has learned nothing by coming down to it. */
double overfit_enough(const Program *program, const Batch *batch, double first);

typedef struct {
    double rate;
    double first, last;         /* losses */
    int steps;
    bool learned;               /* the loss came down to overfit_enough */
    bool broken;                /* it became no finite number */
    bool late;                  /* the minute was over before the steps */
} Overfit;

/* From the weights that a run starts from. Takes at most so many steps, and no longer than a minute; the
 * loss may also be that of predicting, which no dropout hinders. `context` is told now and then how far it
 * is. */
typedef void OverfitProgress(void *context, int step, double loss);
Overfit overfit(DryRun *run, const Batch *batch, double rate, int steps, OverfitProgress *progress,
                void *context);

/* Two images of the batch that are equal but for their targets: false where there are none. */
bool overfit_contradiction(const Program *program, const Batch *batch, int pair[2]);

#endif
