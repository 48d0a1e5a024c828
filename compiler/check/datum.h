/* datum.h - what a value of the card comes out as: arithmetic is done, names are replaced. */

#ifndef CHECK_DATUM_H
#define CHECK_DATUM_H

#include "compiler/ast/ast.h"
#include "compiler/ast/card.h"

typedef enum {
    DATUM_BAD,                  /* a mistake in it was reported, or stands where it comes from */
    DATUM_NUMBER,
    DATUM_SHAPE,
    DATUM_TEXT,
    DATUM_WORD,
    DATUM_LIST,
    DATUM_LAYER,
} DatumKind;

typedef struct Datum Datum;
struct Datum {
    DatumKind kind;
    Span span;                  /* where it is wrong, if it is */
    Span other;                 /* the other place, where it came by a name; source NULL: none */
    const char *other_note;     /* what to say of that place */
    Span argument, use;         /* of a block's argument: where the caller wrote it, and the block uses it */
    Span origin;                /* of the constant whose value it is, or is made of; source NULL: none */
    Number number;              /* ratios as fractions, angles in their unit */
    Unit unit;
    int extents;
    long extent[MOST_EXTENTS];
    const char *text;           /* of a text or word */
    int choice;                 /* of a word that its place knows: its value in words.def */
    const Datum *item;          /* of a list */
    int items;
    Layer *layer;               /* what a label names; shape 0 where that is not known */
};

/* In base units: fractions for ratios, radians for angles. */
double datum_double(const Datum *datum);

/* An angle in degrees, any other number as it is. */
double datum_degrees(const Datum *datum);

/* As a card would write it, for messages: 20%, 40deg, 3x3, 'relu'. */
const char *datum_text(Arena *arena, const Datum *datum);

#endif
