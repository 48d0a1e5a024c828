#include "runtime/system/crc32c.h"

#include <stdbool.h>

enum { BYTES = 256 };

static const uint32_t polynomial = 0x82F63B78;  /* the lowest bit is the highest power */

static void fill(uint32_t table[BYTES])
{
    for (uint32_t byte = 0; byte < BYTES; byte++) {
        uint32_t rest = byte;
        for (int bit = 0; bit < 8; bit++)
            rest = rest >> 1 ^ (rest & 1 ? polynomial : 0);
        table[byte] = rest;
    }
}

uint32_t crc32c(const void *bytes, size_t length)
{
    static uint32_t table[BYTES];       /* of a byte followed by zeros; events are written by one thread */
    static bool filled;
    if (!filled)
        fill(table);
    filled = true;
    uint32_t rest = UINT32_MAX;
    for (const uint8_t *at = bytes; at < (const uint8_t *)bytes + length; at++)
        rest = rest >> 8 ^ table[(rest ^ *at) & 0xff];
    return ~rest;
}
