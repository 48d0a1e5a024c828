#include "base/place.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_WIDTH = 5 };

/* Continuation bytes of UTF-8 take no column of their own. */
static bool takes_a_column(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/* What a terminal might obey is not sent to it. */
static char harmless(char byte)
{
    unsigned char code = (unsigned char)byte;
    return (code < ' ' && code != '\t') || code == 0x7f ? '?' : byte;
}

static void print_harmless(FILE *out, const char *text)
{
    for (; *text; text++)
        putc(harmless(*text), out);
}

static void print_line(FILE *out, const Place *place)
{
    fprintf(out, "%*d | ", NUMBER_WIDTH, place->line);
    print_harmless(out, place->text);
    fprintf(out, "\n%*s | ", NUMBER_WIDTH, "");
}

static void print_caret(FILE *out, const Place *place)
{
    int length = (int)strlen(place->text);
    int from = place->column - 1;
    for (int i = 0; i < from && i < length; i++)
        if (takes_a_column(place->text[i]))
            putc(place->text[i] == '\t' ? '\t' : ' ', out);
}

static void print_tildes(FILE *out, const Place *place)
{
    int length = (int)strlen(place->text);
    putc('^', out);
    for (int i = place->column; i < place->column - 1 + place->width && i < length; i++)
        if (takes_a_column(place->text[i]))
            putc('~', out);
}

void place_print(FILE *out, const Place *place, const char *severity, const char *message,
                 bool color)
{
    const char *bold = color ? "\033[1m" : "";
    const char *off = color ? "\033[0m" : "";
    const char *tone = !color ? "" : strcmp(severity, "error") ? "\033[1;36m" : "\033[1;31m";

    fprintf(out, "%s%s:%d:%d:%s %s%s:%s ", bold, place->file, place->line, place->column, off, tone,
            severity, off);
    print_harmless(out, message);
    putc('\n', out);
    if (!place->text)
        return;
    print_line(out, place);
    print_caret(out, place);
    fputs(tone, out);
    print_tildes(out, place);
    fprintf(out, "%s\n", off);
}

bool place_color(FILE *out)
{
    const char *plain = getenv("NO_COLOR");
    return !(plain && *plain) && isatty(fileno(out));
}
