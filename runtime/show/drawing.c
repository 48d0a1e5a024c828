#include "runtime/show/drawing.h"

#include <string.h>

#include "runtime/show/font.h"
#include "runtime/system/memory.h"

const uint8_t paper[3] = { 250, 249, 246 }, ink[3] = { 34, 36, 40 }, pale[3] = { 122, 124, 128 };

Drawing drawing_open(int h, int w)
{
    Drawing page = { h, w, need_room((size_t)h * (size_t)w * 3) };
    for (long i = 0; i < (long)h * w; i++)
        memcpy(page.pixel + 3 * i, paper, 3);
    return page;
}

void drawing_put(Drawing *page, int y, int x, const uint8_t colour[3])
{
    if (y >= 0 && y < page->h && x >= 0 && x < page->w)
        memcpy(page->pixel + ((long)y * page->w + x) * 3, colour, 3);
}

/* ---- text ---- */

/* The next character of UTF-8 text, or its first byte. */
static char next_letter(const char **text)
{
    char letter = *(*text)++;
    while ((**text & 0xC0) == 0x80)
        (*text)++;
    return letter;
}

int drawing_letters(const char *text)
{
    int count = 0;
    for (; *text; count++)
        next_letter(&text);
    return count;
}

static void put_letter(Drawing *page, char letter, int y, int x, int size, const uint8_t colour[3])
{
    for (int i = 0; i < FONT_HEIGHT * size; i++)
        for (int j = 0; j < FONT_WIDTH * size; j++)
            if (font_ink(letter, i / size, j / size))
                drawing_put(page, y + i, x + j, colour);
}

void drawing_text(Drawing *page, const char *text, int y, int x, int width, int size, const uint8_t colour[3])
{
    int room = width / (FONT_WIDTH * size);
    bool cut = drawing_letters(text) > room;
    for (int i = 0; *text && i < room; i++) {
        char letter = next_letter(&text);
        put_letter(page, cut && i >= room - 2 ? '.' : letter, y, x + i * FONT_WIDTH * size, size, colour);
    }
}

/* ---- legends ---- */

static int text_width(const char *text)
{
    return drawing_letters(text) * FONT_WIDTH;
}

int drawing_legend_width(const Legend *legend)
{
    return text_width(legend->low) + text_width(legend->high) + LEGEND_BAR + 2 * FONT_WIDTH;
}

void drawing_legend(Drawing *page, const Legend *legend, int y, int x)
{
    int bar = x + text_width(legend->low) + FONT_WIDTH;
    uint8_t colour[3];
    drawing_text(page, legend->low, y, x, text_width(legend->low), 1, pale);
    for (int j = 0; j < LEGEND_BAR; j++) {
        colour_at(legend->map, j / (LEGEND_BAR - 1.0), colour);
        for (int i = 0; i < FONT_HEIGHT; i++)
            drawing_put(page, y + i, bar + j, colour);
    }
    drawing_text(page, legend->high, y, bar + LEGEND_BAR + FONT_WIDTH, text_width(legend->high), 1, pale);
}
