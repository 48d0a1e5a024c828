#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 16, ALIGN = 16 };

typedef struct Chunk {
    struct Chunk *next;
    size_t used, room;
    _Alignas(16) char bytes[];
} Chunk;

struct Arena {
    Chunk *chunk;               /* the newest, which alone has room */
};

static void *need(size_t bytes)
{
    void *p = calloc(1, bytes);
    if (!p) {
        fprintf(stderr, "netc: out of memory\n");
        exit(3);
    }
    return p;
}

Arena *arena_open(void)
{
    return need(sizeof(Arena));
}

void arena_close(Arena *arena)
{
    for (Chunk *chunk = arena->chunk, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena);
}

void *arena_alloc(Arena *arena, size_t bytes)
{
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    Chunk *chunk = arena->chunk;
    if (!chunk || chunk->room - chunk->used < bytes) {
        size_t room = bytes > CHUNK ? bytes : CHUNK;
        Chunk *fresh = need(sizeof(Chunk) + room);
        fresh->room = room;
        fresh->next = chunk;
        arena->chunk = chunk = fresh;
    }
    void *p = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return p;
}

char *arena_copy(Arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(args);
    va_end(again);
    return text;
}

void *arena_grow(Arena *arena, void *array, int count, int *room, size_t size)
{
    if (count < *room)
        return array;
    int more = *room ? 2 * *room : 8;
    void *moved = arena_alloc(arena, (size_t)more * size);
    if (count)
        memcpy(moved, array, (size_t)count * size);
    *room = more;
    return moved;
}
