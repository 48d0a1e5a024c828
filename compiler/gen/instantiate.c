/* instantiate.c - a kernel's text with its shapes put in.
 * requires: a text of C with one KERNEL.  maintains: what the parameters do not touch, letter by letter.
 *
 * The text becomes tokens, parameters are replaced, constants folded, and the tokens printed. A comment
 * is part of the gap before a token; when it is printed it goes the same way, as prose. */

#include "compiler/gen/instantiate.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef enum { WORD, NUMBER, LITERAL, SIGN, END } Kind;     /* NUMBER: a plain decimal int */

typedef struct {
    Kind kind;
    const char *gap, *text;     /* what stands before it, and itself */
    size_t gap_length, length;
    long value;                 /* of a NUMBER */
    bool made;                  /* by a parameter: the author's own numbers stay as they are */
} Token;

typedef struct {
    Token *token;
    int count, room;
} Tokens;

typedef struct {
    FILE *out;
    const Param *param;
    int params;
} Job;

static bool is(const Token *t, const char *text)
{
    return t->length == strlen(text) && !memcmp(t->text, text, t->length);
}

static bool is_sign(const Token *t, const char *signs)
{
    return t->kind == SIGN && t->length == 1 && strchr(signs, *t->text);
}

static bool is_joined(const Token *t)
{
    return !memchr(t->gap, '\n', t->gap_length) && !memchr(t->gap, '/', t->gap_length);
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool starts(const char *s, const char *end, const char *with)
{
    size_t length = strlen(with);
    return (size_t)(end - s) >= length && !memcmp(s, with, length);
}

/* ---- tokens ---- */

/* Past blanks and, in code, comments. */
static const char *skip_gap(const char *s, const char *end, bool prose)
{
    while (s < end) {
        if (isspace((unsigned char)*s)) {
            s++;
        } else if (!prose && starts(s, end, "/*")) {
            for (s += 2; s < end && !starts(s, end, "*/"); s++)
                ;
            s = s < end ? s + 2 : end;
        } else if (!prose && starts(s, end, "//")) {
            while (s < end && *s != '\n')
                s++;
        } else {
            break;
        }
    }
    return s;
}

static const char *skip_number(const char *s, const char *end)
{
    for (; s < end; s++)
        if (!is_letter(*s) && *s != '.' &&
            !((*s == '+' || *s == '-') && strchr("eEpP", s[-1])))
            break;
    return s;
}

static const char *skip_quoted(const char *s, const char *end)
{
    char quote = *s++;
    while (s < end && *s != quote)
        s += *s == '\\' && s + 1 < end ? 2 : 1;
    return s < end ? s + 1 : end;
}

static const char *skip_sign(const char *s, const char *end)
{
    static const char *const long_signs[] = {
        "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||",
        "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##",
    };
    for (size_t i = 0; i < sizeof long_signs / sizeof *long_signs; i++)
        if (starts(s, end, long_signs[i]))
            return s + strlen(long_signs[i]);
    return s + 1;
}

/* No suffix, octal, hexadecimal or float, and fits an int. */
static bool plain_number(const char *s, size_t length, long *value)
{
    if (length > 10 || (*s == '0' && length > 1))
        return false;
    *value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)s[i]))
            return false;
        *value = 10 * *value + (s[i] - '0');
    }
    return *value <= INT_MAX;
}

static Token next_token(const char *at, const char *end, bool prose)
{
    const char *s = skip_gap(at, end, prose), *stop = s;
    Token t = { .kind = END, .gap = at, .gap_length = (size_t)(s - at), .text = s };
    if (s == end)
        return t;
    if (isalpha((unsigned char)*s) || *s == '_') {
        t.kind = WORD;
        while (stop < end && is_letter(*stop))
            stop++;
    } else if (isdigit((unsigned char)*s) ||
               (*s == '.' && s + 1 < end && isdigit((unsigned char)s[1]))) {
        stop = skip_number(s, end);
        if (prose && stop[-1] == '.')       /* the end of a sentence */
            stop--;
        t.kind = plain_number(s, (size_t)(stop - s), &t.value) ? NUMBER : LITERAL;
    } else if (!prose && (*s == '"' || *s == '\'')) {
        t.kind = LITERAL;
        stop = skip_quoted(s, end);
    } else {
        t.kind = SIGN;
        stop = skip_sign(s, end);
    }
    t.length = (size_t)(stop - s);
    return t;
}

