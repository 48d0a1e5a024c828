/* data_notes.h - what of the data makes learning hard or in vain, and what would be better: each in words, to be freed,
 * or NULL where all is well. */

#ifndef DATA_DATA_NOTES_H
#define DATA_DATA_NOTES_H

#include "runtime/data/shelves.h"

/* Classes or labels of which there is nothing to train on. */
char *note_empty_classes(const Shelves *shelves);

/* Numbers to be answered that are all the same, or far from unit scale, as the loss compares them. */
char *note_targets(const Shelves *shelves);

#endif
