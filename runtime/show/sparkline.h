/* sparkline.h - a curve in one line of text. */

#ifndef SHOW_SPARKLINE_H
#define SHOW_SPARKLINE_H

#include <stdbool.h>
#include <stdio.h>

/* Numbers that come one by one, of which at most so many are kept: then two become their mean, and so on, so
 * that they always tell of all. Begins as { 0 }. */
enum { TRACE_ROOM = 128 };
typedef struct {
    double value[TRACE_ROOM];
    int count;
    long each;                  /* numbers in a value; 0: 1 */
    long pending;               /* numbers that are no value yet, */
    double sum;                 /* and their sum */
} Trace;

void trace_add(Trace *trace, double number);

/* Prints points, finite, [points] > 0, in so many columns or fewer: blocks of eight heights where `utf8`, else
 * characters that look higher and higher. The lowest stands at the bottom and the highest at the top, or,
 * where there is a range, its ends. */
typedef struct { double low, high; } SparkRange;
void sparkline(FILE *out, const double *y, int points, int columns, const SparkRange *range, bool utf8);

/* Columns that it takes. */
int sparkline_width(int points, int columns);

#endif
