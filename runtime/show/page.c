#include "runtime/show/page.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/markup.h"
#include "base/replace.h"
#include "runtime/pictures/png_file.h"
#include "runtime/show/colour.h"
#include "runtime/show/page_style.h"
#include "runtime/system/fault.h"
#include "runtime/system/lines.h"
#include "runtime/system/memory.h"

typedef struct { const char *id, *title; } Section;

struct Page {
    Arena *arena;               /* of what the head tells, which is written last */
    const char *title, *subtitle;
    int refresh;                /* seconds; 0: never */
    Section *section;
    int sections, room;
    char *body;
    size_t length;
    FILE *out;                  /* to the body */
};

/* ---- opening ---- */

Page *page_open(const char *title, const char *subtitle)
{
    Page *page = need_memory(sizeof *page);
    page->arena = arena_open();
    page->title = arena_printf(page->arena, "%s", title);
    page->subtitle = subtitle ? arena_printf(page->arena, "%s", subtitle) : NULL;
    page->out = open_memstream(&page->body, &page->length);
    if (!page->out)
        fault("out of memory");
    return page;
}

void page_refresh(Page *page, int seconds)
{
    page->refresh = seconds;
}

FILE *page_body(Page *page)
{
    return page->out;
}

/* ---- closing ---- */

/* Begins a line of its own, and no other: texts are escaped. */
static const char refresh[] = "<meta http-equiv=\"refresh\"";

static void write_head(const Page *page, FILE *out)
{
    fputs("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
          "<meta charset=\"utf-8\"/>\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
          "style-src 'unsafe-inline'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"color-scheme\" content=\"light dark\"/>\n", out);
    if (page->refresh)
        fprintf(out, "%s content=\"%d\"/>\n", refresh, page->refresh);
    fputs("<title>", out);
    markup_text(out, page->title);
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n", page_style);
}

static void write_navigation(const Page *page, FILE *out)
{
    if (!page->sections)
        return;
    fputs("<nav aria-label=\"Sections\">\n<ul>\n", out);
    for (int i = 0; i < page->sections; i++) {
        fprintf(out, "<li><a href=\"#%s\">", page->section[i].id);
        markup_text(out, page->section[i].title);
        fputs("</a></li>\n", out);
    }
    fputs("</ul>\n</nav>\n", out);
}

static void write_page(const Page *page, FILE *out)
{
    write_head(page, out);
    fputs("<body>\n<header>\n<h1>", out);
    markup_text(out, page->title);
    fputs("</h1>\n", out);
    if (page->subtitle) {
        fputs("<p>", out);
        markup_text(out, page->subtitle);
        fputs("</p>\n", out);
    }
    fputs("</header>\n", out);
    write_navigation(page, out);
    fputs("<main>\n", out);
    fwrite(page->body, 1, page->length, out);
    fputs("</main>\n</body>\n</html>\n", out);
}

static void end_section(Page *page)
{
    if (page->sections)
        fputs("</section>\n", page->out);
}

static void end_body(Page *page)
{
    end_section(page);
    bool whole = !ferror(page->out);
    if (fclose(page->out) || !whole)
        fault("out of memory");
}

static void free_page(Page *page)
{
    free(page->body);
    arena_close(page->arena);
    free(page);
}

bool page_close(Page *page, const char *path)
{
    Replacement file;
    end_body(page);
    bool written = replace_begin(&file, path);
    if (written) {
        write_page(page, file.stream);
        written = replace_end(&file, false);
    }
    int error = errno;
    free_page(page);
    errno = error;
    return written;
}

bool page_settle(const char *path)
{
    Lines lines;
    Replacement file;
    bool settled = lines_open(&lines, path) && lines.stream && replace_begin(&file, path);
    if (settled) {
        for (const char *line; (line = lines_next(&lines)); )
            if (strncmp(line, refresh, strlen(refresh)))
                fprintf(file.stream, "%s\n", line);
        settled = !ferror(lines.stream);
        if (settled)
            settled = replace_end(&file, false);
        else
            replace_abandon(&file);
    }
    int error = errno;
    lines_close(&lines);
    errno = error;
    return settled;
}

void page_abandon(Page *page)
{
    end_body(page);
    free_page(page);
}

/* ---- text ---- */

/* <NAME>text</NAME> */
static void write_element(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<%s>", name);
    markup_text(out, text);
    fprintf(out, "</%s>\n", name);
}

void page_section(Page *page, const char *id, const char *title)
{
    end_section(page);
    *arena_push(page->arena, page->section, page->sections, page->room) =
        (Section){ arena_printf(page->arena, "%s", id), arena_printf(page->arena, "%s", title) };
    fprintf(page->out, "<section id=\"%s\">\n", id);
    write_element(page->out, "h2", title);
}

void page_heading(Page *page, const char *title)
{
    write_element(page->out, "h3", title);
}

static void write_paragraph(Page *page, const char *start, const char *format, va_list args)
{
    char *text;
    if (vasprintf(&text, format, args) < 0)
        fault("out of memory");
    fputs(start, page->out);
    markup_text(page->out, text);
    fputs("</p>\n", page->out);
    free(text);
}

void page_text(Page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_paragraph(page, "<p>", format, args);
    va_end(args);
}

void page_note(Page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_paragraph(page, "<p class=\"note\">", format, args);
    va_end(args);
}

