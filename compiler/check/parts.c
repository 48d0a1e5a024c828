/* parts.c - what the train section says of layers and blocks: which of them are frozen, learn at a rate of their own,
 * take their weights from a file. A part is called by its layers' names, or by how they begin: `stage1` is all of
 * `stage1.1.conv1` and the like. */

#include "compiler/check/parts.h"

#include <string.h>

#include "compiler/check/braces.h"
#include "compiler/check/hint.h"
#include "compiler/check/layers.h"

/* ---- names ---- */

static bool is_within(const char *layer, const char *part)
{
    size_t length = strlen(part);
    return !strncmp(layer, part, length) && (!layer[length] || layer[length] == '.');
}

/* All that a part can be called: layers with weights, and what they are in. */
static void try_names(Hint *hint, const Card *card)
{
    for (int i = 1; i < card->layers; i++) {
        const Layer *layer = card->layer[i];
        for (const char *end = layer->name; end && has_weights(layer); ) {
            end = strchr(end + (*end == '.'), '.');
            size_t length = end ? (size_t)(end - layer->name) : strlen(layer->name);
            hint_try(hint, arena_copy(hint->arena, layer->name, length), BUILT);
        }
    }
}

/* Marks the layers with weights that a part means; a message where there are none. */
static void mark_part(Check *check, const Datum *part, bool *marks)
{
    const Card *card = check->card;
    bool layers = false, weights = false;
    for (int i = 1; i < card->layers; i++) {
        const Layer *layer = card->layer[i];
        if (!is_within(layer->name, part->text))
            continue;
        layers = true;
        weights |= has_weights(layer);
        marks[i] |= has_weights(layer);
    }
    if (weights)
        return;
    if (layers) {
        diag_error(check->diagnostics, part->span, NO_WEIGHTS, part->text);
        return;
    }
    if (names_lost(check->names, part->text))
        return;
    names_lose(check->names, part->text);
    Hint hint = hint_begin(check->arena, part->text);
    try_names(&hint, card);
    diag_error(check->diagnostics, part->span, UNKNOWN_NAME, "layer", part->text,
               hint_is_near(&hint) ? hint_text(&hint) : "; layers and blocks are called as 'netc explain' does");
}

static void mark_parts(Check *check, const Bound *parts, bool *marks)
{
    for (int i = 0; i < parts->count; i++)
        if (parts->datum[i].kind == DATUM_WORD)
            mark_part(check, &parts->datum[i], marks);
}

/* ---- freeze, rate ---- */

/* In the phase's braces, or else in those of train. */
static const Statement *said_in(const Statement *train, const Statement *phase, StatementId id)
{
    return phase && find(phase, id) ? phase : find(train, id) ? train : NULL;
}

static void fill_frozen(Check *check, const Statement *braces, bool *frozen)
{
    const Statement *statement = find(braces, STATEMENT_FREEZE);
    Binding binding = bind_statement(check, statement, STATEMENT_FREEZE);
    mark_parts(check, bound_to(&binding, PARAMETER_FREEZE_PART), frozen);
    for (int i = 1; i < check->card->layers; i++)
        if (has_weights(check->card->layer[i]) && !frozen[i])
            return;
    diag_error(check->diagnostics, statement->keyword_span, ALL_FROZEN);
}

static void fill_factor(Check *check, const Statement *statement, double *factor)
{
    Binding binding = bind_statement(check, statement, STATEMENT_RATE);
    bool *marks = arena_array(check->arena, bool, check->card->layers);
    if (binding.uncertain)
        return;
    mark_parts(check, bound_to(&binding, PARAMETER_RATE_PART), marks);
    for (int i = 1; i < check->card->layers; i++)
        if (marks[i])
            factor[i] = number_of(&binding, PARAMETER_RATE_FACTOR);
}

static void fill_factors(Check *check, const Statement *braces, double *factor)
{
    for (const Statement *statement = braces->block; statement; statement = statement->next)
        if (statement->keyword && !statement->unsound && !strcmp(statement->keyword, "rate"))
            fill_factor(check, statement, factor);
}

