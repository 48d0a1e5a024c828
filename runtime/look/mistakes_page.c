/* mistakes_page.c - what was answered most wrongly, and labels in doubt, as pictures. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/look/mistakes.h"
#include "runtime/pictures/input.h"
#include "runtime/show/page.h"
#include "runtime/show/sheet.h"
#include "runtime/show/shown.h"
#include "runtime/show/target_view.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"

enum { LARGE = 160 };           /* pixels of the page that a picture takes in width, about */

static Shape input_shape(const Mistakes *mistakes)
{
    return mistakes->scoring->trained.job.input.shape;
}

/* An image with its texts. */
typedef struct {
    uint8_t *pixel;             /* [h][w][channels], truth and answer beside it where they are pictures; or NULL */
    int w, channels;
    const char *name, *file;    /* the path, and without its folders */
    const char *truth, *answer;
} Exhibit;

static const char *answer_words(const Mistakes *mistakes, const Judged *judged, const Shown *shown)
{
    if (!mistakes_of_classes(mistakes))
        return mistakes_words(mistakes, shown->answer);
    return arena_printf(mistakes->arena, "%s %.1f%%", mistakes->scoring->trained.class_name[judged->answer.class],
                        100 * judged->answer.probability);
}

static void draw(const Mistakes *mistakes, const Shown *shown, Exhibit *exhibit)
{
    const Job *job = &mistakes->scoring->trained.job;
    exhibit->pixel = shown_pictures(&mistakes->scoring->shelves, shown->sample.input, 1);
    exhibit->channels = input_shown(&job->input);
    exhibit->w = job->input.shape.w;
    if (shown_parts(job) == 1)
        return;
    uint8_t *all = shown_answered(&mistakes->scoring->shelves, exhibit->pixel, shown->sample.target, shown->answer);
    free(exhibit->pixel);
    exhibit->pixel = all;
    exhibit->channels = 3;
    exhibit->w = shown_width(exhibit->w, shown_parts(job));
}

static Exhibit exhibit_of(const Mistakes *mistakes, const Judged *judged)
{
    Shown shown = mistakes_shown(mistakes, judged->position);
    Exhibit exhibit = { .name = mistakes_name(mistakes, loader_item(mistakes->scoring->loader, judged->position)),
                        .truth = mistakes_words(mistakes, shown.sample.target),
                        .answer = answer_words(mistakes, judged, &shown) };
    const char *slash = strrchr(exhibit.name, '/');
    exhibit.file = slash ? slash + 1 : exhibit.name;
    if (!shape_is_vector(input_shape(mistakes)))
        draw(mistakes, &shown, &exhibit);
    mistakes_free(shown);
    return exhibit;
}

/* ---- the sheet ---- */

static const char *label_of(const Mistakes *mistakes, const Judged *judged, const Exhibit *exhibit)
{
    if (exhibit->truth && exhibit->answer)
        return arena_printf(mistakes->arena, "%s: %s", exhibit->truth, exhibit->answer);
    return arena_printf(mistakes->arena, "%.3g %s", judged->told, exhibit->file);
}

static void write_sheet(const Mistakes *mistakes, const char *path, const Exhibit *exhibit)
{
    Tile *tile = arena_array(mistakes->arena, Tile, mistakes->listed);
    for (int i = 0; i < mistakes->listed; i++)
        tile[i] = (Tile){ .pixel = exhibit[i].pixel, .h = input_shape(mistakes).h, .w = exhibit[i].w,
                          .c = exhibit[i].channels, .label = label_of(mistakes, &mistakes->judged[i], &exhibit[i]) };
    sheet_write(path, &(Sheet){
        .title = arena_printf(mistakes->arena, "%s: the worst answers", mistakes->scoring->trained.job.network),
        .subtitle = exhibit->truth ? "what is true: what was answered" : target_is_picture(&mistakes->scoring->trained.job)
                  ? "the picture, what is true of it, the answer" : NULL,
        .tile = tile, .tiles = mistakes->listed });
    printf("%s\n", path);
}

