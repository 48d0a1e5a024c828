#include "compiler/check/sections.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/check/braces.h"
#include "compiler/check/read.h"

/* ---- what all have in common ---- */

bool is_whole(const Statement *section)
{
    for (const Statement *statement = section->block; statement; statement = statement->next)
        if (!statement->keyword || statement->unsound)
            return false;
    return true;
}

Binding bind_found(Check *check, const Found *found, StatementId id)
{
    return bind(check, &found->sight, found->statement, &statement_rows[id]);
}

Binding bind_statement(Check *check, const Statement *statement, StatementId id)
{
    const Found *section = &check->section[statement_rows[id].section];
    return bind(check, &section->sight, statement, &statement_rows[id]);
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

const Statement *need(Check *check, const Statement *section, StatementId id)
{
    const Statement *statement = find(section, id);
    if (!statement && is_whole(section))
        diag_error(check->diagnostics, section->keyword_span, MISSING_STATEMENT, section->keyword,
                   statement_rows[id].keyword);
    return statement;
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

/* One number for all channels, or one for each. */
static const double *by_channel(Check *check, const Binding *binding, ParameterId id, int channels)
{
    double *number = arena_array(check->arena, double, channels > 0 ? channels : 1);
    if (!is_sound(binding, id))
        return number;
    const Datum *datum = bound_to(binding, id)->datum;
    if (datum->kind == DATUM_LIST && channels && datum->items != channels) {
        diag_error(check->diagnostics, datum->span, CHANNELS_DIFFER, datum->items, channels);
        return number;
    }
    for (int i = 0; i < channels; i++)
        number[i] = datum_double(datum->kind == DATUM_LIST ? &datum->item[i] : datum);
    return number;
}

/* A vector is a picture of one pixel. */
static Shape input_shape(const Binding *binding)
{
    if (!is_sound(binding, PARAMETER_INPUT_SHAPE) || binding->full)
        return (Shape){0};
    const Datum *datum = bound_to(binding, PARAMETER_INPUT_SHAPE)->datum;
    if (datum->kind == DATUM_NUMBER)
        return (Shape){1, 1, (int)number_long(datum->number)};
    return (Shape){(int)datum->extent[0], (int)datum->extent[1], (int)datum->extent[2]};
}

Sound check_input(Check *check)
{
    check_network(check);
    if (!check->input.statement)
        return SOUND_NONE;
    int mistakes = diag_count(check->diagnostics);
    Binding binding = bind_found(check, &check->input, STATEMENT_INPUT);
    JobInput *input = &check->card->job.input;
    Shape shape = input_shape(&binding);
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
        .mean = by_channel(check, &binding, PARAMETER_INPUT_MEAN, shape.c),
        .std = by_channel(check, &binding, PARAMETER_INPUT_STD, shape.c),
        .place = place_of(check, check->input.statement),
    };
    if (input->order == ORDER_BGR && shape.c && shape.c != 3)
        diag_error(check->diagnostics, bound_to(&binding, PARAMETER_INPUT_ORDER)->span,
                   ORDER_CHANNELS, shape.c);
    return diag_count(check->diagnostics) == mistakes ? SOUND_INPUT : SOUND_NONE;
}

/* ---- data ---- */

static const char *const *texts_of(Check *check, const Bound *bound)
{
    const char **text = arena_array(check->arena, const char *, bound->count + 1);
    for (int i = 0; i < bound->count; i++)
        text[i] = bound->datum[i].text;
    return text;
}

/* An array is two files: inputs, and targets. */
static void judge_paths(Check *check, const Bound *paths, Span span)
{
    if (check->card->job.data.kind == DATA_ARRAYS && paths->count != 2)
        diag_error(check->diagnostics, span, ARRAY_FILES, paths->count);
}

static JobPart part_of_paths(Check *check, const Statement *statement, const Bound *paths)
{
    judge_paths(check, paths, statement->keyword_span);
    return (JobPart){.path = texts_of(check, paths), .paths = paths->count,
                     .place = place_of(check, statement)};
}

static void fill_train_part(Check *check, const Statement *section, const Bound *above)
{
    JobPart *part = &check->card->job.data.part[PART_TRAIN];
    const Statement *statement = find(section, STATEMENT_DATA_TRAIN);
    if (above->count)
        *part = part_of_paths(check, section, above);
    if (above->count && statement) {
        diag_error(check->diagnostics, statement->keyword_span, STATEMENT_TWICE, "train");
        diag_note(check->diagnostics, above->span, "these paths are its, too");
    } else if (statement) {
        Binding binding = bind_statement(check, statement, STATEMENT_DATA_TRAIN);
        if (is_sound(&binding, PARAMETER_TRAIN_PATH))
            *part = part_of_paths(check, statement, bound_to(&binding, PARAMETER_TRAIN_PATH));
    } else if (!above->count) {
        need(check, section, STATEMENT_DATA_TRAIN);
    }
}

/* What the card says of validation and of test: each a share of train, or paths. */
typedef struct {
    PartKind part;
    StatementId statement;
    ParameterId parameter, seed;
} HeldOut;

static const HeldOut held_out[] = {
    {PART_VALIDATION, STATEMENT_DATA_VALIDATION, PARAMETER_VALIDATION_PART,
     PARAMETER_VALIDATION_SEED},
    {PART_TEST, STATEMENT_DATA_TEST, PARAMETER_TEST_PART, PARAMETER_TEST_SEED},
};
enum { HELD_OUT = sizeof held_out / sizeof *held_out };

static void fill_held_out(Check *check, const Statement *statement, const HeldOut *which,
                          Binding *binding)
{
    JobPart *part = &check->card->job.data.part[which->part];
    *binding = bind_statement(check, statement, which->statement);
    if (!is_sound(binding, which->parameter))
        return;
    const Bound *bound = bound_to(binding, which->parameter);
    int shares = 0;
    for (int i = 0; i < bound->count; i++)
        shares += bound->datum[i].kind == DATUM_NUMBER;
    if (!shares)
        *part = part_of_paths(check, statement, bound);
    else if (bound->count == 1)
        *part = (JobPart){.share = datum_double(bound->datum), .place = place_of(check, statement)};
    else
        diag_error(check->diagnostics, bound->datum[1].span, SHARE_OR_PATHS, statement->keyword);
}

/* One split has one seed. */
static void fill_seed(Check *check, const Bound *seed, const Bound **first)
{
    if (!seed->given || seed->datum->kind != DATUM_NUMBER)
        return;
    check->card->job.data.seed = (uint64_t)number_long(seed->datum->number);
    if (*first && number_compare((*first)->datum->number, seed->datum->number)) {
        diag_error(check->diagnostics, seed->datum->span, SEEDS_DIFFER);
        diag_note(check->diagnostics, (*first)->datum->span, "the other seed is here");
    }
    *first = seed;
}

static void fill_parts(Check *check, const Statement *section)
{
    JobData *data = &check->card->job.data;
    const Bound *seed = NULL;
    const Statement *last = NULL;
    for (int i = 0; i < HELD_OUT; i++) {
        const Statement *statement = find(section, held_out[i].statement);
        if (!statement)
            continue;
        Binding binding;
        fill_held_out(check, statement, &held_out[i], &binding);
        fill_seed(check, bound_to(&binding, held_out[i].seed), &seed);
        last = statement;
    }
    if (data->part[PART_VALIDATION].share + data->part[PART_TEST].share >= 1)
        diag_error(check->diagnostics, last->keyword_span, NOTHING_LEFT);
}

static void fill_class(Check *check, const Statement *statement, JobClass *class)
{
    Binding binding = bind_statement(check, statement, STATEMENT_CLASS);
    const Bound *name = bound_to(&binding, PARAMETER_CLASS_NAME);
    const Bound *pattern = bound_to(&binding, PARAMETER_CLASS_PATTERN);
    bool sound =
        is_sound(&binding, PARAMETER_CLASS_NAME) && is_sound(&binding, PARAMETER_CLASS_PATTERN);
    *class = (JobClass){
        .name = sound ? name->datum->text : "",
        .weight = number_of(&binding, PARAMETER_CLASS_WEIGHT),
        .place = place_of(check, statement),
    };
    if (!sound)
        return;
    class->pattern = texts_of(check, pattern);
    class->patterns = pattern->count;
    if (pattern->count && check->card->job.data.kind == DATA_ARRAYS)
        diag_error(check->diagnostics, pattern->span, ARRAY_PATTERN);
}

static bool is_class(const Statement *statement)
{
    return statement->keyword && !statement->unsound && !strcmp(statement->keyword, "class");
}

/* Classes have names of their own, in a frame that nothing else sees. */
static void declare_class(Check *check, Frame *frame, const char *name, const Statement *statement)
{
    const Name *other = name_find(check->names, frame, name);
    if (!other) {
        name_declare(check->names, frame, name, NAME_LABEL, statement->keyword_span);
        return;
    }
    diag_error(check->diagnostics, statement->keyword_span, CLASS_TWICE, name);
    diag_note(check->diagnostics, other->span, "the first '%s' is here", name);
}

static void fill_classes(Check *check, const Statement *section)
{
    JobData *data = &check->card->job.data;
    int count = 0;
    for (const Statement *statement = section->block; statement; statement = statement->next)
        count += is_class(statement);
    JobClass *class = arena_array(check->arena, JobClass, count);
    Frame frame = frame_within(NULL);
    for (const Statement *statement = section->block; statement; statement = statement->next) {
        if (!is_class(statement))
            continue;
        fill_class(check, statement, &class[data->classes]);
        if (*class[data->classes].name)
            declare_class(check, &frame, class[data->classes].name, statement);
        data->classes++;
    }
    frame_leave(check->names, &frame);
    data->class = class;
    if (count == 1 && is_whole(section))
        diag_error(check->diagnostics, find(section, STATEMENT_CLASS)->keyword_span, ONE_CLASS);
}

static void fill_damaged(Check *check, const Statement *section)
{
    JobData *data = &check->card->job.data;
    const Statement *statement = find(section, STATEMENT_DAMAGED);
    data->damaged = DAMAGED_STOP;
    data->damaged_limit = (int)strtol(parameter_rows[PARAMETER_DAMAGED_LIMIT].standard, NULL, 10);
    if (!statement)
        return;
    Binding binding = bind_statement(check, statement, STATEMENT_DAMAGED);
    data->damaged = choice_of(&binding, PARAMETER_DAMAGED_KIND);
    data->damaged_limit = (int)whole_of(&binding, PARAMETER_DAMAGED_LIMIT);
}

Sound check_data(Check *check)
{
    const Statement *section = check->section[SECTION_DATA].statement;
    JobData *data = &check->card->job.data;
    if (!section)
        return SOUND_NONE;
    int mistakes = diag_count(check->diagnostics);
    Binding binding = bind_found(check, &check->section[SECTION_DATA], STATEMENT_DATA);
    if (!is_sound(&binding, PARAMETER_DATA_KIND) || !is_sound(&binding, PARAMETER_DATA_PATH))
        return SOUND_NONE;
    data->kind = choice_of(&binding, PARAMETER_DATA_KIND);
    data->seed = check->card->job.train.seed;
    data->place = place_of(check, section);
    fill_train_part(check, section, bound_to(&binding, PARAMETER_DATA_PATH));
    fill_parts(check, section);
    fill_classes(check, section);
    fill_damaged(check, section);
    bool sound = is_whole(section) && diag_count(check->diagnostics) == mistakes;
    return sound ? SOUND_DATA : SOUND_NONE;
}
