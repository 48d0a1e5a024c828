/* blame.h - values that are wrong in several places, and told in one. */

#ifndef CHECK_BLAME_H
#define CHECK_BLAME_H

#include "compiler/check/context.h"

/* Before a place complains of a value: true where the same mistake was told, and this counts as met again.
 *  - A block's line that does not take the argument of one call, nor that of another.
 *  - A constant, or an argument of a block, that is wrong in the same way (`takes`, in words; "": in any way)
 *    wherever it is used.
 *  - Where it is a `misfit`, not even of the kind that the place takes: a block's line that no call's argument
 *    fits, a call whose arguments fit none of the block's lines, and a constant that fits nowhere. */
bool is_blamed(Check *check, const Datum *datum, const char *takes, bool misfit);

#endif
