#include "runtime/show/sheet.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/pictures/png_file.h"
#include "runtime/show/drawing.h"
#include "runtime/show/font.h"

enum {                          /* pixels */
    MARGIN = 24,                /* around the page */
    GAP = 12,                   /* between tiles */
    SMALL = 112,                /* tiles are magnified to about this side */
    LABEL = FONT_HEIGHT + 4,    /* a label and the space above it */
};

/* What a sheet's measures come to. */
typedef struct {
    int columns, rows, magnify;
    int tile_h, tile_w;         /* magnified */
    int label;                  /* height of a label, 0 where no tile has one */
    int top;                    /* where the first row begins */
} Layout;

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
    if (sheet->legend)
        layout.top += FONT_HEIGHT + GAP / 2;
    if (layout.top > MARGIN)
        layout.top += GAP / 2;

    double cell_h = layout.tile_h + layout.label + GAP, cell_w = layout.tile_w + GAP;
    layout.columns = sheet->columns ? sheet->columns
                                    : (int)ceil(sqrt(1.4 * sheet->tiles * cell_h / cell_w));
    if (layout.columns > sheet->tiles)
        layout.columns = sheet->tiles;
    layout.rows = (sheet->tiles + layout.columns - 1) / layout.columns;
    return layout;
}

static void put_tile(Drawing *page, const Tile *tile, const Layout *layout, int y, int x)
{
    for (int i = 0; i < layout->tile_h; i++) {
        for (int j = 0; j < layout->tile_w; j++) {
            long place = (long)(i / layout->magnify) * tile->w + j / layout->magnify;
            const uint8_t *pixel = tile->pixel + place * tile->c;
            const uint8_t grey[3] = { *pixel, *pixel, *pixel };
            drawing_put(page, y + i, x + j, tile->c == 3 ? pixel : grey);
        }
    }
    if (tile->label)
        drawing_text(page, tile->label, y + layout->tile_h + LABEL - FONT_HEIGHT, x, layout->tile_w, 1, ink);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Puts what stands above the tiles; pixels that it needs of the width are `heading`. */
static void put_heading(Drawing *page, const Sheet *sheet, int heading)
{
    int y = MARGIN;
    if (sheet->title) {
        drawing_text(page, sheet->title, y, MARGIN, heading, 2, ink);
        y += 2 * FONT_HEIGHT + GAP / 2;
    }
    if (sheet->subtitle) {
        drawing_text(page, sheet->subtitle, y, MARGIN, heading, 1, pale);
        y += FONT_HEIGHT + GAP / 2;
    }
    if (sheet->legend)
        drawing_legend(page, sheet->legend, y, MARGIN);
}

/* Draws the sheet on a page of its own. */
static Drawing draw(const Sheet *sheet)
{
    assert(sheet->tiles >= 1);
    Layout layout = lay_out(sheet);
    int cell_h = layout.tile_h + layout.label + GAP, cell_w = layout.tile_w + GAP;
    int heading = layout.columns * cell_w - GAP;
    if (sheet->title)
        heading = larger(heading, drawing_letters(sheet->title) * 2 * FONT_WIDTH);
    if (sheet->subtitle)
        heading = larger(heading, drawing_letters(sheet->subtitle) * FONT_WIDTH);
    if (sheet->legend)
        heading = larger(heading, drawing_legend_width(sheet->legend));

    Drawing page = drawing_open(layout.top + layout.rows * cell_h - GAP + MARGIN, heading + 2 * MARGIN);
    put_heading(&page, sheet, heading);
    for (int i = 0; i < sheet->tiles; i++)
        put_tile(&page, &sheet->tile[i], &layout, layout.top + i / layout.columns * cell_h,
                 MARGIN + i % layout.columns * cell_w);
    return page;
}

uint8_t *sheet_png(const Sheet *sheet, size_t *bytes)
{
    Drawing page = draw(sheet);
    uint8_t *png = png_encode(page.h, page.w, 3, page.pixel, bytes);
    free(page.pixel);
    return png;
}

void sheet_write(const char *path, const Sheet *sheet)
{
    Drawing page = draw(sheet);
    png_write(path, page.h, page.w, 3, page.pixel);
    free(page.pixel);
}
