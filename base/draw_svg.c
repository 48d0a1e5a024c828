/* draw_svg.c - boxes in rows by the longest way from the input. An arrow that passes rows goes through a point in each,
 * which takes part in the order like a box; boxes then move below what they take, as far as their neighbours let them. */

#include <stdlib.h>
#include <string.h>

#include "base/graph_view.h"
#include "base/markup.h"
#include "base/text.h"

enum { ROW_GAP = 34, GAP = 26, MARGIN = 20, LINE = 17, PAD_X = 14, PAD_Y = 9, SWEEPS = 8, POINT_WIDTH = 10 };

static const double LETTER = 7.4;   /* about the width of one, at the size that the texts have */

/* A box, or a point of an arrow that passes its row. */
typedef struct {
    int box;                    /* -1: a point */
    int row;
    double x, width;            /* of its middle */
    int *above, aboves;         /* the nodes of the row above that lead here */
    int *below, belows, room;
} Node;

typedef struct {
    Arena *arena;
    const GraphView *view;
    Node *node;
    int nodes, room;
    int rows;
    int **order, *count;        /* the nodes of each row, from left to right */
    double *top, *height;       /* of each row */
    double width;
} Drawing;

/* ---- what stands in a box ---- */

const char *box_takes(Arena *arena, const GraphView *view, int box)
{
    const Box *b = &view->box[box];
    const char *takes = "";
    if (b->inputs == 1 && b->input[0] == box - 1)
        return "";
    for (int i = 0; i < b->inputs; i++)
        takes = arena_printf(arena, "%s%s%s", takes, i ? ", " : "", view->box[b->input[i]].name);
    return takes;
}

static const char *size_text(Arena *arena, const Box *box)
{
    const char *shape = shape_short_text(arena, box->shape);
    if (!box->parameters)
        return shape;
    return arena_printf(arena, "%s, %s parameters", shape, grouped_text(arena, box->parameters));
}

static int lines_of(const Box *box)
{
    return *box->text ? 3 : 2;
}

static double width_of(Arena *arena, const Box *box)
{
    size_t letters = strlen(box->name), text = strlen(box->text), size = strlen(size_text(arena, box));
    letters = text > letters ? text : letters;
    letters = size > letters ? size : letters;
    return LETTER * (double)letters + 2 * PAD_X;
}

/* ---- rows ---- */

static int add_node(Drawing *drawing, int box, int row, double width)
{
    *arena_push(drawing->arena, drawing->node, drawing->nodes, drawing->room) =
        (Node){ .box = box, .row = row, .width = width };
    return drawing->nodes - 1;
}

static void link(Drawing *drawing, int from, int to)
{
    Node *above = &drawing->node[from];
    *arena_push(drawing->arena, above->below, above->belows, above->room) = to;
}

/* From a box to one some rows below, through a point in each row between. */
static void connect(Drawing *drawing, int from, int to)
{
    int at = from;
    for (int row = drawing->node[from].row + 1; row < drawing->node[to].row; row++) {
        int point = add_node(drawing, -1, row, POINT_WIDTH);
        link(drawing, at, point);
        at = point;
    }
    link(drawing, at, to);
}

static void find_aboves(Drawing *drawing)
{
    for (int i = 0; i < drawing->nodes; i++)
        for (int k = 0; k < drawing->node[i].belows; k++)
            drawing->node[drawing->node[i].below[k]].aboves++;
    for (int i = 0; i < drawing->nodes; i++) {
        Node *node = &drawing->node[i];
        node->above = arena_array(drawing->arena, int, node->aboves);
        node->aboves = 0;
    }
    for (int i = 0; i < drawing->nodes; i++)
        for (int k = 0; k < drawing->node[i].belows; k++) {
            Node *below = &drawing->node[drawing->node[i].below[k]];
            below->above[below->aboves++] = i;
        }
}

static void make_rows(Drawing *drawing)
{
    const GraphView *view = drawing->view;
    for (int i = 0; i < view->boxes; i++) {
        int row = 0;
        for (int k = 0; k < view->box[i].inputs; k++)
            if (drawing->node[view->box[i].input[k]].row >= row)
                row = drawing->node[view->box[i].input[k]].row + 1;
        add_node(drawing, i, row, width_of(drawing->arena, &view->box[i]));
        drawing->rows = row + 1 > drawing->rows ? row + 1 : drawing->rows;
    }
    for (int i = 0; i < view->boxes; i++)
        for (int k = 0; k < view->box[i].inputs; k++)
            connect(drawing, view->box[i].input[k], i);
    find_aboves(drawing);
    drawing->order = arena_array(drawing->arena, int *, drawing->rows);
    drawing->count = arena_array(drawing->arena, int, drawing->rows);
    for (int i = 0; i < drawing->nodes; i++)
        drawing->count[drawing->node[i].row]++;
    for (int row = 0; row < drawing->rows; row++) {
        drawing->order[row] = arena_array(drawing->arena, int, drawing->count[row]);
        drawing->count[row] = 0;
    }
    for (int i = 0; i < drawing->nodes; i++)
        drawing->order[drawing->node[i].row][drawing->count[drawing->node[i].row]++] = i;
}

