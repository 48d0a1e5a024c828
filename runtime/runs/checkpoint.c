#include "runtime/runs/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/network/average.h"
#include "runtime/network/joined.h"
#include "runtime/runs/phase.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"
#include "runtime/system/whole.h"

enum { NUMBER_ROOM = 32 };      /* characters of a number, its final 0 included */

static const char format_name[] = "netc-checkpoint-6";

/* ---- numbers as texts ---- */

static void print_U64(char text[NUMBER_ROOM], uint64_t number)
{
    snprintf(text, NUMBER_ROOM, "%" PRIu64, number);
}

/* Hexadecimal, so that no bit is lost. */
static void print_REAL(char text[NUMBER_ROOM], double number)
{
    snprintf(text, NUMBER_ROOM, "%a", number);
}

static bool parse_U64(const char *text, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return !errno && *text >= '0' && *text <= '9' && !*end;
}

static bool parse_REAL(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end > text && !*end;
}

/* ---- writing ---- */

enum { TEXTS = 5, FURTHER = 5 };        /* of the metadata: before the numbers; behind them, at most */

static const char mean_name[] = "input_mean", std_name[] = "input_std", missed_name[] = "missed",
                  columns_name[] = "input_columns";

enum {
#define X(type, field) STANDING_##field,
    STANDING_FIELDS(X)
#undef X
    STANDING_COUNT
};

static const char *const standing_name[STANDING_COUNT] = {
#define X(type, field) #field,
    STANDING_FIELDS(X)
#undef X
};

static void print_field(const Standing *standing, int index, char text[NUMBER_ROOM])
{
    switch (index) {
#define X(type, field) case STANDING_##field: print_##type(text, standing->field); break;
    STANDING_FIELDS(X)
#undef X
    }
}

/* The names as one text, a JSON list; to be freed. */
static char *names_text(Names names)
{
    json_t *list = json_array();
    for (int i = 0; i < names.count; i++)
        json_add(list, json_text(names.name[i]));
    char *text = json_line(list);
    json_decref(list);
    return text;
}

/* Numbers with blanks between them; to be freed. */
static char *numbers_text(const double *number, int count)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        fault("out of memory");
    for (int i = 0; i < count; i++) {
        char one[NUMBER_ROOM];
        print_REAL(one, number[i]);
        fprintf(out, i ? " %s" : "%s", one);
    }
    fclose(out);
    return text;
}

/* How many updates each tensor had no part in, a JSON object, to be freed; NULL where all had in all. */
static char *missed_text(const Network *network)
{
    const Program *program = network->program;
    json_t *object = json_object();
    for (int i = 0; i < program->parameters; i++)
        if (network->missed[i])
            json_put(object, program->parameter[i].name, json_integer((json_int_t)network->missed[i]));
    char *text = json_object_size(object) ? json_line(object) : NULL;
    json_decref(object);
    return text;
}

static void write_header(WholeFile *file, const Network *network, Tensors all,
                         const Standing *standing, Names classes, const Job *job)
{
    const Program *program = network->program;
    TensorHead *head = need_memory(sizeof *head * (size_t)all.count);
    for (int i = 0; i < all.count; i++) {
        const Parameter *p = all.tensor[i].layout;
        head[i] = (TensorHead){ .name = all.tensor[i].name, .dims = p->dims };
        memcpy(head[i].dim, p->dim, sizeof head[i].dim);
    }
    const JobInput *input = &job->input;
    const Names inputs = { job->data.table.input, job->data.table.inputs };
    char *names = names_text(classes), *columns = names_text(inputs);
    char number[STANDING_COUNT][NUMBER_ROOM];
    char *mean = numbers_text(input->mean, input->shape.c), *std = numbers_text(input->std, input->shape.c);
    char *missed = missed_text(network);
    int count = TEXTS + STANDING_COUNT;
    char *joined = joined_text(program);
    Metadata metadata[TEXTS + STANDING_COUNT + FURTHER] = {
        { "format", format_name }, { "card", program->card }, { "hash", program->hash },
        { "target", program->target }, { "classes", names },
    };
    for (int i = 0; i < STANDING_COUNT; i++) {
        print_field(standing, i, number[i]);
        metadata[TEXTS + i] = (Metadata){ standing_name[i], number[i] };
    }
    if (input->mean_measured)
        metadata[count++] = (Metadata){ mean_name, mean };
    if (input->std_measured)
        metadata[count++] = (Metadata){ std_name, std };
    if (joined)
        metadata[count++] = (Metadata){ joined_name, joined };
    if (inputs.count)
        metadata[count++] = (Metadata){ columns_name, columns };
    if (missed)
        metadata[count++] = (Metadata){ missed_name, missed };
    safetensors_begin(file, head, all.count, metadata, count);
    free(columns);
    free(missed);
    free(joined);
    free(std);
    free(mean);
    free(names);
    free(head);
}

static void write_tensor(WholeFile *file, const Tensor *tensor)
{
    size_t bytes = sizeof(float) * (size_t)tensor->layout->columns;
    float *values = need_memory(bytes);
    for (long row = 0; row < tensor->layout->rows; row++) {
        tensor_get_row(tensor, row, values);
        whole_write(file, values, bytes);
    }
    free(values);
}

