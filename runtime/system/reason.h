/* reason.h - why something cannot be used, in words that fit behind its name. */

#ifndef SYSTEM_REASON_H
#define SYSTEM_REASON_H

#include <stdbool.h>

enum { REASON_ROOM = 512 };     /* bytes of a reason, its final 0 included */

/* Writes a reason and returns false. */
bool refuse(char reason[REASON_ROOM], const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
