/* options.c - netc's command line, from one table. */

#include "compiler/options.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/completion.h"
#include "base/guess.h"
#include "base/text.h"
#include "compiler/pass/pass.h"

static const struct {
    const char *word, *takes;
    int least, most;
    const char *help;
} commands[COMMAND_COUNT] = {
#define X(id, word, takes, least, most, help) { word, takes, least, most, help },
    COMMANDS(X)
#undef X
};

typedef enum { OPTION_OUTPUT, OPTION_TARGET, OPTION_DIRECT, OPTION_TUNE, OPTION_PLAN, OPTION_UNFOLD, OPTION_DOT, OPTION_SVG,
               OPTION_RANDOM, OPTION_HALVING, OPTION_JOBS, OPTION_NEW, OPTION_ONLY_CHECK, OPTION_STDIO, OPTION_DUMP,
               OPTION_SET, OPTION_DEPEND, OPTION_DEPEND_FILE, OPTION_DIAGNOSTICS, OPTION_HELP, OPTION_VERSION } OptionId;

/* The commands that take an option, as a set. */
#define OF(command) (1u << COMMAND_##command)
#define OF_PROGRAMS (OF(COMPILE) | OF(BUILD))
#define OF_CARDS (OF_PROGRAMS | OF(CHECK) | OF(EXPLAIN))
#define OF_TRAINERS (OF_CARDS | OF(SWEEP))
#define OF_ALL (~0u)

static const struct {
    OptionId id;
    const char *flag;           /* one that ends in = takes its value behind it, -o and -MF the next word */
    const char *value;
    unsigned commands;
    const char *help;
} flags[] = {
    { OPTION_OUTPUT, "-o", " FILE", OF_PROGRAMS | OF(EXPLAIN),
      "where the C text or a drawing goes, - is standard output; with build, the program" },
    { OPTION_TARGET, "--target=", "NAME", OF_TRAINERS, "the processor it is for, native unless told:" },
    { OPTION_DIRECT, "--direct", "", OF_TRAINERS, "sum convolutions as written, without Winograd's faster ways" },
    { OPTION_TUNE, "--tune", "", OF(BUILD), "with build: time tile sizes on this machine, once, and take the fastest" },
    { OPTION_PLAN, "--plan", "", OF(EXPLAIN), "with explain: also which function does what, and its estimated cost" },
    { OPTION_UNFOLD, "--unfold", "", OF(EXPLAIN), "with explain: each layer of a block and of a repeat" },
    { OPTION_DOT, "--dot", "", OF(EXPLAIN), "with explain: draw the graph, for Graphviz" },
    { OPTION_SVG, "--svg", "", OF(EXPLAIN), "with explain: draw the graph, as a picture" },
    { OPTION_RANDOM, "--random=", "N", OF(SWEEP), "with sweep: so many of the combinations, drawn by the card's seed" },
    { OPTION_HALVING, "--halving", "", OF(SWEEP), "with sweep: train all shortly, the better half for longer, and so on" },
    { OPTION_JOBS, "--jobs=", "N", OF(SWEEP), "with sweep: so many trainings at once, not one for each processor" },
    { OPTION_NEW, "--new", "", OF(SWEEP), "with sweep: begin anew, where the same one could go on" },
    { OPTION_ONLY_CHECK, "--check", "", OF(FORMAT), "with fmt: change nothing; name the files that it would change" },
    { OPTION_STDIO, "--stdio", "", OF(LSP), "with lsp: what it does anyway; editors say it" },
    { OPTION_SET, "--set=", "NAME=VALUE", OF_TRAINERS | OF(DIFF), "take that value of `sweep NAME value...`, not the first" },
    { OPTION_DUMP, "--dump=", "PASS", OF_CARDS, "print what a pass leaves:" },
    { OPTION_DEPEND, "-MD", "", OF_PROGRAMS, "also write a makefile rule that names every file read" },
    { OPTION_DEPEND_FILE, "-MF", " FILE", OF_PROGRAMS, "where -MD's rule goes, instead of beside the program" },
    { OPTION_DIAGNOSTICS, "--diagnostics=", "json", OF_TRAINERS | OF(DIFF) | OF(FORMAT), "mistakes as JSON, for editors; or text" },
    { OPTION_HELP, "--help", "", OF_ALL, "this text, as -h" },
    { OPTION_VERSION, "--version", "", OF_ALL, "the version" },
};
enum { FLAGS = sizeof flags / sizeof *flags };

