/* trainer.c - a trainer's main: the command line, then the command that it names. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/options.h"
#include "runtime/program.h"

static int (*const command[])(const Program *, const Options *) = {
#define X(id, name, operands, least, most, help) name##_command,
    COMMANDS(X)
#undef X
};

static void name_program(char *path)
{
    char *slash = strrchr(path, '/');
    program_invocation_short_name = slash ? slash + 1 : path;
}

int trainer_main(const Program *program, int argc, char **argv)
{
    if (argc > 0)
        name_program(argv[0]);
    if (program->version != PROGRAM_VERSION)
        fault("%s was compiled by another version of netc than its runtime's; compile it again",
              program->card);
    Options options = options_parse(program, argc, argv);
    int code = command[options.command](program, &options);
    check_output();
    return code;
}
