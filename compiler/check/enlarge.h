/* enlarge.h - where windows find too little to look at, or maps do not meet, the size of the input with which they would. */

#ifndef CHECK_ENLARGE_H
#define CHECK_ENLARGE_H

#include "compiler/check/context.h"

/* Where that is all that is wrong with the card, notes the smallest input, as much higher as wider, with which nothing is. */
void note_enlarged(Check *check);

#endif
