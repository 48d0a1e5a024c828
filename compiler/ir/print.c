/* print.c - a graph as text, one line an op, and back. The text holds all that an op is but its span:
 *
 *   conv1 = conv(input, conv1.weight) of conv1 stride=1x1 dilation=1x1 : image 148x148x32
 *
 * An output that is not wanted is `-`. Names are those of values and hold no blank. */

#include "compiler/ir/ir.h"

#include <assert.h>
#include <stdlib.h>
#include <stddef.h>
#include <string.h>

/* ---- attributes: one list for printing and reading ---- */

typedef enum { AS_EXTENT, AS_PADDING, AS_SHAPE, AS_DOUBLE, AS_INT, AS_FLAG, AS_ACTIVATION, AS_OP, AS_TARGET } AttributeType;

static const struct {
    const char *name;
    AttributeType type;
    size_t field;
} attributes[] = {
    { "window", AS_EXTENT, offsetof(Op, window) },
    { "stride", AS_EXTENT, offsetof(Op, stride) },
    { "dilation", AS_EXTENT, offsetof(Op, dilation) },
    { "groups", AS_INT, offsetof(Op, groups) },
    { "pad", AS_PADDING, offsetof(Op, padding) },
    { "shape", AS_SHAPE, offsetof(Op, shape) },
    { "rate", AS_DOUBLE, offsetof(Op, rate) },
    { "salt", AS_INT, offsetof(Op, salt) },
    { "offset", AS_INT, offsetof(Op, offset) },
    { "activation", AS_ACTIVATION, offsetof(Op, activation) },
    { "update", AS_OP, offsetof(Op, update) },
    { "epsilon", AS_DOUBLE, offsetof(Op, epsilon) },
    { "size", AS_INT, offsetof(Op, size) },
    { "alpha", AS_DOUBLE, offsetof(Op, alpha) },
    { "beta", AS_DOUBLE, offsetof(Op, beta) },
    { "level", AS_DOUBLE, offsetof(Op, level) },
    { "keep", AS_DOUBLE, offsetof(Op, keep) },
    { "untrained", AS_FLAG, offsetof(Op, untrained) },
    { "target", AS_TARGET, offsetof(Op, target) },
    { "weighted", AS_FLAG, offsetof(Op, weighted) },
    { "weight", AS_DOUBLE, offsetof(Op, weight) },
    { "smooth", AS_DOUBLE, offsetof(Op, smooth) },
    { "delta", AS_DOUBLE, offsetof(Op, delta) },
    { "limit", AS_DOUBLE, offsetof(Op, start.limit) },
    { "deviation", AS_DOUBLE, offsetof(Op, start.deviation) },
    { "value", AS_DOUBLE, offsetof(Op, start.value) },
    { "frozen", AS_INT, offsetof(Op, frozen) },
    { "factor", AS_DOUBLE, offsetof(Op, factor) },
    { "length", AS_DOUBLE, offsetof(Op, length) },
};
enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

static const size_t attribute_size[] = {
    [AS_EXTENT] = sizeof(Extent), [AS_PADDING] = sizeof(Padding), [AS_SHAPE] = sizeof(Shape),
    [AS_DOUBLE] = sizeof(double), [AS_INT] = sizeof(int), [AS_FLAG] = sizeof(bool),
    [AS_ACTIVATION] = sizeof(ActivationKind), [AS_OP] = sizeof(OpKind),
    [AS_TARGET] = sizeof(TargetKind),
};

static const char *const target_word[] = {
#define X(id, word) word,
    TARGET_KINDS(X)
#undef X
};

static void print_attribute(FILE *out, int which, const Op *op)
{
    static const char zero[sizeof(Padding)];
    const void *at = (const char *)op + attributes[which].field;
    AttributeType type = attributes[which].type;
    if (!memcmp(at, zero, attribute_size[type]))
        return;
    const int *i = at;
    fprintf(out, " %s=", attributes[which].name);
    switch (type) {
    case AS_EXTENT:  fprintf(out, "%dx%d", i[0], i[1]); break;
    case AS_PADDING: fprintf(out, "%d,%d,%d,%d", i[0], i[1], i[2], i[3]); break;
    case AS_SHAPE:   fprintf(out, "%dx%dx%d", i[0], i[1], i[2]); break;
    case AS_DOUBLE:  fprintf(out, "%.17g", *(const double *)at); break;
    case AS_INT:     fprintf(out, "%d", *i); break;
    case AS_FLAG:    fprintf(out, "yes"); break;
    case AS_ACTIVATION: fprintf(out, "%s", activation_info[*(const ActivationKind *)at].word); break;
    case AS_OP:      fprintf(out, "%s", op_info[*(const OpKind *)at].word); break;
    case AS_TARGET:  fprintf(out, "%s", target_word[*(const TargetKind *)at]); break;
    }
}

