/* dom.h - an HTML page of ours as a tree, read as strictly as XML is: what is not closed, not quoted or not escaped is
 * no page. For tests that look at what a page says. */

#ifndef TESTS_SUPPORT_DOM_H
#define TESTS_SUPPORT_DOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct { const char *name, *value; } Attribute;

/* An element, or where it has no name, text. Values and texts have their entities resolved. */
typedef struct Node {
    const char *name, *text;
    Attribute *attribute;
    int attributes, attribute_room;
    struct Node **child;
    int children, child_room;
} Node;

/* The root element; NULL, and where it is wrong in `why`, where the text is no such page. All is in the arena. */
Node *dom_read(Arena *arena, const char *text, const char **why);

/* The value, or NULL. */
const char *dom_attribute(const Node *node, const char *name);

/* The n-th element of that name at or below the node, from 0, in the order of the text; or NULL. The name may end in
 * ".class". */
Node *dom_find(Node *node, const char *name, int n);
int   dom_count(Node *node, const char *name);
Node *dom_by_id(Node *node, const char *id);

/* All text at or below the node, in one piece. */
const char *dom_text(Arena *arena, const Node *node);

/* True where nothing on the page leads elsewhere: no script, no address but those within the page and of data. */
bool dom_stands_alone(Node *node);

/* The bytes of a data URI in base 64; NULL where it is none of that media type. */
const uint8_t *dom_data(Arena *arena, const char *uri, const char *media, size_t *length);

#endif
