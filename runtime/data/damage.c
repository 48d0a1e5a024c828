#include "runtime/data/damage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "runtime/system/folder.h"

/* Damaged files of a kind, and one that stands for all of them. */
typedef struct {
    Arena *arena;
    const Shelves *shelves;
    const Dataset *set;
    long alike, files;
    PartKind part;              /* the first: its part, its number there, what it is, and what is wrong with it */
    long number;
    const Item *item;
    const Seen *seen;
} Common;

/* "none of the 60 files" or "52 of 60 files". */
static const char *how_many(const Common *common, const char *things)
{
    if (common->alike == common->files)
        return arena_printf(common->arena, "none of the %ld %ss", common->files, things);
    return arena_printf(common->arena, "%ld of %ld %ss", common->alike, common->files, things);
}

/* The part that names paths: what is held out of another lies where that does. */
static PartKind named_part(const Common *common)
{
    return common->set->job->data.part[common->part].paths ? common->part : PART_TRAIN;
}

/* The card's first path, of pictures. */
static const Place *first_place(const Common *common)
{
    return dataset_path_place(common->set, named_part(common), 0);
}

/* That of their masks. */
static const Place *masks_place(const Common *common)
{
    return dataset_path_place(common->set, named_part(common), 1);
}

/* ---- files that are not there ---- */

static bool exists(const Common *common, const char *path)
{
    char *full = dataset_path(common->set, path);
    bool there = access(full, F_OK) == 0;
    free(full);
    return there;
}

/* The folder of the table; "" where it lies where the program runs. */
static const char *table_folder(const Common *common)
{
    const char *path = common->set->job->data.part[named_part(common)].path[0];
    const char *slash = strrchr(path, '/');
    return slash ? arena_copy(common->arena, path, (size_t)(slash - path)) : "";
}

/* What the table has in the cell: the item's path is that behind the root. */
static const char *cell_of(const Common *common)
{
    const char *root = common->set->job->data.table.root, *path = common->item->path;
    size_t length = strlen(root);
    while (length && root[length - 1] == '/')
        length--;
    return *root ? path + length + 1 : path;
}

/* "; with root=\"data/imgs\" it is there", of the roots that people mean; or "". */
static const char *better_root(const Common *common)
{
    Arena *arena = common->arena;
    const char *root = common->set->job->data.table.root, *cell = cell_of(common), *folder = table_folder(common);
    const char *const other[] = { folder, *folder && *root ? folder_join(arena, folder, root) : folder, "" };
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (strcmp(other[i], root) && exists(common, *other[i] ? folder_join(arena, other[i], cell) : cell))
            return arena_printf(arena, "; with root=\"%s\" it is there", other[i]);
    return "";
}

/* Names without suffix, as some tables have them. */
static const char *lost_suffix(const Common *common)
{
    static const char *const suffix[] = { ".jpg", ".png", ".jpeg", ".JPG", ".JPEG", ".PNG", ".tif", ".webp" };
    for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++)
        if (exists(common, arena_printf(common->arena, "%s%s", common->item->path, suffix[i])))
            return arena_printf(common->arena, "; '%s%s' is there: the table leaves the suffix out", common->item->path,
                                suffix[i]);
    return "";
}

/* What would be right, as far as it can be known. */
static const char *lost_hint(const Common *common)
{
    const JobTable *table = &common->set->job->data.table;
    const char *hint = better_root(common);
    if (!*hint)
        hint = lost_suffix(common);
    if (*hint || common->alike < common->files)
        return hint;
    if (!*table->root)
        return "; say in which folder they lie, as in root=\"pictures\"";
    return arena_printf(common->arena, "; root= is to name the folder that they lie in%s", dataset_hint(common->set, table->root));
}

