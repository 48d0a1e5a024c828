/* options_rows.h - the command line's lists as tables, and what its files share. */

#ifndef OPTIONS_OPTIONS_ROWS_H
#define OPTIONS_OPTIONS_ROWS_H

#include "runtime/options/options.h"

typedef struct {
    const char *name, *operands;
    int least, most;
    const char *help;
} CommandRow;

typedef struct {
    const char *name, *value;
    unsigned commands;
    const char *help;
} OptionRow;

extern const CommandRow command_row[COMMAND_COUNT];
extern const OptionRow option_row[OPTION_COUNT];

/* The line is wrong: says so, and ends the program with EXIT_USAGE. */
_Noreturn void misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void unknown_option(const char *word);       /* with its dashes, without its value */
_Noreturn void unknown_command(const char *typed);

/* What --help and --version print. */
void help_all(const Program *program);
void help_command(Command command);
void print_version(const Program *program);

/* Takes an option's value, NULL where it has none; one that makes no sense is a misuse. */
void set_option(Options *options, const Program *program, Option option, const char *value);

#endif
