/* data.c - the data section: which kind it is, what belongs to that kind, its parts and its classes. */

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "compiler/check/braces.h"
#include "compiler/check/sections.h"

enum { MOST_MASK_CLASSES = 254, PIXEL_VALUES = 256, MOST_DOUBTS = 8 };

static bool is_kind(const Check *check, DataKind kind)
{
    return check->card->job.data.kind == kind;
}

static const char *kind_word(DataKind kind)
{
    static const char *const words[] = {
#define X(id, word) word,
        DATA_KINDS(X)
#undef X
    };
    return words[kind];
}

/* ---- what belongs to which kind ---- */

/* Of several things that do not suit the kind the first is told, for it may be the kind that is wrong; the others are
 * places of it. True: it was told. */
static bool is_doubted(Check *check, Span span)
{
    if (!check->data_doubted)
        return false;
    diag_again(check->diagnostics);
    if (++check->data_doubts < MOST_DOUBTS)
        diag_note_to(check->diagnostics, check->data_doubted, span, "nor does this go with '%s'",
                     kind_word(check->card->job.data.kind));
    return true;
}

static void doubt(Check *check)
{
    check->data_doubted = diag_newest(check->diagnostics);
}

#define KIND(id) (1u << DATA_##id)

static const struct {
    StatementId id;
    unsigned kinds;
} belongs[] = {
    {STATEMENT_DATA_FILE, KIND(CSV)},
    {STATEMENT_DATA_LABEL, KIND(CSV)},
    {STATEMENT_DATA_SPLIT, KIND(CSV)},
    {STATEMENT_IGNORE, KIND(PAIRS) | KIND(ARRAYS)},
};

static const char *kinds_of(Check *check, unsigned kinds)
{
    const char *part[DATA_COUNT];
    int parts = 0;
    for (DataKind kind = 0; kind < DATA_COUNT; kind++)
        if (kinds & 1u << kind)
            part[parts++] = arena_printf(check->arena, "'%s'", kind_word(kind));
    return either_text(check->arena, part, parts);
}

/* Where the card does not tell the kind, that is the mistake, not each line. */
static bool judge_kinds(Check *check, const Statement *section, bool told)
{
    DataKind kind = check->card->job.data.kind;
    bool sound = true;
    for (size_t i = 0; i < sizeof belongs / sizeof *belongs; i++) {
        const Statement *statement = find(section, belongs[i].id);
        if (!statement || belongs[i].kinds & 1u << kind)
            continue;
        sound = false;
        if (is_doubted(check, statement->keyword_span))
            continue;
        const char *kinds = kinds_of(check, belongs[i].kinds);
        if (told)
            diag_error(check->diagnostics, statement->keyword_span, OTHER_KIND, statement->keyword, kinds,
                       kind_word(kind));
        else
            diag_error(check->diagnostics, statement->keyword_span, KIND_UNTOLD, statement->keyword, kinds,
                       kind_word(kind));
        doubt(check);
    }
    return sound || told;
}

/* ---- columns of a table ---- */

static const char *const *texts_of(Check *check, const Bound *bound)
{
    const char **text = arena_array(check->arena, const char *, bound->count + 1);
    for (int i = 0; i < bound->count; i++)
        text[i] = bound->datum[i].text;
    return text;
}

static const Place *places_of(Check *check, const Bound *bound)
{
    Place *place = arena_array(check->arena, Place, bound->count + 1);
    for (int i = 0; i < bound->count; i++)
        place[i] = source_place(check->arena, bound->datum[i].span);
    return place;
}

/* One column is named once, else false. They have names of their own, in a frame that nothing else sees. */
static bool name_columns(Check *check, Frame *frame, const Bound *columns)
{
    bool once = true;
    for (int i = 0; i < columns->count; i++) {
        const Datum *column = &columns->datum[i];
        const Name *other = name_find(check->names, frame, column->text);
        if (!other) {
            name_declare(check->names, frame, column->text, NAME_LABEL, column->span);
            continue;
        }
        diag_error(check->diagnostics, column->span, COLUMN_TWICE, column->text);
        diag_note(check->diagnostics, other->span, "the column is named here, too");
        once = false;
    }
    return once;
}

