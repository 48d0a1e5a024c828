/* report_pictures.c - images with their answers: the worst of those held out, and what the network learns from. */

#include <stdlib.h>

#include "runtime/augment.h"
#include "runtime/input.h"
#include "runtime/report_leaf.h"
#include "runtime/shown.h"
#include "runtime/target_view.h"

enum { LARGE = 160 };           /* pixels of the page that a picture takes in width, about */

/* ---- figures ---- */

/* A picture in its own size, or where it is small enlarged by a whole number; `across` of them side by side. */
static void put_picture(const Leaf *leaf, const uint8_t *picture, int across, int channels, PageFigure figure)
{
    Shape shape = leaf->training->program->job.input.shape;
    int times = shape.w < LARGE ? (LARGE + shape.w / 2) / shape.w : 1;
    figure.width = shape.w * times * across;
    figure.crisp = times > 1;
    page_picture(leaf->page, shape.h, shape.w * across, channels, picture, figure);
}

void leaf_figure(const Leaf *leaf, const Reviewed *image)
{
    const Program *program = leaf->training->program;
    const Job *job = leaf->training->dataset->job;
    const char *name = leaf_name(leaf, image);
    if (target_is_picture(job)) {
        void *answer = arena_alloc(leaf->arena, target_bytes(program));
        review_answer(program, image->output, answer);
        uint8_t *all = shown_beside(job, image->shown, (const void *const[]){ image->target, answer }, 2);
        put_picture(leaf, all, 3, 3, (PageFigure){
            .alt = arena_printf(leaf->arena, "%s, what is true of it, and the answer", name), .caption = name,
            .note = job->target.kind == TARGET_MASK
                  ? arena_printf(leaf->arena, "%.1f %% of its pixels are wrong", 100 * image->error)
                  : arena_printf(leaf->arena, "off by %.4g", image->error) });
        free(all);
    } else {
        const char *truth = leaf_truth(leaf, image), *answer = leaf_answer(leaf, image);
        put_picture(leaf, image->shown, 1, input_shown(&job->input), (PageFigure){
            .alt = truth ? arena_printf(leaf->arena, "%s: %s", name, truth) : name,
            .caption = truth, .note = answer ? arena_printf(leaf->arena, "answered %s\n%s", answer, name) : name });
    }
}

/* As wide as a figure's picture. */
static int figure_width(const Leaf *leaf)
{
    return target_is_picture(leaf->training->dataset->job) ? 3 * LARGE : LARGE;
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
    page_text(leaf->page, target_is_picture(leaf->training->dataset->job)
        ? "Those that are farthest from the truth, the worst first: the picture, what is true of it, the answer."
        : "Those that add most to the loss, the worst first.");
    if (shape_is_vector(leaf->training->program->job.input.shape)) {
        write_rows(leaf);
        return;
    }
    page_grid_open(leaf->page, figure_width(leaf));
    for (int i = 0; i < leaf->review->worsts; i++)
        leaf_figure(leaf, &leaf->review->worst[i]);
    page_grid_close(leaf->page);
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
    bool beside = target_is_picture(job);
    if (!leaf->trainees)
        return;
    page_section(leaf->page, "batch", "A training batch");
    const char *changes = augmentation(leaf);
    if (*changes)
        page_text(leaf->page, "As the network gets it; drawn anew each time: %s.", changes);
    else
        page_text(leaf->page, "As the network gets it; nothing is augmented.");
    page_grid_open(leaf->page, beside ? 2 * LARGE : LARGE);
    for (int i = 0; i < leaf->trainees; i++) {
        const char *text = leaf->trainee[i].text;
        put_picture(leaf, leaf->trainee[i].picture, beside ? 2 : 1, beside ? 3 : input_shown(&job->input),
                    (PageFigure){ .alt = text ? text : "a picture, and what is true of it", .caption = text });
    }
    page_grid_close(leaf->page);
}
