/* split.h - split.txt, a run's record of which picture was in which part. A run keeps its split when
 * files come or go later: what it was trained on never turns up in its validation. */

#ifndef DATA_SPLIT_H
#define DATA_SPLIT_H

#include <stdbool.h>

#include "runtime/data/dataset.h"

/* Writes FOLDER/split.txt: part, class ("-" where there is no single one) and path (of
 * rows "train#" and the row) of each item, separated
 * by tabs. In paths, a newline is \n and a backslash \\. Failures are faults. */
void split_write(const Dataset *dataset, const char *folder);

/* What the file calls an item of a part: its path without newlines, or "train#7". To be freed. */
char *split_key(const Dataset *dataset, PartKind part, long i);

/* Moves the dataset's items to the parts that FOLDER/split.txt has for them. New items are left out;
 * items that are gone are a fault where `strict` (a training could not go on with the same numbers).
 * Both are told on standard error. Without that file, nothing changes.
 * Returns what the dataset's items then live in, or NULL; to be freed after the dataset is closed. */
Item *split_apply(Dataset *dataset, const char *folder, bool strict);

#endif
