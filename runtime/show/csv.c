#include "runtime/show/csv.h"

#include <string.h>

static void begin(FILE *out, int column)
{
    if (column)
        fputc(',', out);
}

void csv_text(FILE *out, int column, const char *text)
{
    begin(out, column);
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void csv_number(FILE *out, int column, double number, int digits)
{
    begin(out, column);
    fprintf(out, "%.*g", digits, number);
}
