/* build.c - running the C compiler on a generated file. The runtime is found beside netc itself, so a build
 * tree and an install serve alike: bin/netc, lib/libnetc.a, include/netc. */

#include "compiler/build.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/libraries.h"
#include "base/text.h"

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

/* A command line; ends in NULL. */
typedef struct {
    Arena *arena;
    char **word;
    int words, room;
} Line;

static void add_word(Line *line, char *word)
{
    *arena_push(line->arena, line->word, line->words, line->room) = word;
}

static void add_words(Line *line, const char *text)
{
    char *copy = arena_copy(line->arena, text, strlen(text)), *rest;
    for (char *next = strtok_r(copy, " \t\n", &rest); next; next = strtok_r(NULL, " \t\n", &rest))
        add_word(line, next);
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

/* What is run: the C compiler to build, or only to ask it, where nothing is said of a failure since the build will
 * tell; or a program that it built. */
typedef enum { BUILDING, ASKING, BUILT } Purpose;

/* What it prints goes to `out`, a file of ours or standard output. */
static bool run(char **word, int out, Purpose purpose)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(out, STDOUT_FILENO);
        if (purpose == ASKING)
            freopen("/dev/null", "w", stderr);
        execvp(word[0], word);
        fprintf(stderr, "netc: %s'%s' could not be run: %s%s\n", purpose == BUILT ? "" : "the C compiler ", word[0],
                strerror(errno), purpose == BUILT ? "" : "; CC= names another");
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        fprintf(stderr, "netc: %s: %s\n", word[0], strerror(errno));
        return false;
    }
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!good && purpose != ASKING && !(WIFEXITED(status) && WEXITSTATUS(status) == 127))
        fprintf(stderr, "netc: %s failed\n", word[0]);
    return good;
}

/* ---- what programs print ---- */

static const char *output_of(Line *line, Purpose purpose)
{
    FILE *file = tmpfile();
    if (!file) {
        fprintf(stderr, "netc: a temporary file: %s\n", strerror(errno));
        return NULL;
    }
    add_word(line, NULL);
    char *text = NULL;
    if (run(line->word, fileno(file), purpose)) {
        size_t length = (size_t)lseek(fileno(file), 0, SEEK_END);
        rewind(file);
        text = arena_alloc(line->arena, length + 1);
        text[fread(text, 1, length, file)] = '\0';
    }
    fclose(file);
    return text;
}

/* All that it says of its version, which ends with whose it is; NULL where it cannot be asked. */
static const char *compiler_version(Arena *arena)
{
    Line line = { .arena = arena };
    add_words(&line, compiler_name());
    add_words(&line, "--version");
    return output_of(&line, ASKING);
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

bool build_program(Arena *arena, const char *source, const char *program, const Target *target)
{
    const char *flags = getenv("CFLAGS"), *at = root(arena);
    Line line = { .arena = arena };
    add_words(&line, compiler_name());
    add_words(&line, build_flags(arena, target));
    add_words(&line, parallel_flags(arena, source, program));
    add_words(&line, flags ? flags : "");
    add_word(&line, arena_printf(arena, "-I%s/include/netc", at));
    add_word(&line, arena_printf(arena, "-o%s", program));
    add_word(&line, arena_copy(arena, source, strlen(source)));
    add_word(&line, arena_printf(arena, "%s/lib/libnetc.a", at));
    add_words(&line, NETC_LIBRARIES);
    add_word(&line, NULL);
    return run(line.word, STDOUT_FILENO, BUILDING);
}

const char *build_output(Arena *arena, const char *program)
{
    Line line = { .arena = arena };
    add_word(&line, arena_copy(arena, program, strlen(program)));
    return output_of(&line, BUILT);
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
