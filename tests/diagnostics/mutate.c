/* mutate.c - see mutate.h. */

#include "tests/diagnostics/mutate.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "compiler/ast/rows.h"

/* ---- dice ---- */

/* xorshift64 */
static uint64_t state;

void mutate_seed(unsigned seed)
{
    state = 0x9e3779b97f4a7c15u ^ (uint64_t)seed << 20;
}

size_t mutate_draw(size_t below)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return below ? (size_t)(state >> 20) % below : 0;
}

/* A piece that means something somewhere. */
static const char *piece(void)
{
    static const char *const pieces[] = {
        "{", "}", "(", ")", "=", ":", ",", "\"", "\n", "\r\n", "#", "/", "*", " x ", "-", "%",
        "px", "deg", "3x3", "0", "1e18", "99999999999999999999", "input", "main", "block", "let",
        "a.b.c", "\xff", "\xc3",
        "round(", "include \"case.net\"", "repeat 2 {", "1/0", "\t", " ", "1000000000x1000000000",
    };
    enum { PIECES = sizeof pieces / sizeof *pieces };
    size_t which = mutate_draw(PIECES + STATEMENT_COUNT + (size_t)word_count);
    if (which < PIECES)
        return pieces[which];
    which -= PIECES;
    return which < STATEMENT_COUNT ? statement_rows[which].keyword
                                   : word_rows[which - STATEMENT_COUNT].text;
}

static size_t replace(char *text, size_t length, size_t at, size_t old, const char *with,
                      size_t size)
{
    if (length - old + size >= MUTANT_ROOM)
        return length;
    memmove(text + at + size, text + at + old, length - at - old);
    memcpy(text + at, with, size);
    return length - old + size;
}

size_t mutate_bytes(char *text, size_t length)
{
    size_t at = mutate_draw(length), size = mutate_draw(length - at < 40 ? length - at : 40);
    char copy[64];
    switch (mutate_draw(5)) {
    case 0:                                         /* another byte */
        text[at] = (char)mutate_draw(256);
        return length;
    case 1:                                         /* something is lost */
        return replace(text, length, at, size, "", 0);
    case 2: {                                       /* something is said twice */
        memcpy(copy, text + at, size);
        return replace(text, length, mutate_draw(length), 0, copy, size);
    }
    case 3:                                         /* the end is missing */
        return mutate_draw(8) ? length : at;
    default: {
        const char *with = piece();
        return replace(text, length, at, mutate_draw(2) ? size : 0, with, strlen(with));
    }
    }
}


/* ---- slips ---- */

typedef struct { size_t from, to; } Piece;

static int is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '%';
}

/* Blanks and comments count for nothing. */
static size_t after_blanks(const char *text, size_t at)
{
    for (;;) {
        at += strspn(text + at, " \t\n");
        if (text[at] != '#')
            return at;
        at += strcspn(text + at, "\n");
    }
}

/* A word, a number with its unit, a text or a sign. */
static size_t token_end(const char *text, size_t at)
{
    if (text[at] == '"') {
        size_t end = at + 1 + strcspn(text + at + 1, "\"\n");
        return end + (text[end] == '"');
    }
    if (!is_word(text[at]))
        return at + (text[at] != '\0');
    while (is_word(text[at]))
        at++;
    return at;
}

static Piece some_token(const char *text, size_t from)
{
    Piece token = { after_blanks(text, from), 0 };
    token.to = token_end(text, token.from);
    return token;
}

/* Each with the same chance: the text's tokens are counted first. */
static Piece draw_token(const char *text)
{
    size_t count = 0;
    for (Piece t = some_token(text, 0); t.to > t.from; t = some_token(text, t.to))
        count++;
    Piece token = some_token(text, 0);
    for (size_t n = mutate_draw(count); n > 0; n--)
        token = some_token(text, token.to);
    return token;
}

/* A line that says something, with its end. */
static Piece draw_line(const char *text)
{
    Piece token = draw_token(text);
    while (token.from > 0 && text[token.from - 1] != '\n')
        token.from--;
    token.to = token.from + strcspn(text + token.from, "\n");
    token.to += text[token.to] == '\n';
    return token;
}

