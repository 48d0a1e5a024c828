#include "runtime/system/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int output_error;        /* errno, when standard output could first not be written; 0: it could be */

void flush_output(void)
{
    if (fflush(stdout) && !output_error)
        output_error = errno;
}

_Noreturn void fault(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    flush_output();
    fprintf(stderr, "%s: ", program_invocation_short_name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(EXIT_WORLD);
}

void check_output(void)
{
    flush_output();
    if (ferror(stdout) && !output_error && (putchar('\n') == EOF || fflush(stdout)))
        output_error = errno;   /* a full buffer was lost in the middle of printing: why, another byte tells */
    if (output_error)
        fault("cannot write to standard output: %s", strerror(output_error));
    if (ferror(stdout))
        fault("cannot write to standard output");
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
