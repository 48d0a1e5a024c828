#include "runtime/data/shelf.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/data/measure.h"
#include "runtime/pictures/input.h"
#include "runtime/pictures/picture.h"
#include "runtime/pictures/resize.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"
#include "runtime/system/threads.h"

static const double look_again = 0.005;     /* seconds; what is drawn of it has its own */

struct Shelf {
    const Dataset *dataset;
    const DataPart *part;
    size_t picture, mask;       /* bytes of one: of a file's mask, which lies behind its picture; or 0 */
    uint8_t *kept;              /* the first `keeps` items, side by side */
    long keeps;
    Seen *seen;                 /* [items] */
    long damaged;

    atomic_long next, done;     /* of the first reading */
    pthread_mutex_t lock;       /* of what is counted, by all threads together: */
    long pixels[PIXEL_VALUES];  /* of the masks, by class */
    bool values[PIXEL_VALUES];  /* that masks hold */
    ByteSum *sum;               /* [c] or NULL */
};

/* What an item takes. */
static size_t item_bytes(const Shelf *shelf)
{
    return shelf->picture + shelf->mask;
}

/* ---- one item ---- */

/* The first pixel of a value that is of no class. */
static bool refuse_value(const Dataset *dataset, const Picture *mask, char *reason)
{
    long at = 0;
    while (dataset->class_of_pixel[mask->pixel[at]] != MASK_UNKNOWN)
        at++;
    int value = mask->pixel[at], y = (int)(at / mask->w), x = (int)(at % mask->w);
    if (dataset->job->data.classes)
        return refuse(reason, "holds %d in row %d, column %d, which is no class", value, y, x);
    return refuse(reason, "holds %d in row %d, column %d, but unless the card names the values, as in "
                  "class cell \"255\", they are 0 to %d", value, y, x, dataset->classes - 1);
}

/* Every pixel must be of a class, or be left out: on those that a resized mask takes no more than on the
 * others. Adds to `values` those that it holds. */
static bool check_values(const Dataset *dataset, const Picture *mask, bool values[PIXEL_VALUES], char *reason)
{
    bool held[PIXEL_VALUES] = { false }, good = true;
    for (long i = 0; i < (long)mask->h * mask->w; i++)
        held[mask->pixel[i]] = true;
    for (int value = 0; value < PIXEL_VALUES; value++) {
        good = good && !(held[value] && dataset->class_of_pixel[value] == MASK_UNKNOWN);
        values[value] = values[value] || held[value];
    }
    return good || refuse_value(dataset, mask, reason);
}

static bool check_size(const Picture *mask, const Seen *seen, char *reason)
{
    return (mask->h == seen->h && mask->w == seen->w) ||
           refuse(reason, "is %d pixel%s high and %d wide, but the picture %d and %d", mask->h, plural(mask->h), mask->w,
                  seen->h, seen->w);
}

/* The picture's mask, resized, as classes. */
static bool read_mask(const Shelf *shelf, const Item *item, Seen *seen, uint8_t *to, bool values[PIXEL_VALUES],
                      char *reason)
{
    const Dataset *dataset = shelf->dataset;
    Shape shape = dataset->job->target.shape;
    char *path = dataset_path(dataset, item->mask), why[REASON_ROOM];
    Picture mask;
    bool read = picture_read_mask(&mask, path, why), known = read && check_values(dataset, &mask, values, why);
    bool good = known && check_size(&mask, seen, why);
    seen->damage = good ? DAMAGE_NONE : read && !known ? DAMAGE_VALUE : DAMAGE_MASK;
    if (good)
        resize_mask(&mask, &dataset->job->input, shape.h, shape.w, dataset->class_of_pixel, MASK_LEFT_OUT, to);
    else
        refuse(reason, "has a mask, %.200s, that %.250s", path, why);
    if (read)
        picture_free(&mask);
    free(path);
    return good;
}

