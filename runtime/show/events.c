#include "runtime/show/events.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/pictures/png_file.h"
#include "runtime/show/graph_def.h"
#include "runtime/show/message.h"
#include "runtime/system/crc32c.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"

/* The fields' numbers, from tensorboard/compat/proto: event.proto, summary.proto, histogram.proto,
 * tensor.proto, tensor_shape.proto, types.proto. */
enum {
    EVENT_WALL_TIME = 1, EVENT_STEP = 2, EVENT_FILE_VERSION = 3, EVENT_GRAPH = 4, EVENT_SUMMARY = 5, EVENT_SESSION_LOG = 7,
    SESSION_LOG_STATUS = 1, SESSION_START = 1,
    SUMMARY_VALUE = 1,
    VALUE_TAG = 1, VALUE_SIMPLE = 2, VALUE_IMAGE = 4, VALUE_HISTOGRAM = 5, VALUE_TENSOR = 8, VALUE_METADATA = 9,
    IMAGE_HEIGHT = 1, IMAGE_WIDTH = 2, IMAGE_COLORSPACE = 3, IMAGE_ENCODED = 4, COLORSPACE_RGB = 3,
    HISTOGRAM_MIN = 1, HISTOGRAM_MAX = 2, HISTOGRAM_NUM = 3, HISTOGRAM_SUM = 4, HISTOGRAM_SQUARES = 5,
    HISTOGRAM_LIMIT = 6, HISTOGRAM_BUCKET = 7,
    METADATA_PLUGIN = 1, PLUGIN_NAME = 1,
    TENSOR_TYPE = 1, TENSOR_SHAPE = 2, TENSOR_STRING = 8, TYPE_STRING = 7,
};

static const char prefix[] = "events.out.tfevents.";

struct Events {
    char *path;
    FILE *stream;
};

static _Noreturn void give_up(const Events *events)
{
    fault("cannot write %s: %s", events->path, strerror(errno));
}

/* ---- records ---- */

static void put_number(Events *events, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        putc((int)(number >> 8 * i & 0xff), events->stream);
}

/* Turned and moved, since a check of what holds its own check says little. */
static uint32_t masked_check(const void *bytes, size_t length)
{
    uint32_t check = crc32c(bytes, length);
    return (check >> 15 | check << 17) + 0xa282ead8;
}

/* uint64 length, uint32 its check, the bytes, uint32 their check; the lowest byte first. */
static void put_record(Events *events, const Message *message)
{
    uint8_t length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)message->length >> 8 * i);
    fwrite(length, 1, sizeof length, events->stream);
    put_number(events, masked_check(length, sizeof length), 4);
    fwrite(message->bytes, 1, message->length, events->stream);
    put_number(events, masked_check(message->bytes, message->length), 4);
    if (ferror(events->stream))
        give_up(events);
}

static Message event_at(int64_t step)
{
    Message event = { 0 };
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    message_double(&event, EVENT_WALL_TIME, (double)now.tv_sec + 1e-9 * (double)now.tv_nsec);
    message_integer(&event, EVENT_STEP, step);
    return event;
}

static void put_event(Events *events, Message *event)
{
    put_record(events, event);
    message_free(event);
}

/* ---- the file ---- */

/* The seconds in the name of the folder's last file; 0: there is none. */
static long last_second(const char *folder)
{
    long last = 0;
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory)); )
        if (!strncmp(entry->d_name, prefix, strlen(prefix))) {
            long second = strtol(entry->d_name + strlen(prefix), NULL, 10);
            last = second > last ? second : last;
        }
    if (directory)
        closedir(directory);
    return last;
}

Events *events_open(const char *folder)
{
    Events *events = need_memory(sizeof *events);
    long now = (long)time(NULL), last = last_second(folder);
    char name[64];
    snprintf(name, sizeof name, "%s%010ld.netc", prefix, now > last ? now : last + 1);
    events->path = path_join(folder, name);
    events->stream = fopen(events->path, "wbe");
    if (!events->stream)
        give_up(events);
    Message event = event_at(0);
    message_text(&event, EVENT_FILE_VERSION, "brain.Event:2");
    put_event(events, &event);
    return events;
}

void events_flush(Events *events)
{
    if (fflush(events->stream))
        give_up(events);
}

void events_close(Events *events)
{
    if (fclose(events->stream))
        give_up(events);
    free(events->path);
    free(events);
}

void events_restart(Events *events, int64_t step)
{
    Message event = event_at(step), session = { 0 };
    message_integer(&session, SESSION_LOG_STATUS, SESSION_START);
    message_within(&event, EVENT_SESSION_LOG, &session);
    put_event(events, &event);
}

void events_graph(Events *events, const GraphView *view)
{
    Message event = event_at(0), graph = graph_def(view);
    message_within(&event, EVENT_GRAPH, &graph);
    put_event(events, &event);
}

/* ---- values ---- */

static Message value_of(const char *tag)
{
    Message value = { 0 };
    message_text(&value, VALUE_TAG, tag);
    return value;
}

static void put_value(Events *events, int64_t step, Message *value)
{
    Message event = event_at(step), summary = { 0 };
    message_within(&summary, SUMMARY_VALUE, value);
    message_within(&event, EVENT_SUMMARY, &summary);
    put_event(events, &event);
}

void events_scalar(Events *events, int64_t step, const char *tag, double number)
{
    Message value = value_of(tag);
    message_float(&value, VALUE_SIMPLE, (float)number);
    put_value(events, step, &value);
}

void events_histogram(Events *events, int64_t step, const char *tag, const Histogram *histogram)
{
    Message value = value_of(tag), inner = { 0 };
    message_double(&inner, HISTOGRAM_MIN, histogram->low);
    message_double(&inner, HISTOGRAM_MAX, histogram->high);
    message_double(&inner, HISTOGRAM_NUM, histogram->count);
    message_double(&inner, HISTOGRAM_SUM, histogram->sum);
    message_double(&inner, HISTOGRAM_SQUARES, histogram->squares);
    message_doubles(&inner, HISTOGRAM_LIMIT, histogram->limit, histogram->buckets);
    message_doubles(&inner, HISTOGRAM_BUCKET, histogram->bucket, histogram->buckets);
    message_within(&value, VALUE_HISTOGRAM, &inner);
    put_value(events, step, &value);
}

void events_image(Events *events, int64_t step, const char *tag, const uint8_t *png, size_t bytes)
{
    Message value = value_of(tag), image = { 0 };
    int h = 0, w = 0;
    png_size(png, bytes, &h, &w);
    message_integer(&image, IMAGE_HEIGHT, h);
    message_integer(&image, IMAGE_WIDTH, w);
    message_integer(&image, IMAGE_COLORSPACE, COLORSPACE_RGB);
    message_bytes(&image, IMAGE_ENCODED, png, bytes);
    message_within(&value, VALUE_IMAGE, &image);
    put_value(events, step, &value);
}

void events_text(Events *events, int64_t step, const char *tag, const char *text)
{
    Message value = value_of(tag), plugin = { 0 }, metadata = { 0 }, shape = { 0 }, tensor = { 0 };
    message_text(&plugin, PLUGIN_NAME, "text");
    message_within(&metadata, METADATA_PLUGIN, &plugin);
    message_integer(&tensor, TENSOR_TYPE, TYPE_STRING);
    message_within(&tensor, TENSOR_SHAPE, &shape);      /* of no dimension: one text */
    message_text(&tensor, TENSOR_STRING, text);
    message_within(&value, VALUE_TENSOR, &tensor);
    message_within(&value, VALUE_METADATA, &metadata);
    put_value(events, step, &value);
}
