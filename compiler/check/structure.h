/* structure.h - that every statement is known and stands where it may; what names are declared. */

#ifndef CHECK_STRUCTURE_H
#define CHECK_STRUCTURE_H

#include "compiler/check/context.h"
#include "compiler/check/read.h"

/* Walks the card and, at each `include`, the file that it names: declares constants and blocks,
 * finds the sections, marks the names that are used. Fills Check's section pointers, the frame of
 * every file, and what ast.h leaves to check in each statement; a statement with a mistake of this
 * kind is `unsound` from then on. Where a '{' is never closed nothing of that is done. */
Sound check_structure(Check *check);

#endif
