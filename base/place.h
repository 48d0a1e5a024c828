/* place.h - where in a card something stands, with the line's text, so that a message can show it
 * long after the card was read: netc prints its diagnostics from places, and a generated program
 * carries the places of what only the data can prove wrong. */

#ifndef BASE_PLACE_H
#define BASE_PLACE_H

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    const char *file;           /* as the user wrote it */
    int line, column;           /* both from 1; the column counts bytes */
    int width;                  /* bytes under the caret and its tildes, at least 1 */
    const char *text;           /* the line without its newline; of a very long one the beginning */
} Place;

/* Prints `file:line:column: severity: message`, the line and the caret under it. Severity is a word
 * such as "error" or "note". A tab in the text stays a tab above and below. A note whose line has
 * been shown just above is printed without the line when `text` is NULL. */
void place_print(FILE *out, const Place *place, const char *severity, const char *message,
                 bool color);

/* True where `out` is a terminal and NO_COLOR is unset or empty. */
bool place_color(FILE *out);

#endif
