#include "compiler/tools/lsp_complete.h"

#include <string.h>

#include "compiler/ast/parse.h"
#include "compiler/check/takes.h"
#include "compiler/tools/lsp_hover.h"

/* As the protocol numbers them. */
typedef enum { ITEM_FUNCTION = 3, ITEM_VARIABLE = 6, ITEM_CLASS = 7, ITEM_PROPERTY = 10, ITEM_KEYWORD = 14,
               ITEM_WORD = 20, ITEM_CONSTANT = 21 } ItemKind;

enum { MOST_NAMES = 1000 };     /* more of them nobody would read */

/* Where the cursor stands, from the tokens before it. */
typedef struct {
    Arena *arena;
    const Source *source;
    const Symbols *symbols;
    int offset;
    const Token *token;
    int first, end;             /* the tokens of its line, without a label and the word that is being written */
    Section section;
    bool in_phase;
    bool nowhere;               /* in a comment or a text */
    bool enclosed;              /* within parentheses */
    json_t *items;
} Spot;

/* ---- the spot ---- */

static const char *token_text(const Spot *spot, int token)
{
    Span span = spot->token[token].span;
    return arena_copy(spot->arena, span.source->text + span.from, (size_t)(span.to - span.from));
}

/* A label is none of the statement. */
static int behind_label(const Spot *spot, int first, int end)
{
    return first + 1 < end && spot->token[first + 1].kind == TOKEN_COLON ? first + 2 : first;
}

/* The braces that the cursor stands in, each of the statement at the beginning of its line. */
typedef struct {
    Section section[MOST_NESTING + 1];
    bool phase[MOST_NESTING + 1];
    int depth;
} Nest;

static void enter(const Spot *spot, Nest *nest, int first, int end)
{
    if (nest->depth == MOST_NESTING)
        return;
    int keyword = behind_label(spot, first, end);
    const char *word = keyword < end ? token_text(spot, keyword) : "";
    Section outer = nest->section[nest->depth++];
    nest->section[nest->depth] = section_within(outer, word);
    nest->phase[nest->depth] = !strcmp(word, "phase");
}

static void find_line(Spot *spot, int tokens)
{
    Nest nest = { .section = { SECTION_CARD } };
    int first = 0, parentheses = 0;
    for (int i = 0; i < tokens; i++) {
        TokenKind kind = spot->token[i].kind;
        parentheses += (kind == TOKEN_OPEN) - (kind == TOKEN_CLOSE && parentheses);
        if (kind == TOKEN_BEGIN_BLOCK)
            enter(spot, &nest, first, i);
        else if (kind == TOKEN_END_BLOCK && nest.depth)
            nest.depth--;
        if (kind == TOKEN_NEWLINE || kind == TOKEN_BEGIN_BLOCK || kind == TOKEN_END_BLOCK) {
            first = i + 1;
            parentheses = 0;
        }
    }
    spot->first = behind_label(spot, first, tokens);
    spot->end = tokens;
    spot->enclosed = parentheses > 0;
    spot->section = nest.section[nest.depth];
    spot->in_phase = nest.phase[nest.depth];
}

static void find_spot(Spot *spot)
{
    const char *before = arena_copy(spot->arena, spot->source->text, (size_t)spot->offset);
    Tokens read = read_tokens(spot->arena, source_new(spot->arena, "", before, (size_t)spot->offset, 0));
    int tokens = read.tokens;
    /* What the lexer adds to close what the text leaves open. */
    while (tokens && read.token[tokens - 1].span.from == read.token[tokens - 1].span.to)
        tokens--;
    int end = tokens ? read.token[tokens - 1].span.to : 0;
    const char *comment = memchr(before + end, '#', (size_t)(spot->offset - end));
    bool in_text = tokens && end == spot->offset && before[read.token[tokens - 1].span.from] == '"' &&
                   read.token[tokens - 1].kind == TOKEN_BAD;
    spot->nowhere = comment || in_text;
    spot->token = read.token;
    bool writing = tokens && end == spot->offset && (read.token[tokens - 1].kind == TOKEN_WORD ||
                                                     read.token[tokens - 1].kind == TOKEN_BY);
    find_line(spot, tokens - writing);
}

