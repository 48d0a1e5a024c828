/* settings.h - what a card says outside of its model: constants, input, data, augment, train. */

#ifndef TOOLS_SETTINGS_H
#define TOOLS_SETTINGS_H

#include "base/source.h"

/* A line each, "train: optimizer adam rate=1e-3", as netc would write it. In the arena. */
const char **settings_lines(Arena *arena, const Source *card, int *count);

#endif