/* A browser drops a line's end that comes first. */
void page_verbatim(Page *page, const char *text)
{
    fputs("<pre tabindex=\"0\">\n", page->out);
    markup_text(page->out, text);
    fputs("</pre>\n", page->out);
}

void page_fold_open(Page *page, const char *title)
{
    fputs("<details>\n", page->out);
    write_element(page->out, "summary", title);
}

void page_unfolded_open(Page *page, const char *title)
{
    fputs("<details open=\"open\">\n", page->out);
    write_element(page->out, "summary", title);
}

void page_fold_close(Page *page)
{
    fputs("</details>\n", page->out);
}

static void write_facts(Page *page, const char *class, int count, const PageFact *fact)
{
    fprintf(page->out, "<dl class=\"%s\">\n", class);
    for (int i = 0; i < count; i++) {
        fputs("<div>", page->out);
        write_element(page->out, "dt", fact[i].name);
        write_element(page->out, "dd", fact[i].value);
        fputs("</div>\n", page->out);
    }
    fputs("</dl>\n", page->out);
}

void page_facts(Page *page, int count, const PageFact *fact)
{
    write_facts(page, "facts", count, fact);
}

void page_highlights(Page *page, int count, const PageFact *fact)
{
    write_facts(page, "highlights", count, fact);
}

/* ---- tables ---- */

/* `start`: "td" or "th", with attributes. */
static void write_cell(FILE *out, const char *start, const PageCell *cell)
{
    fprintf(out, "<%s", start);
    if (cell->number)
        fputs(" class=\"number\"", out);
    if (cell->fill)
        fprintf(out, " style=\"background:#%02x%02x%02x;color:%s\"", cell->fill[0], cell->fill[1], cell->fill[2],
                colour_is_light(cell->fill) ? "#000" : "#fff");
    else if (cell->bar > 0)
        fprintf(out, " style=\"background:linear-gradient(to right,var(--bar) %.1f%%,transparent 0) bottom/100%% 4px no-repeat\"",
                100 * (cell->bar < 1 ? cell->bar : 1));
    putc('>', out);
    markup_text(out, cell->text);
    fprintf(out, "</%.2s>", start);
}

void page_table_open(Page *page, const char *caption, int columns, const PageCell *head)
{
    fputs("<div class=\"table\" tabindex=\"0\">\n<table>\n", page->out);
    if (caption)
        write_element(page->out, "caption", caption);
    if (columns)
        fputs("<thead>\n<tr>", page->out);
    for (int i = 0; i < columns; i++)
        write_cell(page->out, "th scope=\"col\"", &head[i]);
    fputs(columns ? "</tr>\n</thead>\n<tbody>\n" : "<tbody>\n", page->out);
}

void page_row(Page *page, int cells, const PageCell *cell)
{
    fputs("<tr>", page->out);
    for (int i = 0; i < cells; i++)
        write_cell(page->out, cell[i].head ? "th scope=\"row\"" : "td", &cell[i]);
    fputs("</tr>\n", page->out);
}

void page_table_close(Page *page)
{
    fputs("</tbody>\n</table>\n</div>\n", page->out);
}

/* ---- pictures ---- */

/* The size is told, so that nothing moves while the page loads. */
static void write_size(FILE *out, const PageFigure *figure)
{
    int h, w;
    if (figure->drawing || !png_size(figure->bytes, figure->length, &h, &w) || !w)
        return;
    long shown = figure->width ? figure->width : w;
    fprintf(out, " width=\"%ld\" height=\"%ld\"", shown, h * shown / w);
}

void page_figure(Page *page, const PageFigure *figure)
{
    FILE *out = page->out;
    fprintf(out, "<figure>\n<img%s", figure->crisp ? " class=\"crisp\"" : "");
    write_size(out, figure);
    fputs(" alt=\"", out);
    markup_text(out, figure->alt);
    fprintf(out, "\" src=\"data:image/%s;base64,", figure->drawing ? "svg+xml" : "png");
    markup_base64(out, figure->bytes, figure->length);
    fputs("\"/>\n", out);
    if (figure->caption || figure->note) {
        fputs("<figcaption>", out);
        markup_text(out, figure->caption ? figure->caption : "");
        if (figure->note)
            write_element(out, "small", figure->note);
        fputs("</figcaption>\n", out);
    }
    fputs("</figure>\n", out);
}

void page_picture(Page *page, int h, int w, int c, const uint8_t *pixel, PageFigure figure)
{
    uint8_t *png = png_encode(h, w, c, pixel, &figure.length);
    figure.bytes = png;
    page_figure(page, &figure);
    free(png);
}

void page_grid_open(Page *page, int width)
{
    fprintf(page->out, "<div class=\"grid\" style=\"--least:%dpx\">\n", width);
}

void page_part_open(Page *page)
{
    fputs("<div>\n", page->out);
}

void page_tiles_open(Page *page, int count, int width)
{
    enum { ROOM = 1100, GAP = 4 };      /* pixels: of a window of 1200, and as the style has it */
    int each = width + GAP, most = ROOM / each, rows = most ? (count + most - 1) / most : count;
    fprintf(page->out, "<div class=\"tiles\" style=\"max-width:%dpx\">\n", rows ? (count + rows - 1) / rows * each : each);
}

void page_box_close(Page *page)
{
    fputs("</div>\n", page->out);
}