/* ---- items ---- */

static void add_item(Spot *spot, const char *label, ItemKind kind, const char *detail)
{
    json_array_append_new(spot->items, json_pack("{s:s, s:i, s:s}", "label", label, "kind", (int)kind, "detail", detail));
}

static bool is_listed(const Spot *spot, const char *label)
{
    size_t i;
    json_t *item;
    json_array_foreach(spot->items, i, item)
        if (!strcmp(json_string_value(json_object_get(item, "label")), label))
            return true;
    return false;
}

typedef unsigned Kinds;
#define KIND(kind) (1u << (kind))

static void add_names(Spot *spot, Kinds kinds)
{
    static const ItemKind item[] = { [NAME_CONSTANT] = ITEM_CONSTANT, [NAME_PARAMETER] = ITEM_VARIABLE,
                                     [NAME_LABEL] = ITEM_VARIABLE, [NAME_BLOCK] = ITEM_CLASS };
    for (int i = 0; i < spot->symbols->sights && json_array_size(spot->items) < MOST_NAMES; i++) {
        const Sight *sight = &spot->symbols->sight[i];
        const Symbol *symbol = &spot->symbols->symbol[sight->symbol];
        if (kinds & KIND(symbol->kind) && sight->span.source == spot->source && sight->span.from <= spot->offset &&
            spot->offset <= sight->span.to && !is_listed(spot, symbol->text))
            add_item(spot, symbol->text, item[symbol->kind], name_kind_text(symbol->kind));
    }
}

static void add_keywords(Spot *spot)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        const StatementRow *row = &statement_rows[i];
        bool stands = !spot->in_phase || row->times == PHASED || row->times == PHASED_REPEATS;
        if (row->section == spot->section && row->state == BUILT && stands) {
            json_t *item = json_pack("{s:s, s:i, s:s, s:s}", "label", row->keyword, "kind", (int)ITEM_KEYWORD, "detail",
                                     row_signature(spot->arena, row), "documentation", row->help);
            json_array_append_new(spot->items, item);
        }
    }
    if (spot->section == SECTION_MODEL)
        add_names(spot, KIND(NAME_BLOCK));
}

static void add_words(Spot *spot, WordList list)
{
    for (int i = 0; i < word_count && list != WORDS_NONE; i++)
        if (word_rows[i].list == list && word_rows[i].state == BUILT && !is_listed(spot, word_rows[i].text))
            add_item(spot, word_rows[i].text, ITEM_WORD, words_noun(list));
}

/* What a parameter may be given: its words, a label, a name for a number. */
static void add_values(Spot *spot, const ParameterRow *parameter)
{
    add_words(spot, parameter->words);
    if (accepts(parameter, FORM_LAYER)) {
        add_names(spot, KIND(NAME_LABEL) | KIND(NAME_PARAMETER));
        add_item(spot, "input", ITEM_VARIABLE, "what came in at the nearest brace");
    }
    if (parameter->forms & ~(unsigned)(FORM_WORD | FORM_LAYER | FORM_NAME))
        add_names(spot, KIND(NAME_CONSTANT) | KIND(NAME_PARAMETER));
}

static bool is_given(const Spot *spot, const char *option)
{
    for (int i = spot->first + 1; i + 1 < spot->end; i++)
        if (spot->token[i + 1].kind == TOKEN_EQUALS && !strcmp(token_text(spot, i), option))
            return true;
    return false;
}

static void add_option(Spot *spot, const char *name, const char *detail)
{
    if (!is_given(spot, name))
        add_item(spot, arena_printf(spot->arena, "%s=", name), ITEM_PROPERTY, detail);
}