static const Place *tell_gone(const Common *common, char text[REASON_ROOM])
{
    const JobTable *table = &common->set->job->data.table;
    const char *where = *table->root ? arena_printf(common->arena, "in '%s'", table->root) : "there";
    if (!table->file)
        return NULL;            /* they were there when their folder was listed */
    refuse(text, "%s that '%s' names %s %s: the first, '%.150s'%s", how_many(common, "file"), table->file,
           common->alike == common->files ? "is" : "are not", where, common->item->path, lost_hint(common));
    return table->root_place.line ? &table->root_place : &table->file_place;
}

/* ---- what masks hold ---- */

/* Numbers as a set. */
typedef struct {
    bool has[PIXEL_VALUES];
    int count;
} Values;

static void add_value(Values *values, int value)
{
    values->count += !values->has[value];
    values->has[value] = true;
}

/* "0, 4 to 20 and 255" */
static const char *values_text(Arena *arena, const Values *values)
{
    enum { MANY = 3 };
    const char *text = "";
    for (int from = 0, told = 0, end; from < PIXEL_VALUES; from = end) {
        for (end = from; end < PIXEL_VALUES && values->has[end]; end++)
            ;
        if (end - from < MANY)
            end = from + 1;
        if (!values->has[from])
            continue;
        told += end - from;
        text = arena_printf(arena, "%s%s%d", text, !*text ? "" : told == values->count ? " and " : ", ", from);
        if (end - from > 1)
            text = arena_printf(arena, "%s to %d", text, end - 1);
    }
    return text;
}

/* What the masks hold, and what of it is of no class. */
static void find_values(const Common *common, Values *held, Values *unknown)
{
    for (PartKind part = 0; part < PART_COUNT; part++) {
        const bool *has = common->shelves->shelf[part] ? shelf_mask_values(common->shelves->shelf[part]) : NULL;
        for (int value = 0; has && value < PIXEL_VALUES; value++) {
            if (has[value])
                add_value(held, value);
            if (has[value] && common->set->class_of_pixel[value] == MASK_UNKNOWN)
                add_value(unknown, value);
        }
    }
}

static Values card_values(const Dataset *set)
{
    Values values = { .count = 0 };
    for (int value = 0; value < PIXEL_VALUES; value++)
        if (set->class_of_pixel[value] < set->classes)
            add_value(&values, value);
    return values;
}

static bool is_used(const Dataset *set, int class, const Values *held)
{
    bool used = false;
    for (int value = 0; value < PIXEL_VALUES; value++)
        used = used || (held->has[value] && set->class_of_pixel[value] == class);
    return used;
}

/* 'class cell "1", class void "2"': the values that nothing names, for the classes that have none; "" where these are
 * not as many. */
static const char *better_classes(const Common *common, const Values *held, const Values *unknown)
{
    const Dataset *set = common->set;
    const JobData *data = &set->job->data;
    const Values *given = data->classes ? unknown : held;
    const char *text = "";
    int value = 0, unused = 0;
    for (int class = 0; class < set->classes; class++) {
        if (data->classes && is_used(set, class, held))
            continue;
        while (value < PIXEL_VALUES && !given->has[value])
            value++;
        text = arena_printf(common->arena, "%s%sclass %s \"%d\"", text, unused++ ? ", " : "",
                            data->classes ? set->class_name[class] : "NAME", value++);
    }
    return unused == given->count ? text : "";
}

static const char *values_hint(const Common *common, const Values *held, const Values *unknown)
{
    enum { FEW = 8 };
    const char *better = unknown->count <= FEW ? better_classes(common, held, unknown) : "";
    if (*better)
        return arena_printf(common->arena, "say %s", better);
    if (unknown->count == 1 && !common->set->job->data.ignores)
        return arena_printf(common->arena, "'ignore %s' leaves it out", values_text(common->arena, unknown));
    if (unknown->count > FEW)
        return "a mask has one number for each class, and shades between them are no classes";
    return "a class line names its numbers, as in class cell \"1\"";
}

/* The card's first class that no mask has, whose number is likely wrong; else its first, or the masks' folder. */
static const Place *values_place(const Common *common, const Values *held)
{
    const JobData *data = &common->set->job->data;
    int class = 0;
    while (class < data->classes && is_used(common->set, class, held))
        class++;
    return !data->classes ? masks_place(common) : &data->class[class < data->classes ? class : 0].place;
}

