#include "base/completion.h"

#include <ctype.h>
#include <string.h>

/* A name of a function: what is no letter becomes _. */
static void print_name(FILE *out, const char *program)
{
    for (; *program; program++)
        putc(isalnum((unsigned char)*program) ? *program : '_', out);
}

/* Between single quotes, as bash and zsh take it; fish takes a backslash before a quote instead. */
static void print_quoted(FILE *out, const char *text, const char *quote)
{
    putc('\'', out);
    for (; *text; text++)
        if (*text == '\'')
            fputs(quote, out);
        else
            putc(*text, out);
    putc('\'', out);
}

static const char plain_quote[] = "'\\''";

static bool takes(const CompletedLine *line, int option, int command)
{
    return line->option[option].commands & 1u << command;
}

/* The options of a command, or of all commands (-1), each behind a blank. */
static void print_flags(FILE *out, const CompletedLine *line, int command)
{
    for (int o = 0; o < line->options; o++)
        if (command >= 0 ? takes(line, o, command) : line->option[o].commands == ~0u)
            fprintf(out, " %s", line->option[o].flag);
}

static void print_words(FILE *out, const CompletedLine *line, const char *between)
{
    for (int c = 0; c < line->commands; c++)
        fprintf(out, "%s%s", c ? between : "", line->command[c].word);
}

/* ---- bash ---- */

static void print_bash(FILE *out, const CompletedLine *line)
{
    fprintf(out, "# completion of %s for bash\n_", line->program);
    print_name(out, line->program);
    fprintf(out, "() {\n"
                 "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= options i\n"
                 "    [ \"$word\" = = ] && word=\n"
                 "    [ \"$before\" = = ] && before=${COMP_WORDS[COMP_CWORD-2]}\n"
                 "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "        case ${COMP_WORDS[i]} in\n"
                 "        ");
    print_words(out, line, " | ");
    fprintf(out, ") command=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n    case $before in\n");
    for (int o = 0; o < line->options; o++)
        if (line->option[o].takes_value) {
            fprintf(out, "    %s) COMPREPLY=(", line->option[o].flag);
            if (*line->option[o].values)
                fprintf(out, "$(compgen -W '%s' -- \"$word\")", line->option[o].values);
            fprintf(out, "); return ;;\n");
        }
    fprintf(out, "    esac\n    case $command in\n");
    for (int c = 0; c < line->commands; c++) {
        fprintf(out, "    %s) options='", line->command[c].word);
        print_flags(out, line, c);
        fprintf(out, "' ;;\n");
    }
    fprintf(out, "    *) options='");
    print_flags(out, line, -1);
    fprintf(out, "' ;;\n    esac\n"
                 "    case $word in\n"
                 "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
                 "    *) COMPREPLY=(); [ -n \"$command\" ] || COMPREPLY=($(compgen -W '");
    print_words(out, line, " ");
    fprintf(out, "' -- \"$word\")) ;;\n    esac\n}\ncomplete -o default -F _");
    print_name(out, line->program);
    fprintf(out, " ");
    print_quoted(out, line->program, plain_quote);
    fprintf(out, "\n");
}

/* ---- zsh ---- */

/* A colon stands between a word and what it does. */
static void print_zsh_entry(FILE *out, const char *word, const char *help)
{
    putc(' ', out);
    putc('\'', out);
    for (; *word; word++)
        fprintf(out, *word == ':' ? "\\%c" : "%c", *word);
    putc(':', out);
    for (; *help; help++)
        fputs(*help == '\'' ? plain_quote : (char[]){ *help, '\0' }, out);
    putc('\'', out);
}

static void print_zsh(FILE *out, const CompletedLine *line)
{
    fprintf(out, "#compdef %s\n_", line->program);
    print_name(out, line->program);
    fprintf(out, "() {\n    local -a commands options\n    local command= word\n    commands=(");
    for (int c = 0; c < line->commands; c++)
        print_zsh_entry(out, line->command[c].word, line->command[c].help);
    fprintf(out, ")\n    for word in ${words[2,CURRENT-1]}; do\n        case $word in\n        ");
    print_words(out, line, " | ");
    fprintf(out, ") command=$word; break ;;\n        esac\n    done\n    case $command in\n");
    for (int c = -1; c < line->commands; c++) {
        fprintf(out, "    %s) options=(", c < 0 ? "''" : line->command[c].word);
        for (int o = 0; o < line->options; o++)
            if (c < 0 ? line->option[o].commands == ~0u : takes(line, o, c))
                print_zsh_entry(out, line->option[o].flag, line->option[o].help);
        fprintf(out, ") ;;\n");
    }
    fprintf(out, "    esac\n    word=${words[CURRENT-1]}\n"
                 "    [[ $PREFIX == --*=* ]] && { word=${PREFIX%%%%=*}; compset -P '*='; }\n    case $word in\n");
    for (int o = 0; o < line->options; o++)
        if (line->option[o].takes_value) {
            const char *values = line->option[o].values;
            fprintf(out, "    %s) %s%s; return ;;\n", line->option[o].flag, *values ? "compadd -- " : "_files", values);
        }
    fprintf(out, "    esac\n    if [[ $PREFIX == -* ]]; then\n        _describe option options\n"
                 "    else\n        [[ -z $command ]] && _describe command commands\n        _files\n    fi\n}\n"
                 "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n    _");
    print_name(out, line->program);
    fprintf(out, " \"$@\"\nelse\n    compdef _");
    print_name(out, line->program);
    fprintf(out, " ");
    print_quoted(out, line->program, plain_quote);
    fprintf(out, "\nfi\n");
}

/* ---- fish ---- */

static void print_fish_flag(FILE *out, const char *flag)
{
    bool is_long = flag[1] == '-';
    fprintf(out, " -%c %s", is_long ? 'l' : flag[2] ? 'o' : 's', flag + (is_long ? 2 : 1));
}

static const char fish_quote[] = "\\'";

static void begin_fish(FILE *out, const CompletedLine *line)
{
    fprintf(out, "complete -c ");
    print_quoted(out, line->program, fish_quote);
}

static void print_fish(FILE *out, const CompletedLine *line)
{
    fprintf(out, "# completion of %s for fish\n", line->program);
    for (int c = 0; c < line->commands; c++) {
        begin_fish(out, line);
        fprintf(out, " -n __fish_use_subcommand -a %s -d ", line->command[c].word);
        print_quoted(out, line->command[c].help, fish_quote);
        fprintf(out, "\n");
    }
    for (int o = 0; o < line->options; o++) {
        const CompletedOption *option = &line->option[o];
        begin_fish(out, line);
        if (option->commands != ~0u) {
            fprintf(out, " -n '__fish_seen_subcommand_from");
            for (int c = 0; c < line->commands; c++)
                if (takes(line, o, c))
                    fprintf(out, " %s", line->command[c].word);
            fprintf(out, "'");
        }
        print_fish_flag(out, option->flag);
        if (option->takes_value)
            fprintf(out, *option->values ? " -x -a '%s'" : " -r%s", option->values);
        fprintf(out, " -d ");
        print_quoted(out, option->help, fish_quote);
        fprintf(out, "\n");
    }
}

bool completion_print(FILE *out, const char *shell, const CompletedLine *line)
{
    static const struct { const char *shell; void (*print)(FILE *, const CompletedLine *); } shells[] = {
        { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish },
    };
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (!strcmp(shells[i].shell, shell)) {
            shells[i].print(out, line);
            return true;
        }
    return false;
}