/* The column of a statement that names one, and the binding for its options; NULL where the card has none. */
static const char *column_of(Check *check, const Statement *section, Frame *frame, StatementId id,
                             ParameterId parameter, Binding *binding, Place *place)
{
    const Statement *statement = find(section, id);
    if (!statement)
        return NULL;
    *binding = bind_statement(check, statement, id);
    if (!is_sound(binding, parameter))
        return NULL;
    *place = source_place(check->arena, bound_to(binding, parameter)->span);
    name_columns(check, frame, bound_to(binding, parameter));
    return bound_to(binding, parameter)->datum->text;
}

static const char *text_of(const Binding *binding, ParameterId id, const char *untold)
{
    const Bound *bound = bound_to(binding, id);
    return bound->count && is_sound(binding, id) ? bound->datum->text : untold;
}

/* `target input`: the word alone, since a column may be called so, in quotes. */
static bool is_input(const Bound *columns)
{
    return columns->count == 1 && columns->datum->kind == DATUM_WORD && !strcmp(columns->datum->text, "input");
}

static void judge_input_target(Check *check, const Statement *statement, const Binding *binding)
{
    static const ParameterId options[] = {PARAMETER_TARGET_SCALE, PARAMETER_TARGET_MEAN, PARAMETER_TARGET_STD};
    size_t given = 0;
    while (given < sizeof options / sizeof *options && !bound_to(binding, options[given])->given)
        given++;
    if (given < sizeof options / sizeof *options)
        diag_error(check->diagnostics, bound_to(binding, options[given])->span, OTHER_KIND,
                   parameter_rows[options[given]].name, "columns of a table", "input");
    if (!is_kind(check, DATA_PAIRS) || is_doubted(check, statement->keyword_span))
        return;
    diag_error(check->diagnostics, statement->keyword_span, PAIRS_TARGET);
    doubt(check);
}

static void fill_numbers(Check *check, const Binding *binding, Frame *frame)
{
    JobTable *table = &check->card->job.data.table;
    const Bound *columns = bound_to(binding, PARAMETER_TARGET_COLUMN);
    if (!name_columns(check, frame, columns) || binding->uncertain)
        return;
    table->target = texts_of(check, columns);
    table->targets = columns->count;
    table->target_place = places_of(check, columns);
    table->scale = number_of(binding, PARAMETER_TARGET_SCALE);
    table->mean = numbers_for(check, binding, PARAMETER_TARGET_MEAN, columns->count, "column");
    table->std = numbers_for(check, binding, PARAMETER_TARGET_STD, columns->count, "column");
    if (is_sound(binding, PARAMETER_TARGET_SCALE) && table->scale == 0)
        diag_error(check->diagnostics, bound_to(binding, PARAMETER_TARGET_SCALE)->datum->span, SCALE_ZERO);
}

static void fill_target(Check *check, const Statement *section, Frame *frame)
{
    JobData *data = &check->card->job.data;
    const Statement *statement = find(section, STATEMENT_DATA_TARGET);
    if (!statement)
        return;
    data->target_place = place_of(check, statement);
    Binding binding = bind_statement(check, statement, STATEMENT_DATA_TARGET);
    if (!is_sound(&binding, PARAMETER_TARGET_COLUMN))
        return;
    data->target_is_input = is_input(bound_to(&binding, PARAMETER_TARGET_COLUMN));
    if (data->target_is_input)
        judge_input_target(check, statement, &binding);
    else if (is_kind(check, DATA_CSV))
        fill_numbers(check, &binding, frame);
    else if (!is_doubted(check, statement->keyword_span)) {
        diag_error(check->diagnostics, statement->keyword_span, TARGET_COLUMNS, kind_word(data->kind));
        doubt(check);
    }
}

