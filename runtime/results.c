#include "runtime/results.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/folder.h"
#include "runtime/whole.h"

static const char file_name[] = "results.csv";
static const char head[] = "epoch,loss,accuracy,validation_loss,validation_accuracy,rate,seconds,"
                           "images_per_second,step_images_per_second,waiting\n";

void results_create(const char *folder)
{
    char *path = path_join(folder, file_name);
    WholeFile file = whole_open(path);
    whole_write(&file, head, strlen(head));
    whole_publish(&file);
    free(path);
}

static void write_line(FILE *stream, const Result *result)
{
    fprintf(stream, "%" PRIu64 ",%.6f,%.6f,", result->epoch, result->loss, result->accuracy);
    if (result->validated)
        fprintf(stream, "%.6f,%.6f,", result->validation_loss, result->validation_accuracy);
    else
        fprintf(stream, ",,");
    fprintf(stream, "%.6g,%.3f,%.1f,%.1f,%.4f\n", result->learning_rate, result->seconds, result->rate, result->step_rate,
            result->waiting);
}

void results_append(const char *folder, const Result *result)
{
    char *path = path_join(folder, file_name);
    FILE *stream = fopen(path, "abe");
    if (!stream)
        fault("cannot write %s: %s", path, strerror(errno));
    write_line(stream, result);
    if (fclose(stream))
        fault("cannot write %s: %s", path, strerror(errno));
    free(path);
}

void results_rewind(const char *folder, uint64_t epochs)
{
    char *path = path_join(folder, file_name), *line = NULL;
    size_t room = 0;
    FILE *stream = fopen(path, "rbe");
    if (!stream && errno != ENOENT)
        fault("cannot read %s: %s", path, strerror(errno));
    WholeFile file = whole_open(path);
    whole_write(&file, head, strlen(head));
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
