/* dataset.c - opens what the card's data section names, checks it, and holds parts out of it. */

#include "runtime/data/dataset.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/utf8.h"
#include "runtime/data/arrays.h"
#include "runtime/data/dataset_build.h"
#include "runtime/kernels/random.h"
#include "runtime/numbers/shuffle.h"
#include "runtime/pictures/input.h"
#include "runtime/system/fault.h"
#include "runtime/system/memory.h"

const char *const part_word[PART_COUNT] = {
#define X(id, word) word,
    PART_KINDS(X)
#undef X
};

void dataset_mistake(DatasetBuild *build, const Place *place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    mistake_of(place, format, args);
    va_end(args);
    build->mistakes++;
}

const Place *dataset_part_place(const Dataset *dataset, PartKind part)
{
    const Job *job = dataset->job;
    const Place *place = &job->data.part[part].place;
    if (!place->line)
        place = &job->data.place;
    return place->line ? place : &job->input.place;
}

const Place *dataset_path_place(const Dataset *dataset, PartKind part, int path)
{
    const Place *place = dataset->job->data.part[part].path_place;
    return place ? &place[path] : dataset_part_place(dataset, part);
}

const char *dataset_hint(const Dataset *dataset, const char *path)
{
    return dataset->root || path[0] == '/' ? ""
         : "; it is sought where the program runs, or below --data DIR";
}

char *dataset_path(const Dataset *dataset, const char *path)
{
    if (dataset->root && path[0] != '/')
        return path_join(dataset->root, path);
    char *copy = strdup(path);
    if (!copy)
        fault("out of memory");
    return copy;
}

/* ---- things of one kind of mistake ---- */

enum { NAMED = 5 };             /* that one message names */

void misfit(DatasetBuild *build, Misfits *misfits, const char *text)
{
    if (misfits->count++ < NAMED)
        misfits->text = !misfits->text ? text : arena_printf(build->arena, "%s, %s", misfits->text, text);
}

const char *misfits_text(DatasetBuild *build, const Misfits *misfits)
{
    long more = misfits->count - NAMED;
    return more > 0 ? arena_printf(build->arena, "%s and %ld more", misfits->text, more) : misfits->text;
}

/* ---- what the card asks and only the data can answer ---- */

/* Two ways to write one folder or file. */
static bool is_same(const Dataset *set, const char *path, const char *other)
{
    struct stat one, two;
    char *here = dataset_path(set, path), *there = dataset_path(set, other);
    bool same = !strcmp(here, there) ||
                (stat(here, &one) == 0 && stat(there, &two) == 0 && one.st_dev == two.st_dev &&
                 one.st_ino == two.st_ino);
    free(here);
    free(there);
    return same;
}

/* Holds a part's path against those that the card names before it. */
static void check_path(DatasetBuild *build, PartKind part, int index)
{
    const JobData *data = &build->set.job->data;
    const char *path = data->part[part].path[index];
    for (PartKind other = 0; other <= part; other++) {
        int end = other == part ? index : data->part[other].paths;
        for (int i = 0; i < end; i++)
            if (is_same(&build->set, path, data->part[other].path[i]))
                dataset_mistake(build, dataset_path_place(&build->set, part, index), "'%s' is both %s and %s data", path,
                                part_word[other], part_word[part]);
    }
}

static void check_job(DatasetBuild *build)
{
    const JobData *data = &build->set.job->data;
    if (!data->part[PART_TRAIN].paths)
        dataset_mistake(build, dataset_part_place(&build->set, PART_TRAIN),
                        "the card names no data to train on; say data \"FOLDER\"");
    for (PartKind part = 0; part < PART_COUNT; part++)
        for (int i = 0; i < data->part[part].paths; i++)
            check_path(build, part, i);
}

bool dataset_has_labels(const Job *job)
{
    return job->target.kind == TARGET_SHARES && job->target.shape.c > 1 && shape_is_vector(job->target.shape) &&
           job->phase->losses && job->phase->loss->kind == LOSS_BINARY_CROSSENTROPY;
}

bool table_names_column(const JobTable *table, const char *name)
{
    for (int i = 0; i < table->targets; i++)
        if (!strcmp(table->target[i], name))
            return true;
    return (table->label && !strcmp(table->label, name)) || (table->split && !strcmp(table->split, name));
}

void dataset_number_classes(DatasetBuild *build, int classes)
{
    Dataset *set = &build->set;
    const JobData *data = &set->job->data;
    set->classes = data->classes ? data->classes : classes;
    set->class_name = arena_array(build->arena, const char *, set->classes);
    for (int i = 0; i < set->classes; i++)
        set->class_name[i] = data->classes ? data->class[i].name : arena_printf(build->arena, "%d", i);
}

static void check_masks(DatasetBuild *build)
{
    const Job *job = build->set.job;
    if (dataset_has_pixels(job) && build->outputs > MASK_CLASSES)
        dataset_mistake(build, &job->data.place,
                        "the network tells %d classes apart; the pixels of masks tell %d", build->outputs,
                        MASK_CLASSES);
}

