/* memory.h - memory that is there, or the program has ended. */

#ifndef SYSTEM_MEMORY_H
#define SYSTEM_MEMORY_H

/* Cleared, 64-byte aligned, freed with free(). */
void *need_memory(unsigned long bytes);

/* The same, but not cleared: what is there is to be written before it is read. */
void *need_room(unsigned long bytes);

/* Cleared and aligned to a huge page, where it is as large as one: made of those where possible, and each is
 * cleared by the thread that touches it first. Freed with free_pages and the same number of bytes; more than the
 * machine has is a fault. */
void *need_pages(unsigned long bytes);
void  free_pages(void *pages, unsigned long bytes);

#endif
