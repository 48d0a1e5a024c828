/* line_text.h - the lines of the model as the card has them. */

#ifndef TOOLS_LINE_TEXT_H
#define TOOLS_LINE_TEXT_H

#include "base/source.h"

typedef struct Lines Lines;

/* Of a sound card. */
Lines *lines_read(Arena *arena, const Source *card);

/* "repeat 3 { basic 16 }" for "stage1", "basic 16" for "basic2": what stands, without its label, on the line in the
 * model's own braces that is called so; of a block of several lines "{ ... }". Names are asked for in their order. */
const char *line_text(Lines *lines, const char *name);

#endif
