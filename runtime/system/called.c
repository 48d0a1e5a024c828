#include "runtime/system/called.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/system/fault.h"

static char *folder;            /* in which the program lies; NULL where a shell looked for it */
static char *program, *data;    /* as a shell takes them; data: NULL where it was not given */
static const char *run;         /* NULL likewise */
static TakesRun *takes_run;     /* where there is a run */

/* Bytes of UTF-8 beyond ASCII mean nothing to a shell. */
static bool is_plain(const char *word)
{
    bool plain = *word && *word != '~';
    for (const unsigned char *c = (const unsigned char *)word; *c && plain; c++)
        plain = isalnum(*c) || *c >= 0x80 || strchr("-_./+,:@%=~", *c);
    return plain;
}

/* In single quotes everything stands for itself but the quote, which ends them: ' becomes '\''. */
static char *shell_word(const char *word)
{
    static const char escaped[] = "'\\''";
    if (is_plain(word))
        return strdup(word);
    char *text = malloc(strlen(word) * strlen(escaped) + 3), *to = text;
    if (!text)
        return NULL;
    *to++ = '\'';
    for (; *word; word++)
        if (*word == '\'')
            to = stpcpy(to, escaped);
        else
            *to++ = *word;
    strcpy(to, "'");
    return text;
}

static void keep(char **kept, const char *word)
{
    free(*kept);
    *kept = shell_word(word);
    if (!*kept)
        fault("out of memory");
}

void called_as(const char *word)
{
    const char *slash = strrchr(word, '/');
    keep(&program, word);
    free(folder);
    folder = slash ? strndup(word, slash > word ? (size_t)(slash - word) : 1) : NULL;
}

const char *called_folder(void)
{
    return folder;
}

void called_with_data(const char *folder)
{
    if (folder)
        keep(&data, folder);
}

void called_with_run(const char *name, TakesRun *takes)
{
    run = name;
    takes_run = takes;
}

const char *called(void)
{
    return program ? program : program_invocation_short_name;
}

char *call_text(const char *words)
{
    char *text;
    bool same = run && takes_run(words, strcspn(words, " ")) && !strstr(words, "--new");
    if (asprintf(&text, "%s %s%s%s%s%s", called(), words, same ? " --run " : "", same ? run : "", data ? " --data " : "",
                 data ? data : "") < 0)
        fault("out of memory");
    return text;
}
