/* build.c - running the C compiler on a generated file. The runtime is found beside netc itself, so a build
 * tree and an install serve alike: bin/netc, lib/libnetc.a, include/netc. */

#include "compiler/build.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/libraries.h"
#include "base/replace.h"
#include "base/text.h"
#include "compiler/workers.h"

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

static void add_words(CommandLine *line, const char *text)
{
    char *copy = arena_copy(line->arena, text, strlen(text)), *rest;
    for (char *next = strtok_r(copy, " \t\n", &rest); next; next = strtok_r(NULL, " \t\n", &rest))
        command_add(line, next);
}

static bool is_clang(const char *compiler)
{
    return strstr(compiler, "clang") != NULL;
}

static const char *compiler_name(void)
{
    const char *name = getenv("CC");
    return name && *name ? name : "cc";
}

/* What keeps the bits and the speed: no reordering, products contracted within an expression alone; GCC's
 * predictive commoning spills what a tile holds in registers. Kernels are vectors as they are written: to look for
 * more finds nothing, and takes GCC an eighth of its time. */
static const char *build_flags(Arena *arena, const Target *target)
{
    return arena_printf(arena, "-std=gnu17 -O2 -march=%s -fno-math-errno %s", target->name,
                        is_clang(compiler_name()) ? "-ffp-contract=on"
                                                     : "-fno-tree-vectorize -fno-predictive-commoning");
}

const char *build_command(Arena *arena, const char *source, const char *program, const Target *target)
{
    const char *at = root(arena);
    const char *headers = arena_printf(arena, "-I%s/include/netc", at);
    const char *library = arena_printf(arena, "%s/lib/libnetc.a", at);
    return arena_printf(arena, "%s %s %s -o %s %s %s %s", compiler_name(), build_flags(arena, target),
                        shell_text(arena, headers), shell_text(arena, program), shell_text(arena, source),
                        shell_text(arena, library), NETC_LIBRARIES);
}

/* ---- running ---- */

/* How netc says what came of a program; true: nothing but good. One that netc itself stopped did not fail. */
static bool ended_well(const char *program, int code)
{
    if (code && !workers_stopped())
        fprintf(stderr, "netc: %s failed\n", program);
    return !code;
}

static bool compile(char *const *word)
{
    int code;
    workers_listen();
    if (worker_run(word, NULL, &code))
        return ended_well(word[0], code);
    if (!workers_stopped())
        fprintf(stderr, "netc: the C compiler '%s' could not be run: %s; CC= names another\n", word[0], strerror(errno));
    return false;
}

/* All that it says of its version, which ends with whose it is; NULL where it cannot be asked. */
static const char *compiler_version(Arena *arena)
{
    CommandLine line = { .arena = arena };
    int code;
    add_words(&line, compiler_name());
    add_words(&line, "--version");
    const char *text = worker_output(arena, line.word, "/dev/null", &code);
    return text && !code ? text : NULL;
}

/* ---- building ---- */

/* Told in $CC or $CFLAGS, they decide; and LLVM's linker cannot read what GCC leaves for the linking. */
static const char *const decided[] = { "-flto", "-fno-lto", "-fuse-ld=lld" };

/* GCC cuts a program in parts and compiles as many at once as there are processors, if it does so when it links: half
 * the time on two. Parts of some 800 of its statements are even in size and not yet many. Other compilers know the
 * option by other values, or not at all; and GCC stumbles over names that a shell would, which it hands to make. */
static const char *parallel_flags(Arena *arena, const char *source, const char *program)
{
    if (shell_text(arena, program) != program || shell_text(arena, source) != source)
        return "";
    const char *version = compiler_version(arena), *told = build_environment(arena);
    for (size_t i = 0; i < sizeof decided / sizeof *decided; i++)
        if (strstr(told, decided[i]))
            return "";
    bool gcc = version && strstr(version, "Free Software Foundation");
    return gcc ? "-flto=auto --param lto-min-partition=800" : "";
}

static bool compile_to(Arena *arena, const char *source, const char *program, const Target *target)
{
    const char *flags = getenv("CFLAGS"), *at = root(arena);
    CommandLine line = { .arena = arena };
    add_words(&line, compiler_name());
    add_words(&line, build_flags(arena, target));
    add_words(&line, parallel_flags(arena, source, program));
    add_words(&line, flags ? flags : "");
    command_add(&line, arena_printf(arena, "-I%s/include/netc", at));
    command_add(&line, arena_printf(arena, "-o%s", program));
    command_add(&line, source);
    command_add(&line, arena_printf(arena, "%s/lib/libnetc.a", at));
    add_words(&line, NETC_LIBRARIES);
    return compile(line.word);
}

static bool refused(const char *program)
{
    fprintf(stderr, "netc: %s: %s\n", program, strerror(errno));
    return false;
}

/* Beside the program that may be there, until it is whole. */
bool build_program(Arena *arena, const char *source, const char *program, const Target *target)
{
    Replacement file;
    if (!replace_begin(&file, program))
        return refused(program);
    if (!compile_to(arena, source, file.temporary ? file.temporary : program, target)) {
        replace_abandon(&file);
        return false;
    }
    return replace_end(&file, false) || refused(program);
}

const char *build_output(Arena *arena, const char *program)
{
    CommandLine line = { .arena = arena };
    int code;
    command_add(&line, program);
    workers_listen();
    const char *text = worker_output(arena, line.word, NULL, &code);
    if (!text && !workers_stopped())
        fprintf(stderr, "netc: '%s' could not be run: %s\n", program, strerror(errno));
    return text && ended_well(program, code) ? text : NULL;
}

const char *build_compiler(Arena *arena)
{
    const char *text = compiler_version(arena);
    return text ? arena_copy(arena, text, strcspn(text, "\n")) : "unknown";
}

const char *build_environment(Arena *arena)
{
    const char *flags = getenv("CFLAGS");
    char *text = (char *)arena_printf(arena, "%s %s", compiler_name(), flags ? flags : "");
    for (char *c = text; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    return text;
}
