/* lsp_wire.h - what the language server and its editor say to each other: JSON behind a header that tells its length,
 * and places as lines and UTF-16 units. */

#ifndef TOOLS_LSP_WIRE_H
#define TOOLS_LSP_WIRE_H

#include <jansson.h>
#include <stdio.h>

#include "base/source.h"

typedef enum { WIRE_MESSAGE, WIRE_GARBLED, WIRE_END } WireResult;

/* The next message. Bytes that are no header are passed over; one that is not JSON, or too long, is garbled. The
 * message is the caller's to release. */
WireResult wire_read(FILE *in, json_t **message);

/* Sends and releases a message. */
void wire_write(FILE *out, json_t *message);

/* From a position {line, character} to an offset: one beyond a line or the text is its end. */
int wire_offset(const Source *source, const json_t *position);

/* A span as {start, end}. */
json_t *wire_range(Span span);

/* "file:///a%20b" as the path "/a b", and back; other addresses stay as they are. In the arena. */
const char *wire_path(Arena *arena, const char *uri);
const char *wire_uri(Arena *arena, const char *path);

/* A text that may hold anything as a JSON string: what is not UTF-8 becomes U+FFFD. */
json_t *wire_text(const char *text, size_t length);

#endif
