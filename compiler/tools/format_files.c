#include "compiler/tools/format_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "compiler/ast/parse.h"
#include "compiler/exit.h"
#include "compiler/output.h"
#include "compiler/tools/format.h"

static const Source *read_file(Arena *arena, const char *path)
{
    bool standard = !strcmp(path, "-");
    FILE *in = standard ? stdin : fopen(path, "rb");
    const Source *source = in ? source_read(arena, in, path, 0) : NULL;
    if (!source)
        fprintf(stderr, "netc: cannot read '%s': %s\n", path, strerror(errno));
    if (in && !standard)
        fclose(in);
    return source;
}

/* What is laid out may have unknown names, but its lines and braces must be whole. */
static bool can_be_read(Arena *arena, const Source *source, bool json)
{
    Diagnostics *diagnostics = diag_open(arena);
    const Syntax *syntax = parse(arena, source, diagnostics);
    if (!syntax->garbled)
        report_braces(syntax, diagnostics);
    if (!diag_count(diagnostics))
        return true;
    diag_show(diagnostics, stderr, json);
    return false;
}

static int put(const char *path, const char *text, size_t length)
{
    Output file = output_open(path);
    if (!file.out)
        return EXIT_WORLD;
    fwrite(text, 1, length, file.out);
    return output_close(&file) ? 0 : EXIT_WORLD;
}

static int format_file(Arena *arena, const char *path, FormatOrder order)
{
    const Source *source = read_file(arena, path);
    if (!source)
        return EXIT_WORLD;
    if (!can_be_read(arena, source, order.json))
        return EXIT_MISTAKE;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    format(out, arena, source);
    fclose(out);
    bool standard = !strcmp(path, "-");
    bool same = length == source->length && !memcmp(text, source->text, length);
    int code = 0;
    if (order.only_check)
        code = same ? 0 : EXIT_MISTAKE;
    else if (standard || !same)
        code = put(path, text, length);
    if (!same && !standard && !(code && !order.only_check))
        printf("%s%s\n", path, order.only_check ? "" : ": laid out anew");
    else if (!same && standard && order.only_check)
        puts("-");
    free(text);
    return code;
}

int format_files(Arena *arena, const char *const *path, int paths, FormatOrder order)
{
    int worst = 0;
    for (int i = 0; i < paths; i++) {
        int code = format_file(arena, path[i], order);
        worst = code > worst ? code : worst;
    }
    return worst;
}