static void print_value(FILE *out, Arena *arena, const Value *value)
{
    if (value)
        fprintf(out, "%s %s", value->per_image ? "image" : "batch", dims_text(arena, value));
    else
        fprintf(out, "-");
}

void graph_print(FILE *out, const Graph *graph)
{
    fprintf(out, "graph %s\n", use_word[graph->use]);
    for (int i = 0; i < graph->ops; i++) {
        const Op *op = graph->op[i];
        int outs = op_info[op->kind].outs;
        for (int k = 0; k < outs; k++)
            fprintf(out, "%s%s", k ? ", " : "", op->out[k] ? op->out[k]->name : "-");
        fprintf(out, " = %s(", op_info[op->kind].word);
        for (int k = 0; k < op->ins; k++)
            fprintf(out, "%s%s", k ? ", " : "", op->in[k]->name);
        fprintf(out, ") of %s", op->name);
        for (int k = 0; k < ATTRIBUTES; k++)
            print_attribute(out, k, op);
        fprintf(out, " : ");
        for (int k = 0; k < outs; k++) {
            fprintf(out, "%s", k ? ", " : "");
            print_value(out, graph->arena, op->out[k]);
        }
        fprintf(out, "\n");
    }
    fprintf(out, "answer %s", graph->output->name);
    if (graph->loss)
        fprintf(out, " loss %s right %s", graph->loss->name, graph->right ? graph->right->name : "-");
    fprintf(out, "\n");
}

/* ---- reading: only our own dumps, so a flaw is told but not explained ---- */

typedef struct {
    Graph *graph;
    char *at;
    const char *error;
} Reader;

/* The next word, cut off at blanks and at the punctuation of a dump, which are words of their own. */
static char *word(Reader *r)
{
    static const char marks[] = "(),=:";
    r->at += strspn(r->at, " ");
    char *start = r->at;
    size_t length = strcspn(start, " (),=:\n");
    if (!length && *start && strchr(marks, *start))
        length = 1;
    r->at += length;
    return arena_copy(r->graph->arena, start, length);
}

static bool next_is(Reader *r, const char *text)
{
    char *start = r->at;
    if (!strcmp(word(r), text))
        return true;
    r->at = start;
    return false;
}

static void expect(Reader *r, const char *text)
{
    if (!next_is(r, text) && !r->error)
        r->error = arena_printf(r->graph->arena, "expected '%s' at '%.20s'", text, r->at);
}

static Value *find(Reader *r, const char *name)
{
    for (int i = 0; i < r->graph->values; i++)
        if (!strcmp(r->graph->value[i]->name, name))
            return r->graph->value[i];
    if (!r->error)
        r->error = arena_printf(r->graph->arena, "nothing makes '%s'", name);
    return NULL;
}

static bool kind_of(const char *text, OpKind *kind)
{
    for (int i = 0; i < OP_COUNT; i++)
        if (!strcmp(op_info[i].word, text)) {
            *kind = (OpKind)i;
            return true;
        }
    return false;
}

static ActivationKind activation_of(const char *text)
{
    ActivationKind kind = ACTIVATIONS - 1;
    while (kind > ACTIVATION_NONE && strcmp(activation_info[kind].word, text))
        kind--;
    return kind;
}

static void target_of(const char *text, TargetKind *kind)
{
    for (int i = 0; i < TARGET_COUNT; i++)
        if (!strcmp(target_word[i], text))
            *kind = (TargetKind)i;
}

static int numbers(const char *text, int *number)
{
    int count = 0;
    for (char *end; count < MOST_DIMS && *text; text = *end ? end + 1 : end)
        number[count++] = (int)strtol(text, &end, 10);
    return count;
}

