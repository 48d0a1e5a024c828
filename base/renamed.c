#include "base/renamed.h"

#include <string.h>

enum { MOST_TENSORS = 4000 };   /* of more, each is not held against each */

typedef struct { const char *old, *new; } Renaming;

typedef struct {
    Arena *arena;
    const NamedTensor *old, *new;
    int olds, news;
    Renaming *renaming;
    int renamings, room;
    bool *taken;                /* [news] by a renaming */
} Search;

/* ---- names ---- */

/* Up to a dot, or the name's end. */
static bool begins_with(const char *name, const char *part)
{
    size_t length = strlen(part);
    return !strncmp(name, part, length) && (name[length] == '.' || !name[length]);
}

/* Where two names differ: what stands before the words in which they end alike. */
static Renaming difference(Arena *arena, const char *old, const char *new)
{
    size_t a = strlen(old), b = strlen(new), alike = 0;
    for (size_t i = 1; i <= a && i <= b && old[a - i] == new[b - i]; i++)
        if (old[a - i] == '.')
            alike = i;
    return (Renaming){ arena_copy(arena, old, a - alike), arena_copy(arena, new, b - alike) };
}

static const char *renamed(Arena *arena, const char *name, const Renaming *renaming)
{
    return arena_printf(arena, "%s%s", renaming->new, name + strlen(renaming->old));
}

/* ---- what was renamed ---- */

static bool same_shape(const NamedTensor *a, const NamedTensor *b)
{
    bool same = a->dims == b->dims;
    for (int d = 0; d < a->dims && same; d++)
        same = a->dim[d] == b->dim[d];
    return same;
}

/* A new tensor of that name and shape that nothing is known of yet, or -1. */
static int find_free(const Search *s, const char *name, const NamedTensor *shape)
{
    for (int i = 0; i < s->news; i++)
        if (!s->new[i].met && !s->taken[i] && !strcmp(s->new[i].name, name))
            return same_shape(&s->new[i], shape) ? i : -1;
    return -1;
}

/* All that the old network has by that beginning is gone, and is there by the other one. */
static bool holds(const Search *s, const Renaming *renaming)
{
    for (int i = 0; i < s->olds; i++)
        if (begins_with(s->old[i].name, renaming->old) &&
            (s->old[i].met || find_free(s, renamed(s->arena, s->old[i].name, renaming), &s->old[i]) < 0))
            return false;
    return true;
}

static void take(Search *s, Renaming renaming)
{
    for (int i = 0; i < s->olds; i++)
        if (begins_with(s->old[i].name, renaming.old))
            s->taken[find_free(s, renamed(s->arena, s->old[i].name, &renaming), &s->old[i])] = true;
    *arena_push(s->arena, s->renaming, s->renamings, s->room) = renaming;
}

static bool is_explained(const Search *s, const char *old)
{
    for (int i = 0; i < s->renamings; i++)
        if (begins_with(old, s->renaming[i].old))
            return true;
    return false;
}

/* The first new tensor that it can be. */
static void explain(Search *s, const NamedTensor *old)
{
    for (int i = 0; i < s->news; i++) {
        if (s->new[i].met || s->taken[i] || !same_shape(&s->new[i], old))
            continue;
        Renaming renaming = difference(s->arena, old->name, s->new[i].name);
        if (*renaming.old && *renaming.new && strlen(renaming.old) < strlen(old->name) && holds(s, &renaming)) {
            take(s, renaming);
            return;
        }
    }
}

/* ---- what `load` is to take ---- */

static bool is_had(const Search *s, int i)
{
    return s->taken[i] || s->new[i].kept;
}

/* All that begins so can be had. */
static bool is_whole(const Search *s, const char *part)
{
    for (int i = 0; i < s->news; i++)
        if (begins_with(s->new[i].name, part) && !is_had(s, i))
            return false;
    return true;
}

/* The most that can be had of what a tensor is in; NULL: not even its layer. */
static const char *part_of(const Search *s, const char *name)
{
    for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        const char *part = arena_copy(s->arena, name, (size_t)(dot - name));
        if (is_whole(s, part))
            return part;
    }
    return NULL;
}

/* " stem stage1", each part once; "" where that is all there is. */
static const char *parts_text(const Search *s)
{
    const char *text = "", *last = "";
    bool all = true;
    for (int i = 0; i < s->news; i++) {
        const char *part = part_of(s, s->new[i].name);
        all &= is_had(s, i);
        if (!part || begins_with(s->new[i].name, last))
            continue;
        text = arena_printf(s->arena, "%s %s", text, part);
        last = part;
    }
    return all ? "" : text;
}

void renamed_tell(FILE *out, Arena *arena, const char *file, const NamedTensor *old, int olds, const NamedTensor *new,
                  int news)
{
    Search s = { .arena = arena, .old = old, .new = new, .olds = olds, .news = news,
                 .taken = arena_array(arena, bool, news + 1) };
    for (int i = 0; i < olds && olds <= MOST_TENSORS && news <= MOST_TENSORS; i++)
        if (!old[i].met && !is_explained(&s, old[i].name))
            explain(&s, &old[i]);
    if (!s.renamings)
        return;
    fprintf(out, "\nrenamed, it seems; in the new card's 'train' these lines, instead of --from, keep the weights:\n"
            "    load \"%s\"%s {\n", file, parts_text(&s));
    for (int i = 0; i < s.renamings; i++)
        fprintf(out, "        rename \"%s\" \"%s\"\n", s.renaming[i].old, s.renaming[i].new);
    fprintf(out, "    }\n");
}
