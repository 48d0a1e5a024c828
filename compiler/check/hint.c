#include "compiler/check/hint.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "compiler/ast/foreign.h"

bool is_foreign(const char *word, const char *candidate)
{
    return !strcasecmp(word, candidate) || foreign_word(word, candidate);
}

Hint hint_begin(Arena *arena, const char *word)
{
    return (Hint){.arena = arena, .word = word, .guess = guess_begin(word)};
}

void hint_try(Hint *hint, const char *candidate, State state)
{
    const char *nearest = hint->guess.nearest;
    guess_try(&hint->guess, candidate);
    if (hint->guess.nearest != nearest && !hint->ours)
        hint->planned = state == PLANNED;
    const char *ours = foreign_word(hint->word, candidate);
    if (ours && (!hint->ours || hint->planned)) {
        hint->ours = ours;
        hint->planned = state == PLANNED;
    }
    if (state == BUILT)
        *arena_push(hint->arena, hint->built, hint->builts, hint->room) =
            arena_printf(hint->arena, "'%s'", candidate);
}

bool hint_is_near(const Hint *hint)
{
    return hint->ours || hint->guess.nearest;
}

const char *hint_text(const Hint *hint)
{
    if (hint->ours)
        return arena_printf(hint->arena, "; it is called '%s' here%s", hint->ours,
                            hint->planned ? ", and not built yet" : "");
    if (hint->guess.nearest && hint->planned)
        return arena_printf(hint->arena, "; did you mean '%s', which is not built yet?", hint->guess.nearest);
    if (hint->guess.nearest || !hint->builts)
        return guess_text(hint->arena, &hint->guess);
    return arena_printf(hint->arena, "; it is %s", either_text(hint->arena, hint->built, hint->builts));
}

const char *unnamed_text(Arena *arena, const char *argument)
{
    return arena_printf(arena, "; give its %s without a name", argument);
}
