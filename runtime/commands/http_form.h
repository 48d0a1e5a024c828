/* http_form.h - what a request's body holds: itself, or the one file in the form (multipart/form-data) that
 * it is. It comes in pieces, cut anywhere. */

#ifndef COMMANDS_HTTP_FORM_H
#define COMMANDS_HTTP_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: nothing has come. */
typedef struct {
    uint8_t *bytes;             /* from malloc: the owner frees them */
    size_t length, room;
    int files;                  /* of a form, those that hold something */
} HttpBody;

/* False where there is no memory. */
bool http_body_append(HttpBody *body, const char *data, size_t length);

/* Whether a Content-Type, or NULL, is a form's. */
bool http_is_form(const char *type);

/* A piece of a form's field, `offset` bytes into it: the first file is taken, all others are counted. `file` is
 * the file's name, NULL where the field is none. False where there is no memory. */
bool http_form_piece(HttpBody *body, const char *file, const char *data, uint64_t offset, size_t length);

/* NULL, or why a form that has come, `whole` or not, holds not one file. */
const char *http_form_fault(const HttpBody *body, bool whole);

#endif
