/* losses.h - the `loss` lines of a train section, or of a phase. */

#ifndef CHECK_LOSSES_H
#define CHECK_LOSSES_H

#include "compiler/check/context.h"

/* Binds those within the braces, if there are any, into `train` and Check.told_losses. */
void fill_losses(Check *check, const Statement *braces, JobTrain *train);

#endif
