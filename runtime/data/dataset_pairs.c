/* dataset_pairs.c - pictures and their masks, in two folders: a picture and the mask of its name, without
 * suffix, belong together. */

#include <stdlib.h>
#include <string.h>

#include "runtime/data/dataset_build.h"

/* A file below one of the two folders, and how much of its path is its name without suffix. */
typedef struct {
    const char *path;
    size_t stem;
} Named;

static size_t stem_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return dot && dot > name ? (size_t)(dot - path) : strlen(path);
}

static int compare_stems(const Named *a, const Named *b)
{
    size_t shorter = a->stem < b->stem ? a->stem : b->stem;
    int difference = memcmp(a->path, b->path, shorter);
    return difference ? difference : (a->stem > b->stem) - (a->stem < b->stem);
}

static int by_stem(const void *a, const void *b)
{
    return compare_stems(a, b);
}

/* The files of a folder by their stems, [list->files]. */
static Named *sort_names(DatasetBuild *build, const FolderList *list)
{
    Named *named = arena_array(build->arena, Named, list->files);
    for (int i = 0; i < list->files; i++)
        named[i] = (Named){ list->file[i], stem_of(list->file[i]) };
    if (list->files)
        qsort(named, (size_t)list->files, sizeof *named, by_stem);
    return named;
}

/* Of the files of a part's folder, 0 or 1. */
static void tell(DatasetBuild *build, PartKind kind, const Misfits *misfits, int folder, const char *what)
{
    if (misfits->count)
        dataset_mistake(build, dataset_path_place(&build->set, kind, folder), "%ld file%s of '%s' %s %s: %s", misfits->count,
                        plural(misfits->count), build->set.job->data.part[kind].path[folder], misfits->count == 1 ? "has" : "have", what,
                        misfits_text(build, misfits));
}

/* Two files of one folder that differ in their suffixes alone. */
static void check_stems(DatasetBuild *build, PartKind kind, int folder, const Named *named, int files)
{
    Misfits same = { 0 };
    for (int i = 1; i < files; i++)
        if (!compare_stems(&named[i - 1], &named[i]))
            misfit(build, &same, arena_printf(build->arena, "'%s'", named[i].path));
    tell(build, kind, &same, folder, "the name of another, but for the suffix");
}

static void match(DatasetBuild *build, PartKind kind, const FolderList list[2])
{
    const char *const *folder = build->set.job->data.part[kind].path;
    DataPart *part = &build->set.part[kind];
    Named *picture = sort_names(build, &list[0]), *mask = sort_names(build, &list[1]);
    check_stems(build, kind, 0, picture, list[0].files);
    check_stems(build, kind, 1, mask, list[1].files);
    if (build->mistakes)
        return;
    Misfits alone[2] = { { 0 } };
    part->item = arena_array(build->arena, Item, list[0].files);
    for (int i = 0, j = 0; i < list[0].files || j < list[1].files; ) {
        int order = i == list[0].files ? 1 : j == list[1].files ? -1 : compare_stems(&picture[i], &mask[j]);
        if (order == 0)
            part->item[part->items++] = (Item){
                .path = folder_join(build->arena, folder[0], picture[i].path),
                .mask = folder_join(build->arena, folder[1], mask[j].path), .class = NO_CLASS,
            };
        else
            misfit(build, &alone[order > 0],
                   arena_printf(build->arena, "'%s'", order < 0 ? picture[i].path : mask[j].path));
        i += order <= 0;
        j += order >= 0;
    }
    tell(build, kind, &alone[0], 0, arena_printf(build->arena, "no mask in '%s'", folder[1]));
    tell(build, kind, &alone[1], 1, arena_printf(build->arena, "no picture in '%s'", folder[0]));
    dataset_sort(part);
}

/* Which class a pixel's value is. */
static void number_pixels(DatasetBuild *build)
{
    Dataset *set = &build->set;
    const JobData *data = &set->job->data;
    uint8_t *class_of = arena_array(build->arena, uint8_t, PIXEL_VALUES);
    for (int value = 0; value < PIXEL_VALUES; value++)
        class_of[value] = data->classes || value >= set->classes ? MASK_UNKNOWN : (uint8_t)value;
    for (int class = 0; class < data->classes; class++)
        for (int i = 0; i < data->class[class].values; i++)
            class_of[data->class[class].value[i]] = (uint8_t)class;
    if (data->ignores)
        class_of[data->ignore] = MASK_LEFT_OUT;
    set->class_of_pixel = class_of;
}

void dataset_open_pairs(DatasetBuild *build)
{
    const JobData *data = &build->set.job->data;
    FolderList *list[PART_COUNT];
    for (PartKind part = 0; part < PART_COUNT; part++) {
        list[part] = dataset_list_part(build, part);
        if (data->part[part].paths && data->part[part].paths != 2)
            dataset_mistake(build, dataset_part_place(&build->set, part),
                            "pairs are two folders, pictures and their masks");
    }
    if (build->mistakes)
        return;
    dataset_number_classes(build, build->outputs);
    number_pixels(build);
    for (PartKind part = 0; part < PART_COUNT; part++) {
        if (!data->part[part].paths)
            continue;
        match(build, part, list[part]);
        if (!build->mistakes && !build->set.part[part].items)
            dataset_mistake(build, dataset_path_place(&build->set, part, 0), "'%s' holds no files",
                            data->part[part].path[0]);
    }
    dataset_check_shared(build);
}
