/* colour.c - maps of colours: viridis as matplotlib has it, sides of zero told apart, legends that show both ends. */

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/show/colour.h"
#include "runtime/show/drawing.h"
#include "runtime/show/font.h"

static double lightness(const uint8_t colour[3])
{
    return 0.2126 * pow(colour[0] / 255., 2.2) + 0.7152 * pow(colour[1] / 255., 2.2) +
           0.0722 * pow(colour[2] / 255., 2.2);
}

static bool is_colour(const uint8_t colour[3], int red, int green, int blue)
{
    return colour[0] == red && colour[1] == green && colour[2] == blue;
}

/* By matplotlib 3.10: colormaps["viridis"](share), colormaps["RdBu_r"](share), times 255. */
static void maps_are_the_known_ones(void)
{
    uint8_t colour[3];
    colour_at(COLOUR_RISING, 0, colour);
    CU_ASSERT_TRUE(is_colour(colour, 68, 1, 84));
    colour_at(COLOUR_RISING, 128 / 255., colour);
    CU_ASSERT_TRUE(is_colour(colour, 33, 145, 140));
    colour_at(COLOUR_RISING, 1, colour);
    CU_ASSERT_TRUE(is_colour(colour, 253, 231, 37));
    colour_at(COLOUR_SIGNED, 0, colour);
    CU_ASSERT_TRUE(is_colour(colour, 5, 48, 97));
    colour_at(COLOUR_SIGNED, 0.5, colour);
    CU_ASSERT_TRUE(is_colour(colour, 247, 247, 247));
    colour_at(COLOUR_SIGNED, 1, colour);
    CU_ASSERT_TRUE(is_colour(colour, 103, 0, 31));
}

/* Beyond the ends are the ends, and what is no number has a colour that no number has. */
static void any_share_has_a_colour(void)
{
    uint8_t colour[3], end[3];
    colour_at(COLOUR_RISING, -INFINITY, colour);
    CU_ASSERT_TRUE(is_colour(colour, 68, 1, 84));
    colour_at(COLOUR_RISING, 7, colour);
    colour_at(COLOUR_RISING, 1, end);
    CU_ASSERT_EQUAL(memcmp(colour, end, 3), 0);
    colour_at(COLOUR_SIGNED, NAN, colour);
    CU_ASSERT_TRUE(is_colour(colour, 128, 128, 128));
}

/* Who sees no colours at all can read the one; in the other both sides darken alike from the middle. */
static void lightness_tells_the_order(void)
{
    uint8_t colour[3], before[3], other[3];
    for (int i = 1; i <= 100; i++) {
        colour_at(COLOUR_RISING, (i - 1) / 100., before);
        colour_at(COLOUR_RISING, i / 100., colour);
        CU_ASSERT_TRUE(lightness(colour) > lightness(before));
    }
    for (int i = 0; i < 50; i++) {
        colour_at(COLOUR_SIGNED, i / 100., colour);
        colour_at(COLOUR_SIGNED, 1 - i / 100., other);
        CU_ASSERT_TRUE(colour[2] > colour[0] && other[0] > other[2]);
        CU_ASSERT_TRUE(fabs(lightness(colour) - lightness(other)) < 0.2);
    }
}

static void scales_hold_all_numbers(void)
{
    float rising[] = { 1, -9, 4, -9, 0, -9 }, sides[] = { 1, -3, 2, INFINITY, NAN };
    ColourScale scale = scale_of(rising, 3, 2), both = scale_of(sides, 5, 1);
    CU_ASSERT_TRUE(scale.map == COLOUR_RISING && scale.low == 0 && scale.high == 4);
    CU_ASSERT_TRUE(both.map == COLOUR_SIGNED && both.low == -3 && both.high == 3);
    CU_ASSERT_EQUAL(scale_share(scale, 1), 0.25);
    CU_ASSERT_EQUAL(scale_share(both, 0), 0.5);
    ColourScale joined = scale_join(scale, both);
    CU_ASSERT_TRUE(joined.map == COLOUR_SIGNED && joined.low == -4 && joined.high == 4);
    joined = scale_join(scale, scale);
    CU_ASSERT_TRUE(joined.map == COLOUR_RISING && joined.low == 0 && joined.high == 4);

    float nothing[] = { 0, 0 };
    uint8_t colour[3];
    scale_colour(scale_of(nothing, 2, 1), 0, colour);
    CU_ASSERT_TRUE(is_colour(colour, 68, 1, 84));
}

static void text_on_a_colour_can_be_read(void)
{
    CU_ASSERT_FALSE(colour_is_light((uint8_t[]){ 68, 1, 84 }));
    CU_ASSERT_TRUE(colour_is_light((uint8_t[]){ 253, 231, 37 }));
    CU_ASSERT_TRUE(colour_is_light(paper));
    CU_ASSERT_FALSE(colour_is_light(ink));
}

/* The bar goes from one end of the map to the other, between its two texts. */
static void legends_show_both_ends(void)
{
    Legend legend = { COLOUR_RISING, "0", "12.5" };
    Drawing page = drawing_open(FONT_HEIGHT, drawing_legend_width(&legend));
    drawing_legend(&page, &legend, 0, 0);
    CU_ASSERT_EQUAL(page.w, 7 * FONT_WIDTH + LEGEND_BAR);
    const uint8_t *row = page.pixel + 3 * page.w;
    uint8_t colour[3];
    for (int x = 0; x < LEGEND_BAR; x++) {
        colour_at(COLOUR_RISING, x / (LEGEND_BAR - 1.), colour);
        CU_ASSERT_EQUAL(memcmp(row + 3 * (2 * FONT_WIDTH + x), colour, 3), 0);
    }
    int inked = 0;
    for (int i = 0; i < page.h * page.w; i++)
        if (i % page.w >= 3 * FONT_WIDTH + LEGEND_BAR)
            inked += memcmp(page.pixel + 3L * i, pale, 3) == 0;
    CU_ASSERT_TRUE(inked > 20);
    free(page.pixel);
}

void suite_colour(void)
{
    CU_pSuite suite = CU_add_suite("pictures: colours", NULL, NULL);
    CU_ADD_TEST(suite, maps_are_the_known_ones);
    CU_ADD_TEST(suite, any_share_has_a_colour);
    CU_ADD_TEST(suite, lightness_tells_the_order);
    CU_ADD_TEST(suite, scales_hold_all_numbers);
    CU_ADD_TEST(suite, text_on_a_colour_can_be_read);
    CU_ADD_TEST(suite, legends_show_both_ends);
}