/* What the file of a training has: parameters, and running means of the optimiser; where the phase keeps a mean of
 * the weights, that is what their names mean, and the weights themselves are called NAME.trained, behind all. */
static Tensors tensors_of(const Network *network, const Standing *standing)
{
    const Program *program = network->program;
    Tensors all = network_tensors(network, phase_uses(program, standing)->train);
    if (!phase_now(program, standing)->ema)
        return all;
    Tensors both = { need_memory(sizeof(Tensor) * (size_t)(all.count + program->parameters)), all.count };
    memcpy(both.tensor, all.tensor, sizeof(Tensor) * (size_t)all.count);
    for (int i = 0; i < program->parameters; i++) {
        const Parameter *p = &program->parameter[i];
        if (p->untrained)
            continue;
        Tensor *trained = &both.tensor[both.count++];
        *trained = both.tensor[i];
        both.tensor[i].values = average_of(network, p);
        if (asprintf(&trained->name, "%s.trained", p->name) < 0)
            fault("out of memory");
    }
    free(all.tensor);
    return both;
}

static WholeFile write_whole(const char *path, const Network *network, const Standing *standing, Names classes,
                             const Job *job)
{
    WholeFile file = whole_open(path);
    Tensors all = tensors_of(network, standing);
    write_header(&file, network, all, standing, classes, job);
    for (int i = 0; i < all.count; i++)
        write_tensor(&file, &all.tensor[i]);
    network_free_tensors(all);
    return file;
}

void checkpoint_save_best(const Network *network, const Standing *standing, Names classes, const Job *job,
                          const char *folder)
{
    char *path = path_join(folder, "best.safetensors");
    WholeFile file = write_whole(path, network, standing, classes, job);
    whole_publish(&file);
    free(path);
}

void checkpoint_save(const Network *network, const Standing *standing, Names classes, const Job *job,
                     const char *folder, bool best)
{
    char *last_path = path_join(folder, "last.safetensors");
    char *best_path = path_join(folder, "best.safetensors");
    WholeFile file = write_whole(last_path, network, standing, classes, job);
    if (best)
        whole_publish_also(&file, best_path);
    whole_publish(&file);
    free(best_path);
    free(last_path);
}

/* ---- reading ---- */

