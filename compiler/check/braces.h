/* braces.h - what the checks of sections ask of the statements within a pair of braces: sections.c. */

#ifndef CHECK_BRACES_H
#define CHECK_BRACES_H

#include "compiler/check/bind.h"

/* True where every statement within the braces is sound and looks like what it is called: then what is not there is missing. */
bool is_whole(const Statement *section);

/* The sound statement of that kind within the braces, or NULL. */
const Statement *find(const Statement *section, StatementId id);

/* It, or a message that it is missing. */
const Statement *need(Check *check, const Statement *section, StatementId id);

/* Binds a statement of a section, or one outside of all braces, which is found at `found`. */
Binding bind_statement(Check *check, const Statement *statement, StatementId id);
Binding bind_found(Check *check, const Found *found, StatementId id);

/* One number for all, or a list with one for each of `count`, each of which is a `what` ("channel"). */
double *numbers_for(Check *check, const Binding *binding, ParameterId id, int count, const char *what);

Place place_of(Check *check, const Statement *statement);

#endif
