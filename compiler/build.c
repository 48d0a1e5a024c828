/* build.c - running the C compiler on a generated file. The runtime is found beside netc itself, so a build
 * tree and an install serve alike: bin/netc, lib/libnetc.a, include/netc. */

#include "compiler/build.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* -ffp-contract and the flags without which bits or speed would differ; see the kernels' headers. GCC's
 * predictive commoning spills what a tile holds in registers. */
const char *build_flags(Arena *arena, const Target *target)
{
    return arena_printf(arena, "-std=gnu17 -O2 -march=%s -fno-math-errno", target->name);
}

static const char *root(Arena *arena)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length < 0)
        return "/usr/local";
    path[length] = '\0';
    for (int i = 0; i < 2; i++)
        *(strrchr(path, '/') ? strrchr(path, '/') : path) = '\0';
    return arena_copy(arena, path, strlen(path));
}

enum { MOST_WORDS = 128 };

static void add_words(char **word, int *words, char *text)
{
    for (char *rest, *next = strtok_r(text, " \t", &rest); next && *words < MOST_WORDS - 1; next = strtok_r(NULL, " \t", &rest))
        word[(*words)++] = next;
}

static bool is_clang(const char *compiler)
{
    return strstr(compiler, "clang") != NULL;
}

static bool run(char **word)
{
    pid_t child = fork();
    if (child == 0) {
        execvp(word[0], word);
        fprintf(stderr, "netc: %s: %s\n", word[0], strerror(errno));
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        fprintf(stderr, "netc: %s: %s\n", word[0], strerror(errno));
        return false;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool build_program(Arena *arena, const char *source, const char *program, const Target *target)
{
    const char *compiler = getenv("CC") && *getenv("CC") ? getenv("CC") : "cc", *flags = getenv("CFLAGS");
    const char *own = is_clang(compiler) ? "-ffp-contract=on" : "-fno-predictive-commoning";
    char *word[MOST_WORDS] = { 0 };
    int words = 0;
    add_words(word, &words, arena_copy(arena, compiler, strlen(compiler)));
    add_words(word, &words, arena_printf(arena, "%s %s %s", build_flags(arena, target), own, flags ? flags : ""));
    word[words++] = arena_printf(arena, "-I%s/include/netc", root(arena));
    word[words++] = arena_printf(arena, "-o%s", program);
    word[words++] = arena_copy(arena, source, strlen(source));
    word[words++] = arena_printf(arena, "%s/lib/libnetc.a", root(arena));
    add_words(word, &words, arena_copy(arena, "-lpng -ljpeg -lz -ljansson -lpthread -lm", 40));
    return run(word);
}
