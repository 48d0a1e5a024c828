/* scratch.h - a folder for files that a test makes, and a child process for what ends the
 * program. */

#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include <stddef.h>

enum { SCRATCH_PATH = 4096 };

/* A new empty folder in $TMPDIR, else /tmp, its path to be freed by scratch_close, which removes it with all it holds. */
char *scratch_open(void);
void  scratch_close(char *folder);

/* The folder of a whole suite, between the two that CU_add_suite takes to set it up and to clear it away: 0 on success. */
extern char *suite_folder;
int suite_open_folder(void);
int suite_close_folder(void);

/* "FOLDER/name", in one of a few buffers that are used in turn. */
const char *scratch_path(const char *folder, const char *name);

/* Writes FOLDER/name; folders in the name are made where they are missing. */
void scratch_write(const char *folder, const char *name, const void *bytes, size_t length);

/* Runs something in a child process and returns its exit code, or minus the signal that killed it.
 * What it says on standard error is in `said` [room], cut where it is longer. */
int scratch_child(void (*run)(void *), void *argument, char *said, size_t room);

#endif
