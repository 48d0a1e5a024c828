#include "compiler/check/fit.h"

#include <string.h>

#include "base/text.h"
#include "compiler/check/braces.h"

/* ---- losses ---- */

#define X(id, word) word,
static const char *const loss_word[LOSS_COUNT] = {LOSS_KINDS(X)};
#undef X

/* Those that compare classes are of one activation; the others compare numbers, whatever made them. */
static const struct {
    const char *after;
    ActivationKind activation;
} classing[LOSS_COUNT] = {
    [LOSS_BINARY_CROSSENTROPY] = {"sigmoid", ACTIVATION_SIGMOID},
    [LOSS_CROSSENTROPY] = {"softmax", ACTIVATION_SOFTMAX},
    [LOSS_DICE] = {"sigmoid", ACTIVATION_SIGMOID},
};

static Span span_of(const ToldLosses *told, int which)
{
    return told->line[which]->arguments->value->span;
}

static void note_end(Check *check)
{
    diag_note(check->diagnostics, check->answer->span, "the model ends here");
}

/* "; after 'softmax' take 'crossentropy'", where nothing else is to be changed. */
static const char *other_loss(const Check *check)
{
    const Layer *answer = check->answer;
    for (int loss = 0; loss < LOSS_COUNT; loss++)
        if (classing[loss].after && classing[loss].activation == answer->activation &&
            (loss == LOSS_CROSSENTROPY) == (answer->shape.c > 1))
            return arena_printf(check->arena, "; after '%s' take '%s'", classing[loss].after, loss_word[loss]);
    return "";
}

/* What a loss has the answer compared with, as far as the two tell. */
static TargetKind target_of(LossKind loss, Shape answer)
{
    if (!classing[loss].after)
        return TARGET_NUMBERS;
    if (loss == LOSS_BINARY_CROSSENTROPY && answer.c > 1)
        return TARGET_SHARES;
    return shape_is_vector(answer) ? TARGET_CLASS : TARGET_MASK;
}

static bool fits_answer(Check *check, const ToldLosses *told, int which)
{
    LossKind loss = told->loss[which].kind;
    Span span = span_of(told, which);
    const Layer *answer = check->answer;
    if (classing[loss].after && answer->activation != classing[loss].activation)
        diag_error(check->diagnostics, span, LOSS_ACTIVATION, loss_word[loss], classing[loss].after,
                   other_loss(check));
    else if (loss == LOSS_CROSSENTROPY && answer->shape.c == 1)
        diag_error(check->diagnostics, span, LOSS_MORE_OUTPUTS);
    else if (loss == LOSS_DICE && answer->shape.c > 1)
        diag_error(check->diagnostics, span, DICE_OUTPUTS, answer->shape.c);
    else
        return true;
    note_end(check);
    return false;
}

static bool is_new(Check *check, const ToldLosses *told, int which)
{
    const char *word = loss_word[told->loss[which].kind];
    for (int i = 0; i < which; i++)
        if (told->loss[i].kind == told->loss[which].kind) {
            diag_error(check->diagnostics, span_of(told, which), WORD_TWICE, word);
            diag_note(check->diagnostics, span_of(told, i), "the first '%s' is here", word);
            return false;
        }
    return true;
}

/* One target serves all, those of phases too. */
static bool fits_first(Check *check, const ToldLosses *told, int which)
{
    LossKind first = check->told_losses->loss->kind, loss = told->loss[which].kind;
    Shape answer = check->answer->shape;
    if (target_of(first, answer) == target_of(loss, answer))
        return true;
    bool numbers = target_of(loss, answer) == TARGET_NUMBERS;
    diag_error(check->diagnostics, span_of(told, which), LOSSES_DIFFER, loss_word[loss],
               numbers ? "numbers" : "classes", loss_word[first], numbers ? "classes" : "numbers");
    diag_note(check->diagnostics, span_of(check->told_losses, 0), "'%s' is here", loss_word[first]);
    return false;
}

/* What holds one number for each pixel of the answer, or one for each of its own. */
static Shape shape_of_target(TargetKind kind, Shape answer)
{
    bool classes = kind == TARGET_CLASS || kind == TARGET_MASK;
    return (Shape){answer.h, answer.w, classes ? 1 : answer.c};
}

/* What the first loss says the answer is compared with. */
Sound check_losses_fit(Check *check)
{
    for (int t = 0; t < check->told; t++)
        for (int i = 0; i < check->told_losses[t].count; i++)
            if (!fits_answer(check, &check->told_losses[t], i) || !is_new(check, &check->told_losses[t], i) ||
                !fits_first(check, &check->told_losses[t], i))
                return SOUND_NONE;
    TargetKind kind = target_of(check->told_losses->loss->kind, check->answer->shape);
    check->card->job.target = (JobTarget){kind, shape_of_target(kind, check->answer->shape)};
    return SOUND_ANSWER;
}

/* ---- the data ---- */

/* How many classes the answer can tell apart; one output tells two. */
static int answer_classes(const Check *check)
{
    return check->answer->shape.c == 1 ? 2 : check->answer->shape.c;
}

