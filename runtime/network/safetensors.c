#include "runtime/network/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/system/fault.h"
#include "runtime/system/json_text.h"
#include "runtime/system/memory.h"
#include "runtime/system/whole.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are read and written as they lie");

enum {
    PREFIX = 8,                 /* bytes of the header's length */
    ALIGN = 8,                  /* the header is padded with blanks to this */
    DIMS = 8                    /* more than anybody has */
};

/* The format allows 100,000,000; the JSON parser takes fifty times as much memory as the text. */
#define HEADER_MOST INT64_C(16000000)

/* Types of the format and their bytes. We use F32 alone, but prove the others' places too. */
#define DTYPES(X) \
    X("BOOL", 1) X("U8", 1) X("I8", 1) X("F8_E5M2", 1) X("F8_E4M3", 1) X("U16", 2) X("I16", 2) \
    X("F16", 2) X("BF16", 2) X("U32", 4) X("I32", 4) X("F32", 4) X("U64", 8) X("I64", 8) X("F64", 8)

typedef struct {
    const char *name, *dtype;   /* the header's */
    int dims;
    int64_t dim[DIMS];
    int64_t from, to;           /* bytes in the data */
} Entry;

struct Safetensors {
    FILE *stream;
    json_t *header;
    int64_t data_at, data_bytes;
    Entry *entry;               /* by place */
    int entries;
};

/* ---- writing ---- */

static json_t *entry_json(const TensorHead *head, int64_t *at)
{
    json_t *shape = json_array();
    int64_t from = *at, bytes = sizeof(float);
    for (int i = 0; i < head->dims; i++) {
        json_add(shape, json_integer(head->dim[i]));
        bytes *= head->dim[i];
    }
    *at += bytes;
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape,
                     "data_offsets", (json_int_t)from, (json_int_t)*at);
}

/* The header's text, to be freed. */
static char *header_text(const TensorHead *head, int tensors, const Metadata *metadata, int pairs)
{
    json_t *header = json_object(), *texts = json_object();
    json_put(header, "__metadata__", texts);
    for (int i = 0; i < pairs; i++)
        json_put(texts, metadata[i].key, json_text(metadata[i].value));
    int64_t at = 0;
    for (int i = 0; i < tensors; i++)
        json_put(header, head[i].name, entry_json(&head[i], &at));
    char *text = json_line(header);
    json_decref(header);
    return text;
}

static void write_header(WholeFile *file, const char *text)
{
    static const char blanks[] = "        ";
    size_t length = strlen(text);
    uint64_t whole = (length + ALIGN - 1) / ALIGN * ALIGN;
    whole_write(file, &whole, PREFIX);
    whole_write(file, text, length);
    whole_write(file, blanks, whole - length);
}

void safetensors_begin(WholeFile *file, const TensorHead *head, int tensors,
                       const Metadata *metadata, int pairs)
{
    char *text = header_text(head, tensors, metadata, pairs);
    write_header(file, text);
    free(text);
}

/* ---- proving a header ---- */

static int dtype_bytes(const char *dtype)
{
#define X(name, bytes) if (!strcmp(dtype, name)) return bytes;
    DTYPES(X)
#undef X
    return 0;
}

/* Fills entry->dim; `bytes` becomes the shape's size in bytes. */
static bool prove_shape(Entry *entry, const json_t *shape, int64_t *bytes, char why[REASON_ROOM])
{
    if (!json_is_array(shape) || json_array_size(shape) > DIMS)
        return refuse(why, "tensor '%s' has no shape of up to %d dimensions", entry->name, DIMS);
    entry->dims = (int)json_array_size(shape);
    for (int i = 0; i < entry->dims; i++) {
        const json_t *dim = json_array_get(shape, (size_t)i);
        entry->dim[i] = json_integer_value(dim);
        if (!json_is_integer(dim) || entry->dim[i] < 0)
            return refuse(why, "tensor '%s' has a dimension that is no whole number", entry->name);
        if (__builtin_mul_overflow(*bytes, entry->dim[i], bytes))
            return refuse(why, "tensor '%s' is larger than any file", entry->name);
    }
    return true;
}

static bool prove_offsets(Entry *entry, const json_t *offsets, char why[REASON_ROOM])
{
    const json_t *from = json_array_get(offsets, 0), *to = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !json_is_integer(from) || !json_is_integer(to))
        return refuse(why, "tensor '%s' has no pair of data_offsets", entry->name);
    entry->from = json_integer_value(from);
    entry->to = json_integer_value(to);
    if (entry->from < 0 || entry->to < entry->from)
        return refuse(why, "tensor '%s' has data_offsets that are no range", entry->name);
    return true;
}

