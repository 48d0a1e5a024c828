/* net.y - tokens to statements. The grammar knows no keyword: every line has one form,
 *     [label:] keyword argument... name=value... [{ block }]
 * and each action builds one node. What a line means is judged by check. */

%require "3.8"
%define api.pure full
%define api.location.type {Span}
%define api.value.type union
%define parse.error custom
%define parse.lac full
%expect 0
%locations

%parse-param {Parser *parser} {yyscan_t scanner}
%lex-param   {yyscan_t scanner}

%code requires {
#include "compiler/ast/parse.h"

typedef void *yyscan_t;

/* What the lexer and the grammar tell each other about one text. */
typedef struct Parser {
    Arena *arena;
    Diagnostics *diagnostics;
    const Source *source;
    int offset;                 /* of the next character */
    int last;                   /* the token before */
    Span brace[MOST_NESTING], parenthesis[MOST_NESTING];    /* those that are open */
    int braces, parentheses;
    bool goes_on;               /* the line goes on within parentheses */
    Span brace_due;             /* stands before the end of its line, where it is read; source NULL: none */
    bool verbatim;              /* only tokens are asked for, each where it stands */
    bool newline_due;           /* such a line is given up: its end comes before what follows */
    bool ended;                 /* closes by itself what the text left open */
    bool broken;                /* there is a message about this line, which is given up */
    Syntax *syntax;
    Span *lost;
    int losts, room;
} Parser;

/* Statements or arguments in order, with their end at hand. */
typedef struct { Statement *first, *last; } Statements;
typedef struct { Argument *first, *last; } Arguments;
}

%code {
#include "base/text.h"
#include "grammar/slip.h"
#include "grammar/net.lex.h"

#define YYLLOC_DEFAULT(here, parts, n) \
    ((here) = (n) ? span_join(YYRHSLOC(parts, 1), YYRHSLOC(parts, n)) \
                  : (Span){YYRHSLOC(parts, 0).source, YYRHSLOC(parts, 0).to, YYRHSLOC(parts, 0).to})

static void yyerror(Span *span, Parser *parser, yyscan_t scanner, const char *message);
static Statements add_statement(Statements statements, Statement *statement);
static Statements join_statements(Statements before, Statements behind);
static Arguments add_argument(Arguments arguments, Argument *argument);
static Statement *with_block(Statement *statement, Statements block);
static Statement *lose(Parser *parser, Span span);
static void misplaced_brace(Parser *parser, Span span);
static Value *operation(Parser *parser, char operator, Value *left, Value *right);
}

%token NEWLINE  "end of line"
%token COLON    "':'"
%token EQUALS   "'='"
%token COMMA    "','"
%token OPEN     "'('"
%token CLOSE    "')'"
%token BEGIN_BLOCK "'{'"
%token END_BLOCK   "'}'"
%token PLUS "'+'" MINUS "'-'" TIMES "'*'" OVER "'/'"
%token <const char *> BY "'x'"
%token <const char *> WORD "a word"
%token <const char *> FUNCTION "a function"
%token <Value *> NUMBER "a number" SHAPE "a shape" TEXT "a text" PATH "a name with dots"
%token END 0    "end of card"

%nterm <Statements> lines block
%nterm <Statement *> line statement head
%nterm <Arguments> arguments items
%nterm <Argument *> argument item
%nterm <Value *> value literal expression primary
%nterm <const char *> name

%left BY
%left PLUS MINUS
%left TIMES OVER

%%

card: lines                     { parser->syntax->statements = $lines.first; }
    ;

lines: %empty                   { $$ = (Statements){0}; }
    | lines[before] line        { $$ = add_statement($before, $line); }
    ;

line: NEWLINE                   { $$ = NULL; }
    | statement NEWLINE         { $$ = $statement; }
    | error NEWLINE             { $$ = lose(parser, @1); yyerrok; }
    | error block NEWLINE       { $$ = lose(parser, span_join(@1, @2)); yyerrok; }
    ;

statement: head                 { $$ = $head; }
    | head block                { $$ = with_block($head, $block); }
    ;

head: WORD arguments
        { $$ = statement_new(parser->arena, $WORD, @WORD, $arguments.first); }
    | WORD[label] COLON WORD[keyword] arguments
        {
            $$ = statement_new(parser->arena, $keyword, @keyword, $arguments.first);
            $$->label = $label;
            $$->label_span = @label;
            $$->span.from = @label.from;
        }
    ;

