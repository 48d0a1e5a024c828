#include "compiler/tools/symbols.h"

#include <string.h>

#include "compiler/check/read.h"

typedef struct {
    Symbols *symbols;
    const Check *check;
    bool *walked;               /* of each file */
} Walk;

/* ---- the tree ---- */

Section section_within(Section outer, const char *keyword)
{
    if (!strcmp(keyword, "block") || !strcmp(keyword, "repeat"))
        return SECTION_MODEL;
    for (int section = SECTION_CARD + 1; section < SECTION_COUNT; section++)
        if (!strcmp(section_rows[section].keyword, keyword))
            return section;
    return outer;
}

int whole_end(const Statement *statement, int to)
{
    if (!statement->has_block)
        return statement->span.to;
    const char *text = statement->span.source->text;
    while (to > statement->span.to && text[to - 1] != '}')
        to--;
    return to;
}

const ParameterRow *parameter_for(const StatementRow *row, const Argument *argument, int place)
{
    const ParameterRow *known = NULL, *in_order = NULL;
    int count = parameters_of(row);
    for (int i = 0; i < count; i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (argument->name && is_option(parameter) && !strcmp(parameter->name, argument->name))
            return parameter;
        if (argument->name || is_option(parameter))
            continue;
        if (argument->value->kind == VALUE_WORD && word_find(parameter->words, argument->value->text))
            known = known ? known : parameter;
        if (i <= place)
            in_order = parameter;
    }
    return known ? known : in_order;
}

/* ---- uses ---- */

static void add_use(Symbols *symbols, const char *text, Span span, const char *block)
{
    *arena_push(symbols->arena, symbols->use, symbols->uses, symbols->use_room) = (Use){ text, span, block };
}

static void use_values(Symbols *symbols, const Value *value);

static void use_items(Symbols *symbols, const Argument *items)
{
    for (; items; items = items->next)
        use_values(symbols, items->value);
}

static void use_values(Symbols *symbols, const Value *value)
{
    switch (value->kind) {
    case VALUE_WORD:
        add_use(symbols, value->text, value->span, NULL);
        break;
    case VALUE_PATH: {
        int length = (int)strcspn(value->text, ".");
        add_use(symbols, arena_copy(symbols->arena, value->text, (size_t)length),
                (Span){ value->span.source, value->span.from, value->span.from + length }, NULL);
        break;
    }
    case VALUE_LIST:
    case VALUE_CALL:
        use_items(symbols, value->items);
        break;
    case VALUE_OPERATION:
        use_values(symbols, value->left);
        use_values(symbols, value->right);
        break;
    case VALUE_NEGATIVE:
        use_values(symbols, value->right);
        break;
    case VALUE_NUMBER:
    case VALUE_SHAPE:
    case VALUE_TEXT:
        break;
    }
}

/* A word that the row knows, or a name that is taken as it is, uses nothing. */
static bool is_verbatim(const StatementRow *row, const Argument *argument, int place)
{
    if (argument->value->kind != VALUE_WORD)
        return false;
    const ParameterRow *parameter = parameter_for(row, argument, place);
    return parameter && (parameter->forms & FORM_NAME || word_find(parameter->words, argument->value->text));
}

static void use_arguments(Symbols *symbols, Section section, const Statement *statement)
{
    const StatementRow *row = statement_find(section, statement->keyword);
    int place = 0;
    if (!row && section == SECTION_MODEL)
        add_use(symbols, statement->keyword, statement->keyword_span, NULL);
    for (const Argument *argument = statement->arguments; argument; argument = argument->next) {
        if (!row && argument->name)
            add_use(symbols, argument->name, argument->name_span, statement->keyword);
        if (!row || !is_verbatim(row, argument, place))
            use_values(symbols, argument->value);
        place += !argument->name;
    }
}

/* ---- declarations ---- */

static int declare(Symbols *symbols, const char *text, NameKind kind, Span span, const Statement *statement, int to)
{
    Span whole = { statement->span.source, statement->span.from, whole_end(statement, to) };
    *arena_push(symbols->arena, symbols->symbol, symbols->symbols, symbols->symbol_room) =
        (Symbol){ .text = text, .kind = kind, .span = span, .whole = whole, .statement = statement };
    return symbols->symbols - 1;
}

