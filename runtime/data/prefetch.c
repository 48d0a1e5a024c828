/* prefetch.c - threads take images one by one, in their order, as they are asked for; the caller takes whole batches
 * from the other end. Everything that changes is behind one lock, which is held for a moment an image. */

#include "runtime/data/prefetch.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/resident.h"
#include "runtime/system/memory.h"
#include "runtime/system/threads.h"

/* The batch that lies at this place of the ring. */
typedef struct {
    int n, taken, done;         /* images that were asked for, that threads have taken, that are made */
    char *lost;
} Slot;

struct Prefetch {
    ImageMaker maker;
    int threads;
    pthread_t *thread;
    pthread_mutex_t lock;
    pthread_cond_t work, ready; /* there is an image to make; a batch may be there */
    Slot slot[RING_BATCHES];
    long used;                  /* the oldest batch that is not given back */
    long making;                /* the one that threads take from; used <= making <= asked */
    long asked;                 /* the one that is being asked for; all before it are whole */
    bool working;
};

static Slot *slot_of(Prefetch *prefetch, long batch)
{
    return &prefetch->slot[batch % RING_BATCHES];
}

/* Goes on to the next batch where all of a whole one are taken. */
static void pass_taken(Prefetch *prefetch)
{
    while (prefetch->making < prefetch->asked &&
           slot_of(prefetch, prefetch->making)->taken == slot_of(prefetch, prefetch->making)->n)
        prefetch->making++;
}

/* ---- the threads ---- */

static bool has_work(Prefetch *prefetch)
{
    const Slot *slot = slot_of(prefetch, prefetch->making);
    return slot->taken < slot->n;
}

/* Of an image that was made, unless `lost`; the lock is held. */
static void put_down(Prefetch *prefetch, long batch, char *lost)
{
    Slot *slot = slot_of(prefetch, batch);
    if (lost) {
        free(slot->lost);
        slot->lost = lost;
    }
    bool last = batch < prefetch->asked && slot->done == slot->n - 1;
    if (last && !slot->lost && prefetch->maker.finish) {
        pthread_mutex_unlock(&prefetch->lock);
        prefetch->maker.finish(prefetch->maker.context, batch, slot->n);    /* nobody else is at work on it */
        pthread_mutex_lock(&prefetch->lock);
    }
    if (++slot->done == slot->n)
        pthread_cond_signal(&prefetch->ready);
}

static void *produce(void *argument)
{
    Prefetch *prefetch = argument;
    const ImageMaker *maker = &prefetch->maker;
    void *bench = maker->open_bench ? maker->open_bench(maker->context) : NULL;
    pthread_mutex_lock(&prefetch->lock);
    for (;;) {
        while (prefetch->working && !has_work(prefetch))
            pthread_cond_wait(&prefetch->work, &prefetch->lock);
        if (!prefetch->working)
            break;
        long batch = prefetch->making;
        int place = slot_of(prefetch, batch)->taken++;
        pass_taken(prefetch);
        pthread_mutex_unlock(&prefetch->lock);
        char *lost = maker->make(maker->context, bench, batch, place);
        pthread_mutex_lock(&prefetch->lock);
        put_down(prefetch, batch, lost);
    }
    pthread_mutex_unlock(&prefetch->lock);
    if (maker->close_bench)
        maker->close_bench(bench);
    return NULL;
}

/* ---- from start to stop ---- */

Prefetch *prefetch_open(const ImageMaker *maker, int threads)
{
    assert(threads >= 1);
    Prefetch *prefetch = need_memory(sizeof *prefetch);
    prefetch->maker = *maker;
    prefetch->threads = threads;
    prefetch->thread = need_memory((size_t)threads * sizeof *prefetch->thread);
    pthread_mutex_init(&prefetch->lock, NULL);
    pthread_cond_init(&prefetch->work, NULL);
    pthread_cond_init(&prefetch->ready, NULL);
    return prefetch;
}

static void clear_slot(Slot *slot)
{
    free(slot->lost);
    *slot = (Slot){ 0 };
}

void prefetch_close(Prefetch *prefetch)
{
    prefetch_stop(prefetch);
    for (int i = 0; i < RING_BATCHES; i++)
        free(prefetch->slot[i].lost);
    pthread_mutex_destroy(&prefetch->lock);
    pthread_cond_destroy(&prefetch->work);
    pthread_cond_destroy(&prefetch->ready);
    free(prefetch->thread);
    free(prefetch);
}

void prefetch_start(Prefetch *prefetch, long batch)
{
    prefetch_stop(prefetch);
    for (int i = 0; i < RING_BATCHES; i++)
        clear_slot(&prefetch->slot[i]);
    prefetch->used = prefetch->making = prefetch->asked = batch;
    prefetch->working = true;
    for (int i = 0; i < prefetch->threads; i++)
        prefetch->thread[i] = thread_start(produce, prefetch);
}

void prefetch_stop(Prefetch *prefetch)
{
    if (!prefetch->working)
        return;
    pthread_mutex_lock(&prefetch->lock);
    prefetch->working = false;
    pthread_cond_broadcast(&prefetch->work);
    pthread_mutex_unlock(&prefetch->lock);
    for (int i = 0; i < prefetch->threads; i++)
        pthread_join(prefetch->thread[i], NULL);
}

bool prefetch_works(const Prefetch *prefetch)
{
    return prefetch->working;
}

/* ---- batches: `used` and `asked` are the caller's alone to change ---- */

bool prefetch_has_room(const Prefetch *prefetch)
{
    return prefetch->asked < prefetch->used + RING_BATCHES;
}

long prefetch_ahead(const Prefetch *prefetch)
{
    return prefetch->asked - prefetch->used;
}

void prefetch_ask(Prefetch *prefetch, int n, bool whole)
{
    assert(prefetch_has_room(prefetch));
    pthread_mutex_lock(&prefetch->lock);
    slot_of(prefetch, prefetch->asked)->n += n;
    prefetch->asked += whole;
    pass_taken(prefetch);
    if (n > 1)
        pthread_cond_broadcast(&prefetch->work);
    else
        pthread_cond_signal(&prefetch->work);
    pthread_mutex_unlock(&prefetch->lock);
}

Prefetched prefetch_next(Prefetch *prefetch)
{
    assert(prefetch_ahead(prefetch));
    const Slot *slot = slot_of(prefetch, prefetch->used);
    pthread_mutex_lock(&prefetch->lock);
    while (slot->done < slot->n)
        pthread_cond_wait(&prefetch->ready, &prefetch->lock);
    pthread_mutex_unlock(&prefetch->lock);
    return (Prefetched){ prefetch->used, slot->n, slot->lost };
}

void prefetch_give_back(Prefetch *prefetch)
{
    pthread_mutex_lock(&prefetch->lock);
    clear_slot(slot_of(prefetch, prefetch->used));
    prefetch->used++;
    pthread_mutex_unlock(&prefetch->lock);
}
