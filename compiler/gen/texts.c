/* texts.c - the kernels' files as netc holds them. */

#include <stdlib.h>
#include <string.h>

#include "compiler/gen/kernels.h"
#include "compiler/gen/writer.h"

const char *kernel_text(const char *file)
{
    for (const KernelText *k = kernel_texts; k->name; k++)
        if (!strcmp(k->name, file))
            return k->text;
    fprintf(stderr, "netc: internal error: there is no kernel %s\n", file);
    abort();
}

bool begins(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

/* The file includes each text once, and what the C library offers at its top. */
static bool is_for_includers(const char *line)
{
    return begins(line, "#include ") || begins(line, "#ifndef RUNTIME_KERNELS_") ||
           begins(line, "#define RUNTIME_KERNELS_");
}

const char *without_includes(Arena *arena, const char *text)
{
    char *copy = arena_alloc(arena, strlen(text) + 1), *to = copy;
    bool guarded = strstr(text, "#ifndef RUNTIME_KERNELS_") != NULL;
    while (*text) {
        size_t line = strcspn(text, "\n");
        line += text[line] == '\n';
        bool after_blank = to == copy || (to - copy > 1 && to[-1] == '\n' && to[-2] == '\n');
        bool blank = line == 1;
        bool last_endif = guarded && begins(text, "#endif") && !text[line];
        if (!is_for_includers(text) && !last_endif && !(blank && after_blank)) {
            memcpy(to, text, line);
            to += line;
        }
        text += line;
    }
    while (to - copy > 1 && to[-1] == '\n' && to[-2] == '\n')
        *--to = '\0';
    return copy;
}
