/* sections.h - all that a card says beside its model, as a Job. */

#ifndef CHECK_SECTIONS_H
#define CHECK_SECTIONS_H

#include "compiler/check/context.h"

/* Each fills its part of card->job, where the card has it, and reports what is wrong with it.
 * requires: check_structure. */
Sound check_input(Check *check);        /* network and input; the shape is 0 where it is unknown */
Sound check_train(Check *check);        /* train.c */
Sound check_watching(Check *check);     /* that there is validation, where something goes by it */
Sound check_data(Check *check);         /* requires the seed that check_train fills */

#endif
