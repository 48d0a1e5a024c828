/* dataset_folder.c - pictures in folders: the file's name or its subfolder tells the class. */

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/guess.h"
#include "runtime/data/dataset_build.h"

/* ---- the classes ---- */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folders directly below the train folders, each once, in byte order. */
static void classes_from_folders(DatasetBuild *build, const FolderList *list, int lists)
{
    Dataset *set = &build->set;
    int count = 0, room = 0;
    const char **name = NULL;
    for (int i = 0; i < lists; i++)
        for (int j = 0; j < list[i].folders; j++)
            *arena_push(build->arena, name, count, room) = list[i].folder[j];
    if (count)
        qsort(name, (size_t)count, sizeof *name, by_bytes);
    for (int i = 0; i < count; i++)
        if (!set->classes || strcmp(name[set->classes - 1], name[i]))
            name[set->classes++] = name[i];
    set->class_name = name;
    if (!set->classes)
        dataset_mistake(build, dataset_path_place(&build->set, PART_TRAIN, 0),
                        "'%s' has no subfolders to tell the classes; name them, as in "
                        "class cat \"cat.*\"", set->job->data.part[PART_TRAIN].path[0]);
}

static void classes_from_card(DatasetBuild *build)
{
    Dataset *set = &build->set;
    set->classes = set->job->data.classes;
    set->class_name = arena_array(build->arena, const char *, set->classes);
    for (int i = 0; i < set->classes; i++)
        set->class_name[i] = set->job->data.class[i].name;
}

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return !strncmp(path, folder, length) && path[length] == '/';
}

static bool has_folder(const FolderList *list, const char *name)
{
    for (int i = 0; i < list->folders; i++)
        if (!strcmp(list->folder[i], name))
            return true;
    for (int i = 0; i < list->files; i++)       /* one that lies deeper */
        if (is_below(list->file[i], name))
            return true;
    return false;
}

static bool is_class(const Dataset *set, const char *name)
{
    for (int i = 0; i < set->classes; i++)
        if (!strcmp(set->class_name[i], name))
            return true;
    return false;
}

/* A class whose subfolder is not there, and the one that may be meant: none that another class has. */
static void miss_folder(DatasetBuild *build, int class, const FolderList *list, int lists)
{
    const JobClass *missing = &build->set.job->data.class[class];
    Guess guess = guess_begin(missing->name);
    for (int i = 0; i < lists; i++)
        for (int j = 0; j < list[i].folders; j++)
            if (!is_class(&build->set, list[i].folder[j]))
                guess_try(&guess, list[i].folder[j]);
    dataset_mistake(build, &missing->place, "there is no subfolder '%s' in '%s'%s", missing->name,
                    build->set.job->data.part[PART_TRAIN].path[0], guess_text(build->arena, &guess));
}

static void check_class_folders(DatasetBuild *build, const FolderList *list, int lists)
{
    const JobData *data = &build->set.job->data;
    for (int class = 0; class < data->classes; class++) {
        bool there = data->class[class].patterns > 0;
        for (int i = 0; i < lists && !there; i++)
            there = has_folder(&list[i], data->class[class].name);
        if (!there)
            miss_folder(build, class, list, lists);
    }
}

/* A pattern with a slash is about the path below the folder, one without about the file's name. */
static bool matches(const char *pattern, const char *path)
{
    if (strchr(pattern, '/'))
        return !fnmatch(pattern, path, FNM_PATHNAME);
    const char *slash = strrchr(path, '/');
    return !fnmatch(pattern, slash ? slash + 1 : path, 0);
}

/* Files that fit no class, or two, and the pattern that is to blame for the first of them. */
typedef struct {
    Misfits files;
    const Place *place;
} Unsorted;

/* The first pattern of the class that a file fits, or -1. */
static int fitting_pattern(const JobClass *class, const char *path)
{
    for (int i = 0; i < class->patterns; i++)
        if (matches(class->pattern[i], path))
            return i;
    return -1;
}

static bool fits_class(const Dataset *set, int class, const char *path)
{
    const JobData *data = &set->job->data;
    if (class >= data->classes || !data->class[class].patterns)
        return is_below(path, set->class_name[class]);
    return fitting_pattern(&data->class[class], path) >= 0;
}

static const Place *pattern_place(const JobClass *class, int pattern)
{
    return class->pattern_place && pattern >= 0 ? &class->pattern_place[pattern] : &class->place;
}

