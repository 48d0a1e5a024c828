/* processors.h - how many there are for this program. */

#ifndef BASE_PROCESSORS_H
#define BASE_PROCESSORS_H

#include <sched.h>

/* Those that the system allows it, at least 1: as many threads as a trainer has, unless told otherwise. */
static inline int processors(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) ? 1 : CPU_COUNT(&allowed);
}

#endif
