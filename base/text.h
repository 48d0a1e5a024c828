/* text.h - numbers, shapes and names as people read them. All texts are in the arena. */

#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"
#include "base/shape.h"

/* "18,940,416" */
const char *grouped_text(Arena *arena, long number);

/* "32x32x3"; the short form of a vector is its length alone, "128". */
const char *shape_text(Arena *arena, Shape shape);
const char *shape_short_text(Arena *arena, Shape shape);

/* A word as a shell takes it: as it is, or where it would not be one word, in single quotes. */
const char *shell_text(Arena *arena, const char *word);

/* What follows the noun of so many things: "1 picture", "2 pictures". */
/* Of bytes, as disks are sold: "3.3 MB", "812 bytes". */
const char *bytes_text(Arena *arena, double bytes);

static inline const char *plural(long count)
{
    return count == 1 ? "" : "s";
}

/* "a, b or c"; "" of none. */
const char *either_text(Arena *arena, const char *const *part, int parts);

#endif
