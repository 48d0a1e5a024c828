/* loader.h - batches of pictures, ready for the network: decoded, resized, augmented, scaled by
 * threads of its own that work ahead, from the start of its first epoch until another loader takes
 * its ring. What a batch holds is a function of the dataset, the seed, the epoch and the position
 * alone. */

#ifndef DATA_LOADER_H
#define DATA_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/data/ring.h"
#include "runtime/data/shelf.h"

typedef struct {
    float *input;               /* [n][H][W][C] as Step.input wants it; the loader's */
    const void *target;         /* [n] as Step.target wants it */
    const float *class_weight;  /* as Step.class_weight wants it: of training alone */
    int n;
    uint32_t position;          /* of the first image in the epoch's order */
} Batch;

typedef struct {
    const Dataset *dataset;
    PartKind part;
    const Shelf *shelf;         /* of that part; the caller's, and outlives the loader */
    int batch;
    Ring *ring;                 /* for such batches; the caller's, and outlives the loader; NULL: its own */
    int threads;                /* of the loader; at least 1 */
    bool augment;               /* training; also shuffles */
    uint64_t seed;
} LoaderOptions;

Loader *loader_open(const LoaderOptions *options);
void    loader_close(Loader *loader);

/* Batches of so many images from the next start on: at most as many as the loader was opened for. */
void loader_resize(Loader *loader, int batch);

/* Starts an epoch at a position (a multiple of the batch, 0 but after a resume) and begins to work
 * ahead; the epoch of another loader that had the ring is over. The order is a function of (seed,
 * epoch) where `augment`, else that of the items. */
void loader_start(Loader *loader, uint32_t epoch, uint32_t position);

/* The next batch, valid until the next call; NULL at the epoch's end, or where it was lost. The last
 * one may be short. Damaged files are left out of every epoch alike, so that counts never change. */
const Batch *loader_next(Loader *loader);

/* What went wrong where loader_next had a batch to give but no pictures for it, in words; else NULL. */
const char *loader_lost(const Loader *loader);

/* Images of one epoch, without the damaged; seconds that loader_next waited since loader_start. */
long   loader_images(const Loader *loader);
double loader_waited(const Loader *loader);

/* The item at a position of the epoch's order. */
const Item *loader_item(const Loader *loader, long position);

/* A number that tells the pictures of this loader, their classes and their order from others, on top of
 * one that tells something before them. */
uint64_t loader_fingerprint(const Loader *loader, uint64_t before);

#endif
