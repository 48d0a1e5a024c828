#include "compiler/check/blocks.h"

#include <string.h>

#include "compiler/check/naming.h"
#include "compiler/check/statement.h"
#include "compiler/check/walk.h"

/* block NAME(parameter, ..., option=default, ...): the call that is its head, or NULL. */
static const Value *block_head(Check *check, const Statement *statement)
{
    const Argument *head = statement->arguments;
    bool sound = head && !head->name && !head->next && head->value->kind == VALUE_CALL;
    for (const Argument *item = sound ? head->value->items : NULL; item; item = item->next)
        sound = sound && (item->name || item->value->kind == VALUE_WORD);
    if (sound)
        return head->value;
    diag_error(check->diagnostics, statement->keyword_span, BLOCK_FORM);
    return NULL;
}

/* The parameters as names of the body, to see that each is used, and none twice; false where one is. */
static bool declare_parameters(Check *check, Frame *body, const Value *head)
{
    bool sound = true;
    for (const Argument *item = head->items; item; item = item->next) {
        if (item->name)
            mark_values(check, body, item->value);
        sound &= declare(check, body, item->name ? item->name : item->value->text, NAME_PARAMETER,
                         item->name_span) != NULL;
    }
    return sound;
}

static void keep_unused(Check *check, const Frame *body)
{
    for (const Name *name = body->newest; name; name = name->before)
        if (name->kind == NAME_PARAMETER && !name->used)
            *arena_push(check->arena, check->unused, check->unuseds, check->unused_room) = name;
}

void declare_block(Check *check, Frame *frame, Statement *statement)
{
    const Value *head = block_head(check, statement);
    if (!head) {
        lose(check, statement);
        check->names_missing = true;
        return;
    }
    Frame body = frame_within(frame);
    name_declare(check->names, &body, "input", NAME_LABEL, (Span){0});
    statement->unsound = !declare_parameters(check, &body, head);
    bool makes_layers = walk_layers(check, &body, statement->block);
    keep_unused(check, &body);
    frame_leave(check->names, &body);
    if (!makes_layers)
        diag_error(check->diagnostics, statement->keyword_span, MAKES_NOTHING, head->text);

    Span span = head->span;
    span.to = span.from + (int)strlen(head->text);
    Name *name = declare(check, frame, head->text, NAME_BLOCK, span);
    if (name) {
        name->block = statement;
        name->makes_layers = makes_layers;
    }
}