static bool prove_entry(Entry *entry, const char *name, const json_t *value, char why[REASON_ROOM])
{
    entry->name = name;
    entry->dtype = json_string_value(json_object_get(value, "dtype"));
    if (!entry->dtype || json_object_size(value) != 3)
        return refuse(why, "tensor '%s' is not described by dtype, shape and data_offsets", name);
    int64_t bytes = dtype_bytes(entry->dtype);
    if (!bytes)
        return refuse(why, "tensor '%s' is of an unknown type '%s'", name, entry->dtype);
    if (!prove_shape(entry, json_object_get(value, "shape"), &bytes, why) ||
        !prove_offsets(entry, json_object_get(value, "data_offsets"), why))
        return false;
    if (entry->to - entry->from != bytes)
        return refuse(why, "tensor '%s' has %" PRId64 " bytes of data, but its shape takes "
                      "%" PRId64, name, entry->to - entry->from, bytes);
    return true;
}

static bool prove_metadata(const json_t *metadata, char why[REASON_ROOM])
{
    const char *key;
    json_t *value;
    if (!json_is_object(metadata))
        return refuse(why, "its __metadata__ is no table of texts");
    json_object_foreach((json_t *)metadata, key, value)
        if (!json_is_string(value))
            return refuse(why, "its metadata '%s' is no text", key);
    return true;
}

static int by_place(const void *left, const void *right)
{
    const Entry *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

/* The tensors must cover the data from its first byte to its last, each byte once. */
static bool prove_cover(Safetensors *file, char why[REASON_ROOM])
{
    int64_t at = 0;
    qsort(file->entry, (size_t)file->entries, sizeof *file->entry, by_place);
    for (const Entry *e = file->entry; e < file->entry + file->entries; e++) {
        if (e->from != at)
            return refuse(why, "tensor '%s' begins at byte %" PRId64 " of the data, where %" PRId64
                          " is due: its tensors %s", e->name, e->from, at,
                          e->from < at ? "overlap" : "leave a hole");
        at = e->to;
    }
    if (at != file->data_bytes)
        return refuse(why, "its tensors take %" PRId64 " bytes, but there are %" PRId64 " (%s)", at,
                      file->data_bytes, at > file->data_bytes ? "cut off?" : "what is the rest?");
    return true;
}

static bool prove_header(Safetensors *file, char why[REASON_ROOM])
{
    const char *name;
    json_t *value;
    file->entry = need_memory(sizeof(Entry) * json_object_size(file->header));
    json_object_foreach(file->header, name, value) {
        bool sound = !strcmp(name, "__metadata__")
            ? prove_metadata(value, why)
            : prove_entry(&file->entry[file->entries++], name, value, why);
        if (!sound)
            return false;
    }
    return prove_cover(file, why);
}

/* ---- reading ---- */

static bool read_bytes(Safetensors *file, void *into, size_t bytes, char why[REASON_ROOM])
{
    if (fread(into, 1, bytes, file->stream) == bytes)
        return true;
    return refuse(why, "%s", ferror(file->stream) ? strerror(errno) : "it ends too early");
}

static bool parse_header(Safetensors *file, char *text, size_t length, char why[REASON_ROOM])
{
    json_error_t error;
    if (!read_bytes(file, text, length, why))
        return false;
    file->header = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!file->header)
        return refuse(why, "its header is not sound: %s", error.text);
    return prove_header(file, why);
}

/* What stands behind the length tells our files from all others, whatever length their first bytes make. */
static bool begins_as_header(Safetensors *file, char why[REASON_ROOM])
{
    int first = getc(file->stream);
    ungetc(first, file->stream);
    return first == '{' ||
           refuse(why, "it is no safetensors file, since its header does not begin with '{'; the weights "
                       "of a run are its best.safetensors and last.safetensors");
}

static bool read_header(Safetensors *file, char why[REASON_ROOM])
{
    struct stat status;
    uint64_t length = 0;
    if (fstat(fileno(file->stream), &status))
        return refuse(why, "%s", strerror(errno));
    if (!S_ISREG(status.st_mode))
        return refuse(why, "it is no file");
    if (status.st_size < PREFIX + 2)
        return refuse(why, "it is too short for a safetensors file");
    if (!read_bytes(file, &length, PREFIX, why) || !begins_as_header(file, why))
        return false;
    if (length < 2 || length > (uint64_t)(status.st_size - PREFIX))
        return refuse(why, "it is no safetensors file, or is cut off: its header would have "
                      "%" PRIu64 " bytes", length);
    if (length > (uint64_t)HEADER_MOST)
        return refuse(why, "its header has %" PRIu64 " bytes; the most is %" PRId64, length,
                      HEADER_MOST);
    file->data_at = PREFIX + (int64_t)length;
    file->data_bytes = status.st_size - file->data_at;
    char *text = need_memory(length);
    bool sound = parse_header(file, text, length, why);
    free(text);
    return sound;
}

Safetensors *safetensors_open(const char *path, char why[REASON_ROOM])
{
    /* O_NONBLOCK: a named pipe must not keep us waiting before we see that it is none of ours */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        refuse(why, "%s", strerror(errno));
        return NULL;
    }
    Safetensors *file = need_memory(sizeof *file);
    file->stream = fdopen(descriptor, "rb");
    if (!file->stream)
        fault("out of memory");
    if (read_header(file, why))
        return file;
    safetensors_close(file);
    return NULL;
}

