/* message.h - messages in the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as
 * far as they are written here, field by field; none is read. */

#ifndef SHOW_MESSAGE_H
#define SHOW_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/* Begins as { 0 }; grows as fields are put into it. */
typedef struct {
    uint8_t *bytes;
    size_t length, room;
} Message;

void message_free(Message *message);

/* A field by its number in the message's definition. */
void message_integer(Message *message, int field, int64_t value);       /* int32, int64, an enum */
void message_double(Message *message, int field, double value);
void message_float(Message *message, int field, float value);
void message_bytes(Message *message, int field, const void *bytes, size_t length);
void message_text(Message *message, int field, const char *text);
void message_doubles(Message *message, int field, const double *value, long count);     /* repeated, packed */

/* A message within, which is freed. */
void message_within(Message *message, int field, Message *inner);

#endif