block: BEGIN_BLOCK NEWLINE lines END_BLOCK    { $$ = $lines; }
    | BEGIN_BLOCK statement END_BLOCK         { $$ = add_statement((Statements){0}, $statement); }
    | BEGIN_BLOCK END_BLOCK                   { $$ = (Statements){0}; }
    | BEGIN_BLOCK NEWLINE lines statement END_BLOCK
        {
            misplaced_brace(parser, @END_BLOCK);
            $$ = add_statement($lines, $statement);
        }
    | BEGIN_BLOCK statement NEWLINE lines END_BLOCK
        {
            misplaced_brace(parser, @BEGIN_BLOCK);
            $$ = join_statements(add_statement((Statements){0}, $statement), $lines);
        }
    | BEGIN_BLOCK statement[first] NEWLINE lines statement[last] END_BLOCK
        {
            misplaced_brace(parser, @BEGIN_BLOCK);
            misplaced_brace(parser, @END_BLOCK);
            $$ = join_statements(add_statement((Statements){0}, $first), add_statement($lines, $last));
        }
    ;

arguments: %empty               { $$ = (Arguments){0}; }
    | arguments[before] argument  { $$ = add_argument($before, $argument); }
    ;

argument: value                 { $$ = argument_new(parser->arena, $value); }
    | WORD EQUALS value         { $$ = argument_named(parser->arena, $WORD, @WORD, $value); }
    ;

/* Outside of parentheses. */
value: literal
    | WORD                      { $$ = value_word(parser->arena, @$, VALUE_WORD, $WORD); }
    | MINUS NUMBER
        {
            if (report_difference(parser->arena, parser->diagnostics, @MINUS, @NUMBER)) {
                parser->broken = true;
                YYERROR;
            }
            $$ = value_negative(parser->arena, @$, $NUMBER);
        }
    | OPEN expression CLOSE     { $$ = $expression; $$->span = @$; }
    | OPEN items COMMA item CLOSE
        { $$ = value_list(parser->arena, @$, add_argument($items, $item).first); }
    | FUNCTION OPEN CLOSE       { $$ = value_call(parser->arena, @$, $FUNCTION, NULL); }
    | FUNCTION OPEN items CLOSE { $$ = value_call(parser->arena, @$, $FUNCTION, $items.first); }
    ;

literal: NUMBER | SHAPE | TEXT | PATH
    ;

items: item                     { $$ = add_argument((Arguments){0}, $item); }
    | items[before] COMMA item  { $$ = add_argument($before, $item); }
    ;

item: expression                { $$ = argument_new(parser->arena, $expression); }
    | name EQUALS expression    { $$ = argument_named(parser->arena, $name, @name, $expression); }
    ;

/* Within parentheses. */
expression: primary
    | expression[a] PLUS expression[b]    { $$ = operation(parser, '+', $a, $b); }
    | expression[a] MINUS expression[b]   { $$ = operation(parser, '-', $a, $b); }
    | expression[a] TIMES expression[b]   { $$ = operation(parser, '*', $a, $b); }
    | expression[a] OVER expression[b]    { $$ = operation(parser, '/', $a, $b); }
    | expression[a] BY expression[b]      { $$ = operation(parser, 'x', $a, $b); }
    | MINUS primary                       { $$ = value_negative(parser->arena, @$, $primary); }
    ;

primary: literal
    | name                      { $$ = value_word(parser->arena, @$, VALUE_WORD, $name); }
    | OPEN expression CLOSE     { $$ = $expression; $$->span = @$; }
    | OPEN items COMMA item CLOSE
        { $$ = value_list(parser->arena, @$, add_argument($items, $item).first); }
    | FUNCTION OPEN CLOSE       { $$ = value_call(parser->arena, @$, $FUNCTION, NULL); }
    | FUNCTION OPEN items CLOSE { $$ = value_call(parser->arena, @$, $FUNCTION, $items.first); }
    ;

name: WORD | BY
    ;

%%

/* ---- actions ---- */

