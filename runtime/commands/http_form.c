#include "runtime/commands/http_form.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool http_body_append(HttpBody *body, const char *data, size_t length)
{
    size_t needed = body->length + length;
    if (needed > body->room) {
        size_t room = needed > 2 * body->room ? needed : 2 * body->room;
        uint8_t *more = realloc(body->bytes, room);
        if (!more)
            return false;
        body->bytes = more;
        body->room = room;
    }
    memcpy(body->bytes + body->length, data, length);
    body->length = needed;
    return true;
}

bool http_is_form(const char *type)
{
    static const char form[] = "multipart/form-data";
    return type && !strncasecmp(type, form, sizeof form - 1);
}

/* An empty piece tells nothing: it stands for an empty file, as a browser sends where none was chosen, or for one
 * whose header came and whose first byte, at the same offset, is still to come. */
bool http_form_piece(HttpBody *body, const char *file, const char *data, uint64_t offset, size_t length)
{
    if (!file || !length)
        return true;
    body->files += offset == 0;
    return body->files > 1 || http_body_append(body, data, length);
}

const char *http_form_fault(const HttpBody *body, bool whole)
{
    if (!whole)
        return "the form ends early";
    return body->files == 1 ? NULL
         : body->files ? "the form holds more than one file; send one a request"
         : "the form holds no file, or an empty one; send a picture as the form's file, or as the whole body";
}
