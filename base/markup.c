#include "base/markup.h"

#include <stdbool.h>

#include "base/utf8.h"

static bool is_control(unsigned char byte)
{
    return (byte < ' ' && byte != '\t' && byte != '\n') || byte == 0x7f;
}

/* XML takes no U+FFFE and no U+FFFF, though UTF-8 does. */
static bool is_no_character(const char *at, int length)
{
    return length == 3 && (unsigned char)at[0] == 0xef && (unsigned char)at[1] == 0xbf && (unsigned char)at[2] >= 0xbe;
}

/* What stands for a character that means something in markup, or NULL. */
static const char *entity_of(char letter)
{
    switch (letter) {
    case '&':  return "&amp;";
    case '<':  return "&lt;";
    case '>':  return "&gt;";
    case '"':  return "&quot;";
    case '\'': return "&#39;";
    default:   return NULL;
    }
}

void markup_text(FILE *out, const char *text)
{
    for (int length; *text; text += length ? length : 1) {
        const char *entity = entity_of(*text);
        length = utf8_length(text);
        if (entity)
            fputs(entity, out);
        else if (!length || is_control((unsigned char)*text) || is_no_character(text, length))
            fputs("\xef\xbf\xbd", out);
        else
            fwrite(text, 1, (size_t)length, out);
    }
}

void markup_base64(FILE *out, const uint8_t *bytes, size_t length)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned long three = (unsigned long)bytes[i] << 16 | (left > 1 ? (unsigned long)bytes[i + 1] << 8 : 0) |
                              (left > 2 ? bytes[i + 2] : 0);
        putc_unlocked(digit[three >> 18], out);
        putc_unlocked(digit[three >> 12 & 63], out);
        putc_unlocked(left > 1 ? digit[three >> 6 & 63] : '=', out);
        putc_unlocked(left > 2 ? digit[three & 63] : '=', out);
    }
}
