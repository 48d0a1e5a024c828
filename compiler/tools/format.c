#include "compiler/tools/format.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/ast/ast.h"
#include "compiler/ast/parse.h"

enum { INDENT = 4, TAB = 8, COMMENT_GAP = 2 };

/* What stands between two neighbouring blanks outside of parentheses. */
typedef struct {
    int first, last;            /* tokens */
    int was, column;            /* where it stood and where it is printed, from 0 */
    int width;                  /* in characters, where no line breaks within it */
    bool wide;                  /* a wider gap than one blank stood before it */
} Piece;

typedef struct {
    int level;
    Piece *piece;
    int pieces, room;
    int end;                    /* the column behind its last piece */
    bool in_column;             /* the piece that is being placed shares a column */
    Span comment;               /* source NULL: none */
    int was;                    /* the column that the comment had */
    int column;                 /* the one that it gets */
    bool wide;                  /* more than one blank stood before it */
    bool labelled;              /* its first piece is a label, the second its keyword */
    bool plain;                 /* may share columns with its neighbours: no brace, no break */
    bool broken;                /* goes on below, within parentheses */
    bool blank_above;
} Line;

typedef struct {
    Arena *arena;
    const Source *source;
    const Token *token;
    int tokens;
    Line *line;
    int lines, room;
    const char *newline;
} Layout;

/* ---- what stands between tokens ---- */

static const char *text_of(const Layout *layout, int offset)
{
    return layout->source->text + offset;
}

/* The column of an offset in the text as it was, from 0; a character is one wide. */
static int column_was(const Layout *layout, int offset)
{
    int begin = offset;
    while (begin && *text_of(layout, begin - 1) != '\n')
        begin--;
    int column = 0;
    for (; begin < offset; begin++) {
        char byte = *text_of(layout, begin);
        column = byte == '\t' ? (column / TAB + 1) * TAB : column + ((byte & 0xc0) != 0x80);
    }
    return column;
}

static int width_of(const Layout *layout, Span span)
{
    int width = 0;
    for (int i = span.from; i < span.to; i++)
        width += (*text_of(layout, i) & 0xc0) != 0x80;
    return width;
}

/* The first comment between two offsets, without the blanks at its end; source NULL: none. */
static Span find_comment(const Layout *layout, int from, int to)
{
    while (from < to && *text_of(layout, from) != '#')
        from++;
    if (from == to)
        return (Span){0};
    int end = from;
    while (end < to && *text_of(layout, end) != '\n')
        end++;
    while (strchr(" \t\r", *text_of(layout, end - 1)))
        end--;
    return (Span){ layout->source, from, end };
}

/* True where a line ends between two offsets. */
static bool breaks(const Layout *layout, int from, int to)
{
    return from < to && memchr(text_of(layout, from), '\n', (size_t)(to - from));
}

/* Whether a line breaks in front of a token, within parentheses. */
static bool breaks_before(const Layout *layout, int token)
{
    return breaks(layout, layout->token[token - 1].span.to, layout->token[token].span.from);
}

static bool ends_operand(TokenKind kind)
{
    return kind == TOKEN_WORD || kind == TOKEN_VALUE || kind == TOKEN_CLOSE;
}

/* Whether an x within parentheses is a name there, and makes no shape. */
static bool is_name(const Layout *layout, int token)
{
    TokenKind before = layout->token[token - 1].kind;
    if (before == TOKEN_BY)
        return !is_name(layout, token - 1);
    return !ends_operand(before);
}

static bool is_operand_end(const Layout *layout, int token)
{
    TokenKind kind = layout->token[token].kind;
    return ends_operand(kind) || (kind == TOKEN_BY && is_name(layout, token));
}

/* A sign that belongs to what follows it alone; outside of parentheses there are no others. */
static bool is_unary(const Layout *layout, int token, bool enclosed)
{
    return layout->token[token].kind == TOKEN_SIGN && (!enclosed || !is_operand_end(layout, token - 1));
}

/* Whether a blank stands between a token and the one before it. */
static bool blank_before(const Layout *layout, int token, bool enclosed)
{
    TokenKind left = layout->token[token - 1].kind, right = layout->token[token].kind;
    switch (right) {
    case TOKEN_CLOSE:
    case TOKEN_COMMA:
    case TOKEN_COLON:
    case TOKEN_EQUALS:
    case TOKEN_FACTOR:
        return false;
    case TOKEN_END_BLOCK:
        return left != TOKEN_BEGIN_BLOCK;
    default:
        break;
    }
    bool tight = left == TOKEN_OPEN || left == TOKEN_FUNCTION || left == TOKEN_EQUALS || left == TOKEN_FACTOR;
    return !tight && !is_unary(layout, token - 1, enclosed);
}