static Tokens tokenize(const char *text, const char *end, bool prose)
{
    Tokens all = {0};
    do {
        if (all.count == all.room) {
            all.room = all.room ? 2 * all.room : 256;
            all.token = realloc(all.token, (size_t)all.room * sizeof *all.token);
            if (!all.token)
                abort();
        }
        Token t = next_token(text, end, prose);
        all.token[all.count++] = t;
        text = t.text + t.length;
    } while (all.token[all.count - 1].kind != END);
    return all;
}

static void cut(Tokens *all, int at, int gone)
{
    memmove(all->token + at, all->token + at + gone,
            (size_t)(all->count - at - gone) * sizeof *all->token);
    all->count -= gone;
}

/* ---- parameters ---- */

static const Param *lookup(const Job *job, const Token *t)
{
    for (int i = 0; t->kind == WORD && i < job->params; i++)
        if (is(t, job->param[i].name))
            return &job->param[i];
    return NULL;
}

/* What is neither a name nor a plain number, such as 0.5f, becomes a LITERAL and is never folded. */
static void substitute(const Job *job, Tokens *all)
{
    for (int i = 0; i < all->count; i++) {
        Token *t = &all->token[i];
        const Param *p = lookup(job, t);
        if (!p)
            continue;
        t->text = p->text;
        t->length = strlen(p->text);
        t->made = true;
        t->kind = isalpha((unsigned char)*p->text) || *p->text == '_' ? WORD : LITERAL;
        if (plain_number(p->text, t->length, &t->value))
            t->kind = NUMBER;
    }
}

/* ---- folding ---- */

/* ( a ) -> a, unless a word (of a call, an `if`) or a cast stands before it. */
static bool unwrap(Tokens *all, int i)
{
    Token *t = all->token + i;
    if (i < 2 || !t->made || !is(t - 1, "(") || !is(t + 1, ")") || t[-2].kind != SIGN ||
        is_sign(t - 2, ")]"))
        return false;
    t->gap = t[-1].gap;
    t->gap_length = t[-1].gap_length;
    cut(all, i + 1, 1);
    cut(all, i - 1, 1);
    return true;
}

/* Whether a bracket closes a cast: after a type, or a star. */
static bool closes_cast(const Token *t)
{
    static const char *const types[] = { "int", "long", "float", "double", "size_t", "uint32_t", "*" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is(t - 1, types[i]))
            return true;
    return false;
}

/* Whether a value ends here, so that a sign after it has two operands. */
static bool ends_value(const Tokens *all, int i)
{
    const Token *t = all->token + i;
    if (i < 1)
        return false;
    if (is_sign(t, ")"))
        return !closes_cast(t);
    return t->kind == NUMBER || is_sign(t, "]") || (t->kind == WORD && !is(t, "return") && !is(t, "case"));
}

/* a op b -> its value, unless a neighbour binds tighter or comes first: i - 4 + 1 stays. */
static bool combine(Tokens *all, int i)
{
    Token *t = all->token + i;
    if (i < 1 || i + 3 >= all->count || (is_sign(t - 1, "+-") && !ends_value(all, i - 2)))
        return false;
    const Token *before = t - 1, *op = t + 1, *b = t + 2, *after = t + 3;
    if (b->kind != NUMBER || !(t->made || b->made) || !is_joined(op) || !is_joined(b))
        return false;
    if (is(before, "--") || is(before, "++") || is_sign(before, "~!)"))     /* `)`: of a cast */
        return false;
    long value;
    if (is_sign(op, "*")) {
        if (is_sign(before, "/%"))
            return false;
        value = t->value * b->value;
    } else if (is_sign(op, "/%")) {
        if (is_sign(before, "*/%") || b->value == 0)
            return false;
        value = is(op, "/") ? t->value / b->value : t->value % b->value;
    } else if (is_sign(op, "+-")) {
        if (is_sign(before, "*/%-") || is_sign(after, "*/%"))
            return false;
        value = is(op, "+") ? t->value + b->value : t->value - b->value;
    } else {
        return false;
    }
    if (value < 0 || value > INT_MAX)       /* it would not mean the same any more */
        return false;
    t->value = value;
    t->made = true;
    cut(all, i + 1, 2);
    return true;
}