/* Reads, resizes and orders one item's files; adds to `values` what its mask holds. On failure false and the reason. */
static bool read_item(const Shelf *shelf, long item, uint8_t *to, Seen *seen, bool values[PIXEL_VALUES], char *reason)
{
    const JobInput *input = &shelf->dataset->job->input;
    char *path = dataset_path(shelf->dataset, shelf->part->item[item].path);
    Picture picture;
    bool good = picture_read(&picture, path, input->shape.c, reason);
    *seen = (Seen){ .damage = good ? DAMAGE_NONE : access(path, F_OK) ? DAMAGE_GONE : DAMAGE_PICTURE };
    free(path);
    if (!good)
        return false;
    seen->h = picture.h;
    seen->w = picture.w;
    input_bytes(input, &picture, to);
    picture_free(&picture);
    return !shelf->mask || read_mask(shelf, &shelf->part->item[item], seen, to + shelf->picture, values, reason);
}

/* ---- the first reading ---- */

/* What one thread has counted. */
typedef struct {
    long pixels[PIXEL_VALUES];
    bool values[PIXEL_VALUES];
    ByteSum *sum;               /* [c] or NULL */
} Counts;

static Counts counts_open(const Shelf *shelf)
{
    int channels = shelf->dataset->job->input.shape.c;
    return (Counts){ .sum = shelf->sum ? need_memory(sizeof(ByteSum) * (size_t)channels) : NULL };
}

static void count_mask(const Shelf *shelf, const uint8_t *mask, Counts *counts)
{
    Shape shape = shelf->dataset->job->target.shape;
    for (long i = 0; mask && i < (long)shape.h * shape.w; i++)
        counts->pixels[mask[i]]++;
}

static void count_bytes(const Shelf *shelf, const uint8_t *picture, Counts *counts)
{
    Shape shape = shelf->dataset->job->input.shape;
    for (int c = 0; counts->sum && c < shape.c; c++) {
        ByteSum sum = counts->sum[c];
        for (long i = c; i < shape_size(shape); i += shape.c) {
            sum.sum += picture[i];
            sum.squares += (unsigned)picture[i] * picture[i];
        }
        sum.count += (uint64_t)shape.h * (uint64_t)shape.w;
        counts->sum[c] = sum;
    }
}

static void count_item(const Shelf *shelf, long item, const void *picture, Counts *counts)
{
    count_mask(shelf, shelf_mask(shelf, item, picture), counts);
    count_bytes(shelf, picture, counts);
}

/* Whole numbers: the order of the threads does not matter. */
static void counts_close(Shelf *shelf, Counts *counts)
{
    pthread_mutex_lock(&shelf->lock);
    for (int value = 0; value < PIXEL_VALUES; value++) {
        shelf->pixels[value] += counts->pixels[value];
        shelf->values[value] = shelf->values[value] || counts->values[value];
    }
    for (int c = 0; counts->sum && c < shelf->dataset->job->input.shape.c; c++) {
        shelf->sum[c].count += counts->sum[c].count;
        shelf->sum[c].sum += counts->sum[c].sum;
        shelf->sum[c].squares += counts->sum[c].squares;
    }
    pthread_mutex_unlock(&shelf->lock);
    free(counts->sum);
}

static void *read_ahead(void *argument)
{
    Shelf *shelf = argument;
    uint8_t *room = need_memory(shelf_room(shelf));
    Counts counts = counts_open(shelf);
    char reason[REASON_ROOM];
    for (long i; (i = atomic_fetch_add(&shelf->next, 1)) < shelf->part->items; ) {
        uint8_t *to = i < shelf->keeps ? shelf->kept + (size_t)i * item_bytes(shelf) : room;
        if (!read_item(shelf, i, to, &shelf->seen[i], counts.values, reason)) {
            shelf->seen[i] = (Seen){ .damage = shelf->seen[i].damage, .reason = strdup(reason) };
            if (!shelf->seen[i].reason)
                fault("out of memory");
        } else {
            count_item(shelf, i, to, &counts);
        }
        atomic_fetch_add(&shelf->done, 1);
    }
    counts_close(shelf, &counts);
    free(room);
    return NULL;
}