/* What --dump can show: what stands before the passes, the passes, what follows them. */
static const char *dump_name(int i)
{
    static const char *const before[] = { "ast", "lower" };
    return i < 2 ? before[i] : i < 2 + PASSES ? passes[i - 2].name : i == 2 + PASSES ? "plan" : NULL;
}

static bool is_pass(const char *name)
{
    for (int i = 0; dump_name(i); i++)
        if (!strcmp(name, dump_name(i)))
            return true;
    return false;
}

/* The words that a flag's value may be, behind its help. */
static void print_values(FILE *out, OptionId id)
{
    if (id == OPTION_TARGET)
        for (const Target *target = targets; target->name; target++)
            fprintf(out, " %s", target->name);
    if (id == OPTION_DUMP)
        for (int i = 0; dump_name(i); i++)
            fprintf(out, " %s", dump_name(i));
}

/* A flag's help says of which command it is, where only one takes it: not among that command's own. */
static const char *help_within(int row, Command command)
{
    const char *help = flags[row].help, *word = commands[command].word;
    size_t length = strlen(word);
    bool named = !strncmp(help, "with ", 5) && !strncmp(help + 5, word, length) && help[5 + length] == ':';
    return named ? help + 5 + length + 2 : help;
}

static void print_flag(FILE *out, int row, const char *help)
{
    char left[40];
    snprintf(left, sizeof left, "%s%s", flags[row].flag, flags[row].value);
    fprintf(out, "  %-20s %s", left, help);
    print_values(out, flags[row].id);
    fprintf(out, "\n");
}

static void help_command(FILE *out, Command command)
{
    fprintf(out, "usage: netc %s [OPTION...] %s\n\n%s\n\noptions:\n", commands[command].word, commands[command].takes,
            commands[command].help);
    for (int i = 0; i < FLAGS; i++)
        if (flags[i].commands & 1u << command)
            print_flag(out, i, help_within(i, command));
}

void options_help(FILE *out)
{
    fprintf(out, "usage: netc [COMMAND] [OPTION...] CARD.net...\n\n"
                 "Compiles a card that describes a convolutional network to a C program that trains it.\n"
                 "A card named - is standard input.\n\ncommands:\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-20s %s\n", commands[i].word, commands[i].help);
    fprintf(out, "\noptions:\n");
    for (int i = 0; i < FLAGS; i++)
        print_flag(out, i, flags[i].help);
    fprintf(out, "\nnetc COMMAND --help tells a command's own. CC and CFLAGS are those of build. Exit codes: 0; 1 for mistakes in the card; 2 for wrong use;\n"
                 "3 for what the system refuses. More: man netc\n");
}

static bool refuse(int *code, const char *what, const char *text)
{
    fprintf(stderr, "netc: %s '%s'; see netc --help\n", what, text);
    *code = EXIT_USAGE;
    return false;
}


static bool takes_value(int row)
{
    return *flags[row].value != '\0';
}

/* The row whose flag a word is, and the value that the word holds behind it, "" for none; -1: no row. A
 * value may also be the next word. */
static int find_flag(const char *word, const char **value)
{
    *value = "";
    if (!strcmp(word, "-h"))
        word = "--help";
    for (int i = 0; i < FLAGS; i++) {
        size_t length = strcspn(flags[i].flag, "=");
        if (strncmp(word, flags[i].flag, length) || (word[length] && !takes_value(i)))
            continue;
        if (word[length] == '=' || (word[length] && flags[i].id == OPTION_OUTPUT))
            *value = word + length + (word[length] == '=');
        else if (word[length])
            continue;
        return i;
    }
    return -1;
}

static bool refuse_target(int *code, const char *name)
{
    fprintf(stderr, "netc: no target is called '%s'; there are native", name);
    for (const Target *target = targets; target->name; target++)
        fprintf(stderr, ", %s", target->name);
    fprintf(stderr, "\n");
    *code = EXIT_USAGE;
    return false;
}

static bool take_count(int *code, const char *text, const char *flag, int most, int *count)
{
    char *end;
    long number = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || number < 1 || number > most) {
        fprintf(stderr, "netc: %s takes a whole number from 1 to %d, not '%s'\n", flag, most, text);
        *code = EXIT_USAGE;
        return false;
    }
    *count = (int)number;
    return true;
}

