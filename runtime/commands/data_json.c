#include "runtime/commands/data_json.h"

#include <stdlib.h>

#include "base/arena.h"
#include "runtime/data/damage.h"
#include "runtime/data/data_counts.h"
#include "runtime/data/measure.h"
#include "runtime/system/json_text.h"

/* ---- counts ---- */

static json_t *classes_json(const Shelves *shelves, PartKind part)
{
    const Dataset *set = shelves->dataset;
    json_t *classes = json_object();
    for (int class = 0; class < set->classes; class++)
        json_put(classes, set->class_name[class], json_integer(data_count(shelves, part, class, false)));
    return classes;
}

static void put_pixels(json_t *object, const Shelves *shelves, PartKind part)
{
    const Dataset *set = shelves->dataset;
    long count[PIXEL_VALUES];
    json_t *pixels = json_object();
    shelf_count_pixels(shelves->shelf[part], count);
    for (int class = 0; class < set->classes; class++)
        json_put(pixels, set->class_name[class], json_integer(count[class]));
    json_put(object, "pixels", pixels);
    json_put(object, "left_out", json_integer(count[MASK_LEFT_OUT]));
}

static json_t *parts_json(const Shelves *shelves)
{
    const Dataset *set = shelves->dataset;
    json_t *parts = json_object();
    for (PartKind part = 0; part < PART_COUNT; part++) {
        if (!set->part[part].items)
            continue;
        json_t *object = json_object();
        json_put(object, "total", json_integer(data_count(shelves, part, ANY_CLASS, false)));
        if (dataset_has_pixels(set->job))
            put_pixels(object, shelves, part);
        else if (set->classes)
            json_put(object, dataset_has_labels(set->job) ? "labels" : "classes", classes_json(shelves, part));
        json_put(parts, part_word[part], object);
    }
    return parts;
}

static json_t *weights_json(const Dataset *set)
{
    json_t *weights = json_object();
    for (int class = 0; class < set->classes; class++)
        json_put(weights, set->class_name[class], json_number((double)set->class_weight[class]));
    return weights;
}

/* ---- numbers ---- */

static json_t *targets_json(const Shelves *shelves)
{
    const Job *job = shelves->dataset->job;
    const JobTable *table = &job->data.table;
    json_t *targets = json_object();
    for (int column = 0; column < data_columns(job); column++) {
        DataNumbers numbers = data_numbers(shelves, column);
        json_t *object = json_object();
        json_put(object, "least", json_number(numbers.least));
        json_put(object, "mean", json_number(numbers.mean));
        json_put(object, "std", json_number(data_deviation(&numbers)));
        json_put(object, "most", json_number(numbers.most));
        json_put(targets, table->targets ? table->target[column] : "all numbers", object);
    }
    return targets;
}

static json_t *numbers_json(const double *number, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_add(list, json_number(number[i]));
    return list;
}

static json_t *measured_json(const JobInput *input)
{
    json_t *measured = json_object();
    json_put(measured, "mean", numbers_json(input->mean, input->shape.c));
    json_put(measured, "std", numbers_json(input->std, input->shape.c));
    return measured;
}

static json_t *channels_json(const ChannelFacts *facts, const Dataset *set)
{
    Arena *arena = arena_open();
    json_t *channels = json_array();
    for (int c = 0; c < set->job->input.shape.c; c++) {
        json_t *object = json_object();
        json_put(object, "name", json_text(channel_name(arena, set, c)));
        json_put(object, "least", json_number(facts[c].least));
        json_put(object, "mean", json_number(facts[c].mean));
        json_put(object, "std", json_number(facts[c].deviation));
        json_put(object, "most", json_number(facts[c].most));
        json_add(channels, object);
    }
    arena_close(arena);
    return channels;
}

/* ---- files ---- */

static json_t *size_json(const DataSize *size)
{
    json_t *object = json_object();
    json_put(object, "height", json_integer(size->h));
    json_put(object, "width", json_integer(size->w));
    return object;
}

static json_t *file_json(const DataSize *size)
{
    json_t *object = size_json(size);
    json_put(object, "file", json_text(size->path));
    return object;
}

static void put_sizes(json_t *line, const Shelves *shelves)
{
    long count, times;
    DataSize *list = data_sizes(shelves, &count);
    if (count) {
        json_t *sizes = json_object(), *common = size_json(data_common_size(list, count, &times));
        json_put(common, "count", json_integer(times));
        json_put(sizes, "smallest", file_json(list));
        json_put(sizes, "largest", file_json(&list[count - 1]));
        json_put(sizes, "most_common", common);
        json_put(line, "sizes", sizes);
    }
    free(list);
}

static json_t *damaged_json(const Shelves *shelves)
{
    json_t *damaged = json_array();
    for (PartKind part = 0; part < PART_COUNT; part++) {
        const Seen *seen = shelf_seen(shelves->shelf[part]);
        for (long i = 0; seen && i < shelves->dataset->part[part].items; i++) {
            if (!seen[i].reason)
                continue;
            json_t *object = json_object();
            json_put(object, "file", json_text(shelves->dataset->part[part].item[i].path));
            json_put(object, "part", json_text(part_word[part]));
            json_put(object, "reason", json_text(seen[i].reason));
            json_add(damaged, object);
        }
    }
    return damaged;
}

/* ---- copies ---- */

static json_t *alike_item_json(Arena *arena, const Alike *alike, long i, const Dataset *set)
{
    const AlikeItem *is = &alike->item[i];
    json_t *object = json_object();
    json_put(object, "part", json_text(part_word[is->part]));
    json_put(object, "file", json_text(dataset_item_name(arena, &set->part[is->part].item[is->item])));
    if (!alike_begins(alike, i)) {
        json_put(object, "same", json_boolean(alike_is_same(alike, i)));
        json_put(object, "another_class", json_boolean(alike_is_of_another_class(alike, i, set)));
    }
    return object;
}

static json_t *alike_json(const Alike *alike, const Dataset *set)
{
    Arena *arena = arena_open();
    json_t *groups = json_array(), *items = NULL;
    for (long i = 0; i < alike->items; i++) {
        if (alike_begins(alike, i)) {
            json_t *group = json_object();
            json_put(group, "across", json_boolean(alike->item[i].group < alike->across));
            json_put(group, "items", items = json_array());
            json_add(groups, group);
        }
        json_add(items, alike_item_json(arena, alike, i, set));
    }
    arena_close(arena);
    return groups;
}

json_t *data_json(const Shelves *shelves, const ChannelFacts *facts, const Alike *alike)
{
    const Dataset *set = shelves->dataset;
    const Job *job = set->job;
    char common[REASON_ROOM];
    json_t *line = json_object();
    json_put(line, "network", json_text(job->network));
    json_put(line, "parts", parts_json(shelves));
    if (set->classes && set->class_weight)
        json_put(line, "weights", weights_json(set));
    if (job->target.kind == TARGET_NUMBERS && !job->data.target_is_input)
        json_put(line, "targets", targets_json(shelves));
    if (is_measured(&job->input))
        json_put(line, "measured", measured_json(&job->input));
    put_sizes(line, shelves);
    json_put(line, "damaged", damaged_json(shelves));
    if (damage_in_common(shelves, common))
        json_put(line, "in_common", json_text(common));
    json_put(line, "refused", json_boolean(shelves_refused(shelves)));
    json_put(line, "channels", channels_json(facts, set));
    json_put(line, "alike", alike_json(alike, set));
    json_put(line, "passed_over", json_integer(set->passed_over));
    return line;
}
