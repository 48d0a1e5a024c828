#include "compiler/check/agree.h"

#include "base/text.h"
#include "compiler/check/layers.h"
#include "compiler/check/read.h"

/* ---- pictures ---- */

/* A table that names no pictures holds vectors. */
static void check_vector_fits(Check *check)
{
    Shape shape = check->card->job.input.shape;
    bool flat = (shape.h == 1) + (shape.w == 1) + (shape.c == 1) > 1;
    const char *vector = arena_printf(check->arena, "; write 'input %d'", shape.h * shape.w * shape.c);
    if (check->card->job.data.kind != DATA_CSV || shape_is_vector(shape))
        return;
    diag_error(check->diagnostics, check->input.statement->arguments->value->span, TABLE_VECTOR,
               shape_text(check->arena, shape), flat ? vector : "");
    check->input_doubted = true;
}

Sound check_pictures_fit(Check *check)
{
    const Job *job = &check->card->job;
    int channels = job->input.shape.c;
    if (!data_has_pictures(&job->data)) {
        check_vector_fits(check);
        return SOUND_NONE;
    }
    if (channels == 1 || channels == 3)
        return SOUND_NONE;
    bool vector = shape_is_vector(job->input.shape);
    bool first = job->input.shape.h == 1 || job->input.shape.h == 3;       /* channels, as others order them */
    const Shape turned = {job->input.shape.w, channels, job->input.shape.h};
    const char *hint = vector ? picture_hint(check->arena, channels)
                     : first ? arena_printf(check->arena, "; did you mean %s?", shape_text(check->arena, turned)) : "";
    diag_error(check->diagnostics, check->input.statement->arguments->value->span, PICTURE_CHANNELS,
               channels, hint);
    check->input_doubted = true;
    return SOUND_NONE;
}

/* ---- what nothing uses ---- */

Sound check_values_used(Check *check)
{
    for (int i = 0; i < check->card->layers; i++) {
        Layer *layer = check->card->layer[i];
        if (layer == check->answer || made_of(layer)->used)
            continue;
        const Statement *statement = made_of(layer)->statement;
        Span span = statement->label ? statement->label_span : statement->keyword_span;
        diag_error(check->diagnostics, span, UNUSED_VALUE, layer->name);
    }
    return SOUND_NONE;
}

static void unused_name(Check *check, const Name *name)
{
    diag_error(check->diagnostics, name->span, UNUSED_NAME, name_kind_text(name->kind), name->text);
}

/* A line with another mistake may have been meant to use it. */
Sound check_names_used(Check *check)
{
    if (diag_count(check->diagnostics))
        return SOUND_NONE;
    const Frame *card = &check->file[0]->frame;
    for (const Name *name = check->card->is_library ? NULL : card->newest; name; name = name->before)
        if (name->original == name && !name->used && !names_lost(check->names, name->text))
            unused_name(check, name);
    for (int i = 0; i < check->unuseds; i++)
        if (!names_lost(check->names, check->unused[i]->text))
            unused_name(check, check->unused[i]);
    return SOUND_NONE;
}
