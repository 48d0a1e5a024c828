/* slip.c - one function for each slip, tried in turn; each looks at the characters around the span. */

#include "grammar/slip.h"

#include <ctype.h>
#include <string.h>

#include "compiler/ast/ast.h"
#include "compiler/ast/foreign.h"
#include "compiler/ast/rows.h"

/* ---- characters ---- */

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t';
}

static bool is_operator(char letter)
{
    return letter && strchr("+-*/", letter);
}

/* A byte of a letter beyond ASCII. A char has a sign on some processors and none on others. */
static bool is_beyond_ascii(char letter)
{
    return (unsigned char)letter >= 0x80;
}

static bool is_word_letter(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_';
}

static bool ends_line(char letter)
{
    return !letter || strchr("\r\n#{}", letter);
}

/* What ends a run of characters that were meant as one. */
static bool ends_run(char letter)
{
    return ends_line(letter) || strchr(" \t\"=(),;", letter);
}

static bool consists_of(const char *text, const char *letters)
{
    return text[strspn(text, letters)] == 0;
}

/* ---- spans ---- */

static const char *start(Span span)
{
    return span.source->text + span.from;
}

/* Another span of its text. */
static Span cut(Span span, int from, int to)
{
    return (Span){span.source, from, to};
}

static const char *text_of(Arena *arena, Span span)
{
    return arena_copy(arena, start(span), (size_t)(span.to - span.from));
}

static int before_blanks(const char *text, int at)
{
    while (at > 0 && is_blank(text[at - 1]))
        at--;
    return at;
}

static int behind_blanks(const char *text, int at)
{
    while (is_blank(text[at]))
        at++;
    return at;
}

static Span run_around(Span at)
{
    const char *text = at.source->text;
    while (at.from > 0 && !ends_run(text[at.from - 1]))
        at.from--;
    while (!ends_run(text[at.to]))
        at.to++;
    return at;
}

/* The statement that it stands in, without block and comment. */
static Span line_around(Span at)
{
    const char *text = at.source->text;
    while (at.from > 0 && !ends_line(text[at.from - 1]))
        at.from--;
    while (!ends_line(text[at.to]))
        at.to++;
    return cut(at, behind_blanks(text, at.from), before_blanks(text, at.to));
}

/* ---- lines as other languages write them ---- */

static bool report_comment(Diagnostics *diagnostics, Span span)
{
    if (strncmp(start(span), "//", 2) && strncmp(start(span), "/*", 2))
        return false;
    diag_error(diagnostics, cut(span, span.from, span.from + 2), COMMENT_FORM);
    return true;
}

/* "model" and "{" on two lines. */
static bool report_brace(Diagnostics *diagnostics, Span span)
{
    int end = before_blanks(span.source->text, span.from);
    if (*start(span) != '{' || (end > 0 && span.source->text[end - 1] != '\n'))
        return false;
    diag_error(diagnostics, span, BRACE_FORM);
    return true;
}

/* The line with single blanks where such signs, or blanks, stand outside of texts; where `keep_lists`, those within
 * parentheses stay. */
static const char *line_without(Arena *arena, Span line, const char *signs, bool keep_lists)
{
    char *copy = arena_alloc(arena, (size_t)(line.to - line.from) + 1), *end = copy;
    bool within = false;
    int depth = 0;
    for (const char *at = start(line); at < line.source->text + line.to; at++) {
        within ^= *at == '"';
        depth += keep_lists && !within ? (*at == '(') - (*at == ')') : 0;
        bool blank = !within && (is_blank(*at) || (depth <= 0 && strchr(signs, *at)));
        if (!blank)
            *end++ = *at;
        else if (end > copy && end[-1] != ' ')
            *end++ = ' ';
    }
    while (end > copy && end[-1] == ' ')
        *--end = 0;
    return copy;
}

/* True where the first word of the line, and blanks, are all that stands before it. */
static bool follows_keyword(Span line, int at)
{
    int end = before_blanks(line.source->text, at);
    bool word = end > line.from;
    for (int i = line.from; i < end; i++)
        word = word && is_word_letter(line.source->text[i]);
    return word;
}

static bool is_keyword(const char *word)
{
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (!strcmp(statement_rows[i].keyword, word))
            return true;
    return false;
}

