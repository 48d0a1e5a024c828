/* pack.c - first fit, the largest first: each buffer gets the lowest place that is free for all of its life.
 * requires: Buffer.bytes, first, last.  fills: Buffer.place.
 *
 * To try every buffer that is placed already for every one that is not would take seconds for ten thousand
 * layers. So what is placed stands in chunks, in the order of places, and a chunk that cannot matter is passed
 * over whole; and time is cut into spans, of which each knows a height below which nothing is free. */

#include "compiler/plan/pack.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 128, SPANS = 256 };

/* What is placed already. */
typedef struct { size_t from, to; int first, last; } Taken;

/* Some of them, one after another. */
typedef struct {
    Taken *taken;               /* [ROOM] */
    int count;
    size_t to;                  /* the furthest */
    int first, last;            /* what they live through, together */
} Chunk;

typedef struct {
    Arena *arena;
    Chunk *chunk;               /* in the order of places */
    int chunks, room;
    size_t solid[SPANS];        /* by span of time: all places from the base to here are taken, all through it */
    int span;                   /* how long one is */
} Packing;

/* The order among equals is the card's: an address would differ from run to run. */
static int larger_first(const void *a, const void *b)
{
    const Buffer *x = *(Buffer *const *)a, *y = *(Buffer *const *)b;
    return x->bytes != y->bytes ? (x->bytes < y->bytes) - (x->bytes > y->bytes) : x->number - y->number;
}

/* ---- spans of time ---- */

static int span_length(Buffer *const *buffer, int count)
{
    int last = 0;
    for (int i = 0; i < count; i++)
        last = buffer[i]->last > last ? buffer[i]->last : last;
    return last / SPANS + 1;
}

static size_t highest_solid(const Packing *packing, const Buffer *buffer)
{
    size_t highest = 0;
    for (int s = buffer->first / packing->span; s <= buffer->last / packing->span; s++)
        highest = packing->solid[s] > highest ? packing->solid[s] : highest;
    return highest;
}

static void raise_solid(Packing *packing, const Buffer *buffer)
{
    int first = (buffer->first + packing->span - 1) / packing->span, end = (buffer->last + 1) / packing->span;
    for (int s = first; s < end; s++)
        if (packing->solid[s] == buffer->place)
            packing->solid[s] += buffer->bytes;
}

/* ---- chunks ---- */

static bool meet(int first, int last, const Buffer *buffer)
{
    return first <= buffer->last && buffer->first <= last;
}

/* The lowest place that is free for the buffer's life. */
static size_t lowest(const Packing *packing, const Buffer *buffer)
{
    size_t place = highest_solid(packing, buffer);
    for (int c = 0; c < packing->chunks; c++) {
        const Chunk *chunk = &packing->chunk[c];
        if (chunk->to <= place || !meet(chunk->first, chunk->last, buffer))
            continue;
        for (const Taken *t = chunk->taken; t < chunk->taken + chunk->count; t++) {
            if (!meet(t->first, t->last, buffer))
                continue;
            if (place + buffer->bytes <= t->from)
                return place;
            place = t->to > place ? t->to : place;
        }
    }
    return place;
}

static void put(Chunk *chunk, int at, Taken taken)
{
    memmove(chunk->taken + at + 1, chunk->taken + at, (size_t)(chunk->count - at) * sizeof taken);
    chunk->taken[at] = taken;
    chunk->to = taken.to > chunk->to ? taken.to : chunk->to;
    chunk->first = chunk->count == 0 || taken.first < chunk->first ? taken.first : chunk->first;
    chunk->last = chunk->count == 0 || taken.last > chunk->last ? taken.last : chunk->last;
    chunk->count++;
}

/* An empty one. */
static void add_chunk(Packing *packing, int at)
{
    arena_push(packing->arena, packing->chunk, packing->chunks, packing->room);
    memmove(packing->chunk + at + 1, packing->chunk + at, (size_t)(packing->chunks - 1 - at) * sizeof *packing->chunk);
    packing->chunk[at] = (Chunk){ .taken = arena_array(packing->arena, Taken, ROOM) };
}

/* Leaves half of a chunk to one of its own. */
static void split(Packing *packing, int number)
{
    add_chunk(packing, number + 1);
    Chunk *low = &packing->chunk[number], *high = low + 1;
    Chunk whole = *low;
    *low = (Chunk){ .taken = whole.taken };
    for (int i = 0; i < whole.count; i++) {
        Chunk *half = i < ROOM / 2 ? low : high;
        put(half, half->count, whole.taken[i]);
    }
}

/* The last chunk that begins no further up than `place`; or the first of all. */
static int chunk_of(const Packing *packing, size_t place)
{
    int low = 0, high = packing->chunks - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (packing->chunk[middle].taken[0].from <= place)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static void take(Packing *packing, const Buffer *buffer)
{
    int number = chunk_of(packing, buffer->place);
    if (packing->chunk[number].count == ROOM) {
        split(packing, number);
        number = chunk_of(packing, buffer->place);
    }
    Chunk *chunk = &packing->chunk[number];
    int at = chunk->count;
    while (at > 0 && chunk->taken[at - 1].from > buffer->place)
        at--;
    put(chunk, at, (Taken){ buffer->place, buffer->place + buffer->bytes, buffer->first, buffer->last });
}

/* ---- the whole ---- */

size_t pack(Arena *arena, Buffer **buffer, int count, size_t base)
{
    size_t end = 0;
    Packing packing = { .arena = arena, .span = span_length(buffer, count) };
    add_chunk(&packing, 0);
    qsort(buffer, (size_t)count, sizeof *buffer, larger_first);
    for (int i = 0; i < count; i++) {
        buffer[i]->place = lowest(&packing, buffer[i]);
        take(&packing, buffer[i]);
        raise_solid(&packing, buffer[i]);
        size_t after = buffer[i]->place + buffer[i]->bytes;
        end = after > end ? after : end;
    }
    for (int i = 0; i < count; i++)
        buffer[i]->place += base;
    return base + end;
}
