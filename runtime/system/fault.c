#include "runtime/system/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void check_output(void)
{
    if (fflush(stdout) || ferror(stdout))
        fault("cannot write to standard output: %s", strerror(errno));
}

_Noreturn void leave(void)
{
    check_output();
    exit(0);
}

void mistake_of(const Place *place, const char *format, va_list args)
{
    char *message;
    if (vasprintf(&message, format, args) < 0)
        fault("out of memory");
    place_print(stderr, place, "error", message, place_color(stderr));
    free(message);
}

void mistake(const Place *place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    mistake_of(place, format, args);
    va_end(args);
}