/* ---- the page ---- */

static void put_exhibit(const Mistakes *mistakes, Page *page, const Exhibit *exhibit, const char *caption,
                        const char *note)
{
    int w = input_shape(mistakes).w, times = w < LARGE ? (LARGE + w / 2) / w : 1;
    page_picture(page, input_shape(mistakes).h, exhibit->w, exhibit->channels, exhibit->pixel,
                 (PageFigure){ .alt = exhibit->name, .caption = caption, .note = note, .width = exhibit->w * times,
                               .crisp = times > 1 });
}

static const char *note_of(const Mistakes *mistakes, const Judged *judged, const Exhibit *exhibit)
{
    if (exhibit->answer)
        return arena_printf(mistakes->arena, "answered %s\n%s", exhibit->answer, exhibit->file);
    if (mistakes->scoring->trained.job.target.kind == TARGET_MASK)
        return arena_printf(mistakes->arena, "%.1f%% of its pixels are wrong", 100 * judged->error);
    return arena_printf(mistakes->arena, "off by %.4g", judged->told);
}

static void put_worst(const Mistakes *mistakes, Page *page, const Exhibit *exhibit)
{
    page_section(page, "worst", "The worst answers");
    if (!mistakes->listed) {
        page_text(page, "Nothing was answered wrongly.");
        return;
    }
    page_text(page, target_is_picture(&mistakes->scoring->trained.job)
              ? "The worst first: the picture, what is true of it, the answer."
              : "The worst first: what is true of it, what was answered.");
    page_grid_open(page, exhibit->channels == 3 && exhibit->w > input_shape(mistakes).w ? 3 * LARGE : LARGE);
    for (int i = 0; i < mistakes->listed; i++)
        put_exhibit(mistakes, page, &exhibit[i], exhibit[i].truth ? exhibit[i].truth : exhibit[i].file,
                    note_of(mistakes, &mistakes->judged[i], &exhibit[i]));
    page_box_close(page);
}

/* Of vectors there is nothing to see. */
static void put_rows(const Mistakes *mistakes, Page *page, const Exhibit *exhibit)
{
    page_section(page, "worst", "The worst answers");
    page_table_open(page, NULL, 4, (const PageCell[]){
        { .text = "row" }, { .text = "truth" }, { .text = "answer" }, { .text = "error", .number = true } });
    for (int i = 0; i < mistakes->listed; i++)
        page_row(page, 4, (const PageCell[]){
            { .text = exhibit[i].name, .head = true }, { .text = exhibit[i].truth }, { .text = exhibit[i].answer },
            { .text = arena_printf(mistakes->arena, "%.4g", mistakes->judged[i].told), .number = true } });
    page_table_close(page);
}

static void put_doubts(const Mistakes *mistakes, Page *page)
{
    enum { MOST = 48 };
    const char *const *name = mistakes->scoring->trained.class_name;
    if (mistakes_of_classes(mistakes) && !mistakes->knowledge.enough)
        page_note(page, "No label is doubted: %s.", mistakes_ignorance(mistakes));
    if (!mistakes->doubts || shape_is_vector(input_shape(mistakes)))
        return;
    page_section(page, "labels", "Labels that are likely wrong");
    page_text(page, "The network, which never learned from these, is as sure of another class as it usually is where that "
              "is the label (confident learning, Northcutt et al., 2021). Look before you change one: it may be the network "
              "that errs.");
    page_grid_open(page, LARGE);
    for (long i = 0; i < mistakes->doubts && i < MOST; i++) {
        const Doubt *doubt = &mistakes->doubt[i];
        Exhibit exhibit = exhibit_of(mistakes, &(Judged){ .position = doubt->at });
        put_exhibit(mistakes, page, &exhibit,
                    arena_printf(mistakes->arena, "%s rather than %s", name[doubt->likely], name[doubt->label]),
                    exhibit.file);
        free(exhibit.pixel);
    }
    page_box_close(page);
}