/* ---- the files ---- */

static bool fits_any(const char *pattern, const FolderList *list, int lists)
{
    for (int i = 0; i < lists; i++)
        for (int j = 0; j < list[i].files; j++)
            if (matches(pattern, list[i].file[j]))
                return true;
    return false;
}

/* A pattern that fits no file: where there are files without a class, it should fit them. */
static const char *idle_pattern(const JobData *data, const FolderList *list, int lists, const Place **place)
{
    for (int class = 0; class < data->classes; class++)
        for (int i = 0; i < data->class[class].patterns; i++)
            if (!fits_any(data->class[class].pattern[i], list, lists)) {
                *place = pattern_place(&data->class[class], i);
                return data->class[class].pattern[i];
            }
    return NULL;
}

static void report_classless(DatasetBuild *build, PartKind part, const Misfits *files, const FolderList *list)
{
    const JobData *data = &build->set.job->data;
    const Place *place = dataset_path_place(&build->set, part, 0);
    if (!files->count)
        return;
    const char *idle = idle_pattern(data, list, data->part[part].paths, &place);
    dataset_mistake(build, place, "%ld file%s no class: %s%s", files->count, files->count == 1 ? " fits" : "s fit",
                    misfits_text(build, files), idle ? arena_printf(build->arena, "; and no file fits \"%s\"", idle) : "");
}

static void report_twofold(DatasetBuild *build, const Unsorted *two)
{
    if (two->files.count)
        dataset_mistake(build, two->place, "%ld file%s two classes: %s", two->files.count,
                        two->files.count == 1 ? " fits" : "s fit", misfits_text(build, &two->files));
}

/* The class of a file, or NO_CLASS after noting what is wrong with it. */
static int class_of(DatasetBuild *build, const char *file, const char *path, Misfits *none, Unsorted *two)
{
    const Dataset *set = &build->set;
    int found = NO_CLASS;
    for (int i = 0; i < set->classes; i++) {
        if (!fits_class(set, i, file))
            continue;
        if (found != NO_CLASS) {
            const JobClass *class = &set->job->data.class[i];
            if (!two->place)
                two->place = pattern_place(class, fitting_pattern(class, file));
            misfit(build, &two->files, arena_printf(build->arena, "'%s' (%s and %s)", path, set->class_name[found],
                                                    set->class_name[i]));
            return NO_CLASS;
        }
        found = i;
    }
    if (found == NO_CLASS)
        misfit(build, none, arena_printf(build->arena, "'%s'", path));
    return found;
}

static void fill_part(DatasetBuild *build, PartKind kind, const FolderList *list)
{
    const JobData *data = &build->set.job->data;
    const JobPart *from = &data->part[kind];
    DataPart *part = &build->set.part[kind];
    Misfits none = { 0 };
    Unsorted two = { 0 };
    long files = 0;
    for (int i = 0; i < from->paths; i++)
        files += list[i].files;
    part->item = arena_array(build->arena, Item, files);
    for (int i = 0; i < from->paths; i++) {
        for (int j = 0; j < list[i].files; j++) {
            const char *path = folder_join(build->arena, from->path[i], list[i].file[j]);
            int class = data->target_is_input ? NO_CLASS : class_of(build, list[i].file[j], path, &none, &two);
            part->item[part->items++] = (Item){ .path = path, .class = class };
        }
    }
    if (!files)
        dataset_mistake(build, dataset_path_place(&build->set, kind, 0), "'%s' holds no files",
                        from->path[0]);
    dataset_sort(part);
    report_classless(build, kind, &none, list);
    report_twofold(build, &two);
}

void dataset_open_folders(DatasetBuild *build)
{
    const JobData *data = &build->set.job->data;
    FolderList *list[PART_COUNT];
    for (int part = 0; part < PART_COUNT; part++)
        list[part] = dataset_list_part(build, (PartKind)part);
    if (build->mistakes)
        return;
    if (data->classes)
        classes_from_card(build);
    else if (!data->target_is_input)
        classes_from_folders(build, list[PART_TRAIN], data->part[PART_TRAIN].paths);
    check_class_folders(build, list[PART_TRAIN], data->part[PART_TRAIN].paths);
    if (build->mistakes)
        return;
    for (int part = 0; part < PART_COUNT; part++)
        if (data->part[part].paths)
            fill_part(build, (PartKind)part, list[part]);
    dataset_check_shared(build);
}
