/* arena.h - everything that is compiled lives in one arena and is freed once. Memory comes cleared
 * and aligned for any type; running out of it ends the program with exit code 3. */

#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

typedef struct Arena Arena;

Arena *arena_open(void);
void   arena_close(Arena *arena);

void *arena_alloc(Arena *arena, size_t bytes);
char *arena_copy(Arena *arena, const char *text, size_t length);  /* adds the final 0 */
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull));

/* A cleared T, or `count` of them. */
#define arena_new(arena, T) ((T *)arena_alloc(arena, sizeof(T)))
#define arena_array(arena, T, count) ((T *)arena_alloc(arena, sizeof(T) * (size_t)(count)))

/* Room for one more at the end of a growing array: doubles `*room` and moves the array when full. */
void *arena_grow(Arena *arena, void *array, int count, int *room, size_t size);
#define arena_push(arena, array, count, room) \
    ((array) = arena_grow(arena, array, count, &(room), sizeof *(array)), &(array)[(count)++])

#endif
