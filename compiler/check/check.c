/* check.c - the checks of a card, each with what must be sound before it can speak: so one mistake
 * does not cause a second message. */

#include "compiler/check/check.h"

#include <assert.h>
#include <string.h>

#include "compiler/check/agree.h"
#include "compiler/check/augment.h"
#include "compiler/check/context.h"
#include "compiler/check/enlarge.h"
#include "compiler/check/fit.h"
#include "compiler/check/metrics.h"
#include "compiler/check/model.h"
#include "compiler/check/parts.h"
#include "compiler/check/read.h"
#include "compiler/check/sections.h"
#include "compiler/check/structure.h"

static const struct {
    Sound (*run)(Check *check);
    Sound needs;
} checks[] = {
    {check_structure,    SOUND_NONE},
    {check_input,        SOUND_STRUCTURE},
    {check_train,        SOUND_STRUCTURE},
    {check_data,         SOUND_STRUCTURE},
    {check_augment,      SOUND_STRUCTURE},
    {check_watching,     SOUND_DATA},
    {check_pictures_fit, SOUND_INPUT | SOUND_DATA},
    {check_augment_fits, SOUND_INPUT},
    {check_model,        SOUND_STRUCTURE},
    {check_library,      SOUND_STRUCTURE},
    {check_parts,        SOUND_MODEL},
    {check_losses_fit,   SOUND_MODEL | SOUND_LOSS},
    {check_data_fits,    SOUND_ANSWER | SOUND_DATA | SOUND_INPUT},
    {check_metrics_fit,  SOUND_ANSWER},
    {check_mixing,       SOUND_ANSWER},
    {check_values_used,  SOUND_MODEL},
    {check_names_used,   SOUND_STRUCTURE},
};

static void run_checks(Check *check)
{
    Sound sound = SOUND_NONE;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if ((sound & checks[i].needs) == checks[i].needs)
            sound |= checks[i].run(check);
}

static bool all_sound(const Statement *statement)
{
    for (; statement; statement = statement->next)
        if (!statement->keyword || statement->unsound || statement->misfit || !all_sound(statement->block))
            return false;
    return true;
}

static const Source *const *sources_of(const Check *check)
{
    const Source **source = arena_array(check->arena, const Source *, check->files);
    for (int i = 0; i < check->files; i++)
        source[i] = check->file[i]->syntax->source;
    return source;
}

bool check_all(Check *check, const char *path)
{
    check->names = names_open(check->arena);
    check->card = arena_new(check->arena, Card);
    const CardFile *file = read_card(check, path);
    if (!file)
        return false;
    run_checks(check);
    note_enlarged(check);
    /* Nothing is passed over in silence. */
    assert(diag_count(check->diagnostics) || all_sound(file->syntax->statements));
    check->card->source = file->syntax->source;
    check->card->read = sources_of(check);
    check->card->reads = check->files;
    check->card->has_model = check->section[SECTION_MODEL].statement != NULL;
    check->card->has_train = check->section[SECTION_TRAIN].statement != NULL;
    return true;
}

/* "0.25 0.5" */
static const char *listed(Arena *arena, const CardSweep *sweep)
{
    const char *text = "";
    for (int i = 0; i < sweep->values; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? " " : "", sweep->value[i]);
    return text;
}

const CardSweep *swept(const Card *card, const char *setting)
{
    size_t length = strcspn(setting, "=");
    for (int i = 0; i < card->sweeps; i++)
        if (strlen(card->sweep[i].name) == length && !strncmp(card->sweep[i].name, setting, length))
            return &card->sweep[i];
    return NULL;
}

const char *setting_fault(Arena *arena, const Card *card, const char *setting)
{
    const CardSweep *sweep = swept(card, setting);
    if (!sweep)
        return arena_printf(arena, "--set %s: the card has no 'sweep %.*s'", setting, (int)strcspn(setting, "="), setting);
    if (sweep->chosen >= 0)
        return NULL;
    return arena_printf(arena, "--set %s: 'sweep %s' has the values %s", setting, sweep->name, listed(arena, sweep));
}

Card *check_card(Arena *arena, const char *path, Diagnostics *diagnostics)
{
    return check_card_with(arena, path, NULL, 0, diagnostics);
}

Card *check_card_with(Arena *arena, const char *path, const char *const *setting, int settings,
                      Diagnostics *diagnostics)
{
    Check check = {.arena = arena, .diagnostics = diagnostics, .setting = setting, .settings = settings};
    bool read = check_all(&check, path);
    return read && !diag_count(diagnostics) ? check.card : NULL;
}
