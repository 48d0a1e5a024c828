/* renamed.h - tensors that another network has under another name, it seems: a layer's label is new, and all of its
 * tensors have the shapes of those of a layer that is gone. By its name alone none of them would be taken over; the
 * line `load` with `rename` takes them. */

#ifndef BASE_RENAMED_H
#define BASE_RENAMED_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"

enum { RENAMED_DIMS = 4 };

typedef struct {
    const char *name;           /* "stage1.2.conv1.weight" */
    int dims;
    long dim[RENAMED_DIMS];
    bool met;                   /* the other network has one of that name */
    bool kept;                  /* of a new one: and its numbers fit as they are */
} NamedTensor;

/* Prints the line that takes from the old network's file what is called otherwise now, and all else that is kept; nothing
 * where nothing seems to be renamed. */
void renamed_tell(FILE *out, Arena *arena, const char *file, const NamedTensor *old, int olds, const NamedTensor *new,
                  int news);

#endif