static bool take(Options *options, OptionId id, const char *value, int *code)
{
    switch (id) {
    case OPTION_OUTPUT:
        options->output = value;
        return true;
    case OPTION_TARGET:
        options->target = target_named(value);
        return options->target || refuse_target(code, value);
    case OPTION_DIRECT:
        return options->direct = true;
    case OPTION_TUNE:
        return options->tune = true;
    case OPTION_PLAN:
        return options->plan = true;
    case OPTION_UNFOLD:
        return options->unfold = true;
    case OPTION_DOT:
        return options->dot = true;
    case OPTION_SVG:
        return options->svg = true;
    case OPTION_RANDOM:
        return take_count(code, value, "--random", 1000000, &options->random);
    case OPTION_JOBS:
        return take_count(code, value, "--jobs", 256, &options->jobs);
    case OPTION_HALVING:
        return options->halving = true;
    case OPTION_NEW:
        return options->fresh = true;
    case OPTION_ONLY_CHECK:
        return options->only_check = true;
    case OPTION_STDIO:
        return true;
    case OPTION_SET:
        if (options->sets == MOST_SETS)
            return refuse(code, "too many values are set, up to", value);
        options->set[options->sets++] = value;
        return strchr(value, '=') || refuse(code, "--set takes NAME=VALUE, not", value);
    case OPTION_DUMP:
        options->dump = value;
        return is_pass(value) || refuse(code, "no pass is called", value);
    case OPTION_DEPEND:
        options->depend = options->depend ? options->depend : "";
        return true;
    case OPTION_DEPEND_FILE:
        options->depend = value;
        return true;
    case OPTION_DIAGNOSTICS:
        options->json = !strcmp(value, "json");
        return options->json || !strcmp(value, "text") || refuse(code, "diagnostics are json or text, not", value);
    case OPTION_HELP:
        if (options->commanded)
            help_command(stdout, options->command);
        else
            options_help(stdout);
        break;
    case OPTION_VERSION:
        puts("netc " NETC_VERSION);
        break;
    }
    *code = fflush(stdout) || ferror(stdout) ? EXIT_WORLD : 0;
    return false;
}

static bool take_command(Options *options, const char *word)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (!strcmp(word, commands[i].word)) {
            options->command = (Command)i;
            return true;
        }
    return false;
}

static bool refuse_command(int *code, const char *word)
{
    Arena *arena = arena_open();
    Guess guess = guess_begin(word);
    for (int i = 0; i < COMMAND_COUNT; i++)
        guess_try(&guess, commands[i].word);
    fprintf(stderr, "netc: unknown command '%s'%s\n", word, guess_text(arena, &guess));
    arena_close(arena);
    *code = EXIT_USAGE;
    return false;
}

/* "build", "compile or build" */
static const char *takers(Arena *arena, unsigned set)
{
    const char *word[COMMAND_COUNT];
    int words = 0;
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (set & 1u << i)
            word[words++] = commands[i].word;
    return either_text(arena, word, words);
}

/* An option that the command would pass over in silence. */
static bool belong(const Options *options, unsigned given, int *code)
{
    Arena *arena = arena_open();
    bool good = true;
    for (int i = 0; i < FLAGS && good; i++)
        if (given & 1u << i && !(flags[i].commands & 1u << options->command))
            good = refuse(code, arena_printf(arena, "only %s takes", takers(arena, flags[i].commands)),
                          arena_printf(arena, "%.*s", (int)strcspn(flags[i].flag, "="), flags[i].flag));
    arena_close(arena);
    return good;
}

/* The only card that lies here; NULL: there is none, or there are several. */
static const char *only_card(Arena *arena)
{
    const char *card = NULL;
    int cards = 0;
    DIR *here = opendir(".");
    for (struct dirent *entry; here && (entry = readdir(here)); ) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && *entry->d_name != '.' && !strcmp(entry->d_name + length - 4, ".net") && !cards++)
            card = arena_copy(arena, entry->d_name, length);
    }
    if (here)
        closedir(here);
    return cards == 1 ? card : NULL;
}

static bool refuse_no_card(int *code, const char *word)
{
    Arena *arena = arena_open();
    const char *card = only_card(arena);
    refuse(code, card ? arena_printf(arena, "the card that is here, %s, is not named behind", card)
                      : "no card is named behind", word);
    arena_close(arena);
    return false;
}

