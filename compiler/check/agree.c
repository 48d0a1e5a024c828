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

#define X(id, word) word,
static const char *const loss_word[LOSS_COUNT] = {LOSS_KINDS(X)};
#undef X

static void note_end(Check *check)
{
    diag_note(check->diagnostics, check->answer->span, "the model ends here");
}

static bool fits(LossKind loss, const Layer *answer)
{
    bool one_output = loss == LOSS_BINARY_CROSSENTROPY;
    return loss_takes[loss].activation == answer->activation && one_output == (answer->shape.c == 1);
}

/* "; after 'softmax' take 'crossentropy'", where nothing else is to be changed. */
static const char *other_loss(const Check *check)
{
    for (int loss = 0; loss < LOSS_COUNT; loss++)
        if (fits(loss, check->answer))
            return arena_printf(check->arena, "; after '%s' take '%s'", loss_takes[loss].word,
                                loss_word[loss]);
    return "";
}

Sound check_loss_fits(Check *check)
{
    Span span = check->loss->arguments->value->span;
    LossKind loss = check->card->job.train.loss;
    Shape shape = check->answer->shape;
    if (check->answer->activation != loss_takes[loss].activation)
        diag_error(check->diagnostics, span, LOSS_ACTIVATION, loss_word[loss], loss_takes[loss].word,
                   other_loss(check));
    else if (!shape_is_vector(shape))
        diag_error(check->diagnostics, span, LOSS_VECTOR, loss_word[loss], shape_text(check->arena, shape));
    else if (loss == LOSS_BINARY_CROSSENTROPY && shape.c != 1)
        diag_error(check->diagnostics, span, LOSS_ONE_OUTPUT, shape.c);
    else if (loss == LOSS_CROSSENTROPY && shape.c == 1)
        diag_error(check->diagnostics, span, LOSS_MORE_OUTPUTS);
    else
        return SOUND_ANSWER;
    note_end(check);
    return SOUND_NONE;
}

/* How many classes the answer can tell apart; one output tells two. */
static int answer_classes(const Check *check)
{
    return check->card->job.train.loss == LOSS_BINARY_CROSSENTROPY ? 2 : check->answer->shape.c;
}

Sound check_target(Check *check)
{
    check->card->job.target = (JobTarget){TARGET_CLASS, {1, 1, 1}};
    return SOUND_NONE;
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

/* A table that names no pictures holds vectors. */
static void check_vector_fits(Check *check)
{
    Shape shape = check->card->job.input.shape;
    if (check->card->job.data.kind == DATA_CSV && !shape_is_vector(shape))
        diag_error(check->diagnostics, check->input.statement->arguments->value->span, TABLE_VECTOR,
                   shape_text(check->arena, shape));
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
    diag_error(check->diagnostics, check->input.statement->arguments->value->span, PICTURE_CHANNELS,
               channels, vector ? picture_hint(check->arena, channels) : "");
    /* What a window would say of a vector is the same mistake. */
    if (vector)
        check->card->job.input.shape = (Shape){0};
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