static void show(Symbols *symbols, int symbol, Span span)
{
    *arena_push(symbols->arena, symbols->sight, symbols->sights, symbols->sight_room) = (Sight){ symbol, span };
}

static Span until(const Source *source, int from, int to)
{
    return (Span){ source, from, to };
}

/* Where the statement behind this one begins, at most `to`. */
static int next_begin(const Statement *statement, int to)
{
    return statement->next ? statement->next->span.from : to;
}

static void walk_layers(Symbols *symbols, const Statement *statement, int to)
{
    for (; statement; statement = statement->next) {
        int next = next_begin(statement, to);
        if (!statement->keyword)
            continue;
        use_arguments(symbols, SECTION_MODEL, statement);
        walk_layers(symbols, statement->block, next);
        if (statement->label)
            show(symbols, declare(symbols, statement->label, NAME_LABEL, statement->label_span, statement, next),
                 until(statement->span.source, whole_end(statement, next), to));
    }
}

static void walk_section(Symbols *symbols, Section section, const Statement *statement)
{
    for (; statement; statement = statement->next)
        if (statement->keyword) {
            use_arguments(symbols, section, statement);
            walk_section(symbols, section_within(section, statement->keyword), statement->block);
        }
}

static void walk_constants(Symbols *symbols, const Statement *statement, int to, int file_end)
{
    for (const Argument *argument = statement->arguments; argument; argument = argument->next) {
        use_values(symbols, argument->value);
        if (argument->name)
            show(symbols, declare(symbols, argument->name, NAME_CONSTANT, argument->name_span, statement, to),
                 until(statement->span.source, argument->value->span.to, file_end));
    }
}

/* sweep NAME value... */
static void walk_sweep(Symbols *symbols, const Statement *statement, int to, int file_end)
{
    const Argument *first = statement->arguments;
    if (!first || first->name || first->value->kind != VALUE_WORD)
        return;
    for (const Argument *argument = first->next; argument; argument = argument->next)
        use_values(symbols, argument->value);
    show(symbols, declare(symbols, first->value->text, NAME_CONSTANT, first->value->span, statement, to),
         until(statement->span.source, first->value->span.to, file_end));
}

static void walk_block(Symbols *symbols, const Statement *statement, int to, int file_end)
{
    const Argument *argument = statement->arguments;
    const Value *head = argument && !argument->name && argument->value->kind == VALUE_CALL ? argument->value : NULL;
    for (const Argument *item = head ? head->items : NULL; item; item = item->next) {
        if (!item->name && item->value->kind != VALUE_WORD)
            continue;
        if (item->name)
            use_values(symbols, item->value);
        show(symbols, declare(symbols, item->name ? item->name : item->value->text, NAME_PARAMETER, item->name_span,
                              statement, to), until(statement->span.source, item->value->span.to, to));
    }
    walk_layers(symbols, statement->block, to);
    if (!head)
        return;
    Span name = until(head->span.source, head->span.from, head->span.from + (int)strlen(head->text));
    int symbol = declare(symbols, head->text, NAME_BLOCK, name, statement, to);
    symbols->symbol[symbol].head = head;
    show(symbols, symbol, until(statement->span.source, whole_end(statement, to), file_end));
}

/* `freeze` and `rate` name layers: what the model's own braces name is in sight of train, too. */
static void show_labels(Symbols *symbols, const Statement *model, const Statement *train, int to)
{
    int i = 0;
    for (const Statement *line = model->block; line; line = line->next)
        if (line->keyword && line->label) {
            while (symbols->symbol[i].statement != line)
                i++;
            show(symbols, i, until(train->span.source, train->span.to, to));
        }
}

static void walk_file(Walk *walk, int file);

static int index_of(const Check *check, const CardFile *file)
{
    int index = 0;
    while (check->file[index] != file)
        index++;
    return index;
}

/* What an included file has in sight at its end is in sight here. */
static void walk_include(Walk *walk, const Statement *statement, int file_end)
{
    Symbols *symbols = walk->symbols;
    const Span path = statement->arguments ? statement->arguments->value->span : (Span){ 0 };
    for (int i = 0; i < walk->check->inclusions; i++) {
        const Inclusion *inclusion = &walk->check->inclusion[i];
        if (inclusion->span.source != path.source || inclusion->span.from != path.from)
            continue;
        int included = index_of(walk->check, inclusion->file);
        walk_file(walk, included);
        const Source *source = inclusion->file->syntax->source;
        const int sights = symbols->sights;
        for (int k = 0; k < sights; k++) {
            const Sight sight = symbols->sight[k];
            if (sight.span.source == source && sight.span.to > (int)source->length)
                show(symbols, sight.symbol, until(statement->span.source, statement->span.to, file_end));
        }
    }
}