/* The line with its first word as it is called here: 'batch 32' of "batch_size 32". */
static const char *in_our_words(Arena *arena, const char *line)
{
    size_t length = strcspn(line, " ");
    const char *word = arena_copy(arena, line, length), *ours = NULL;
    for (int i = 0; i < STATEMENT_COUNT && !ours; i++)
        ours = foreign_word(word, statement_rows[i].keyword);
    return !is_keyword(word) && ours && is_keyword(ours) ? arena_printf(arena, "%s%s", ours, line + length) : line;
}

/* "batch 16, epochs 3": a keyword behind the sign, which is no word that a line takes. */
static bool report_next_statement(Arena *arena, Diagnostics *diagnostics, Span sign)
{
    const char *behind = sign.source->text + behind_blanks(sign.source->text, sign.to);
    size_t length = 0;
    while (is_word_letter(behind[length]))
        length++;
    const char *word = arena_copy(arena, behind, length);
    if (!is_keyword(word) || is_word_of_the_language(word))
        return false;
    diag_error(diagnostics, sign, LINE_EACH, text_of(arena, sign), word);
    return true;
}

/* "epochs=30", "epochs: 30", where 30 is what nobody expected, "conv 32, 3x3", "conv(32)", "epochs 30;" */
static bool report_line(Arena *arena, Diagnostics *diagnostics, Span span)
{
    const char *text = span.source->text;
    Span line = line_around(span);
    int before = before_blanks(text, span.from) - 1;
    int at = before >= line.from && text[before] == ':' ? before : text[span.to] == '(' ? span.to : span.from;
    const char sign[2] = {text[at], 0};
    bool separates = *sign == ',' || *sign == ';';
    bool assigns = *sign && strchr("=:(", *sign) && follows_keyword(line, at) && at + 1 < line.to;
    bool sweeps = !strncmp(start(line), "sweep ", 6);      /* its values have neither */
    const char *signs = *sign == '(' ? "(,)" : sweeps ? "=,;" : sign;
    const char *cured = line_without(arena, line, signs, (*sign == ',' || *sign == '=') && !sweeps);
    if (!*cured || (!separates && !assigns))
        return false;
    if (separates && !sweeps && report_next_statement(arena, diagnostics, cut(span, at, at + 1)))
        return true;
    diag_error(diagnostics, cut(span, at, at + 1), LINE_FORM, in_our_words(arena, cured), sign);
    return true;
}

/* "x = conv(32, 3)": a call is what other languages make a layer of. */
static bool report_label(Arena *arena, Diagnostics *diagnostics, Span span)
{
    Span line = line_around(span);
    if (*start(span) != '=' || !follows_keyword(line, span.from))
        return false;
    const char *text = text_of(arena, line), *name = arena_copy(arena, text, strcspn(text, " \t="));
    Span rest = cut(line, behind_blanks(span.source->text, span.to), line.to);
    const char *layer = start(rest);
    while (is_word_letter(*layer))
        layer++;
    if (is_keyword(name) || layer == start(rest) || *layer != '(')
        return false;
    diag_error(diagnostics, span, LABEL_FORM, name, line_without(arena, rest, "(,)", false));
    return true;
}

/* "width = 8" */
static bool report_constant(Arena *arena, Diagnostics *diagnostics, Span span)
{
    Span line = line_around(span);
    if (*start(span) != '=' || !follows_keyword(line, span.from) || span.to == line.to)
        return false;
    const char *text = text_of(arena, line);
    const char *name = arena_copy(arena, text, strcspn(text, " \t="));
    if (is_keyword(name))
        return false;
    int value = behind_blanks(span.source->text, span.to);
    diag_error(diagnostics, span, CONSTANT_FORM,
               arena_printf(arena, "%s=%s", name, text_of(arena, cut(line, value, line.to))));
    return true;
}

/* "scale:1/255" */
static bool report_option(Arena *arena, Diagnostics *diagnostics, Span run)
{
    const char *text = text_of(arena, run), *colon = strchr(text, ':');
    if (!colon || !colon[1] || strchr("/\\", colon[1]))
        return false;
    diag_error(diagnostics, run, OPTION_FORM, (int)(colon - text), text, colon + 1);
    return true;
}

