#include "tests/support/dom.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

typedef struct {
    Arena *arena;
    const char *text, *at;
    const char *wrong;          /* NULL as long as nothing is */
} Reader;

static void complain(Reader *reader, const char *what)
{
    int line = 1;
    for (const char *at = reader->text; at < reader->at; at++)
        line += *at == '\n';
    if (!reader->wrong)
        reader->wrong = arena_printf(reader->arena, "line %d: %s near '%.40s'", line, what, reader->at);
}

static bool take(Reader *reader, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(reader->at, word, length))
        return false;
    reader->at += length;
    return true;
}

static bool take_blanks(Reader *reader)
{
    const char *from = reader->at;
    while (*reader->at && strchr(" \t\n", *reader->at))
        reader->at++;
    return reader->at > from;
}

static const char *take_name(Reader *reader)
{
    const char *from = reader->at;
    while (isalnum((unsigned char)*reader->at) || (reader->at > from && *reader->at && strchr("-_:", *reader->at)))
        reader->at++;
    if (reader->at == from)
        complain(reader, "a name is wanted");
    return arena_printf(reader->arena, "%.*s", (int)(reader->at - from), from);
}

/* ---- text ---- */

static const struct { const char *name; char letter; } entity[] = {
    { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' },
};

static char take_entity(Reader *reader)
{
    for (size_t i = 0; i < sizeof entity / sizeof *entity; i++)
        if (take(reader, entity[i].name))
            return entity[i].letter;
    complain(reader, "no entity");
    return '?';
}

/* A character that stands for itself. */
static bool is_plain(const Reader *reader)
{
    unsigned char letter = (unsigned char)*reader->at;
    return utf8_length(reader->at) && letter != '<' && (letter >= ' ' || letter == '\t' || letter == '\n');
}

/* Up to the letter `end` or the text's, which is not taken. */
static const char *take_text(Reader *reader, char end)
{
    size_t length = 0, room = strcspn(reader->at, (char[]){ end, '\0' });       /* nothing becomes longer */
    char *text = arena_alloc(reader->arena, room + 1);
    while (*reader->at && *reader->at != end && !reader->wrong) {
        if (*reader->at == '&') {
            text[length++] = take_entity(reader);
        } else if (is_plain(reader)) {
            text[length++] = *reader->at++;
            while ((*reader->at & 0xc0) == 0x80)
                text[length++] = *reader->at++;
        } else {
            complain(reader, "a byte that cannot stand here");
        }
    }
    text[length] = '\0';
    return text;
}

/* ---- elements ---- */

static Node *new_node(Reader *reader, Node *parent)
{
    Node *node = arena_alloc(reader->arena, sizeof *node);
    *node = (Node){ 0 };
    if (parent)
        *arena_push(reader->arena, parent->child, parent->children, parent->child_room) = node;
    return node;
}

static void take_attribute(Reader *reader, Node *node)
{
    Attribute attribute = { .name = take_name(reader) };
    if (dom_attribute(node, attribute.name))
        complain(reader, "an attribute twice");
    if (!take(reader, "=\""))
        complain(reader, "an attribute without a quoted value");
    attribute.value = take_text(reader, '"');
    if (!take(reader, "\""))
        complain(reader, "a quote that is not closed");
    *arena_push(reader->arena, node->attribute, node->attributes, node->attribute_room) = attribute;
}

static void take_element(Reader *reader, Node *node);

static void take_content(Reader *reader, Node *node)
{
    while (*reader->at && !reader->wrong) {
        if (!strncmp(reader->at, "</", 2))
            return;
        if (*reader->at == '<')
            take_element(reader, new_node(reader, node));
        else
            new_node(reader, node)->text = take_text(reader, '<');
    }
}

/* From "<name" to "</name>" or "/>". */
static void take_element(Reader *reader, Node *node)
{
    if (!take(reader, "<"))
        complain(reader, "an element is wanted");
    node->name = take_name(reader);
    while (!reader->wrong && take_blanks(reader) && *reader->at != '/' && *reader->at != '>')
        take_attribute(reader, node);
    if (take(reader, "/>"))
        return;
    if (!take(reader, ">"))
        complain(reader, "a tag that is not closed");
    take_content(reader, node);
    if (!reader->wrong && (!take(reader, "</") || strcmp(take_name(reader), node->name) || !take(reader, ">")))
        complain(reader, arena_printf(reader->arena, "'%s' is not closed", node->name));
}

/* ---- looking ---- */

const char *dom_attribute(const Node *node, const char *name)
{
    for (int i = 0; i < node->attributes; i++)
        if (!strcmp(node->attribute[i].name, name))
            return node->attribute[i].value;
    return NULL;
}

static bool has_class(const Node *node, const char *class)
{
    const char *classes = dom_attribute(node, "class"), *at = classes ? strstr(classes, class) : NULL;
    size_t length = strlen(class);
    return at && (at == classes || at[-1] == ' ') && (at[length] == ' ' || !at[length]);
}

static bool is_called(const Node *node, const char *name)
{
    const char *dot = strchr(name, '.');
    size_t length = dot ? (size_t)(dot - name) : strlen(name);
    return node->name && strlen(node->name) == length && !strncmp(node->name, name, length) &&
           (!dot || has_class(node, dot + 1));
}

static Node *find(Node *node, const char *name, int *left)
{
    if (is_called(node, name) && (*left)-- == 0)
        return node;
    for (int i = 0; i < node->children; i++) {
        Node *found = find(node->child[i], name, left);
        if (found)
            return found;
    }
    return NULL;
}

Node *dom_find(Node *node, const char *name, int n)
{
    return find(node, name, &n);
}

int dom_count(Node *node, const char *name)
{
    int count = is_called(node, name);
    for (int i = 0; i < node->children; i++)
        count += dom_count(node->child[i], name);
    return count;
}

Node *dom_by_id(Node *node, const char *id)
{
    const char *own = dom_attribute(node, "id");
    if (own && !strcmp(own, id))
        return node;
    for (int i = 0; i < node->children; i++) {
        Node *found = dom_by_id(node->child[i], id);
        if (found)
            return found;
    }
    return NULL;
}

const char *dom_text(Arena *arena, const Node *node)
{
    const char *text = node->text ? node->text : "";
    for (int i = 0; i < node->children; i++)
        text = arena_printf(arena, "%s%s", text, dom_text(arena, node->child[i]));
    return text;
}

/* An address within the page, or data. */
static bool is_own(const char *address)
{
    return *address == '#' || !strncmp(address, "data:", 5);
}

/* A style that loads nothing. */
static bool is_own_style(const char *style)
{
    return !strstr(style, "url(") && !strstr(style, "@import");
}

static bool element_stands_alone(const Node *node)
{
    static const char *const leads[] = { "src", "href", "srcset", "action", "data", "poster" };
    static const char *const never[] = { "script", "link", "iframe", "object", "embed", "base", "form" };
    bool alone = true;
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        alone &= !dom_attribute(node, leads[i]) || is_own(dom_attribute(node, leads[i]));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        alone &= strcmp(node->name, never[i]) != 0;
    for (int i = 0; i < node->attributes; i++)
        alone &= strncmp(node->attribute[i].name, "on", 2) != 0;
    alone &= !dom_attribute(node, "style") || is_own_style(dom_attribute(node, "style"));
    for (int i = 0; i < node->children && !strcmp(node->name, "style"); i++)
        alone &= is_own_style(node->child[i]->text);
    return alone;
}

bool dom_stands_alone(Node *node)
{
    bool alone = !node->name || element_stands_alone(node);
    for (int i = 0; i < node->children && alone; i++)
        alone = dom_stands_alone(node->child[i]);
    return alone;
}

static int digit_of(char letter)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = letter ? strchr(digits, letter) : NULL;
    return at ? (int)(at - digits) : -1;
}

