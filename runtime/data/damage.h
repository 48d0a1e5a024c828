/* damage.h - the one mistake behind many damaged files: a table's root, what masks hold, folders that are
 * exchanged. */

#ifndef DATA_DAMAGE_H
#define DATA_DAMAGE_H

#include "runtime/data/shelves.h"

/* Where at least half of the files are damaged, and nearly all of these alike: what is wrong with them and what would
 * be right, in `text`, and the place in the card that it is about. NULL where each stands for itself, or where so few
 * are damaged that each can be named. Files may be read for it. */
const Place *damage_in_common(const Shelves *shelves, char text[REASON_ROOM]);

#endif