static bool files_fit(const Options *options, int argc, char **argv, int *code)
{
    const int least = commands[options->command].least, most = commands[options->command].most;
    bool one = most == 1;
    if (options->files > most && one && !options->commanded && access(options->card, F_OK))
        return refuse_command(code, options->card);
    if (options->files > most)
        return refuse(code, one ? "one card at a time, not also" : "too many files with", options->file[most]);
    if (options->files >= least)
        return true;
    if (options->command == COMMAND_COMPLETION)
        return refuse(code, "a shell, " COMPLETION_SHELLS ", belongs behind", "completion");
    if (argc > 1)
        return one ? refuse_no_card(code, argv[argc - 1]) : refuse(code, "files are missing behind", argv[argc - 1]);
    options_help(stderr);
    *code = EXIT_USAGE;
    return false;
}

static bool agree(const Options *options, int *code)
{
    bool standard_output = options->output && !strcmp(options->output, "-");
    if (options->tune && options->dump)
        return refuse(code, "--dump builds nothing that could be tuned by", "--tune");
    if (options->further && options->command != COMMAND_SWEEP)
        return refuse(code, "only sweep runs trainers, which take what stands behind", "--");
    if (options->command == COMMAND_SWEEP && !strcmp(options->card, "-"))
        return refuse(code, "sweep needs a file, which is built more than once, not", "-");
    if (options->dot && options->svg)
        return refuse(code, "one drawing at a time, not also", "--svg");
    if (options->command == COMMAND_EXPLAIN && options->output && !options->dot && !options->svg)
        return refuse(code, "only --dot and --svg draw something for", "-o");
    if (standard_output && options->command == COMMAND_BUILD)
        return refuse(code, "build needs a file, not", "-o -");
    if (standard_output && options->depend)
        return refuse(code, "a rule for make needs a file, not", "-o -");
    return true;
}

bool options_read(Options *options, int argc, char **argv, int *code)
{
    unsigned given = 0;
    *options = (Options){ .target = target_named("native") };
    const char **file = (const char **)argv;    /* they move to the front */
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *value = "";
        if (!strcmp(word, "--")) {
            options->further = (const char *const *)&argv[i + 1];
            options->rest = argc - i - 1;
            break;
        }
        int row = word[0] == '-' && word[1] ? find_flag(word, &value) : -1;
        if (row >= 0) {
            if (takes_value(row) && !*value) {
                if (i + 1 == argc)
                    return refuse(code, "a value belongs behind", word);
                value = argv[++i];
            }
            given |= 1u << row;
            if (!take(options, flags[row].id, value, code))
                return false;
        } else if (word[0] == '-' && word[1])
            return refuse(code, "unknown option", word);
        else if (!options->commanded && !options->files && take_command(options, word))
            options->commanded = true;
        else
            file[options->files++] = word;
    }
    options->file = file;
    options->card = options->files ? file[0] : NULL;
    return files_fit(options, argc, argv, code) && belong(options, given, code) && agree(options, code);
}

/* ---- completion ---- */

/* With blanks between. */
static const char *values_of(Arena *arena, OptionId id)
{
    const char *values = id == OPTION_DIAGNOSTICS ? "json text" : id == OPTION_TARGET ? "native" : "";
    for (const Target *target = targets; id == OPTION_TARGET && target->name; target++)
        values = arena_printf(arena, "%s %s", values, target->name);
    for (int i = 0; id == OPTION_DUMP && dump_name(i); i++)
        values = arena_printf(arena, "%s%s%s", values, *values ? " " : "", dump_name(i));
    return values;
}

/* What a card sweeps, as --set takes it. */
static const char sweeps[] = "$1 == \"sweep\" { sub(/#.*/, \"\"); for (i = 3; i <= NF; i++) print $2 \"=\" $i }";

int options_completion(const char *shell)
{
    Arena *arena = arena_open();
    CompletedCommand command[COMMAND_COUNT];
    CompletedOption option[FLAGS];
    for (int i = 0; i < COMMAND_COUNT; i++)
        command[i] = (CompletedCommand){ commands[i].word, commands[i].help, i == COMMAND_COMPLETION ? COMPLETION_WORDS : NULL };
    for (int i = 0; i < FLAGS; i++)
        option[i] = (CompletedOption){ arena_printf(arena, "%.*s", (int)strcspn(flags[i].flag, "="), flags[i].flag),
                                       flags[i].help, takes_value(i), values_of(arena, flags[i].id), flags[i].commands,
                                       flags[i].id == OPTION_SET ? sweeps : NULL };
    const CompletedLine line = { "netc", command, COMMAND_COUNT, option, FLAGS };
    int code = 0;
    if (!completion_print(stdout, shell, &line))
        refuse(&code, "completion is for " COMPLETION_SHELLS ", not", shell);
    arena_close(arena);
    return code;
}
