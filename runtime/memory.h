/* memory.h - memory that is there, or the program has ended. */

#ifndef RUNTIME_MEMORY_H
#define RUNTIME_MEMORY_H

/* Cleared, 64-byte aligned, freed with free(). */
void *need_memory(unsigned long bytes);

#endif