/* How many arguments without a name stand before the cursor, and the first of them. */
static int count_arguments(const Spot *spot, const char **first)
{
    int count = 0, parentheses = 0;
    *first = "";
    for (int i = spot->first + 1; i < spot->end; i++) {
        TokenKind kind = spot->token[i].kind, before = spot->token[i - 1].kind;
        bool named = before == TOKEN_EQUALS || (i + 1 < spot->end && spot->token[i + 1].kind == TOKEN_EQUALS);
        bool begins = kind == TOKEN_WORD || kind == TOKEN_VALUE || kind == TOKEN_FUNCTION ||
                      (kind == TOKEN_OPEN && before != TOKEN_FUNCTION);
        if (!parentheses && begins && !named && !count++)
            *first = token_text(spot, i);
        parentheses += (kind == TOKEN_OPEN) - (kind == TOKEN_CLOSE);
    }
    return count;
}

/* The next arguments, those that may be passed over and the one behind them; then the options. */
static void add_arguments(Spot *spot, const StatementRow *row)
{
    const char *kind;
    int place = count_arguments(spot, &kind), count = parameters_of(row), at = 0;
    bool more = true;
    for (int i = 0; i < count; i++) {
        const ParameterRow *parameter = &parameter_rows[row->first + i];
        if (parameter->state == PLANNED)
            continue;
        if (!is_option(parameter)) {
            bool repeats = parameter->occurrence == SOME || parameter->occurrence == ANY;
            if (more && (at >= place || repeats)) {
                add_values(spot, parameter);
                more = parameter->occurrence == MAYBE || parameter->occurrence == ANY;
            }
            at++;
        } else if (!*kind || kinds_include(parameter->kinds, kind)) {
            const char *standard = *parameter->standard ? arena_printf(spot->arena, ", %s unless told", parameter->standard) : "";
            add_option(spot, parameter->name, arena_printf(spot->arena, "%s%s", takes_text(spot->arena, parameter), standard));
        }
    }
}

static const Symbol *block_of(const Spot *spot, const char *keyword)
{
    int symbol = symbol_find(spot->symbols, spot->source, spot->token[spot->first].span.from, keyword);
    bool block = symbol >= 0 && spot->symbols->symbol[symbol].kind == NAME_BLOCK;
    return block ? &spot->symbols->symbol[symbol] : NULL;
}

static void add_call(Spot *spot, const Symbol *block)
{
    for (const Argument *item = block->head->items; item; item = item->next)
        if (item->name)
            add_option(spot, item->name, "option of the block");
    add_names(spot, KIND(NAME_CONSTANT) | KIND(NAME_PARAMETER) | KIND(NAME_LABEL));
}

static void add_enclosed(Spot *spot)
{
    static const char *const functions[] = { "round", "floor", "ceil", "min", "max" };
    add_names(spot, KIND(NAME_CONSTANT) | KIND(NAME_PARAMETER) | KIND(NAME_LABEL));
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        add_item(spot, functions[i], ITEM_FUNCTION, "function");
}

static void add_behind_keyword(Spot *spot)
{
    const char *keyword = token_text(spot, spot->first);
    const Symbol *block = spot->section == SECTION_MODEL ? block_of(spot, keyword) : NULL;
    const StatementRow *row = statement_find(spot->section, keyword);
    bool option = spot->end - spot->first > 2 && spot->token[spot->end - 1].kind == TOKEN_EQUALS;
    if (option && row) {
        const char *name = token_text(spot, spot->end - 2);
        for (int i = 0; i < parameters_of(row); i++)
            if (is_option(&parameter_rows[row->first + i]) && !strcmp(parameter_rows[row->first + i].name, name))
                add_values(spot, &parameter_rows[row->first + i]);
    } else if (option)
        add_names(spot, KIND(NAME_CONSTANT) | KIND(NAME_PARAMETER) | KIND(NAME_LABEL));
    else if (block)
        add_call(spot, block);
    else if (row)
        add_arguments(spot, row);
}

json_t *complete(Arena *arena, const Source *source, const Symbols *symbols, int offset)
{
    Spot spot = { .arena = arena, .source = source, .symbols = symbols, .offset = offset, .items = json_array() };
    find_spot(&spot);
    if (spot.nowhere)
        return spot.items;
    if (spot.enclosed)
        add_enclosed(&spot);
    else if (spot.first >= spot.end)
        add_keywords(&spot);
    else
        add_behind_keyword(&spot);
    return spot.items;
}
