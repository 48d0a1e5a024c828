#include "runtime/options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"

enum { MOST_THREADS = 1024, MOST_EPOCHS = 1000000 };

static const struct {
    const char *name, *operands;
    int least, most;
    const char *help;
} command_row[] = {
#define X(id, name, operands, least, most, help) { #name, operands, least, most, help },
    COMMANDS(X)
#undef X
};

#define X(id, name, value, commands, help) OPTION_##id,
typedef enum { OPTIONS(X) OPTION_COUNT } Option;
#undef X

static const struct {
    const char *name, *value;
    unsigned commands;
    const char *help;
} option_row[] = {
#define X(id, name, value, commands, help) { name, value, commands, help },
    OPTIONS(X)
#undef X
};

static const char *const part_name[] = {
#define X(id, word) word,
    PART_KINDS(X)
#undef X
};

/* ---- what to say ---- */

static _Noreturn __attribute__((format(printf, 1, 2))) void misuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", program_invocation_short_name);
    vfprintf(stderr, format, args);
    fprintf(stderr, "; see %s --help\n", program_invocation_short_name);
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

static void help_command(Command command)
{
    const char *operands = command_row[command].operands;
    printf("usage: %s %s [option...]%s%s\n\n%s\n\n", program_invocation_short_name,
           command_row[command].name, *operands ? " " : "", operands, command_row[command].help);
    print_options(1u << command, false);
    print_options(1u << command, true);
}

static void help_all(const Program *program)
{
    printf("usage: %s COMMAND [option...] [file...]\n\n"
           "The network of %s, compiled by netc.\n\n", program_invocation_short_name,
           program->card);
    for (Command c = 0; c < COMMAND_COUNT; c++)
        printf("  %-16s %s\n", command_row[c].name, command_row[c].help);
    printf("\nOptions of every command:\n");
    print_options(FOR_ALL, true);
    printf("\n%s COMMAND --help tells a command's own.\n", program_invocation_short_name);
}

static void print_version(const Program *program)
{
    printf("%s (%s, hash %s, target %s)\n", program_invocation_short_name, program->card,
           program->hash, program->target);
}

/* ---- did you mean ---- */

/* Letters to insert, delete or replace to make one word of the other (Levenshtein 1965). */
static int distance(const char *a, const char *b)
{
    enum { MOST = 32 };
    int columns = (int)strlen(b), row[MOST + 1];
    if (columns > MOST || strlen(a) > MOST)
        return INT_MAX;
    for (int j = 0; j <= columns; j++)
        row[j] = j;
    for (int i = 0; a[i]; i++) {
        int diagonal = row[0];
        row[0] = i + 1;
        for (int j = 0; j < columns; j++) {
            int best = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (diagonal + 1 < best)
                best = diagonal + 1;
            row[j + 1] = best;
        }
    }
    return row[columns];
}

typedef struct {
    const char *word;
    int distance;
} Nearest;

static void consider(Nearest *nearest, const char *typed, const char *word)
{
    int far = distance(typed, word);
    if (far <= 2 && far < (int)strlen(word) && far < nearest->distance)
        *nearest = (Nearest){ word, far };
}

static _Noreturn void unknown_option(const char *typed)
{
    Nearest nearest = { NULL, INT_MAX };
    for (Option o = 0; o < OPTION_COUNT; o++)
        consider(&nearest, typed, option_row[o].name);
    if (nearest.word)
        misuse("unknown option '--%s'; did you mean '--%s'?", typed, nearest.word);
    misuse("unknown option '--%s'", typed);
}

static _Noreturn void unknown_command(const char *typed)
{
    Nearest nearest = { NULL, INT_MAX };
    for (Command c = 0; c < COMMAND_COUNT; c++)
        consider(&nearest, typed, command_row[c].name);
    if (nearest.word)
        misuse("unknown command '%s'; did you mean '%s'?", typed, nearest.word);
    misuse("unknown command '%s'", typed);
}

/* ---- values ---- */

static uint64_t whole_number(const char *option, const char *text, uint64_t least, uint64_t most)
{
    char *end;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)*text) || *end || errno || number < least || number > most) {
        if (most == UINT64_MAX)
            misuse("--%s takes a whole number, not '%s'", option, text);
        misuse("--%s takes a whole number from %llu to %llu, not '%s'", option,
               (unsigned long long)least, (unsigned long long)most, text);
    }
    return number;
}

/* "1G", "500M", "64k", "0" */
static size_t size_value(const char *option, const char *text)
{
    static const char unit[] = "kMGT";
    char *end;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10), bytes = 1;
    const char *found = *end ? strchr(unit, *end == 'K' ? 'k' : *end) : NULL;
    if (found) {
        bytes <<= 10 * (found - unit + 1);
        end++;
    }
    if (*end == 'B')
        end++;
    if (!isdigit((unsigned char)*text) || *end || errno ||
        __builtin_mul_overflow(bytes, number, &bytes))
        misuse("--%s takes a size such as 500M or 2G, not '%s'", option, text);
    return bytes;
}

