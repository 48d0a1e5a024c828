/* machine.h - what the machine can do at best, measured: a profile's shares are shares of this. */

#ifndef NETWORK_MACHINE_H
#define NETWORK_MACHINE_H

#include "runtime/network/program.h"

typedef struct {
    double multiply_adds;       /* a second, of all threads together, by the program's own vectors */
    double bytes;               /* a second from and to memory, all threads together */
} Machine;

/* Takes the better part of a second, and 192 MB of memory meanwhile. */
Machine machine_measure(Pool *pool, const Peak *peak);

#endif
