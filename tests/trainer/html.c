/* html.c - a page is well-formed and stands alone, whatever the texts that are put on it. */

#include <CUnit/CUnit.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/graph_view.h"
#include "runtime/pictures/picture.h"
#include "runtime/pictures/png_file.h"
#include "runtime/show/page.h"
#include "tests/support/dom.h"
#include "tests/support/scratch.h"
#include "tests/trainer/tiny.h"

static Arena *arena;

static int enter(void)
{
    arena = arena_open();
    return suite_open_folder();
}

static int leave(void)
{
    arena_close(arena);
    return suite_close_folder();
}

static Node *read_page(const char *path)
{
    const char *why = "there is no file";
    char *text = tiny_read(path, NULL);
    Node *root = text ? dom_read(arena, text, &why) : NULL;
    if (!root)
        printf("\n%s: %s\n", path, why);
    free(text);
    return root;
}

static Node *close_and_read(Page *page)
{
    const char *path = scratch_path(suite_folder, "page.html");
    CU_ASSERT_TRUE_FATAL(page_close(page, path));
    Node *root = read_page(path);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    CU_ASSERT_TRUE(dom_stands_alone(root));
    return root;
}

/* Names that would end an element, an attribute or a style, and bytes that no text may hold. */
static const char *const hostile[] = {
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "</title></style></svg>",
    "&lt;&amp;&#60;", "]]>", "<!--", "%s%n%d", "\xe2\x80\xaexgpj.tac", "a\tb\nc", "url(http://example.com/)",
};

#define LOST "\xef\xbf\xbd"
static const char broken[] = "\x01\x7f\xc3(\xff\xed\xa0\x80\xef\xbf\xbe\x1b[31m";

static PageSeries line(const char *name, const double *x, const double *y, int points)
{
    return (PageSeries){ .name = name, .x = x, .y = y, .points = points };
}

static Node *hostile_page(const char *text)
{
    static const double x[] = { 1, 2 }, y[] = { 3, 4 };
    uint8_t pixel[3] = { 1, 2, 3 };
    Page *page = page_open(text, text);
    page_section(page, "one", text);
    page_heading(page, text);
    page_text(page, "%s", text);
    page_note(page, "%s", text);
    page_verbatim(page, text);
    page_fold_open(page, text);
    page_fold_close(page);
    page_facts(page, 1, &(PageFact){ text, text });
    page_highlights(page, 1, &(PageFact){ text, text });
    page_table_open(page, text, 1, &(PageCell){ .text = text });
    page_row(page, 1, &(PageCell){ .text = text });
    page_table_close(page);
    page_picture(page, 1, 1, 3, pixel, (PageFigure){ .alt = text, .caption = text, .note = text });
    page_chart(page, &(PageChart){ .title = text, .x_name = text, .y_name = text, .count = 2, .marks = 1,
                                   .series = (const PageSeries[]){ line(text, x, y, 2), line(text, y, x, 2) },
                                   .mark = &(PageMark){ 1.5, text } });
    return close_and_read(page);
}

/* Rows of as many: sixteen are two of eight where fifteen would fit. A bar lies below its number, not behind it. */
static void tiles_and_bars(void)
{
    Page *page = page_open("tiles", NULL);
    page_tiles_open(page, 16, 68);
    page_box_close(page);
    page_tiles_open(page, 5, 68);
    page_box_close(page);
    page_table_open(page, NULL, 1, &(PageCell){ .text = "a" });
    page_row(page, 1, &(PageCell){ .text = "7", .number = true, .bar = 0.5 });
    page_table_close(page);
    Node *root = close_and_read(page);
    CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(root, "div", 0), "style"), "max-width:576px");
    CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(root, "div", 1), "style"), "max-width:360px");
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_attribute(dom_find(root, "td", 0), "style"), "bottom/100% 4px no-repeat"));
}

static void texts_stay_texts(void)
{
    static const char *const where[] = { "title", "h1", "h2", "h3", "p", "pre", "summary", "dt", "dd", "caption", "th",
                                         "td", "small" };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        Node *root = hostile_page(hostile[i]);
        for (size_t k = 0; k < sizeof where / sizeof *where; k++) {
            Node *node = dom_find(root, where[k], 0);
            CU_ASSERT_PTR_NOT_NULL_FATAL(node);
            const char *text = dom_text(arena, node);
            CU_ASSERT_STRING_EQUAL(text + (text[0] == '\n'), hostile[i]);
        }
        CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(root, "img", 0), "alt"), hostile[i]);
    }
    Node *root = hostile_page(broken);
    CU_ASSERT_STRING_EQUAL(dom_text(arena, dom_find(root, "td", 0)),
                           LOST LOST LOST "(" LOST LOST LOST LOST LOST LOST "[31m");
}