/* What would tell so many apart. */
static const char *outputs_for(const Check *check, int classes)
{
    const char *form = check->answer->shape.c > 1 ? "let it end with %d outputs"
                                                  : "end it with %d outputs and 'softmax', and take 'crossentropy'";
    return arena_printf(check->arena, form, classes);
}

static void check_classes(Check *check)
{
    int named = check->card->job.data.classes;
    bool numbers = check->card->job.target.kind == TARGET_NUMBERS;
    if (!named || numbers || named == answer_classes(check))
        return;
    diag_error(check->diagnostics, check->section[SECTION_DATA].statement->keyword_span, CLASSES_DIFFER, named,
               answer_classes(check), outputs_for(check, named));
    note_end(check);
}

/* What the data tells of a picture; of arrays only the trainer sees what is in them. A table's rows may have
 * several labels each, which is for the loss to say. */
static bool tells(const JobData *data, TargetKind wanted, TargetKind *kind)
{
    if (data->target_is_input || data->table.targets)
        *kind = TARGET_NUMBERS;
    else if (data->kind == DATA_CSV && wanted == TARGET_SHARES)
        *kind = TARGET_SHARES;
    else
        *kind = data->kind == DATA_PAIRS ? TARGET_MASK : TARGET_CLASS;
    return data->kind != DATA_ARRAYS || data->target_is_input;
}

static const char *const compared[TARGET_COUNT] = {
    [TARGET_CLASS] = "one class for each picture",
    [TARGET_MASK] = "a class for each pixel",
    [TARGET_SHARES] = "classes of which a picture may have several",
    [TARGET_NUMBERS] = "numbers",
};

const char *compared_text(TargetKind kind)
{
    return compared[kind];
}

/* What would make the loss at hand fit what the data tells. */
static const char *remedy(TargetKind wanted, TargetKind told, Shape answer)
{
    if (told == TARGET_NUMBERS)
        return "; take 'mse'";
    if (wanted == TARGET_MASK)
        return "; 'pool average global' before the last activation makes a vector of a map";
    if (told == TARGET_MASK && wanted != TARGET_NUMBERS && shape_is_vector(answer))
        return "; let the model answer with a map as large as the input";
    return answer.c == 1 ? "; take 'binary_crossentropy' after 'sigmoid'" : "; take 'crossentropy' after 'softmax'";
}

static void note_data(Check *check)
{
    const JobData *data = &check->card->job.data;
    const Statement *section = check->section[SECTION_DATA].statement;
    Span span = section->keyword_span;
    for (const Statement *s = section->block; s; s = s->next)
        if (s->keyword && data->target_place.line && !strcmp(s->keyword, "target"))
            span = s->keyword_span;
    diag_note(check->diagnostics, span, "the data tells it here");
}

static bool fits_told(Check *check, TargetKind told)
{
    const ToldLosses *losses = check->told_losses;
    TargetKind wanted = check->card->job.target.kind;
    LossKind loss = losses->loss->kind;
    if (wanted == told)
        return true;
    diag_error(check->diagnostics, span_of(losses, 0), LOSS_DATA, loss_word[loss], compared[wanted],
               compared[told], remedy(wanted, told, check->answer->shape));
    if (wanted != TARGET_NUMBERS)
        note_end(check);
    note_data(check);
    return false;
}

/* A mask is as large as its picture, which is as large as the input. */
static void check_map(Check *check)
{
    Shape input = check->card->job.input.shape, answer = check->answer->shape;
    if (input.h == answer.h && input.w == answer.w)
        check_classes(check);
    else
        diag_error(check->diagnostics, check->answer->span, MAP_SIZE, answer.h, answer.w, input.h, input.w);
}

/* ---- numbers ---- */

static void check_columns(Check *check)
{
    int columns = check->card->job.data.table.targets;
    Shape answer = check->answer->shape;
    if (shape_is_vector(answer) && answer.c == columns)
        return;
    diag_error(check->diagnostics, check->answer->span, OUTPUTS_DIFFER, shape_short_text(check->arena, answer), columns,
               plural(columns), columns);
    note_data(check);
}

/* What would give an answer the input's shape. */
static const char *way_back(const Check *check, Shape input, Shape answer)
{
    const char *shape = shape_short_text(check->arena, input);
    if (shape_size(input) == shape_size(answer))
        return arena_printf(check->arena, "'reshape %s' at its end gives it that shape", shape);
    if (shape_is_vector(answer))
        return arena_printf(check->arena, "end it with 'dense %ld'%s", shape_size(input),
                            shape_is_vector(input) ? "" : arena_printf(check->arena, " and 'reshape %s'", shape));
    if (input.h == answer.h && input.w == answer.w)
        return arena_printf(check->arena, "let it end with %d channel%s", input.c, plural(input.c));
    return "'pad=same' keeps a map's size, 'upsample' enlarges it";
}

static bool fits_input(Check *check)
{
    Shape input = check->card->job.input.shape, answer = check->answer->shape;
    if (shape_equal(input, answer) || diag_has(check->diagnostics, DIAG_PICTURE_CHANNELS))
        return true;
    diag_error(check->diagnostics, check->answer->span, INPUT_DIFFERS, shape_short_text(check->arena, answer),
               shape_short_text(check->arena, input), way_back(check, input, answer));
    note_data(check);
    return false;
}

