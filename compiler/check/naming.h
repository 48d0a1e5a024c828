/* naming.h - what a card names, and where it uses what is named. */

#ifndef CHECK_NAMING_H
#define CHECK_NAMING_H

#include "compiler/check/context.h"

/* Whatever stands in a value is used, if it is a name in sight at all. */
void mark_values(Check *check, const Frame *frame, const Value *value);
void mark_arguments(Check *check, const Frame *frame, const Argument *arguments);

/* Declares the name in its frame; NULL, and a message, where it is taken. */
Name *declare(Check *check, Frame *frame, const char *text, NameKind kind, Span span);

#endif