/* Files of each class in a part, [classes], the caller's to free. */
static long *count_classes(const Dataset *set, const DataPart *part)
{
    long *count = need_memory((size_t)set->classes * sizeof *count + 1);
    for (long i = 0; i < part->items; i++)
        if (part->item[i].class != NO_CLASS)
            count[part->item[i].class]++;
    return count;
}

const char *dataset_item_name(Arena *arena, const Item *item)
{
    return item->path ? item->path : arena_printf(arena, "%s:%ld", item->source, item->number);
}

bool class_name_is_sound(const char *name)
{
    enum { DELETE = 0x7f };
    for (int length; *name; name += length) {
        length = utf8_length(name);
        if (!length || (unsigned char)*name < ' ' || *name == DELETE)
            return false;
    }
    return true;
}

static const Place *class_place(const DatasetBuild *build, int class)
{
    const JobData *data = &build->set.job->data;
    return class < data->classes ? &data->class[class].place : dataset_part_place(&build->set, PART_TRAIN);
}

/* A checkpoint holds the names, and answers are given by them. */
static void check_names(DatasetBuild *build)
{
    for (int i = 0; i < build->set.classes; i++) {
        const char *name = build->set.class_name[i];
        if (!class_name_is_sound(name))
            dataset_mistake(build, class_place(build, i),
                            "the name of class %d, '%s', is not UTF-8 or holds control characters", i,
                            name);
    }
}

/* Where a class may have no file to train on: arrays have numbers that nobody needs to use, and labels and
 * masks are counted otherwise. */
static bool may_lack_classes(const DatasetBuild *build)
{
    const Job *job = build->set.job;
    return job->data.kind == DATA_ARRAYS || job->data.kind == DATA_PAIRS || dataset_has_labels(job);
}

/* ": cat, dog" where the data names the classes, and not the card; so many at most. */
static const char *found_names(DatasetBuild *build)
{
    enum { SHOWN = 10 };
    const Dataset *set = &build->set;
    const char *text = "";
    bool found = !set->job->data.classes && set->job->data.kind != DATA_ARRAYS;
    for (int i = 0; found && i < set->classes && i < SHOWN; i++)
        text = arena_printf(build->arena, "%s%s%s", text, i ? ", " : ": ", set->class_name[i]);
    return found && set->classes > SHOWN ? arena_printf(build->arena, "%s, ...", text) : text;
}

/* Numbers that count from 1 make one class too many, and leave the first without a row. */
static const char *labels_hint(const DatasetBuild *build, const long *count)
{
    bool from_one = build->set.job->data.kind == DATA_ARRAYS && build->set.classes == build->outputs + 1 && !count[0];
    return from_one ? "; no row is of class 0: labels count from 0, and these seem to count from 1" : "";
}

static void check_classes(DatasetBuild *build)
{
    const Dataset *set = &build->set;
    const DataPart *train = &set->part[PART_TRAIN];
    bool fewer = set->classes < build->outputs && set->job->data.kind != DATA_ARRAYS;
    if (!set->classes)
        return;
    long *count = count_classes(set, train);
    int empty = 0;
    for (int i = 0; i < set->classes && !may_lack_classes(build); i++)
        empty += !count[i];
    bool by_empty = empty && set->classes - empty == build->outputs;    /* then these alone are the mistake */
    if (build->outputs && (set->classes > build->outputs || fewer) && !by_empty)
        dataset_mistake(build, dataset_part_place(&build->set, PART_TRAIN),
                        "the data has %d class%s, but the network tells %d apart%s%s", set->classes,
                        set->classes == 1 ? "" : "es", build->outputs, found_names(build),
                        labels_hint(build, count));
    for (int i = 0; i < set->classes && !may_lack_classes(build); i++)
        if (!count[i])
            dataset_mistake(build, class_place(build, i), "class '%s' has no %s to train on",
                            set->class_name[i], data_has_pictures(&set->job->data) ? "file" : "row");
    free(count);
}

/* ---- holding out ---- */

/* How many of n make the share: halves go up, in spite of a product like 0.145 * 100, which is a
 * little less in binary. */
static long held_out(double share, long n)
{
    long count = (long)floor(share * (double)n + 0.5 + 1e-9);
    return count < 1 ? 1 : count > n - 1 ? n - 1 : count;
}

/* Items that are held out together: those of one class, or all that have none. */
typedef struct {
    int class;                  /* or NO_CLASS */
    long *item;
    long items;
} Group;

static void too_few(DatasetBuild *build, PartKind part, const Group *group)
{
    const char *what = group->class == NO_CLASS ? "the data"
                     : arena_printf(build->arena, "class '%s'", build->set.class_name[group->class]);
    const JobData *data = &build->set.job->data;
    dataset_mistake(build, dataset_part_place(&build->set, part),
                    "%s has %ld %s%s, too few to hold %g%% out of", what, group->items,
                    data_has_pictures(data) ? "file" : "row", plural(group->items),
                    100 * data->part[part].share);
}

