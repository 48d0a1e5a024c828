/* conclude.h - what follows a training's last epoch, by the best weights: thresholds are chosen on what is
 * held out for validation and kept with the weights, and the test part is looked at, for the first time. */

#ifndef TRAINING_CONCLUDE_H
#define TRAINING_CONCLUDE_H

#include "runtime/training/training.h"

/* True where there is something to choose, to test, or for the report to show of the best weights, and the log in that
 * folder does not tell of "concluded" since the run's last epoch: a signal or a kill may have come between. */
bool lacks_conclusion(const Training *training, const char *folder);

/* Of a training that is over. The network has the best weights from here on. What the log tells of since the last epoch is
 * done, and not done again: nothing went on since, so that a test is as new as it was. False where a signal ends it early, or
 * a picture that is held out for validation is gone, which its loader tells. Test pictures that cannot be read are told, and
 * are no fault: the training is done. */
bool conclude(Training *training);

#endif
