/* markup.h - texts and bytes as HTML takes them. What is written is also well-formed XML. */

#ifndef BASE_MARKUP_H
#define BASE_MARKUP_H

#include <stdint.h>
#include <stdio.h>

/* The text, as content or within the quotes of an attribute: whatever it holds, it stays text. Bytes that are no UTF-8,
 * and control characters but tab and newline, become U+FFFD. */
void markup_text(FILE *out, const char *text);

/* The bytes in base 64, as a data URI has them behind its comma. */
void markup_base64(FILE *out, const uint8_t *bytes, size_t length);

#endif