/* Chooses the items of a group that leave train: to[i] is set for each of them. What is chosen depends on the
 * group alone. */
static void hold_out_group(DatasetBuild *build, Group group, PartKind *to)
{
    const JobData *data = &build->set.job->data;
    uint32_t stream = group.class == NO_CLASS ? 0 : (uint32_t)group.class;
    shuffle(group.item, group.items, data->seed, 0, stream, RANDOM_SPLIT);
    long taken = 0;
    for (PartKind part = PART_VALIDATION; part < PART_COUNT; part++) {
        double share = data->part[part].share;
        if (share <= 0)
            continue;
        long count = held_out(share, group.items);
        if (group.items < 2 || taken + count > group.items - 1) {
            too_few(build, part, &group);
            return;
        }
        for (long i = 0; i < count; i++)
            to[group.item[taken + i]] = part;
        taken += count;
    }
}

/* Moves what was chosen to its part; each keeps the order of the items. */
static void deal_out(DatasetBuild *build, const PartKind *to)
{
    DataPart all = build->set.part[PART_TRAIN];
    for (int part = 0; part < PART_COUNT; part++) {
        DataPart *into = &build->set.part[part];
        if (part != PART_TRAIN && build->set.job->data.part[part].share <= 0)
            continue;
        *into = (DataPart){ .item = arena_array(build->arena, Item, all.items), .arrays = all.arrays,
                            .floats = all.floats };
        for (long i = 0; i < all.items; i++)
            if (to[i] == (PartKind)part)
                into->item[into->items++] = all.item[i];
    }
}

static void hold_out(DatasetBuild *build)
{
    const JobData *data = &build->set.job->data;
    if (data->part[PART_VALIDATION].share <= 0 && data->part[PART_TEST].share <= 0)
        return;
    const DataPart *all = &build->set.part[PART_TRAIN];
    PartKind *to = need_memory((size_t)all->items * sizeof *to);  /* PART_TRAIN is 0 */
    Group group = { .item = need_memory((size_t)all->items * sizeof *group.item) };
    for (group.class = NO_CLASS; group.class < build->set.classes; group.class++) {
        group.items = 0;
        for (long i = 0; i < all->items; i++)
            if (all->item[i].class == group.class)
                group.item[group.items++] = i;
        if (group.items)
            hold_out_group(build, group, to);
    }
    deal_out(build, to);
    free(group.item);
    free(to);
}

/* ---- the whole ---- */

static void stop_at_mistakes(const DatasetBuild *build)
{
    if (build->mistakes)
        exit(EXIT_MISTAKE);
}

static void (*const open_kind[DATA_COUNT])(DatasetBuild *) = {
    [DATA_FOLDER] = dataset_open_folders, [DATA_PAIRS] = dataset_open_pairs,
    [DATA_CSV] = dataset_open_tables, [DATA_ARRAYS] = dataset_open_arrays,
};

static double *copy_numbers(DatasetBuild *build, const double *number, int count)
{
    double *copy = arena_array(build->arena, double, count);
    memcpy(copy, number, sizeof *copy * (size_t)count);
    return copy;
}

/* A job whose input can be measured. */
static void copy_job(DatasetBuild *build, const Job *job)
{
    Dataset *set = &build->set;
    Job *copy = build->job = arena_new(build->arena, Job);
    *copy = *job;
    copy->input.mean = set->mean = copy_numbers(build, job->input.mean, job->input.shape.c);
    copy->input.std = set->std = copy_numbers(build, job->input.std, job->input.shape.c);
    set->job = copy;
}

Dataset *dataset_open(const Job *job, int classes, const char *root)
{
    Arena *arena = arena_open();
    DatasetBuild *build = arena_new(arena, DatasetBuild);
    *build = (DatasetBuild){ .set = { .root = root }, .arena = arena, .outputs = classes };
    copy_job(build, job);

    check_job(build);
    check_masks(build);
    if (data_has_pictures(&job->data) && !input_takes_pictures(&job->input))
        build->mistakes++;
    stop_at_mistakes(build);
    open_kind[job->data.kind](build);
    stop_at_mistakes(build);
    check_names(build);
    check_classes(build);
    stop_at_mistakes(build);
    hold_out(build);
    stop_at_mistakes(build);
    build->set.weights = arena_array(arena, float, build->set.classes);
    return &build->set;
}

void dataset_close(Dataset *dataset)
{
    DatasetBuild *build = (DatasetBuild *)dataset;
    for (int part = 0; part < PART_COUNT; part++) {
        Arrays *arrays = dataset->part[part].arrays;
        bool own = part == PART_TRAIN || arrays != dataset->part[PART_TRAIN].arrays;
        if (arrays && own)
            arrays_close(arrays);
    }
    arena_close(build->arena);
}
