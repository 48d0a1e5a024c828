/* page.h - one HTML page that stands alone: text, tables, pictures and charts in a single file that loads nothing
 * from anywhere and runs no script. It reads well light and dark, wide and narrow, and printed.
 *
 *     Page *page = page_open("catdog, run 3", "epoch 7 of 30");
 *     page_section(page, "results", "Results");
 *     page_text(page, "Of %ld pictures %ld are right.", all, right);
 *     page_table_open(page, "By class", 2, (const PageCell[]){ { .text = "class" }, { .text = "recall" } });
 *     page_row(page, 2, (const PageCell[]){ { .text = "cat" }, { .text = "0.91", .number = true } });
 *     page_table_close(page);
 *     page_grid_open(page, 160);
 *     page_figure(page, &(PageFigure){ .bytes = png, .length = n, .alt = "a cat", .caption = "cat.7.jpg" });
 *     page_box_close(page);
 *     if (!page_close(page, "report.html"))
 *         ... errno says why; the file is as it was
 *
 * All texts are escaped here: names of classes and files may hold anything. None is kept: what is given may be freed
 * when a call returns. What is written is HTML and also well-formed XML. Running out of memory is a fault. */

#ifndef SHOW_PAGE_H
#define SHOW_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct Page Page;

/* The page's title, and a line below it, or NULL. */
Page *page_open(const char *title, const char *subtitle);

/* A browser that shows the page loads it anew after so many seconds: for what still grows. */
void page_refresh(Page *page, int seconds);

/* Writes the file whole or not at all, and frees the page, whatever happens. False, and errno, where it could not be
 * written: what was there is as it was. */
bool page_close(Page *page, const char *path);

/* Of the page in that file, written before: no browser loads it anew from now on, and all else is as it was. False, and
 * errno, where it could not be read or written. */
bool page_settle(const char *path);

/* Frees the page unwritten. */
void page_abandon(Page *page);

/* ---- text ---- */

/* Begins a section, which the navigation names. `id` is a word of its own, a to z and -: "report.html#id" leads
 * here. What comes before the first section stands below the title. */
void page_section(Page *page, const char *id, const char *title);

/* A smaller heading within it. */
void page_heading(Page *page, const char *title);

/* A paragraph; one that is less important, and small. */
void page_text(Page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void page_note(Page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text as it is, with its lines and blanks, in a box of its own. */
void page_verbatim(Page *page, const char *text);

/* What stands between is folded away below a line that unfolds it; or is there, below a line that folds it away. */
void page_fold_open(Page *page, const char *title);
void page_unfolded_open(Page *page, const char *title);
void page_fold_close(Page *page);

/* A list of names and values; those that matter most, large and side by side. */
typedef struct { const char *name, *value; } PageFact;
void page_facts(Page *page, int count, const PageFact *fact);
void page_highlights(Page *page, int count, const PageFact *fact);

/* ---- tables ---- */

/* A cell that has a `fill`, which is red, green and blue, has it behind its text, which is black or white then. One
 * that has a `bar` above 0 has a bar of that share of its width. */
typedef struct {
    const char *text;
    bool number;                /* stands at the right */
    bool head;                  /* is the name of its row */
    const uint8_t *fill;
    double bar;
} PageCell;

/* A caption, or NULL, and the heads of the columns, or none. A table that is too wide for the page moves in its box. */
void page_table_open(Page *page, const char *caption, int columns, const PageCell *head);
void page_row(Page *page, int cells, const PageCell *cell);
void page_table_close(Page *page);

/* ---- pictures ---- */

typedef struct {
    const uint8_t *bytes;       /* a PNG, as png_encode makes it, or an SVG drawing */
    size_t length;
    bool drawing;               /* it is SVG */
    const char *alt;            /* what it shows, for those who cannot see it */
    const char *caption, *note; /* below it, the second small; or NULL */
    int width;                  /* in pixels of the page, of which it takes no more than there are; 0: its own */
    bool crisp;                 /* pixels stay squares where it is enlarged */
} PageFigure;

void page_figure(Page *page, const PageFigure *figure);

/* Pixels [h][w][c] as such a figure, whose bytes and length are filled here. */
void page_picture(Page *page, int h, int w, int c, const uint8_t *pixel, PageFigure figure);

/* What stands between stands side by side, in as many columns of at least `width` pixels as there is room for. */
void page_grid_open(Page *page, int width);

/* What stands between is one of the things that a grid sets side by side. */
void page_part_open(Page *page);

/* So many small pictures of that width close together, in as few rows as the page has room for, and as many in each. */
void page_tiles_open(Page *page, int count, int width);

/* Ends the grid, the part or the tiles that were opened last. */
void page_box_close(Page *page);

/* ---- charts ---- */

typedef struct {
    const char *name;           /* "validation" */
    const double *x, *y;        /* [points], x rising where there are lines; no point where one is not finite */
    int points;
    bool dots;                  /* points alone, without a line through them */
} PageSeries;

/* An upright line where something happens. */
typedef struct { double x; const char *name; } PageMark;

typedef struct {
    const char *title;
    const char *x_name, *y_name;        /* of the axes; or NULL */
    const PageSeries *series;
    int count;
    const PageMark *mark;
    int marks;
    bool log_y;                 /* what is not above 0 has no point there */
    const double *x_range, *y_range;    /* [2] what the axes show at least; NULL: what there is */
    bool square;                /* as high as wide */
    bool diagonal;              /* a line where y equals x */
} PageChart;

/* A line chart, or of dots, in colours that colour-blind people can tell apart, with the names beside the lines. */
void page_chart(Page *page, const PageChart *chart);

/* Where pages are written, for markup of one's own (base/markup.h escapes). */
FILE *page_body(Page *page);

#endif
