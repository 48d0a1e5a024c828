#include "compiler/ast/foreign.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define FOREIGN(theirs, ours) {theirs, ours},
#define NEEDLESS(theirs, why)
static const struct { const char *theirs, *ours; } foreign[] = {
#include "compiler/ast/foreign.def"
};
#undef FOREIGN
#undef NEEDLESS

#define FOREIGN(theirs, ours)
#define NEEDLESS(theirs, why) {theirs, why},
static const struct { const char *theirs, *why; } needless[] = {
#include "compiler/ast/foreign.def"
};
#undef FOREIGN
#undef NEEDLESS

static bool begins_with_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    return !strncmp(text, word, length) && (text[length] == ' ' || !text[length]);
}

const char *foreign_word(const char *theirs, const char *candidate)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (!strcasecmp(foreign[i].theirs, theirs) && begins_with_word(foreign[i].ours, candidate))
            return foreign[i].ours;
    return NULL;
}

const char *needless_text(const char *theirs)
{
    for (size_t i = 0; i < sizeof needless / sizeof *needless; i++)
        if (!strcasecmp(needless[i].theirs, theirs))
            return needless[i].why;
    return NULL;
}
