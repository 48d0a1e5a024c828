/* editors.c - writes what editors know of the language, from its tables, when netc is built:
 *     editors vim-syntax|vim-filetype|vim-plugin|textmate|vscode-package|vscode-configuration */

#include <stdio.h>
#include <string.h>

#include "compiler/ast/rows.h"

static const char comment[] = "made from netc's tables of the language";

/* ---- lists of words ---- */

static bool was_before(const char *const *word, int words, const char *text)
{
    for (int i = 0; i < words; i++)
        if (!strcmp(word[i], text))
            return true;
    return false;
}

/* Each once. */
typedef struct {
    const char *word[STATEMENT_COUNT + PARAMETER_COUNT + 1000];
    int words;
} Words;

static void add(Words *words, const char *text)
{
    if (!was_before(words->word, words->words, text))
        words->word[words->words++] = text;
}

static Words keywords(void)
{
    Words words = { .words = 0 };
    for (int i = 0; i < STATEMENT_COUNT; i++)
        add(&words, statement_rows[i].keyword);
    return words;
}

static Words options(void)
{
    Words words = { .words = 0 };
    for (int i = 0; i < PARAMETER_COUNT; i++)
        if (is_option(&parameter_rows[i]))
            add(&words, parameter_rows[i].name);
    return words;
}

static Words values(void)
{
    Words words = { .words = 0 };
    for (int i = 0; i < word_count; i++)
        add(&words, word_rows[i].text);
    return words;
}

/* "conv|pool|dense" */
static void print_either(Words words, const char *between)
{
    for (int i = 0; i < words.words; i++)
        printf("%s%s", i ? between : "", words.word[i]);
}

/* ---- Vim ---- */

