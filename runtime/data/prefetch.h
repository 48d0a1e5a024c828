/* prefetch.h - threads that make images ahead of who takes them, each in its place of a ring of batches. What an image
 * is made of and where it is put is the maker's matter; batches are handed out whole, in their turn. */

#ifndef DATA_PREFETCH_H
#define DATA_PREFETCH_H

#include <stdbool.h>

typedef struct Prefetch Prefetch;

/* Batches are counted, and number b lies at b % RING_BATCHES. */
typedef struct {
    void *context;              /* the functions' own */
    void *(*open_bench)(void *context);         /* what one thread works with and needs for itself; NULL: nothing */
    void  (*close_bench)(void *bench);
    /* Makes the image at `place` of a batch; NULL, or why that batch is lost, to be freed. */
    char *(*make)(void *context, void *bench, long batch, int place);
    /* By the thread that made the last image of a batch that was asked for at once, unless it is lost; NULL: nothing. */
    void  (*finish)(void *context, long batch, int n);
} ImageMaker;

/* A batch that is there. */
typedef struct {
    long number;
    int n;                      /* images */
    const char *lost;           /* why one of them is not, or NULL */
} Prefetched;

/* So many threads, at least 1; they run from a start to the stop. */
Prefetch *prefetch_open(const ImageMaker *maker, int threads);
void      prefetch_close(Prefetch *prefetch);

/* Forgets all that was asked for before; the next batch has this number. */
void prefetch_start(Prefetch *prefetch, long batch);

/* Lets the threads finish what they hold, and takes back their benches. */
void prefetch_stop(Prefetch *prefetch);

/* True between a start and the stop. */
bool prefetch_works(const Prefetch *prefetch);

/* True where an image can be asked for: not all of the ring is asked for and not given back. */
bool prefetch_has_room(const Prefetch *prefetch);

/* Asks for n more images in the batch that is being asked for; `whole`: it gets no more, and the next one begins. */
void prefetch_ask(Prefetch *prefetch, int n, bool whole);

/* Whole batches that were asked for and are not given back. */
long prefetch_ahead(const Prefetch *prefetch);

/* Waits for the oldest of them. It stays the caller's until it is given back. */
Prefetched prefetch_next(Prefetch *prefetch);
void       prefetch_give_back(Prefetch *prefetch);

#endif
