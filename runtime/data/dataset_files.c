/* dataset_files.c - what the kinds of data whose pictures are files share. */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/data/dataset_build.h"

static int by_path(const void *a, const void *b)
{
    return strcmp(((const Item *)a)->path, ((const Item *)b)->path);
}

void dataset_sort(DataPart *part)
{
    if (part->items)
        qsort(part->item, (size_t)part->items, sizeof *part->item, by_path);
}

/* ---- files of two parts ---- */

typedef struct {
    dev_t device;
    ino_t inode;
    PartKind part;
    const char *path;
} Known;

static int by_file(const void *left, const void *right)
{
    const Known *a = left, *b = right;
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    if (a->inode != b->inode)
        return a->inode < b->inode ? -1 : 1;
    return (a->part > b->part) - (a->part < b->part);
}

/* All files of all parts that are there, sorted so that names of one file stand together. */
static Known *list_known(DatasetBuild *build, long *count)
{
    long room = 0;
    for (int part = 0; part < PART_COUNT; part++)
        room += build->set.part[part].items;
    Known *known = arena_array(build->arena, Known, room);
    *count = 0;
    for (PartKind part = 0; part < PART_COUNT; part++) {
        for (long i = 0; i < build->set.part[part].items; i++) {
            const char *name = build->set.part[part].item[i].path;
            char *path = dataset_path(&build->set, name);
            struct stat status;
            if (stat(path, &status) == 0)
                known[(*count)++] = (Known){ status.st_dev, status.st_ino, part, name };
            free(path);
        }
    }
    if (*count)
        qsort(known, (size_t)*count, sizeof *known, by_file);
    return known;
}

/* One folder may lie in the other, or a link lead there. */
void dataset_check_shared(DatasetBuild *build)
{
    const JobData *data = &build->set.job->data;
    if (!data->part[PART_VALIDATION].paths && !data->part[PART_TEST].paths)
        return;                 /* all that there is was listed once */
    long count, shared = 0;
    const Known *known = list_known(build, &count), *first = NULL;
    for (long i = 1; i < count; i++) {
        bool same = known[i].device == known[i - 1].device && known[i].inode == known[i - 1].inode;
        if (same && known[i].part != known[i - 1].part && !shared++)
            first = &known[i];
    }
    if (shared)
        dataset_mistake(build, dataset_part_place(&build->set, first->part), "%ld file%s both %s and %s data, as "
                        "'%s' is", shared, shared == 1 ? " is" : "s are", part_word[first[-1].part],
                        part_word[first->part], first->path);
}

FolderList *dataset_list_part(DatasetBuild *build, PartKind kind)
{
    const JobPart *part = &build->set.job->data.part[kind];
    FolderList *list = arena_array(build->arena, FolderList, part->paths);
    for (int i = 0; i < part->paths; i++) {
        char *path = dataset_path(&build->set, part->path[i]);
        const char *failure = folder_list(build->arena, path, &list[i]);
        if (failure)
            dataset_mistake(build, dataset_path_place(&build->set, kind, i), "%s%s", failure,
                            dataset_hint(&build->set, path));
        build->set.passed_over += list[i].passed_over;
        free(path);
    }
    return list;
}
