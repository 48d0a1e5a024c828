/* report_pictures.c - images with their answers: the worst of those held out, and what the network learns from. */

#include <stdlib.h>

#include "runtime/data/augment.h"
#include "runtime/pictures/input.h"
#include "runtime/report/report_leaf.h"
#include "runtime/show/shown.h"
#include "runtime/show/target_view.h"

enum { MOST_COLOURS = 20 };     /* of classes that a legend tells */

/* ---- figures ---- */

void leaf_picture(const Leaf *leaf, const uint8_t *picture, int across, int channels, PageFigure figure)
{
    Shape shape = leaf->training->program->job.input.shape;
    int times = shape.w < LEAF_WIDTH ? (LEAF_WIDTH + shape.w / 2) / shape.w : 1;
    figure.width = shown_width(shape.w, across) * times;
    figure.crisp = times > 1;
    page_picture(leaf->page, shape.h, shown_width(shape.w, across), channels, picture, figure);
}

/* Of a mask, or of numbers. */
static const char *error_text(const Leaf *leaf, const Reviewed *image)
{
    if (leaf->training->program->job.target.kind == TARGET_MASK)
        return arena_printf(leaf->arena, "%.1f %% of its pixels are wrong", 100 * image->error);
    return arena_printf(leaf->arena, "off by %.4g in the mean", image->error);
}

/* An image, and its answer as a picture. */
static void put_answered(const Leaf *leaf, const Reviewed *image)
{
    const Job *job = leaf->training->dataset->job;
    const char *name = leaf_name(leaf, image);
    void *answer = arena_alloc(leaf->arena, target_bytes(leaf->training->program));
    review_answer(leaf->training->program, image->output, answer);
    uint8_t *row = shown_answered(&leaf->training->shelves, image->shown, image->target, answer);
    leaf_picture(leaf, row, shown_parts(job), 3, (PageFigure){
        .alt = arena_printf(leaf->arena, job->data.target_is_input ? "%s, and what came out for it"
                                                                   : "%s, what is true of it, and the answer", name),
        .caption = name, .note = error_text(leaf, image) });
    free(row);
}

/* An image, and its answer in words. */
static void put_told(const Leaf *leaf, const Reviewed *image)
{
    const char *name = leaf_name(leaf, image), *truth = leaf_truth(leaf, image), *answer = leaf_answer(leaf, image);
    leaf_picture(leaf, image->shown, 1, input_shown(&leaf->training->program->job.input), (PageFigure){
        .alt = truth ? arena_printf(leaf->arena, "%s: %s", name, truth) : name,
        .caption = truth, .note = answer ? arena_printf(leaf->arena, "answered %s\n%s", answer, name) : name });
}

void leaf_figure(const Leaf *leaf, const Reviewed *image)
{
    (shown_parts(leaf->training->dataset->job) > 1 ? put_answered : put_told)(leaf, image);
}

/* Which colour means which class of a mask. */
static void write_legend(const Leaf *leaf)
{
    const Dataset *set = leaf->training->dataset;
    uint8_t colour[MOST_COLOURS][3];
    PageCell cell[MOST_COLOURS];
    if (set->job->target.kind != TARGET_MASK || set->classes > MOST_COLOURS)
        return;
    for (int i = 0; i < set->classes; i++) {
        target_colour(i, colour[i]);
        cell[i] = (PageCell){ .text = set->class_name[i], .fill = colour[i] };
    }
    page_table_open(leaf->page, NULL, 0, NULL);
    page_row(leaf->page, set->classes, cell);
    page_table_close(leaf->page);
}

/* ---- the worst ---- */

/* Of vectors there is nothing to see but their numbers. */
static void write_rows(const Leaf *leaf)
{
    page_table_open(leaf->page, NULL, 4, (const PageCell[]){
        { .text = "row" }, { .text = "truth" }, { .text = "answer" }, { .text = "error", .number = true } });
    for (int i = 0; i < leaf->review->worsts; i++) {
        const Reviewed *image = &leaf->review->worst[i];
        page_row(leaf->page, 4, (const PageCell[]){
            { .text = leaf_name(leaf, image), .head = true }, { .text = leaf_truth(leaf, image) },
            { .text = leaf_answer(leaf, image) },
            { .text = arena_printf(leaf->arena, "%.4g", image->error), .number = true } });
    }
    page_table_close(leaf->page);
}

void report_on_mistakes(const Leaf *leaf)
{
    if (!leaf->review || !leaf->review->worsts)
        return;
    page_section(leaf->page, "mistakes", "Worst answers");
    static const char *const text[] = {
        "Those that add most to the loss, the worst first.",
        "Those that are farthest from what went in, the worst first: what went in, what came out.",
        "Those that are farthest from the truth, the worst first: the picture, what is true of it, the answer.",
    };
    page_text(leaf->page, "%s Answered %s.", text[shown_parts(leaf->training->dataset->job) - 1], leaf_weights(leaf));
    if (shape_is_vector(leaf->training->program->job.input.shape)) {
        write_rows(leaf);
        return;
    }
    write_legend(leaf);
    page_grid_open(leaf->page, LEAF_WIDTH * shown_parts(leaf->training->dataset->job));
    for (int i = 0; i < leaf->review->worsts; i++)
        leaf_figure(leaf, &leaf->review->worst[i]);
    page_box_close(leaf->page);
}

/* ---- what it learns from ---- */

/* "rotate, shift, mixup"; "" where nothing is changed. */
static const char *augmentation(const Leaf *leaf)
{
    const Job *job = &leaf->training->program->job;
    const char *text = "";
    for (int i = 0; i < job->augments; i++)
        text = arena_printf(leaf->arena, "%s%s%s", text, *text ? ", " : "", augment_word[job->augment[i].kind]);
    if (job->mixup != 0)
        text = arena_printf(leaf->arena, "%s%smixup", text, *text ? ", " : "");
    if (job->cutmix != 0)
        text = arena_printf(leaf->arena, "%s%scutmix", text, *text ? ", " : "");
    return text;
}

void report_on_batch(const Leaf *leaf)
{
    const Job *job = leaf->training->dataset->job;
    bool beside = shown_has_target(job);
    if (!leaf->trainees)
        return;
    page_section(leaf->page, "batch", "A training batch");
    const char *changes = augmentation(leaf);
    if (*changes)
        page_text(leaf->page, "As the network gets it; drawn anew each time: %s.", changes);
    else
        page_text(leaf->page, "As the network gets it; nothing is augmented.");
    page_grid_open(leaf->page, beside ? 2 * LEAF_WIDTH : LEAF_WIDTH);
    for (int i = 0; i < leaf->trainees; i++) {
        const char *text = leaf->trainee[i].text;
        leaf_picture(leaf, leaf->trainee[i].picture, beside ? 2 : 1, beside ? 3 : input_shown(&job->input),
                    (PageFigure){ .alt = text ? text : "a picture, and what is true of it", .caption = text });
    }
    page_box_close(leaf->page);
}
