#include "compiler/check/sections.h"

#include <string.h>

#include "base/text.h"
#include "compiler/check/braces.h"
#include "compiler/check/read.h"

/* ---- what all have in common ---- */

bool is_whole(const Statement *section)
{
    for (const Statement *statement = section->block; statement; statement = statement->next)
        if (!statement->keyword || statement->unsound || statement->misfit)
            return false;
    return true;
}

Binding bind_found(Check *check, const Found *found, StatementId id)
{
    return bind_arguments(check, &found->sight, found->statement, &statement_rows[id]);
}

Binding bind_statement(Check *check, const Statement *statement, StatementId id)
{
    const Found *section = &check->section[statement_rows[id].section];
    return bind_arguments(check, &section->sight, statement, &statement_rows[id]);
}

Place place_of(Check *check, const Statement *statement)
{
    return source_place(check->arena, statement->keyword_span);
}

const Statement *find(const Statement *section, StatementId id)
{
    for (const Statement *statement = section->block; statement; statement = statement->next)
        if (statement->keyword && !statement->unsound &&
            !strcmp(statement->keyword, statement_rows[id].keyword))
            return statement;
    return NULL;
}

/* "batch 16 epochs 3": what is wrong there was reported. */
static bool stands_on_a_line(const Statement *section, const char *keyword)
{
    for (const Statement *line = section->block; line; line = line->next)
        for (const Argument *argument = line->arguments; argument; argument = argument->next) {
            const Value *value = argument->value;
            const char *word = argument->name ? argument->name : value->kind == VALUE_WORD ? value->text : "";
            if (!strcmp(word, keyword))
                return true;
        }
    return false;
}

/* Whether a line speaks of a layer that the model does not have, which will be told: at its end stands neither a label of
 * the model's nor a number. */
static bool names_no_layer(const Check *check, const Statement *line)
{
    const StatementRow *row = statement_find(SECTION_TRAIN, line->keyword);
    const Argument *first = line->arguments;
    const Statement *model = check->section[SECTION_MODEL].statement;
    if (!row || !parameters_of(row) || !(parameter_rows[row->first].forms & FORM_PART) || !first || first->name ||
        first->value->kind != VALUE_WORD || strpbrk(first->value->text, "0123456789"))
        return false;
    for (const Statement *layer = model ? model->block : NULL; layer; layer = layer->next)
        if (layer->label && !strcmp(layer->label, first->value->text))
            return false;
    return model;
}

/* Whether a line, whose keyword may be wrong, was meant to be the one that is missed: it could be, or is none of the others
 * that are not there. */
static bool stands_for(Check *check, const Statement *section, const Statement *line, StatementId missed)
{
    const Section inner = statement_rows[missed].section;
    const StatementRow *own = statement_find(inner, line->keyword);
    bool another = false;
    if (own->id == missed || line->has_block)
        return true;
    for (int id = 0; id < STATEMENT_COUNT; id++) {
        const StatementRow *row = &statement_rows[id];
        if (row->section != inner || row == own || !could_be(check, &check->section[inner].sight, line, row))
            continue;
        if (row->id == missed)
            return true;
        another |= row->times == REPEATS || row->times == PHASED_REPEATS || !find(section, id);
    }
    return !another;
}

/* True where no line within the braces could be the one that is not there. */
static bool is_missing(Check *check, const Statement *section, StatementId missed)
{
    for (const Statement *line = section->block; line; line = line->next) {
        if (!line->keyword || (line->unsound && !line->misfit))
            return false;
        if ((line->misfit || names_no_layer(check, line)) && stands_for(check, section, line, missed))
            return false;
    }
    return true;
}

const Statement *need(Check *check, const Statement *section, StatementId id)
{
    const Statement *statement = find(section, id);
    if (!statement && is_missing(check, section, id) && !stands_on_a_line(section, statement_rows[id].keyword) &&
        !has_strayed(check, statement_rows[id].section))
        diag_error(check->diagnostics, section->keyword_span, MISSING_STATEMENT, section->keyword,
                   statement_rows[id].keyword);
    return statement;
}

/* A list before it, as long: it was reported. */
static bool was_as_long(const Binding *binding, ParameterId id, int items)
{
    for (int before = binding->row->first; before < (int)id; before++) {
        const Bound *bound = bound_to(binding, before);
        if (bound->count && bound->datum->kind == DATUM_LIST && bound->datum->items == items)
            return true;
    }
    return false;
}