/* a * 1, a / 1, a + 0, a - 0 -> a */
static bool vanish(Tokens *all, int i)
{
    const Token *t = all->token + i;
    if (!t->made || !is_joined(t) || !is_joined(t - 1) || !ends_value(all, i - 2))
        return false;
    if (t->value == 1 ? !is_sign(t - 1, "*/")
                      : t->value || !is_sign(t - 1, "+-") || is_sign(t + 1, "*/%"))
        return false;
    cut(all, i - 1, 2);
    return true;
}

static void fold(Tokens *all)
{
    bool again;
    do {
        again = false;
        for (int i = 1; i + 1 < all->count; i++)
            while (all->token[i].kind == NUMBER && unwrap(all, i)) {
                i--;
                again = true;
            }
        for (int i = 1; i + 1 < all->count; i++)
            while (all->token[i].kind == NUMBER && combine(all, i))
                again = true;
        for (int i = 1; i + 1 < all->count; i++)
            while (all->token[i].kind == NUMBER && vanish(all, i)) {
                i--;
                again = true;
            }
    } while (again);
}

/* ---- printing ---- */

static void print_token(const Job *job, const Token *t)
{
    if (t->kind == NUMBER)
        fprintf(job->out, "%ld", t->value);
    else
        fwrite(t->text, 1, t->length, job->out);
}

static void print_comment(const Job *job, const char *text, const char *end)
{
    Tokens all = tokenize(text, end, true);
    substitute(job, &all);
    fold(&all);
    for (int i = 0; i < all.count; i++) {
        fwrite(all.token[i].gap, 1, all.token[i].gap_length, job->out);
        print_token(job, &all.token[i]);
    }
    free(all.token);
}

static void print_gap(const Job *job, const Token *t)
{
    if (memchr(t->gap, '/', t->gap_length))
        print_comment(job, t->gap, t->gap + t->gap_length);
    else
        fwrite(t->gap, 1, t->gap_length, job->out);
}

/* ---- the function ---- */

/* Removes `int NAME` (or another type of one word) for every parameter between the brackets; returns
 * where the list closes. */
static int drop_parameters(const Job *job, Tokens *all, int open)
{
    int i = open + 1;
    while (!is(&all->token[i], ")")) {
        const Token *t = &all->token[i];
        if (t->kind == END)
            return i;
        if (t->kind != WORD || !lookup(job, t + 1)) {
            i++;
        } else if (i > open + 1) {          /* with the comma before it */
            cut(all, --i, 3);
        } else {
            cut(all, i, is(t + 2, ",") ? 3 : 2);
            all->token[i].gap_length = 0;
        }
    }
    if (i == open + 1) {
        all->token[i].text = "void)";
        all->token[i].length = 5;
    }
    return i;
}

bool instantiate(FILE *out, const char *text, const char *name, const Param *param, int params)
{
    Job job = { out, param, params };
    Tokens all = tokenize(text, text + strlen(text), false);
    int start = 0, open;
    while (start < all.count && !is(&all.token[start], "KERNEL"))
        start++;
    for (open = start; open < all.count && !is(&all.token[open], "("); open++)
        ;
    if (open == all.count || open < start + 2) {
        free(all.token);
        return false;
    }
    all.token[start].text = "static";
    all.token[start].length = 6;
    all.token[open - 1].text = name;
    all.token[open - 1].length = strlen(name);
    all.token[open - 1].kind = LITERAL;     /* and not to be replaced again */
    size_t column = 6;                      /* where the parameters' further lines begin */
    for (int i = start + 1; i <= open; i++)
        column += all.token[i].gap_length + all.token[i].length;
    int close = drop_parameters(&job, &all, open);
    substitute(&job, &all);
    fold(&all);
    for (int i = 0; i < all.count; i++) {
        const Token *t = &all.token[i];
        if (i > open && i < close && memchr(t->gap, '\n', t->gap_length))
            fprintf(out, "\n%*s", (int)column, "");
        else
            print_gap(&job, t);
        print_token(&job, t);
    }
    free(all.token);
    return true;
}
