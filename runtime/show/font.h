/* font.h - letters for labels on pictures. */

#ifndef SHOW_FONT_H
#define SHOW_FONT_H

#include <stdbool.h>

enum { FONT_WIDTH = 6, FONT_HEIGHT = 12 };  /* pixels of a letter, the space around it included */

/* True where the letter has ink. What is not printable ASCII looks like a question mark. */
bool font_ink(char letter, int row, int column);

#endif
