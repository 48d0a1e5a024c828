/* steps.h - which positions of a window have a tap within a picture. */

#ifndef RUNTIME_KERNELS_STEPS_H
#define RUNTIME_KERNELS_STEPS_H

#include "runtime/kernels/vec.h"

/* How many steps from 0 until `distance` is reached. Those that lie in [distance, distance + size) are
 * steps_to(distance, step) to steps_to(distance + size, step). */
INLINE int steps_to(int distance, int step) { return distance <= 0 ? 0 : (distance + step - 1) / step; }

INLINE int earlier(int a, int b)            { return a < b ? a : b; }
INLINE int later(int a, int b)              { return a > b ? a : b; }

#endif