static Statements add_statement(Statements statements, Statement *statement)
{
    if (!statement)
        return statements;
    if (!statements.first)
        return (Statements){statement, statement};
    statements.last->next = statement;
    statements.last = statement;
    return statements;
}

static Statements join_statements(Statements before, Statements behind)
{
    if (!before.first || !behind.first)
        return before.first ? before : behind;
    before.last->next = behind.first;
    return (Statements){before.first, behind.last};
}

static Arguments add_argument(Arguments arguments, Argument *argument)
{
    if (!arguments.first)
        return (Arguments){argument, argument};
    arguments.last->next = argument;
    arguments.last = argument;
    return arguments;
}

static Statement *with_block(Statement *statement, Statements block)
{
    statement->has_block = true;
    statement->block = block.first;
    return statement;
}

/* What could not be read stands in the tree, too: its names may be used elsewhere. */
static Statement *lose(Parser *parser, Span span)
{
    *arena_push(parser->arena, parser->lost, parser->losts, parser->room) = span;
    return statement_lost(parser->arena, span);
}

static void misplaced_brace(Parser *parser, Span span)
{
    if (!parser->syntax->misplaced.source)
        parser->syntax->misplaced = span;
}

static Value *operation(Parser *parser, char operator, Value *left, Value *right)
{
    Value *value = value_operation(parser->arena, operator, left, right);
    if (value->depth == MOST_OPERATIONS + 1)
        diag_error(parser->diagnostics, left->span, LONG_ARITHMETIC, MOST_OPERATIONS);
    return value->depth > MOST_OPERATIONS ? left : value;
}

/* ---- mistakes ---- */

enum { MOST_EXPECTED = 4, MOST_FOUND = 40, TOKENS = 32 };

static bool is_end(yysymbol_kind_t symbol)
{
    return symbol == YYSYMBOL_NEWLINE || symbol == YYSYMBOL_YYEOF;
}

static const char *found_text(Parser *parser, yysymbol_kind_t symbol, Span span)
{
    if (is_end(symbol))
        return yysymbol_name(symbol);
    int length = span.to - span.from < MOST_FOUND ? span.to - span.from : MOST_FOUND;
    return arena_printf(parser->arena, "'%.*s'", length, span.source->text + span.from);
}

/* Two values within parentheses, and no comma between them. */
static bool lacks_comma(const yypcontext_t *context, const Parser *parser)
{
    yysymbol_kind_t expected[TOKENS], found = yypcontext_token(context);
    int count = parser->parentheses ? yypcontext_expected_tokens(context, expected, TOKENS) : 0;
    bool value = found == YYSYMBOL_WORD || found == YYSYMBOL_NUMBER || found == YYSYMBOL_SHAPE ||
                 found == YYSYMBOL_TEXT || found == YYSYMBOL_PATH || found == YYSYMBOL_FUNCTION;
    for (int i = 0; i < count && value; i++)
        if (expected[i] == YYSYMBOL_COMMA)
            return true;
    return false;
}

/* "')' or ','": of many, what closes a parenthesis; else none, for nobody wants to read them. */
static const char *expected_text(const yypcontext_t *context, Arena *arena)
{
    yysymbol_kind_t expected[TOKENS];
    int count = yypcontext_expected_tokens(context, expected, TOKENS);
    for (int i = 0; i < count && count > MOST_EXPECTED; i++)
        if (expected[i] == YYSYMBOL_CLOSE)
            return yysymbol_name(YYSYMBOL_CLOSE);
    if (count > MOST_EXPECTED)
        return "";
    const char *name[MOST_EXPECTED];
    for (int i = 0; i < count; i++)
        name[i] = yysymbol_name(expected[i]);
    return either_text(arena, name, count);
}

