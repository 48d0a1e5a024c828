/* scope.h - what names mean, and from where they can be seen.
 *
 * Braces are frames. A name is in sight in its own frame and in those within, below its
 * declaration; a block sees what stands above it, and nothing of its callers. Since nothing is
 * shadowed, there is at most one name of a text in sight. */

#ifndef CHECK_SCOPE_H
#define CHECK_SCOPE_H

#include "base/diag.h"
#include "compiler/ast/ast.h"
#include "compiler/check/datum.h"

typedef enum { NAME_CONSTANT, NAME_PARAMETER, NAME_LABEL, NAME_BLOCK } NameKind;

typedef struct Frame Frame;
typedef struct Name Name;
typedef struct Names Names;

struct Frame {
    const Frame *outer;         /* NULL for a file's */
    int until;                  /* of `outer` it sees the names before this number */
    Name *newest;               /* its own */
    int count;
};

struct Name {
    const char *text;
    NameKind kind;
    Span span;                  /* where it is declared */
    Datum datum;                /* of a constant, a parameter, a label */
    const Statement *block;     /* of a block */
    bool makes_layers;          /* of a block: there is a layer in it, or in what it calls */
    const Frame *frame;
    int number;                 /* within its frame, from 0 */
    Name *original;             /* of an included name: the one in its own file; else itself */
    bool used;
    Name *before;               /* in its frame */
    Name *same;                 /* of the same text, declared before */
};

Names *names_open(Arena *arena);

/* A frame within another, or a file's own where `outer` is NULL. */
Frame frame_within(const Frame *outer);

/* A block's body, wherever it is called from: it sees what stood above the block. */
Frame frame_of_block(const Name *block);

/* Declares; the name must not be in sight. The frame must stay where it is. */
Name *name_declare(Names *names, Frame *frame, const char *text, NameKind kind, Span span);

/* Forgets the names of a frame when its braces are left; the latest frame first. */
void frame_leave(Names *names, Frame *frame);

/* The name of that text in sight, or NULL. */
Name *name_find(const Names *names, const Frame *frame, const char *text);

/* Calls `each` for names in sight, the nearest frame first; not for so many that it takes long. */
void names_in_sight(const Frame *frame, void (*each)(void *, const Name *), void *context);

/* A word about which there is a message, or that stands where a message is: it may declare a name,
 * or use one, and nobody complains of it any more. */
void names_lose(Names *names, const char *word);
void names_lose_all(Names *names, Span span);  /* every word in that text */
bool names_lost(const Names *names, const char *word);

/* Of a word that means nothing, one message tells all places. The newest mistake is its, which stands at `span`; or
 * this is a further place of it, which that mistake is to name: false where there is no such mistake. */
void names_tell(Names *names, Diagnostics *diagnostics, const char *word, Span span);
bool names_tell_too(Names *names, Diagnostics *diagnostics, const char *word, Span span);

const char *name_kind_text(NameKind kind);  /* "constant" */

#endif