/* ---- places across ---- */

/* Where a node would like to stand: amid what leads to it, or what it leads to. */
static double wish(const Drawing *drawing, const Node *node, bool down)
{
    const int *other = down ? node->above : node->below;
    int others = down ? node->aboves : node->belows;
    double sum = 0;
    for (int i = 0; i < others; i++)
        sum += drawing->node[other[i]].x;
    return others ? sum / others : node->x;
}

/* Boxes side by side from their wishes, in their order: neighbours that overlap form a group, which stands where its
 * members wish it on the average, and may meet the next. */
typedef struct { int first, count; double begin, width, sum; } Group;

static double begin_of(const Group *group)
{
    return group->sum / group->count;
}

static void settle(Drawing *drawing, int row, const double *wished)
{
    int count = drawing->count[row], groups = 0;
    Group *group = arena_array(drawing->arena, Group, count);
    for (int i = 0; i < count; i++) {
        double width = drawing->node[drawing->order[row][i]].width + GAP;
        Group one = { i, 1, 0, width, wished[i] - width / 2 };
        while (groups && begin_of(&group[groups - 1]) + group[groups - 1].width > begin_of(&one)) {
            Group *left = &group[--groups];
            one.sum = left->sum + one.sum - left->width * one.count;
            one.first = left->first;
            one.count += left->count;
            one.width += left->width;
        }
        group[groups++] = one;
    }
    for (int g = 0; g < groups; g++) {
        double x = begin_of(&group[g]);
        for (int i = group[g].first; i < group[g].first + group[g].count; i++) {
            Node *node = &drawing->node[drawing->order[row][i]];
            node->x = x + (node->width + GAP) / 2;
            x += node->width + GAP;
        }
    }
}

typedef struct { double wish; int node; } Wish;

static int by_wish(const void *left, const void *right)
{
    const Wish *a = left, *b = right;
    return a->wish != b->wish ? (a->wish > b->wish) - (a->wish < b->wish) : a->node - b->node;
}

static void place_row(Drawing *drawing, int row, bool down, bool reorder)
{
    int count = drawing->count[row];
    Wish *order = arena_array(drawing->arena, Wish, count);
    double *wished = arena_array(drawing->arena, double, count);
    for (int i = 0; i < count; i++)
        order[i] = (Wish){ wish(drawing, &drawing->node[drawing->order[row][i]], down), drawing->order[row][i] };
    if (reorder)
        qsort(order, (size_t)count, sizeof *order, by_wish);
    for (int i = 0; i < count; i++) {
        drawing->order[row][i] = order[i].node;
        wished[i] = order[i].wish;
    }
    settle(drawing, row, wished);
}

static void place(Drawing *drawing)
{
    for (int row = 0; row < drawing->rows; row++)
        place_row(drawing, row, true, row > 0);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        bool reorder = sweep < SWEEPS / 2;
        for (int row = drawing->rows - 2; row >= 0; row--)
            place_row(drawing, row, false, reorder);
        for (int row = 1; row < drawing->rows; row++)
            place_row(drawing, row, true, reorder);
    }
}

/* Nothing stands left of the margin; rows are as high as their highest box. */
static void measure(Drawing *drawing)
{
    double least = 0, y = MARGIN;
    for (int i = 0; i < drawing->nodes; i++) {
        double left = drawing->node[i].x - drawing->node[i].width / 2;
        least = !i || left < least ? left : least;
    }
    drawing->top = arena_array(drawing->arena, double, drawing->rows);
    drawing->height = arena_array(drawing->arena, double, drawing->rows);
    for (int i = 0; i < drawing->nodes; i++) {
        Node *node = &drawing->node[i];
        node->x += MARGIN - least;
        double right = node->x + node->width / 2 + MARGIN;
        drawing->width = right > drawing->width ? right : drawing->width;
        double height = node->box < 0 ? 0 : lines_of(&drawing->view->box[node->box]) * LINE + 2 * PAD_Y;
        if (height > drawing->height[node->row])
            drawing->height[node->row] = height;
    }
    for (int row = 0; row < drawing->rows; row++) {
        drawing->top[row] = y;
        y += drawing->height[row] + ROW_GAP;
    }
}

