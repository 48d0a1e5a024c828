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

/* ---- what is read from cards ---- */

static void print_listing(FILE *out, const char *awk, const char *quote, const char *files)
{
    fprintf(out, "awk ");
    print_quoted(out, awk, quote);
    fprintf(out, " %s 2>/dev/null </dev/null", files);
}

/* ---- bash ---- */

static bool has_listed(const CompletedLine *line)
{
    bool listed = false;
    for (int o = 0; o < line->options; o++)
        listed |= line->option[o].listed != NULL;
    return listed;
}

/* bash cuts a line at each '=', too: of --set=NAME=VALUE the name belongs to what is sought, and the answer is the value
 * alone. */
static void print_bash_cards(FILE *out)
{
    fprintf(out, "    local at=$COMP_CWORD name= cards=() file\n"
                 "    for file in \"${COMP_WORDS[@]}\"; do [[ $file == *.net && -f $file ]] && cards+=(\"$file\"); done\n"
                 "    [ \"${COMP_WORDS[at]}\" = = ] || at=$((at - 1))\n"
                 "    if [ \"${COMP_WORDS[at]}\" = = ] && ((at > 3)) && [[ ${COMP_WORDS[at-1]} != -* ]]; then\n"
                 "        name=${COMP_WORDS[at-1]}= before=${COMP_WORDS[at-2]}\n"
                 "        [ \"$before\" = = ] && before=${COMP_WORDS[at-3]}\n"
                 "    fi\n");
}

static void print_bash_values(FILE *out, const CompletedOption *option)
{
    fprintf(out, "    %s) COMPREPLY=(", option->flag);
    if (option->listed) {
        fprintf(out, "$(compgen -W \"$(");
        print_listing(out, option->listed, plain_quote, "\"${cards[@]}\"");
        fprintf(out, ")\" -- \"$name$word\")); COMPREPLY=(\"${COMPREPLY[@]#\"$name\"}\"); return ;;\n");
        return;
    }
    if (*option->values)
        fprintf(out, "$(compgen -W '%s' -- \"$word\")", option->values);
    fprintf(out, "); return ;;\n");
}

static void print_bash(FILE *out, const CompletedLine *line)
{
    fprintf(out, "# completion of %s for bash\n_", line->program);
    print_name(out, line->program);
    fprintf(out, "() {\n"
                 "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= options operands i\n"
                 "    [ \"$word\" = = ] && word=\n"
                 "    [ \"$before\" = = ] && before=${COMP_WORDS[COMP_CWORD-2]}\n");
    if (has_listed(line))
        print_bash_cards(out);
    fprintf(out, "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "        case ${COMP_WORDS[i]} in\n"
                 "        ");
    print_words(out, line, " | ");
    fprintf(out, ") command=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n    case $before in\n");
    for (int o = 0; o < line->options; o++)
        if (line->option[o].takes_value)
            print_bash_values(out, &line->option[o]);
    fprintf(out, "    esac\n    case $command in\n");
    for (int c = 0; c < line->commands; c++) {
        fprintf(out, "    %s) options='", line->command[c].word);
        print_flags(out, line, c);
        fprintf(out, "' operands='%s' ;;\n", line->command[c].operands ? line->command[c].operands : "");
    }
    fprintf(out, "    *) options='");
    print_flags(out, line, -1);
    fprintf(out, "' operands='");
    print_words(out, line, " ");
    fprintf(out, "' ;;\n    esac\n"
                 "    case $word in\n"
                 "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
                 "    *) COMPREPLY=($(compgen -W \"$operands\" -- \"$word\")) ;;\n    esac\n}\ncomplete -o default -F _");
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

static void print_zsh_values(FILE *out, const CompletedOption *option)
{
    fprintf(out, "    %s) ", option->flag);
    if (option->listed) {
        fprintf(out, "compadd -- $(");
        print_listing(out, option->listed, plain_quote, "${(M)words:#*.net}");
        fprintf(out, ")");
    } else {
        fprintf(out, "%s%s", *option->values ? "compadd -- " : "_files", option->values);
    }
    fprintf(out, "; return ;;\n");
}

static void print_zsh(FILE *out, const CompletedLine *line)
{
    fprintf(out, "#compdef %s\n_", line->program);
    print_name(out, line->program);
    fprintf(out, "() {\n    local -a commands options operands\n    local command= word\n    commands=(");
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
        fprintf(out, ") operands=(%s) ;;\n", c >= 0 && line->command[c].operands ? line->command[c].operands : "");
    }
    fprintf(out, "    esac\n    word=${words[CURRENT-1]}\n"
                 "    [[ $PREFIX == --*=* ]] && { word=${PREFIX%%%%=*}; compset -P \"$word=\"; }\n    case $word in\n");
    for (int o = 0; o < line->options; o++)
        if (line->option[o].takes_value)
            print_zsh_values(out, &line->option[o]);
    fprintf(out, "    esac\n    if [[ $PREFIX == -* ]]; then\n        _describe option options\n"
                 "    else\n        [[ -z $command ]] && _describe command commands\n"
                 "        (( $#operands )) && { compadd -a operands; return }\n        _files\n    fi\n}\n"
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

/* A command in quotes; its own stand behind a backslash. */
static void print_fish_listing(FILE *out, const char *awk)
{
    fprintf(out, " -x -a '(awk \\'%s\\' (commandline -opc | string match \"*.net\") 2>/dev/null </dev/null)'", awk);
}

static void print_fish(FILE *out, const CompletedLine *line)
{
    fprintf(out, "# completion of %s for fish\n", line->program);
    for (int c = 0; c < line->commands; c++) {
        begin_fish(out, line);
        fprintf(out, " -n __fish_use_subcommand -a %s -d ", line->command[c].word);
        print_quoted(out, line->command[c].help, fish_quote);
        fprintf(out, "\n");
        if (!line->command[c].operands)
            continue;
        begin_fish(out, line);
        fprintf(out, " -n '__fish_seen_subcommand_from %s' -x -a '%s'\n", line->command[c].word, line->command[c].operands);
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
        if (option->listed)
            print_fish_listing(out, option->listed);
        else if (option->takes_value)
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
