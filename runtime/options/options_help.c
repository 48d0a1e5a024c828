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

static const struct {
    Option option;
    Command command;
    const char *help;
} option_text[] = {
#define X(option, command, help) { OPTION_##option, COMMAND_##command, help },
    OPTION_TEXTS(X)
#undef X
};

/* What an option does, of a command what it does there; COMMAND_COUNT: of none. */
static const char *help_of(Option option, Command command)
{
    for (size_t i = 0; i < sizeof option_text / sizeof *option_text; i++)
        if (option_text[i].option == option && option_text[i].command == command)
            return option_text[i].help;
    return option_row[option].help;
}

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

static void print_option(Option option, Command command)
{
    char left[40];
    const char *value = option_row[option].value;
    snprintf(left, sizeof left, "--%s%s%s", option_row[option].name, value ? " " : "",
             value ? value : "");
    printf("  %-16s %s\n", left, help_of(option, command));
}

/* Of a command those that it alone or some take, or those that all take; of COMMAND_COUNT the latter. */
static void print_options(Command command, bool common)
{
    for (Option o = 0; o < OPTION_COUNT; o++)
        if (common == (option_row[o].commands == FOR_ALL) && (common || option_row[o].commands & 1u << command))
            print_option(o, command);
}

void help_command(Command command)
{
    const char *operands = command_row[command].operands;
    printf("usage: %s %s [option...]%s%s\n\n%s\n\n", called(), command_row[command].name,
           *operands ? " " : "", operands, command_row[command].help);
    print_options(command, false);
    print_options(command, true);
}

void help_all(const Program *program)
{
    printf("usage: %s COMMAND [option...] [file...]\n\n"
           "The network of %s, compiled by netc.\n\n", called(), program->card);
    for (Command c = 0; c < COMMAND_COUNT; c++)
        printf("  %-16s %s\n", command_row[c].name, command_row[c].help);
    printf("\nOptions of every command:\n");
    print_options(COMMAND_COUNT, true);
    printf("\n%s COMMAND --help tells a command's own.\n", called());
}

void print_version(const Program *program)
{
    printf("%s (%s, hash %s, target %s)\n", program_invocation_short_name, program->card,
           program->hash, program->target);
}
