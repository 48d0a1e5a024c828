/* command.h - command lines run by the shell, from the project's root. */

#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#include <stdbool.h>

typedef struct {
    bool good;                  /* it ran, and ended with 0 */
    double seconds;
    double busy;                /* of all processors, and its children's: whatever else runs */
    double peak;                /* bytes that it had in memory at most */
} Ran;

/* What it prints goes to build/bench/command.log, which is anew with each; where it fails, that is named. */
Ran command_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What it printed, to be freed; NULL where it failed, which is not told. */
char *command_output(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Seconds until it shows `word` to a person at a terminal, whereupon it is killed; negative where it never
 * did. */
double command_until(const char *word, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
