/* fault.h - the world's faults: one line that names the thing, then exit. */

#ifndef SYSTEM_FAULT_H
#define SYSTEM_FAULT_H

#include <stdarg.h>

#include "base/place.h"

/* Exit codes of a trainer, as its manual page lists them. */
enum { EXIT_MISTAKE = 1, EXIT_USAGE = 2, EXIT_WORLD = 3, EXIT_INTERRUPTED = 130 };

/* Prints "PROGRAM: " and the message to standard error and exits with EXIT_WORLD. */
_Noreturn void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What was printed is written now; why it could not be, the first time, is kept for check_output. */
void flush_output(void);

/* Ends the program with 0, or, where standard output could not be written, with a fault. */
_Noreturn void leave(void);
void check_output(void);

/* Prints a mistake of the card or its data, with the card's line. */
void mistake(const Place *place, const char *format, ...) __attribute__((format(printf, 2, 3)));
void mistake_of(const Place *place, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

#endif
