/* augment.h - the augment section of a card, as rows of its Job. */

#ifndef CHECK_AUGMENT_H
#define CHECK_AUGMENT_H

#include "compiler/check/context.h"

/* Fills job.augment and the fill. requires: check_structure. */
Sound check_augment(Check *check);

/* That each row can act on what comes in. requires: check_input, check_augment; what check_pictures_fit
 * has said is not said again. */
Sound check_augment_fits(Check *check);

/* That what is mixed can be: makes shares of Job.target where classes are mixed. requires: SOUND_ANSWER,
 * and the target that the losses ask for. */
Sound check_mixing(Check *check);

#endif
