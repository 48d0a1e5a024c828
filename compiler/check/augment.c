#include "compiler/check/augment.h"

#include <string.h>

#include "compiler/check/bind.h"

/* ---- draws ---- */

/* The bounds of a draw: from -a to a, or those of a pair. */
static void fill_amount(JobAugment *row, int which, const Datum *datum)
{
    bool pair = datum->kind == DATUM_LIST;
    const Datum *high = pair ? &datum->item[1] : datum;
    row->to[which] = datum_double(high);
    row->from[which] = pair ? datum_double(&datum->item[0]) : -row->to[which];
    row->pixels[which] = high->unit == UNIT_PIXEL;
}

/* A row's amounts, down or alone, then right; one is for both. */
static void fill_amounts(JobAugment *row, const Binding *binding, ParameterId first,
                         ParameterId second)
{
    const Bound *right = bound_to(binding, second);
    if (!is_sound(binding, first) || !is_sound(binding, second))
        return;
    fill_amount(row, 0, bound_to(binding, first)->datum);
    fill_amount(row, 1, right->given ? right->datum : bound_to(binding, first)->datum);
}

/* ---- rows of a kind of their own ---- */

static void fill_flip(Check *check, JobAugment *row, const Binding *binding)
{
    double probability = number_of(binding, PARAMETER_FLIP_P);
    const Bound *direction = bound_to(binding, PARAMETER_FLIP_DIRECTION);
    bool given[2] = {false, false};
    row->probability[0] = 0;
    for (int i = 0; i < direction->count; i++) {
        const Datum *datum = &direction->datum[i];
        if (datum->kind == DATUM_BAD)
            continue;
        if (given[datum->choice])
            diag_error(check->diagnostics, datum->span, WORD_TWICE, datum->text);
        given[datum->choice] = true;
        row->probability[datum->choice] = probability;
    }
}

/* True where the pad is whole pixels, or there is none. */
static bool is_whole_pad(Check *check, const Bound *pad)
{
    if (pad->datum->kind == DATUM_BAD || number_is_whole(pad->datum->number))
        return true;
    diag_error(check->diagnostics, pad->datum->span, CROP_PIXELS, datum_text(check->arena, pad->datum));
    return false;
}

/* A padded picture from which its size is cut, or a part that is magnified. */
static void fill_crop(Check *check, JobAugment *row, const Binding *binding)
{
    const Bound *pad = bound_to(binding, PARAMETER_CROP_PAD);
    const Bound *area = bound_to(binding, PARAMETER_CROP_AREA);
    const Bound *aspect = bound_to(binding, PARAMETER_CROP_ASPECT);
    bool sound = is_sound(binding, PARAMETER_CROP_PAD) && is_sound(binding, PARAMETER_CROP_AREA) &&
                 is_sound(binding, PARAMETER_CROP_ASPECT) && is_whole_pad(check, pad);
    if (!sound || binding->uncertain)
        return;
    row->pixels[0] = row->pixels[1] = pad->given;
    if (pad->given && (area->given || aspect->given)) {
        diag_error(check->diagnostics, area->given ? area->span : aspect->span, CROP_BOTH);
        diag_note(check->diagnostics, pad->span, "the padding is told here");
        return;
    }
    if (pad->given) {
        fill_amount(row, 0, pad->datum);
        fill_amount(row, 1, pad->datum);
    } else {
        row->from[0] = number_of(binding, PARAMETER_CROP_AREA);
        row->from[1] = number_of(binding, PARAMETER_CROP_ASPECT);
        row->to[0] = 1;
        row->to[1] = 1 / row->from[1];
    }
    if (row->from[0] == row->to[0])
        diag_error(check->diagnostics, binding->statement->keyword_span, CROP_NOTHING);
}

static void fill_cutout(Check *check, JobAugment *row, const Binding *binding)
{
    (void)check;
    if (!is_sound(binding, PARAMETER_CUTOUT_WINDOW))
        return;
    const Datum *window = bound_to(binding, PARAMETER_CUTOUT_WINDOW)->datum;
    for (int side = 0; side < 2; side++)
        row->from[side] = row->to[side] = (double)window->extent[side];
    row->count = (int)whole_of(binding, PARAMETER_CUTOUT_COUNT);
    row->value = number_of(binding, PARAMETER_CUTOUT_VALUE);
}

