/* loader.c - a ring of batches. Threads take images one by one in the epoch's order, as far
 * ahead as the ring is long, and put each into its place; the caller takes whole batches from
 * the other end. Everything that changes is behind one lock, which is held for a moment an
 * image. */

#include "runtime/data/loader.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "runtime/data/augmenter.h"
#include "runtime/data/balance.h"
#include "runtime/data/mix.h"
#include "runtime/data/target.h"
#include "runtime/kernels/random.h"
#include "runtime/numbers/shuffle.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"
#include "runtime/system/threads.h"

/* What is known of the batch that lies at this place of the ring. It is whole when all are done, and mixed. */
typedef struct {
    int n, done;                /* images that belong into it, that are in it */
    char *lost;                 /* why one of them is not, or NULL */
} Slot;

struct Loader {
    LoaderOptions options;
    const Job *job;
    const DataPart *part;
    const Shelf *shelf;
    Augmenter augmenter;
    TargetMaker target;
    Ring *ring, *own;           /* own: to be closed with the loader, or NULL */
    long *sound;                /* [images] items that are not damaged, in their order */
    long *order;                /* [images] items, in the epoch's order */
    long images;
    int batch_wanted;           /* images of a batch from the next start on */
    Batch batch;                /* what loader_next returned last */
    const char *lost;           /* of the slot that could not be filled: the epoch is over */
    double waited;

    pthread_t *thread;
    pthread_mutex_t lock;
    pthread_cond_t work, ready; /* there is room; a batch is done */
    Slot slot[RING_BATCHES];
    uint32_t epoch;
    long next;                  /* position of the image that the next thread takes */
    long used;                  /* batches that the caller has had and given back */
    bool in_use;                /* the caller holds batch `used` */
    bool working;               /* between loader_start and stop_threads */
};

/* ---- making one image ---- */

/* What a thread works with. */
typedef struct {
    AugmentDraw *draw;          /* [job->augments] */
    void *picture, *stages, *target;    /* rooms of the shelf, of the augmenter, of the target */
} Bench;

/* Returns NULL, or why there is no picture, to be freed. */
static char *make_image(const Loader *loader, long position, const Bench *bench)
{
    const Job *job = loader->job;
    int batch = loader->options.batch;
    const Ring *ring = loader->ring;
    long slot = position / batch % RING_BATCHES, place = position % batch, item = loader->order[position];

    char reason[REASON_ROOM];
    const void *picture = shelf_picture(loader->shelf, item, bench->picture, reason);
    if (!picture) {
        char *lost = strdup(reason);
        if (!lost)
            fault("out of memory");
        return lost;
    }
    AugmentKey key = { loader->options.seed, loader->epoch, (uint32_t)position };
    if (loader->options.augment)
        augment_draw(job, key, bench->draw);
    float *input = ring->input[slot] + place * shape_size(job->input.shape);
    char *target = (char *)ring->target[slot] + (size_t)place * job_target_bytes(&job->target);
    augmenter_run(&loader->augmenter, key, bench->draw, picture, input, bench->stages);
    Moves moves = augmenter_moves(&loader->augmenter, bench->draw);
    target_put(&loader->target, &loader->part->item[item], shelf_mask(loader->shelf, item, picture), &moves, input,
               target, bench->target);
    return NULL;
}

/* By the thread that made the last image of a batch: nobody else is at work on it. */
static void mix_slot(const Loader *loader, long batch, int n)
{
    long slot = batch % RING_BATCHES;
    AugmentKey key = { loader->options.seed, loader->epoch, (uint32_t)(batch * loader->options.batch) };
    mix_batch(loader->job, key, n, loader->ring->input[slot], loader->ring->target[slot]);
}

/* ---- the threads ---- */

static bool has_room(const Loader *loader)
{
    return loader->next < loader->images &&
           loader->next / loader->options.batch < loader->used + RING_BATCHES;
}

