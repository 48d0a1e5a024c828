/* pack.h - places for buffers, such that of those that live at the same time none overlaps another. */

#ifndef PLAN_PACK_H
#define PLAN_PACK_H

#include "compiler/plan/plan.h"

/* Places `count` buffers, none of which has 0 bytes, from `base` on and returns where the furthest ends; `buffer` is
 * put in another order. Time grows little more than they do. */
size_t pack(Arena *arena, Buffer **buffer, int count, size_t base);

#endif
