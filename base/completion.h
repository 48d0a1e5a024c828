/* completion.h - a script by which a shell completes a program's command line: netc's and its trainers' come from the
 * tables that parse their options. */

#ifndef BASE_COMPLETION_H
#define BASE_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

#define COMPLETION_SHELLS "bash, zsh or fish"
#define COMPLETION_WORDS "bash zsh fish"

typedef struct {
    const char *word, *help;
    const char *operands;       /* the words that stand behind it, with blanks between; NULL: files */
} CompletedCommand;

typedef struct {
    const char *flag;           /* with its dashes, without = */
    const char *help;
    bool takes_value;
    const char *values;         /* the words that it may be, with blanks between; "": a file, or what nobody can list */
    unsigned commands;          /* those that take it, as bits in their order */
    const char *listed;         /* a program of awk that prints the values from the cards on the line; NULL: none */
} CompletedOption;

typedef struct {
    const char *program;
    const CompletedCommand *command;
    int commands;
    const CompletedOption *option;
    int options;
} CompletedLine;

/* Writes the script of that shell. False where there is none for it. */
bool completion_print(FILE *out, const char *shell, const CompletedLine *line);

#endif
