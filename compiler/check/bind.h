/* bind.h - a statement's values, each in the place of the parameter that it is for. */

#ifndef CHECK_BIND_H
#define CHECK_BIND_H

#include "compiler/check/context.h"

/* What one parameter got. Without a value in the card: its standard, if it has one, and not
 * `given`. */
typedef struct {
    Datum *datum;               /* each fits the parameter's row, or is DATUM_BAD */
    int count, room;
    bool given;
    Span span;                  /* of an option: its name; of arguments: the first value */
} Bound;

typedef struct {
    const StatementRow *row;
    const Statement *statement;
    Bound *bound;               /* [parameters_of(row)] */
    bool full;                  /* arguments too many were told */
    bool uncertain;             /* something was given that is for no parameter: what was meant? */
} Binding;

/* False where it is certain that the line is wrong, and its keyword may be: what follows is of no kind that the row takes
 * there, or another row of the section takes all of it, and this one does not. Nothing is reported. */
bool looks_like(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row);

/* The same of a call, whose block has that head. */
bool looks_like_call(Check *check, const Frame *frame, const Statement *call, const Value *head);

/* True where the line would be sound with the row's keyword, as far as that can be told from what is written. */
bool could_be(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row);

/* The section's first row behind `after` with whose keyword it would be sound, or NULL. */
const StatementRow *could_be_another(Check *check, const Frame *frame, const Statement *statement, Section section,
                                     const StatementRow *after);

/* Gives each value to its parameter, and reports what does not fit, what is missing and what is too
 * much. Of one kind of mistake a statement reports the first. */
Binding bind_arguments(Check *check, const Frame *frame, const Statement *statement, const StatementRow *row);

/* ---- what was bound; the parameter must be of the binding's statement ---- */

const Bound *bound_to(const Binding *binding, ParameterId id);

/* True where every value that it needs is there, and all that are there fit. */
bool is_sound(const Binding *binding, ParameterId id);

/* The first value; 0 where it is not sound or not there. */
double number_of(const Binding *binding, ParameterId id);  /* in base units */
long   whole_of(const Binding *binding, ParameterId id);
int    choice_of(const Binding *binding, ParameterId id);  /* of a word: its value in words.def */

#endif