static void read_standing(Checkpoint *checkpoint)
{
    const char *text;
#define X(type, field) \
    text = safetensors_metadata(checkpoint->file, #field); \
    if (!text || !parse_##type(text, &checkpoint->standing.field)) \
        fault("%s: its metadata '%s' is %s", checkpoint->path, #field, \
              text ? "no number" : "missing");
    STANDING_FIELDS(X)
#undef X
}

/* A list of names in the metadata; of none where `needed` is false and it is not there. */
static Names read_names(const Checkpoint *checkpoint, const char *key, bool needed)
{
    const char *text = safetensors_metadata(checkpoint->file, key);
    if (!text && !needed)
        return (Names){ 0 };
    json_t *list = text ? json_loads(text, 0, NULL) : NULL, *item;
    size_t i, count = json_array_size(list);
    const char **name = need_memory(sizeof *name * count);
    json_array_foreach(list, i, item) {
        name[i] = json_is_string(item) ? strdup(json_string_value(item)) : NULL;
        if (!name[i])
            fault("%s: its metadata '%s' holds no names", checkpoint->path, key);
    }
    if (!list)
        fault("%s: its metadata '%s' is no list", checkpoint->path, key);
    json_decref(list);
    return (Names){ name, (int)count };
}

static void free_names(Names names)
{
    for (int i = 0; i < names.count; i++)
        free((char *)names.name[i]);
    free((void *)names.name);
}

static void read_missed(Checkpoint *checkpoint)
{
    const char *text = safetensors_metadata(checkpoint->file, missed_name), *name;
    json_t *number;
    checkpoint->missed = text ? json_loads(text, 0, NULL) : json_object();
    if (!json_is_object(checkpoint->missed))
        fault("%s: its metadata '%s' is no object", checkpoint->path, missed_name);
    json_object_foreach(checkpoint->missed, name, number)
        if (!json_is_integer(number) || json_integer_value(number) < 0 ||
            (uint64_t)json_integer_value(number) > checkpoint->standing.optimizer_update)
            fault("%s: its metadata '%s' makes no sense of '%s'", checkpoint->path, missed_name, name);
}

static bool is_ours(const Safetensors *file)
{
    const char *format = safetensors_metadata(file, "format");
    return format && !strcmp(format, format_name) && safetensors_metadata(file, "hash");
}

Checkpoint *checkpoint_open(const char *path)
{
    char why[REASON_ROOM];
    Checkpoint *checkpoint = need_memory(sizeof *checkpoint);
    checkpoint->path = strdup(path);
    checkpoint->file = safetensors_open(path, why);
    if (!checkpoint->file)
        fault("cannot read weights from %s: %s", path, why);
    if (is_ours(checkpoint->file)) {
        checkpoint->hash = safetensors_metadata(checkpoint->file, "hash");
        read_standing(checkpoint);
        checkpoint->classes = read_names(checkpoint, "classes", true);
        checkpoint->columns = read_names(checkpoint, columns_name, false);
        read_missed(checkpoint);
    }
    return checkpoint;
}

void checkpoint_close(Checkpoint *checkpoint)
{
    free_names(checkpoint->classes);
    free_names(checkpoint->columns);
    json_decref(checkpoint->missed);
    safetensors_close(checkpoint->file);
    free(checkpoint->path);
    free(checkpoint);
}

void checkpoint_check_standing(const Checkpoint *checkpoint, const Program *program)
{
    const Standing *standing = &checkpoint->standing;
    if (standing->batch < 1 || standing->batch > (uint64_t)program->batch || standing->epoch >= UINT32_MAX ||
        standing->phase >= (uint64_t)program->job.phases ||
        standing->best_phase >= (uint64_t)program->job.phases || standing->phase_epoch > standing->epoch)
        fault("%s: its metadata makes no sense", checkpoint->path);
}

bool checkpoint_is_of(const Checkpoint *checkpoint, const Program *program)
{
    return checkpoint->hash && !strcmp(checkpoint->hash, program->hash);
}

void checkpoint_check_classes(const Checkpoint *checkpoint, const Dataset *dataset)
{
    const Names *classes = &checkpoint->classes;
    if (!checkpoint->hash)
        return;
    if (classes->count != dataset->classes)
        fault("the data has %d class%s, but %s was trained for %d", dataset->classes,
              dataset->classes == 1 ? "" : "es", checkpoint->path, classes->count);
    for (int i = 0; i < classes->count; i++)
        if (strcmp(classes->name[i], dataset->class_name[i]))
            fault("class %d of the data is '%s', but '%s' in %s", i, dataset->class_name[i],
                  classes->name[i], checkpoint->path);
}

void checkpoint_check_columns(const Checkpoint *checkpoint, const Dataset *dataset)
{
    const JobTable *table = &dataset->job->data.table;
    const Names *columns = &checkpoint->columns;
    bool same = columns->count == table->inputs;
    for (int i = 0; same && i < columns->count; i++)
        same = !strcmp(columns->name[i], table->input[i]);
    if (!checkpoint->hash || same)
        return;
    char *was = names_text(*columns), *is = names_text((Names){ table->input, table->inputs });
    fault("the columns of the table that come in are %s, but %s was trained on %s", is, checkpoint->path, was);
}

static void read_measure(const Checkpoint *checkpoint, const char *name, double *number, int count)
{
    const char *text = checkpoint->hash ? safetensors_metadata(checkpoint->file, name) : NULL;
    if (!text)
        fault("cannot use the weights of %s: the card has the input's mean or std measured, but the file does "
              "not tell its '%s'", checkpoint->path, name);
    for (int i = 0; i < count; i++) {
        char *end;
        number[i] = strtod(text, &end);
        bool more = i + 1 < count;
        if (end == text || !isfinite(number[i]) || *end != (more ? ' ' : '\0'))
            fault("%s: its metadata '%s' is not %d number%s", checkpoint->path, name, count,
                  plural(count));
        text = end + more;
    }
}

void checkpoint_measures(const Checkpoint *checkpoint, const JobInput *input, double *mean, double *std)
{
    if (input->mean_measured)
        read_measure(checkpoint, mean_name, mean, input->shape.c);
    if (input->std_measured)
        read_measure(checkpoint, std_name, std, input->shape.c);
    for (int c = 0; input->std_measured && c < input->shape.c; c++)
        if (!(std[c] > 0))
            fault("%s: its metadata '%s' holds %g", checkpoint->path, std_name, std[c]);
}

static bool read_tensor(Safetensors *file, const Tensor *tensor, char why[REASON_ROOM])
{
    const Parameter *p = tensor->layout;
    TensorHead head = { .name = tensor->name, .dims = p->dims };
    memcpy(head.dim, p->dim, sizeof head.dim);
    if (!safetensors_find(file, &head, why))
        return false;
    float *values = need_memory(sizeof(float) * (size_t)p->columns);
    bool sound = true;
    for (long row = 0; sound && row < p->rows; row++) {
        sound = safetensors_next(file, values, (size_t)p->columns, why);
        if (sound)
            tensor_set_row(tensor, row, values);
    }
    free(values);
    return sound;
}

uint64_t checkpoint_missed(const Checkpoint *checkpoint, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(checkpoint->missed, name));
}

void checkpoint_read(const Checkpoint *checkpoint, const Network *network, bool states)
{
    char why[REASON_ROOM];
    Tensors all = states ? tensors_of(network, &checkpoint->standing) : network_tensors(network, NULL);
    for (int i = 0; i < all.count; i++)
        if (!read_tensor(checkpoint->file, &all.tensor[i], why))
            fault("cannot read weights from %s: %s", checkpoint->path, why);
    for (int i = 0; states && i < network->program->parameters; i++)
        network->missed[i] = checkpoint_missed(checkpoint, network->program->parameter[i].name);
    network_free_tensors(all);
}
