#include "runtime/data/array_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    HEADER = 1 << 16,           /* bytes of a .npy header; NumPy writes about a hundred */
    DEFLATE_RATIO = 1032,       /* what gzip can at most make of one byte */
};

static const struct {
    int bytes;
    const char *numpy;
    int idx;
} types[] = {
#define X(id, bytes, numpy, idx, value) { bytes, numpy, idx },
    ARRAY_TYPES(X)
#undef X
};

/* gzread passes through what is not gzipped, so there is one way to read for both. */
static bool read_exactly(gzFile file, void *to, size_t bytes, char *reason)
{
    uint8_t *at = to;
    while (bytes) {
        unsigned part = bytes > 1 << 30 ? 1 << 30 : (unsigned)bytes;
        int got = gzread(file, at, part);
        if (got < 0) {
            int code;
            const char *message = gzerror(file, &code);
            return refuse(reason, "cannot be read: %s",
                          code == Z_ERRNO ? strerror(errno) : message);
        }
        if (got == 0)
            return refuse(reason, "is cut short");
        at += got;
        bytes -= (unsigned)got;
    }
    return true;
}

static bool ends_here(gzFile file, char *reason)
{
    char byte;
    int got = gzread(file, &byte, 1);
    if (got == 0)
        return true;
    return refuse(reason, got < 0 ? "is damaged at its end" : "has bytes behind its last value");
}

/* ---- IDX: 0 0 type dims, then each dimension as 4 bytes, the highest first ---- */

static bool idx_header(gzFile file, const uint8_t start[4], Array *array, char *reason)
{
    array->big_endian = true;
    array->type = ARRAY_TYPE_COUNT;
    for (int i = 0; i < ARRAY_TYPE_COUNT; i++)
        if (types[i].idx && types[i].idx == start[2])
            array->type = (ArrayType)i;
    if (array->type == ARRAY_TYPE_COUNT)
        return refuse(reason, "is an IDX file of an unknown type, 0x%02x", start[2]);
    array->dims = start[3];
    if (array->dims < 1 || array->dims > ARRAY_DIMS)
        return refuse(reason, "has %d dimensions; 1 to %d are read", array->dims, ARRAY_DIMS);
    for (int i = 0; i < array->dims; i++) {
        uint8_t bytes[4];
        if (!read_exactly(file, bytes, sizeof bytes, reason))
            return false;
        array->dim[i] = (long)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    }
    return true;
}

/* ---- .npy: a preamble, then a literal of Python's: {'descr': '<f4', 'fortran_order': False,
 * 'shape': (60000, 28, 28), } ---- */

typedef struct {
    const char *at;
    Array *array;
    char *reason;
} Literal;

static bool accept(Literal *literal, const char *token)
{
    while (isspace((unsigned char)*literal->at))
        literal->at++;
    size_t length = strlen(token);
    if (strncmp(literal->at, token, length))
        return false;
    literal->at += length;
    return true;
}

static bool parse_type(Literal *literal)
{
    char quote[2] = { '\'', 0 };
    if (!accept(literal, quote)) {
        quote[0] = '"';
        if (!accept(literal, quote))
            return refuse(literal->reason, "holds records; arrays of plain numbers are read");
    }
    char order = *literal->at ? *literal->at++ : 0;
    literal->array->big_endian = order == '>';
    if (!strchr("<>|=", order) || !order)
        return refuse(literal->reason, "has an unknown order of bytes");
    for (int i = 0; i < ARRAY_TYPE_COUNT; i++) {
        if (accept(literal, types[i].numpy)) {
            literal->array->type = (ArrayType)i;
            return accept(literal, quote) || refuse(literal->reason, "has an unknown type");
        }
    }
    return refuse(literal->reason, "has an unknown type, '%.4s'; whole and floating-point numbers "
                  "of 1 to 8 bytes are read", literal->at);
}

static bool parse_order(Literal *literal)
{
    if (accept(literal, "False"))
        return true;
    return refuse(literal->reason, "is in Fortran's order; save it through "
                  "numpy.ascontiguousarray");
}

static bool parse_shape(Literal *literal)
{
    Array *array = literal->array;
    if (!accept(literal, "("))
        return refuse(literal->reason, "has a damaged header: no shape");
    while (!accept(literal, ")")) {
        char *end;
        accept(literal, "");
        if (!isdigit((unsigned char)*literal->at))
            return refuse(literal->reason, "has a damaged header: its shape is no list of numbers");
        errno = 0;
        long extent = strtol(literal->at, &end, 10);
        if (errno || array->dims == ARRAY_DIMS)
            return refuse(literal->reason, "has a shape that is too large");
        array->dim[array->dims++] = extent;
        literal->at = end;
        if (!accept(literal, ",")) {
            if (accept(literal, ")"))
                break;
            return refuse(literal->reason, "has a damaged header: its shape does not end");
        }
    }
    return true;
}