static void walk_file(Walk *walk, int file)
{
    if (walk->walked[file])
        return;
    walk->walked[file] = true;
    Symbols *symbols = walk->symbols;
    const Syntax *syntax = walk->check->file[file]->syntax;
    const Statement *model = NULL;
    /* Only what a file itself names is in sight beyond its end. */
    const int length = (int)syntax->source->length, end = length + 1;
    for (const Statement *statement = syntax->statements; statement; statement = statement->next) {
        int to = next_begin(statement, length);
        if (!statement->keyword)
            continue;
        if (!strcmp(statement->keyword, "let"))
            walk_constants(symbols, statement, to, end);
        else if (!strcmp(statement->keyword, "sweep"))
            walk_sweep(symbols, statement, to, end);
        else if (!strcmp(statement->keyword, "block"))
            walk_block(symbols, statement, to, end);
        else if (!strcmp(statement->keyword, "include"))
            walk_include(walk, statement, end);
        else {
            use_arguments(symbols, SECTION_CARD, statement);
            Section section = section_within(SECTION_CARD, statement->keyword);
            if (section == SECTION_MODEL)
                walk_layers(symbols, (model = statement)->block, to);
            else
                walk_section(symbols, section, statement->block);
            if (section == SECTION_TRAIN && model)
                show_labels(symbols, model, statement, to);
        }
    }
}

Symbols *symbols_read(Arena *arena, const Check *check)
{
    Symbols *symbols = arena_new(arena, Symbols);
    symbols->arena = arena;
    Walk walk = { .symbols = symbols, .check = check, .walked = arena_array(arena, bool, check->files) };
    for (int file = 0; file < check->files; file++)
        walk_file(&walk, file);
    return symbols;
}

/* ---- asked by place ---- */

static bool holds(Span span, const Source *source, int offset)
{
    return span.source == source && span.from <= offset && offset <= span.to;
}

int symbol_find(const Symbols *symbols, const Source *source, int offset, const char *text)
{
    for (int i = 0; i < symbols->sights; i++) {
        const Sight *sight = &symbols->sight[i];
        if (holds(sight->span, source, offset) && !strcmp(symbols->symbol[sight->symbol].text, text))
            return sight->symbol;
    }
    return -1;
}

static int find_option(const Symbols *symbols, const Use *use)
{
    int block = symbol_find(symbols, use->span.source, use->span.from, use->block);
    for (int i = 0; block >= 0 && i < symbols->symbols; i++) {
        const Symbol *symbol = &symbols->symbol[i];
        if (symbol->kind == NAME_PARAMETER && symbol->statement == symbols->symbol[block].statement &&
            !strcmp(symbol->text, use->text))
            return i;
    }
    return -1;
}

static int used_by(const Symbols *symbols, const Use *use)
{
    return use->block ? find_option(symbols, use) : symbol_find(symbols, use->span.source, use->span.from, use->text);
}

int symbol_at(const Symbols *symbols, const Source *source, int offset, Span *span)
{
    for (int i = 0; i < symbols->symbols; i++)
        if (holds(symbols->symbol[i].span, source, offset)) {
            *span = symbols->symbol[i].span;
            return i;
        }
    for (int i = 0; i < symbols->uses; i++)
        if (holds(symbols->use[i].span, source, offset)) {
            *span = symbols->use[i].span;
            return used_by(symbols, &symbols->use[i]);
        }
    return -1;
}

Span *symbol_places(const Symbols *symbols, int symbol, int *count)
{
    Span *place = NULL;
    int room = 0;
    const char *text = symbols->symbol[symbol].text;
    *count = 0;
    *arena_push(symbols->arena, place, *count, room) = symbols->symbol[symbol].span;
    for (int i = 0; i < symbols->uses; i++)
        if (!strcmp(symbols->use[i].text, text) && used_by(symbols, &symbols->use[i]) == symbol)
            *arena_push(symbols->arena, place, *count, room) = symbols->use[i].span;
    return place;
}
