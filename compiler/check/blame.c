#include "compiler/check/blame.h"

#include <string.h>

enum { MOST_BLAMES = 1000 };

static bool is_same_line(Span a, Span b)
{
    return a.source == b.source && source_line(a.source, a.from) == source_line(b.source, b.from);
}

static bool is_same(const Blame *told, const Blame *new)
{
    bool alike = !*told->takes || !*new->takes || !strcmp(told->takes, new->takes);
    if (told->misfit != new->misfit)
        return false;
    return (alike && span_equal(told->origin, new->origin)) ||
           (alike && new->use.source && span_equal(told->use, new->use)) ||
           (new->misfit && new->constant.source && span_equal(told->constant, new->constant)) ||
           (new->misfit && is_same_line(told->argument, new->argument));
}

static bool is_told(const Check *check, const Blame *new)
{
    int told = 0;
    while (told < check->blames && !is_same(&check->blame[told], new))
        told++;
    return told < check->blames;
}

bool is_blamed(Check *check, const Datum *datum, const char *takes, bool misfit)
{
    /* Of an argument that is a misfit: the block's line, and that of the call. */
    const Span value = datum->origin.source ? datum->origin : datum->argument;
    const Span origin = misfit && datum->use.source ? datum->use : value;
    const Blame new = {origin, datum->use, datum->argument, datum->origin, takes, misfit};
    if (!new.origin.source)
        return false;
    bool told = is_told(check, &new);
    if (told)
        diag_again(check->diagnostics);
    /* What is the same as this will be the same mistake, too. */
    if (!told || check->blames < MOST_BLAMES)
        *arena_push(check->arena, check->blame, check->blames, check->blame_room) = new;
    return told;
}