static int yyreport_syntax_error(const yypcontext_t *context, Parser *parser, yyscan_t scanner)
{
    (void)scanner;
    Span span = *yypcontext_location(context);
    yysymbol_kind_t symbol = yypcontext_token(context);
    if (parser->ended && symbol != YYSYMBOL_NEWLINE) {
        /* A brace was lost with a line. */
        parser->syntax->unclosed = true;
        return 0;
    }
    if (parser->parentheses && parser->goes_on) {
        Span open = parser->parenthesis[parser->parentheses - 1];
        diag_error(parser->diagnostics, open, NEVER_CLOSED, '(');
    } else if (report_power(parser->arena, parser->diagnostics, span)) {
        /* Within parentheses, too. */
    } else if (lacks_comma(context, parser)) {
        diag_error(parser->diagnostics, span, LIST_COMMA, found_text(parser, symbol, span));
    } else if (parser->parentheses || is_end(symbol) ||
               !report_slip(parser->arena, parser->diagnostics, span, parser->braces)) {
        const char *found = found_text(parser, symbol, span);
        const char *expected = expected_text(context, parser->arena);
        if (*expected)
            diag_error(parser->diagnostics, span, SYNTAX_EXPECTED, found, expected);
        else
            diag_error(parser->diagnostics, span, SYNTAX, found);
    }
    parser->parentheses = 0;
    parser->goes_on = false;
    parser->broken = true;
    return 0;
}

/* Only ever called where the parser's stack is at its end. */
static void yyerror(Span *span, Parser *parser, yyscan_t scanner, const char *message)
{
    (void)scanner;
    (void)message;
    diag_error(parser->diagnostics, *span, NESTING, MOST_NESTING);
}

void report_braces(const Syntax *syntax, Diagnostics *diagnostics)
{
    if (syntax->never_closed.source)
        diag_error(diagnostics, syntax->never_closed, NEVER_CLOSED, '{');
    else if (syntax->closes_nothing.source)
        diag_error(diagnostics, syntax->closes_nothing, CLOSES_NOTHING, '}');
    else if (syntax->misplaced.source)
        diag_error(diagnostics, syntax->misplaced, BRACE_PLACE);
}

/* ---- the way in ---- */

const Syntax *parse(Arena *arena, const Source *source, Diagnostics *diagnostics)
{
    Syntax *syntax = arena_new(arena, Syntax);
    syntax->source = source;
    Parser parser = {.arena = arena, .diagnostics = diagnostics, .source = source, .syntax = syntax,
                     .last = NEWLINE};
    yyscan_t scanner;
    if (yylex_init_extra(&parser, &scanner))
        abort();
    yy_scan_bytes(source->text, (int)source->length, scanner);
    int before = diag_count(diagnostics);
    yyparse(&parser, scanner);
    yylex_destroy(scanner);
    syntax->lost = parser.lost;
    syntax->losts = parser.losts;
    syntax->garbled = diag_count(diagnostics) > before;
    return syntax;
}

/* ---- tokens alone ---- */

static TokenKind kind_of(int token)
{
    static const struct { int token; TokenKind kind; } kinds[] = {
        { NEWLINE, TOKEN_NEWLINE }, { COLON, TOKEN_COLON }, { EQUALS, TOKEN_EQUALS }, { COMMA, TOKEN_COMMA },
        { OPEN, TOKEN_OPEN }, { CLOSE, TOKEN_CLOSE }, { BEGIN_BLOCK, TOKEN_BEGIN_BLOCK },
        { END_BLOCK, TOKEN_END_BLOCK }, { PLUS, TOKEN_SIGN }, { MINUS, TOKEN_SIGN }, { TIMES, TOKEN_FACTOR },
        { OVER, TOKEN_FACTOR }, { BY, TOKEN_BY }, { WORD, TOKEN_WORD }, { FUNCTION, TOKEN_FUNCTION },
        { NUMBER, TOKEN_VALUE }, { SHAPE, TOKEN_VALUE }, { TEXT, TOKEN_VALUE }, { PATH, TOKEN_VALUE },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].token == token)
            return kinds[i].kind;
    return TOKEN_BAD;
}

Tokens read_tokens(Arena *arena, const Source *source)
{
    Parser parser = {.arena = arena, .diagnostics = diag_open(arena), .source = source,
                     .syntax = arena_new(arena, Syntax), .last = NEWLINE, .verbatim = true};
    Tokens tokens = {0};
    yyscan_t scanner;
    if (yylex_init_extra(&parser, &scanner))
        abort();
    yy_scan_bytes(source->text, (int)source->length, scanner);
    YYSTYPE value;
    Span span;
    for (int token; (token = yylex(&value, &span, scanner)) != END;)
        *arena_push(arena, tokens.token, tokens.tokens, tokens.room) = (Token){kind_of(token), span};
    yylex_destroy(scanner);
    return tokens;
}
