#include "runtime/sheet.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/font.h"
#include "runtime/memory.h"
#include "runtime/png_file.h"

enum {                          /* pixels */
    MARGIN = 24,                /* around the page */
    GAP = 12,                   /* between tiles */
    SMALL = 112,                /* tiles are magnified to about this side */
    LABEL = FONT_HEIGHT + 4,    /* a label and the space above it */
};

static const uint8_t paper[3] = { 250, 249, 246 }, ink[3] = { 34, 36, 40 },
                     pale[3] = { 122, 124, 128 };

typedef struct {
    int h, w;
    uint8_t *pixel;             /* [h][w][3] */
} Page;

/* What a sheet's measures come to. */
typedef struct {
    int columns, rows, magnify;
    int tile_h, tile_w;         /* magnified */
    int label;                  /* height of a label, 0 where no tile has one */
    int top;                    /* where the first row begins */
} Layout;

static void put(Page *page, int y, int x, const uint8_t colour[3])
{
    if (y >= 0 && y < page->h && x >= 0 && x < page->w)
        memcpy(page->pixel + ((long)y * page->w + x) * 3, colour, 3);
}

/* ---- text ---- */

/* The next character of UTF-8 text; the font knows ASCII alone, so any other is one question
 * mark. */
static char next_letter(const char **text)
{
    char letter = *(*text)++;
    while ((**text & 0xC0) == 0x80)
        (*text)++;
    return letter;
}

static int letters_in(const char *text)
{
    int count = 0;
    for (; *text; count++)
        next_letter(&text);
    return count;
}

static void put_letter(Page *page, char letter, int y, int x, int size, const uint8_t colour[3])
{
    for (int i = 0; i < FONT_HEIGHT * size; i++)
        for (int j = 0; j < FONT_WIDTH * size; j++)
            if (font_ink(letter, i / size, j / size))
                put(page, y + i, x + j, colour);
}

/* Writes what fits into `width`; what does not ends in two dots. */
static void put_text(Page *page, const char *text, int y, int x, int width, int size,
                     const uint8_t colour[3])
{
    int room = width / (FONT_WIDTH * size);
    bool cut = letters_in(text) > room;
    for (int i = 0; *text && i < room; i++) {
        char letter = next_letter(&text);
        put_letter(page, cut && i >= room - 2 ? '.' : letter, y, x + i * FONT_WIDTH * size, size,
                   colour);
    }
}

/* ---- layout ---- */

static bool has_labels(const Sheet *sheet)
{
    for (int i = 0; i < sheet->tiles; i++)
        if (sheet->tile[i].label)
            return true;
    return false;
}

static Layout lay_out(const Sheet *sheet)
{
    const Tile *tile = &sheet->tile[0];
    int side = tile->h > tile->w ? tile->h : tile->w;
    Layout layout = { .magnify = side < SMALL ? (SMALL + side / 2) / side : 1,
                      .label = has_labels(sheet) ? LABEL : 0, .top = MARGIN };
    layout.tile_h = tile->h * layout.magnify;
    layout.tile_w = tile->w * layout.magnify;
    if (sheet->title)
        layout.top += 2 * FONT_HEIGHT + GAP / 2;
    if (sheet->subtitle)
        layout.top += FONT_HEIGHT + GAP / 2;
    if (sheet->title || sheet->subtitle)
        layout.top += GAP / 2;

    double cell_h = layout.tile_h + layout.label + GAP, cell_w = layout.tile_w + GAP;
    layout.columns = sheet->columns ? sheet->columns
                                    : (int)ceil(sqrt(1.4 * sheet->tiles * cell_h / cell_w));
    if (layout.columns > sheet->tiles)
        layout.columns = sheet->tiles;
    layout.rows = (sheet->tiles + layout.columns - 1) / layout.columns;
    return layout;
}

static void put_tile(Page *page, const Tile *tile, const Layout *layout, int y, int x)
{
    for (int i = 0; i < layout->tile_h; i++) {
        for (int j = 0; j < layout->tile_w; j++) {
            long place = (long)(i / layout->magnify) * tile->w + j / layout->magnify;
            const uint8_t *pixel = tile->pixel + place * tile->c;
            const uint8_t grey[3] = { *pixel, *pixel, *pixel };
            put(page, y + i, x + j, tile->c == 3 ? pixel : grey);
        }
    }
    if (tile->label)
        put_text(page, tile->label, y + layout->tile_h + LABEL - FONT_HEIGHT, x, layout->tile_w, 1,
                 ink);
}

static Page page_open(int h, int w)
{
    Page page = { h, w, need_memory((size_t)h * (size_t)w * 3) };
    for (long i = 0; i < (long)h * w; i++)
        memcpy(page.pixel + 3 * i, paper, 3);
    return page;
}

/* Draws the sheet on a page of its own. */
static Page draw(const Sheet *sheet)
{
    Layout layout = lay_out(sheet);
    int cell_h = layout.tile_h + layout.label + GAP, cell_w = layout.tile_w + GAP;
    int width = layout.columns * cell_w - GAP, heading = width;
    if (sheet->title && heading < letters_in(sheet->title) * 2 * FONT_WIDTH)
        heading = letters_in(sheet->title) * 2 * FONT_WIDTH;
    if (sheet->subtitle && heading < letters_in(sheet->subtitle) * FONT_WIDTH)
        heading = letters_in(sheet->subtitle) * FONT_WIDTH;

    Page page = page_open(layout.top + layout.rows * cell_h - GAP + MARGIN, heading + 2 * MARGIN);
    int y = MARGIN;
    if (sheet->title) {
        put_text(&page, sheet->title, y, MARGIN, heading, 2, ink);
        y += 2 * FONT_HEIGHT + GAP / 2;
    }
    if (sheet->subtitle)
        put_text(&page, sheet->subtitle, y, MARGIN, heading, 1, pale);
    for (int i = 0; i < sheet->tiles; i++)
        put_tile(&page, &sheet->tile[i], &layout, layout.top + i / layout.columns * cell_h,
                 MARGIN + i % layout.columns * cell_w);
    return page;
}

void sheet_write(const char *path, const Sheet *sheet)
{
    assert(sheet->tiles >= 1);
    Page page = draw(sheet);
    png_write(path, page.h, page.w, 3, page.pixel);
    free(page.pixel);
}
