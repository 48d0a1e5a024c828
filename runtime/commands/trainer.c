/* trainer.c - a trainer's main: the command line, then the command that it names. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "runtime/network/program.h"
#include "runtime/options/options.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"

static int (*const command[])(const Program *, const Options *) = {
#define X(id, name, operands, least, most, help) name##_command,
    COMMANDS(X)
#undef X
};

static void name_program(char *path)
{
    char *slash = strrchr(path, '/');
    program_invocation_short_name = slash ? slash + 1 : path;
    called_as(path);
}

int trainer_main(const Program *program, int argc, char **argv)
{
    name_program(argc > 0 ? argv[0] : program_invocation_short_name);
    if (program->version != PROGRAM_VERSION)
        fault("%s was compiled by another version of netc than its runtime's; compile it again",
              program->card);
    Options options = options_parse(program, argc, argv);
    called_with_data(options.data);
    called_with_run(options.run, command_takes_run);
    int code = command[options.command](program, &options);
    check_output();
    return code;
}