/* ---- from tokens to lines ---- */

static int parentheses_after(int parentheses, TokenKind kind)
{
    return parentheses + (kind == TOKEN_OPEN) - (kind == TOKEN_CLOSE);
}

static void add_piece(Layout *layout, Line *line, int token)
{
    bool wide = line->pieces &&
                layout->token[token].span.from - layout->token[token - 1].span.to > 1;
    *arena_push(layout->arena, line->piece, line->pieces, line->room) =
        (Piece){ .first = token, .last = token, .was = column_was(layout, layout->token[token].span.from), .wide = wide };
}

static Line *add_line(Layout *layout, int level)
{
    Line *line = arena_push(layout->arena, layout->line, layout->lines, layout->room);
    *line = (Line){ .level = level, .plain = true };
    return line;
}

/* The line's tokens from `first`; returns the NEWLINE that ends it. */
static int take_tokens(Layout *layout, Line *line, int first)
{
    int parentheses = 0, token = first;
    for (; layout->token[token].kind != TOKEN_NEWLINE; token++) {
        TokenKind kind = layout->token[token].kind;
        if (token == first || (!parentheses && blank_before(layout, token, false)))
            add_piece(layout, line, token);
        Piece *piece = &line->piece[line->pieces - 1];
        piece->last = token;
        line->broken |= parentheses && breaks_before(layout, token);
        line->labelled |= kind == TOKEN_COLON && line->pieces == 1;
        line->plain &= !line->broken && kind != TOKEN_BEGIN_BLOCK && kind != TOKEN_END_BLOCK;
        if (token > piece->first)
            piece->width += blank_before(layout, token, parentheses > 0);
        piece->width += width_of(layout, layout->token[token].span);
        parentheses = parentheses_after(parentheses, kind);
    }
    return token;
}

static void take_comment(Layout *layout, Line *line, Span comment, int before)
{
    line->comment = comment;
    line->was = column_was(layout, comment.from);
    line->wide = line->pieces && comment.from - before > 1;
}

/* How many blocks a line closes before it says anything else. */
static int closes_first(const Layout *layout, int first)
{
    int closes = 0;
    while (layout->token[first + closes].kind == TOKEN_END_BLOCK)
        closes++;
    return closes;
}

static int opens(const Layout *layout, int first, int end)
{
    int open = 0;
    for (; first < end; first++)
        open += (layout->token[first].kind == TOKEN_BEGIN_BLOCK) - (layout->token[first].kind == TOKEN_END_BLOCK);
    return open;
}

/* What has no token: comments that stand alone go with the line below, but stay within their braces. */
static void add_comment_alone(Layout *layout, int level, Span comment)
{
    take_comment(layout, add_line(layout, level), comment, 0);
}

static void make_lines(Layout *layout)
{
    int level = 0, before = 0;
    bool blank = false;
    for (int token = 0; token < layout->tokens; token++) {
        int first = token;
        Line *line = NULL;
        if (layout->token[first].kind != TOKEN_NEWLINE) {
            int closes = closes_first(layout, first);
            line = add_line(layout, level - closes);
            token = take_tokens(layout, line, first);
            before = layout->token[token - 1].span.to;
        }
        Span comment = find_comment(layout, before, layout->token[token].span.from);
        if (line && comment.source)
            take_comment(layout, line, comment, before);
        else if (comment.source)
            add_comment_alone(layout, level, comment);
        bool empty = !line && !comment.source;
        if (!empty)
            layout->line[layout->lines - 1].blank_above = blank;
        blank = empty;
        level += opens(layout, first, token);
        before = layout->token[token].span.to;
    }
    /* The last comment may have no end of line. */
    Span comment = find_comment(layout, before, (int)layout->source->length);
    if (comment.source)
        add_comment_alone(layout, level, comment);
    if (comment.source)
        layout->line[layout->lines - 1].blank_above = blank;
}

/* ---- printing a line ---- */

typedef struct {
    FILE *out;                  /* NULL: only reckons where it ends */
    const Layout *layout;
    int column;
    int base;                                   /* where the line begins */
    int hang[MOST_NESTING + 1];                 /* where a line within the parentheses begins */
    bool hanging[MOST_NESTING + 1];             /* the parenthesis ended its line */
    int parentheses;
} Printer;

static void print_span(Printer *printer, Span span)
{
    if (printer->out)
        fwrite(span.source->text + span.from, 1, (size_t)(span.to - span.from), printer->out);
    printer->column += width_of(printer->layout, span);
}