static void vim_syntax(void)
{
    printf("\" net.vim - the syntax of netc's cards, %s\n"
           "if exists('b:current_syntax')\n  finish\nendif\n\n"
           "syn match netName /\\<\\h\\w*\\>/ contained\n"
           "syn match netStatement /\\v%%(^|\\{|:)\\s*\\zs%%(", comment);
    print_either(keywords(), "|");
    printf(")>/\nsyn match netLabel /\\v%%(^|\\{)\\s*\\zs\\h\\w*\\ze\\s*:/\n"
           "syn match netBlock /\\v%%(^\\s*block\\s+)@<=\\h\\w*/\n"
           "syn match netWord /\\v%%(^\\s*|:\\s*|\\{\\s*)@<!<%%(");
    print_either(values(), "|");
    printf(")>\\ze%%(\\s*\\=)@!/\nsyn match netOption /\\v<%%(");
    print_either(options(), "|");
    printf(")>\\ze\\s*\\=/\n"
           "syn match netFunction /\\v<%%(round|floor|ceil|min|max)>\\ze\\(/\n"
           "syn match netNumber /\\v<\\d+%%(\\.\\d+)?%%([eE][+-]?\\d+)?%%(\\%%|deg>|rad>|px>)?/\n"
           "syn match netNumber /\\v<\\d+%%(x\\d+)+>/\n"
           "syn region netText start=/\"/ end=/\"/ oneline\n"
           "syn keyword netTodo TODO FIXME XXX contained\n"
           "syn match netComment /#.*/ contains=netTodo,@Spell\n\n");
    static const char *const links[][2] = {
        { "netStatement", "Statement" }, { "netLabel", "Label" }, { "netBlock", "Function" }, { "netWord", "Constant" },
        { "netOption", "Identifier" }, { "netFunction", "Function" }, { "netNumber", "Number" }, { "netText", "String" },
        { "netTodo", "Todo" }, { "netComment", "Comment" },
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        printf("hi def link %s %s\n", links[i][0], links[i][1]);
    printf("\nlet b:current_syntax = 'net'\n");
}

static void vim_filetype(void)
{
    printf("\" net.vim - *.net is a card for netc\nau BufRead,BufNewFile *.net setfiletype net\n");
}

static void vim_plugin(void)
{
    printf("\" net.vim - how netc's cards are edited: = and gq lay out as netc fmt does\n"
           "if exists('b:did_ftplugin')\n  finish\nendif\nlet b:did_ftplugin = 1\n"
           "setlocal commentstring=#\\ %%s comments=:# expandtab shiftwidth=4 softtabstop=4\n"
           "if executable('netc')\n  setlocal equalprg=netc\\ fmt\\ -\nendif\n"
           "let b:undo_ftplugin = 'setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< equalprg<'\n");
}

/* ---- VS Code ---- */

static void pattern(const char *scope, const char *before, Words words, const char *behind, bool last)
{
    printf("    { \"name\": \"%s.net\", \"match\": \"%s(", scope, before);
    print_either(words, "|");
    printf(")%s\" }%s\n", behind, last ? "" : ",");
}

static void textmate(void)
{
    printf("{\n  \"comment\": \"%s\",\n  \"name\": \"net\",\n  \"scopeName\": \"source.net\",\n  \"fileTypes\": [\"net\"],\n"
           "  \"patterns\": [\n"
           "    { \"name\": \"comment.line.number-sign.net\", \"match\": \"#.*$\" },\n"
           "    { \"name\": \"string.quoted.double.net\", \"begin\": \"\\\"\", \"end\": \"\\\"|$\" },\n"
           "    { \"match\": \"(?:^|(?<=\\\\{))\\\\s*([A-Za-z_]\\\\w*)\\\\s*(?=:)\", \"captures\": { \"1\": { \"name\": "
           "\"entity.name.label.net\" } } },\n"
           "    { \"match\": \"^\\\\s*(block)\\\\s+([A-Za-z_]\\\\w*)\", \"captures\": { \"1\": { \"name\": \"keyword.control.net\" }, "
           "\"2\": { \"name\": \"entity.name.function.net\" } } },\n"
           "    { \"name\": \"constant.numeric.net\", \"match\": \"\\\\b\\\\d+(?:x\\\\d+)+\\\\b\" },\n"
           "    { \"name\": \"constant.numeric.net\", \"match\": \"\\\\b\\\\d+(?:\\\\.\\\\d+)?(?:[eE][+-]?\\\\d+)?(?:%%|(?:deg|rad|px)\\\\b)?\" },\n"
           "    { \"name\": \"support.function.net\", \"match\": \"\\\\b(?:round|floor|ceil|min|max)(?=\\\\()\" },\n", comment);
    pattern("variable.parameter", "\\\\b", options(), "(?=\\\\s*=)", false);
    printf("    { \"match\": \"(?:^|(?<=[{:]))\\\\s*(");
    print_either(keywords(), "|");
    printf(")\\\\b\", \"captures\": { \"1\": { \"name\": \"keyword.control.net\" } } },\n");
    pattern("constant.language", "\\\\b", values(), "\\\\b", true);
    printf("  ]\n}\n");
}

static void vscode_package(void)
{
    printf("{\n  \"name\": \"netc\",\n  \"displayName\": \"netc cards\",\n  \"description\": \"The language of netc's cards: colors, comments, "
           "braces\",\n  \"version\": \"" NETC_VERSION "\",\n  \"publisher\": \"netc\",\n  \"engines\": { \"vscode\": \"^1.60.0\" },\n"
           "  \"categories\": [\"Programming Languages\"],\n  \"contributes\": {\n    \"languages\": [\n"
           "      { \"id\": \"net\", \"aliases\": [\"netc card\", \"net\"], \"extensions\": [\".net\"], \"configuration\": "
           "\"./language-configuration.json\" }\n    ],\n    \"grammars\": [\n"
           "      { \"language\": \"net\", \"scopeName\": \"source.net\", \"path\": \"./syntaxes/net.tmLanguage.json\" }\n    ]\n  }\n}\n");
}

static void vscode_configuration(void)
{
    printf("{\n  \"comments\": { \"lineComment\": \"#\" },\n  \"brackets\": [[\"{\", \"}\"], [\"(\", \")\"]],\n"
           "  \"autoClosingPairs\": [\n    { \"open\": \"{\", \"close\": \"}\" }, { \"open\": \"(\", \"close\": \")\" },\n"
           "    { \"open\": \"\\\"\", \"close\": \"\\\"\", \"notIn\": [\"string\", \"comment\"] }\n  ],\n"
           "  \"surroundingPairs\": [[\"{\", \"}\"], [\"(\", \")\"], [\"\\\"\", \"\\\"\"]],\n"
           "  \"indentationRules\": { \"increaseIndentPattern\": \"\\\\{\\\\s*(#.*)?$\", \"decreaseIndentPattern\": \"^\\\\s*\\\\}\" }\n}\n");
}

int main(int argc, char **argv)
{
    static const struct { const char *name; void (*print)(void); } files[] = {
        { "vim-syntax", vim_syntax }, { "vim-filetype", vim_filetype }, { "vim-plugin", vim_plugin }, { "textmate", textmate },
        { "vscode-package", vscode_package }, { "vscode-configuration", vscode_configuration },
    };
    for (size_t i = 0; argc == 2 && i < sizeof files / sizeof *files; i++)
        if (!strcmp(files[i].name, argv[1])) {
            files[i].print();
            return fflush(stdout) || ferror(stdout) ? 3 : 0;
        }
    fprintf(stderr, "usage: editors vim-syntax|vim-filetype|vim-plugin|textmate|vscode-package|vscode-configuration\n");
    return 2;
}
