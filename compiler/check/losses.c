#include "compiler/check/losses.h"

#include <string.h>

#include "compiler/check/braces.h"

static bool is_loss_line(const Statement *statement)
{
    return statement->keyword && !statement->unsound &&
           !strcmp(statement->keyword, statement_rows[STATEMENT_LOSS].keyword);
}

static bool fill_loss(Check *check, const Statement *statement, JobLoss *loss)
{
    Binding binding = bind_statement(check, statement, STATEMENT_LOSS);
    *loss = (JobLoss){
        .kind = choice_of(&binding, PARAMETER_LOSS_KIND),
        .weight = number_of(&binding, PARAMETER_LOSS_WEIGHT),
        .smooth = number_of(&binding, PARAMETER_LOSS_SMOOTH),
        .delta = number_of(&binding, PARAMETER_LOSS_DELTA),
    };
    return is_sound(&binding, PARAMETER_LOSS_KIND) && !binding.uncertain;
}

void fill_losses(Check *check, const Statement *braces, JobTrain *train)
{
    int room = 0, count = 0;
    for (const Statement *s = braces->block; s; s = s->next)
        room += is_loss_line(s);
    if (!room)
        return;
    JobLoss *loss = arena_array(check->arena, JobLoss, room);
    const Statement **line = arena_array(check->arena, const Statement *, room);
    for (const Statement *s = braces->block; s; s = s->next) {
        if (!is_loss_line(s))
            continue;
        check->loss_lost |= !fill_loss(check, s, &loss[count]);
        line[count++] = s;
    }
    train->loss = loss;
    train->losses = count;
    *arena_push(check->arena, check->told_losses, check->told, check->told_room) = (ToldLosses){loss, line, count};
}
