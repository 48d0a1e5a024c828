/* training_events.h - what TensorBoard shows of a training: curves, histograms of the weights and of what the
 * optimiser keeps of their gradients, the filters and an augmented batch, the card and the model as text.
 * Steps are epochs. */

#ifndef TRAINING_TRAINING_EVENTS_H
#define TRAINING_TRAINING_EVENTS_H

#include "runtime/answers/results.h"
#include "runtime/training/training.h"

/* Begins the run's next file of events; of a new run, with what there is before the first epoch. */
Events *training_events_open(const Training *training);

/* An epoch has ended: before its checkpoint. */
void training_events_epoch(const Training *training, const Result *result);

#endif
