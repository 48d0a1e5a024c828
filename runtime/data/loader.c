/* loader.c - an epoch's images, in its order, as its threads are to make them. */

#include "runtime/data/loader.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "runtime/data/augmenter.h"
#include "runtime/data/balance.h"
#include "runtime/data/mix.h"
#include "runtime/data/prefetch.h"
#include "runtime/data/target.h"
#include "runtime/kernels/random.h"
#include "runtime/numbers/shuffle.h"
#include "runtime/system/clock.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

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

    Prefetch *prefetch;         /* works between loader_start and the start of who takes the ring */
    uint32_t epoch;
    long asked;                 /* position of the image that is to be asked for next */
    bool in_use;                /* the caller holds a batch */
};

/* ---- making one image ---- */

/* What a thread works with. */
typedef struct {
    AugmentDraw *draw;          /* [job->augments] */
    void *picture, *stages, *target;    /* rooms of the shelf, of the augmenter, of the target */
} Bench;

static void *open_bench(void *context)
{
    const Loader *loader = context;
    Bench *bench = need_memory(sizeof *bench);
    bench->draw = need_memory((size_t)loader->job->augments * sizeof *bench->draw);
    bench->picture = need_memory(shelf_room(loader->shelf));
    bench->stages = need_memory(augmenter_room(&loader->augmenter));
    bench->target = need_memory(target_room(&loader->target));
    return bench;
}

static void close_bench(void *context)
{
    Bench *bench = context;
    free(bench->target);
    free(bench->stages);
    free(bench->picture);
    free(bench->draw);
    free(bench);
}

/* As ImageMaker.make. */
static char *make_image(void *context, void *own, long batch, int place)
{
    const Loader *loader = context;
    const Bench *bench = own;
    const Job *job = loader->job;
    const Ring *ring = loader->ring;
    long position = batch * loader->options.batch + place, slot = batch % RING_BATCHES, item = loader->order[position];

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

/* As ImageMaker.finish. */
static void mix_slot(void *context, long batch, int n)
{
    const Loader *loader = context;
    long slot = batch % RING_BATCHES;
    AugmentKey key = { loader->options.seed, loader->epoch, (uint32_t)(batch * loader->options.batch) };
    mix_batch(loader->job, key, n, loader->ring->input[slot], loader->ring->target[slot]);
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
    loader->prefetch = prefetch_open(&(ImageMaker){
        .context = loader, .open_bench = open_bench, .close_bench = close_bench, .make = make_image,
        .finish = options->augment ? mix_slot : NULL,
    }, options->threads);
    return loader;
}

void loader_close(Loader *loader)
{
    prefetch_close(loader->prefetch);
    if (loader->own)
        ring_close(loader->own);
    else if (loader->ring->holder == loader)
        loader->ring->holder = NULL;
    augmenter_close(&loader->augmenter);
    target_close(&loader->target);
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

/* Asks for the epoch's next batches, as far ahead as the ring is long. */
static void ask(Loader *loader)
{
    while (loader->asked < loader->images && prefetch_has_room(loader->prefetch)) {
        long left = loader->images - loader->asked;
        int n = left < loader->options.batch ? (int)left : loader->options.batch;
        prefetch_ask(loader->prefetch, n, true);
        loader->asked += n;
    }
}

void loader_start(Loader *loader, uint32_t epoch, uint32_t position)
{
    if (loader->ring->holder)
        prefetch_stop(loader->ring->holder->prefetch);
    int batch = loader->options.batch = loader->batch_wanted;
    assert(position % (uint32_t)batch == 0);
    loader->ring->holder = loader;
    order_items(loader, epoch);
    if (loader->options.augment)
        shuffle(loader->order, loader->images, loader->options.seed, epoch, 0, RANDOM_ORDER);
    loader->epoch = epoch;
    loader->in_use = false;
    loader->waited = 0;
    loader->lost = NULL;
    loader->asked = position;
    prefetch_start(loader->prefetch, position / batch);
    ask(loader);
}

/* Gives back the batch that the caller has had, so that the threads may use its place again. */
static void give_back(Loader *loader)
{
    if (!loader->in_use)
        return;
    loader->in_use = false;
    prefetch_give_back(loader->prefetch);
    ask(loader);
}

const Batch *loader_next(Loader *loader)
{
    if (!prefetch_works(loader->prefetch) || loader->lost)
        return NULL;
    give_back(loader);
    if (!prefetch_ahead(loader->prefetch))
        return NULL;
    double before = seconds_now();
    Prefetched next = prefetch_next(loader->prefetch);
    loader->waited += seconds_now() - before;
    loader->lost = next.lost;
    if (loader->lost)
        return NULL;
    loader->in_use = true;
    long at = next.number % RING_BATCHES;
    loader->batch = (Batch){ .input = loader->ring->input[at], .target = loader->ring->target[at],
                             .class_weight = loader->options.augment ? loader->options.dataset->class_weight : NULL,
                             .n = next.n, .position = (uint32_t)(next.number * loader->options.batch) };
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
