/* options_help.c - what a trainer says of its command line. */

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/options/options_rows.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"

const CommandRow command_row[] = {
#define X(id, name, operands, least, most, help) { #name, operands, least, most, help },
    COMMANDS(X)
#undef X
};

const OptionRow option_row[] = {
#define X(id, name, value, commands, help) { name, value, commands, help },
    OPTIONS(X)
#undef X
};

_Noreturn void misuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", program_invocation_short_name);
    vfprintf(stderr, format, args);
    fprintf(stderr, "; see %s --help\n", called());
    va_end(args);
    exit(EXIT_USAGE);
}

static void print_option(Option option)
{
    char left[40];
    const char *value = option_row[option].value;
    snprintf(left, sizeof left, "--%s%s%s", option_row[option].name, value ? " " : "",
             value ? value : "");
    printf("  %-16s %s\n", left, option_row[option].help);
}

static void print_options(unsigned commands, bool common)
{
    for (Option o = 0; o < OPTION_COUNT; o++)
        if (common == (option_row[o].commands == FOR_ALL) && option_row[o].commands & commands)
            print_option(o);
}

void help_command(Command command)
{
    const char *operands = command_row[command].operands;
    printf("usage: %s %s [option...]%s%s\n\n%s\n\n", called(), command_row[command].name,
           *operands ? " " : "", operands, command_row[command].help);
    print_options(1u << command, false);
    print_options(1u << command, true);
}

void help_all(const Program *program)
{
    printf("usage: %s COMMAND [option...] [file...]\n\n"
           "The network of %s, compiled by netc.\n\n", called(), program->card);
    for (Command c = 0; c < COMMAND_COUNT; c++)
        printf("  %-16s %s\n", command_row[c].name, command_row[c].help);
    printf("\nOptions of every command:\n");
    print_options(FOR_ALL, true);
    printf("\n%s COMMAND --help tells a command's own.\n", called());
}

void print_version(const Program *program)
{
    printf("%s (%s, hash %s, target %s)\n", program_invocation_short_name, program->card,
           program->hash, program->target);
}
