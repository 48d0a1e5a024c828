#include "runtime/system/json_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "runtime/system/fault.h"

enum { DIGITS = 6 };            /* of a probability */

static _Noreturn void out_of_memory(void)
{
    fault("out of memory");
}

json_t *json_text(const char *text)
{
    char *copy = strdup(text);
    for (char *at = copy; at && *at; ) {
        int length = utf8_length(at);
        if (!length)
            *at = '?';
        at += length ? length : 1;
    }
    json_t *value = copy ? json_string(copy) : NULL;
    free(copy);
    if (!value)
        out_of_memory();
    return value;
}

json_t *json_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

void json_add(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value))
        out_of_memory();
}

void json_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value))
        out_of_memory();
}

char *json_line(const json_t *value)
{
    return json_line_to(value, DIGITS);
}

char *json_line_to(const json_t *value, int digits)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(digits));
    if (!text)
        out_of_memory();
    return text;
}
