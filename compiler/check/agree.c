#include "compiler/check/agree.h"

#include "base/text.h"
#include "compiler/check/layers.h"
#include "compiler/check/read.h"

/* ---- the answer and its loss ---- */

static const struct {
    ActivationKind activation;
    const char *word;
} loss_takes[LOSS_COUNT] = {
    [LOSS_BINARY_CROSSENTROPY] = {ACTIVATION_SIGMOID, "sigmoid"},
    [LOSS_CROSSENTROPY] = {ACTIVATION_SOFTMAX, "softmax"},
};

static void note_end(Check *check)
{
    diag_note(check->diagnostics, check->answer->span, "the model ends here");
}

static const char *loss_word(const Check *check)
{
    return check->loss->arguments->value->text;
}

Sound check_loss_fits(Check *check)
{
    Span span = check->loss->arguments->value->span;
    LossKind loss = check->card->job.train.loss;
    Shape shape = check->answer->shape;
    if (check->answer->activation != loss_takes[loss].activation) {
        diag_error(check->diagnostics, span, LOSS_ACTIVATION, loss_word(check),
                   loss_takes[loss].word);
        note_end(check);
    } else if (!shape_is_vector(shape)) {
        diag_error(check->diagnostics, span, LOSS_VECTOR, loss_word(check),
                   shape_text(check->arena, shape));
        note_end(check);
    } else if (loss == LOSS_BINARY_CROSSENTROPY && shape.c != 1) {
        diag_error(check->diagnostics, span, LOSS_ONE_OUTPUT, shape.c);
        note_end(check);
    } else if (loss == LOSS_CROSSENTROPY && shape.c == 1) {
        diag_error(check->diagnostics, span, LOSS_MORE_OUTPUTS);
        note_end(check);
    }
    return SOUND_NONE;
}

/* How many classes the answer can tell apart; one output tells two. */
static int answer_classes(const Check *check)
{
    return check->card->job.train.loss == LOSS_BINARY_CROSSENTROPY ? 2 : check->answer->shape.c;
}

Sound check_classes_fit(Check *check)
{
    int named = check->card->job.data.classes;
    if (named && named != answer_classes(check)) {
        diag_error(check->diagnostics, check->section[SECTION_DATA].statement->keyword_span,
                   CLASSES_DIFFER, named, answer_classes(check));
        note_end(check);
    }
    return SOUND_NONE;
}

/* ---- pictures ---- */

Sound check_pictures_fit(Check *check)
{
    const Job *job = &check->card->job;
    int channels = job->input.shape.c;
    if (job->data.kind == DATA_FOLDER && channels != 1 && channels != 3)
        diag_error(check->diagnostics, check->input.statement->arguments->value->span,
                   PICTURE_CHANNELS, channels);
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

Sound check_names_used(Check *check)
{
    for (const Name *name = check->file[0]->frame.newest; name; name = name->before)
        if (name->original == name && !name->used && !names_lost(check->names, name->text))
            unused_name(check, name);
    for (int i = 0; i < check->unuseds; i++)
        if (!names_lost(check->names, check->unused[i]->text))
            unused_name(check, check->unused[i]);
    return SOUND_NONE;
}