/* Whether a picture's values, from 0 to 255 in a file, come in from 0 to 1. */
static bool is_unit_range(const JobInput *input)
{
    bool unit = !input->mean_measured && !input->std_measured;
    for (int c = 0; c < input->shape.c; c++) {
        double low = -input->mean[c] / input->std[c], high = (255 * input->scale - input->mean[c]) / input->std[c];
        unit = unit && low >= 0 && low <= 1 && high >= 0 && high <= 1 + 1e-12;
    }
    return unit;
}

/* 'binary_crossentropy' takes shares, which the values of a picture may be. */
static bool shares_input(Check *check)
{
    Job *job = &check->card->job;
    for (int t = 0; t < check->told; t++)
        for (int i = 0; i < check->told_losses[t].count; i++)
            if (check->told_losses[t].loss[i].kind != LOSS_BINARY_CROSSENTROPY)
                return false;
    job->target = (JobTarget){TARGET_NUMBERS, check->answer->shape};
    if (!is_unit_range(&job->input)) {
        diag_error(check->diagnostics, span_of(check->told_losses, 0), INPUT_RANGE);
        diag_note(check->diagnostics, check->input.statement->keyword_span, "the input is here");
    }
    return true;
}

static void check_numbers(Check *check)
{
    const JobData *data = &check->card->job.data;
    if (data->target_is_input) {
        if (fits_input(check) && !shares_input(check))
            fits_told(check, TARGET_NUMBERS);
    } else if (fits_told(check, TARGET_NUMBERS)) {
        check_columns(check);
    }
}

/* ---- lines about classes ---- */

/* Of arrays, whose loss asks for something else. */
static void check_class_lines(Check *check)
{
    static const StatementId about[] = {STATEMENT_CLASS, STATEMENT_IGNORE, STATEMENT_BALANCE};
    const Statement *section = check->section[SECTION_DATA].statement;
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) {
        const Statement *statement = find(section, about[i]);
        if (statement && check->card->job.target.kind == TARGET_NUMBERS)
            diag_error(check->diagnostics, statement->keyword_span, NO_CLASSES, statement->keyword, "numbers");
    }
}

/* What is left out of masks, and what is balanced. */
static void check_class_kinds(Check *check)
{
    const Statement *section = check->section[SECTION_DATA].statement;
    const Statement *ignore = find(section, STATEMENT_IGNORE), *balance = find(section, STATEMENT_BALANCE);
    TargetKind kind = check->card->job.target.kind;
    if (ignore && (kind == TARGET_CLASS || kind == TARGET_SHARES))
        diag_error(check->diagnostics, ignore->keyword_span, IGNORE_PIXELS, compared[kind]);
    if (balance && kind == TARGET_SHARES)
        diag_error(check->diagnostics, balance->keyword_span, BALANCE_LABELS);
    if (balance && kind == TARGET_MASK && check->card->job.data.balance == BALANCE_SAMPLE)
        diag_error(check->diagnostics, balance->arguments->value->span, BALANCE_MASKS);
}

/* ---- weights ---- */

/* The first line that makes classes weigh. */
static const Statement *weighing_line(const Check *check)
{
    const JobData *data = &check->card->job.data;
    int class = 0;
    for (const Statement *s = check->section[SECTION_DATA].statement->block; s; s = s->next) {
        if (s->keyword && !strcmp(s->keyword, "class") && data->class[class++].weight != 1)
            return s;
        if (s->keyword && !strcmp(s->keyword, "balance") && data->balance == BALANCE_WEIGHT)
            return s;
    }
    return NULL;
}

/* Of all losses dice alone has no weights to heed. */
static void check_weights(Check *check)
{
    const Statement *line = weighing_line(check);
    for (int t = 0; t < check->told; t++)
        for (int i = 0; i < check->told_losses[t].count; i++)
            if (check->told_losses[t].loss[i].kind != LOSS_DICE)
                return;
    if (line)
        diag_error(check->diagnostics, line->keyword_span, WEIGHTS_UNUSED);
}

Sound check_data_fits(Check *check)
{
    TargetKind told;
    bool one_of_many = check->told_losses->loss->kind == LOSS_BINARY_CROSSENTROPY && check->answer->shape.c > 1;
    bool is_told = tells(&check->card->job.data, check->card->job.target.kind, &told);
    if (is_told && told == TARGET_CLASS && one_of_many && shape_is_vector(check->answer->shape)) {
        diag_error(check->diagnostics, span_of(check->told_losses, 0), LOSS_ONE_OUTPUT, check->answer->shape.c);
        note_end(check);
    } else if (!is_told) {
        check_classes(check);
        check_class_lines(check);
        check_class_kinds(check);
        check_weights(check);
    } else if (told == TARGET_NUMBERS) {
        check_numbers(check);
    } else if (fits_told(check, told)) {
        told == TARGET_MASK ? check_map(check) : check_classes(check);
        check_class_kinds(check);
        check_weights(check);
    }
    return SOUND_NONE;
}
