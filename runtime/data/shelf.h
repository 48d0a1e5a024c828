/* shelf.h - the pictures of one part of a data set, decoded and resized, as the loader asks for
 * them: from memory where there is room, else anew from the file. Opening it reads every file
 * once, so that what is damaged is known before the first batch. */

#ifndef DATA_SHELF_H
#define DATA_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/data/dataset.h"
#include "runtime/system/reason.h"

/* What is the matter with an item, as far as one mistake may be behind many of a kind. */
typedef enum {
    DAMAGE_NONE,
    DAMAGE_GONE,                /* there is no such file */
    DAMAGE_PICTURE,             /* it is no picture, or cannot be read whole */
    DAMAGE_MASK,                /* so is its mask, or that has another size */
    DAMAGE_VALUE,               /* its mask holds a number that is of no class */
    DAMAGE_COUNT
} Damage;

typedef struct {
    int h, w;                   /* of the file's picture, upright; 0: it or its mask is damaged */
    Damage damage;
    char *reason;               /* why it is damaged, behind "PATH: "; else NULL */
} Seen;

typedef struct Shelf Shelf;

/* How far the first reading of all files is. */
typedef void ReadingProgress(void *context, long done, long total);

/* Reads the part's files by `threads` threads; keeps up to `cache` bytes. Calls `progress`,
 * which may be NULL, now and then from the calling thread. Arrays and vectors are in memory already and
 * cost nothing. */
Shelf *shelf_open(const Dataset *dataset, PartKind part, int threads, size_t cache,
                  ReadingProgress *progress, void *context);
void   shelf_close(Shelf *shelf);

/* What opening found out about each item, [items]; NULL without files, where none is damaged. */
const Seen *shelf_seen(const Shelf *shelf);
long        shelf_damaged(const Shelf *shelf);

/* True where values are bytes, else floats. */
bool shelf_has_bytes(const Shelf *shelf);

/* A sound item's values, [h][w][c] in the input's order of channels, then 16 bytes that may be
 * read. They lie in the shelf or in `room`, of shelf_room bytes, one for each thread that asks.
 * NULL, and what happened in `reason`, where the file has become unreadable since. */
const void *shelf_picture(const Shelf *shelf, long item, void *room, char reason[REASON_ROOM]);
size_t      shelf_room(const Shelf *shelf);

/* The classes of its pixels, [P][Q] of the job's target, given what shelf_picture returned; NULL where it
 * has none. */
const uint8_t *shelf_mask(const Shelf *shelf, long item, const void *picture);

/* Of one channel's bytes: how many, their sum, the sum of their squares. */
typedef struct {
    uint64_t count, sum, squares;
} ByteSum;

/* Of all sound items, [c]; NULL where values are floats, or this is not the part for training, or nothing
 * of the input is to be measured. */
const ByteSum *shelf_sums(const Shelf *shelf);

/* The numbers that masks hold, as their files have them, [PIXEL_VALUES]. */
const bool *shelf_mask_values(const Shelf *shelf);

/* True where the file of an item's picture could be a mask. */
bool shelf_picture_is_mask(const Shelf *shelf, long item);

/* Sound items of each class, or that have its label, or pixels of it in their masks, [classes]; to be freed. */
long *shelf_count_classes(const Shelf *shelf);

/* Pixels of each class in the sound items' masks, and at MASK_LEFT_OUT those that do not count,
 * [PIXEL_VALUES]. */
void shelf_count_pixels(const Shelf *shelf, long pixels[PIXEL_VALUES]);

#endif