/* Classes or numbers: a network learns one of them. */
static void judge_answers(Check *check, const Statement *section)
{
    const Statement *label = find(section, STATEMENT_DATA_LABEL);
    const Statement *target = find(section, STATEMENT_DATA_TARGET);
    if (label && target) {
        diag_error(check->diagnostics, target->keyword_span, LABEL_OR_TARGET);
        diag_note(check->diagnostics, label->keyword_span, "the column of classes is named here");
    } else if (!label && !target && is_whole(section) && !has_strayed(check, SECTION_DATA) && !check->data_doubted) {
        diag_error(check->diagnostics, section->keyword_span, MISSING_STATEMENT, section->keyword,
                   "label' or 'target");
    }
}

static void judge_split(Check *check, const Statement *section)
{
    const Statement *split = find(section, STATEMENT_DATA_SPLIT);
    const Statement *validation = find(section, STATEMENT_DATA_VALIDATION), *test = find(section, STATEMENT_DATA_TEST);
    const Statement *part = validation ? validation : test;
    if (!split || !part)
        return;
    diag_error(check->diagnostics, part->keyword_span, SPLIT_TWICE, part->keyword);
    diag_note(check->diagnostics, split->keyword_span, "the column of the parts is named here");
    if (part != test && test)
        diag_note(check->diagnostics, test->keyword_span, "'test' stands here, too");
    doubt(check);
}

static void fill_table(Check *check, const Statement *section)
{
    JobTable *table = &check->card->job.data.table;
    Frame frame = frame_within(NULL);
    Binding binding;
    table->file = column_of(check, section, &frame, STATEMENT_DATA_FILE, PARAMETER_FILE_COLUMN, &binding,
                            &table->file_place);
    table->root = table->file ? text_of(&binding, PARAMETER_FILE_ROOT, "") : "";
    if (*table->root)
        table->root_place = source_place(check->arena, bound_to(&binding, PARAMETER_FILE_ROOT)->datum->span);
    table->label = column_of(check, section, &frame, STATEMENT_DATA_LABEL, PARAMETER_LABEL_COLUMN, &binding,
                             &table->label_place);
    table->separator = table->label ? text_of(&binding, PARAMETER_LABEL_SEPARATOR, "") : "";
    table->split = column_of(check, section, &frame, STATEMENT_DATA_SPLIT, PARAMETER_SPLIT_COLUMN, &binding,
                             &table->split_place);
    fill_target(check, section, &frame);
    frame_leave(check->names, &frame);
}

/* ---- the parts ---- */

/* How many paths a part has; 0: any number. */
static int paths_wanted(const JobData *data)
{
    switch (data->kind) {
    case DATA_ARRAYS:
        return data->target_is_input ? 1 : 2;
    case DATA_PAIRS:
        return 2;
    case DATA_CSV:
        return 1;
    default:
        return 0;
    }
}

static void judge_paths(Check *check, const Bound *paths, Span span)
{
    const JobData *data = &check->card->job.data;
    const Statement *section = check->section[SECTION_DATA].statement;
    bool lost = !is_whole(section) || has_strayed(check, SECTION_DATA);
    int wanted = paths_wanted(data);
    if (!wanted || paths->count == wanted || (data->kind == DATA_ARRAYS && lost) || is_doubted(check, span))
        return;
    if (data->kind == DATA_ARRAYS)
        diag_error(check->diagnostics, span, ARRAY_FILES,
                   wanted == 1 ? "one file, since the input is its own target"
                               : "two files, inputs and targets", paths->count);
    else if (data->kind == DATA_PAIRS)
        diag_error(check->diagnostics, span, PAIR_FOLDERS, paths->count);
    else
        diag_error(check->diagnostics, span, TABLE_FILES, paths->count);
    doubt(check);
}