double *numbers_for(Check *check, const Binding *binding, ParameterId id, int count, const char *what)
{
    double *number = arena_array(check->arena, double, count > 0 ? count : 1);
    if (!is_sound(binding, id))
        return number;
    const Datum *datum = bound_to(binding, id)->datum;
    if (datum->kind == DATUM_LIST && count && datum->items != count) {
        if (!was_as_long(binding, id, datum->items))
            diag_error(check->diagnostics, datum->span, CHANNELS_DIFFER, datum->items, count, what,
                       plural(count));
        check->input_doubted |= binding->row->id == STATEMENT_INPUT;
        return number;
    }
    for (int i = 0; i < count; i++)
        number[i] = datum_double(datum->kind == DATUM_LIST ? &datum->item[i] : datum);
    return number;
}

/* ---- network, input ---- */

/* The card's file without its folder and suffix. */
static const char *base_name(Check *check)
{
    const char *path = check->file[0]->syntax->source->name;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    if (length > 4 && !strcmp(name + length - 4, ".net"))
        length -= 4;
    return !strcmp(path, "-") ? "network" : arena_copy(check->arena, name, length);
}

static void check_network(Check *check)
{
    check->card->job.network = base_name(check);
    if (!check->network.statement)
        return;
    Binding binding = bind_found(check, &check->network, STATEMENT_NETWORK);
    if (is_sound(&binding, PARAMETER_NETWORK_NAME))
        check->card->job.network = bound_to(&binding, PARAMETER_NETWORK_NAME)->datum->text;
    long language = whole_of(&binding, PARAMETER_NETWORK_LANGUAGE);
    if (language > 1)
        diag_error(check->diagnostics, bound_to(&binding, PARAMETER_NETWORK_LANGUAGE)->datum->span,
                   LANGUAGE_VERSION, language);
}

static bool is_measured(const Binding *binding, ParameterId id)
{
    return is_sound(binding, id) && bound_to(binding, id)->datum->kind == DATUM_WORD;
}

/* One number for all channels, or one for each; `unmeasured` where the training files will tell. */
static const double *by_channel(Check *check, const Binding *binding, ParameterId id, int channels,
                                double unmeasured)
{
    if (!is_measured(binding, id))
        return numbers_for(check, binding, id, channels, "channel");
    double *number = arena_array(check->arena, double, channels > 0 ? channels : 1);
    for (int i = 0; i < channels; i++)
        number[i] = unmeasured;
    return number;
}

/* A vector is a picture of one pixel. */
static Shape input_shape(const Binding *binding, Extent enlarged)
{
    if (!is_sound(binding, PARAMETER_INPUT_SHAPE) || binding->full)
        return (Shape){0};
    const Datum *datum = bound_to(binding, PARAMETER_INPUT_SHAPE)->datum;
    if (datum->kind == DATUM_NUMBER)
        return (Shape){1, 1, (int)number_long(datum->number)};
    return (Shape){(int)datum->extent[0] + enlarged.h, (int)datum->extent[1] + enlarged.w, (int)datum->extent[2]};
}

Sound check_input(Check *check)
{
    check_network(check);
    if (!check->input.statement)
        return SOUND_NONE;
    int mistakes = diag_count(check->diagnostics);
    Binding binding = bind_found(check, &check->input, STATEMENT_INPUT);
    JobInput *input = &check->card->job.input;
    Shape shape = input_shape(&binding, check->enlarged);
    if ((double)shape.h * shape.w * shape.c > 0x7fffffff) {
        diag_error(check->diagnostics, check->input.statement->keyword_span, TOO_LARGE, "input",
                   "values");
        shape = (Shape){0};
    }
    *input = (JobInput){
        .shape = shape,
        .resize = choice_of(&binding, PARAMETER_INPUT_RESIZE),
        .filter = choice_of(&binding, PARAMETER_INPUT_FILTER),
        .order = choice_of(&binding, PARAMETER_INPUT_ORDER),
        .scale = number_of(&binding, PARAMETER_INPUT_SCALE),
        .mean = by_channel(check, &binding, PARAMETER_INPUT_MEAN, shape.c, 0),
        .std = by_channel(check, &binding, PARAMETER_INPUT_STD, shape.c, 1),
        .mean_measured = is_measured(&binding, PARAMETER_INPUT_MEAN),
        .std_measured = is_measured(&binding, PARAMETER_INPUT_STD),
        .place = place_of(check, check->input.statement),
    };
    if (input->order == ORDER_BGR && shape.c && shape.c != 3)
        diag_error(check->diagnostics, bound_to(&binding, PARAMETER_INPUT_ORDER)->span,
                   ORDER_CHANNELS, shape.c);
    return diag_count(check->diagnostics) == mistakes ? SOUND_INPUT : SOUND_NONE;
}
