/* texts.c - the kernels' files as netc holds them, and which of the headers a card's kernels stand on. A
 * kernel says so itself, by its #include lines. */

#include <stdlib.h>
#include <string.h>

#include "compiler/gen/kernels.h"
#include "compiler/gen/writer.h"

static const char include[] = "#include \"runtime/kernels/";

const char *kernel_text(const char *file)
{
    for (const KernelText *k = kernel_texts; k->name; k++)
        if (!strcmp(k->name, file))
            return k->text;
    fprintf(stderr, "netc: internal error: there is no kernel %s\n", file);
    abort();
}

static bool begins(const char *text, const char *with)
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

typedef struct { const char **name; int names, room; } Put;

static void put_included(Writer *w, Put *put, const char *text);

static void put_header(Writer *w, Put *put, const char *name)
{
    for (int i = 0; i < put->names; i++)
        if (!strcmp(put->name[i], name))
            return;
    *arena_push(w->arena, put->name, put->names, put->room) = name;
    put_included(w, put, kernel_text(name));
    fprintf(w->out, "%s\n", without_includes(w->arena, kernel_text(name)));
}

static void put_included(Writer *w, Put *put, const char *text)
{
    for (const char *at = strstr(text, include); at; at = strstr(at + 1, include)) {
        const char *name = at + sizeof include - 1;
        put_header(w, put, arena_copy(w->arena, name, strcspn(name, "\"")));
    }
}

void put_headers(Writer *w)
{
    Put put = { 0 };
    const char *last = "";
    for (int i = 0; i < w->calls; i++) {
        if (strcmp(w->call[i]->kernel, last))
            put_included(w, &put, kernel_text(arena_printf(w->arena, "%s.c", w->call[i]->kernel)));
        last = w->call[i]->kernel;
        if (w->call[i]->activation > ACTIVATION_RELU)
            put_header(w, &put, "activation.h");
    }
}