static bool parse_literal(Literal *literal)
{
    static const struct {
        const char *key;
        bool (*parse)(Literal *);
    } fields[] = {
        { "'descr'", parse_type }, { "'fortran_order'", parse_order }, { "'shape'", parse_shape },
    };
    enum { FIELDS = sizeof fields / sizeof *fields };
    bool seen[FIELDS + 1] = { [FIELDS] = true };    /* the last: no field that we know */
    bool open = accept(literal, "{");
    while (open && !accept(literal, "}")) {
        int i = 0;
        while (i < FIELDS && !accept(literal, fields[i].key))
            i++;
        if (seen[i] || !accept(literal, ":"))
            return refuse(literal->reason, "has a damaged header: its fields are wrong");
        seen[i] = true;
        if (!fields[i].parse(literal))
            return false;
        if (!accept(literal, ",")) {
            if (accept(literal, "}"))
                break;
            return refuse(literal->reason, "has a damaged header: it does not end");
        }
    }
    accept(literal, "");
    if (!seen[0] || !seen[1] || !seen[2] || *literal->at)
        return refuse(literal->reason, "has a damaged header: a field is missing");
    return true;
}

static bool npy_header(gzFile file, Array *array, char *reason)
{
    uint8_t rest[8];            /* "PY", version, length */
    if (!read_exactly(file, rest, 4, reason))
        return false;
    int version = rest[2], width = version == 1 ? 2 : 4;
    if (memcmp(rest, "PY", 2) || version < 1 || version > 3)
        return refuse(reason, "is a .npy file of an unknown version");
    if (!read_exactly(file, rest, (size_t)width, reason))
        return false;
    unsigned long length = 0;
    for (int i = width - 1; i >= 0; i--)
        length = length << 8 | rest[i];
    if (length > HEADER)
        return refuse(reason, "has a header of %lu bytes; at most %d are read", length, HEADER);
    char *header = calloc(1, length + 1);
    if (!header)
        return refuse(reason, "needs more memory than there is");
    Literal literal = { .at = header, .array = array, .reason = reason };
    bool good = read_exactly(file, header, length, reason) && parse_literal(&literal);
    if (good && literal.at != header + length)
        good = refuse(reason, "has a damaged header: it holds a zero");
    free(header);
    return good;
}

/* ---- the file ---- */

/* Counts the values, and refuses a header that promises more than the file can hold, before memory
 * is taken for it. */
static bool size_is_sound(Array *array, long file_bytes, char *reason)
{
    array->values = 1;
    for (int i = 0; i < array->dims; i++) {
        if (array->dim[i] < 1)
            return refuse(reason, "has no values");
        if (__builtin_mul_overflow(array->values, array->dim[i], &array->values))
            return refuse(reason, "is cut short");
    }
    if (array->values / DEFLATE_RATIO > file_bytes)
        return refuse(reason, "is cut short");
    return true;
}

static bool read_array(gzFile file, long file_bytes, Array *array, char *reason)
{
    uint8_t start[4];
    if (!read_exactly(file, start, sizeof start, reason))
        return false;
    bool known = !memcmp(start, "\x93NUM", 4) ? npy_header(file, array, reason)
               : !memcmp(start, "\0\0", 2)    ? idx_header(file, start, array, reason)
               : refuse(reason, "is neither a .npy nor an IDX file");
    if (!known || !size_is_sound(array, file_bytes, reason))
        return false;
    size_t bytes = (size_t)array->values * (size_t)types[array->type].bytes;
    array->bytes = calloc(1, bytes + ARRAY_SLACK);
    if (!array->bytes)
        return refuse(reason, "holds %zu bytes, more than the memory does", bytes);
    return read_exactly(file, array->bytes, bytes, reason) && ends_here(file, reason);
}

bool array_read(Array *array, const char *path, char reason[REASON_ROOM])
{
    *array = (Array){ 0 };
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        refuse(reason, "cannot be opened: %s", strerror(errno));
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        close(descriptor);
        return refuse(reason, "is not a file");
    }
    gzFile file = gzdopen(descriptor, "rb");
    if (!file) {
        close(descriptor);
        return refuse(reason, "needs more memory than there is");
    }
    gzbuffer(file, 1 << 17);
    bool good = read_array(file, (long)status.st_size, array, reason);
    if (gzclose(file) != Z_OK && good)
        good = refuse(reason, "is cut short");  /* a gzip stream without its end */
    if (!good)
        array_free(array);
    return good;
}

bool array_is_one(const char *path)
{
    uint8_t start[4] = { 0xff };
    FILE *file = fopen(path, "rbe");
    bool read = file && fread(start, 1, sizeof start, file) == sizeof start;
    if (file)
        fclose(file);
    return read && (!memcmp(start, "\x93NUM", 4) || !memcmp(start, "\x1f\x8b", 2) || !memcmp(start, "\0\0", 2));
}

void array_free(Array *array)
{
    free(array->bytes);
    *array = (Array){ 0 };
}

static double as_float(uint64_t bits)
{
    union { uint32_t bits; float value; } as = { .bits = (uint32_t)bits };
    return as.value;
}

static double as_double(uint64_t bits)
{
    union { uint64_t bits; double value; } as = { .bits = bits };
    return as.value;
}

double array_value(const Array *array, long index)
{
    int width = types[array->type].bytes;
    const uint8_t *at = array->bytes + index * width;
    uint64_t bits = 0;
    for (int i = 0; i < width; i++)
        bits = bits << 8 | at[array->big_endian ? i : width - 1 - i];
    switch (array->type) {
#define X(id, bytes, numpy, idx, value) case ARRAY_##id: return (double)(value);
    ARRAY_TYPES(X)
#undef X
    case ARRAY_TYPE_COUNT: break;
    }
    return 0;
}

void array_shape_text(const Array *array, char text[REASON_ROOM])
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < array->dims; i++)
        used += (size_t)snprintf(text + used, REASON_ROOM - used, "%s%ld", i ? " x " : "",
                                 array->dim[i]);
}
