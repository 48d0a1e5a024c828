#include "runtime/training/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/network/safetensors.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

/* A file while its line is carried out. */
typedef struct {
    const JobLoad *line;
    char *path;
    Safetensors *file;
    int tensors;
    char **name;                /* [tensors] of each, as the card would call it; NULL: it is none of ours */
    bool *renamed;              /* [line->renames] some name began so */
} Loading;

/* ---- names ---- */

static char *joined(const char *start, size_t length, const char *end)
{
    char *text;
    if (asprintf(&text, "%.*s%s", (int)length, start, end) < 0)
        fault("out of memory");
    return text;
}

static bool begins_with(const char *name, const char *part)
{
    size_t length = strlen(part);
    return !strncmp(name, part, length) && (!name[length] || name[length] == '.');
}

/* What Keras calls weights, at a name's end, is called otherwise here. */
static char *from_keras(char *name)
{
    static const struct { const char *keras, *ours; } words[] = {
        { ".kernel", ".weight" }, { ".depthwise_kernel", ".weight" }, { ".gamma", ".weight" }, { ".beta", ".bias" },
        { ".moving_mean", ".running_mean" }, { ".moving_variance", ".running_var" },
    };
    for (char *c = name; *c; c++)
        if (*c == '/')
            *c = '.';
    size_t length = strlen(name);
    if (length > 2 && !strcmp(name + length - 2, ":0"))
        name[length -= 2] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t end = strlen(words[i].keras);
        if (length < end || strcmp(name + length - end, words[i].keras))
            continue;
        char *ours = joined(name, length - end, words[i].ours);
        free(name);
        return ours;
    }
    return name;
}

/* As the card calls it; NULL where it lacks the prefix. */
static char *card_name_of(Loading *l, const char *name)
{
    size_t prefix = strlen(l->line->prefix);
    if (strncmp(name, l->line->prefix, prefix))
        return NULL;
    char *ours = joined("", 0, name + prefix);
    if (l->line->layout == LAYOUT_KERAS)
        ours = from_keras(ours);
    for (int i = 0; i < l->line->renames; i++) {
        const JobRename *rename = &l->line->rename[i];
        if (!begins_with(ours, rename->old))
            continue;
        char *other = joined(rename->new, strlen(rename->new), ours + strlen(rename->old));
        free(ours);
        l->renamed[i] = true;
        return other;
    }
    return ours;
}

static const char *tensor_name(const Safetensors *file, int number)
{
    TensorHead head;
    return safetensors_head_at(file, number, &head) ? head.name : NULL;
}

/* The number of the file's tensor that is the card's of that name, or -1. */
static int tensor_named(const Loading *l, const char *name)
{
    int found = -1;
    for (int i = 0; i < l->tensors; i++) {
        if (!l->name[i] || strcmp(l->name[i], name))
            continue;
        if (found >= 0)
            fault("cannot load %s: its tensors '%s' and '%s' would both be '%s'", l->path,
                  tensor_name(l->file, found), tensor_name(l->file, i), name);
        found = i;
    }
    return found;
}

static Loading open_file(const JobLoad *line, const Dataset *dataset)
{
    char why[REASON_ROOM];
    Loading l = { .line = line, .path = dataset_path(dataset, line->path) };
    l.file = safetensors_open(l.path, why);
    if (!l.file)
        fault("cannot load %s: %s", l.path, why);
    while (tensor_name(l.file, l.tensors))
        l.tensors++;
    l.name = need_memory(sizeof *l.name * (size_t)l.tensors);
    l.renamed = need_memory(sizeof *l.renamed * (size_t)line->renames);
    for (int i = 0; i < l.tensors; i++)
        l.name[i] = card_name_of(&l, tensor_name(l.file, i));
    for (int i = 0; i < line->renames; i++)
        if (!l.renamed[i])
            fault("cannot load %s: no tensor's name begins with '%s', which is to be renamed", l.path,
                  line->rename[i].old);
    return l;
}

static void close_file(Loading *l)
{
    for (int i = 0; i < l->tensors; i++)
        free(l->name[i]);
    free(l->name);
    free(l->renamed);
    safetensors_close(l->file);
    free(l->path);
}

