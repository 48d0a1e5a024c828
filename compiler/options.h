/* options.h - netc's command line. */

#ifndef COMPILER_OPTIONS_H
#define COMPILER_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "compiler/exit.h"
#include "compiler/plan/plan.h"

enum { ANY_NUMBER = 1 << 30, MOST_SETS = 64 };

/* A command's word, what it takes, of that at least and at most how much, and what it does. */
#define COMMANDS(X) \
    X(COMPILE, "compile", "CARD.net", 1, 1, "write the C program (what netc does without a command)") \
    X(BUILD, "build", "CARD.net", 1, 1, "write it and run the C compiler on it") \
    X(CHECK, "check", "CARD.net", 1, 1, "only look for mistakes") \
    X(EXPLAIN, "explain", "CARD.net", 1, 1, "print the model: shapes, parameters, cost, memory") \
    X(SWEEP, "sweep", "CARD.net", 1, 1, "train with each combination of the values that the card sweeps, and compare") \
    X(DIFF, "diff", "OLD.net NEW.net", 2, 2, "tell what an edit changes, and which weights can be kept") \
    X(FORMAT, "fmt", "FILE...", 1, ANY_NUMBER, "lay cards out in the usual way; - from standard input to output") \
    X(LSP, "lsp", "", 0, 0, "serve an editor: mistakes, completion, names, over standard input and output") \
    X(COMPLETION, "completion", "SHELL", 1, 1, "print a script by which bash, zsh or fish completes netc's command line") \
    X(HELP, "help", "", 0, ANY_NUMBER, "print this text")

typedef enum {
#define X(id, ...) COMMAND_##id,
    COMMANDS(X)
#undef X
    COMMAND_COUNT
} Command;

typedef struct {
    Command command;
    bool commanded;             /* it was named, not only meant */
    const char *const *file;    /* what the command works on, in order; "-" is standard input */
    int files;
    const char *card;           /* the first of them */
    const char *output;         /* -o, or NULL; "-" is standard output */
    const char *dump;           /* the pass whose result is printed, or NULL */
    const char *depend;         /* where -MD writes, "" for beside the output, or NULL */
    const Target *target;
    const char *set[MOST_SETS]; /* "NAME=value" for what the card sweeps */
    int sets;
    bool direct;                /* convolutions summed as they are written */
    bool plan;                  /* explain the plan, too */
    bool unfold;                /* explain each layer of a block, too */
    bool dot, svg;              /* draw the graph */
    bool tune;                  /* build with cuts that were timed here */
    int random;                 /* sweep: how many combinations, 0 for all */
    int jobs;                   /* sweep: how many at once, 0 for as many as there are processors */
    bool halving, fresh;        /* sweep: drop the worse half again and again; begin a new one */
    const char *const *further; /* sweep: what stands behind --, for each trainer */
    int rest;
    bool json;
    bool only_check;            /* fmt: name what is not laid out so, and change nothing */
} Options;

/* Reads the command line. Returns false where the program ends here: then *code is its exit code and
 * all that is to be said has been said. The files' names are put together at the line's end. */
bool options_read(Options *options, int argc, char **argv, int *code);

/* The command line, its commands and options. */
void options_help(FILE *out);

/* Prints the script that completes netc's command line in a shell; returns the exit code. */
int options_completion(const char *shell);

#endif
