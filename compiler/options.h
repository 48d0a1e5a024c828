/* options.h - netc's command line. */

#ifndef COMPILER_OPTIONS_H
#define COMPILER_OPTIONS_H

#include <stdbool.h>

#include "compiler/plan/plan.h"

/* Exit codes, as the manual page lists them. */
enum { EXIT_MISTAKE = 1, EXIT_USAGE = 2, EXIT_WORLD = 3 };

#define COMMANDS(X) \
    X(COMPILE, "compile", "write the C program (what netc does without a command)") \
    X(BUILD, "build", "write it and run the C compiler on it") \
    X(CHECK, "check", "only look for mistakes") \
    X(EXPLAIN, "explain", "print the model: shapes, parameters, cost, memory")

typedef enum {
#define X(id, word, help) COMMAND_##id,
    COMMANDS(X)
#undef X
} Command;

typedef struct {
    Command command;
    const char *card;           /* "-" is standard input */
    const char *output;         /* -o, or NULL; "-" is standard output */
    const char *dump;           /* the pass whose result is printed, or NULL */
    const char *depend;         /* where -MD writes, "" for beside the output, or NULL */
    const Target *target;
    bool direct;                /* convolutions summed as they are written */
    bool plan;                  /* explain the plan, too */
    bool tune;                  /* build with cuts that were timed here */
    bool json;
} Options;

/* Reads the command line. Returns false where the program ends here: then *code is its exit code and
 * all that is to be said has been said. */
bool options_read(Options *options, int argc, char **argv, int *code);

#endif
