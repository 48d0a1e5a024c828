#include "runtime/data/shelves.h"

#include <stdlib.h>

#include "base/text.h"
#include "runtime/data/damage.h"
#include "runtime/data/split.h"
#include "runtime/system/called.h"
#include "runtime/system/fault.h"
#include "runtime/system/folder.h"
#include "runtime/system/memory.h"
#include "runtime/system/whole.h"

static const char *const purpose[PART_COUNT] = { "train on", "validate on", "test on" };

Shelves shelves_open(const Dataset *dataset, unsigned parts, int threads, size_t cache,
                     ReadingProgress *progress, void *context)
{
    Shelves shelves = { .dataset = dataset };
    double items = 0;
    for (PartKind part = 0; part < PART_COUNT; part++)
        items += parts & PARTS_OF(part) ? (double)dataset->part[part].items : 0;
    for (PartKind part = 0; part < PART_COUNT; part++) {
        double share = items > 0 ? (double)dataset->part[part].items / items : 0;
        if (parts & PARTS_OF(part))
            shelves.shelf[part] = shelf_open(dataset, part, threads, (size_t)((double)cache * share),
                                             progress, context);
    }
    return shelves;
}

void shelves_close(Shelves *shelves)
{
    for (PartKind part = 0; part < PART_COUNT; part++)
        if (shelves->shelf[part])
            shelf_close(shelves->shelf[part]);
}

/* ---- what cannot be read ---- */

static long damaged_in(const Shelves *shelves, PartKind part)
{
    return shelves->shelf[part] ? shelf_damaged(shelves->shelf[part]) : 0;
}

long shelves_damaged(const Shelves *shelves)
{
    long damaged = 0;
    for (PartKind part = 0; part < PART_COUNT; part++)
        damaged += damaged_in(shelves, part);
    return damaged;
}

long shelves_files(const Shelves *shelves)
{
    long files = 0;
    for (PartKind part = 0; part < PART_COUNT; part++)
        files += shelves->shelf[part] ? shelves->dataset->part[part].items : 0;
    return files;
}

void shelves_list_damaged(FILE *out, const Shelves *shelves, const char *where)
{
    const Dataset *set = shelves->dataset;
    long listed = 0;
    for (PartKind part = 0; part < PART_COUNT; part++) {
        const Seen *seen = shelves->shelf[part] ? shelf_seen(shelves->shelf[part]) : NULL;
        for (long i = 0; seen && i < set->part[part].items; i++) {
            if (!seen[i].reason || listed++ >= DAMAGED_LISTED)
                continue;
            char *path = dataset_path(set, set->part[part].item[i].path);
            fprintf(out, "%s: %s\n", path, seen[i].reason);
            free(path);
        }
    }
    if (listed > DAMAGED_LISTED)
        fprintf(out, "... and %ld more%s\n", listed - DAMAGED_LISTED, where);
}

void shelves_write_damaged(const Shelves *shelves, const char *folder)
{
    char *path = path_join(folder, "damaged.txt");
    WholeFile file = whole_open(path);
    for (PartKind part = 0; part < PART_COUNT; part++) {
        const Seen *seen = shelves->shelf[part] ? shelf_seen(shelves->shelf[part]) : NULL;
        for (long i = 0; seen && i < shelves->dataset->part[part].items; i++)
            if (seen[i].reason) {
                char *key = split_key(shelves->dataset, part, i);
                fprintf(file.stream, "%s\t%s\n", key, seen[i].reason);
                free(key);
            }
    }
    whole_publish(&file);
    free(path);
}

static bool too_many(const JobData *data, long damaged)
{
    return damaged > (data->damaged == DAMAGED_SKIP ? data->damaged_limit : 0);
}

bool shelves_refused(const Shelves *shelves)
{
    const JobData *data = &shelves->dataset->job->data;
    return too_many(data, damaged_in(shelves, PART_TRAIN) + damaged_in(shelves, PART_VALIDATION)) ||
           too_many(data, damaged_in(shelves, PART_TEST));
}

static void report_damaged(const Shelves *shelves)
{
    long damaged = shelves_damaged(shelves), files = shelves_files(shelves);
    if (!damaged)
        return;
    char *data = call_text("data"), where[REASON_ROOM];
    snprintf(where, sizeof where, "; `%.200s` writes all to damaged.txt", data);
    flush_output();
    shelves_list_damaged(stderr, shelves, where);
    free(data);
    if (!shelves_refused(shelves))
        fprintf(stderr, "%ld of %ld file%s cannot be read and %s left out\n", damaged, files, plural(files),
                damaged == 1 ? "is" : "are");
}

static bool refuse_damaged(const Shelves *shelves, char reason[REASON_ROOM])
{
    const JobData *data = &shelves->dataset->job->data;
    long damaged = shelves_damaged(shelves), files = shelves_files(shelves);
    if (data->damaged == DAMAGED_STOP)
        return refuse(reason, "%ld of %ld file%s cannot be read; mend %s, or say 'damaged skip' in the card's data section",
                      damaged, files, plural(files), damaged == 1 ? "it" : "them");
    return refuse(reason, "%ld of %ld file%s cannot be read, more than the card's limit of %d", damaged, files,
                  plural(files), data->damaged_limit);
}

/* ---- what is left ---- */

/* Without a picture of a class, it would never be answered. Arrays may lack classes: who has none of a
 * number says so by its absence, and none of their pictures is damaged. */
static bool classes_are_there(const Shelves *shelves, char reason[REASON_ROOM])
{
    const Dataset *set = shelves->dataset;
    const DataPart *train = &set->part[PART_TRAIN];
    const Seen *seen = shelf_seen(shelves->shelf[PART_TRAIN]);
    bool there = true;
    if (!seen || train->item[0].class == NO_CLASS)
        return true;
    long *sound = shelf_count_classes(shelves->shelf[PART_TRAIN]);
    for (int class = 0; there && class < set->classes; class++)
        if (!sound[class])
            there = refuse(reason, "class '%s' has no picture to train on that can be read", set->class_name[class]);
    free(sound);
    return there;
}

static bool enough_is_left(const Shelves *shelves, char reason[REASON_ROOM])
{
    if (shelves_refused(shelves))
        return refuse_damaged(shelves, reason);
    for (PartKind part = 0; part < PART_COUNT; part++)
        if (shelves->shelf[part] && damaged_in(shelves, part) == shelves->dataset->part[part].items)
            return refuse(reason, "there is no picture to %s that can be read", purpose[part]);
    return !shelves->shelf[PART_TRAIN] || classes_are_there(shelves, reason);
}

bool shelves_will_do(const Shelves *shelves, char reason[REASON_ROOM])
{
    bool enough = enough_is_left(shelves, reason);
    if (!enough)
        damage_in_common(shelves, reason);
    return enough;
}

void shelves_judge(const Shelves *shelves)
{
    char reason[REASON_ROOM];
    bool enough = enough_is_left(shelves, reason);
    const Place *place = enough ? NULL : damage_in_common(shelves, reason);
    if (place) {
        flush_output();
        mistake(place, "%s", reason);
        exit(EXIT_MISTAKE);
    }
    report_damaged(shelves);
    if (!enough)
        fault("%s", reason);
}
