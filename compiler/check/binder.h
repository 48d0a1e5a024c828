/* binder.h - a statement while its values are bound, for the files that do it: bind.c, which gives each value its place;
 * confused.c, which reads what stands in a wrong one; meant.c, which finds words for what was meant; looks.c, which tells
 * whether the line is of its kind at all. */

#ifndef CHECK_BINDER_H
#define CHECK_BINDER_H

#include <string.h>
#include <strings.h>

#include "compiler/check/bind.h"

/* One statement while it is bound. */
typedef struct {
    Check *check;
    const Frame *frame;
    const Statement *statement;
    Binding binding;
    const Argument *argument;   /* that is bound at the moment; NULL: an option */
    bool may_pass;              /* its place may stay empty: it may be meant for another */
    bool wrong;                 /* a wrong value was reported */
    bool crowded;               /* an argument found no place */
    int mistakes;               /* that were reported before it */
} Binder;

static inline bool has_mistake(const Binder *binder)
{
    return binder->wrong || diag_count(binder->check->diagnostics) > binder->mistakes;
}

/* Of a line whose keyword may be wrong, what does not fit it is one mistake. */
static inline bool is_enough(const Binder *binder)
{
    return binder->statement->misfit && has_mistake(binder);
}

/* ---- rows ---- */

static inline bool has_options(const StatementRow *row)
{
    return parameters_of(row) && is_option(&parameter_rows[row->first + parameters_of(row) - 1]);
}

static inline bool is_needed(const ParameterRow *parameter)
{
    return parameter->occurrence == ONE || parameter->occurrence == SOME ||
           parameter->occurrence == MUST;
}

/* The argument that the next one in line is for, or NULL. */
static inline const ParameterRow *argument_row(const Binder *binder, int index)
{
    const StatementRow *row = binder->binding.row;
    bool there = index < parameters_of(row) && !is_option(&parameter_rows[row->first + index]);
    return there ? &parameter_rows[row->first + index] : NULL;
}

/* Options of another optimizer than the card's are not offered. */
static inline bool is_offered(const Binder *binder, const ParameterRow *parameter)
{
    const Bound *first = &binder->binding.bound[0];
    bool told = first->count && first->datum->kind == DATUM_WORD;
    return parameter->state == BUILT && (!told || kinds_include(parameter->kinds, first->datum->text));
}

/* ---- arguments ---- */

static inline bool is_bare_number(const Argument *argument)
{
    return argument->value->kind == VALUE_NUMBER && argument->value->unit == UNIT_NONE;
}

static inline bool is_extent(const Argument *argument)
{
    return is_bare_number(argument) && number_is_whole(argument->value->number);
}

static inline bool is_word(const Argument *argument, const char *word)
{
    return argument->value->kind == VALUE_WORD && !strcasecmp(argument->value->text, word);
}

static inline const Argument *next_unnamed(const Argument *argument)
{
    return argument->next && !argument->next->name ? argument->next : NULL;
}

/* ---- bind.c ---- */

/* By kind alone, whatever its number: tells which parameter an argument is for. */
bool is_of_its_kind(const ParameterRow *parameter, const Datum *datum);

/* By kind and number; a word may be none that the row knows. */
bool fits_parameter(const ParameterRow *parameter, const Datum *datum);

void report_wrong_value(Binder *binder, const ParameterRow *parameter, const Datum *datum);

/* A further value of the parameter at an index. */
void bind_give(Binder *binder, int index, Datum datum, Span span);

/* ---- confused.c ---- */

/* Reports an argument, or some in a row, that stand so that one can tell what was meant, and gives them to the parameter at
 * *index, and beyond. Returns the last of them; NULL: they are not so. */
const Argument *bind_confused(Binder *binder, int *index, const Argument *argument);

/* ---- meant.c: ends of messages, "" where nothing is known ---- */

/* Judged by what is written, so that nothing is reported twice. */
bool is_meant_for(const Binder *binder, const ParameterRow *parameter, const Value *value);

/* What was meant by a value that does not fit its place, or what it is. */
const char *meant_instead(const Binder *binder, const ParameterRow *parameter, const Datum *datum);

/* What an argument that finds no place could be, as an option: "; did you mean 'rate=1e-4'?" */
const char *meant_option(const Binder *binder, const Argument *argument);

/* What should stand before the argument that is bound: "pool 2x2", "pool global". */
const char *meant_word_before(const Binder *binder, const ParameterRow *parameter);

/* Of an argument behind an option: "stride=2 2" is "stride=2x2", and of "rate=0.1 0.9" the second may be another option. */
const char *meant_behind(const Binder *binder, const Argument *argument);

/* A keyword of the section, which no other line takes, by our name or by another. */
const char *meant_line(Arena *arena, Section section, const char *word);

/* Of a row that takes options alone: "; it takes 'pad=' or 'area='" */
const char *meant_options(Arena *arena, const StatementRow *row);

#endif