static void move_to(Printer *printer, int column)
{
    if (printer->out)
        fprintf(printer->out, "%*s", column - printer->column, "");
    printer->column = column;
}

static void break_line(Printer *printer)
{
    if (printer->out)
        fputs(printer->layout->newline, printer->out);
    printer->column = 0;
}

/* Within parentheses a line breaks where it did; each comment stays on its line. */
static void print_break(Printer *printer, int token)
{
    const Layout *layout = printer->layout;
    int at = layout->token[token - 1].span.to, to = layout->token[token].span.from, depth = printer->parentheses;
    bool closes = layout->token[token].kind == TOKEN_CLOSE && printer->hanging[depth];
    for (bool first = true; breaks(layout, at, to); first = false) {
        int end = (int)((const char *)memchr(text_of(layout, at), '\n', (size_t)(to - at)) - layout->source->text);
        Span comment = find_comment(layout, at, end);
        if (comment.source) {
            move_to(printer, first ? printer->column + 1 : printer->hang[depth]);
            print_span(printer, comment);
        }
        if (comment.source || first)
            break_line(printer);
        at = end + 1;
    }
    move_to(printer, closes ? printer->hang[depth] - INDENT : printer->hang[depth]);
}

/* Behind an opening parenthesis. */
static void hang(Printer *printer, int token)
{
    int outer = printer->parentheses ? printer->hang[printer->parentheses] : printer->base;
    int depth = ++printer->parentheses;
    printer->hanging[depth] = breaks_before(printer->layout, token + 1);
    printer->hang[depth] = printer->hanging[depth] ? outer + INDENT : printer->column;
}

static void print_piece(Printer *printer, const Piece *piece)
{
    const Layout *layout = printer->layout;
    for (int token = piece->first; token <= piece->last; token++) {
        TokenKind kind = layout->token[token].kind;
        if (printer->parentheses && breaks_before(layout, token))
            print_break(printer, token);
        else if (token > piece->first && blank_before(layout, token, printer->parentheses > 0))
            move_to(printer, printer->column + 1);
        print_span(printer, layout->token[token].span);
        if (kind == TOKEN_OPEN)
            hang(printer, token);
        else if (kind == TOKEN_CLOSE)
            printer->parentheses--;
    }
}

/* Of a line that breaks, only its first piece has a column. */
static void print_pieces(Printer *printer, const Line *line)
{
    printer->base = INDENT * line->level;
    for (int i = 0; i < line->pieces; i++) {
        move_to(printer, line->broken && i ? printer->column + 1 : line->piece[i].column);
        print_piece(printer, &line->piece[i]);
    }
}

/* ---- columns ---- */