void safetensors_close(Safetensors *file)
{
    fclose(file->stream);
    json_decref(file->header);
    free(file->entry);
    free(file);
}

bool safetensors_stands(const Safetensors *file, const char *path)
{
    struct stat opened, there;
    return !fstat(fileno(file->stream), &opened) && !stat(path, &there) && opened.st_dev == there.st_dev &&
           opened.st_ino == there.st_ino;
}

const char *safetensors_metadata(const Safetensors *file, const char *key)
{
    return json_string_value(json_object_get(json_object_get(file->header, "__metadata__"), key));
}

static const Entry *entry_named(const Safetensors *file, const char *name)
{
    for (int i = 0; i < file->entries; i++)
        if (!strcmp(file->entry[i].name, name))
            return &file->entry[i];
    return NULL;
}

static bool head_of(const Entry *entry, TensorHead *head)
{
    *head = (TensorHead){ .name = entry->name, .dims = entry->dims };
    if (entry->dims > (int)(sizeof head->dim / sizeof *head->dim))
        return false;
    for (int i = 0; i < entry->dims; i++) {
        if (entry->dim[i] > INT_MAX)
            return false;
        head->dim[i] = (int)entry->dim[i];
    }
    return true;
}

bool safetensors_head(const Safetensors *file, const char *name, TensorHead *head)
{
    const Entry *entry = entry_named(file, name);
    return entry && head_of(entry, head);
}

bool safetensors_head_at(const Safetensors *file, int index, TensorHead *head)
{
    if (index >= file->entries)
        return false;
    if (!head_of(&file->entry[index], head))
        head->dims = 0;
    return true;
}

static Entry entry_wanted(const TensorHead *head)
{
    Entry entry = { .name = head->name, .dims = head->dims };
    for (int i = 0; i < head->dims; i++)
        entry.dim[i] = head->dim[i];
    return entry;
}

static bool same_shape(const Entry *a, const Entry *b)
{
    return a->dims == b->dims && !memcmp(a->dim, b->dim, sizeof *a->dim * (size_t)a->dims);
}

/* "3x3x32x64" */
static const char *shape_text(const Entry *entry, char text[REASON_ROOM])
{
    int at = snprintf(text, REASON_ROOM, "%s", entry->dims ? "" : "a single number");
    for (int i = 0; i < entry->dims; i++)
        at += snprintf(text + at, (size_t)(REASON_ROOM - at), "%s%" PRId64, i ? "x" : "",
                       entry->dim[i]);
    return text;
}

bool safetensors_find(Safetensors *file, const TensorHead *head, char why[REASON_ROOM])
{
    char theirs[REASON_ROOM], ours[REASON_ROOM];
    const Entry *entry = entry_named(file, head->name), wanted = entry_wanted(head);
    if (!entry)
        return refuse(why, "it has no tensor '%s'", head->name);
    if (!same_shape(entry, &wanted))
        return refuse(why, "tensor '%s' is %.200s there, but %.200s here", head->name,
                      shape_text(entry, theirs), shape_text(&wanted, ours));
    if (strcmp(entry->dtype, "F32"))
        return refuse(why, "tensor '%s' is of type %s; F32 is needed", head->name, entry->dtype);
    if (fseeko(file->stream, file->data_at + entry->from, SEEK_SET))
        return refuse(why, "%s", strerror(errno));
    return true;
}

bool safetensors_next(Safetensors *file, float *values, size_t count, char why[REASON_ROOM])
{
    return read_bytes(file, values, sizeof *values * count, why);
}

/* ---- amending ---- */

static bool copy_data(Safetensors *file, WholeFile *to, char why[REASON_ROOM])
{
    enum { PIECE = 1 << 20 };
    char *piece = need_room(PIECE);
    bool sound = !fseeko(file->stream, file->data_at, SEEK_SET) || refuse(why, "%s", strerror(errno));
    for (int64_t left = file->data_bytes, some; sound && left; left -= some) {
        some = left < PIECE ? left : PIECE;
        sound = read_bytes(file, piece, (size_t)some, why);
        if (sound)
            whole_write(to, piece, (size_t)some);
    }
    free(piece);
    return sound;
}

bool safetensors_amend(const char *path, const Metadata *metadata, int pairs, char why[REASON_ROOM])
{
    Safetensors *file = safetensors_open(path, why);
    if (!file)
        return false;
    json_t *texts = json_object_get(file->header, "__metadata__");
    if (!texts) {
        texts = json_object();
        json_put(file->header, "__metadata__", texts);
    }
    for (int i = 0; i < pairs; i++)
        json_put(texts, metadata[i].key, json_text(metadata[i].value));
    char *text = json_line(file->header);
    WholeFile to = whole_open(path);
    write_header(&to, text);
    bool sound = copy_data(file, &to, why);
    if (sound)
        whole_publish(&to);
    else
        whole_abandon(&to);
    free(text);
    safetensors_close(file);
    return sound;
}
