/* balance.h - what becomes of classes that are unequal: by the card's weights, and by `balance`. */

#ifndef DATA_BALANCE_H
#define DATA_BALANCE_H

#include "runtime/data/shelf.h"

/* Fills the data set's class_weight: a class's own weight, times N/(classes * n) with `balance weight`,
 * where n of all N sound items of the shelf of what is trained on, or pixels of their masks, are of that
 * class, and `classes` have any. Leaves it NULL where all count alike. */
void balance_weigh(Dataset *dataset, const Shelf *shelf);

/* What is done about unequal classes, in words: "weights cat 0.55, dog 5.5", of many classes "weights 0.1 to
 * 12", or "all classes equally often"; to be freed. NULL: nothing. */
char *balance_text(const Dataset *dataset);

/* Fills an epoch's order [images] with items of the part, of the list `sound` [images]: each class that
 * has any comes equally often, or once more, as chance has it. Of a class with fewer items each comes so
 * many times, or once more; of one with more another choice in each epoch. A function of (seed, epoch);
 * still to be shuffled. */
void balance_order(const DataPart *part, const long *sound, long images, int classes, uint64_t seed,
                   uint32_t epoch, long *order);

#endif