static void fill_zoom(Check *check, JobAugment *row, const Binding *binding)
{
    (void)check;
    fill_amounts(row, binding, PARAMETER_ZOOM_AMOUNT, PARAMETER_ZOOM_AMOUNT);
    row->free = choice_of(binding, PARAMETER_ZOOM_ASPECT);
}

static void fill_gray(Check *check, JobAugment *row, const Binding *binding)
{
    (void)check, (void)binding;
    row->from[0] = row->to[0] = 1;
}

/* ---- all rows ---- */

/* `fill` where it is not a draw of one amount or two. */
static const struct {
    AugmentKind kind;
    ParameterId probability, amount, second;
    void (*fill)(Check *check, JobAugment *row, const Binding *binding);
} augmentations[STATEMENT_COUNT] = {
#define DRAWN(id, first, other)                                                                    \
    [STATEMENT_##id] = {AUGMENT_##id, PARAMETER_##id##_P, PARAMETER_##id##_##first,                \
                        PARAMETER_##id##_##other, NULL}
#define FILLED(id, function)                                                                       \
    [STATEMENT_##id] = {.kind = AUGMENT_##id, .probability = PARAMETER_##id##_P, .fill = function}
    DRAWN(ROTATE, ANGLE, ANGLE),
    DRAWN(SHEAR, ANGLE, ANGLE),
    FILLED(ZOOM, fill_zoom),
    DRAWN(SHIFT, DOWN, RIGHT),
    FILLED(FLIP, fill_flip),
    FILLED(CROP, fill_crop),
    DRAWN(BRIGHTNESS, AMOUNT, AMOUNT),
    DRAWN(CONTRAST, AMOUNT, AMOUNT),
    DRAWN(SATURATION, AMOUNT, AMOUNT),
    DRAWN(HUE, ANGLE, ANGLE),
    DRAWN(NOISE, AMOUNT, AMOUNT),
    FILLED(GRAY, fill_gray),
    FILLED(CUTOUT, fill_cutout),
#undef DRAWN
#undef FILLED
};

static Binding bind_row(Check *check, const Statement *statement, StatementId id)
{
    return bind_arguments(check, &check->section[SECTION_AUGMENT].sight, statement, &statement_rows[id]);
}

static void fill_row(Check *check, const Statement *statement, StatementId id, JobAugment *row)
{
    Binding binding = bind_row(check, statement, id);
    *row = (JobAugment){.kind = augmentations[id].kind,
                        .place = source_place(check->arena, statement->keyword_span)};
    row->probability[0] = number_of(&binding, augmentations[id].probability);
    if (augmentations[id].fill)
        augmentations[id].fill(check, row, &binding);
    else
        fill_amounts(row, &binding, augmentations[id].amount, augmentations[id].second);
}

static void fill_fill(Check *check, const Statement *statement)
{
    Binding binding = bind_row(check, statement, STATEMENT_FILLING);
    check->card->job.fill = choice_of(&binding, PARAMETER_FILL_KIND);
    check->card->job.fill_value = number_of(&binding, PARAMETER_FILL_VALUE);
}

/* What is no row of a picture alone. */
static void fill_other(Check *check, const Statement *statement, StatementId id)
{
    Job *job = &check->card->job;
    if (id == STATEMENT_FILLING) {
        fill_fill(check, statement);
        return;
    }
    Binding binding = bind_row(check, statement, id);
    if (id == STATEMENT_MIXUP)
        job->mixup = number_of(&binding, PARAMETER_MIXUP_ALPHA);
    else
        job->cutmix = number_of(&binding, PARAMETER_CUTMIX_ALPHA);
}

static StatementId id_of(const Statement *statement)
{
    return statement_find(SECTION_AUGMENT, statement->keyword)->id;
}

static bool is_sound_line(const Statement *statement)
{
    return statement->keyword && !statement->unsound;
}

static bool is_row(const Statement *statement)
{
    return is_sound_line(statement) && augmentations[id_of(statement)].probability;
}

/* The next row of the job, from this statement on; or NULL. */
static const Statement *row_from(const Statement *statement)
{
    while (statement && !is_row(statement))
        statement = statement->next;
    return statement;
}

Sound check_augment(Check *check)
{
    const Statement *section = check->section[SECTION_AUGMENT].statement;
    if (!section)
        return SOUND_NONE;
    Job *job = &check->card->job;
    int rows = 0;
    for (const Statement *row = row_from(section->block); row; row = row_from(row->next))
        rows++;
    JobAugment *augment = arena_array(check->arena, JobAugment, rows);
    for (const Statement *line = section->block; line; line = line->next)
        if (is_row(line))
            fill_row(check, line, id_of(line), &augment[job->augments++]);
        else if (is_sound_line(line))
            fill_other(check, line, id_of(line));
    job->augment = augment;
    return SOUND_NONE;
}

/* ---- what comes in ---- */

static bool needs_colors(AugmentKind kind)
{
    return kind == AUGMENT_SATURATION || kind == AUGMENT_HUE || kind == AUGMENT_GRAY;
}

static void judge_colors(Check *check, const JobAugment *row, const Statement *statement, Shape shape)
{
    if (needs_colors(row->kind) && shape.c != 3)
        diag_error(check->diagnostics, statement->keyword_span, AUGMENT_COLORS, statement->keyword,
                   shape.c);
}

/* Where several rows ask for a larger picture, it may be the picture that is too small: the first is told. */
static void judge_size(Check *check, const JobAugment *row, const Statement *statement, Shape shape)
{
    int least = shape.h < shape.w ? shape.h : shape.w;
    bool pad = row->kind == AUGMENT_CROP && row->pixels[0] && row->to[0] >= least;
    bool cutout = row->kind == AUGMENT_CUTOUT && (row->to[0] > shape.h || row->to[1] > shape.w);
    if (check->input_doubted || !(pad || cutout))
        return;
    if (pad)
        diag_error(check->diagnostics, statement->keyword_span, CROP_PAD, row->to[0], shape.h, shape.w,
                   least);
    else
        diag_error(check->diagnostics, statement->keyword_span, CUTOUT_LARGE, row->to[0], row->to[1],
                   shape.h, shape.w);
    check->input_doubted = true;
}

/* Of the rows of a picture the first alone: it is one mistake. Numbers can be mixed, not cut. */
static void judge_vector(Check *check, const Statement *section, int numbers)
{
    const Statement *line = section->block;
    while (line && !(is_row(line) || (is_sound_line(line) && id_of(line) == STATEMENT_CUTMIX)))
        line = line->next;
    if (!line)
        return;
    diag_error(check->diagnostics, line->keyword_span, AUGMENT_VECTOR, line->keyword, numbers);
    check->input_doubted = true;
}

Sound check_augment_fits(Check *check)
{
    const Statement *section = check->section[SECTION_AUGMENT].statement;
    const Job *job = &check->card->job;
    Shape shape = job->input.shape;
    bool strange = data_has_pictures(&job->data) && shape.c != 1 && shape.c != 3;
    if (!section || !shape.c || (strange && check->section[SECTION_DATA].statement))
        return SOUND_NONE;
    if (shape_is_vector(shape)) {
        judge_vector(check, section, shape.c);
        return SOUND_NONE;
    }
    const Statement *statement = row_from(section->block);
    for (int i = 0; i < job->augments; i++, statement = row_from(statement->next)) {
        judge_colors(check, &job->augment[i], statement, shape);
        judge_size(check, &job->augment[i], statement, shape);
    }
    return SOUND_NONE;
}

/* ---- what goes out ---- */

/* A mixed image is of a share of each class; a mask is cut as its picture is, and cannot be mixed. */
Sound check_mixing(Check *check)
{
    Job *job = &check->card->job;
    if (job->mixup == 0 && job->cutmix == 0)
        return SOUND_NONE;
    if (job->target.kind == TARGET_CLASS)
        job->target = (JobTarget){TARGET_SHARES, {1, 1, check->answer->shape.c}};
    const Statement *line = check->section[SECTION_AUGMENT].statement->block;
    while (line && !(is_sound_line(line) && id_of(line) == STATEMENT_MIXUP))
        line = line->next;
    if (line && job->target.kind == TARGET_MASK) {
        diag_error(check->diagnostics, line->keyword_span, MIXUP_MASK);
        diag_note(check->diagnostics, check->answer->span, "the model ends here");
    }
    return SOUND_NONE;
}
