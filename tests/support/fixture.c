/* fixture.c - see fixture.h. The whole file is held in memory: u64 length of the header, the header
 * in JSON, then the numbers, little-endian as on every machine that netc knows. */

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"

struct Fixture {
    const char *path;
    char *bytes;
    FixtureTensor *tensor;
    int tensors;
};

static _Noreturn __attribute__((format(printf, 2, 3)))
void wrong(const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "fixture %s: ", path);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        wrong(path, "cannot be opened");
    fseek(file, 0, SEEK_END);
    *length = ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    if (!bytes || fread(bytes, 1, *length, file) != *length)
        wrong(path, "cannot be read");
    fclose(file);
    return bytes;
}

/* Points a tensor at its numbers; returns the bytes of one of them. */
static int set_type(FixtureTensor *tensor, const char *type, const void *numbers)
{
    if (!strcmp(type, "F64"))
        return tensor->f64 = numbers, 8;
    if (!strcmp(type, "F32"))
        return tensor->f32 = numbers, 4;
    if (!strcmp(type, "I32"))
        return tensor->i32 = numbers, 4;
    if (!strcmp(type, "U8"))
        return tensor->u8 = numbers, 1;
    return 0;
}

/* Fills a tensor from its entry of the header; data is where offsets count from. */
static void read_entry(const char *path, FixtureTensor *tensor, const char *name, json_t *entry,
                       const char *data, size_t size)
{
    const char *type;
    json_t *shape;
    json_int_t from, to;
    if (json_unpack(entry, "{s:s, s:o, s:[I,I]!}", "dtype", &type, "shape", &shape,
                    "data_offsets", &from, &to))
        wrong(path, "'%s' is no tensor", name);
    if (from < 0 || to < from || (size_t)to > size)
        wrong(path, "'%s' lies outside the file", name);

    tensor->name = strdup(name);
    tensor->dims = json_array_size(shape);
    tensor->count = 1;
    if (tensor->dims > FIXTURE_DIMS)
        wrong(path, "'%s' has %d dimensions", name, tensor->dims);
    for (int d = 0; d < tensor->dims; d++)
        tensor->count *= tensor->dim[d] = json_integer_value(json_array_get(shape, d));

    int width = set_type(tensor, type, data + from);
    if (!width || tensor->count * width != to - from || (size_t)(data + from) % width)
        wrong(path, "'%s' is %s in %lld bytes at %lld", name, type, (long long)(to - from),
              (long long)from);
}

Fixture *fixture_open(const char *path)
{
    size_t length;
    uint64_t header;
    char *bytes = read_whole(path, &length);
    if (length < sizeof header)
        wrong(path, "is too short");
    memcpy(&header, bytes, sizeof header);
    if (header > length - sizeof header)
        wrong(path, "is shorter than its header");

    json_error_t error;
    json_t *root = json_loadb(bytes + sizeof header, header, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(root))
        wrong(path, "header: %s", error.text);

    Fixture *fixture = malloc(sizeof *fixture);
    *fixture = (Fixture){ .path = strdup(path), .bytes = bytes };
    fixture->tensor = calloc(json_object_size(root), sizeof *fixture->tensor);
    const char *name;
    json_t *entry;
    json_object_foreach(root, name, entry)
        if (strcmp(name, "__metadata__"))
            read_entry(path, &fixture->tensor[fixture->tensors++], name, entry,
                       bytes + sizeof header + header, length - sizeof header - header);
    json_decref(root);
    return fixture;
}

void fixture_close(Fixture *fixture)
{
    for (int t = 0; t < fixture->tensors; t++)
        free((char *)fixture->tensor[t].name);
    free(fixture->tensor);
    free(fixture->bytes);
    free((char *)fixture->path);
    free(fixture);
}

const FixtureTensor *fixture_find(const Fixture *fixture, const char *name)
{
    for (int t = 0; t < fixture->tensors; t++)
        if (!strcmp(fixture->tensor[t].name, name))
            return &fixture->tensor[t];
    return NULL;
}

const FixtureTensor *fixture_tensor(const Fixture *fixture, const char *name)
{
    const FixtureTensor *tensor = fixture_find(fixture, name);
    if (!tensor)
        wrong(fixture->path, "has no '%s'", name);
    return tensor;
}

/* The pointer that the caller took from a tensor, which must be set, to `count` numbers. */
static const void *of_count(const Fixture *fixture, const FixtureTensor *tensor,
                            const void *numbers, long count)
{
    if (!numbers || tensor->count != count)
        wrong(fixture->path, "'%s' is of another type, or not of %ld numbers", tensor->name, count);
    return numbers;
}

const double *fixture_f64(const Fixture *fixture, const char *name, long count)
{
    const FixtureTensor *tensor = fixture_tensor(fixture, name);
    return of_count(fixture, tensor, tensor->f64, count);
}

const float *fixture_f32(const Fixture *fixture, const char *name, long count)
{
    const FixtureTensor *tensor = fixture_tensor(fixture, name);
    return of_count(fixture, tensor, tensor->f32, count);
}

const int32_t *fixture_i32(const Fixture *fixture, const char *name, long count)
{
    const FixtureTensor *tensor = fixture_tensor(fixture, name);
    return of_count(fixture, tensor, tensor->i32, count);
}

const uint8_t *fixture_u8(const Fixture *fixture, const char *name, long count)
{
    const FixtureTensor *tensor = fixture_tensor(fixture, name);
    return of_count(fixture, tensor, tensor->u8, count);
}