static void *produce(void *argument)
{
    Loader *loader = argument;
    Bench bench = { .draw = need_memory((size_t)loader->job->augments * sizeof *bench.draw),
                    .picture = need_memory(shelf_room(loader->shelf)),
                    .stages = need_memory(augmenter_room(&loader->augmenter)),
                    .target = need_memory(target_room(&loader->target)) };
    pthread_mutex_lock(&loader->lock);
    for (;;) {
        while (loader->working && !has_room(loader))
            pthread_cond_wait(&loader->work, &loader->lock);
        if (!loader->working)
            break;
        long position = loader->next++;
        pthread_mutex_unlock(&loader->lock);

        char *lost = make_image(loader, position, &bench);

        pthread_mutex_lock(&loader->lock);
        Slot *slot = &loader->slot[position / loader->options.batch % RING_BATCHES];
        if (lost) {
            free(slot->lost);
            slot->lost = lost;
        }
        if (slot->done == slot->n - 1 && !slot->lost && loader->options.augment) {
            pthread_mutex_unlock(&loader->lock);
            mix_slot(loader, position / loader->options.batch, slot->n);
            pthread_mutex_lock(&loader->lock);
        }
        if (++slot->done == slot->n)
            pthread_cond_signal(&loader->ready);
    }
    pthread_mutex_unlock(&loader->lock);
    free(bench.target);
    free(bench.stages);
    free(bench.picture);
    free(bench.draw);
    return NULL;
}

static void start_threads(Loader *loader)
{
    loader->working = true;
    for (int i = 0; i < loader->options.threads; i++)
        loader->thread[i] = thread_start(produce, loader);
}

/* Lets the threads finish what they hold, and takes back their memory: that of a decoder each. */
static void stop_threads(Loader *loader)
{
    if (!loader->working)
        return;
    pthread_mutex_lock(&loader->lock);
    loader->working = false;
    pthread_cond_broadcast(&loader->work);
    pthread_mutex_unlock(&loader->lock);
    for (int i = 0; i < loader->options.threads; i++)
        pthread_join(loader->thread[i], NULL);
}

/* Readies the slot of a batch that lies ahead. */
static void clear_slot(Loader *loader, long batch)
{
    long left = loader->images - batch * loader->options.batch;
    Slot *slot = &loader->slot[batch % RING_BATCHES];
    free(slot->lost);
    slot->lost = NULL;
    slot->done = 0;
    slot->n = left < loader->options.batch ? (int)left : loader->options.batch;
}

/* ---- opening ---- */

/* Floats may be what no row that changes values takes. The range is no number where one of them is none. */
static void judge_values(const Loader *loader)
{
    long values = shape_size(loader->job->input.shape);
    float low = INFINITY, high = -INFINITY;
    if (!loader->part->floats || !loader->options.augment || !loader->part->items)
        return;
    for (long i = 0; i < loader->part->items; i++) {
        const float *value = loader->part->item[i].values;
        for (long v = 0; v < values; v++) {
            low = value[v] < low || value[v] != value[v] ? value[v] : low;
            high = value[v] > high || value[v] != value[v] ? value[v] : high;
        }
    }
    if (!augmenter_takes(&loader->augmenter, low, high, loader->job->data.part[PART_TRAIN].path[0]))
        exit(EXIT_MISTAKE);
}

Loader *loader_open(const LoaderOptions *options)
{
    assert(options->batch >= 1 && options->threads >= 1);
    Loader *loader = need_memory(sizeof *loader);
    loader->options = *options;
    loader->batch_wanted = options->batch;
    loader->job = options->dataset->job;
    loader->part = &options->dataset->part[options->part];
    loader->shelf = options->shelf;
    loader->augmenter = augmenter_open(loader->job, shelf_has_bytes(loader->shelf), options->augment);
    judge_values(loader);
    loader->target = target_open(loader->job);

    long items = loader->part->items;
    const Seen *seen = shelf_seen(loader->shelf);
    loader->sound = need_memory((size_t)items * sizeof *loader->sound);
    loader->order = need_memory((size_t)items * sizeof *loader->order);
    for (long i = 0; i < items; i++)
        if (!seen || !seen[i].reason)
            loader->sound[loader->images++] = i;
    loader->own = options->ring ? NULL : ring_open(loader->job, options->batch);
    loader->ring = options->ring ? options->ring : loader->own;
    assert(loader->ring->batch >= options->batch);
    pthread_mutex_init(&loader->lock, NULL);
    pthread_cond_init(&loader->work, NULL);
    pthread_cond_init(&loader->ready, NULL);
    loader->thread = need_memory((size_t)options->threads * sizeof *loader->thread);
    return loader;
}

void loader_close(Loader *loader)
{
    stop_threads(loader);
    pthread_mutex_destroy(&loader->lock);
    pthread_cond_destroy(&loader->work);
    pthread_cond_destroy(&loader->ready);
    for (int i = 0; i < RING_BATCHES; i++)
        free(loader->slot[i].lost);
    if (loader->own)
        ring_close(loader->own);
    else if (loader->ring->holder == loader)
        loader->ring->holder = NULL;
    augmenter_close(&loader->augmenter);
    target_close(&loader->target);
    free(loader->thread);
    free(loader->order);
    free(loader->sound);
    free(loader);
}

