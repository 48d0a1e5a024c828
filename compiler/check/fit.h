/* fit.h - that losses, the answer of the model and what the data tells go together. */

#ifndef CHECK_FIT_H
#define CHECK_FIT_H

#include "compiler/check/context.h"

/* Each requires what check.c lists beside it. */
Sound check_losses_fit(Check *check);   /* with the answer and each other; fills Job.target as far as they tell */
Sound check_data_fits(Check *check);    /* with the target; may make it numbers */

/* "one class for each picture" */
const char *compared_text(TargetKind kind);

#endif