/* What several phases take from train is judged once: `told` counts its mistakes then. */
static void fill_phase(Check *check, const Statement *train, const Statement *phase, CardPhase *to, const CardPhase *base)
{
    bool *frozen = arena_array(check->arena, bool, check->card->layers);
    double *factor = arena_array(check->arena, double, check->card->layers);
    const Statement *freezes = said_in(train, phase, STATEMENT_FREEZE);
    const Statement *rates = said_in(train, phase, STATEMENT_RATE);
    *to = (CardPhase){frozen, factor};
    if (freezes == train && base)
        to->frozen = base->frozen;
    else if (freezes)
        fill_frozen(check, freezes, frozen);
    if (rates == train && base)
        to->factor = base->factor;
    else if (rates)
        fill_factors(check, rates, factor);
}

/* ---- load ---- */

static const char *text_of(const Binding *binding, ParameterId id)
{
    const Bound *bound = bound_to(binding, id);
    return bound->count && is_sound(binding, id) ? bound->datum->text : "";
}

static void fill_renames(Check *check, const Statement *statement, JobLoad *load)
{
    int count = 0;
    for (const Statement *s = statement->block; s; s = s->next)
        count += s->keyword && !s->unsound;
    JobRename *rename = arena_array(check->arena, JobRename, count);
    for (const Statement *s = statement->block; s; s = s->next) {
        if (!s->keyword || s->unsound)
            continue;
        Binding binding = bind_arguments(check, &check->section[SECTION_TRAIN].sight, s, &statement_rows[STATEMENT_RENAME]);
        rename[load->renames++] = (JobRename){text_of(&binding, PARAMETER_RENAME_OLD),
                                              text_of(&binding, PARAMETER_RENAME_NEW)};
    }
    load->rename = rename;
}

static void fill_load(Check *check, const Statement *statement, JobLoad *load)
{
    Binding binding = bind_statement(check, statement, STATEMENT_LOAD);
    const Bound *parts = bound_to(&binding, PARAMETER_LOAD_PART);
    const char **part = arena_array(check->arena, const char *, parts->count);
    bool *marks = arena_array(check->arena, bool, check->card->layers);
    *load = (JobLoad){
        .path = text_of(&binding, PARAMETER_LOAD_PATH),
        .part = part,
        .layout = choice_of(&binding, PARAMETER_LOAD_LAYOUT),
        .prefix = text_of(&binding, PARAMETER_LOAD_PREFIX),
        .place = place_of(check, statement),
    };
    mark_parts(check, parts, marks);
    for (int i = 0; i < parts->count; i++)
        if (parts->datum[i].kind == DATUM_WORD)
            part[load->parts++] = parts->datum[i].text;
    fill_renames(check, statement, load);
}

static bool is_load(const Statement *statement)
{
    return statement->keyword && !statement->unsound && !strcmp(statement->keyword, "load");
}

static void fill_loads(Check *check, const Statement *train)
{
    Job *job = &check->card->job;
    int count = 0;
    for (const Statement *statement = train->block; statement; statement = statement->next)
        count += is_load(statement);
    JobLoad *load = arena_array(check->arena, JobLoad, count);
    for (const Statement *statement = train->block; statement; statement = statement->next)
        if (is_load(statement))
            fill_load(check, statement, &load[job->loads++]);
    job->load = load;
}

static bool has_any_weights(const Card *card)
{
    for (int i = 1; i < card->layers; i++)
        if (has_weights(card->layer[i]))
            return true;
    return false;
}

Sound check_parts(Check *check)
{
    const Statement *train = check->section[SECTION_TRAIN].statement;
    const Job *job = &check->card->job;
    if (!train)
        return SOUND_NONE;
    if (!has_any_weights(check->card))
        diag_error(check->diagnostics, check->section[SECTION_MODEL].statement->keyword_span, NOTHING_LEARNS);
    fill_loads(check, train);
    if (!job->phases)
        return SOUND_NONE;
    CardPhase base, *phase = arena_array(check->arena, CardPhase, job->phases);
    fill_phase(check, train, NULL, &base, NULL);
    int count = 0;
    for (const Statement *statement = train->block; statement; statement = statement->next)
        if (statement->keyword && !statement->unsound && !strcmp(statement->keyword, "phase"))
            fill_phase(check, train, statement, &phase[count++], &base);
    if (!count)
        phase[0] = base;
    check->card->phase = phase;
    return SOUND_NONE;
}
