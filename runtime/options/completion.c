/* completion.c - a trainer's `completion`: a script by which a shell completes its command line. */

#include <errno.h>

#include "base/completion.h"
#include "runtime/options/options_rows.h"

/* The words that an option's value may be. */
static const char *values_of(Option option)
{
    return option == OPTION_PART ? "train validation test" : "";
}

int completion_command(const Program *program, const Options *options)
{
    (void)program;
    CompletedCommand command[COMMAND_COUNT];
    CompletedOption option[OPTION_COUNT];
    char flag[OPTION_COUNT][32];
    for (Command c = 0; c < COMMAND_COUNT; c++)
        command[c] = (CompletedCommand){ command_row[c].name, command_row[c].help,
                                         c == COMMAND_COMPLETION ? COMPLETION_WORDS : NULL };
    for (Option o = 0; o < OPTION_COUNT; o++) {
        snprintf(flag[o], sizeof flag[o], "--%s", option_row[o].name);
        option[o] = (CompletedOption){ flag[o], option_row[o].help, option_row[o].value, values_of(o),
                                       option_row[o].commands, NULL };
    }
    const CompletedLine line = { program_invocation_short_name, command, COMMAND_COUNT, option, OPTION_COUNT };
    if (!completion_print(stdout, options->operand[0], &line))
        misuse("completion is for " COMPLETION_SHELLS ", not '%s'", options->operand[0]);
    return 0;
}
