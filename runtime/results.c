#include "runtime/results.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/folder.h"
#include "runtime/metrics.h"
#include "runtime/whole.h"

static const char file_name[] = "results.csv";
static const char head[] = "epoch,loss,accuracy,validation_loss,validation_accuracy,rate,seconds,"
                           "images_per_second,step_images_per_second,waiting";

/* Those that the card asks for have columns of their own, behind all others. */
static bool has_column(MetricKind kind)
{
    return kind != METRIC_LOSS && kind != METRIC_ACCURACY;
}

static void write_head(WholeFile *file, const Job *job)
{
    whole_write(file, head, strlen(head));
    for (int i = 0; i < job->metrics; i++) {
        const char *word = metric_word[job->metric[i].kind];
        if (!has_column(job->metric[i].kind))
            continue;
        whole_write(file, ",validation_", strlen(",validation_"));
        whole_write(file, word, strlen(word));
    }
    whole_write(file, "\n", 1);
}

void results_create(const char *folder, const Job *job)
{
    char *path = path_join(folder, file_name);
    WholeFile file = whole_open(path);
    write_head(&file, job);
    whole_publish(&file);
    free(path);
}

/* Of numbers no answer is right. */
static void write_accuracy(FILE *stream, const Job *job, double accuracy)
{
    if (job->target.kind != TARGET_NUMBERS)
        fprintf(stream, "%.6f", accuracy);
    fprintf(stream, ",");
}

static void write_line(FILE *stream, const Job *job, const Result *result)
{
    fprintf(stream, "%" PRIu64 ",%.6f,", result->epoch, result->loss);
    write_accuracy(stream, job, result->accuracy);
    if (result->validated) {
        fprintf(stream, "%.6f,", result->validation_loss);
        write_accuracy(stream, job, result->metric[METRIC_ACCURACY]);
    } else {
        fprintf(stream, ",,");
    }
    fprintf(stream, "%.6g,%.3f,%.1f,%.1f,%.4f", result->learning_rate, result->seconds, result->rate, result->step_rate,
            result->waiting);
    for (int i = 0; i < job->metrics; i++)
        if (has_column(job->metric[i].kind) && result->validated)
            fprintf(stream, ",%.9g", result->metric[job->metric[i].kind]);
        else if (has_column(job->metric[i].kind))
            fprintf(stream, ",");
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
    write_head(&file, job);
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
