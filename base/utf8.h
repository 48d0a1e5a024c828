/* utf8.h - texts that come from anywhere, one character at a time. */

#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>

/* The length of the well-formed UTF-8 sequence at `text`, 0 where there is none. */
static inline int utf8_length(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    int length = byte[0] < 0x80 ? 1 : byte[0] >= 0xc2 && byte[0] < 0xe0 ? 2
               : byte[0] >= 0xe0 && byte[0] < 0xf0 ? 3 : byte[0] >= 0xf0 && byte[0] < 0xf5 ? 4 : 0;
    for (int i = 1; i < length; i++)
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xf0 && byte[1] < 0x90);
    bool surrogate = byte[0] == 0xed && byte[1] >= 0xa0;
    bool beyond = byte[0] == 0xf4 && byte[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

#endif