static const Place *tell_values(const Common *common, char text[REASON_ROOM])
{
    const Dataset *set = common->set;
    const JobData *data = &set->job->data;
    Values held = { .count = 0 }, unknown = { .count = 0 }, known = card_values(set);
    find_values(common, &held, &unknown);
    const char *hint = values_hint(common, &held, &unknown);
    refuse(text, "masks hold %.150s, but %s %s %.120s: %s", values_text(common->arena, &held),
           data->classes ? "the card's classes" : "unless the card names them, classes",
           known.count == 1 ? "is" : "are", values_text(common->arena, &known), hint);
    return values_place(common, &held);
}

/* ---- what cannot be read ---- */

/* Some of those that have no good mask. */
static bool folders_are_exchanged(const Common *common)
{
    enum { SOME = 3 };
    const Shelf *shelf = common->shelves->shelf[common->part];
    const Seen *seen = shelf_seen(shelf);
    bool exchanged = true;
    for (long i = common->number, tried = 0; exchanged && i < common->set->part[common->part].items && tried < SOME; i++)
        if (seen[i].damage == common->seen->damage) {
            exchanged = shelf_picture_is_mask(shelf, i);
            tried++;
        }
    return exchanged;
}

static const Place *tell_picture(const Common *common, char text[REASON_ROOM])
{
    refuse(text, "%s %s be used: the first, '%.150s', %.280s", how_many(common, "picture"),
           common->alike == common->files ? "can" : "cannot", common->item->path, common->seen->reason);
    return common->seen->damage == DAMAGE_MASK ? masks_place(common) : first_place(common);
}

static const Place *tell_mask(const Common *common, char text[REASON_ROOM])
{
    const char *const *folder = common->set->job->data.part[named_part(common)].path;
    if (!folders_are_exchanged(common))
        return common->seen->damage == DAMAGE_VALUE ? tell_values(common, text) : tell_picture(common, text);
    refuse(text, "the folders are exchanged: '%.100s' holds the masks, and '%.100s' the pictures; pictures come first",
           folder[0], folder[1]);
    return first_place(common);
}

/* ---- what they have in common ---- */

static const Place *(*const tell[DAMAGE_COUNT])(const Common *, char *) = {
    [DAMAGE_GONE] = tell_gone, [DAMAGE_PICTURE] = tell_picture, [DAMAGE_MASK] = tell_mask, [DAMAGE_VALUE] = tell_mask,
};

static Common gather_kind(const Shelves *shelves, Damage damage)
{
    Common common = { .shelves = shelves, .set = shelves->dataset, .files = shelves_files(shelves) };
    for (PartKind part = 0; part < PART_COUNT; part++) {
        const Seen *seen = shelves->shelf[part] ? shelf_seen(shelves->shelf[part]) : NULL;
        for (long i = 0; seen && i < common.set->part[part].items; i++)
            if (seen[i].damage == damage && !common.alike++) {
                common.part = part;
                common.number = i;
                common.item = &common.set->part[part].item[i];
                common.seen = &seen[i];
            }
    }
    return common;
}

const Place *damage_in_common(const Shelves *shelves, char text[REASON_ROOM])
{
    const double nearly_all = 0.9, half = 0.5;
    long damaged = shelves_damaged(shelves), files = shelves_files(shelves);
    const Place *place = NULL;
    if (damaged < half * (double)files || (damaged <= DAMAGED_LISTED && damaged < files) || files < 2)
        return NULL;
    for (Damage kind = DAMAGE_NONE + 1; kind < DAMAGE_COUNT && !place; kind++) {
        Common common = gather_kind(shelves, kind);
        if (common.alike < nearly_all * (double)damaged)
            continue;
        common.arena = arena_open();
        place = tell[kind](&common, text);
        arena_close(common.arena);
    }
    return place;
}
