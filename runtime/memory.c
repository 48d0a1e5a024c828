#include "runtime/memory.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"

enum { ALIGN = 64 };            /* a cache line, and the widest vector */

void *need_memory(unsigned long bytes)
{
    unsigned long whole = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    void *memory = whole < bytes ? NULL : aligned_alloc(ALIGN, whole ? whole : ALIGN);
    if (!memory)
        fault("out of memory: %lu bytes are not to be had", bytes);
    return memset(memory, 0, whole);
}
