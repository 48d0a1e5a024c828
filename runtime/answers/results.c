#include "runtime/answers/results.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/answers/metrics.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/json_text.h"
#include "runtime/system/whole.h"

static const char file_name[] = "results.csv";
/* ---- the columns ---- */

enum { MOST_COLUMNS = 11 + METRIC_COUNT };

typedef struct {
    char name[40];
    const char *format;
    double value;
    bool known;                 /* else the field is empty */
} Column;

typedef struct {
    Column column[MOST_COLUMNS];
    int count;
} Columns;

static void add(Columns *to, const char *name, const char *format, double value, bool known)
{
    Column *column = &to->column[to->count++];
    *column = (Column){ .format = format, .value = value, .known = known };
    snprintf(column->name, sizeof column->name, "%s", name);
}

/* Those that the card asks for have columns of their own, behind all others. */
static void add_metrics(Columns *to, const Job *job, const Result *result)
{
    char name[40];
    for (int i = 0; i < job->metrics; i++) {
        MetricKind kind = job->metric[i].kind;
        snprintf(name, sizeof name, "validation_%s", metric_word[kind]);
        if (kind != METRIC_LOSS && kind != METRIC_ACCURACY)
            add(to, name, "%.9g", result->validated ? result->metric[kind] : 0, result->validated);
    }
}

static bool clips(const Job *job)
{
    bool clips = false;
    for (int i = 0; i < job->phases; i++)
        clips |= job->phase[i].clip > 0;
    return clips;
}

/* The one list: of the head, of a line, and of what log.jsonl and others say of an epoch. Of numbers no answer is
 * right. */
static Columns columns_of(const Job *job, const Result *result)
{
    Columns columns = { .count = 0 }, *to = &columns;
    bool validated = result->validated, judged = job->target.kind != TARGET_NUMBERS;
    add(to, "epoch", "%.0f", (double)result->epoch, true);
    add(to, "loss", "%.9g", result->loss, true);
    add(to, "accuracy", "%.6f", result->accuracy, judged);
    add(to, "validation_loss", "%.9g", result->validation_loss, validated);
    add(to, "validation_accuracy", "%.6f", validated ? result->metric[METRIC_ACCURACY] : 0, validated && judged);
    add(to, "rate", "%.6g", result->learning_rate, true);
    add(to, "seconds", "%.3f", result->seconds, true);
    add(to, "images_per_second", "%.1f", result->rate, result->timed);
    add(to, "step_images_per_second", "%.1f", result->step_rate, result->timed);
    add(to, "waiting", "%.4f", result->waiting, result->timed);
    add_metrics(to, job, result);
    if (clips(job))
        add(to, "clipped", "%.4f", result->clipped, result->clips);
    return columns;
}

void results_each(const Job *job, const Result *result, void (*take)(void *context, const char *name, double value),
                  void *context)
{
    Columns columns = columns_of(job, result);
    for (const Column *c = columns.column; c < columns.column + columns.count; c++)
        if (c->known)
            take(context, c->name, c->value);
}

static void put(void *object, const char *name, double value)
{
    json_put(object, name, json_number(value));
}

void results_put(json_t *object, const Job *job, const Result *result)
{
    results_each(job, result, put, object);
    json_put(object, "epoch", json_integer((json_int_t)result->epoch));
}

/* ---- the file ---- */

static void write_head(FILE *stream, const Job *job)
{
    Columns columns = columns_of(job, &(Result){ .validated = false });
    for (int i = 0; i < columns.count; i++)
        fprintf(stream, "%s%s", i ? "," : "", columns.column[i].name);
    fprintf(stream, "\n");
}

void results_create(const char *folder, const Job *job)
{
    char *path = path_join(folder, file_name);
    WholeFile file = whole_open(path);
    write_head(file.stream, job);
    whole_publish(&file);
    free(path);
}

static void write_line(FILE *stream, const Job *job, const Result *result)
{
    Columns columns = columns_of(job, result);
    for (int i = 0; i < columns.count; i++) {
        const Column *column = &columns.column[i];
        if (i)
            fputc(',', stream);
        if (column->known)
            fprintf(stream, column->format, column->value);
    }
    fprintf(stream, "\n");
}

void results_append(const char *folder, const Job *job, const Result *result)
{
    char *path = path_join(folder, file_name);
    FILE *stream = fopen(path, "abe");
    if (!stream)
        fault("cannot write %s: %s", path, strerror(errno));
    write_line(stream, job, result);
    if (fclose(stream))
        fault("cannot write %s: %s", path, strerror(errno));
    free(path);
}

void results_rewind(const char *folder, const Job *job, uint64_t epochs)
{
    char *path = path_join(folder, file_name), *line = NULL;
    size_t room = 0;
    FILE *stream = fopen(path, "rbe");
    if (!stream && errno != ENOENT)
        fault("cannot read %s: %s", path, strerror(errno));
    WholeFile file = whole_open(path);
    write_head(file.stream, job);
    for (ssize_t length; stream && (length = getline(&line, &room, stream)) > 0; ) {
        uint64_t epoch = strtoull(line, NULL, 10);
        if (epoch >= 1 && epoch <= epochs && line[length - 1] == '\n')
            whole_write(&file, line, (size_t)length);
    }
    whole_publish(&file);
    if (stream)
        fclose(stream);
    free(line);
    free(path);
}
