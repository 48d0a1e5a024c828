/* events.c - the files that TensorBoard reads, read back here by the format's own rules: records and their
 * checks, the messages' fields, and that they say what results.csv says. tests/trainer/tensorboard.sh has
 * TensorBoard read them. */

#include <CUnit/CUnit.h>
#include <dirent.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/numbers/histogram.h"
#include "runtime/show/graph_def.h"
#include "runtime/show/message.h"
#include "runtime/system/crc32c.h"
#include "runtime/system/fault.h"
#include "tests/trainer/tiny.h"

/* ---- published numbers ---- */

/* RFC 3720, B.4, and the catalogue's check word. */
static void checks_of_the_rfc(void)
{
    uint8_t zeros[32] = { 0 }, ones[32], rising[32], falling[32];
    memset(ones, 0xff, sizeof ones);
    for (int i = 0; i < 32; i++) {
        rising[i] = (uint8_t)i;
        falling[i] = (uint8_t)(31 - i);
    }
    CU_ASSERT_EQUAL(crc32c(zeros, 32), 0x8a9136aa);
    CU_ASSERT_EQUAL(crc32c(ones, 32), 0x62a8ab43);
    CU_ASSERT_EQUAL(crc32c(rising, 32), 0x46dd794e);
    CU_ASSERT_EQUAL(crc32c(falling, 32), 0x113fdb5c);
    CU_ASSERT_EQUAL(crc32c("123456789", 9), 0xe3069283);
    CU_ASSERT_EQUAL(crc32c("", 0), 0);
}

static bool same_bytes(const Message *message, const void *bytes, size_t length)
{
    return message->length == length && !memcmp(message->bytes, bytes, length);
}

