#include "runtime/system/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/resident.h"
#include "runtime/system/fault.h"

enum { ALIGN = 64 };            /* a cache line, and the widest vector */

void *need_room(unsigned long bytes)
{
    unsigned long whole = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    void *memory = whole < bytes ? NULL : aligned_alloc(ALIGN, whole ? whole : ALIGN);
    if (!memory)
        fault("out of memory: %lu bytes are not to be had", bytes);
    return memory;
}

void *need_memory(unsigned long bytes)
{
    return memset(need_room(bytes), 0, bytes);
}

/* ---- pages ---- */

/* The system promises memory that it does not have and kills who uses it: ask what there is. */
static void refuse_more_than_the_machine_has(unsigned long bytes)
{
    unsigned long machine = (unsigned long)sysconf(_SC_PHYS_PAGES) * (unsigned long)sysconf(_SC_PAGESIZE);
    if (bytes > machine)
        fault("this takes %lu MB of memory, and the machine has %lu", bytes >> 20, machine >> 20);
}

void *need_pages(unsigned long bytes)
{
    refuse_more_than_the_machine_has(bytes);
    if (bytes < HUGE_PAGE)
        return need_memory(bytes);
    unsigned long whole = resident_block(bytes);
    char *from = mmap(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (from == MAP_FAILED)
        fault("out of memory: %lu MB are not to be had", bytes >> 20);
    unsigned long before = -(uintptr_t)from % HUGE_PAGE;
    if (before)
        munmap(from, before);
    munmap(from + before + whole, HUGE_PAGE - before);
    madvise(from + before, whole, MADV_HUGEPAGE);       /* a wish: fewer misses of the address cache */
    return from + before;
}

void free_pages(void *pages, unsigned long bytes)
{
    if (bytes < HUGE_PAGE)
        free(pages);
    else
        munmap(pages, resident_block(bytes));
}
