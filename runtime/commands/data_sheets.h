/* data_sheets.h - contact sheets of a data set: what its classes look like, and what each augment row does. */

#ifndef COMMANDS_DATA_SHEETS_H
#define COMMANDS_DATA_SHEETS_H

#include <stddef.h>

#include "runtime/data/shelves.h"

/* PNGs of `bytes`, to be freed; NULL where there is no picture to show. */

/* Some of the pictures of a class, or that have the label, that are trained on, evenly chosen; not augmented. */
uint8_t *class_sheet(const Shelves *shelves, int class, size_t *bytes);

/* One picture as it is and, in a row for each of the card's augment rows and for mixup and cutmix, what that alone makes of
 * it in some draws, without regard to p=; at last what all of them together make of it. NULL also where the card has
 * none. */
uint8_t *augment_sheet(const Shelves *shelves, size_t *bytes);

#endif