/* ---- numbers and shapes ---- */

/* "1.", ".5" and "1.e-4", alone or in a fraction: a 0 on each side of the point. */
static bool report_point(Arena *arena, Diagnostics *diagnostics, Span run)
{
    const char *text = text_of(arena, run);
    bool number = isdigit((unsigned char)text[*text == '.']) && consists_of(text, "0123456789.eE+-*/") &&
                  !strstr(text, "..");
    char *whole = arena_alloc(arena, 3 * strlen(text) + 1), *end = whole;
    for (const char *at = text; *at; at++) {
        if (*at == '.' && (at == text || !isdigit((unsigned char)at[-1])))
            *end++ = '0';
        *end++ = *at;
        if (*at == '.' && !isdigit((unsigned char)at[1]))
            *end++ = '0';
    }
    if (!number || strlen(whole) == strlen(text))
        return false;
    diag_error(diagnostics, run, POINT_FORM, whole);
    return true;
}

/* "10 %", and "40°" with a unit that is none. */
static bool report_unit(Arena *arena, Diagnostics *diagnostics, Span span, Span run)
{
    const char *text = span.source->text;
    int end = before_blanks(text, span.from);
    if (*start(span) == '%' && end > 0 && end < span.from && isdigit((unsigned char)text[end - 1])) {
        Span number = run_around(cut(span, end, end));
        diag_error(diagnostics, cut(span, number.from, span.to), UNIT_FORM,
                   arena_printf(arena, "%s%%", text_of(arena, number)));
        return true;
    }
    if (!is_beyond_ascii(*start(span)) || !isdigit((unsigned char)*start(run)))
        return false;
    diag_error(diagnostics, run, NO_NUMBER, text_of(arena, run));
    return true;
}

/* 3X3, 3*3 or 3×3 as 3x3; NULL where it is no shape. */
static const char *shape_of(Arena *arena, const char *text)
{
    char *shape = arena_alloc(arena, strlen(text) + 1), *end = shape;
    for (; *text; text++) {
        bool sign = text[0] == '\xc3' && text[1] == '\x97';
        *end++ = sign || *text == 'X' || *text == '*' ? 'x' : *text;
        text += sign;
    }
    bool sound = isdigit((unsigned char)*shape) && consists_of(shape, "0123456789x") &&
                 !strstr(shape, "xx") && strchr(shape, 'x') && end[-1] != 'x';
    return sound ? shape : NULL;
}

static bool report_shape(Arena *arena, Diagnostics *diagnostics, Span run)
{
    const char *text = text_of(arena, run), *shape = shape_of(arena, text);
    if (!shape || strchr(text, '*'))
        return false;
    diag_error(diagnostics, run, SHAPE_FORM, shape);
    return true;
}

/* ---- numbers that belong together ---- */

static bool in_number(char letter)
{
    return isalnum((unsigned char)letter) || letter == '.' || letter == '%' || letter == '/';
}

/* The numbers around a comma; blanks may lie between those behind a '='. */
static Span numbers_around(Span comma)
{
    const char *text = comma.source->text;
    int from = comma.from, to = comma.from;
    while (from > 0 && in_number(text[from - 1]))
        from--;
    bool option = from > 0 && text[from - 1] == '=';
    while (text[to] == ',') {
        to = option ? behind_blanks(text, to + 1) : to + 1;
        while (in_number(text[to]))
            to++;
    }
    return cut(comma, from, to);
}

/* "2,2", "0.5, 0.4": each begins with a digit. */
static bool are_numbers(const char *text)
{
    for (; isdigit((unsigned char)*text); text += behind_blanks(text, 0)) {
        text += strcspn(text, ",");
        if (!*text++)
            return true;
    }
    return false;
}

/* "2, 2" as "2x2"; NULL where these are no extents. */
static const char *as_extents(Arena *arena, const char *numbers)
{
    char *shape = arena_alloc(arena, strlen(numbers) + 1), *end = shape;
    for (const char *at = numbers; *at; at++)
        if (*at != ' ')
            *end++ = *at == ',' ? 'x' : *at;
    int extents = 1;
    for (const char *at = shape; *at; at++)
        extents += *at == 'x';
    return consists_of(shape, "0123456789x") && extents <= MOST_EXTENTS ? shape : NULL;
}

