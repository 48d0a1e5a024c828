/* dataset_arrays.c - inputs and targets in arrays: classes are numbers, which the card may name. */

#include <stdlib.h>
#include <unistd.h>

#include "runtime/data/arrays.h"
#include "runtime/data/dataset_build.h"

/* One more than the highest class of a part. */
static int classes_in(const DataPart *part)
{
    int classes = 0;
    for (long i = 0; i < part->items; i++)
        if (part->item[i].class >= classes)
            classes = part->item[i].class + 1;
    return classes;
}

/* Opens the arrays of a part, or reports what is wrong with them. */
static Arrays *open_arrays(DatasetBuild *build, PartKind kind)
{
    const Job *job = build->set.job;
    const char *const *path = job->data.part[kind].path;
    int files = job->data.part[kind].paths;
    char *full[2] = { NULL, NULL };
    const char *reason[2];
    for (int i = 0; i < files; i++)
        full[i] = dataset_path(&build->set, path[i]);
    Arrays *arrays = arrays_open(build->arena, full[0], full[1], job, build->outputs, reason);
    for (int i = 0; i < files; i++) {
        if (reason[i])
            dataset_mistake(build, dataset_path_place(&build->set, kind, i), "%s%s", reason[i],
                            access(full[i], F_OK) ? dataset_hint(&build->set, path[i]) : "");
        free(full[i]);
    }
    return arrays;
}

static void fill_part(DatasetBuild *build, PartKind kind)
{
    const JobData *data = &build->set.job->data;
    DataPart *part = &build->set.part[kind];
    int files = data->part[kind].paths;
    if (files != (data->target_is_input ? 1 : 2)) {
        const char *wanted = data->target_is_input ? "one file where the input is its own target"
                                                   : "two files, inputs and targets";
        dataset_mistake(build, dataset_part_place(&build->set, kind), "arrays are %s, but here %s %d", wanted,
                        files == 1 ? "is" : "are", files);
        return;
    }
    part->arrays = open_arrays(build, kind);
    if (!part->arrays)
        return;
    part->floats = !arrays_are_bytes(part->arrays);
    part->items = arrays_rows(part->arrays);
    part->item = arena_array(build->arena, Item, part->items);
    for (long i = 0; i < part->items; i++)
        part->item[i] = (Item){
            .index = i, .source = data->part[kind].path[0], .number = i, .class = arrays_class(part->arrays, i),
            .values = arrays_row(part->arrays, i), .target = arrays_target(part->arrays, i),
        };
}

/* The card's names, or as many numbers as there are classes or the network tells apart: none of numbers. */
static void name_classes(DatasetBuild *build)
{
    const Dataset *set = &build->set;
    const JobData *data = &set->job->data;
    int found = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        int classes = classes_in(&set->part[part]);
        if (data->classes && classes > data->classes)
            dataset_mistake(build, dataset_path_place(&build->set, (PartKind)part, 1),
                            "'%s' holds class %d, but the card names %d, from 0",
                            data->part[part].path[1], classes - 1, data->classes);
        if (classes > found)
            found = classes;
    }
    dataset_number_classes(build, found > build->outputs ? found : build->outputs);
}

void dataset_open_arrays(DatasetBuild *build)
{
    for (int part = 0; part < PART_COUNT; part++)
        if (build->set.job->data.part[part].paths)
            fill_part(build, (PartKind)part);
    if (!build->mistakes)
        name_classes(build);
}
