/* conclude.h - what follows a training's last epoch, by the best weights: thresholds are chosen on what is
 * held out for validation and kept with the weights, and the test part is looked at, for the first time. */

#ifndef RUNTIME_CONCLUDE_H
#define RUNTIME_CONCLUDE_H

#include "runtime/training.h"

/* True where there is something to choose, or to test. */
bool has_conclusion(const Training *training);

/* The network has the best weights from here on. Returns the exit code: EXIT_INTERRUPTED where a signal
 * came. Test pictures that cannot be read are told, and are no fault: the training is done. */
int conclude(Training *training);

#endif