/* "stride=2,2", "mean=0.5, 0.4, 0.4", "input 32,32,3" */
static bool report_list(Arena *arena, Diagnostics *diagnostics, Span span)
{
    if (*start(span) != ',' || !strncmp(start(line_around(span)), "sweep ", 6))
        return false;
    Span numbers = numbers_around(span);
    const char *text = text_of(arena, numbers);
    if (!are_numbers(text))
        return false;
    if (!strncmp(text, "0,", 2) && consists_of(text + 2, "0123456789")) {
        diag_error(diagnostics, numbers, DECIMAL_COMMA, text + 2);
        return true;
    }
    const char *shape = as_extents(arena, text);
    diag_error(diagnostics, numbers, LIST_FORM, shape ? arena_printf(arena, "a shape, %s, or ", shape) : "",
               line_without(arena, numbers, "", false));
    return true;
}

/* ---- arithmetic ---- */

/* With the operands on both sides of it, over blanks, and those that follow. */
static Span with_operands(Span operator)
{
    const char *text = operator.source->text;
    int from = before_blanks(text, operator.from), to = operator.to, next;
    from = run_around(cut(operator, from, from)).from;
    do {
        to = behind_blanks(text, to);
        to = run_around(cut(operator, to, to)).to;
        next = behind_blanks(text, to);
        to = is_operator(text[next]) ? next + 1 : to;
    } while (to > next);
    return cut(operator, from, to);
}

/* Words or numbers, and operators in turn: arithmetic, but for its parentheses. */
static bool is_arithmetic(const char *text)
{
    for (;; text++) {
        text += behind_blanks(text, 0);
        if (!is_word_letter(*text))
            return false;
        while (is_word_letter(*text) || *text == '.')
            text++;
        if (text[-1] == '.')
            return false;
        text += behind_blanks(text, 0);
        if (!is_operator(*text))
            return !*text;
    }
}

static bool has_number(const char *text)
{
    for (char before = ' '; *text; before = *text++)
        if (isdigit((unsigned char)*text) && !is_word_letter(before))
            return true;
    return false;
}

/* Where a number, or an operator that stands alone, tells it from a path. */
static bool report_arithmetic(Arena *arena, Diagnostics *diagnostics, Span operator)
{
    Span whole = with_operands(operator);
    const char *text = text_of(arena, whole), *shape = shape_of(arena, text);
    Span run = run_around(operator);
    bool alone = run.to - run.from == 1;
    if (!is_arithmetic(text) || !(alone || has_number(text)))
        return false;
    diag_error(diagnostics, whole, BARE_ARITHMETIC, text,
               shape ? arena_printf(arena, "; a shape is written %s", shape) : "");
    return true;
}

/* "2-1", "2 - 1": a minus that touches the number behind it, and nothing before it, is a sign. */
bool report_difference(Arena *arena, Diagnostics *diagnostics, Span minus, Span number)
{
    const char *text = minus.source->text;
    bool touches = minus.from > 0 && is_word_letter(text[minus.from - 1]);
    bool apart = number.from > minus.to && is_word_letter(text[before_blanks(text, minus.from) - 1]);
    return (touches || apart) && report_arithmetic(arena, diagnostics, minus);
}

enum { MOST_POWER = 8 };

/* "2*2*2" of 2 and 3; of what is no small number, how such a product looks. */
static const char *product_of(Arena *arena, const char *base, const char *exponent)
{
    int times = isdigit((unsigned char)*exponent) && !exponent[1] ? *exponent - '0' : 0;
    if (times < 2 || times > MOST_POWER)
        return "x*x";
    const char *product = base;
    while (--times)
        product = arena_printf(arena, "%s*%s", product, base);
    return product;
}

