/* safetensors.c - the bytes as a file of tensors, and as a header with its data: whatever a file tells is asked for. */

#include <stdlib.h>
#include <string.h>

#include "runtime/network/safetensors.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/tensors.h"

const char *fuzz_tensors(const uint8_t *bytes, size_t length)
{
    const uint8_t *newline = memchr(bytes, '\n', length);
    uint64_t header = newline ? (uint64_t)(newline - bytes) : length;
    size_t data = newline ? length - header - 1 : 0;
    uint8_t *file = malloc(sizeof header + length + 1);
    memcpy(file, &header, sizeof header);
    memcpy(file + sizeof header, bytes, header);
    if (data)
        memcpy(file + sizeof header + header, newline + 1, data);
    const char *path = fuzz_file(file, sizeof header + header + data);
    free(file);
    return path;
}

/* The values of a tensor of up to four dimensions, all of them. */
static void read_values(Safetensors *file, const TensorHead *head)
{
    char why[REASON_ROOM];
    size_t count = 1;
    for (int i = 0; i < head->dims; i++)
        count *= (size_t)head->dim[i];
    if (!safetensors_find(file, head, why))
        return;
    float *values = malloc(sizeof *values * count + 1);
    fuzz_expect(values && safetensors_next(file, values, count, why));
    free(values);
}

static void read_file(const char *path)
{
    char why[REASON_ROOM] = "";
    TensorHead head, same;
    Safetensors *file = safetensors_open(path, why);
    if (!file) {
        fuzz_expect(*why);
        return;
    }
    safetensors_metadata(file, "format");
    for (int i = 0; safetensors_head_at(file, i, &head); i++) {
        if (safetensors_head(file, head.name, &same))
            fuzz_expect(same.dims == head.dims && !memcmp(same.dim, head.dim, sizeof *same.dim * (size_t)same.dims));
        read_values(file, &head);
    }
    safetensors_close(file);
}

void fuzz_safetensors(const uint8_t *bytes, size_t length)
{
    read_file(fuzz_file(bytes, length));
    read_file(fuzz_tensors(bytes, length));
}