/* A drawing of its own, too, is XML. */
static void texts_of_drawings(void)
{
    Box box[] = { { .name = broken, .text = hostile[1], .shape = { 1, 1, 3 } },
                  { .name = hostile[0], .text = hostile[3], .shape = { 1, 1, 2 }, .input = &(int){ 0 }, .inputs = 1 } };
    const char *why;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fputs("<!DOCTYPE html>", out);
    draw_svg(out, arena, &(GraphView){ .name = broken, .box = box, .boxes = 2, .chain = true });
    fclose(out);
    Node *root = dom_read(arena, text, &why);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    CU_ASSERT_STRING_EQUAL(dom_text(arena, dom_find(root, "title", 0)), LOST LOST LOST "(" LOST LOST LOST LOST LOST LOST "[31m");
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, root), hostile[0]));
    free(text);
}

/* Each section is named by the navigation, and is where that leads. */
static void sections_are_found(void)
{
    Page *page = page_open("a page", NULL);
    page_text(page, "before");
    page_section(page, "first", "The first");
    page_section(page, "second", "The second");
    page_text(page, "%d pictures", 2);
    Node *root = close_and_read(page);
    CU_ASSERT_EQUAL(dom_count(root, "section"), 2);
    CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(root, "a", 1), "href"), "#second");
    CU_ASSERT_STRING_EQUAL(dom_text(arena, dom_find(root, "a", 1)), "The second");
    CU_ASSERT_STRING_EQUAL(dom_text(arena, dom_find(dom_by_id(root, "second"), "p", 0)), "2 pictures");
    CU_ASSERT_EQUAL(dom_count(dom_find(root, "head", 0), "meta"), 4);   /* none of them loads the page anew */
}

static void pictures_are_held(void)
{
    char reason[REASON_ROOM];
    uint8_t pixel[5 * 7 * 3];
    for (size_t i = 0; i < sizeof pixel; i++)
        pixel[i] = (uint8_t)(i * 37);
    Page *page = page_open("a page", NULL);
    page_picture(page, 5, 7, 3, pixel, (PageFigure){ .alt = "seven by five", .width = 70, .crisp = true });
    page_picture(page, 7, 5, 1, pixel, (PageFigure){ .alt = "gray" });
    Node *root = close_and_read(page), *image = dom_find(root, "img", 0);
    CU_ASSERT_STRING_EQUAL(dom_attribute(image, "width"), "70");
    CU_ASSERT_STRING_EQUAL(dom_attribute(image, "height"), "50");
    CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(root, "img", 1), "width"), "5");
    for (int i = 0; i < 2; i++) {
        size_t length;
        Picture picture;
        const uint8_t *png = dom_data(arena, dom_attribute(dom_find(root, "img", i), "src"), "image/png", &length);
        CU_ASSERT_PTR_NOT_NULL_FATAL(png);
        scratch_write(suite_folder, "held.png", png, length);
        CU_ASSERT_TRUE_FATAL(picture_read(&picture, scratch_path(suite_folder, "held.png"), i ? 1 : 3, reason));
        CU_ASSERT_EQUAL(memcmp(picture.pixel, pixel, i ? 35 : sizeof pixel), 0);
        picture_free(&picture);
    }
}

/* Percent of the way up, of a line's n-th point. */
static void point_of(Node *root, int line, int n, double at[2])
{
    const char *way = dom_attribute(dom_find(root, "path.line", line), "d");
    for (int i = 0; i < n && way; i++)
        way = strchr(way + 1, 'L');
    CU_ASSERT_PTR_NOT_NULL_FATAL(way);
    CU_ASSERT_EQUAL_FATAL(sscanf(way + 1, "%lf %lf", &at[0], &at[1]), 2);
    at[0] /= 10;
    at[1] = 100 - at[1] / 10;
}

static void lines_go_where_their_numbers_say(void)
{
    static const double x[] = { 1, 2, 3, 4, 5 }, y[] = { 0.9, 0.5, 0.25, 0.2, 0.1 }, z[] = { 0.9, NAN, 0.1, 0.01, 0 };
    static const double unit[] = { 0, 1 };
    double at[2];
    Page *page = page_open("charts", NULL);
    page_chart(page, &(PageChart){ .title = "even", .y_range = unit, .count = 1,
                                   .series = (const PageSeries[]){ line("loss", x, y, 5) } });
    page_chart(page, &(PageChart){ .title = "decades", .log_y = true, .count = 2,
                                   .series = (const PageSeries[]){ line("a", x, y, 5), line("b", x, z, 5) } });
    page_chart(page, &(PageChart){ .title = "empty", .count = 1,
                                   .series = (const PageSeries[]){ line("none", x, y, 0) } });
    Node *root = close_and_read(page);
    point_of(root, 0, 2, at);
    CU_ASSERT_DOUBLE_EQUAL(at[0], 50, 0.02);
    CU_ASSERT_DOUBLE_EQUAL(at[1], 25, 0.02);
    CU_ASSERT_EQUAL(dom_count(dom_find(root, "figure", 0), "circle"), 5);
    Node *decades = dom_find(root, "figure", 1);
    point_of(decades, 0, 4, at);
    CU_ASSERT_DOUBLE_EQUAL(at[1], 100 * log(0.1 / 0.01) / log(0.9 / 0.01), 0.02);
    CU_ASSERT_EQUAL(dom_count(decades, "circle"), 5 + 3);       /* neither NaN nor 0 on a logarithmic axis */
    const char *gap = dom_attribute(dom_find(decades, "path.line", 1), "d");
    CU_ASSERT_PTR_EQUAL(strchr(gap, 'L'), strrchr(gap, 'L'));   /* the first point stands alone */
    CU_ASSERT_EQUAL(dom_count(decades, "text.label"), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(dom_text(arena, dom_find(root, "figure", 2)), "nothing to show"));
}

