#include "bench/card.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "runtime/system/fault.h"

#define CONTENDERS "build/bench/contenders/"

static const char tutorial[] = "examples/catdog/catdog.net";

static char *read_text(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    if (!file || getdelim(&text, &room, '\0', file) < 0)
        fault("%s: %s", path, strerror(errno));
    fclose(file);
    return text;
}

/* The first place where `old` stands becomes `new`. */
static char *replace(char *text, const char *old, const char *new)
{
    char *changed, *rest = strstr(text, old);
    if (!rest)
        fault("%s: has no '%s', which bench/card.c means to change", tutorial, old);
    *rest = '\0';
    if (asprintf(&changed, "%s%s%s", text, new, rest + strlen(old)) < 0)
        fault("out of memory");
    free(text);
    return changed;
}

char *card_tutorial(Changes changes)
{
    char *text = read_text(tutorial), new[128];
    if (changes.batch) {
        snprintf(new, sizeof new, "batch     %d\n", changes.batch);
        text = replace(text, "batch     32\n", new);
    }
    if (changes.side) {
        snprintf(new, sizeof new, "input %dx%dx3", changes.side, changes.side);
        text = replace(text, "input 150x150x3", new);
    }
    if (changes.cat)
        text = replace(text, "cat.*", changes.cat);
    if (changes.dog)
        text = replace(text, "dog.*", changes.dog);
    return text;
}

char *card_model(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "models/%s.net", name);
    return read_text(path);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file))
        fault("%s cannot be written", path);
}

bool card_build(const char *name, const char *text, const char *contender, const char *target)
{
    char path[256], flags[256] = "", aim[64] = "";
    command_run("mkdir -p build/bench/cards");
    snprintf(path, sizeof path, "build/bench/cards/%s.net", name);
    write_text(path, text);
    if (contender)
        snprintf(flags, sizeof flags, "-Dmain=trainer " CONTENDERS "%s.o " CONTENDERS "serve.o", contender);
    if (target)
        snprintf(aim, sizeof aim, "--target=%s", target);
    return command_run("CFLAGS='%s' build/bin/netc build %s -o build/bench/cards/%s %s", flags, aim, name,
                       path).good;
}
