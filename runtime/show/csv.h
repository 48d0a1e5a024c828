/* csv.h - fields of CSV as RFC 4180 has them, with lines that end in LF. */

#ifndef SHOW_CSV_H
#define SHOW_CSV_H

#include <stdio.h>

/* A line's next field, with a comma before it unless it is the first; in quotes where it needs them. */
void csv_text(FILE *out, int column, const char *text);

/* So many digits of a number. */
void csv_number(FILE *out, int column, double number, int digits);

#endif