static void read_attribute(Reader *r, const char *name, Op *op)
{
    expect(r, "=");
    r->at += strspn(r->at, " ");
    size_t length = strcspn(r->at, " \n");
    char *text = arena_copy(r->graph->arena, r->at, length);
    r->at += length;
    for (int i = 0; i < ATTRIBUTES; i++) {
        void *field = (char *)op + attributes[i].field;
        if (strcmp(attributes[i].name, name))
            continue;
        switch (attributes[i].type) {
        case AS_EXTENT: case AS_PADDING: case AS_SHAPE: case AS_INT: numbers(text, field); return;
        case AS_DOUBLE: *(double *)field = strtod(text, NULL); return;
        case AS_FLAG:   *(bool *)field = !strcmp(text, "yes"); return;
        case AS_ACTIVATION: *(ActivationKind *)field = activation_of(text); return;
        case AS_OP:     kind_of(text, field); return;
        case AS_TARGET: target_of(text, field); return;
        }
    }
    if (!r->error)
        r->error = arena_printf(r->graph->arena, "no attribute '%s'", name);
}

static void read_op(Reader *r)
{
    const char *out[MOST_OUTS] = { 0 };
    int outs = 0, ins = 0, room = 0;
    do
        if (outs < MOST_OUTS)
            out[outs++] = word(r);
    while (next_is(r, ","));
    expect(r, "=");
    OpKind kind = OP_INPUT;
    const char *text = word(r);
    if (!kind_of(text, &kind) && !r->error)
        r->error = arena_printf(r->graph->arena, "no op '%s'", text);
    Value **in = NULL;
    expect(r, "(");
    while (!r->error && !next_is(r, ")")) {
        *arena_push(r->graph->arena, in, ins, room) = find(r, word(r));
        next_is(r, ",");
    }
    expect(r, "of");
    Op like = { .kind = kind };
    const char *layer = word(r);
    while (!r->error && !next_is(r, ":"))
        read_attribute(r, word(r), &like);
    if (r->error)
        return;

    bool leaf = !op_info[kind].most;
    if (leaf) {
        bool per_image = !strcmp(word(r), "image");
        int dim[MOST_DIMS], dims = numbers(word(r), dim);
        Value *value = graph_leaf(r->graph, kind, out[0], layer, (Span){ 0 }, per_image, dims, dim);
        value->maker->start = like.start;
        value->maker->untrained = like.untrained;
        value->maker->groups = like.groups;
        value->maker->target = like.target;
        value->maker->frozen = like.frozen;
        value->maker->factor = like.factor;
        return;
    }
    like.in = in;
    like.ins = ins;
    Value shape[MOST_OUTS] = { 0 };
    const char *wrong = infer(&like, shape);
    if (wrong) {
        r->error = arena_printf(r->graph->arena, "%s %s", out[0], wrong);
        return;
    }
    Op *op = graph_op(r->graph, kind, &like, layer, (Span){ 0 }, in, ins);
    for (int i = 0; i < outs; i++) {
        if (op->out[i])
            op->out[i]->name = out[i];
        if (!strcmp(out[i], "-"))
            op->out[i] = NULL;
    }
    r->at += strcspn(r->at, "\n");
}

Graph *graph_read(Arena *arena, const char *text, const JobTrain *train, const char **error)
{
    Reader r = { .at = arena_copy(arena, text, strlen(text)) };
    r.graph = graph_new(arena, USE_TRAIN, train);
    expect(&r, "graph");
    const char *use = word(&r);
    for (int i = 0; i < USE_COUNT; i++)
        if (!strcmp(use, use_word[i]))
            r.graph->use = (UseKind)i;
    while (!r.error && *r.at) {
        r.at += strspn(r.at, " \n");
        if (next_is(&r, "answer")) {
            r.graph->output = find(&r, word(&r));
            if (next_is(&r, "loss")) {
                r.graph->loss = find(&r, word(&r));
                expect(&r, "right");
                r.graph->right = next_is(&r, "-") ? NULL : find(&r, word(&r));
            }
            r.at += strspn(r.at, " \n");
            break;
        }
        read_op(&r);
    }
    *error = r.error;
    if (r.error)
        return NULL;
    bool *all = arena_array(arena, bool, r.graph->ops);
    memset(all, true, (size_t)r.graph->ops * sizeof *all);
    graph_keep(r.graph, all);
    return r.graph;
}
