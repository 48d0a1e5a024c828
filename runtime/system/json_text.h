/* json_text.h - jansson without failures: what it cannot take is replaced, what it cannot have is a
 * fault. */

#ifndef SYSTEM_JSON_TEXT_H
#define SYSTEM_JSON_TEXT_H

#include <jansson.h>

/* A string. JSON takes UTF-8 alone, and file names may be any bytes: '?' for each that is none. */
json_t *json_text(const char *text);

/* A number; null for one that is none, which JSON does not know. */
json_t *json_number(double number);

/* Both take `value`, which may be NULL: then, too, the program ends. */
void json_add(json_t *array, json_t *value);
void json_put(json_t *object, const char *key, json_t *value);

/* In one line, its numbers to six digits, as probabilities are, or to so many; to be freed. */
char *json_line(const json_t *value);
char *json_line_to(const json_t *value, int digits);

#endif
