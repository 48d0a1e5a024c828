/* picture_turn.c - pictures that are stored as the camera was held: EXIF says how. */

#include <string.h>

#include "runtime/pictures/picture_format.h"

static unsigned number(const uint8_t *at, int bytes, bool little)
{
    unsigned value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[little ? bytes - 1 - i : i];
    return value;
}

int exif_orientation(const uint8_t *exif, size_t length)
{
    enum { ENTRY = 12, ORIENTATION = 0x0112, SHORT = 3 };
    if (length < 8)
        return 1;
    bool little = exif[0] == 'I';
    if (memcmp(exif, little ? "II*\0" : "MM\0*", 4))
        return 1;
    size_t at = number(exif + 4, 4, little);
    if (at > length - 2)
        return 1;
    unsigned entries = number(exif + at, 2, little);
    const uint8_t *entry = exif + at + 2;
    for (; entries && (size_t)(exif + length - entry) >= ENTRY; entries--, entry += ENTRY) {
        if (number(entry, 2, little) != ORIENTATION || number(entry + 2, 2, little) != SHORT)
            continue;
        unsigned value = number(entry + 8, 2, little);
        return value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

/* EXIF's eight ways to hold a camera: from the stored picture, first transposed (its first row
 * becomes the first column), then mirrored. */
static const struct {
    bool transposed, mirror_rows, mirror_columns;
} orientations[9] = {
    [1] = { false, false, false }, [2] = { false, false, true },
    [3] = { false, true,  true  }, [4] = { false, true,  false },
    [5] = { true,  false, false }, [6] = { true,  false, true  },
    [7] = { true,  true,  true  }, [8] = { true,  true,  false },
};

bool picture_turn(Picture *picture, int orientation, char reason[REASON_ROOM])
{
    if (orientation == 1)
        return true;
    Picture stored = *picture, upright;
    bool transposed = orientations[orientation].transposed;
    int h = transposed ? stored.w : stored.h, w = transposed ? stored.h : stored.w, c = stored.c;
    if (!picture_make(&upright, h, w, c, reason))
        return false;
    /* walks the stored picture by steps of its own, whichever way the upright one runs */
    long down = transposed ? c : (long)stored.w * c, right = transposed ? (long)stored.w * c : c;
    const uint8_t *start = stored.pixel;
    if (orientations[orientation].mirror_rows) {
        start += (h - 1) * down;
        down = -down;
    }
    if (orientations[orientation].mirror_columns) {
        start += (w - 1) * right;
        right = -right;
    }
    uint8_t *to = upright.pixel;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++, to += c)
            memcpy(to, start + y * down + x * right, (size_t)c);
    picture_free(&stored);
    *picture = upright;
    return true;
}