static int by_number(const void *left, const void *right)
{
    const int *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The piece that stands `index` behind the keyword, which is 0; NULL where there is none, or no label before a keyword
 * that it could stand apart from. */
static Piece *piece_of(Line *line, int index)
{
    int at = index + line->labelled;
    return at && at < line->pieces ? &line->piece[at] : NULL;
}

/* Where neighbouring lines have that piece behind a wider gap, in order; returns how many have. */
static int find_columns(Line *line, int lines, int index, int *column)
{
    int columns = 0;
    for (int i = 0; i < lines; i++) {
        const Piece *piece = piece_of(&line[i], index);
        if (piece && piece->wide)
            column[columns++] = piece->was;
    }
    qsort(column, (size_t)columns, sizeof *column, by_number);
    return columns;
}

/* Puts that piece of neighbouring lines where it is to stand: behind the piece before it or, where it has a wider gap or
 * stands below or above one that has, in the column that this shows. */
static void place_pieces(Line *line, int lines, int index, int *column)
{
    const int columns = find_columns(line, lines, index, column);
    int shared = 0;
    for (int i = 0; i < lines; i++) {
        const Piece *piece = piece_of(&line[i], index);
        line[i].in_column = piece && columns && bsearch(&piece->was, column, (size_t)columns, sizeof *column, by_number);
        if (line[i].in_column && line[i].end + 1 > shared)
            shared = line[i].end + 1;
    }
    for (int i = 0; i < lines; i++) {
        Piece *piece = piece_of(&line[i], index);
        if (piece) {
            piece->column = line[i].in_column ? shared : line[i].end + 1;
            line[i].end = piece->column + piece->width;
        }
    }
}

/* Lines that follow each other and may share columns; at least one. */
static int run_of(const Layout *layout, int first)
{
    int end = first + 1;
    while (end < layout->lines && layout->line[first].plain && layout->line[end].plain &&
           !layout->line[end].blank_above && layout->line[end].level == layout->line[first].level)
        end++;
    return end - first;
}

static int end_of_broken(const Layout *layout, const Line *line)
{
    Printer printer = { .layout = layout };
    print_pieces(&printer, line);
    return printer.column;
}

static void place_run(const Layout *layout, Line *line, int lines)
{
    int most = 0;
    for (int i = 0; i < lines; i++) {
        line[i].end = INDENT * line[i].level;
        most = line[i].pieces > most ? line[i].pieces : most;
        if (line[i].pieces) {
            line[i].piece->column = line[i].end;
            line[i].end += line[i].piece->width;
        }
    }
    int *column = arena_array(layout->arena, int, lines);
    for (int index = 0; index < most; index++)
        place_pieces(line, lines, index, column);
    if (line->broken)
        line->end = end_of_broken(layout, line);
}

/* ---- comments ---- */

/* Lines without an empty one between them; at least one. */
static int paragraph_of(const Layout *layout, int first)
{
    int end = first + 1;
    while (end < layout->lines && !layout->line[end].blank_above)
        end++;
    return end - first;
}

static bool stands_behind(const Line *line)
{
    return line->comment.source && line->pieces;
}

static int by_column(const void *left, const void *right)
{
    const Line *a = *(Line *const *)left, *b = *(Line *const *)right;
    return a->was != b->was ? (a->was > b->was) - (a->was < b->was) : (a > b) - (a < b);
}

/* Comments that stood in one column keep it or, where a line has grown into it, move together. If one of them
 * had more than a blank before it, a column is meant. */
static void place_column(Line **line, int lines)
{
    bool wide = false;
    int end = 0;
    for (int i = 0; i < lines; i++) {
        wide |= line[i]->wide;
        end = line[i]->end > end ? line[i]->end : end;
    }
    int column = end + 1 <= line[0]->was ? line[0]->was : end + COMMENT_GAP;
    for (int i = 0; i < lines; i++)
        line[i]->column = wide ? column : line[i]->end + 1;
}

static void place_comments(Arena *arena, Line *line, int lines)
{
    Line **behind = arena_array(arena, Line *, lines);
    int count = 0;
    for (int i = 0; i < lines; i++)
        if (stands_behind(&line[i]))
            behind[count++] = &line[i];
    qsort(behind, (size_t)count, sizeof *behind, by_column);
    for (int first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && behind[end]->was == behind[first]->was;)
            end++;
        place_column(&behind[first], end - first);
    }
    /* One that stands alone goes on below another's, or goes with the line below. */
    for (int i = 0; i < lines; i++)
        if (!line[i].pieces) {
            const Line *above = i && line[i - 1].comment.source ? &line[i - 1] : NULL;
            bool goes_on = above && line[i].was == above->was && above->column > INDENT * above->level;
            line[i].column = goes_on ? above->column : INDENT * line[i].level;
        }
}

/* ---- the whole ---- */

static void print_line(FILE *out, const Layout *layout, const Line *line)
{
    Printer printer = { .out = out, .layout = layout };
    print_pieces(&printer, line);
    if (line->comment.source) {
        move_to(&printer, line->column);
        print_span(&printer, line->comment);
    }
    break_line(&printer);
}

/* An empty line is kept between two statements, not behind a '{' or before a '}'. */
static bool wants_blank(const Layout *layout, int i)
{
    return i && layout->line[i].blank_above && layout->line[i].level == layout->line[i - 1].level;
}

static bool has_carriage_returns(const Source *source)
{
    const char *end = memchr(source->text, '\n', source->length);
    return end && end > source->text && end[-1] == '\r';
}

void format(FILE *out, Arena *arena, const Source *source)
{
    Tokens tokens = read_tokens(arena, source);
    Layout layout = { .arena = arena, .source = source, .token = tokens.token, .tokens = tokens.tokens,
                      .newline = has_carriage_returns(source) ? "\r\n" : "\n" };
    make_lines(&layout);
    for (int i = 0; i < layout.lines; i++)
        if (layout.line[i].blank_above && !wants_blank(&layout, i))
            layout.line[i].blank_above = false;
    for (int i = 0, lines; i < layout.lines; i += lines)
        place_run(&layout, &layout.line[i], lines = run_of(&layout, i));
    for (int i = 0, lines; i < layout.lines; i += lines)
        place_comments(arena, &layout.line[i], lines = paragraph_of(&layout, i));
    for (int i = 0; i < layout.lines; i++) {
        if (layout.line[i].blank_above)
            fputs(layout.newline, out);
        print_line(out, &layout, &layout.line[i]);
    }
}
