#include "runtime/options/options.h"

#include <string.h>

#include "base/processors.h"
#include "base/resident.h"
#include "runtime/answers/decision.h"
#include "runtime/options/options_rows.h"
#include "runtime/system/fault.h"

typedef struct {
    char **operand;
    int operands;
} CommandLine;

static Option option_named(const char *name, size_t length)
{
    Option o = 0;
    while (o < OPTION_COUNT &&
           (strlen(option_row[o].name) != length || strncmp(option_row[o].name, name, length)))
        o++;
    return o;
}

/* Reads one option at argv[at]; returns the index of the last word that it took. */
static int read_option(Options *options, const Program *program, char **argv, int at)
{
    char *word = argv[at], *name = word + 2, *equals = strchr(name, '=');
    Option option = option_named(name, equals ? (size_t)(equals - name) : strlen(name));
    if (equals)
        *equals = '\0';
    if (option == OPTION_COUNT)
        unknown_option(word);
    if (equals && !option_row[option].value)
        misuse("--%s takes no value", name);
    const char *value = equals ? equals + 1 : NULL;
    if (!value && option_row[option].value) {
        value = argv[++at];
        if (!value)
            misuse("--%s needs a value, %s", name, option_row[option].value);
    }
    options->given[option] = value ? value : "";
    set_option(options, program, option, value);
    return at;
}

static CommandLine read_line(Options *options, const Program *program, int argc, char **argv)
{
    CommandLine line = { .operand = argv };    /* what is no option moves to the front */
    bool only_operands = false;
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        if (only_operands || word[0] != '-' || !word[1])
            line.operand[line.operands++] = argv[at];
        else if (!strcmp(word, "--"))
            only_operands = true;
        else if (!strcmp(word, "-h"))
            options->given[OPTION_HELP] = "";
        else if (word[1] != '-')
            unknown_option(word);
        else
            at = read_option(options, program, argv, at);
    }
    return line;
}

static Command command_named(const char *name)
{
    for (Command c = 0; c < COMMAND_COUNT; c++)
        if (!strcmp(name, command_row[c].name))
            return c;
    unknown_command(name);
}

bool command_takes_run(const char *name, size_t length)
{
    for (Command c = 0; c < COMMAND_COUNT; c++)
        if (strlen(command_row[c].name) == length && !strncmp(name, command_row[c].name, length))
            return option_row[OPTION_RUN].commands & 1u << c;
    return false;
}

/* What a command does not take is known only at the line's end. */
static void check_line(const Options *options)
{
    Command command = options->command;
    for (Option o = 0; o < OPTION_COUNT; o++)
        if (options->given[o] && !(option_row[o].commands & 1u << command))
            misuse("%s takes no --%s", command_row[command].name, option_row[o].name);
    if (options->operands < command_row[command].least)
        misuse("%s takes %s", command_row[command].name, command_row[command].operands);
    if (options->operands > command_row[command].most)
        misuse("%s does not know what to do with '%s'", command_row[command].name,
               options->operand[command_row[command].most]);
}

/* What is asked of answers fits those that this network gives. */
static void check_answers(const Options *options, const Program *program)
{
    if (options->threshold > 0 && !decision_has_thresholds(program))
        misuse("--threshold is for one sigmoid that tells two classes apart, or labels: this network answers neither");
    bool told = options->command == COMMAND_PREDICT || options->command == COMMAND_SERVE;
    if (told && options->top && !(program->classes && shape_is_vector(program->output)))
        misuse("--top is for classes or labels of a picture: this network answers neither");
    if (options->json && options->csv)
        misuse("--json and --csv are two ways to print; give one of them");
    if (options->null && !options->list)
        misuse("--null tells how the names of --list end: give --list too");
    for (int i = 0; i < options->operands && options->list && !strcmp(options->list, "-"); i++)
        if (!strcmp(options->operand[i], "-"))
            misuse("standard input is a list of names or a picture, not both");
    if (options->command == COMMAND_PREDICT && !options->operands && !options->list)
        misuse("predict takes %s", command_row[COMMAND_PREDICT].operands);
}

Options options_parse(const Program *program, int argc, char **argv)
{
    Options options = { .threads = processors(), .cache = CACHE_BYTES };
    CommandLine line = read_line(&options, program, argc, argv);
    if (options.given[OPTION_VERSION]) {
        print_version(program);
        leave();
    }
    if (!line.operands) {
        if (argc > 1 && !options.given[OPTION_HELP])
            misuse("no command");
        help_all(program);
        leave();
    }
    options.command = command_named(line.operand[0]);
    options.operand = line.operand + 1;
    options.operands = line.operands - 1;
    if (options.given[OPTION_HELP]) {
        help_command(options.command);
        leave();
    }
    check_line(&options);
    check_answers(&options, program);
    if (options.from && options.weights)
        misuse("--from takes what fits, --weights all; give one of them");
    if (options.run && options.weights && options.command != COMMAND_TRAIN)
        misuse("--run takes that run's weights, --weights a file's; give one of them");
    enum { RATES_LEAST = 10 };
    if (options.command == COMMAND_RATE && options.given[OPTION_STEPS] && options.steps < RATES_LEAST)
        misuse("--steps of rate takes %d or more, not '%d': fewer tell nothing of so many rates", RATES_LEAST,
               options.steps);
    return options;
}
