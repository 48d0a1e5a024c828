#include "compiler/tools/layer_facts.h"

#include <string.h>

#include "base/text.h"
#include "compiler/notes.h"

enum { MOST_TOLD = 6 };

static bool is_asked_for(const Layer *layer, Span keyword, const char *within)
{
    if (within)
        return !strncmp(layer->name, within, strlen(within));
    return layer->span.source == keyword.source && layer->span.from == keyword.from;
}

static const char *fact(Arena *arena, const char *name, const char *shape, long parameters, long multiply_adds,
                        long bytes)
{
    return arena_printf(arena, "- `%s`%s: %s parameters, %s multiply-adds, %s bytes of values\n", name, shape,
                        grouped_text(arena, parameters), grouped_text(arena, multiply_adds),
                        grouped_text(arena, bytes));
}

const char *layer_facts(Arena *arena, const Card *card, Span keyword, const char *within)
{
    const LayerNote *note = layer_notes(arena, card);
    const char *facts = "";
    int layers = 0;
    long parameters = 0, multiply_adds = 0, bytes = 0;
    for (int i = 1; i < card->layers; i++) {
        const LayerNote *n = &note[i - 1];
        if (!is_asked_for(card->layer[i], keyword, within) || n->shape.c <= 0)
            continue;
        long own = (long)sizeof(float) * shape_size(n->shape);
        if (layers++ < MOST_TOLD)
            facts = arena_printf(arena, "%s%s", facts,
                                 fact(arena, n->name, arena_printf(arena, " makes %s", shape_text(arena, n->shape)),
                                      n->parameters, n->multiply_adds, own));
        parameters += n->parameters;
        multiply_adds += n->multiply_adds;
        bytes += own;
    }
    if (layers > 1)
        facts = arena_printf(arena, "%s%s", facts,
                             fact(arena, arena_printf(arena, "%d layers", layers), "", parameters, multiply_adds, bytes));
    return facts;
}
