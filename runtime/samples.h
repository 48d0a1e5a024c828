/* samples.h - batches to measure steps with: some that are held in memory, and the loader that goes on
 * making more as it does for a training. Or noise, where there are no pictures or none are wanted. */

#ifndef RUNTIME_SAMPLES_H
#define RUNTIME_SAMPLES_H

#include "runtime/loader.h"
#include "runtime/options.h"
#include "runtime/shelves.h"

enum { SAMPLES_HELD = 4 };

typedef struct {
    Batch held[SAMPLES_HELD];   /* whole batches; where the data does not fill one, what there is */
    int count;                  /* at least 1 */
    Dataset *dataset;           /* these three: NULL of noise */
    Shelves shelves;
    Loader *loader;             /* of the part for training, augmented */
} Samples;

/* Batches of at most `batch` images, as a training with that seed takes them. Reads the card's data, whose
 * mistakes end the program, unless --random was given. */
Samples samples_open(const Program *program, const Options *options, int batch, uint64_t seed);
void    samples_close(Samples *samples);

/* The loader's next batch, of the next epoch where one has ended. Pictures that cannot be had are a fault. */
const Batch *samples_next(Samples *samples, uint32_t *epoch);

#endif
