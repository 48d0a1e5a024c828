#include "runtime/show/message.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/system/fault.h"

/* How a field's value is laid out, the low three bits of its key. */
enum { VARINT, FIXED64, DELIMITED, FIXED32 = 5 };

static void append(Message *message, const void *bytes, size_t length)
{
    if (message->room - message->length < length) {
        message->room = 2 * message->room + length;
        message->bytes = realloc(message->bytes, message->room);
        if (!message->bytes)
            fault("out of memory");
    }
    if (length)
        memcpy(message->bytes + message->length, bytes, length);
    message->length += length;
}

void message_free(Message *message)
{
    free(message->bytes);
    *message = (Message){ 0 };
}

/* Seven bits a byte, the lowest first; the eighth says that more follow. */
static void append_varint(Message *message, uint64_t value)
{
    uint8_t byte[10];
    size_t length = 0;
    for (; value >= 0x80; value >>= 7)
        byte[length++] = (uint8_t)(value | 0x80);
    byte[length++] = (uint8_t)value;
    append(message, byte, length);
}

static void append_key(Message *message, int field, int layout)
{
    append_varint(message, (uint64_t)field << 3 | (uint64_t)layout);
}

/* The lowest byte first, whatever the machine's order. */
static void append_fixed(Message *message, uint64_t bits, int bytes)
{
    uint8_t byte[8];
    for (int i = 0; i < bytes; i++)
        byte[i] = (uint8_t)(bits >> 8 * i);
    append(message, byte, (size_t)bytes);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

void message_integer(Message *message, int field, int64_t value)
{
    append_key(message, field, VARINT);
    append_varint(message, (uint64_t)value);
}

void message_double(Message *message, int field, double value)
{
    append_key(message, field, FIXED64);
    append_fixed(message, bits_of(value), 8);
}

void message_float(Message *message, int field, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    append_key(message, field, FIXED32);
    append_fixed(message, bits, 4);
}

void message_bytes(Message *message, int field, const void *bytes, size_t length)
{
    append_key(message, field, DELIMITED);
    append_varint(message, length);
    append(message, bytes, length);
}

void message_text(Message *message, int field, const char *text)
{
    message_bytes(message, field, text, strlen(text));
}

void message_doubles(Message *message, int field, const double *value, long count)
{
    append_key(message, field, DELIMITED);
    append_varint(message, 8 * (uint64_t)count);
    for (long i = 0; i < count; i++)
        append_fixed(message, bits_of(value[i]), 8);
}

void message_within(Message *message, int field, Message *inner)
{
    message_bytes(message, field, inner->bytes, inner->length);
    message_free(inner);
}
