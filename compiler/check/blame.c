#include "compiler/check/blame.h"

#include <string.h>

static bool is_same_line(Span a, Span b)
{
    return a.source == b.source && source_line(a.source, a.from) == source_line(b.source, b.from);
}

static bool is_told(const Check *check, const Blame *new)
{
    for (int i = 0; i < check->blames; i++) {
        const Blame *blame = &check->blame[i];
        if (blame->misfit != new->misfit)
            continue;
        bool same = span_equal(blame->origin, new->origin) && !strcmp(blame->takes, new->takes);
        if (same || (new->misfit && is_same_line(blame->place, new->place)))
            return true;
    }
    return false;
}

bool is_blamed(Check *check, const Datum *datum, const char *takes, bool misfit)
{
    /* Of an argument that is a misfit: the block's line, and that of the call. */
    const Span origin = misfit ? datum->use : datum->origin.source ? datum->origin : datum->argument;
    const Blame new = {origin, takes, datum->argument, misfit};
    if (!new.origin.source)
        return false;
    if (is_told(check, &new)) {
        diag_again(check->diagnostics);
        return true;
    }
    *arena_push(check->arena, check->blame, check->blames, check->blame_room) = new;
    return false;
}