static void ticks_are_whole_numbers_of_epochs(void)
{
    static const double x[] = { 1, 2, 3 }, y[] = { 0.5, 0.5, 0.5 };
    Page *page = page_open("charts", NULL);
    page_chart(page, &(PageChart){ .title = "flat", .count = 1,
                                   .series = (const PageSeries[]){ line("loss", x, y, 3) } });
    Node *root = close_and_read(page);
    CU_ASSERT_EQUAL(dom_count(root, "text.end"), 3);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(atoi(dom_text(arena, dom_find(root, "text.end", i))), i + 1);
}

/* Neighbours among floating-point numbers are drawn as the same, large ones too. */
static void a_span_of_rounding_is_none(void)
{
    static const double x[] = { 1, 2, 3 }, about[] = { 0.69314718, -0.69314718, 1e15 };
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) {
        const double y[] = { about[i], nextafter(about[i], 1e300), about[i] };
        Page *page = page_open("charts", NULL);
        page_chart(page, &(PageChart){ .title = "flat", .count = 1,
                                       .series = (const PageSeries[]){ line("loss", x, y, 3) } });
        Node *root = close_and_read(page);
        double first[2], second[2];
        point_of(root, 0, 0, first);
        point_of(root, 0, 1, second);
        CU_ASSERT_DOUBLE_EQUAL(first[1], second[1], 1e-9);
        CU_ASSERT_TRUE(first[1] > 20 && first[1] < 80);
        CU_ASSERT_TRUE(dom_count(root, "text.left") >= 2 && dom_count(root, "text.left") <= 12);
    }
}

/* Black on what is light and white on what is dark. */
static void filled_cells_can_be_read(void)
{
    Page *page = page_open("tables", NULL);
    page_table_open(page, NULL, 2, (const PageCell[]){ { .text = "dark" }, { .text = "light", .number = true } });
    page_row(page, 2, (const PageCell[]){ { .text = "1", .fill = (const uint8_t[]){ 68, 1, 84 } },
                                          { .text = "2", .fill = (const uint8_t[]){ 253, 231, 37 } } });
    page_table_close(page);
    Node *root = close_and_read(page);
    CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(root, "td", 0), "style"), "background:#440154;color:#fff");
    CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(root, "td", 1), "style"), "background:#fde725;color:#000");
    CU_ASSERT_STRING_EQUAL(dom_attribute(dom_find(root, "th", 1), "class"), "number");
}

static void failures_leave_the_old_page(void)
{
    errno = 0;
    CU_ASSERT_FALSE(page_close(page_open("a page", NULL), "/nonexistent/page.html"));
    CU_ASSERT_EQUAL(errno, ENOENT);
    page_abandon(page_open("another", NULL));
    if (access("/dev/full", W_OK))
        return;
    Page *page = page_open("long", NULL);
    for (int i = 0; i < 10000; i++)
        page_text(page, "%d", i);
    CU_ASSERT_FALSE(page_close(page, "/dev/full"));
    CU_ASSERT_EQUAL(errno, ENOSPC);
}

void suite_html(void)
{
    CU_pSuite suite = CU_add_suite("trainer: HTML pages", enter, leave);
    CU_ADD_TEST(suite, texts_stay_texts);
    CU_ADD_TEST(suite, tiles_and_bars);
    CU_ADD_TEST(suite, texts_of_drawings);
    CU_ADD_TEST(suite, sections_are_found);
    CU_ADD_TEST(suite, pictures_are_held);
    CU_ADD_TEST(suite, lines_go_where_their_numbers_say);
    CU_ADD_TEST(suite, ticks_are_whole_numbers_of_epochs);
    CU_ADD_TEST(suite, a_span_of_rounding_is_none);
    CU_ADD_TEST(suite, filled_cells_can_be_read);
    CU_ADD_TEST(suite, failures_leave_the_old_page);
}
