/* name_list.h - a list of names, read as it is written: from a file, or from a pipe at whose other end there is still
 * somebody at work. */

#ifndef SYSTEM_NAME_LIST_H
#define SYSTEM_NAME_LIST_H

#include <stdbool.h>

typedef struct NameList NameList;

/* What comes next: something, nothing yet, nothing any more. */
typedef enum { NAME_NEXT, NAME_LATER, NAME_END } NameState;

/* A file, or "-" for standard input. What cannot be read is a fault, now or later. */
NameList *name_list_open(const char *path);
void   name_list_close(NameList *names);

/* The next name, valid until the next call. NameList stand one a line or, where there is a zero byte when the first one
 * ends, as `find -print0` writes them; empty ones are passed over. `wait`: until there is one, so that nothing is left
 * for later. */
NameState name_list_next(NameList *names, bool wait, const char **name);

#endif
