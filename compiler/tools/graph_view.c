#include "compiler/tools/graph_view.h"

#include <string.h>

#include "compiler/tools/line_text.h"

/* The part of a layer's name that its line in the model's own braces has. */
static int own_length(const char *name, bool unfold)
{
    return (int)(unfold ? strlen(name) : strcspn(name, "."));
}

static bool same_box(const char *name, const char *other, bool unfold)
{
    int length = own_length(name, unfold);
    return length == own_length(other, unfold) && !memcmp(name, other, (size_t)length);
}

static void add_layer(Box *box, const LayerNote *note)
{
    box->layers++;
    box->shape = note->shape;
    box->parameters += note->parameters;
    box->multiply_adds += note->multiply_adds;
}

static void add_input(Box *box, int input)
{
    for (int i = 0; i < box->inputs; i++)
        if (box->input[i] == input)
            return;
    box->input[box->inputs++] = input;
}

static int index_of(const Card *card, const Layer *layer, int below)
{
    int index = below;
    while (card->layer[index] != layer)
        index--;
    return index;
}

/* Fills what each box takes of others; of_layer tells the box of each layer. */
static void connect(Arena *arena, const Card *card, GraphView *view, Box *boxes, const int *of_layer)
{
    for (int b = 1; b < view->boxes; b++) {
        Box *box = &boxes[b];
        int most = 0;
        for (int i = box->first; i < box->first + box->layers; i++)
            most += card->layer[i]->inputs;
        box->input = arena_array(arena, int, most);
        for (int i = box->first; i < box->first + box->layers; i++)
            for (int k = 0; k < card->layer[i]->inputs; k++) {
                int from = of_layer[index_of(card, card->layer[i]->input[k], i)];
                if (from != b)
                    add_input(box, from);
            }
        view->chain &= box->inputs == 1 && box->input[0] == b - 1;
    }
}

GraphView graph_view(Arena *arena, const Card *card, const Generation *g, bool unfold)
{
    Box *boxes = arena_array(arena, Box, card->layers);
    GraphView view = { .name = g->card, .box = boxes, .chain = true };
    int *of_layer = arena_array(arena, int, card->layers);
    Lines *lines = lines_read(arena, card->source);
    boxes[view.boxes++] = (Box){ .name = "input", .text = "", .shape = card->layer[0]->shape, .layers = 1 };
    for (int i = 1; i < card->layers; i++) {
        const LayerNote *note = &g->layer[i - 1];
        int length = own_length(note->name, unfold);
        if (view.boxes == 1 || !same_box(g->layer[i - 2].name, note->name, unfold)) {
            Box *box = &boxes[view.boxes++];
            box->first = i;
            box->name = arena_copy(arena, note->name, (size_t)length);
            box->text = note->name[length] ? line_text(lines, box->name) : note->text;
        }
        add_layer(&boxes[view.boxes - 1], note);
        of_layer[i] = view.boxes - 1;
    }
    connect(arena, card, &view, boxes, of_layer);
    return view;
}