/* "2**3", "2^3": the sign is one of them, or the second star. */
bool report_power(Arena *arena, Diagnostics *diagnostics, Span sign)
{
    const char *text = sign.source->text;
    bool star = *start(sign) == '*', second = star && sign.from > 0 && text[sign.from - 1] == '*';
    sign = cut(sign, sign.from - second, sign.from + 1 + (star && !second));
    if (*start(sign) != '^' && strncmp(start(sign), "**", 2))
        return false;
    int before = before_blanks(text, sign.from), behind = behind_blanks(text, sign.to), from = before, to = behind;
    while (from > 0 && is_word_letter(text[from - 1]))
        from--;
    while (is_word_letter(text[to]))
        to++;
    if (from == before || to == behind)
        return false;
    diag_error(diagnostics, cut(sign, from, to), NO_POWER,
               product_of(arena, text_of(arena, cut(sign, from, before)), text_of(arena, cut(sign, behind, to))));
    return true;
}

/* ---- texts ---- */

/* How many bytes a quote takes that is none here; 0: it is no quote. */
static int quote_at(const char *text)
{
    if (*text == '\'' || *text == '`')
        return 1;
    bool curled = !strncmp(text, "\xe2\x80", 2) && text[2] && strchr("\x98\x99\x9c\x9d", text[2]);
    return curled ? 3 : 0;
}

static bool is_word(const char *text)
{
    while (is_word_letter(*text))
        text++;
    return !*text;
}

static bool report_quotes(Arena *arena, Diagnostics *diagnostics, Span span)
{
    const char *text = span.source->text;
    int from = span.from + quote_at(start(span)), to = from;
    while (!quote_at(text + to) && !ends_line(text[to]))
        to++;
    if (from == span.from || !quote_at(text + to))
        return false;
    const char *quoted = text_of(arena, cut(span, from, to));
    diag_error(diagnostics, cut(span, span.from, to + quote_at(text + to)), TEXT_FORM, quoted,
               is_word(quoted) ? "; a word in none" : "");
    return true;
}

static bool may_begin_text(char letter)
{
    return is_word_letter(letter) || (letter && strchr("./~*?", letter)) || is_beyond_ascii(letter);
}

static bool report_text(Arena *arena, Diagnostics *diagnostics, Span run)
{
    const char *text = text_of(arena, run);
    if (!*text || !text[1] || !may_begin_text(*text) || !strpbrk(text, "./*?~+-\\"))
        return false;
    diag_error(diagnostics, run, NO_WORD, text, text,
               is_arithmetic(text) ? ", arithmetic in parentheses" : "");
    return true;
}

/* What stands first on a line and is no word: "[conv]", "self.conv1 = ...", "- conv", "3x3". */
static bool report_beginning(Arena *arena, Diagnostics *diagnostics, Span span, Span run)
{
    int end = before_blanks(span.source->text, span.from);
    bool first = end == 0 || span.source->text[end - 1] == '\n';
    if (!first || run.to <= span.from || strchr("\"{}", *start(span)))
        return false;
    Span whole = cut(run, span.from, run.to);
    diag_error(diagnostics, whole, LINE_BEGIN, text_of(arena, whole));
    return true;
}

/* ---- all of them ---- */

bool report_slip(Arena *arena, Diagnostics *diagnostics, Span span, bool in_braces)
{
    if (report_comment(diagnostics, span) || report_brace(diagnostics, span) ||
        report_power(arena, diagnostics, span) || report_quotes(arena, diagnostics, span) || report_list(arena, diagnostics, span) ||
        (in_braces && report_label(arena, diagnostics, span)) ||
        (!in_braces && report_constant(arena, diagnostics, span)) ||
        report_line(arena, diagnostics, span))
        return true;
    Span run = run_around(span);
    if (report_beginning(arena, diagnostics, span, run) || report_shape(arena, diagnostics, run) ||
        report_unit(arena, diagnostics, span, run) ||
        report_point(arena, diagnostics, run))
        return true;
    /* Of "my-net" it is the word behind the minus that nobody expects. */
    if (span.from > run.from && start(span)[-1] == '-')
        span = cut(span, span.from - 1, span.from);
    if (is_operator(*start(span)) && report_arithmetic(arena, diagnostics, span))
        return true;
    if (span.from > 0 && start(span)[-1] == '=' && !is_word_letter(*start(span)) && run.to > run.from) {
        diag_error(diagnostics, run, TEXT_FORM, text_of(arena, run), "");
        return true;
    }
    bool sign = strchr(".*?/~-\\:+", *start(span));
    return sign && (report_option(arena, diagnostics, run) || report_text(arena, diagnostics, run));
}
