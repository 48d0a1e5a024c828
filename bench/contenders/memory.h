/* memory.h - arrays for contenders: cleared, in huge pages where the system gives them, never freed. */

#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Bytes; the spare ones lie behind the array, and may be read. */
enum { ROOM_PAGE = 2 << 20, ROOM_SPARE = 256 };

static inline void *room(long bytes)
{
    size_t whole = ((size_t)bytes + ROOM_SPARE + ROOM_PAGE - 1) / ROOM_PAGE * ROOM_PAGE;
    void *memory = aligned_alloc(ROOM_PAGE, whole);
    if (!memory) {
        fprintf(stderr, "bench: out of memory\n");
        exit(3);
    }
    madvise(memory, whole, MADV_HUGEPAGE);
    return memset(memory, 0, whole);
}

static inline float *floats(long count)
{
    return room((long)sizeof(float) * count);
}

#endif