const uint8_t *dom_data(Arena *arena, const char *uri, const char *media, size_t *length)
{
    const char *start = arena_printf(arena, "data:%s;base64,", media);
    if (strncmp(uri, start, strlen(start)) || strlen(uri + strlen(start)) % 4)
        return NULL;
    const char *from = uri + strlen(start);
    uint8_t *bytes = arena_alloc(arena, strlen(from) + 1);
    unsigned long bits = 0;
    *length = 0;
    for (int have = 0; *from && *from != '='; from++) {
        if (digit_of(*from) < 0)
            return NULL;
        bits = bits << 6 | (unsigned long)digit_of(*from);
        have += 6;
        if (have >= 8) {
            have -= 8;
            bytes[(*length)++] = (uint8_t)(bits >> have);
        }
    }
    return bytes;
}

Node *dom_read(Arena *arena, const char *text, const char **why)
{
    Reader reader = { .arena = arena, .text = text, .at = text };
    Node *root = new_node(&reader, NULL);
    if (!take(&reader, "<!DOCTYPE html>"))
        complain(&reader, "no document type");
    take_blanks(&reader);
    take_element(&reader, root);
    take_blanks(&reader);
    if (*reader.at)
        complain(&reader, "something behind the end");
    *why = reader.wrong;
    return reader.wrong ? NULL : root;
}
