/* text_plot.h - a curve for a terminal: dots of Braille, two across and four down in a character, where the
 * locale is of UTF-8; else asterisks. */

#ifndef SHOW_TEXT_PLOT_H
#define SHOW_TEXT_PLOT_H

#include <stdio.h>

typedef struct {
    const double *y;            /* [points], finite, from left to right at equal distances */
    int points;
    int span;                   /* points that the whole width stands for: at least `points` */
    double low, high;           /* of y: what lies outside is not drawn */
    const char *const *tick;    /* [ticks] written below, the first at the left end, the last at the right */
    int ticks;
    int mark;                   /* the point below which stands a '^'; less than 0: none */
} TextPlot;

/* Prints 14 lines of 72 columns, the last with the ticks, and one with the mark. */
void text_plot(FILE *out, const TextPlot *plot);

#endif
