#include <string.h>

#include "base/text.h"
#include "compiler/tools/draw.h"

static void print_text(FILE *out, const char *text)
{
    for (; *text; text++)
        fprintf(out, strchr("\"\\", *text) ? "\\%c" : "%c", *text);
}

void draw_dot(FILE *out, Arena *arena, const GraphView *view)
{
    fprintf(out, "digraph \"");
    print_text(out, view->name);
    fprintf(out, "\" {\n    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n    edge [fontname=\"sans-serif\", fontsize=10];\n");
    for (int i = 0; i < view->boxes; i++) {
        const Box *box = &view->box[i];
        fprintf(out, "    n%d [label=\"", i);
        print_text(out, box->name);
        fprintf(out, "%s", *box->text ? "\\n" : "");
        print_text(out, box->text);
        if (box->parameters)
            fprintf(out, "\\n%s parameters", grouped_text(arena, box->parameters));
        fprintf(out, "\"%s];\n", box->inputs > 1 ? ", style=\"rounded,bold\"" : "");
        for (int k = 0; k < box->inputs; k++)
            fprintf(out, "    n%d -> n%d [label=\"%s\"];\n", box->input[k], i,
                    shape_short_text(arena, view->box[box->input[k]].shape));
    }
    fprintf(out, "}\n");
}
