#include "runtime/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64 };            /* a cache line, and the widest vector */

_Noreturn void fault(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fflush(stdout);
    fprintf(stderr, "%s: ", program_invocation_short_name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(EXIT_WORLD);
}

void mistake(const Place *place, const char *format, ...)
{
    char *message;
    va_list args;
    va_start(args, format);
    if (vasprintf(&message, format, args) < 0)
        fault("out of memory");
    va_end(args);
    place_print(stderr, place, "error", message, place_color(stderr));
    free(message);
}

void *need_memory(unsigned long bytes)
{
    unsigned long whole = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    void *memory = whole < bytes ? NULL : aligned_alloc(ALIGN, whole ? whole : ALIGN);
    if (!memory)
        fault("out of memory: %lu bytes are not to be had", bytes);
    return memset(memory, 0, whole);
}
