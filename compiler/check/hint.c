#include "compiler/check/hint.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

#define FOREIGN(theirs, ours) {theirs, ours},
#define NEEDLESS(theirs, why)
static const struct { const char *theirs, *ours; } foreign[] = {
#include "compiler/check/foreign.def"
};
#undef FOREIGN
#undef NEEDLESS

#define FOREIGN(theirs, ours)
#define NEEDLESS(theirs, why) {theirs, why},
static const struct { const char *theirs, *why; } needless[] = {
#include "compiler/check/foreign.def"
};
#undef FOREIGN
#undef NEEDLESS

enum { FOREIGNS = sizeof foreign / sizeof *foreign };

static bool begins_with_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    return !strncmp(text, word, length) && (text[length] == ' ' || !text[length]);
}

/* What it is called here, where the candidate may stand; NULL: not by that. */
static const char *translation(const char *word, const char *candidate)
{
    for (int i = 0; i < FOREIGNS; i++)
        if (!strcasecmp(foreign[i].theirs, word) && begins_with_word(foreign[i].ours, candidate))
            return foreign[i].ours;
    return NULL;
}

const char *needless_text(const char *word)
{
    for (size_t i = 0; i < sizeof needless / sizeof *needless; i++)
        if (!strcasecmp(needless[i].theirs, word))
            return needless[i].why;
    return NULL;
}

bool is_foreign(const char *word, const char *candidate)
{
    return !strcasecmp(word, candidate) || translation(word, candidate);
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
    const char *ours = translation(hint->word, candidate);
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