/* Memory for what the cache holds. It is not cleared: what is never read is never touched. */
static void make_room(Shelf *shelf, size_t cache)
{
    size_t keeps = cache / item_bytes(shelf);
    if (keeps > (size_t)shelf->part->items)
        keeps = (size_t)shelf->part->items;
    if (keeps)
        shelf->kept = malloc(keeps * item_bytes(shelf) + PICTURE_SLACK);
    if (!shelf->kept)
        return;                 /* without a cache it is slower, and the same */
    shelf->keeps = (long)keeps;
    memset(shelf->kept + keeps * item_bytes(shelf), 0, PICTURE_SLACK);
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

/* Of what lies in memory already. */
static void count_rows(Shelf *shelf)
{
    Counts counts = counts_open(shelf);
    for (long i = 0; i < shelf->part->items; i++)
        count_item(shelf, i, shelf->part->item[i].values, &counts);
    counts_close(shelf, &counts);
}

/* ---- the shelf ---- */

Shelf *shelf_open(const Dataset *dataset, PartKind part, int threads, size_t cache,
                  ReadingProgress *progress, void *context)
{
    Shelf *shelf = need_memory(sizeof *shelf);
    shelf->dataset = dataset;
    shelf->part = &dataset->part[part];
    shelf->picture = (size_t)shape_size(dataset->job->input.shape);
    pthread_mutex_init(&shelf->lock, NULL);
    if (part == PART_TRAIN && !shelf->part->floats && is_measured(&dataset->job->input))
        shelf->sum = need_memory(sizeof *shelf->sum * (size_t)dataset->job->input.shape.c);
    if (!data_has_pictures(&dataset->job->data)) {
        count_rows(shelf);
        return shelf;
    }
    Shape pixels = dataset->job->target.shape;
    shelf->mask = dataset->class_of_pixel ? (size_t)pixels.h * (size_t)pixels.w : 0;
    if (!shelf->part->items)
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
    pthread_mutex_destroy(&shelf->lock);
    free(shelf->sum);
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
    return !shelf->part->floats;
}

size_t shelf_room(const Shelf *shelf)
{
    return item_bytes(shelf) + PICTURE_SLACK;
}

const void *shelf_picture(const Shelf *shelf, long item, void *room, char reason[REASON_ROOM])
{
    if (shelf->part->item[item].values)
        return shelf->part->item[item].values;
    if (item < shelf->keeps)
        return shelf->kept + (size_t)item * item_bytes(shelf);
    char why[REASON_ROOM];
    bool values[PIXEL_VALUES] = { false };
    Seen seen;
    if (read_item(shelf, item, room, &seen, values, why))
        return room;
    char *path = dataset_path(shelf->dataset, shelf->part->item[item].path);
    refuse(reason, "%s could be read at first, but now %s", path, why);
    free(path);
    return NULL;
}

const uint8_t *shelf_mask(const Shelf *shelf, long item, const void *picture)
{
    if (shelf->mask)
        return (const uint8_t *)picture + shelf->picture;
    return dataset_has_pixels(shelf->dataset->job) ? shelf->part->item[item].target : NULL;
}

/* An item has one class, or any number of labels. */
static void count_labels(const Dataset *dataset, const Item *item, long *count)
{
    if (item->class != NO_CLASS)
        count[item->class]++;
    for (int label = 0; label < dataset->classes && dataset_has_labels(dataset->job); label++)
        count[label] += ((const float *)item->target)[label] == 1;
}

long *shelf_count_classes(const Shelf *shelf)
{
    const Dataset *dataset = shelf->dataset;
    long *count = need_memory(sizeof *count * (size_t)dataset->classes + 1);
    bool pixels = dataset_has_pixels(dataset->job);
    for (int class = 0; class < dataset->classes && pixels; class++)
        count[class] = shelf->pixels[class];
    for (long i = 0; i < shelf->part->items && !pixels; i++)
        if (!(shelf->seen && shelf->seen[i].reason))
            count_labels(dataset, &shelf->part->item[i], count);
    return count;
}

const bool *shelf_mask_values(const Shelf *shelf)
{
    return shelf->values;
}

bool shelf_picture_is_mask(const Shelf *shelf, long item)
{
    char *path = dataset_path(shelf->dataset, shelf->part->item[item].path), reason[REASON_ROOM];
    bool values[PIXEL_VALUES] = { false };
    Picture mask;
    bool read = picture_read_mask(&mask, path, reason);
    bool good = read && check_values(shelf->dataset, &mask, values, reason);
    if (read)
        picture_free(&mask);
    free(path);
    return good;
}

void shelf_count_pixels(const Shelf *shelf, long pixels[PIXEL_VALUES])
{
    for (int class = 0; class < PIXEL_VALUES; class++)
        pixels[class] = shelf->pixels[class];
}

const ByteSum *shelf_sums(const Shelf *shelf)
{
    return shelf->sum;
}
