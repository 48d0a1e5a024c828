#include "runtime/shelf.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/arrays.h"
#include "runtime/fault.h"
#include "runtime/input.h"
#include "runtime/memory.h"
#include "runtime/picture.h"
#include "runtime/threads.h"

static const double look_again = 0.005;     /* seconds; what is drawn of it has its own */

struct Shelf {
    const Dataset *dataset;
    const DataPart *part;
    size_t picture;             /* bytes of one, without the slack */
    uint8_t *kept;              /* the first `keeps` items, side by side */
    long keeps;
    Seen *seen;                 /* [items] */
    long damaged;

    atomic_long next, done;     /* of the first reading */
};

/* Reads, resizes and orders one item's file. On failure false and the reason. */
static bool read_item(const Shelf *shelf, long item, uint8_t *to, Seen *seen, char *reason)
{
    const JobInput *input = &shelf->dataset->job->input;
    char *path = dataset_path(shelf->dataset, shelf->part->item[item].path);
    Picture picture;
    bool good = picture_read(&picture, path, input->shape.c, reason);
    free(path);
    if (!good)
        return false;
    *seen = (Seen){ .h = picture.h, .w = picture.w };
    input_bytes(input, &picture, to);
    picture_free(&picture);
    return true;
}

/* ---- the first reading ---- */

static void *read_ahead(void *argument)
{
    Shelf *shelf = argument;
    uint8_t *room = need_memory(shelf_room(shelf));
    char reason[REASON_ROOM];
    for (long i; (i = atomic_fetch_add(&shelf->next, 1)) < shelf->part->items; ) {
        uint8_t *to = i < shelf->keeps ? shelf->kept + (size_t)i * shelf->picture : room;
        if (!read_item(shelf, i, to, &shelf->seen[i], reason)) {
            shelf->seen[i].reason = strdup(reason);
            if (!shelf->seen[i].reason)
                fault("out of memory");
        }
        atomic_fetch_add(&shelf->done, 1);
    }
    free(room);
    return NULL;
}

/* Memory for what the cache holds. It is not cleared: what is never read is never touched. */
static void make_room(Shelf *shelf, size_t cache)
{
    size_t keeps = cache / shelf->picture;
    if (keeps > (size_t)shelf->part->items)
        keeps = (size_t)shelf->part->items;
    if (keeps)
        shelf->kept = malloc(keeps * shelf->picture + PICTURE_SLACK);
    if (!shelf->kept)
        return;                 /* without a cache it is slower, and the same */
    shelf->keeps = (long)keeps;
    memset(shelf->kept + keeps * shelf->picture, 0, PICTURE_SLACK);
}

static void read_all(Shelf *shelf, int threads, ReadingProgress *progress, void *context)
{
    long items = shelf->part->items;
    pthread_t *thread = need_memory((size_t)threads * sizeof *thread);
    for (int i = 0; i < threads; i++)
        thread[i] = thread_start(read_ahead, shelf);
    for (long done; progress && (done = atomic_load(&shelf->done)) < items; thread_doze(look_again))
        progress(context, done, items);
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    if (progress)
        progress(context, items, items);
    free(thread);
    for (long i = 0; i < items; i++)
        shelf->damaged += shelf->seen[i].reason != NULL;
}

/* ---- the shelf ---- */

Shelf *shelf_open(const Dataset *dataset, PartKind part, int threads, size_t cache,
                  ReadingProgress *progress, void *context)
{
    Shelf *shelf = need_memory(sizeof *shelf);
    shelf->dataset = dataset;
    shelf->part = &dataset->part[part];
    shelf->picture = (size_t)shape_size(dataset->job->input.shape);
    if (shelf->part->arrays || !shelf->part->items)
        return shelf;
    shelf->seen = need_memory((size_t)shelf->part->items * sizeof *shelf->seen);
    make_room(shelf, cache);
    read_all(shelf, threads, progress, context);
    return shelf;
}

void shelf_close(Shelf *shelf)
{
    for (long i = 0; shelf->seen && i < shelf->part->items; i++)
        free(shelf->seen[i].reason);
    free(shelf->seen);
    free(shelf->kept);
    free(shelf);
}

const Seen *shelf_seen(const Shelf *shelf)
{
    return shelf->seen;
}

long shelf_damaged(const Shelf *shelf)
{
    return shelf->damaged;
}

bool shelf_has_bytes(const Shelf *shelf)
{
    return !shelf->part->arrays || arrays_are_bytes(shelf->part->arrays);
}

size_t shelf_room(const Shelf *shelf)
{
    return shelf->picture + PICTURE_SLACK;
}

const void *shelf_picture(const Shelf *shelf, long item, void *room, char reason[REASON_ROOM])
{
    if (shelf->part->arrays)
        return arrays_row(shelf->part->arrays, shelf->part->item[item].index);
    if (item < shelf->keeps)
        return shelf->kept + (size_t)item * shelf->picture;
    char why[REASON_ROOM];
    Seen seen;
    if (read_item(shelf, item, room, &seen, why))
        return room;
    char *path = dataset_path(shelf->dataset, shelf->part->item[item].path);
    refuse(reason, "%s could be read at first, but now %s", path, why);
    free(path);
    return NULL;
}