static JobPart part_of_paths(Check *check, const Statement *statement, const Bound *paths)
{
    judge_paths(check, paths, statement->keyword_span);
    return (JobPart){.path = texts_of(check, paths), .paths = paths->count, .path_place = places_of(check, paths),
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

/* ---- the classes ---- */

/* Pixel values of masks, and whose they are. */
typedef struct {
    const Statement *owner[PIXEL_VALUES];
    int next;                   /* of a class without pattern: one more than the class before has */
} Pixels;

static bool parse_pixel(const char *text, int *value)
{
    char *end;
    *value = (int)strtol(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && end - text <= 3 && *value < PIXEL_VALUES;
}

static void take_pixel(Check *check, Pixels *pixels, const Statement *statement, int value, Span span)
{
    const Statement *other = value < PIXEL_VALUES ? pixels->owner[value] : NULL;
    if (other) {
        diag_error(check->diagnostics, span, PIXEL_TWICE, value);
        diag_note(check->diagnostics, other->keyword_span, "it has a meaning here");
    } else if (value < PIXEL_VALUES) {
        pixels->owner[value] = statement;
    } else {
        diag_error(check->diagnostics, span, PIXEL_VALUE, arena_printf(check->arena, "%d", value));
    }
}

/* The pixel values of a class: those of its patterns, else the next one. */
static void fill_pixels(Check *check, Pixels *pixels, const Statement *statement, const Bound *pattern,
                        JobClass *class)
{
    int *value = arena_array(check->arena, int, pattern->count + 1);
    if (!pattern->count) {
        value[class->values++] = pixels->next;
        take_pixel(check, pixels, statement, pixels->next, statement->keyword_span);
        pixels->next++;
    }
    for (int i = 0; i < pattern->count; i++) {
        if (!parse_pixel(pattern->datum[i].text, &value[i])) {
            diag_error(check->diagnostics, pattern->datum[i].span, PIXEL_VALUE, pattern->datum[i].text);
            continue;
        }
        take_pixel(check, pixels, statement, value[i], pattern->datum[i].span);
        pixels->next = value[i] + 1;
        class->values++;
    }
    class->value = value;
}

/* Classes have names of their own, in a frame that nothing else sees. */
static bool declare_class(Check *check, Frame *frame, const char *name, const Statement *statement)
{
    const Name *other = name_find(check->names, frame, name);
    if (!other)
        return name_declare(check->names, frame, name, NAME_LABEL, statement->keyword_span);
    diag_error(check->diagnostics, statement->keyword_span, CLASS_TWICE, name);
    diag_note(check->diagnostics, other->span, "the first '%s' is here", name);
    return false;
}

static void fill_class(Check *check, Frame *names, Pixels *pixels, const Statement *statement, JobClass *class)
{
    Binding binding = bind_statement(check, statement, STATEMENT_CLASS);
    const Bound *name = bound_to(&binding, PARAMETER_CLASS_NAME);
    const Bound *pattern = bound_to(&binding, PARAMETER_CLASS_PATTERN);
    bool sound =
        is_sound(&binding, PARAMETER_CLASS_NAME) && is_sound(&binding, PARAMETER_CLASS_PATTERN);
    *class = (JobClass){
        .name = sound ? name->datum->text : "",
        .weight = number_of(&binding, PARAMETER_CLASS_WEIGHT),
        .place = sound ? source_place(check->arena, name->span) : place_of(check, statement),
    };
    if (!sound || !declare_class(check, names, class->name, statement))
        return;
    class->pattern = texts_of(check, pattern);
    class->patterns = pattern->count;
    class->pattern_place = places_of(check, pattern);
    if (is_kind(check, DATA_PAIRS))
        fill_pixels(check, pixels, statement, pattern, class);
    if (!pattern->count || !is_kind(check, DATA_ARRAYS) || is_doubted(check, pattern->span))
        return;
    diag_error(check->diagnostics, pattern->span, ARRAY_PATTERN);
    doubt(check);
}

static bool is_class(const Statement *statement)
{
    return statement->keyword && !statement->unsound && !strcmp(statement->keyword, "class");
}

static void fill_classes(Check *check, const Statement *section, Pixels *pixels)
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
        fill_class(check, &frame, pixels, statement, &class[data->classes]);
        data->classes++;
    }
    frame_leave(check->names, &frame);
    data->class = class;
    bool asked = !data->target_is_input && !data->table.targets;
    if (count == 1 && asked && is_whole(section) && !has_strayed(check, SECTION_DATA) && !check->data_doubted) {
        diag_error(check->diagnostics, find(section, STATEMENT_CLASS)->keyword_span, ONE_CLASS);
        doubt(check);
    }
    if (is_kind(check, DATA_PAIRS) && count > MOST_MASK_CLASSES)
        diag_error(check->diagnostics, section->keyword_span, MASK_CLASSES, count, MOST_MASK_CLASSES);
}

static void fill_ignore(Check *check, const Statement *section, Pixels *pixels)
{
    JobData *data = &check->card->job.data;
    const Statement *statement = find(section, STATEMENT_IGNORE);
    if (!statement)
        return;
    Binding binding = bind_statement(check, statement, STATEMENT_IGNORE);
    if (!is_sound(&binding, PARAMETER_IGNORE_VALUE))
        return;
    Span span = bound_to(&binding, PARAMETER_IGNORE_VALUE)->span;
    data->ignores = true;
    data->ignore = (int)whole_of(&binding, PARAMETER_IGNORE_VALUE);
    if (!is_kind(check, DATA_PAIRS))
        return;
    if (data->ignore < 0)
        diag_error(check->diagnostics, span, PIXEL_VALUE, arena_printf(check->arena, "%d", data->ignore));
    else
        take_pixel(check, pixels, statement, data->ignore, span);
}

static void fill_balance(Check *check, const Statement *section)
{
    JobData *data = &check->card->job.data;
    const Statement *statement = find(section, STATEMENT_BALANCE);
    if (!statement)
        return;
    Binding binding = bind_statement(check, statement, STATEMENT_BALANCE);
    data->balance = choice_of(&binding, PARAMETER_BALANCE_WAY);
    data->balance_place = place_of(check, statement);
    if (data->balance == BALANCE_SAMPLE && is_kind(check, DATA_PAIRS))
        diag_error(check->diagnostics, bound_to(&binding, PARAMETER_BALANCE_WAY)->span, BALANCE_MASKS);
}

/* Where the target is numbers, nothing is told apart. */
static void judge_classes(Check *check, const Statement *section)
{
    const JobData *data = &check->card->job.data;
    static const StatementId about[] = {STATEMENT_CLASS, STATEMENT_IGNORE, STATEMENT_BALANCE};
    const Statement *first = NULL;
    if (!(data->target_is_input || data->table.targets) || check->data_doubted)
        return;
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) {
        const Statement *statement = find(section, about[i]);
        if (statement && first)
            diag_note(check->diagnostics, statement->keyword_span, "'%s' stands here, too", statement->keyword);
        else if (statement)
            diag_error(check->diagnostics, statement->keyword_span, NO_CLASSES, statement->keyword,
                       data->target_is_input ? "the input itself" : "numbers");
        first = first ? first : statement;
    }
    if (first)
        doubt(check);
}

/* ---- the whole ---- */

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
    Pixels pixels = {.next = 0};
    if (!judge_kinds(check, section, bound_to(&binding, PARAMETER_DATA_KIND)->given))
        return SOUND_NONE;
    fill_table(check, section);
    fill_train_part(check, section, bound_to(&binding, PARAMETER_DATA_PATH));
    fill_parts(check, section);
    fill_classes(check, section, &pixels);
    fill_ignore(check, section, &pixels);
    fill_balance(check, section);
    judge_classes(check, section);
    if (is_kind(check, DATA_CSV)) {
        judge_split(check, section);
        judge_answers(check, section);
    }
    fill_damaged(check, section);
    /* Behind all others: a line that does not suit the data may be the one that is missing. */
    if (!bound_to(&binding, PARAMETER_DATA_PATH)->count && !binding.uncertain && !check->data_doubted)
        need(check, section, STATEMENT_DATA_TRAIN);
    bool sound = is_whole(section) && !has_strayed(check, SECTION_DATA) && diag_count(check->diagnostics) == mistakes;
    return sound ? SOUND_DATA : SOUND_NONE;
}
