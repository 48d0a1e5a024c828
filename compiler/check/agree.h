/* agree.h - that the parts of a card, each sound in itself, go together; and that all of it is
 * used. */

#ifndef CHECK_AGREE_H
#define CHECK_AGREE_H

#include "compiler/check/context.h"

/* Each requires what check.c lists beside it, and leaves nothing to others. */
Sound check_pictures_fit(Check *check);
Sound check_values_used(Check *check);
Sound check_names_used(Check *check);

#endif
