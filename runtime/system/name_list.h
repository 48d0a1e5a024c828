/* name_list.h - a list of names, read as it is written: from a file, or from a pipe at whose other end there is still
 * somebody at work. */

#ifndef SYSTEM_NAME_LIST_H
#define SYSTEM_NAME_LIST_H

#include <stdbool.h>

typedef struct NameList NameList;

/* What comes next: something, nothing yet, nothing any more. */
typedef enum { NAME_NEXT, NAME_LATER, NAME_END } NameState;

/* A file, or "-" for standard input; `end` is what each name ends with, a newline or a zero byte, and the last may lack.
 * What cannot be read is a fault, now or later. */
NameList *name_list_open(const char *path, char end);
void   name_list_close(NameList *names);

/* The next name, valid until the next call; empty ones are passed over. `wait`: until there is one, so that nothing is
 * left for later. */
NameState name_list_next(NameList *names, bool wait, const char **name);

#endif