/* ---- an epoch ---- */

void loader_resize(Loader *loader, int batch)
{
    assert(batch >= 1 && batch <= loader->ring->batch);
    loader->batch_wanted = batch;
}

/* Each once, or in training with `balance sample` all classes equally often. */
static void order_items(Loader *loader, uint32_t epoch)
{
    const LoaderOptions *options = &loader->options;
    if (options->augment && loader->job->data.balance == BALANCE_SAMPLE)
        balance_order(loader->part, loader->sound, loader->images, options->dataset->classes, options->seed, epoch,
                      loader->order);
    else
        memcpy(loader->order, loader->sound, (size_t)loader->images * sizeof *loader->order);
}

void loader_start(Loader *loader, uint32_t epoch, uint32_t position)
{
    if (loader->ring->holder)
        stop_threads(loader->ring->holder);
    int batch = loader->options.batch = loader->batch_wanted;
    assert(position % (uint32_t)batch == 0);
    loader->ring->holder = loader;
    order_items(loader, epoch);
    if (loader->options.augment)
        shuffle(loader->order, loader->images, loader->options.seed, epoch, 0, RANDOM_ORDER);
    loader->epoch = epoch;
    loader->next = position;
    loader->used = position / batch;
    loader->in_use = false;
    loader->waited = 0;
    loader->lost = NULL;
    for (long i = 0; i < RING_BATCHES; i++)
        clear_slot(loader, loader->used + i);
    start_threads(loader);
}

/* Gives back the batch that the caller has had, so that the threads may use its slot again. */
static void give_back(Loader *loader)
{
    if (!loader->in_use)
        return;
    loader->in_use = false;
    clear_slot(loader, loader->used + RING_BATCHES);
    loader->used++;
    pthread_cond_broadcast(&loader->work);
}

const Batch *loader_next(Loader *loader)
{
    pthread_mutex_lock(&loader->lock);
    give_back(loader);
    long position = loader->used * loader->options.batch;
    if (!loader->working || loader->lost || position >= loader->images) {
        pthread_mutex_unlock(&loader->lock);
        return NULL;
    }
    long at = loader->used % RING_BATCHES;
    const Slot *slot = &loader->slot[at];
    double before = seconds_now();
    while (slot->done < slot->n)
        pthread_cond_wait(&loader->ready, &loader->lock);
    loader->waited += seconds_now() - before;
    loader->lost = slot->lost;
    if (loader->lost) {
        pthread_mutex_unlock(&loader->lock);
        return NULL;
    }
    loader->in_use = true;
    loader->batch = (Batch){ .input = loader->ring->input[at], .target = loader->ring->target[at],
                             .class_weight = loader->options.augment ? loader->options.dataset->class_weight : NULL,
                             .n = slot->n, .position = (uint32_t)position };
    pthread_mutex_unlock(&loader->lock);
    return &loader->batch;
}

const Item *loader_item(const Loader *loader, long position)
{
    return &loader->part->item[loader->order[position]];
}

const char *loader_lost(const Loader *loader)
{
    return loader->lost;
}

long loader_images(const Loader *loader)
{
    return loader->images;
}

double loader_waited(const Loader *loader)
{
    return loader->waited;
}

/* Of what an item holds itself: masks are bytes. */
static size_t target_bytes_of(const Job *job)
{
    long pixels = (long)job->target.shape.h * job->target.shape.w;
    return dataset_has_pixels(job) ? (size_t)pixels : job_target_bytes(&job->target);
}

uint64_t loader_fingerprint(const Loader *loader, uint64_t before)
{
    for (long i = 0; i < loader->images; i++) {
        const Item *item = &loader->part->item[loader->sound[i]];
        const char *path = item->path ? item->path : "";
        int64_t numbers[] = { item->index, item->class };
        before = hash_bytes(before, path, strlen(path) + 1);
        before = hash_bytes(before, numbers, sizeof numbers);
        if (item->mask)
            before = hash_bytes(before, item->mask, strlen(item->mask) + 1);
        if (item->target)
            before = hash_bytes(before, item->target, target_bytes_of(loader->job));
        if (loader->job->data.kind == DATA_CSV && item->values)
            before = hash_bytes(before, item->values, sizeof(float) * (size_t)loader->job->input.shape.c);
    }
    return before;
}
