/* dataset_arrays.c - pictures in arrays: their classes are numbers, which the card may name. */

#include <stdlib.h>
#include <unistd.h>

#include "runtime/arrays.h"
#include "runtime/dataset_build.h"

/* One more than the highest class of a part. */
static int classes_in(const DataPart *part)
{
    int classes = 0;
    for (long i = 0; i < part->items; i++)
        if (part->item[i].class >= classes)
            classes = part->item[i].class + 1;
    return classes;
}

static void fill_part(DatasetBuild *build, PartKind kind)
{
    const Job *job = build->set.job;
    const JobPart *from = &job->data.part[kind];
    DataPart *part = &build->set.part[kind];
    if (from->paths != 2) {
        dataset_mistake(build, dataset_part_place(build, kind),
                        "arrays are two files, pictures and their classes, but here %s %d",
                        from->paths == 1 ? "is" : "are", from->paths);
        return;
    }
    char *pictures = dataset_path(&build->set, from->path[0]);
    char *classes = dataset_path(&build->set, from->path[1]);
    const char *reason[2];
    part->arrays = arrays_open(build->arena, pictures, classes, &job->input, reason);
    for (int i = 0; i < 2; i++) {
        bool absent = access(i ? classes : pictures, F_OK) != 0;
        if (reason[i])
            dataset_mistake(build, dataset_part_place(build, kind), "%s%s", reason[i],
                            absent ? dataset_hint(&build->set, from->path[i]) : "");
    }
    free(pictures);
    free(classes);
    if (!part->arrays)
        return;
    part->items = arrays_rows(part->arrays);
    part->item = arena_array(build->arena, Item, part->items);
    for (long i = 0; i < part->items; i++)
        part->item[i] = (Item){ .index = i, .class = arrays_class(part->arrays, i) };
}

/* The card's names, or as many numbers as there are classes or the network tells apart. */
static void name_classes(DatasetBuild *build)
{
    Dataset *set = &build->set;
    const JobData *data = &set->job->data;
    int found = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        int classes = classes_in(&set->part[part]);
        if (data->classes && classes > data->classes)
            dataset_mistake(build, dataset_part_place(build, (PartKind)part),
                            "'%s' holds class %d, but the card names %d, from 0",
                            data->part[part].path[1], classes - 1, data->classes);
        if (classes > found)
            found = classes;
    }
    set->classes = data->classes ? data->classes : found > build->outputs ? found : build->outputs;
    set->class_name = arena_array(build->arena, const char *, set->classes);
    for (int i = 0; i < set->classes; i++)
        set->class_name[i] = data->classes ? data->class[i].name
                                           : arena_printf(build->arena, "%d", i);
}

void dataset_open_arrays(DatasetBuild *build)
{
    for (int part = 0; part < PART_COUNT; part++)
        if (build->set.job->data.part[part].paths)
            fill_part(build, (PartKind)part);
    if (!build->mistakes)
        name_classes(build);
}
