/* sheet.c - a contact sheet is a PNG on which every tile stands, pixel for pixel, beside ink. */

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/pictures/picture.h"
#include "runtime/show/font.h"
#include "runtime/show/sheet.h"
#include "runtime/system/fault.h"
#include "tests/support/scratch.h"

static Picture read_sheet(const char *folder, const Sheet *sheet)
{
    char reason[REASON_ROOM];
    Picture page;
    sheet_write(scratch_path(folder, "sheet.png"), sheet);
    CU_ASSERT_TRUE_FATAL(picture_read(&page, scratch_path(folder, "sheet.png"), 3, reason));
    CU_ASSERT_NOT_EQUAL(access(scratch_path(folder, "sheet.png.1.tmp"), F_OK), 0);
    return page;
}

/* True where the page shows the tile, `magnify` times, with its corner at (top, left). */
static bool stands_at(const Picture *page, const Tile *tile, int magnify, int top, int left)
{
    if (top + tile->h * magnify > page->h || left + tile->w * magnify > page->w)
        return false;
    for (int y = 0; y < tile->h * magnify; y++) {
        for (int x = 0; x < tile->w * magnify; x++) {
            for (int c = 0; c < 3; c++) {
                int on_tile = (y / magnify * tile->w + x / magnify) * tile->c + (tile->c == 3) * c;
                long on_page = ((long)(top + y) * page->w + left + x) * 3 + c;
                if (page->pixel[on_page] != tile->pixel[on_tile])
                    return false;
            }
        }
    }
    return true;
}

static int places(const Picture *page, const Tile *tile, int magnify)
{
    int found = 0;
    for (int y = 0; y < page->h; y++)
        for (int x = 0; x < page->w; x++)
            found += stands_at(page, tile, magnify, y, x);
    return found;
}

static int dark_pixels(const Picture *page, int from, int to)
{
    int dark = 0;
    for (int i = from * page->w; i < to * page->w; i++)
        dark += page->pixel[i * 3] < 60;
    return dark;
}

static void tiles_stand_on_the_page(void)
{
    char *folder = scratch_open();
    uint8_t colour[5][40 * 50 * 3], grey[40 * 50];
    Tile tile[5];
    for (int i = 0; i < 5; i++) {
        for (int k = 0; k < 40 * 50 * 3; k++)
            colour[i][k] = (uint8_t)(100 + (k * 7 + i * 31) % 150);
        tile[i] = (Tile){ colour[i], 40, 50, 3, "dog" };
    }
    Sheet sheet = { .title = "title", .tile = tile, .tiles = 5, .columns = 2 };
    Picture page = read_sheet(folder, &sheet);
    for (int i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(places(&page, &tile[i], 2), 1);     /* 50 pixels, shown as 100 */
    CU_ASSERT_TRUE(dark_pixels(&page, 0, 50) > 50);         /* the title */
    CU_ASSERT_TRUE(dark_pixels(&page, page.h - 45, page.h) > 20);   /* the last label */
    picture_free(&page);

    memset(grey, 123, sizeof grey);
    grey[7] = 9;
    Tile one = { grey, 40, 50, 1, NULL };
    page = read_sheet(folder, &(Sheet){ .tile = &one, .tiles = 1 });
    CU_ASSERT_EQUAL(places(&page, &one, 2), 1);
    CU_ASSERT_EQUAL(dark_pixels(&page, 0, page.h), 4);      /* the one dark pixel, magnified */
    picture_free(&page);
    scratch_close(folder);
}

/* A name that is too long for its tile ends in it. */
static void long_labels_are_cut(void)
{
    char *folder = scratch_open();
    uint8_t white[40 * 60];
    memset(white, 255, sizeof white);
    Tile tile[2] = { { white, 40, 60, 1,
                      "a label that is much longer than sixty pixels, \xc3\xa9" },
                     { white, 40, 60, 1, "" } };
    Picture page = read_sheet(folder, &(Sheet){ .tile = tile, .tiles = 2, .columns = 2 });
    int dark = 0;
    for (int y = 0; y < page.h; y++)
        for (int x = 24 + 120; x < page.w; x++)
            dark += page.pixel[(y * page.w + x) * 3] < 60;
    CU_ASSERT_EQUAL(dark, 0);
    CU_ASSERT_TRUE(dark_pixels(&page, 0, page.h) > 50);
    picture_free(&page);
    scratch_close(folder);
}

static void write_nowhere(void *path)
{
    uint8_t pixel = 0;
    sheet_write(path, &(Sheet){ .tile = &(Tile){ &pixel, 1, 1, 1, "x" }, .tiles = 1 });
}

static void faults_are_told(void)
{
    char text[512], path[] = "/nonexistent/sheet.png";
    CU_ASSERT_EQUAL(scratch_child(write_nowhere, path, text, sizeof text), EXIT_WORLD);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, path));
}

static bool same_letter(char a, char b)
{
    for (int i = 0; i < FONT_HEIGHT * FONT_WIDTH; i++) {
        int row = i / FONT_WIDTH, column = i % FONT_WIDTH;
        if (font_ink(a, row, column) != font_ink(b, row, column))
            return false;
    }
    return true;
}

static void letters_differ(void)
{
    int alike = 0;
    for (char a = ' '; a < '~'; a++)
        for (char b = (char)(a + 1); b <= '~'; b++)
            alike += same_letter(a, b);
    CU_ASSERT_EQUAL(alike, 0);
    CU_ASSERT_TRUE(same_letter('\t', '?'));
    CU_ASSERT_TRUE(same_letter((char)0xc3, '?'));
}

void suite_sheet(void)
{
    CU_pSuite suite = CU_add_suite("pictures: contact sheets", NULL, NULL);
    CU_ADD_TEST(suite, tiles_stand_on_the_page);
    CU_ADD_TEST(suite, long_labels_are_cut);
    CU_ADD_TEST(suite, faults_are_told);
    CU_ADD_TEST(suite, letters_differ);
}