static size_t put(char *text, size_t length, Piece old, const char *with, size_t size)
{
    length = replace(text, length, old.from, old.to - old.from, with, size);
    text[length] = '\0';
    return length;
}

/* Both in each other's place, with what lies between them where it was. */
static size_t swap(char *text, size_t length, Piece a, Piece b)
{
    static char copy[MUTANT_ROOM];
    size_t size = 0;
    memcpy(copy, text + b.from, b.to - b.from), size += b.to - b.from;
    memcpy(copy + size, text + a.to, b.from - a.to), size += b.from - a.to;
    memcpy(copy + size, text + a.from, a.to - a.from), size += a.to - a.from;
    return put(text, length, (Piece){ a.from, b.to }, copy, size);
}

static int is_number(char c)
{
    return c >= '0' && c <= '9';
}

/* Another number in a number's place, or in that of its digits alone. */
static size_t change_number(char *text, size_t length, Piece token)
{
    static const char *const numbers[] = {
        "0", "1", "2", "3", "7", "-1", "0.5", "1.5", "100", "1000", "1000000000", "1e-9", "1e9", "20%", "150%", "40deg", "4px", "3x3",
        "5x3x2", "1/3", "(2*3)", "(1, 2)", "\"7\"", "yes",
    };
    enum { NUMBERS = sizeof numbers / sizeof *numbers };
    const char *with = numbers[mutate_draw(NUMBERS)];
    if (mutate_draw(2)) {
        size_t end = token.from;
        while (is_number(text[end]))
            end++;
        token.to = end;
        with = numbers[mutate_draw(11)];
    }
    return put(text, length, token, with, strlen(with));
}

static const char *some_word(void)
{
    size_t which = mutate_draw(STATEMENT_COUNT + (size_t)word_count);
    return which < STATEMENT_COUNT ? statement_rows[which].keyword : word_rows[which - STATEMENT_COUNT].text;
}

/* A letter is lost, or two change places. */
static size_t misspell(char *text, size_t length, Piece token)
{
    size_t at = token.from + mutate_draw(token.to - token.from);
    if (mutate_draw(2) || at + 1 >= token.to)
        return put(text, length, (Piece){ at, at + 1 }, "", 0);
    char c = text[at];
    text[at] = text[at + 1], text[at + 1] = c;
    return length;
}

size_t mutate_slip(char *text, size_t length, const char **what)
{
    static char copy[MUTANT_ROOM];
    Piece token = draw_token(text), line = draw_line(text), next;
    if (token.to == token.from)
        return length;
    switch (mutate_draw(9)) {
    case 0:
        *what = "a token is lost";
        return put(text, length, token, "", 0);
    case 1:
        *what = "a token is said twice";
        copy[0] = ' ';
        memcpy(copy + 1, text + token.from, token.to - token.from);
        return put(text, length, (Piece){ token.to, token.to }, copy, token.to - token.from + 1);
    case 2:
        *what = "two tokens are swapped";
        next = some_token(text, token.to);
        if (next.to == next.from || memchr(text + token.to, '\n', next.from - token.to))
            return length;      /* on two lines they would be two slips */
        return swap(text, length, token, next);
    case 3:
        *what = "a line is lost";
        return put(text, length, line, "", 0);
    case 4:
        *what = "a line is said twice";
        memcpy(copy, text + line.from, line.to - line.from);
        return put(text, length, (Piece){ line.to, line.to }, copy, line.to - line.from);
    case 5:
        *what = "two lines are swapped";
        next = (Piece){ line.to, line.to + strcspn(text + line.to, "\n") };
        next.to += text[next.to] == '\n';
        return next.to > next.from ? swap(text, length, line, next) : length;
    case 6: case 7:
        if (is_number(text[token.from])) {
            *what = "a number is another";
            return change_number(text, length, token);
        }
        if (is_word(text[token.from])) {
            *what = "a word is another";
            const char *with = some_word();
            return put(text, length, token, with, strlen(with));
        }
        /* fall through */
    default:
        *what = "a word is misspelt";
        return misspell(text, length, token);
    }
}
