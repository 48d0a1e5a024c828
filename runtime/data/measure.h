/* measure.h - the mean and the deviation of what comes in, where the card's input says `data`. */

#ifndef DATA_MEASURE_H
#define DATA_MEASURE_H

#include "runtime/data/shelf.h"

/* True where the training files tell something of the input. */
static inline bool is_measured(const JobInput *input)
{
    return input->mean_measured || input->std_measured;
}

/* Fills in what the job's input leaves to the data: by channel, of all values of the sound items of the
 * shelf of what is trained on, as they are resized, times `scale`; the deviation is that of all of them
 * (divided by their number), about their mean. The same bits always: bytes are summed in whole numbers,
 * floats in the items' order. A channel whose values are all the same has no deviation, and is a mistake
 * that ends the program. */
void measure_input(Dataset *dataset, const Shelf *shelf);

#endif
