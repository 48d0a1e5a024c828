#include "compiler/check/naming.h"

#include <string.h>

/* Whoever stands in a value is used, if it is a name at all. */
static void mark_used(Check *check, const Frame *frame, const char *text)
{
    Name *name = name_find(check->names, frame, text);
    if (name)
        name->original->used = true;
}

void mark_arguments(Check *check, const Frame *frame, const Argument *arguments)
{
    for (; arguments; arguments = arguments->next)
        mark_values(check, frame, arguments->value);
}

void mark_values(Check *check, const Frame *frame, const Value *value)
{
    switch (value->kind) {
    case VALUE_WORD:
        mark_used(check, frame, value->text);
        break;
    case VALUE_PATH:
        mark_used(check, frame, arena_copy(check->arena, value->text, strcspn(value->text, ".")));
        break;
    case VALUE_LIST:
    case VALUE_CALL:
        mark_arguments(check, frame, value->items);
        break;
    case VALUE_OPERATION:
        mark_values(check, frame, value->left);
        mark_values(check, frame, value->right);
        break;
    case VALUE_NEGATIVE:
        mark_values(check, frame, value->right);
        break;
    case VALUE_NUMBER:
    case VALUE_SHAPE:
    case VALUE_TEXT:
        break;
    }
}

static bool is_reserved(NameKind kind, const char *text)
{
    return !strcmp(text, "input") || (kind == NAME_BLOCK && statement_find(SECTION_MODEL, text));
}

Name *declare(Check *check, Frame *frame, const char *text, NameKind kind, Span span)
{
    if (is_reserved(kind, text)) {
        diag_error(check->diagnostics, span, NAME_RESERVED, text);
        check->names_missing = true;    /* what uses it has its true name */
        return NULL;
    }
    Name *other = name_find(check->names, frame, text);
    if (!other)
        return name_declare(check->names, frame, text, kind, span);
    diag_error(check->diagnostics, span, NAME_TWICE, text, name_kind_text(other->kind));
    diag_note(check->diagnostics, other->original->span, "the first '%s' is here", text);
    other->original->used = true;
    check->names_missing = true;
    return NULL;
}
