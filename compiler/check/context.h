/* context.h - what the checks of one card share. */

#ifndef CHECK_CONTEXT_H
#define CHECK_CONTEXT_H

#include "base/diag.h"
#include "compiler/ast/ast.h"
#include "compiler/ast/rows.h"
#include "compiler/check/scope.h"

typedef struct CardFile CardFile;
typedef struct BlockFile BlockFile;

/* A text that an editor holds: it stands for the file of that name. */
typedef struct {
    const char *path, *text;
    size_t length;
} OpenText;

/* An `include` that brought something in. */
typedef struct {
    Span span;                  /* of the path */
    const CardFile *file;
} Inclusion;

/* What a check found to be there and sound: others may build upon it. */
typedef enum {
    SOUND_NONE = 0,
    SOUND_STRUCTURE = 1 << 0,   /* statements stand where they seem to stand */
    SOUND_INPUT = 1 << 1,
    SOUND_LOSS = 1 << 2,
    SOUND_DATA = 1 << 3,
    SOUND_MODEL = 1 << 4,       /* every value of it is known */
    SOUND_ANSWER = 1 << 5,      /* it ends as its loss wants it */
} Sound;

/* A statement outside of all braces; NULL: the card has none. It sees the names above it. */
typedef struct {
    const Statement *statement;
    Frame sight;
} Found;

/* The `loss` lines of train or of a phase, and what they say. */
typedef struct {
    const JobLoss *loss;
    const Statement **line;
    int count;
} ToldLosses;

/* Where a value comes from that a place does not take, a constant or an argument; the place, and where the caller wrote
 * it. */
typedef struct {
    Span origin, use, argument, constant;
    const char *takes;
    bool misfit;                /* the value is not even of the kind */
} Blame;

typedef struct Check {
    Arena *arena;
    Diagnostics *diagnostics;
    Names *names;

    const OpenText *open;       /* that stand for files */
    int opens;

    CardFile **file;            /* that were read, the card first */
    int files, file_room;
    CardFile *walking;          /* whose statements check_structure is at */
    int include_depth;
    Span including;             /* the path of the innermost `include` */
    Inclusion *inclusion;
    int inclusions, inclusion_room;
    const char *const *setting; /* "NAME=value" of the command line, for sweeps */
    int settings;
    Extent enlarged;            /* pixels that the input is higher and wider than the card says, to try that */
    const BlockFile *block_file;        /* that could be included, the first; listed when a name is first unknown */
    bool block_files_listed;
    bool names_missing;         /* an included file could not be read: any name may be its */

    Found network, input, section[SECTION_COUNT];
    ToldLosses *told_losses;    /* train's own first */
    int told, told_room;
    bool loss_lost;             /* a mistake stands where one is told */

    Blame *blame;
    int blames, blame_room;

    const Name **unused;        /* parameters of blocks */
    int unuseds, unused_room;

    bool card_is_whole;         /* every statement outside of braces is sound */
    bool input_doubted;         /* that its shape does not suit the data, or what changes pictures, was told */
    int data_doubted, data_doubts;  /* the mistake's number that tells what does not suit the kind of data, and its places */
    unsigned strayed;           /* bits: sections of which a statement was found elsewhere */

    Card *card;                 /* filled step by step */
    int layer_room;
    Layer *answer;              /* where the model's cursor stands at its end */
} Check;

/* A layer of the card, and what only the checks want to know of it. */
typedef struct {
    Layer layer;
    const Statement *statement;
    bool used;                  /* another one takes its value */
    bool misplaced;             /* its shape is not to be trusted: a mistake about it was reported, here or above */
} Made;

/* Whether a line of the section stands in other braces: what it would have said is not known. */
static inline bool has_strayed(const Check *check, Section section)
{
    return check->strayed >> section & 1;
}

/* Every layer is made as one. */
static inline Made *made_of(Layer *layer)
{
    return (Made *)layer;
}

/* False for a value whose shape a mistake has hidden: nothing that follows from it is reported. */
static inline bool is_known(const Layer *layer)
{
    return layer->shape.c > 0;
}

#endif
