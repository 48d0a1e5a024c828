/* called.h - how a person called this program, so that hints can be pasted into a shell. */

#ifndef SYSTEM_CALLED_H
#define SYSTEM_CALLED_H

#include <stdbool.h>
#include <stddef.h>

/* True where a command, whose name is so long, takes --run. */
typedef bool TakesRun(const char *command, size_t length);

/* The program's word on the command line (argv[0]), and --data DIR and --run NAME, NULL where they were not given. */
void called_as(const char *program);
void called_with_data(const char *folder);
void called_with_run(const char *name, TakesRun *takes);

/* The program as it was called, quoted where the shell needs it. */
const char *called(void);

/* The folder in which the program lies: "."; NULL where the shell found it by its name alone. */
const char *called_folder(void);

/* "./catdog train --data DIR", given "train": where --data was given, a call without it would look for
 * the pictures elsewhere. So with --run NAME, for a command that takes it, unless a new run is meant. To be freed. */
char *call_text(const char *words);

#endif