/* ---- printing ---- */

static void print_line(FILE *out, double x, double y, const char *style, const char *text)
{
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, style);
    markup_text(out, text);
    fprintf(out, "</text>\n");
}

static double height_of(const Drawing *drawing, const Node *node)
{
    return node->box < 0 ? drawing->height[node->row] : lines_of(&drawing->view->box[node->box]) * LINE + 2 * PAD_Y;
}

static void print_box(FILE *out, const Drawing *drawing, const Node *node)
{
    const Box *box = &drawing->view->box[node->box];
    double y = drawing->top[node->row] + PAD_Y + 12.5;
    const char *style = box->inputs > 1 ? "join" : box->parameters ? "learns" : "plain";
    fprintf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"6\"/>\n", style,
            node->x - node->width / 2, drawing->top[node->row], node->width, height_of(drawing, node));
    print_line(out, node->x, y, " class=\"name\"", box->name);
    if (*box->text)
        print_line(out, node->x, y += LINE, "", box->text);
    print_line(out, node->x, y + LINE, " class=\"size\"", size_text(drawing->arena, box));
}

/* From the lower edge of a node to the upper edge of one in the row below; through a point straight down. */
static void print_step(FILE *out, const Drawing *drawing, const Node *from, const Node *to)
{
    double y = drawing->top[from->row] + height_of(drawing, from), end = drawing->top[to->row];
    double x = from->x, bend = (end - y) / 2;
    fprintf(out, " M%.1f %.1f C%.1f %.1f %.1f %.1f %.1f %.1f", x, y, x, y + bend, to->x, end - bend, to->x, end);
    if (to->box < 0)
        fprintf(out, " V%.1f", end + drawing->height[to->row]);
}

static void print_arrows(FILE *out, const Drawing *drawing)
{
    for (int i = 0; i < drawing->nodes; i++) {
        const Node *from = &drawing->node[i];
        for (int k = 0; from->box >= 0 && k < from->belows; k++) {
            const Node *at = from, *to = &drawing->node[from->below[k]];
            fprintf(out, "<path class=\"arrow\" d=\"");
            print_step(out, drawing, at, to);
            for (; to->box < 0; at = to, to = &drawing->node[to->below[0]], print_step(out, drawing, at, to))
                ;
            fprintf(out, "\"/>\n<path class=\"head\" d=\"M%.1f %.1f l-4 -7 h8 z\"/>\n", to->x, drawing->top[to->row]);
        }
    }
}

static const char style[] =
    "<style>\n"
    "svg { background: #ffffff; }\n"
    "text { font: 12px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; text-anchor: middle; fill: #24292f; }\n"
    ".name { font-weight: bold; }\n"
    ".size { fill: #57606a; }\n"
    "rect { stroke-width: 1.2; }\n"
    ".plain { fill: #f6f8fa; stroke: #8c959f; }\n"
    ".learns { fill: #ddf4ff; stroke: #0969da; }\n"
    ".join { fill: #fff8c5; stroke: #9a6700; stroke-width: 2; }\n"
    ".arrow { fill: none; stroke: #57606a; stroke-width: 1.3; }\n"
    ".head { fill: #57606a; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "svg { background: #0d1117; }\n"
    "text { fill: #e6edf3; }\n"
    ".size { fill: #9198a1; }\n"
    ".plain { fill: #161b22; stroke: #6e7681; }\n"
    ".learns { fill: #0c2d4d; stroke: #4493f8; }\n"
    ".join { fill: #3b2e0a; stroke: #d29922; }\n"
    ".arrow { stroke: #9198a1; }\n"
    ".head { fill: #9198a1; }\n"
    "}\n"
    "</style>\n";

void draw_svg(FILE *out, Arena *arena, const GraphView *view)
{
    Drawing drawing = { .arena = arena, .view = view };
    make_rows(&drawing);
    place(&drawing);
    measure(&drawing);
    double height = drawing.top[drawing.rows - 1] + drawing.height[drawing.rows - 1] + MARGIN;
    fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
            "viewBox=\"0 0 %.0f %.0f\">\n<title>", drawing.width, height, drawing.width, height);
    markup_text(out, view->name);
    fprintf(out, "</title>\n%s", style);
    print_arrows(out, &drawing);
    for (int i = 0; i < drawing.nodes; i++)
        if (drawing.node[i].box >= 0)
            print_box(out, &drawing, &drawing.node[i]);
    fprintf(out, "</svg>\n");
}