/* ---- what is there twice ---- */

/* An item's picture as people see it, or NULL where it was no bytes, or is gone; to be freed. */
static uint8_t *stored_picture(const Mistakes *mistakes, PartKind part, long item)
{
    const JobInput *input = &mistakes->scoring->trained.job.input;
    const Shelf *shelf = mistakes->scoring->shelves.shelf[part];
    long pixels = (long)input->shape.h * input->shape.w, size = pixels * input->shape.c;
    char reason[REASON_ROOM];
    if (!shelf_has_bytes(shelf) || input_shown(input) != input->shape.c)
        return NULL;
    void *room = need_memory(shelf_room(shelf));
    const uint8_t *stored = shelf_picture(shelf, item, room, reason);
    uint8_t *copy = stored ? memcpy(need_memory((size_t)size), stored, (size_t)size) : NULL;
    if (copy && input_is_reversed(input))
        input_reverse(copy, pixels, sizeof *copy);
    free(room);
    return copy;
}

static void put_stored(const Mistakes *mistakes, Page *page, PartKind part, long item)
{
    const char *name = mistakes_name(mistakes, &mistakes->scoring->dataset->part[part].item[item]);
    Exhibit exhibit = { .pixel = stored_picture(mistakes, part, item), .w = input_shape(mistakes).w,
                        .channels = input_shape(mistakes).c, .name = name };
    if (exhibit.pixel)
        put_exhibit(mistakes, page, &exhibit, part_word[part], name);
    else
        page_text(page, "%s: %s", part_word[part], name);
    free(exhibit.pixel);
}

static void put_twins(const Mistakes *mistakes, Page *page)
{
    enum { MOST = 24 };
    if (!mistakes->twins)
        return;
    page_section(page, "twins", "In another part as well");
    page_text(page, "Each was held out, but shows what the one behind it shows, or nearly: what is measured on it was "
              "known before. One of the two should go.");
    page_grid_open(page, LARGE);
    for (long i = 0; i < mistakes->twins && i < MOST; i++) {
        put_stored(mistakes, page, mistakes->scoring->part, mistakes->twin[i].item);
        put_stored(mistakes, page, mistakes->twin[i].part, mistakes->twin[i].other);
    }
    page_box_close(page);
}

static void write_page(const Mistakes *mistakes, const char *path, const Exhibit *exhibit)
{
    const Scoring *scoring = mistakes->scoring;
    Page *page = page_open(arena_printf(mistakes->arena, "%s: mistakes", scoring->trained.job.network),
                           arena_printf(mistakes->arena, "%ld of %ld in the part for %s, by %s", mistakes->wrong,
                                        mistakes->count, part_word[scoring->part], scoring->trained.checkpoint->path));
    if (shape_is_vector(input_shape(mistakes)))
        put_rows(mistakes, page, exhibit);
    else
        put_worst(mistakes, page, exhibit);
    put_doubts(mistakes, page);
    put_twins(mistakes, page);
    if (!page_close(page, path))
        fault("cannot write %s: %s", path, strerror(errno));
    printf("%s\n", path);
}

void mistakes_write(const Mistakes *mistakes, const char *folder)
{
    Exhibit *exhibit = arena_array(mistakes->arena, Exhibit, mistakes->listed);
    for (int i = 0; i < mistakes->listed; i++)
        exhibit[i] = exhibit_of(mistakes, &mistakes->judged[i]);
    make_folder(folder);
    if (mistakes->listed && exhibit->pixel)
        write_sheet(mistakes, arena_printf(mistakes->arena, "%s/mistakes.png", folder), exhibit);
    write_page(mistakes, arena_printf(mistakes->arena, "%s/mistakes.html", folder), exhibit);
    for (int i = 0; i < mistakes->listed; i++)
        free(exhibit[i].pixel);
}