static PartKind part_value(const char *option, const char *text)
{
    for (PartKind part = 0; part < PART_COUNT; part++)
        if (!strcmp(text, part_name[part]))
            return part;
    misuse("--%s takes train, validation or test, not '%s'", option, text);
}

static void set_option(Options *options, const Program *program, Option option, const char *value)
{
    const char *name = option_row[option].name;
    const uint64_t batch = (uint64_t)program->batch;
    options->seeded = options->seeded || option == OPTION_SEED;
    options->parted = options->parted || option == OPTION_PART;
    switch (option) {
    case OPTION_THREADS: options->threads = (int)whole_number(name, value, 1, MOST_THREADS); break;
    case OPTION_DATA:    options->data = value; break;
    case OPTION_WEIGHTS: options->weights = value; break;
    case OPTION_QUIET:   options->quiet = true; break;
    case OPTION_NEW:     options->fresh = true; break;
    case OPTION_EPOCHS:  options->epochs = (int)whole_number(name, value, 1, MOST_EPOCHS); break;
    case OPTION_BATCH:   options->batch = (int)whole_number(name, value, 1, batch); break;
    case OPTION_SEED:    options->seed = whole_number(name, value, 0, UINT64_MAX); break;
    case OPTION_CACHE:   options->cache = size_value(name, value); break;
    case OPTION_PART:    options->part = part_value(name, value); break;
    case OPTION_JSON:    options->json = true; break;
    case OPTION_OUTPUT:  options->output = value; break;
    case OPTION_HELP: case OPTION_VERSION: case OPTION_COUNT: break;
    }
}

/* ---- the line ---- */

/* Which options were seen, since what a command does not take is known only at the line's end. */
typedef struct {
    bool seen[OPTION_COUNT];
    char **operand;
    int operands;
} Line;

static Option option_named(const char *name, size_t length)
{
    Option o = 0;
    while (o < OPTION_COUNT &&
           (strlen(option_row[o].name) != length || strncmp(option_row[o].name, name, length)))
        o++;
    return o;
}

/* Reads one option at argv[at]; returns the index of the last word that it took. */
static int read_option(Options *options, Line *line, const Program *program, char **argv, int at)
{
    char *name = argv[at] + 2, *equals = strchr(name, '=');
    Option option = option_named(name, equals ? (size_t)(equals - name) : strlen(name));
    if (equals)
        *equals = '\0';
    if (option == OPTION_COUNT)
        unknown_option(name);
    if (equals && !option_row[option].value)
        misuse("--%s takes no value", name);
    const char *value = equals ? equals + 1 : NULL;
    if (!value && option_row[option].value) {
        value = argv[++at];
        if (!value)
            misuse("--%s needs a value, %s", name, option_row[option].value);
    }
    line->seen[option] = true;
    set_option(options, program, option, value);
    return at;
}

static Line read_line(Options *options, const Program *program, int argc, char **argv)
{
    Line line = { .operand = argv };    /* what is no option moves to the front */
    bool only_operands = false;
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        if (only_operands || word[0] != '-' || !word[1])
            line.operand[line.operands++] = argv[at];
        else if (!strcmp(word, "--"))
            only_operands = true;
        else if (!strcmp(word, "-h"))
            line.seen[OPTION_HELP] = true;
        else if (word[1] != '-')
            misuse("unknown option '%s'", word);
        else
            at = read_option(options, &line, program, argv, at);
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

static void check_line(const Options *options, const Line *line)
{
    Command command = options->command;
    for (Option o = 0; o < OPTION_COUNT; o++)
        if (line->seen[o] && !(option_row[o].commands & 1u << command))
            misuse("%s takes no --%s", command_row[command].name, option_row[o].name);
    if (options->operands < command_row[command].least)
        misuse("%s takes %s", command_row[command].name, command_row[command].operands);
    if (options->operands > command_row[command].most)
        misuse("%s does not know what to do with '%s'", command_row[command].name,
               options->operand[command_row[command].most]);
}

static int processors(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) ? 1 : CPU_COUNT(&allowed);
}

Options options_parse(const Program *program, int argc, char **argv)
{
    Options options = { .threads = processors(), .cache = (size_t)1 << 30 };
    Line line = read_line(&options, program, argc, argv);
    if (line.seen[OPTION_VERSION]) {
        print_version(program);
        exit(0);
    }
    if (!line.operands) {
        if (argc > 1 && !line.seen[OPTION_HELP])
            misuse("no command");
        help_all(program);
        exit(0);
    }
    options.command = command_named(line.operand[0]);
    options.operand = line.operand + 1;
    options.operands = line.operands - 1;
    if (line.seen[OPTION_HELP]) {
        help_command(options.command);
        exit(0);
    }
    check_line(&options, &line);
    return options;
}
