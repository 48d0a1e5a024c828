#include "runtime/show/graph_def.h"

#include <string.h>

/* The fields' numbers, from tensorboard/compat/proto: graph.proto, versions.proto, node_def.proto, attr_value.proto,
 * tensor_shape.proto. A map is a list of messages with a key and a value. */
enum {
    GRAPH_NODE = 1, GRAPH_VERSIONS = 4, VERSIONS_PRODUCER = 1, PRODUCER = 22,
    NODE_NAME = 1, NODE_OP = 2, NODE_INPUT = 3, NODE_ATTRIBUTE = 5, MAP_KEY = 1, MAP_VALUE = 2,
    ATTRIBUTE_LIST = 1, ATTRIBUTE_TEXT = 2, ATTRIBUTE_INTEGER = 3, LIST_SHAPE = 7,
    SHAPE_DIMENSION = 2, DIMENSION_SIZE = 1,
};

static void put_attribute(Message *node, const char *name, Message *value)
{
    Message entry = { 0 };
    message_text(&entry, MAP_KEY, name);
    message_within(&entry, MAP_VALUE, value);
    message_within(node, NODE_ATTRIBUTE, &entry);
}

static void put_dimension(Message *shape, int64_t size)
{
    Message dimension = { 0 };
    message_integer(&dimension, DIMENSION_SIZE, size);
    message_within(shape, SHAPE_DIMENSION, &dimension);
}

/* Of any number of images, which is -1 there. */
static void put_shape(Message *node, Shape made)
{
    Message shape = { 0 }, list = { 0 }, value = { 0 };
    put_dimension(&shape, -1);
    put_dimension(&shape, made.h);
    put_dimension(&shape, made.w);
    put_dimension(&shape, made.c);
    message_within(&list, LIST_SHAPE, &shape);
    message_within(&value, ATTRIBUTE_LIST, &list);
    put_attribute(node, "_output_shapes", &value);
}

static Message node_of(const GraphView *view, const Box *box)
{
    Message node = { 0 }, line = { 0 }, parameters = { 0 };
    message_text(&node, NODE_NAME, box->name);
    if (*box->text)
        message_bytes(&node, NODE_OP, box->text, strcspn(box->text, " "));
    else
        message_text(&node, NODE_OP, box->name);        /* what comes in */
    for (int i = 0; i < box->inputs; i++)
        message_text(&node, NODE_INPUT, view->box[box->input[i]].name);
    message_text(&line, ATTRIBUTE_TEXT, box->text);
    put_attribute(&node, "card", &line);
    put_shape(&node, box->shape);
    message_integer(&parameters, ATTRIBUTE_INTEGER, box->parameters);
    put_attribute(&node, "parameters", &parameters);
    return node;
}

Message graph_def(const GraphView *view)
{
    Message graph = { 0 }, versions = { 0 };
    for (const Box *box = view->box; box < view->box + view->boxes; box++) {
        Message node = node_of(view, box);
        message_within(&graph, GRAPH_NODE, &node);
    }
    message_integer(&versions, VERSIONS_PRODUCER, PRODUCER);
    message_within(&graph, GRAPH_VERSIONS, &versions);
    return graph;
}
