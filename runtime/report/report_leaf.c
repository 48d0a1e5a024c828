#include "runtime/report/report_leaf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/network/answer.h"
#include "runtime/show/target_view.h"

enum { SHOWN_NUMBERS = 8 };     /* of a target that is numbers */

const char *leaf_class(const Leaf *leaf, int class)
{
    const Dataset *set = leaf->training->dataset;
    return class < set->classes ? set->class_name[class] : arena_printf(leaf->arena, "%d", class);
}

const char *leaf_count(const Leaf *leaf, long count)
{
    const char *word = item_word(&leaf->training->program->job.data);
    return arena_printf(leaf->arena, "%s %s%s", grouped_text(leaf->arena, count), word, plural(count));
}

const char *leaf_weights(const Leaf *leaf)
{
    const Standing *standing = &leaf->training->standing;
    return arena_printf(leaf->arena, leaf->best ? "by the best weights, those of epoch %" PRIu64 : "after epoch %" PRIu64,
                        leaf->best ? standing->best_epoch : standing->epoch);
}

static const char *numbers_text(const Leaf *leaf, const float *number)
{
    const Job *job = &leaf->training->program->job;
    const char *text = "";
    int count = job->target.shape.c;
    for (int i = 0; i < count && i < SHOWN_NUMBERS; i++)
        text = arena_printf(leaf->arena, "%s%s%.6g", text, i ? ", " : "", metrics_in_unit(job, i, number[i]));
    return count > SHOWN_NUMBERS ? arena_printf(leaf->arena, "%s, ...", text) : text;
}

/* A target, or an answer in its form. */
static const char *target_words(const Leaf *leaf, const void *target)
{
    const Job *job = leaf->training->dataset->job;
    if (!shape_is_vector(job->target.shape))
        return NULL;
    if (job->target.kind == TARGET_NUMBERS)
        return numbers_text(leaf, target);
    char *text = target_text(leaf->training->dataset, target, 0);
    const char *copy = *text ? arena_printf(leaf->arena, "%s", text) : "none";
    free(text);
    return copy;
}

const char *leaf_truth(const Leaf *leaf, const Reviewed *image)
{
    return target_words(leaf, image->target);
}

const char *leaf_answer(const Leaf *leaf, const Reviewed *image)
{
    const Program *program = leaf->training->program;
    if (program->job.target.kind != TARGET_CLASS)
        return target_words(leaf, image->output);
    Answer answer = answer_of(program, image->output);
    return arena_printf(leaf->arena, "%s, %.1f %%", leaf_class(leaf, answer.class), 100 * answer.probability);
}

const char *leaf_name(const Leaf *leaf, const Reviewed *image)
{
    const char *name = dataset_item_name(leaf->arena, image->item), *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}
