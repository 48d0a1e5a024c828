/* page_style.h - how pages look: the text of their style sheet. */

#ifndef SHOW_PAGE_STYLE_H
#define SHOW_PAGE_STYLE_H

/* Colours of series in charts, --s0 to --s7: after Okabe and Ito, moved to a contrast of 3:1 with the paper. */
enum { PAGE_COLOURS = 8 };

extern const char page_style[];

#endif
