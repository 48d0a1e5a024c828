/* conclude.h - what follows a training's last epoch, by the best weights: thresholds are chosen on what is
 * held out for validation and kept with the weights, and the test part is looked at, for the first time. */

#ifndef TRAINING_CONCLUDE_H
#define TRAINING_CONCLUDE_H

#include "runtime/training/training.h"

/* True where there is something to choose, or to test, and it has not been done since the last epoch of the run in
 * that folder: a signal or a kill may have come between. */
bool lacks_conclusion(const Training *training, const char *folder);

/* Of a training that is over. The network has the best weights from here on. Returns the exit code: EXIT_INTERRUPTED where
 * a signal came. Test pictures that cannot be read are told, and are no fault: the training is done. */
int conclude(Training *training);

#endif
