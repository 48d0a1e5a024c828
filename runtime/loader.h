/* loader.h - batches of pictures, ready for the network: decoded, resized, augmented, scaled by
 * threads of its own that work ahead. What a batch holds is a function of the dataset, the seed,
 * the epoch and the position alone. */

#ifndef RUNTIME_LOADER_H
#define RUNTIME_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/dataset.h"

typedef struct {
    float *input;               /* [n][H][W][C] as Step.input wants it; the loader's */
    const int32_t *target;      /* [n] */
    const long *item;           /* [n] index into the part's items */
    int n;
    uint32_t position;          /* of the first image in the epoch's order */
} Batch;

typedef struct Loader Loader;

/* How far the first reading of all files is. */
typedef void LoaderProgress(void *context, long done, long total);

typedef struct {
    const Dataset *dataset;
    PartKind part;
    int batch;
    int threads;                /* of the loader; at least 1 */
    bool augment;               /* training; also shuffles */
    uint64_t seed;
    size_t cache;               /* bytes of decoded, resized pictures to keep; 0: none */
    LoaderProgress *progress;   /* called some times a second while loader_open reads; NULL: not */
    void *context;              /* of `progress` */
} LoaderOptions;

/* Reads every file once and keeps what the cache holds. Damaged files are named on standard error,
 * and with `damaged stop`, or more of them than its limit, end the program. */
Loader *loader_open(const LoaderOptions *options);
void    loader_close(Loader *loader);

/* Starts an epoch at a position (a multiple of the batch, 0 but after a resume) and begins to work
 * ahead. The order is a function of (seed, epoch) where `augment`, else that of the items. */
void loader_start(Loader *loader, uint32_t epoch, uint32_t position);

/* The next batch, valid until the next call; NULL at the epoch's end. The last one may be short.
 * Damaged files are left out of every epoch alike, so that counts never change. */
const Batch *loader_next(Loader *loader);

/* Images of one epoch, without the damaged; seconds that loader_next waited since loader_start. */
long   loader_images(const Loader *loader);
double loader_waited(const Loader *loader);

#endif