/* ---- layouts ---- */

/* The shape that a tensor has in the file: PyTorch's convolutions are [K][C][R][S], its dense layers [out][in]. */
static TensorHead head_of(const Parameter *p, LayoutKind layout, const char *name)
{
    TensorHead head = { .name = name, .dims = p->dims };
    memcpy(head.dim, p->dim, sizeof head.dim);
    if (layout == LAYOUT_TORCH && p->dims == 4) {
        const int dim[4] = { p->columns, (int)(p->rows / (p->dim[0] * p->dim[1])), p->dim[0], p->dim[1] };
        memcpy(head.dim, dim, sizeof dim);
    } else if (layout == LAYOUT_TORCH && p->dims == 2) {
        head.dim[0] = p->dim[1];
        head.dim[1] = p->dim[0];
    }
    return head;
}

/* Where in the file's tensor the element is that belongs to a row and column here: of PyTorch's, whose maps are
 * flattened by channels, height, width. */
static long torch_index(const Parameter *p, long row, int column)
{
    if (p->dims == 4) {
        long channels = p->rows / (p->dim[0] * p->dim[1]), tap = row / channels;
        return (column * channels + row % channels) * p->dim[0] * p->dim[1] + tap;
    }
    if (p->dims != 2)
        return row * p->columns + column;
    const Shape *map = &p->flattened;
    if (map->c) {
        long pixel = row / map->c;
        row = row % map->c * map->h * map->w + pixel;
    }
    return column * p->rows + row;
}

static void put_values(const Tensor *tensor, LayoutKind layout, const float *values)
{
    const Parameter *p = tensor->layout;
    float *line = need_memory(sizeof(float) * (size_t)p->columns);
    for (long row = 0; row < p->rows; row++) {
        for (int column = 0; column < p->columns; column++)
            line[column] = values[layout == LAYOUT_TORCH ? torch_index(p, row, column) : row * p->columns + column];
        tensor_set_row(tensor, row, line);
    }
    free(line);
}

/* ---- one line ---- */

static bool is_wanted(const JobLoad *line, const Parameter *p)
{
    bool wanted = !line->parts;
    for (int i = 0; i < line->parts; i++)
        wanted |= begins_with(p->name, line->part[i]);
    return wanted;
}

static void take(const Loading *l, const Tensor *tensor)
{
    char why[REASON_ROOM];
    const Parameter *p = tensor->layout;
    int number = tensor_named(l, p->name);
    if (number < 0)
        fault("cannot load %s: it has no tensor for '%s'%s", l->path, p->name,
              l->line->renames || *l->line->prefix ? ", once its names are changed as the card says" : "");
    TensorHead head = head_of(p, l->line->layout, tensor_name(l->file, number));
    size_t count = (size_t)(p->rows * p->columns);
    float *values = need_memory(sizeof(float) * count);
    if (!safetensors_find(l->file, &head, why) || !safetensors_next(l->file, values, count, why))
        fault("cannot load %s for '%s': %s", l->path, p->name, why);
    put_values(tensor, l->line->layout, values);
    free(values);
}

static void load_line(const Network *network, const JobLoad *line, const Dataset *dataset, bool quiet)
{
    Loading l = open_file(line, dataset);
    Tensors all = network_tensors(network, NULL);
    int taken = 0;
    for (int i = 0; i < all.count; i++)
        if (is_wanted(line, all.tensor[i].layout)) {
            take(&l, &all.tensor[i]);
            taken++;
        }
    network_free_tensors(all);
    if (!quiet)
        printf("%s: %d tensor%s loaded\n", l.path, taken, plural(taken));
    close_file(&l);
}

void load_weights(const Network *network, const Dataset *dataset, bool quiet)
{
    const Job *job = &network->program->job;
    for (int i = 0; i < job->loads; i++) {
        load_line(network, &job->load[i], dataset, quiet);
        const Parameter *broken = network_broken(network);
        if (broken)
            fault("cannot train on from %s: '%s' holds numbers that are not finite", job->load[i].path, broken->name);
    }
}