/* The examples of the encoding's description, and what it says of negative numbers. */
static void messages_of_the_description(void)
{
    Message message = { 0 }, inner = { 0 };
    message_integer(&message, 1, 150);
    CU_ASSERT(same_bytes(&message, "\x08\x96\x01", 3));
    message_free(&message);
    message_text(&message, 2, "testing");
    CU_ASSERT(same_bytes(&message, "\x12\x07testing", 9));
    message_free(&message);
    message_integer(&inner, 1, 150);
    message_within(&message, 3, &inner);
    CU_ASSERT(same_bytes(&message, "\x1a\x03\x08\x96\x01", 5));
    message_free(&message);
    message_integer(&message, 1, -2);
    CU_ASSERT(same_bytes(&message, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
    message_free(&message);
    message_float(&message, 16, 1);         /* a key of two bytes */
    message_double(&message, 1, -2);
    CU_ASSERT(same_bytes(&message, "\x85\x01\0\0\x80\x3f\x09\0\0\0\0\0\0\0\xc0", 15));
    message_free(&message);
}

/* ---- histograms ---- */

static void histograms(void)
{
    static const float number[] = { -1, -0.3f, 0, 0, 0, 1e-30f, 0.3f, 0.3f, 1, 1.5f };
    Histogram h;
    CU_ASSERT_FATAL(histogram_of(number, 10, 2, &h));
    CU_ASSERT_EQUAL(h.count, 8);
    CU_ASSERT(h.low == -1 && h.high == 1.5);
    CU_ASSERT_DOUBLE_EQUAL(h.sum, 1.8, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(h.squares, 1 + 3 * 0.09 + 1 + 2.25, 1e-6);
    double count = 0;
    for (int i = 0; i < h.buckets; i++) {
        count += h.bucket[i];
        CU_ASSERT(h.bucket[i] >= 0 && (!i || h.limit[i] > h.limit[i - 1]));
        int inside = 0;                     /* that the bucket's limits hold; of the zeros two do not count */
        for (int k = 2; k < 10 && i; k++) {
            double x = (double)number[k == 2 ? 0 : k == 3 ? 1 : k];
            inside += x >= 0 ? x >= h.limit[i - 1] && x < h.limit[i] : x > h.limit[i - 1] && x <= h.limit[i];
        }
        CU_ASSERT_EQUAL(h.bucket[i], inside);
    }
    CU_ASSERT_EQUAL(count, 8);

    static const float above[] = { 0, 2, 3, 0 };
    CU_ASSERT(histogram_of(above, 4, 2, &h) && h.low == 2 && h.high == 3 && h.count == 2);
    CU_ASSERT(histogram_of(above, 4, 1, &h) && h.low == 0 && h.high == 3 && h.count == 3);

    static const float zero[] = { 0, 0, 0 }, none[] = { 1, NAN }, endless[] = { 1, -INFINITY }, wide[] = { FLT_MAX, -FLT_MAX };
    CU_ASSERT(histogram_of(zero, 3, 1, &h) && h.count == 2);
    CU_ASSERT_FALSE(histogram_of(zero, 3, 3, &h));
    CU_ASSERT_FALSE(histogram_of(none, 2, 0, &h));
    CU_ASSERT_FALSE(histogram_of(endless, 2, 0, &h));
    CU_ASSERT(histogram_of(wide, 2, 0, &h) && h.limit[h.buckets - 1] > FLT_MAX && h.limit[0] <= -FLT_MAX);

    enum { MANY = 4096 };
    static float all[MANY];                 /* of every size and sign: there is room for all buckets */
    for (int i = 0; i < MANY; i++)
        all[i] = (i & 1 ? -1.0f : 1.0f) * ldexpf(1 + (float)(i % 8) / 8, i / 16 - 128);
    CU_ASSERT(histogram_of(all, MANY, 0, &h));
    CU_ASSERT(h.buckets <= HISTOGRAM_BUCKETS);
}

/* ---- a strict reader ---- */

typedef struct { const uint8_t *at, *end; } Bytes;

typedef struct {
    int number, layout;
    uint64_t bits;              /* of what is not bytes */
    Bytes bytes;
} Field;

static uint64_t little_endian(const uint8_t *at, int bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < bytes; i++)
        number |= (uint64_t)at[i] << 8 * i;
    return number;
}

static uint64_t varint(Bytes *from)
{
    uint64_t number = 0;
    for (int shift = 0; ; shift += 7) {
        CU_ASSERT_FATAL(from->at < from->end && shift < 70);
        number |= (uint64_t)(*from->at & 0x7f) << shift;
        if (!(*from->at++ & 0x80))
            return number;
    }
}

static bool next_field(Bytes *from, Field *field)
{
    if (from->at == from->end)
        return false;
    uint64_t key = varint(from);
    *field = (Field){ .number = (int)(key >> 3), .layout = (int)(key & 7) };
    int fixed = field->layout == 1 ? 8 : field->layout == 5 ? 4 : 0;
    CU_ASSERT_FATAL(field->number > 0 && (fixed || field->layout == 0 || field->layout == 2));
    CU_ASSERT_FATAL(fixed <= from->end - from->at);
    if (field->layout == 0)
        field->bits = varint(from);
    if (fixed)
        field->bits = little_endian(from->at, fixed);
    from->at += fixed;
    if (field->layout == 2) {
        uint64_t length = varint(from);
        CU_ASSERT_FATAL(length <= (uint64_t)(from->end - from->at));
        field->bytes = (Bytes){ from->at, from->at + length };
        from->at += length;
    }
    return true;
}

/* A field that is there once, in the layout that it has to have. */
static Field field_of(Bytes from, int number, int layout)
{
    Field field, found = { 0 };
    int times = 0;
    while (next_field(&from, &field))
        if (field.number == number) {
            found = field;
            times++;
        }
    CU_ASSERT_EQUAL(times, 1);
    CU_ASSERT_EQUAL(found.layout, layout);
    return found;
}

static bool has_field(Bytes from, int number)
{
    Field field;
    while (next_field(&from, &field))
        if (field.number == number)
            return true;
    return false;
}

static bool is_text(Bytes bytes, const char *text)
{
    return (size_t)(bytes.end - bytes.at) == strlen(text) && !memcmp(bytes.at, text, strlen(text));
}

static double as_double(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static double as_float(uint64_t bits)
{
    float number;
    uint32_t low = (uint32_t)bits;
    memcpy(&number, &low, sizeof number);
    return (double)number;
}

/* The check bit by bit, from its definition. */
static uint32_t masked(const uint8_t *at, uint64_t length)
{
    uint32_t rest = UINT32_MAX;
    for (uint64_t i = 0; i < 8 * length; i++) {
        uint32_t bit = (rest ^ at[i / 8] >> i % 8) & 1;
        rest = rest >> 1 ^ (bit ? 0x82f63b78 : 0);
    }
    rest = ~rest;
    return ((rest >> 15) | (rest << 17)) + 0xa282ead8u;
}

/* The next event of a file; false at its end, or where the rest is no whole record. */
static bool next_event(Bytes *file, Bytes *event)
{
    enum { HEAD = 12, TAIL = 4 };
    if (file->end - file->at < HEAD)
        return false;
    uint64_t length = little_endian(file->at, 8);
    CU_ASSERT_EQUAL(little_endian(file->at + 8, 4), masked(file->at, 8));
    if ((uint64_t)(file->end - file->at) < HEAD + length + TAIL)
        return false;
    *event = (Bytes){ file->at + HEAD, file->at + HEAD + length };
    CU_ASSERT_EQUAL(little_endian(event->end, 4), masked(event->at, length));
    file->at = event->end + TAIL;
    return true;
}

/* ---- the model ---- */

/* The attribute of a node; its value's bytes. */
static Bytes attribute(Bytes node, const char *name)
{
    Field field;
    Bytes found = { NULL, NULL };
    while (next_field(&node, &field))
        if (field.number == 5 && is_text(field_of(field.bytes, 1, 2).bytes, name))
            found = field_of(field.bytes, 2, 2).bytes;
    CU_ASSERT_PTR_NOT_NULL_FATAL(found.at);
    return found;
}

/* The fields of a message that have that number: the n-th, from 0. */
static Bytes nth(Bytes from, int number, int n)
{
    Field field;
    while (next_field(&from, &field))
        if (field.number == number && n-- == 0)
            return field.bytes;
    CU_FAIL_FATAL("there are fewer");
    return (Bytes){ NULL, NULL };
}

static void the_graph(void)
{
    static int none[] = { 0 }, both[] = { 0, 1 };
    const Box box[] = {
        { .name = "input", .text = "", .shape = { 4, 5, 3 } },
        { .name = "conv1", .text = "conv 8 3x3", .shape = { 2, 3, 8 }, .parameters = 224, .input = none, .inputs = 1 },
        { .name = "join1", .text = "concat", .shape = { 4, 5, 300 }, .input = both, .inputs = 2 },
    };
    Message message = graph_def(&(GraphView){ .name = "small", .box = box, .boxes = 3 });
    const Bytes graph = { message.bytes, message.bytes + message.length };
    Bytes first = nth(graph, 1, 0), second = nth(graph, 1, 1), third = nth(graph, 1, 2);
    CU_ASSERT(is_text(field_of(first, 1, 2).bytes, "input") && is_text(field_of(first, 2, 2).bytes, "input"));
    CU_ASSERT(is_text(field_of(second, 1, 2).bytes, "conv1") && is_text(field_of(second, 2, 2).bytes, "conv"));
    CU_ASSERT(is_text(field_of(second, 3, 2).bytes, "input") && !has_field(first, 3));
    CU_ASSERT(is_text(nth(third, 3, 0), "input") && is_text(nth(third, 3, 1), "conv1"));
    CU_ASSERT(is_text(field_of(attribute(second, "card"), 2, 2).bytes, "conv 8 3x3"));
    CU_ASSERT_EQUAL(field_of(attribute(second, "parameters"), 3, 0).bits, 224);
    Bytes shape = field_of(field_of(attribute(third, "_output_shapes"), 1, 2).bytes, 7, 2).bytes;
    static const int64_t sizes[] = { -1, 4, 5, 300 };
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL((int64_t)field_of(nth(shape, 2, i), 1, 0).bits, sizes[i]);
    message_free(&message);
}

/* ---- a run's files ---- */

enum { FILES = 8 };

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Their paths, in the order in which TensorBoard takes them; to be freed. */
static int event_files(const char *folder, char *path[FILES])
{
    int count = 0;
    DIR *directory = opendir(folder);
    for (struct dirent *entry; (entry = readdir(directory)); )
        if (strstr(entry->d_name, "tfevents")) {
            CU_ASSERT_FATAL(count < FILES);
            CU_ASSERT_FATAL(asprintf(&path[count++], "%s/%s", folder, entry->d_name) > 0);
        }
    closedir(directory);
    qsort(path, (size_t)count, sizeof *path, by_name);
    return count;
}

/* What a file's values of a tag are: how many, the last one's step and value. */
typedef struct {
    int count;
    int64_t step;
    Bytes value;
} Tagged;

static Bytes value_of(Bytes event)
{
    Bytes summary = field_of(event, 5, 2).bytes;
    return field_of(summary, 1, 2).bytes;
}

static Tagged tagged(Bytes file, const char *tag)
{
    Tagged found = { 0 };
    for (Bytes event; next_event(&file, &event); )
        if (has_field(event, 5)) {
            Bytes value = value_of(event);
            if (is_text(field_of(value, 1, 2).bytes, tag))
                found = (Tagged){ found.count + 1, (int64_t)field_of(event, 2, 0).bits, value };
        }
    return found;
}

static Bytes read_file(const char *path, char **text)
{
    size_t bytes;
    *text = tiny_read(path, &bytes);
    CU_ASSERT_PTR_NOT_NULL_FATAL(*text);
    return (Bytes){ (uint8_t *)*text, (uint8_t *)*text + bytes };
}

static int events_in(Bytes file)
{
    int count = 0;
    for (Bytes event; next_event(&file, &event); )
        count++;
    return count;
}

/* The field of a run's results.csv in an epoch's line, from 0. */
static double result(const char *run, int epoch, int column)
{
    char path[64];
    snprintf(path, sizeof path, "runs/tiny/%s/results.csv", run);
    char *text = tiny_read(path, NULL), *line = text;
    for (int i = 0; i < epoch && line; i++)
        line = strchr(line, '\n') + 1;
    for (int i = 0; i < column && line; i++)
        line = strchr(line, ',') + 1;
    double value = line ? strtod(line, NULL) : -1;
    free(text);
    return value;
}

static void check_scalar(Bytes file, const char *tag, int column)
{
    Tagged found = tagged(file, tag);
    CU_ASSERT_EQUAL(found.count, TINY_EPOCHS);
    CU_ASSERT_EQUAL(found.step, TINY_EPOCHS);
    double value = as_float(field_of(found.value, 2, 5).bits);
    CU_ASSERT_DOUBLE_EQUAL(value, result("1", TINY_EPOCHS, column), 1e-6 + fabs(value) * 1e-3);
}

/* Of [16][3] weights in tiles with a fourth column that does not count. */
static void check_histogram(Bytes file, const char *tag, double numbers)
{
    Tagged found = tagged(file, tag);
    CU_ASSERT_EQUAL_FATAL(found.count, TINY_EPOCHS + 1);
    Bytes histogram = field_of(found.value, 5, 2).bytes;
    CU_ASSERT_EQUAL(as_double(field_of(histogram, 3, 1).bits), numbers);
    CU_ASSERT(as_double(field_of(histogram, 1, 1).bits) < as_double(field_of(histogram, 2, 1).bits));
    Bytes limit = field_of(histogram, 6, 2).bytes, bucket = field_of(histogram, 7, 2).bytes;
    CU_ASSERT_EQUAL(limit.end - limit.at, bucket.end - bucket.at);
    double sum = 0, last = -INFINITY;
    for (; bucket.at < bucket.end; bucket.at += 8, limit.at += 8) {
        sum += as_double(little_endian(bucket.at, 8));
        CU_ASSERT(as_double(little_endian(limit.at, 8)) > last);
        last = as_double(little_endian(limit.at, 8));
    }
    CU_ASSERT_EQUAL(sum, numbers);
}

static void check_text(Bytes file, const char *tag, const char *begins)
{
    Tagged found = tagged(file, tag);
    CU_ASSERT_EQUAL_FATAL(found.count, 1);
    Bytes plugin = field_of(field_of(found.value, 9, 2).bytes, 1, 2).bytes;
    CU_ASSERT(is_text(field_of(plugin, 1, 2).bytes, "text"));
    Bytes tensor = field_of(found.value, 8, 2).bytes, text = field_of(tensor, 8, 2).bytes;
    CU_ASSERT_EQUAL(field_of(tensor, 1, 0).bits, 7);
    CU_ASSERT(field_of(tensor, 2, 2).bytes.at == field_of(tensor, 2, 2).bytes.end);
    CU_ASSERT((size_t)(text.end - text.at) > strlen(begins) && !memcmp(text.at, begins, strlen(begins)));
}

static void check_image(Bytes file, const char *tag, const char *path)
{
    char *text;
    Bytes png = read_file(path, &text);
    Tagged found = tagged(file, tag);
    CU_ASSERT_EQUAL_FATAL(found.count, 1);
    Bytes image = field_of(found.value, 4, 2).bytes, encoded = field_of(image, 4, 2).bytes;
    CU_ASSERT(encoded.end - encoded.at == png.end - png.at && !memcmp(encoded.at, png.at, (size_t)(png.end - png.at)));
    CU_ASSERT(!memcmp(png.at, "\x89PNG\r\n\x1a\n", 8));
    CU_ASSERT_EQUAL(field_of(image, 1, 0).bits, (uint64_t)png.at[22] << 8 | png.at[23]);
    CU_ASSERT_EQUAL(field_of(image, 2, 0).bits, (uint64_t)png.at[18] << 8 | png.at[19]);
    CU_ASSERT_EQUAL(field_of(image, 3, 0).bits, 3);
    free(text);
}

static void what_a_run_leaves(void)
{
    char *path[FILES], *text;
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    CU_ASSERT_EQUAL_FATAL(event_files("runs/tiny/1", path), 1);
    Bytes file = read_file(path[0], &text), event, rest = file;
    CU_ASSERT(next_event(&rest, &event) && is_text(field_of(event, 3, 2).bytes, "brain.Event:2"));
    CU_ASSERT(as_double(field_of(event, 1, 1).bits) > 1.7e9);
    while (next_event(&rest, &event))
        ;
    CU_ASSERT_PTR_EQUAL(rest.at, rest.end);
    check_scalar(file, "loss/train", 1);
    check_scalar(file, "accuracy/train", 2);
    check_scalar(file, "loss/validation", 3);
    check_scalar(file, "accuracy/validation", 4);
    check_scalar(file, "rate", 5);
    check_scalar(file, "speed/images_per_second", 7);
    CU_ASSERT_EQUAL(tagged(file, "epoch").count, 0);
    check_histogram(file, "dense1/weight", TINY_PIXELS * TINY_CLASSES);
    check_histogram(file, "dense1/weight.momentum", TINY_PIXELS * TINY_CLASSES);
    check_histogram(file, "dense1/bias", TINY_CLASSES);
    check_text(file, "card", "`tiny.net`\n\n    network tiny\n");
    check_text(file, "model", "| layer | card |");
    check_text(file, "run", "    {\n");
    check_image(file, "batch", "runs/tiny/1/batch.png");
    free(text);
    free(path[0]);
    tiny_leave();
}

/* What goes on begins a file behind the others, which first says from which step on they count no more. */
static void a_run_that_goes_on(void)
{
    char *path[FILES], *text[2];
    tiny_enter();
    tiny_mischief = (TinyMischief){ .signal_at = 7, .signal = SIGTERM };
    CU_ASSERT_EQUAL(tiny_code("train"), EXIT_INTERRUPTED);
    tiny_mischief = (TinyMischief){ 0 };
    CU_ASSERT_EQUAL(tiny_code("train"), 0);
    CU_ASSERT_EQUAL_FATAL(event_files("runs/tiny/1", path), 2);
    Bytes first = read_file(path[0], &text[0]), second = read_file(path[1], &text[1]), event, rest = second;
    CU_ASSERT(tagged(first, "loss/train").count == 1 && tagged(first, "loss/train").step == 1);
    CU_ASSERT(tagged(second, "loss/train").count == 2 && tagged(second, "loss/train").step == 3);
    CU_ASSERT_EQUAL(tagged(second, "card").count, 0);
    CU_ASSERT(next_event(&rest, &event) && next_event(&rest, &event));
    CU_ASSERT_EQUAL(field_of(event, 2, 0).bits, 2);
    CU_ASSERT_EQUAL(field_of(field_of(event, 7, 2).bytes, 1, 0).bits, 1);
    for (int i = 0; i < 2; i++) {
        free(text[i]);
        free(path[i]);
    }
    tiny_leave();
}

/* A kill may leave any beginning of a file: of that all whole records are sound. */
static void a_torn_file(void)
{
    char *path[FILES], *text;
    tiny_enter();
    CU_ASSERT_EQUAL(tiny_code("train --epochs 1"), 0);
    CU_ASSERT_EQUAL_FATAL(event_files("runs/tiny/1", path), 1);
    Bytes file = read_file(path[0], &text);
    int all = events_in(file), before = 0;
    for (const uint8_t *end = file.at; end <= file.end; end += 97) {
        int count = events_in((Bytes){ file.at, end });
        CU_ASSERT(count >= before && count < all);
        before = count;
    }
    CU_ASSERT_EQUAL(truncate(path[0], file.end - file.at - 3), 0);
    CU_ASSERT_EQUAL(tiny_code("train --epochs 2"), 0);
    free(text);
    free(path[0]);
    tiny_leave();
}

void suite_events(void);
void suite_events(void)
{
    CU_pSuite suite = CU_add_suite("trainer: what TensorBoard reads", NULL, NULL);
    CU_add_test(suite, "checks of RFC 3720", checks_of_the_rfc);
    CU_add_test(suite, "messages as described", messages_of_the_description);
    CU_add_test(suite, "histograms", histograms);
    CU_add_test(suite, "the graph", the_graph);
    CU_add_test(suite, "what a run leaves", what_a_run_leaves);
    CU_add_test(suite, "a run that goes on", a_run_that_goes_on);
    CU_add_test(suite, "a torn file", a_torn_file);
}
